// Any bytes as cookies, signed texts, dates, ranges and Accept headers: no crash, nothing forged, and what was written
// is read again.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "retort/base/text.hpp"
#include "retort/web/accept.hpp"
#include "retort/web/cache_control.hpp"
#include "retort/web/conditional.hpp"
#include "retort/web/cookie.hpp"
#include "retort/web/file_name.hpp"
#include "retort/web/http_date.hpp"
#include "retort/web/response.hpp"
#include "retort/web/signing.hpp"

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

void check_cookies(std::string_view text) {
    for (auto& [name, value] : retort::parse_cookies(text)) require(name.size() <= text.size() * 3);
    auto value = retort::replace_invalid_utf8(text);
    auto written = retort::dump_cookie("n", value, {.path = {}});
    auto read = retort::parse_cookies(written);
    require(read.size() == 1 && read[0].second == value);
}

void check_names(std::string_view text) {
    auto name = retort::secure_filename(text);
    require(name.find('/') == std::string::npos && !name.starts_with('.'));
    if (auto path = retort::safe_join("/s", text)) {
        require(path->starts_with("/s/") && (*path + "/").find("/../") == std::string::npos);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text{reinterpret_cast<const char*>(data), size};
    check_cookies(text);
    check_names(text);
    static const retort::TimedSerializer serializer{"a key that no input knows"};
    require(!serializer.try_loads(text));
    for (auto kind : {retort::Accept::Kind::mimetypes, retort::Accept::Kind::languages}) {
        retort::Accept accept{kind, text};
        (void)accept.best_match({"text/html", "application/json", "en-US"});
    }
    if (auto range = retort::detail::single_range(text, 1000)) {
        require(range->first < range->second && range->second <= 1000);
    }
    (void)retort::detail::EntityTags{text}.contains_weak("x");
    (void)retort::parse_http_date(text);
    auto control = retort::CacheControl::parse(text).to_string();
    require(retort::CacheControl::parse(control).to_string() == control);
    return 0;
}
