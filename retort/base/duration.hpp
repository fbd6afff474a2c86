// Durations and clocks of std::chrono, without the calendars and streams that <chrono> brings into every file.
#pragma once

#if __has_include(<bits/chrono.h>)
#include <bits/chrono.h>  // libstdc++ from 12 on; <mutex> and <thread> include it for the same reason
#else
#include <chrono>
#endif

#include <concepts>

namespace retort {

/// A time in seconds as an option takes it: `60`, `60s` or `1h`.
class Seconds : public std::chrono::seconds {
  public:
    template <std::integral Count>
        requires(!std::same_as<Count, bool>)
    constexpr Seconds(Count count) : std::chrono::seconds(count) {}  // NOLINT: numbers are meant to convert
    template <class Count, class Period>
        requires std::convertible_to<std::chrono::duration<Count, Period>, std::chrono::seconds>
    constexpr Seconds(std::chrono::duration<Count, Period> time) : std::chrono::seconds(time) {}  // NOLINT
};

}  // namespace retort
