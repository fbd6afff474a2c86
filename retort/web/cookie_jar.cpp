// Which cookies a request brings: RFC 6265, section 5, without the clock.
#include "retort/web/cookie_jar.hpp"

#include <algorithm>

#include "retort/base/text.hpp"

namespace retort::detail {
namespace {

bool in_domain(std::string_view host, std::string_view domain) {
    if (iequals(host, domain)) return true;
    return host.size() > domain.size() && iequals(host.substr(host.size() - domain.size()), domain) &&
           host[host.size() - domain.size() - 1] == '.';
}

bool in_path(std::string_view path, std::string_view folder) {
    return path.starts_with(folder) &&
           (path.size() == folder.size() || folder.ends_with('/') || path[folder.size()] == '/');
}

/// The path of a cookie that names none: the folder of what was asked.
std::string folder_of(std::string_view path) {
    auto slash = path.rfind('/');
    return slash == 0 || slash == std::string_view::npos ? "/" : std::string{path.substr(0, slash)};
}

}  // namespace

CookieJar::Kept CookieJar::read(std::string_view set_cookie) {
    auto parts = split(set_cookie, ';');
    auto name = parts[0].substr(0, parts[0].find('='));
    Kept cookie{.name = std::string{trim(name)},
                .value = std::string{parts[0].substr(std::min(name.size() + 1, parts[0].size()))}};
    for (std::size_t at = 1; at < parts.size(); ++at) {
        auto part = trim(parts[at]);
        auto option = part.substr(0, part.find('='));
        auto value = part.substr(std::min(option.size() + 1, part.size()));
        if (iequals(option, "Domain")) cookie.domain = value.starts_with('.') ? value.substr(1) : value;
        if (iequals(option, "Path") && value.starts_with('/')) cookie.path = value;
        if (iequals(option, "Secure")) cookie.secure = true;
        if (iequals(option, "Max-Age")) cookie.gone |= value == "0" || value.starts_with('-');
        if (iequals(option, "Expires")) cookie.gone |= value.starts_with("Thu, 01 Jan 1970");
    }
    return cookie;
}

void CookieJar::keep(const CookieTarget& target, std::string_view set_cookie) {
    auto cookie = read(set_cookie);
    cookie.host_only = cookie.domain.empty();
    if (cookie.host_only) cookie.domain = target.host;
    if (cookie.path.empty()) cookie.path = folder_of(target.path);
    if (!in_domain(target.host, cookie.domain)) return;
    std::erase_if(cookies_, [&](const Kept& other) {
        return other.name == cookie.name &&
               (other.domain.empty() || (other.path == cookie.path && iequals(other.domain, cookie.domain)));
    });
    if (cookie.gone) return;
    auto shorter = std::find_if(cookies_.begin(), cookies_.end(),
                                [&](const Kept& other) { return other.path.size() < cookie.path.size(); });
    cookies_.insert(shorter, std::move(cookie));
}

void CookieJar::put(std::string_view set_cookie) {
    auto cookie = read(set_cookie);
    erase(cookie.name);
    if (!cookie.gone)
        cookies_.push_back({.name = std::move(cookie.name), .value = std::move(cookie.value), .path = "/"});
}

void CookieJar::erase(std::string_view name) {
    std::erase_if(cookies_, [&](const Kept& cookie) { return cookie.name == name; });
}

std::optional<std::string> CookieJar::find(std::string_view name) const {
    for (auto& cookie : cookies_) {
        if (cookie.name == name) return cookie.value;
    }
    return std::nullopt;
}

bool CookieJar::matches(const Kept& cookie, const CookieTarget& target) {
    if (cookie.secure && !target.secure) return false;
    if (!in_path(target.path, cookie.path)) return false;
    if (cookie.domain.empty()) return true;
    return cookie.host_only ? iequals(target.host, cookie.domain) : in_domain(target.host, cookie.domain);
}

std::string CookieJar::header(const CookieTarget* target) const {
    std::string text;
    for (auto& cookie : cookies_) {
        if (target != nullptr && !matches(cookie, *target)) continue;
        text += (text.empty() ? "" : "; ") + cookie.name + "=" + cookie.value;
    }
    return text;
}

}  // namespace retort::detail
