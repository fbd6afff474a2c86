// The cookies of a test client: kept and sent back by host, path and scheme, as a browser does.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace retort::detail {

/// Whom a request is for.
struct CookieTarget {
    std::string host;  ///< without its port
    std::string path;
    bool secure = false;
};

class CookieJar {
  public:
    /// What the answer to such a request sets; one for another host is not kept.
    void keep(const CookieTarget& target, std::string_view set_cookie);
    /// The same for every request, whatever it says itself.
    void put(std::string_view set_cookie);
    void erase(std::string_view name);
    /// The value as it is sent; empty when there is none.
    std::optional<std::string> find(std::string_view name) const;
    /// The header Cookie of such a request, the longest paths first; null: of all cookies.
    std::string header(const CookieTarget* target) const;

  private:
    struct Kept {
        std::string name, value;
        std::string domain;  ///< empty: every host's
        std::string path;
        bool host_only = false, secure = false, gone = false;
    };
    static Kept read(std::string_view set_cookie);
    static bool matches(const Kept& cookie, const CookieTarget& target);

    std::vector<Kept> cookies_;  ///< the longest paths first
};

}  // namespace retort::detail
