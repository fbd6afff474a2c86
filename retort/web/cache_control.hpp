// Cache-Control: what browsers and proxies may keep, and for how long.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "retort/base/duration.hpp"

namespace retort {

class Response;

/// A directive that is there or not. No plain bool, which could not be set in what a function returns.
class CacheFlag {
  public:
    constexpr CacheFlag(bool on = false) : on_(on) {}  // NOLINT: as a bool
    constexpr operator bool() const { return on_; }

  private:
    bool on_;
};

/// The directives of a Cache-Control header: `response.set_cache_control({.max_age = 1h, .is_public = true})`.
struct CacheControl {
    std::optional<Seconds> max_age;   ///< `60` or `1h`
    std::optional<Seconds> s_maxage;  ///< for caches that many people share
    CacheFlag no_cache = false;       ///< ask again before each use
    CacheFlag no_store = false;
    CacheFlag no_transform = false;
    CacheFlag must_revalidate = false;
    CacheFlag proxy_revalidate = false;
    CacheFlag is_public = false;
    CacheFlag is_private = false;
    CacheFlag immutable = false;
    std::optional<Seconds> stale_while_revalidate;
    std::optional<Seconds> stale_if_error;

    /// What is not known here is passed over.
    static CacheControl parse(std::string_view header);
    std::string to_string() const;

    friend bool operator==(const CacheControl&, const CacheControl&) = default;
};

/// The directives of a response: what is changed in them is written back when they go.
class ChangedCacheControl : public CacheControl {
  public:
    explicit ChangedCacheControl(Response& response);
    ~ChangedCacheControl();
    ChangedCacheControl(const ChangedCacheControl&) = delete;
    ChangedCacheControl& operator=(const ChangedCacheControl&) = delete;

  private:
    Response& response_;
    CacheControl before_;
};

}  // namespace retort
