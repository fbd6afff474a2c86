// The name of a table after its class, as Flask-SQLAlchemy makes it.
#include <algorithm>
#include <cstdint>

#include "retort/base/text.hpp"
#include "retort/schema/naming.hpp"

namespace retort::schemas {

namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

/// Lower case for the alphabets that have cases; other characters stay.
char32_t lower(char32_t c) {
    if (c >= U'A' && c <= U'Z') return c + 32;
    if (c >= 0xC0 && c <= 0xDE && c != 0xD7) return c + 32;  // Latin-1
    if (c == 0x130) return c;                                // i with dot: two characters in lower case
    if ((c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177)) return c | 1;  // Latin Extended-A, even first
    if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E)) return c % 2 == 1 ? c + 1 : c;
    if (c == 0x178) return 0xFF;
    if (c == 0x386) return 0x3AC;  // Greek with accents
    if (c >= 0x388 && c <= 0x38A) return c + 37;
    if (c == 0x38C) return 0x3CC;
    if (c == 0x38E || c == 0x38F) return c + 63;
    if (c >= 0x391 && c <= 0x3AB && c != 0x3A2) return c + 32;
    if (c >= 0x400 && c <= 0x40F) return c + 80;  // Cyrillic
    if (c >= 0x410 && c <= 0x42F) return c + 32;
    if (c >= 0x460 && c <= 0x481) return c | 1;
    if (c >= 0x531 && c <= 0x556) return c + 48;  // Armenian
    return c;
}

std::string lower_case(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        Utf8Step step = read_utf8(text.substr(i));
        if (step.size == 0) break;
        if (step.valid && step.point == 0x130) {
            out += "i\xCC\x87";
        } else if (step.valid) {
            append_utf8(out, lower(step.point));
        } else {
            out.append(text.substr(i, step.size));
        }
        i += step.size;
    }
    return out;
}

}  // namespace

std::string table_name_of(std::string_view class_name) {
    std::string words;
    for (std::size_t i = 0; i < class_name.size(); ++i) {
        bool after_word = i > 0 && (is_lower(class_name[i - 1]) || is_ascii_digit(class_name[i - 1]));
        bool starts_word = i > 0 && i + 1 < class_name.size() && is_lower(class_name[i + 1]);
        if (is_upper(class_name[i]) && (after_word || starts_word)) words += '_';
        words += class_name[i];
    }
    std::string name = lower_case(words);
    return name.substr(std::min(name.find_first_not_of('_'), name.size()));
}

}  // namespace retort::schemas
