// The C++ runtime's way back from its own names.
#include "retort/base/demangle.hpp"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>

namespace retort::detail {

std::string demangled(const char* name) {
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> text{abi::__cxa_demangle(name, nullptr, nullptr, &status),
                                                           &std::free};
    return status == 0 ? text.get() : name;
}

}  // namespace retort::detail
