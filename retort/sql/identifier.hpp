// A name in SQL with what quoting asks about it, worked out once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace retort::sql {

/// FNV-1a of the ASCII lower-case form: reserved words and labels are compared by it first.
constexpr std::uint32_t identifier_hash(std::string_view text) {
    std::uint32_t hash = 2166136261u;
    for (char c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    }
    return hash;
}

/// Whether a name needs no quotes as far as its characters go: lower case, digits, `_` and `$`, no digit or `$` first.
constexpr bool is_plain_identifier(std::string_view text) {
    if (text.empty() || (text[0] >= '0' && text[0] <= '9') || text[0] == '$') return false;
    for (char c : text) {
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
        if (!plain) return false;
    }
    return true;
}

/// The name of a table, column, label or constraint, unquoted.
struct Identifier {
    std::string text;
    std::uint32_t hash = 0;
    bool plain = false;

    Identifier() = default;
    Identifier(std::string name)  // NOLINT: a name is meant to convert
        : text(std::move(name)), hash(identifier_hash(text)), plain(is_plain_identifier(text)) {}
    Identifier(std::string_view name) : Identifier(std::string(name)) {}  // NOLINT
    Identifier(const char* name) : Identifier(std::string(name)) {}       // NOLINT

    bool empty() const { return text.empty(); }
    operator std::string_view() const { return text; }  // NOLINT
    friend bool operator==(const Identifier& a, const Identifier& b) { return a.hash == b.hash && a.text == b.text; }
};

}  // namespace retort::sql
