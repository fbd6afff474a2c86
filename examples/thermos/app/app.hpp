// The application and its database.
#pragma once

#include <retort/retort.hpp>

extern retort::Database db;

retort::App create_app();
