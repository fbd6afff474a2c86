// The path of the program under test, which the tests get as their first argument.
#pragma once

#include <string>

namespace notes {

extern std::string binary;

}  // namespace notes
