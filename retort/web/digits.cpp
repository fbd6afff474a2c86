// The zeros of Unicode's decimal digits; nine more follow each.
#include "retort/web/digits.hpp"

#include <algorithm>
#include <iterator>

#include "retort/base/text.hpp"

namespace retort::detail {
namespace {

constexpr char32_t zeros[] = {
    0x00660, 0x006F0, 0x007C0, 0x00966, 0x009E6, 0x00A66, 0x00AE6, 0x00B66, 0x00BE6, 0x00C66, 0x00CE6, 0x00D66, 0x00DE6,
    0x00E50, 0x00ED0, 0x00F20, 0x01040, 0x01090, 0x017E0, 0x01810, 0x01946, 0x019D0, 0x01A80, 0x01A90, 0x01B50, 0x01BB0,
    0x01C40, 0x01C50, 0x0A620, 0x0A8D0, 0x0A900, 0x0A9D0, 0x0A9F0, 0x0AA50, 0x0ABF0, 0x0FF10, 0x104A0, 0x10D30, 0x11066,
    0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50,
    0x11DA0, 0x16A60, 0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0,
};

/// 0 to 9, or -1 for what is no digit.
int digit_of(char32_t point) {
    if (point < 0x80) return point >= '0' && point <= '9' ? static_cast<int>(point - '0') : -1;
    auto after = std::upper_bound(std::begin(zeros), std::end(zeros), point);
    if (after == std::begin(zeros)) return -1;
    char32_t difference = point - *std::prev(after);
    return difference < 10 ? static_cast<int>(difference) : -1;
}

}  // namespace

std::size_t leading_digits(std::string_view text) {
    std::size_t size = 0;
    while (size < text.size()) {
        if (is_ascii_digit(text[size])) {
            ++size;
            continue;
        }
        if (static_cast<unsigned char>(text[size]) < 0x80) break;
        auto step = read_utf8(text.substr(size));
        if (!step.valid || digit_of(step.point) < 0) break;
        size += step.size;
    }
    return size;
}

std::string ascii_digits(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        auto step = read_utf8(text);
        int digit = step.valid ? digit_of(step.point) : -1;
        if (digit >= 0) {
            out += static_cast<char>('0' + digit);
        } else {
            out.append(text.substr(0, step.size));
        }
        text.remove_prefix(step.size);
    }
    return out;
}

}  // namespace retort::detail
