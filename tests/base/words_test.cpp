// Text in words of eight bytes: every byte is seen, and none beyond.
#include "retort/base/words.hpp"

#include <string>

#include "retort/base/json_text.hpp"
#include "tests/doctest.hpp"

using namespace retort::detail;

TEST_CASE("a byte is found wherever it stands, in texts of every length, and not behind them") {
    auto has_mark = [](const std::string& text, std::size_t size) {
        return any_word(text.data(), size, [](std::uint64_t word) { return (word_holds(word, '%') & word_tops) != 0; });
    };
    for (std::size_t size = 0; size < 40; ++size) {
        std::string text(size, 'a');
        CHECK_FALSE(has_mark(text + "%%%%%%%%", size));
        for (std::size_t place = 0; place < size; ++place) {
            std::string marked = text;
            marked[place] = '%';
            CHECK(has_mark(marked, size));
        }
    }
}

TEST_CASE("text is plain when JSON needs no escape for it") {
    for (int c = 0; c < 256; ++c) {
        const bool plain = c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
        for (std::size_t size : {1, 2, 3, 5, 8, 13, 24}) {
            std::string text(size, 'x');
            text[size / 2] = static_cast<char>(c);
            CHECK(all_plain(text.data(), size) == plain);
        }
    }
}
