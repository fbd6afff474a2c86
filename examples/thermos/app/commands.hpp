// The commands of the notes: initdb, dropdb, hello, opt.
#pragma once

#include <retort/retort.hpp>

void add_commands(retort::App& app);
