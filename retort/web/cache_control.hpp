// Cache-Control: what browsers and proxies may keep, and for how long.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "retort/base/duration.hpp"

namespace retort {

/// The directives of a Cache-Control header: `response.set_cache_control({.max_age = 1h, .is_public = true})`.
struct CacheControl {
    std::optional<std::chrono::seconds> max_age;
    std::optional<std::chrono::seconds> s_maxage;  ///< for caches that many people share
    bool no_cache = false;                         ///< ask again before each use
    bool no_store = false;
    bool no_transform = false;
    bool must_revalidate = false;
    bool proxy_revalidate = false;
    bool is_public = false;
    bool is_private = false;
    bool immutable = false;
    std::optional<std::chrono::seconds> stale_while_revalidate;
    std::optional<std::chrono::seconds> stale_if_error;

    /// What is not known here is passed over.
    static CacheControl parse(std::string_view header);
    std::string to_string() const;
};

}  // namespace retort
