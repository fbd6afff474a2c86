// Reading the zone behind a date and time.
#include "retort/base/datetime_tz.hpp"

namespace retort {
namespace {

int two_digits(std::string_view text) {
    unsigned tens = static_cast<unsigned char>(text[0]) - '0', ones = static_cast<unsigned char>(text[1]) - '0';
    return tens > 9 || ones > 9 ? -1 : static_cast<int>(tens * 10 + ones);
}

/// Of `+02:00`, `-0330`, `+02`.
std::optional<std::chrono::minutes> parse_offset(std::string_view text) {
    bool colon = text.size() == 6 && text[3] == ':';
    if (text.size() != 3 && text.size() != 5 && !colon) return std::nullopt;
    int hours = two_digits(text.substr(1));
    int minutes = text.size() == 3 ? 0 : two_digits(text.substr(text.size() - 2));
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
    std::chrono::minutes offset(hours * 60 + minutes);
    return text[0] == '-' ? -offset : offset;
}

}  // namespace

std::optional<DateTimeTz> DateTimeTz::parse(std::string_view text) {
    constexpr std::size_t shortest = 16;  // YYYY-MM-DD HH:MM
    if (text.size() <= shortest) return std::nullopt;
    std::optional<std::chrono::minutes> offset;
    auto zone = text.find_first_of("+-", shortest);
    if ((text.back() | 0x20) == 'z') {
        zone = text.size() - 1;
        offset = std::chrono::minutes(0);
    } else if (zone != text.npos) {
        offset = parse_offset(text.substr(zone));
    }
    auto local = offset ? DateTime::parse(text.substr(0, zone)) : std::nullopt;
    if (!local) return std::nullopt;
    return DateTimeTz(*local, *offset);
}

}  // namespace retort
