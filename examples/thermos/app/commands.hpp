// The commands of the notes, and one that shows the ways of loading.
#pragma once

#include <retort/retort.hpp>

void add_commands(retort::App& app);
