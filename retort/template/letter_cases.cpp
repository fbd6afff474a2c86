// Letters whose capital is several letters, or another one at the beginning of a word: Unicode's SpecialCasing.
#include <algorithm>
#include <iterator>

#include "retort/template/letters.hpp"

namespace retort::templates {

namespace {

constexpr SeveralLetters several[] = {
    {0x00DF, "SS", "Ss"},
    {0x0149, "ʼN", "ʼN"},
    {0x01F0, "J\u030C", "J\u030C"},
    {0x0390, "\u0399\u0308\u0301", "\u0399\u0308\u0301"},
    {0x03B0, "\u03A5\u0308\u0301", "\u03A5\u0308\u0301"},
    {0x0587, "ԵՒ", "Եւ"},
    {0x1E96, "H\u0331", "H\u0331"},
    {0x1E97, "T\u0308", "T\u0308"},
    {0x1E98, "W\u030A", "W\u030A"},
    {0x1E99, "Y\u030A", "Y\u030A"},
    {0x1E9A, "Aʾ", "Aʾ"},
    {0x1F50, "\u03A5\u0313", "\u03A5\u0313"},
    {0x1F52, "\u03A5\u0313\u0300", "\u03A5\u0313\u0300"},
    {0x1F54, "\u03A5\u0313\u0301", "\u03A5\u0313\u0301"},
    {0x1F56, "\u03A5\u0313\u0342", "\u03A5\u0313\u0342"},
    {0x1F80, "ἈΙ", "ᾈ"},
    {0x1F81, "ἉΙ", "ᾉ"},
    {0x1F82, "ἊΙ", "ᾊ"},
    {0x1F83, "ἋΙ", "ᾋ"},
    {0x1F84, "ἌΙ", "ᾌ"},
    {0x1F85, "ἍΙ", "ᾍ"},
    {0x1F86, "ἎΙ", "ᾎ"},
    {0x1F87, "ἏΙ", "ᾏ"},
    {0x1F88, "ἈΙ", "ᾈ"},
    {0x1F89, "ἉΙ", "ᾉ"},
    {0x1F8A, "ἊΙ", "ᾊ"},
    {0x1F8B, "ἋΙ", "ᾋ"},
    {0x1F8C, "ἌΙ", "ᾌ"},
    {0x1F8D, "ἍΙ", "ᾍ"},
    {0x1F8E, "ἎΙ", "ᾎ"},
    {0x1F8F, "ἏΙ", "ᾏ"},
    {0x1F90, "ἨΙ", "ᾘ"},
    {0x1F91, "ἩΙ", "ᾙ"},
    {0x1F92, "ἪΙ", "ᾚ"},
    {0x1F93, "ἫΙ", "ᾛ"},
    {0x1F94, "ἬΙ", "ᾜ"},
    {0x1F95, "ἭΙ", "ᾝ"},
    {0x1F96, "ἮΙ", "ᾞ"},
    {0x1F97, "ἯΙ", "ᾟ"},
    {0x1F98, "ἨΙ", "ᾘ"},
    {0x1F99, "ἩΙ", "ᾙ"},
    {0x1F9A, "ἪΙ", "ᾚ"},
    {0x1F9B, "ἫΙ", "ᾛ"},
    {0x1F9C, "ἬΙ", "ᾜ"},
    {0x1F9D, "ἭΙ", "ᾝ"},
    {0x1F9E, "ἮΙ", "ᾞ"},
    {0x1F9F, "ἯΙ", "ᾟ"},
    {0x1FA0, "ὨΙ", "ᾨ"},
    {0x1FA1, "ὩΙ", "ᾩ"},
    {0x1FA2, "ὪΙ", "ᾪ"},
    {0x1FA3, "ὫΙ", "ᾫ"},
    {0x1FA4, "ὬΙ", "ᾬ"},
    {0x1FA5, "ὭΙ", "ᾭ"},
    {0x1FA6, "ὮΙ", "ᾮ"},
    {0x1FA7, "ὯΙ", "ᾯ"},
    {0x1FA8, "ὨΙ", "ᾨ"},
    {0x1FA9, "ὩΙ", "ᾩ"},
    {0x1FAA, "ὪΙ", "ᾪ"},
    {0x1FAB, "ὫΙ", "ᾫ"},
    {0x1FAC, "ὬΙ", "ᾬ"},
    {0x1FAD, "ὭΙ", "ᾭ"},
    {0x1FAE, "ὮΙ", "ᾮ"},
    {0x1FAF, "ὯΙ", "ᾯ"},
    {0x1FB2, "ᾺΙ", "\u1FBA\u0345"},
    {0x1FB3, "ΑΙ", "ᾼ"},
    {0x1FB4, "ΆΙ", "\u0386\u0345"},
    {0x1FB6, "\u0391\u0342", "\u0391\u0342"},
    {0x1FB7, "\u0391\u0342\u0399", "\u0391\u0342\u0345"},
    {0x1FBC, "ΑΙ", "ᾼ"},
    {0x1FC2, "ῊΙ", "\u1FCA\u0345"},
    {0x1FC3, "ΗΙ", "ῌ"},
    {0x1FC4, "ΉΙ", "\u0389\u0345"},
    {0x1FC6, "\u0397\u0342", "\u0397\u0342"},
    {0x1FC7, "\u0397\u0342\u0399", "\u0397\u0342\u0345"},
    {0x1FCC, "ΗΙ", "ῌ"},
    {0x1FD2, "\u0399\u0308\u0300", "\u0399\u0308\u0300"},
    {0x1FD3, "\u0399\u0308\u0301", "\u0399\u0308\u0301"},
    {0x1FD6, "\u0399\u0342", "\u0399\u0342"},
    {0x1FD7, "\u0399\u0308\u0342", "\u0399\u0308\u0342"},
    {0x1FE2, "\u03A5\u0308\u0300", "\u03A5\u0308\u0300"},
    {0x1FE3, "\u03A5\u0308\u0301", "\u03A5\u0308\u0301"},
    {0x1FE4, "\u03A1\u0313", "\u03A1\u0313"},
    {0x1FE6, "\u03A5\u0342", "\u03A5\u0342"},
    {0x1FE7, "\u03A5\u0308\u0342", "\u03A5\u0308\u0342"},
    {0x1FF2, "ῺΙ", "\u1FFA\u0345"},
    {0x1FF3, "ΩΙ", "ῼ"},
    {0x1FF4, "ΏΙ", "\u038F\u0345"},
    {0x1FF6, "\u03A9\u0342", "\u03A9\u0342"},
    {0x1FF7, "\u03A9\u0342\u0399", "\u03A9\u0342\u0345"},
    {0x1FFC, "ΩΙ", "ῼ"},
    {0xFB00, "FF", "Ff"},
    {0xFB01, "FI", "Fi"},
    {0xFB02, "FL", "Fl"},
    {0xFB03, "FFI", "Ffi"},
    {0xFB04, "FFL", "Ffl"},
    {0xFB05, "ST", "St"},
    {0xFB06, "ST", "St"},
    {0xFB13, "ՄՆ", "Մն"},
    {0xFB14, "ՄԵ", "Մե"},
    {0xFB15, "ՄԻ", "Մի"},
    {0xFB16, "ՎՆ", "Վն"},
    {0xFB17, "ՄԽ", "Մխ"},
};

}  // namespace

const SeveralLetters* several_letters(char32_t point) noexcept {
    auto found = std::lower_bound(std::begin(several), std::end(several), point,
                                  [](const SeveralLetters& one, char32_t wanted) { return one.letter < wanted; });
    return found != std::end(several) && found->letter == point ? found : nullptr;
}

char32_t title_digraph(char32_t point) noexcept {
    if (point >= 0x1C4 && point <= 0x1CC) return (point - 0x1C4) / 3 * 3 + 0x1C5;
    if (point >= 0x1F1 && point <= 0x1F3) return 0x1F2;
    return point >= 0x10D0 && point <= 0x10FF ? point : 0;
}

}  // namespace retort::templates
