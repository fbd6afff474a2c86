// Everything that an application uses: #include <retort/retort.hpp>, using namespace retort;
#pragma once

#include "retort/dialects/create_engine.hpp"
#include "retort/extensions/extensions.hpp"
#include "retort/orm/orm.hpp"
#include "retort/web/web.hpp"
