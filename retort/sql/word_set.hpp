// A fixed set of words that is asked often: the reserved words of a dialect.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "retort/sql/identifier.hpp"

namespace retort::sql {

/// Built when compiled: `constexpr WordSet words{list};` with a `constexpr std::string_view list[]` in lower case.
/// At most 400 words.
class WordSet {
  public:
    template <std::size_t count>
    explicit constexpr WordSet(const std::string_view (&words)[count]) : words_(words) {
        static_assert(count <= 400, "a WordSet holds at most 400 words");
        for (std::size_t i = 0; i < count; ++i) {
            std::size_t slot = identifier_hash(words[i]) % size;
            while (slots_[slot] != 0) slot = (slot + 1) % size;
            slots_[slot] = static_cast<std::uint16_t>(i + 1);
        }
    }

    /// `hash` is the text's identifier_hash.
    constexpr bool contains(std::string_view text, std::uint32_t hash) const {
        for (std::size_t slot = hash % size; slots_[slot] != 0; slot = (slot + 1) % size) {
            if (words_[slots_[slot] - 1] == text) return true;
        }
        return false;
    }
    bool contains(const Identifier& name) const { return contains(name.text, name.hash); }

  private:
    static constexpr std::size_t size = 1024;
    const std::string_view* words_;
    std::array<std::uint16_t, size> slots_{};
};

}  // namespace retort::sql
