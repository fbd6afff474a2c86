// Appending JSON: numbers as Python's repr, text as ASCII, containers without recursion.
#include "retort/base/json_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

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
bool append_short_real(std::string& out, double number) {
    double scaled = number * 1000;
    if (!(std::abs(scaled) < 1e15) || number == 0) return false;
    auto thousandths = std::llround(scaled);
    if (static_cast<double>(thousandths) / 1000 != number) return false;
    char text[32];
    auto size = static_cast<unsigned long long>(thousandths < 0 ? -thousandths : thousandths);
    char* at = text;
    if (thousandths < 0) *at++ = '-';
    at = std::to_chars(at, text + sizeof text, size / 1000).ptr;
    auto fraction = static_cast<unsigned>(size % 1000);
    *at++ = '.';
    *at++ = static_cast<char>('0' + fraction / 100);
    if (fraction % 100 != 0) *at++ = static_cast<char>('0' + fraction / 10 % 10);
    if (fraction % 10 != 0) *at++ = static_cast<char>('0' + fraction % 10);
    out.append(text, at);
    return true;
}

}  // namespace

void append_real(std::string& out, double number) {
    if (append_short_real(out, number)) return;
    if (!std::isfinite(number)) {
        out += std::isnan(number) ? "nan" : number > 0 ? "inf" : "-inf";
        return;
    }
    double size = std::abs(number);
    bool fixed = number == 0 || (size >= 1e-4 && size < 1e16);
    char text[48];
    char* end =
        std::to_chars(text, text + 40, number, fixed ? std::chars_format::fixed : std::chars_format::scientific).ptr;
    if (fixed && std::find(text, end, '.') == end) {
        *end++ = '.';
        *end++ = '0';
    }
    out.append(text, end);
}

void JsonWriter::line() {
    out_ += '\n';
    out_.append(static_cast<std::size_t>(depth_ * format_.indent), ' ');
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
    char text[24];
    out_.append(text, std::to_chars(text, text + sizeof text, number).ptr);
    return *this;
}

JsonWriter& JsonWriter::natural(std::uint64_t number) {
    separate();
    char text[24];
    out_.append(text, std::to_chars(text, text + sizeof text, number).ptr);
    return *this;
}

JsonWriter& JsonWriter::value(double number) {
    if (!std::isfinite(number)) {
        throw JsonTypeError("json-not-finite"_code,
                            std::string{"JSON has no "} + (std::isnan(number) ? "NaN" : "Infinity") + ".",
                            "send null or a text instead: std::isfinite(x) ? json(x) : json()");
    }
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

namespace {

/// Whether eight bytes at a time, and then the rest, need no escape in ASCII output.
bool all_plain(const char* at, std::size_t size) {
    constexpr std::uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    auto holds = [](std::uint64_t word, std::uint64_t byte) {
        std::uint64_t zeroed = word ^ (ones * byte);
        return (zeroed - ones) & ~zeroed;
    };
    for (; size >= 8; at += 8, size -= 8) {
        std::uint64_t word;
        std::memcpy(&word, at, 8);
        std::uint64_t control = (word - ones * 0x20) & ~word;
        if ((word | control | holds(word, '"') | holds(word, '\\') | holds(word, 0x7F)) & tops) return false;
    }
    for (; size > 0; ++at, --size) {
        if (!plain[static_cast<unsigned char>(*at)]) return false;
    }
    return true;
}

}  // namespace

// Short plain text, the usual case, is appended at once with what stands around it.
void JsonWriter::quote(std::string_view text, bool comma, bool colon) {
    if (text.size() > short_text || !all_plain(text.data(), text.size())) {
        if (comma) out_ += ',';
        quote_slowly(text);
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

void JsonWriter::quote_slowly(std::string_view text) {
    out_ += '"';
    while (!text.empty()) {
        std::size_t run = 0;
        while (run < text.size() && plain[static_cast<unsigned char>(text[run])]) ++run;
        out_.append(text.substr(0, run));
        text.remove_prefix(run);
        if (text.empty()) break;
        Utf8Step step = read_utf8(text);
        if (format_.ascii || step.point < 0x20 || step.point == '"' || step.point == '\\') {
            append_escaped(out_, step.point);
        } else {
            append_utf8(out_, step.point);
        }
        text.remove_prefix(step.size);
    }
    out_ += '"';
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
    if (!scalar(document)) tree(document);
    return *this;
}

namespace {

/// A container that is being written, and how far.
struct Level {
    const json* container;
    std::size_t next = 0;
    std::size_t order_start = 0;
};

/// A member and the first bytes of its key, which settle most comparisons.
struct Place {
    std::uint64_t start;
    const JsonMember* member;

    explicit Place(const JsonMember& of) : start(0), member(&of) {
        unsigned char bytes[8] = {};
        std::memcpy(bytes, of.key.data(), std::min<std::size_t>(of.key.size(), 8));
        for (unsigned char byte : bytes) start = start << 8 | byte;
    }
    friend bool operator<(const Place& left, const Place& right) {
        return left.start != right.start ? left.start < right.start : left.member->key < right.member->key;
    }
};

/// The container's members by key; bytes of UTF-8 sort as code points do, which is Python's order.
void append_order(std::vector<Place>& order, const json& object, bool sorted) {
    auto members = object.items();
    auto start = static_cast<std::ptrdiff_t>(order.size());
    for (const auto& member : members) {
        Place place{member};
        auto at = order.end();
        if (sorted && members.size() <= 16) {
            while (at - order.begin() > start && place < *(at - 1)) --at;
        }
        order.insert(at, place);
    }
    if (sorted && members.size() > 16) std::sort(order.begin() + start, order.end());
}

}  // namespace

void JsonWriter::tree(const json& root) {
    std::vector<Level> levels;
    std::vector<Place> order;
    auto enter = [&](const json& container) {
        levels.push_back({&container, 0, order.size()});
        if (container.is_object()) append_order(order, container, format_.sort_keys);
        open(container.is_object() ? '{' : '[');
    };
    enter(root);
    while (!levels.empty()) {
        Level& level = levels.back();
        const json& container = *level.container;
        if (level.next == container.size()) {
            order.erase(order.begin() + static_cast<std::ptrdiff_t>(level.order_start), order.end());
            close(container.is_object() ? '}' : ']');
            levels.pop_back();
            continue;
        }
        const json* child = nullptr;
        if (container.is_object()) {
            const JsonMember& member = *order[level.order_start + level.next++].member;
            key(member.key);
            child = &member.value;
        } else {
            child = container.begin() + level.next++;
        }
        if (!scalar(*child)) enter(*child);
    }
}

std::string json::dump(const JsonFormat& format) const {
    std::string out;
    dump_to(out, format);
    return out;
}

void json::dump_to(std::string& out, const JsonFormat& format) const { JsonWriter{out, format}.value(*this); }

}  // namespace retort
