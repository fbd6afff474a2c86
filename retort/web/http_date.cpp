// How the three forms of a date in HTTP are told from each other and read.
#include "retort/web/http_date.hpp"

#include <array>
#include <charconv>
#include <vector>

#include "retort/base/error.hpp"
#include "retort/base/text.hpp"

namespace retort {
namespace {

std::optional<int> number(std::string_view text) {
    int value = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool whole = failure == std::errc{} && end == text.data() + text.size() && value >= 0;
    return whole ? std::optional{value} : std::nullopt;
}

std::optional<int> month(std::string_view text) {
    static constexpr std::array<std::string_view, 12> names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    for (int i = 0; i < 12; ++i) {
        if (iequals(text, names[static_cast<std::size_t>(i)])) return i + 1;
    }
    return std::nullopt;
}

std::optional<DateTime> moment(std::string_view year, std::string_view month_name, std::string_view day,
                               std::string_view clock) {
    auto y = number(year), m = month(month_name), d = number(day);
    auto time = Time::parse(clock);
    if (!y || !m || !d || !time) return std::nullopt;
    // A year of two digits is the one within fifty years, as RFC 9110 says.
    if (year.size() == 2) y = *y + (*y < 70 ? 2000 : 1900);
    try {
        return DateTime{Date{*y, *m, *d}, *time};
    } catch (const ArgumentError&) {
        return std::nullopt;
    }
}

}  // namespace

std::optional<DateTime> parse_http_date(std::string_view text) {
    std::vector<std::string_view> words;
    auto separator = [](char c) { return c == ' ' || c == '-' || c == ',' || c == '\t'; };
    for (std::size_t at = 0; at < text.size();) {
        auto end = at;
        while (end < text.size() && !separator(text[end])) ++end;
        if (end > at) words.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    // asctime: Sun Nov  6 08:49:37 1994
    if (words.size() == 5 && month(words[1])) return moment(words[4], words[1], words[2], words[3]);
    bool zone = words.size() == 6 && (iequals(words[5], "GMT") || iequals(words[5], "UTC") || words[5] == "+0000");
    return zone ? moment(words[3], words[2], words[1], words[4]) : std::nullopt;
}

}  // namespace retort
