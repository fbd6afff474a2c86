// The web layer: App, Blueprint, request, response, and everything that Flask's users know by these names.
#pragma once

#include "retort/base/command_line.hpp"
#include "retort/base/log.hpp"
#include "retort/web/app.hpp"
#include "retort/web/blueprint.hpp"
#include "retort/web/config.hpp"
#include "retort/web/context.hpp"
#include "retort/web/errors.hpp"
#include "retort/web/file_name.hpp"
#include "retort/web/flash.hpp"
#include "retort/web/method.hpp"
#include "retort/web/request.hpp"
#include "retort/web/response.hpp"
#include "retort/web/session.hpp"
#include "retort/web/signing.hpp"
#include "retort/web/testing.hpp"
#include "retort/web/url_for.hpp"
