// The door of a revision's file: #include <retort/migrations.hpp>, using namespace retort::migrations;
#pragma once

#include "retort/migrate/revision.hpp"
