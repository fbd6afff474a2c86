// placeholder
#pragma once
#include <retort/retort.hpp>
namespace legacy { }
