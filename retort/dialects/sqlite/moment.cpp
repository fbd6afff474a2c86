// How dates and times are written as text.
#include "retort/dialects/sqlite/moment.hpp"

#include <chrono>

namespace retort::dialects::sqlite {

namespace {

constexpr std::int64_t day_length = 86'400'000'000;

char* digits(char* out, unsigned number, int width) {
    for (int i = width - 1; i >= 0; --i) {
        out[i] = static_cast<char>('0' + number % 10);
        number /= 10;
    }
    return out + width;
}

char* date(char* out, std::int64_t days) {
    std::chrono::year_month_day day{std::chrono::sys_days{std::chrono::days{days}}};
    out = digits(out, static_cast<unsigned>(static_cast<int>(day.year())), 4);
    *out++ = '-';
    out = digits(out, static_cast<unsigned>(day.month()), 2);
    *out++ = '-';
    return digits(out, static_cast<unsigned>(day.day()), 2);
}

char* time(char* out, std::int64_t microseconds) {
    auto seconds = static_cast<unsigned>(microseconds / 1'000'000);
    out = digits(out, seconds / 3600, 2);
    *out++ = ':';
    out = digits(out, seconds / 60 % 60, 2);
    *out++ = ':';
    out = digits(out, seconds % 60, 2);
    *out++ = '.';
    return digits(out, static_cast<unsigned>(microseconds % 1'000'000), 6);
}

}  // namespace

std::string_view write_moment(const sql::ValueView& value, char* place) {
    char* out = place;
    if (value.kind == sql::ValueKind::date) {
        out = date(out, value.integer);
    } else if (value.kind == sql::ValueKind::time) {
        out = time(out, value.integer);
    } else {
        auto days = value.integer / day_length - (value.integer % day_length < 0 ? 1 : 0);
        out = date(out, days);
        *out++ = ' ';
        out = time(out, value.integer - days * day_length);
    }
    return {place, static_cast<std::size_t>(out - place)};
}

}  // namespace retort::dialects::sqlite
