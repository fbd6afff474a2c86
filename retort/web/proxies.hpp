// Behind proxies: whose address, scheme and host a request really has.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "retort/http/message.hpp"

namespace retort {

/// How many proxies stand before the app, each of which appends to the header: Werkzeug's ProxyFix.
/// What a client writes into these headers itself counts for nothing as long as the numbers are right; 0 ignores one.
struct TrustedProxies {
    std::size_t x_for = 1;     ///< X-Forwarded-For: the client's address
    std::size_t x_proto = 1;   ///< X-Forwarded-Proto: "https"
    std::size_t x_host = 0;    ///< X-Forwarded-Host
    std::size_t x_port = 0;    ///< X-Forwarded-Port
    std::size_t x_prefix = 0;  ///< X-Forwarded-Prefix: the path that the app is mounted at
};

namespace detail {

/// What the proxies have said of a request.
struct Forwarded {
    std::string host;    ///< empty: the request's own
    std::string prefix;  ///< without a slash at its end
};

/// Puts what can be put into the message itself, and gives the rest.
Forwarded apply_proxies(const TrustedProxies& proxies, http::Request& message);

}  // namespace detail
}  // namespace retort
