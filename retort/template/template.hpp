// Templates: Jinja, compiled once and rendered into one text. Knows no web.
#pragma once

#include "retort/template/arguments.hpp"
#include "retort/template/decimals.hpp"
#include "retort/template/environment.hpp"
#include "retort/template/errors.hpp"
#include "retort/template/function.hpp"
#include "retort/template/loader.hpp"
#include "retort/template/markup.hpp"
#include "retort/template/moments.hpp"
#include "retort/template/thing.hpp"
#include "retort/template/value.hpp"
