// HTTP/1.1: messages, a strict parser, a server whose handlers run in fibers. Knows no routes and no app.
#pragma once

#include "retort/http/error.hpp"
#include "retort/http/message.hpp"
#include "retort/http/server.hpp"
