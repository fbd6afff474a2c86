// The application factory, and the database that models and routes share.
#pragma once

#include <retort/retort.hpp>

extern retort::Database db;

retort::App create_app();
