// The blueprint of the application's routes.
#pragma once

#include <retort/retort.hpp>

extern retort::Blueprint api_route;
