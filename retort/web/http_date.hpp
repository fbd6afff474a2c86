// Dates as HTTP writes them, read: "Sun, 06 Nov 1994 08:49:37 GMT" and its two older forms.
#pragma once

#include <optional>
#include <string_view>

#include "retort/base/time.hpp"

namespace retort {

/// Empty when the text is none.
std::optional<DateTime> parse_http_date(std::string_view text);

}  // namespace retort
