// The extensions: where the web and the database meet.
#pragma once

#include "retort/extensions/cors.hpp"
#include "retort/extensions/csrf.hpp"
#include "retort/extensions/database.hpp"
#include "retort/extensions/jsonify.hpp"
#include "retort/extensions/key_pagination.hpp"
#include "retort/extensions/login.hpp"
#include "retort/extensions/migrate.hpp"
#include "retort/extensions/pagination.hpp"
#include "retort/extensions/password.hpp"
#include "retort/extensions/recorded_queries.hpp"
#include "retort/extensions/template_values.hpp"
