// Interval: a span of time to the microsecond.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "retort/base/duration.hpp"

namespace retort {

/// What lies between two moments: `Interval wait = 90min`, `wait = end - begin`. It is std::chrono's own type, so that
/// every duration that is not finer converts.
using Interval = std::chrono::microseconds;

/// As Python's `str` of a timedelta: `1 day, 0:00:02`, `-1 day, 23:59:59`, `0:00:00.000001`.
std::string to_string(Interval interval);
/// Reads what `to_string` writes; empty when the text is something else.
std::optional<Interval> parse_interval(std::string_view text);

}  // namespace retort
