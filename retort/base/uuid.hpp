// Uuid: 128 bits with the text of RFC 4122.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace retort {

class json;

struct Uuid {
    std::array<std::uint8_t, 16> bytes{};

    /// Eight-four-four-four-twelve hexadecimal digits in either case; empty when the text is something else.
    static std::optional<Uuid> parse(std::string_view text);
    /// Version 4 from the system's random source.
    static Uuid random();
    /// Lower case, with hyphens.
    std::string to_string() const;
    /// Its text.
    json to_json() const;

    friend auto operator<=>(const Uuid&, const Uuid&) = default;
    /// Writes `to_string()`.
    template <class Traits>
    friend std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, const Uuid& value) {
        return out << value.to_string();
    }
};

}  // namespace retort
