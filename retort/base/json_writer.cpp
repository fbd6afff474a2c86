// Appending JSON: numbers as Python's repr, text as ASCII, containers without recursion.
#include "retort/base/json_writer.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "retort/base/json_text.hpp"
#include "retort/base/json_tree.hpp"
#include "retort/base/text.hpp"

namespace retort {
namespace {

constexpr std::size_t short_text = 96;

/// What stays as it is in ASCII output; in UTF-8 output DEL and all beyond ASCII stay too.
constexpr auto plain = [] {
    std::array<bool, 256> table{};
    for (std::size_t c = 0x20; c < 0x7F; ++c) table[c] = c != '"' && c != '\\';
    return table;
}();

void append_unit(std::string& out, char32_t unit) {
    static constexpr char digits[] = "0123456789abcdef";
    char code[6] = {
        '\\', 'u', digits[(unit >> 12) & 15], digits[(unit >> 8) & 15], digits[(unit >> 4) & 15], digits[unit & 15]};
    out.append(code, 6);
}

void append_escaped(std::string& out, char32_t point) {
    switch (point) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        case '\b': out += "\\b"; return;
        case '\f': out += "\\f"; return;
        default: break;
    }
    if (point < 0x10000) return append_unit(out, point);
    append_unit(out, 0xD800 + ((point - 0x10000) >> 10));
    append_unit(out, 0xDC00 + ((point - 0x10000) & 0x3FF));
}

}  // namespace

namespace {

/// Numbers of at most three decimals and fifteen digits, the usual ones: such a decimal is the shortest there is.
/// Null for any other.
char* put_short_real(char* at, double number) {
    double scaled = number * 1000;
    if (!(std::abs(scaled) < 1e15) || number == 0) return nullptr;
    auto thousandths = std::llround(scaled);
    if (static_cast<double>(thousandths) / 1000 != number) return nullptr;
    auto size = static_cast<unsigned long long>(thousandths < 0 ? -thousandths : thousandths);
    if (thousandths < 0) *at++ = '-';
    at = detail::put_natural(at, size / 1000);
    auto fraction = static_cast<unsigned>(size % 1000);
    *at++ = '.';
    *at++ = static_cast<char>('0' + fraction / 100);
    if (fraction % 100 != 0) *at++ = static_cast<char>('0' + fraction / 10 % 10);
    if (fraction % 10 != 0) *at++ = static_cast<char>('0' + fraction % 10);
    return at;
}

}  // namespace

