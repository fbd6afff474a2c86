// The names of types and functions as they are written in a program.
#pragma once

#include <string>

namespace retort::detail {

/// `retort::App` of `N6retort3AppE`; the name itself where it is none of the compiler's.
std::string demangled(const char* name);

}  // namespace retort::detail
