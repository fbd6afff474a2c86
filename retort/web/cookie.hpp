// Cookies on the wire: the Cookie header read, the Set-Cookie header written, as Werkzeug does both.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace retort {

struct CookieOptions;

/// Name and value of each cookie of a Cookie header, in its order; quotes and escapes are taken off.
std::vector<std::pair<std::string, std::string>> parse_cookies(std::string_view header);

/// The value of a Set-Cookie header. Throws ArgumentError("invalid-cookie").
std::string dump_cookie(std::string_view name, std::string_view value, const CookieOptions& options);

}  // namespace retort
