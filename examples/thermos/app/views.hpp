// The blueprint of the views.
#pragma once

#include <retort/retort.hpp>

extern retort::Blueprint bookmarks;
