// Any rule and any path: no crash, redirects that stay on this host, and what was built matches again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "retort/base/text.hpp"
#include "retort/web/url_map.hpp"

namespace {

const retort::UrlMap& fixed_map() {
    static const retort::UrlMap map = [] {
        retort::UrlMap made;
        made.add("/", "index");
        made.add("/u/<name>", "u");
        made.add("/i/<int(signed=True):n>/", "i");
        made.add("/f/<float:x>", "f");
        made.add("/p/<path:p>/edit", "p");
        made.add("/d/<int:y>-<int:m>.<ext>", "d");
        made.add("/pages/", "pages", {.defaults = retort::json::object({{"page", 1}})});
        made.add("/pages/<int:page>", "pages");
        return made;
    }();
    return map;
}

void check(const retort::UrlMap& map, std::string_view raw) {
    auto path = retort::decode_path(raw);
    auto match = map.match("GET", path);
    if (match.kind == retort::RouteMatch::Kind::redirect) {
        if (!match.location.starts_with('/') || match.location.starts_with("//")) std::abort();
        for (char c : match.location) {
            if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F) std::abort();
        }
    }
    if (!match.found()) return;
    retort::json values = retort::json::object();
    for (const auto& [name, value] : match.values) values[name] = json_of(value);
    auto again = map.match("GET", retort::decode_path(map.build(match.rule->endpoint(), values)));
    if (again.kind == retort::RouteMatch::Kind::redirect) return;
    if (!again.found() || again.rule->endpoint() != match.rule->endpoint()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text{reinterpret_cast<const char*>(data), size};
    check(fixed_map(), text);
    auto line = text.find('\n');
    if (line == std::string_view::npos) return 0;
    try {
        retort::UrlMap map;
        map.add(text.substr(0, line), "own");
        auto match = map.match("GET", retort::decode_path(text.substr(line + 1)));
        if (match.found() && match.rule->endpoint() != "own") std::abort();
    } catch (const retort::RouteError&) {
    }
    return 0;
}
