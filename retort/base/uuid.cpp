// The text of a Uuid.
#include "retort/base/uuid.hpp"

#include <random>

#include "retort/base/json.hpp"

namespace retort {
namespace {

constexpr std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

std::optional<Uuid> Uuid::parse(std::string_view text) {
    if (text.size() != shape.size()) return std::nullopt;
    Uuid uuid;
    std::size_t digits = 0;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (shape[i] == '-') {
            if (text[i] != '-') return std::nullopt;
            continue;
        }
        int value = hex_value(text[i]);
        if (value < 0) return std::nullopt;
        auto& byte = uuid.bytes[digits++ / 2];
        byte = static_cast<std::uint8_t>(byte << 4 | value);
    }
    return uuid;
}

Uuid Uuid::random() {
    std::random_device source;
    Uuid uuid;
    for (auto& byte : uuid.bytes) byte = static_cast<std::uint8_t>(source());
    uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0F) | 0x40);
    uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3F) | 0x80);
    return uuid;
}

std::string Uuid::to_string() const {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text{shape};
    std::size_t digit = 0;
    for (char& c : text) {
        if (c == '-') continue;
        auto byte = bytes[digit / 2];
        c = digits[digit++ % 2 == 0 ? byte >> 4 : byte & 15];
    }
    return text;
}

json Uuid::to_json() const { return json(to_string()); }

}  // namespace retort
