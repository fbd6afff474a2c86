// The text of an interval.
#include "retort/base/interval.hpp"

#include <charconv>
#include <cstdint>

#include "retort/base/time.hpp"

namespace retort {
namespace {

constexpr std::int64_t a_day = 86'400'000'000;

}  // namespace

std::string to_string(Interval interval) {
    std::int64_t days = interval.count() / a_day, rest = interval.count() % a_day;
    if (rest < 0) {
        --days;
        rest += a_day;
    }
    std::string text;
    if (days != 0) text = std::to_string(days) + (days == 1 || days == -1 ? " day, " : " days, ");
    std::string clock = Time::from_microseconds(rest).to_string();
    return text + (clock[0] == '0' ? clock.substr(1) : clock);
}

std::optional<Interval> parse_interval(std::string_view text) {
    std::int64_t days = 0;
    if (auto comma = text.find(", "); comma != text.npos) {
        auto [end, error] = std::from_chars(text.data(), text.data() + comma, days);
        std::string_view unit(end, static_cast<std::size_t>(text.data() + comma - end));
        bool fits = days > -100'000'000 && days < 100'000'000;
        if (error != std::errc() || !fits || (unit != " day" && unit != " days")) return std::nullopt;
        text.remove_prefix(comma + 2);
    }
    std::string clock(text);
    if (text.find(':') == 1) clock.insert(0, 1, '0');
    auto time = Time::parse(clock);
    if (!time) return std::nullopt;
    return Interval(days * a_day + time->microseconds());
}

}  // namespace retort
