// Headers of responses and requests.
#include "retort/http/message.hpp"

#include <algorithm>

#include "retort/base/error.hpp"
#include "retort/http/scan.hpp"

namespace retort::http {
namespace {

void check_header(std::string_view name, std::string_view value) {
    bool good_name = !name.empty();
    for (char c : name) good_name = good_name && detail::is_token(c);
    const char* end = value.data() + value.size();
    if (good_name && detail::find_value_end(value.data(), end) == end) return;
    throw ArgumentError(
        "invalid-header"_code,
        good_name ? "the value of the header " + std::string(name) + " holds a line break or a control character"
                  : "\"" + std::string(name.substr(0, 100)) + "\" cannot be the name of a header",
        good_name ? "escape it first, for example with percent-encoding; a line break would start another header"
                  : "use letters, digits and hyphens, such as X-Request-Id");
}

}  // namespace

bool same_header_name(std::string_view left, std::string_view right) {
    if (left.size() != right.size()) return false;
    for (std::size_t i = 0; i < left.size(); ++i) {
        if (left[i] != right[i] && detail::lower(left[i]) != detail::lower(right[i])) return false;
    }
    return true;
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
    for (const Header& header : headers_) {
        if (same_header_name(header.name, name)) return header.value;
    }
    return std::nullopt;
}

std::vector<std::string_view> Headers::get_all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const Header& header : headers_) {
        if (same_header_name(header.name, name)) values.push_back(header.value);
    }
    return values;
}

void Headers::add(std::string_view name, std::string_view value) {
    check_header(name, value);
    headers_.push_back({std::string(name), std::string(value)});
}

void Headers::set(std::string_view name, std::string_view value) {
    check_header(name, value);
    auto same = [&](const Header& header) { return same_header_name(header.name, name); };
    auto first = std::find_if(headers_.begin(), headers_.end(), same);
    if (first == headers_.end()) {
        headers_.push_back({std::string(name), std::string(value)});
        return;
    }
    // In this order, for the value may be a view into a header that goes.
    first->value = std::string(value);
    headers_.erase(std::remove_if(first + 1, headers_.end(), same), headers_.end());
}

void Headers::remove(std::string_view name) {
    std::erase_if(headers_, [key = std::string(name)](const Header& h) { return same_header_name(h.name, key); });
}

std::optional<std::string_view> Request::header(std::string_view name) const {
    for (const HeaderView& header : headers) {
        if (same_header_name(header.name, name)) return header.value;
    }
    return std::nullopt;
}

}  // namespace retort::http