namespace {

/// "00" to "99".
constexpr auto pairs_of_digits = [] {
    std::array<char, 200> text{};
    for (std::size_t i = 0; i < 100; ++i) {
        text[2 * i] = static_cast<char>('0' + i / 10);
        text[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
    return text;
}();

/// All four digits of a number below 10,000.
char* put_four(char* to, unsigned number) noexcept {
    std::memcpy(to, pairs_of_digits.data() + 2 * (number / 100), 2);
    std::memcpy(to + 2, pairs_of_digits.data() + 2 * (number % 100), 2);
    return to + 4;
}

/// As few digits as a number below 10,000 needs.
char* put_few(char* to, unsigned number) noexcept {
    const unsigned high = number / 100, low = number % 100;
    if (high >= 10) return put_four(to, number);
    if (high > 0) {
        *to++ = static_cast<char>('0' + high);
    } else if (low < 10) {
        *to = static_cast<char>('0' + low);
        return to + 1;
    }
    std::memcpy(to, pairs_of_digits.data() + 2 * low, 2);
    return to + 2;
}

}  // namespace

char* detail::put_natural(char* to, std::uint64_t number) noexcept {
    if (number < 10'000) return put_few(to, static_cast<unsigned>(number));
    if (number < 100'000'000) {
        to = put_few(to, static_cast<unsigned>(number) / 10'000);
    } else {
        to = put_natural(to, number / 10'000);
    }
    return put_four(to, static_cast<unsigned>(number % 10'000));
}

char* detail::put_integer(char* to, std::int64_t number) noexcept {
    auto size = static_cast<std::uint64_t>(number);
    if (number < 0) {
        *to++ = '-';
        size = 0 - size;
    }
    return put_natural(to, size);
}

char* detail::put_real(char* to, double number) {
    if (char* end = put_short_real(to, number)) return end;
    if (!std::isfinite(number)) {
        std::string_view word = std::isnan(number) ? "nan" : number > 0 ? "inf" : "-inf";
        return std::copy(word.begin(), word.end(), to);
    }
    double size = std::abs(number);
    bool fixed = number == 0 || (size >= 1e-4 && size < 1e16);
    char* end =
        std::to_chars(to, to + 40, number, fixed ? std::chars_format::fixed : std::chars_format::scientific).ptr;
    if (fixed && std::find(to, end, '.') == end) {
        *end++ = '.';
        *end++ = '0';
    }
    return end;
}

void append_real(std::string& out, double number) {
    char text[detail::most_real_bytes];
    out.append(text, detail::put_real(text, number));
}

void detail::require_finite(double number) {
    if (std::isfinite(number)) return;
    throw JsonTypeError("json-not-finite"_code,
                        std::string{"JSON has no "} + (std::isnan(number) ? "NaN" : "Infinity") + ".",
                        "send null or a text instead: std::isfinite(x) ? json(x) : json()");
}

void JsonWriter::line() {
    out_ += '\n';
    out_.append(static_cast<std::size_t>(depth_) * static_cast<std::size_t>(format_.indent), ' ');
}

void JsonWriter::separate() {
    if (comma_) out_ += ',';
    if (format_.indent > 0) {
        if (!after_key_ && depth_ > 0) line();
    } else if (comma_ && format_.spaced) {
        out_ += ' ';
    }
    comma_ = true;
    after_key_ = false;
}

JsonWriter& JsonWriter::open(char bracket) {
    separate();
    out_ += bracket;
    comma_ = false;
    ++depth_;
    return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
    --depth_;
    if (format_.indent > 0 && comma_) line();
    out_ += bracket;
    comma_ = true;
    return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
    if (format_.indent > 0 || format_.spaced) {
        separate();
        quote(name, false, true);
        out_ += ' ';
    } else {
        quote(name, comma_, true);
    }
    comma_ = false;
    after_key_ = true;
    return *this;
}

JsonWriter& JsonWriter::word(std::string_view text) {
    separate();
    out_.append(text);
    return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t number) {
    separate();
    char text[detail::most_integer_bytes];
    out_.append(text, detail::put_integer(text, number));
    return *this;
}

JsonWriter& JsonWriter::natural(std::uint64_t number) {
    separate();
    char text[detail::most_integer_bytes];
    out_.append(text, detail::put_natural(text, number));
    return *this;
}

JsonWriter& JsonWriter::value(double number) {
    detail::require_finite(number);
    separate();
    append_real(out_, number);
    return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
    bool compact = format_.indent == 0 && !format_.spaced;
    bool comma = compact && comma_;
    if (compact) {
        comma_ = true;
    } else {
        separate();
    }
    quote(text, comma, false);
    return *this;
}

// Short plain text, the usual case, is appended at once with what stands around it.
void JsonWriter::quote(std::string_view text, bool comma, bool colon) {
    if (text.size() > short_text || !detail::all_plain(text.data(), text.size())) {
        if (comma) out_ += ',';
        detail::append_quoted(out_, text, format_.ascii);
        if (colon) out_ += ':';
        return;
    }
    char buffer[short_text + 4];
    char* at = buffer;
    *at = ',';
    at += comma;
    *at++ = '"';
    std::memcpy(at, text.data(), text.size());
    at += text.size();
    *at++ = '"';
    *at = ':';
    at += colon;
    out_.append(buffer, at);
}

void detail::append_quoted(std::string& out, std::string_view text, bool ascii) {
    out += '"';
    while (!text.empty()) {
        std::size_t run = 0;
        while (run < text.size() && plain[static_cast<unsigned char>(text[run])]) ++run;
        out.append(text.substr(0, run));
        text.remove_prefix(run);
        if (text.empty()) break;
        Utf8Step step = read_utf8(text);
        if (ascii || step.point < 0x20 || step.point == '"' || step.point == '\\') {
            append_escaped(out, step.point);
        } else {
            append_utf8(out, step.point);
        }
        text.remove_prefix(step.size);
    }
    out += '"';
}

bool JsonWriter::scalar(const json& value) {
    switch (value.kind()) {
        case JsonKind::null: word("null"); return true;
        case JsonKind::boolean: word(value.to_bool() ? "true" : "false"); return true;
        case JsonKind::integer: integer(value.to_integer(INT64_MIN, INT64_MAX)); return true;
        case JsonKind::real: this->value(value.to_real()); return true;
        case JsonKind::number: word(value.digits()); return true;
        case JsonKind::text: this->value(std::string_view{value.text()}); return true;
        case JsonKind::array:
        case JsonKind::object: return false;
    }
    return false;
}

JsonWriter& JsonWriter::value(const json& document) {
    if (scalar(document)) return *this;
    separate();
    detail::append_tree(out_, document, format_, depth_);
    return *this;
}

std::string json::dump(const JsonFormat& format) const {
    std::string out;
    dump_to(out, format);
    return out;
}

void json::dump_to(std::string& out, const JsonFormat& format) const { JsonWriter{out, format}.value(*this); }

}  // namespace retort
