// Numbers of 32 bits as the doubles that JSON and templates know.
#pragma once

namespace retort::detail {

/// The double that is written with the float's own digits: 0.1 of 0.1f, which converted would be 0.10000000149011612.
double widened(float number) noexcept;

}  // namespace retort::detail
