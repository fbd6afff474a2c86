// Floats as doubles by way of their shortest text.
#include "retort/base/floats.hpp"

#include <charconv>
#include <cmath>

namespace retort::detail {

double widened(float number) noexcept {
    if (!std::isfinite(number) || number == std::trunc(number)) return static_cast<double>(number);
    char text[32];
    double wide = 0;
    std::from_chars(text, std::to_chars(text, text + sizeof(text), number).ptr, wide);
    return wide;
}

}  // namespace retort::detail
