// Reading JSON: RFC 8259 to the letter, without recursion.
#include <array>
#include <charconv>
#include <cstring>

#include "retort/base/json.hpp"
#include "retort/base/text.hpp"

namespace retort {
namespace {

constexpr std::size_t deepest = 512;

/// What went wrong, without the cost of an exception.
struct Failure {
    const char* at = nullptr;
    const char* expected = nullptr;
    const char* hint = "";
};

/// Characters that end the plain run of a string: quote, backslash, controls and what is beyond ASCII.
constexpr auto special = [] {
    std::array<bool, 256> table{};
    for (std::size_t c = 0; c < 256; ++c) table[c] = c < 0x20 || c == '"' || c == '\\' || c >= 0x80;
    return table;
}();

class Parser {
  public:
    explicit Parser(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {
        if (text.starts_with("\xEF\xBB\xBF")) at_ += 3;
    }

    bool document(json& root) {
        json* slot = &root;
        while (slot != nullptr) {
            if (!value(slot)) return false;
        }
        space();
        return at_ == end_ || fail("the end of the document");
    }
    const Failure& failure() const { return failure_; }

  private:
    bool fail(const char* expected, const char* hint = "") {
        failure_ = {at_, expected, hint};
        return false;
    }
    void space() {
        while (at_ < end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
    }
    bool take(char c) {
        if (at_ == end_ || *at_ != c) return false;
        ++at_;
        return true;
    }

    /// Reads one value, or the opening of one, into the slot; afterwards `slot` is where the next one goes.
    bool value(json*& slot) {
        space();
        if (at_ == end_) return fail("a value");
        if (*at_ == '{' || *at_ == '[') {
            bool object = *at_++ == '{';
            if (depth_ == deepest) return --at_, fail("at most 512 levels", "flatten the document");
            open_[depth_++] = slot;
            object ? static_cast<void>(slot->make_object()) : static_cast<void>(slot->make_array());
            space();
            if (!take(object ? '}' : ']')) return next_slot(slot);
            --depth_;
        } else if (!scalar(*slot)) {
            return false;
        }
        return after_value(slot);
    }

    bool after_value(json*& slot) {
        for (;;) {
            if (depth_ == 0) {
                slot = nullptr;
                return true;
            }
            bool object = open_[depth_ - 1]->is_object();
            space();
            if (take(',')) {
                space();
                return next_slot(slot);
            }
            if (!take(object ? '}' : ']')) return fail(object ? "',' or '}'" : "',' or ']'");
            --depth_;
        }
    }

    bool next_slot(json*& slot) {
        json& container = *open_[depth_ - 1];
        if (container.is_array()) {
            slot = &container.make_array().emplace_back();
            return true;
        }
        std::string key;
        if (at_ == end_ || *at_ != '"') return fail("a key in double quotes");
        if (!string(key)) return false;
        space();
        if (!take(':')) return fail("':'");
        slot = &container.make_object().put(std::move(key));
        if (!slot->is_null()) *slot = json{};
        return true;
    }

    bool scalar(json& out) {
        switch (*at_) {
            case '"': {
                std::string text;
                if (!string(text)) return false;
                out.set_text(std::move(text));
                return true;
            }
            case 't': return word("true") && (out = json(true), true);
            case 'f': return word("false") && (out = json(false), true);
            case 'n': return word("null") && (out = json{}, true);
            case 'N':
            case 'I': return fail("a value", "JSON has no NaN and no Infinity: send null, or a text");
            case '\'': return fail("a value", "texts stand in double quotes");
            default: return number(out);
        }
    }

    bool word(std::string_view text) {
        if (std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(text)) {
            at_ += text.size();
            return true;
        }
        return fail("a value", "the words of JSON are true, false and null");
    }

    bool digits() {
        const char* from = at_;
        while (at_ < end_ && is_ascii_digit(*at_)) ++at_;
        return at_ != from || fail("a digit");
    }

    bool number(json& out) {
        const char* from = at_;
        take('-');
        if (at_ == end_ || !is_ascii_digit(*at_)) return at_ = from, fail("a value");
        if (!take('0') && !digits()) return false;
        bool integer = true;
        if (take('.')) {
            integer = false;
            if (!digits()) return false;
        }
        if (at_ < end_ && (*at_ == 'e' || *at_ == 'E')) {
            integer = false;
            ++at_;
            if (!take('+')) take('-');
            if (!digits()) return false;
        }
        return integer ? integer_value(out, from) : real_value(out, from);
    }

    bool integer_value(json& out, const char* from) {
        std::int64_t value = 0;
        if (std::from_chars(from, at_, value).ec == std::errc{}) {
            out = json(value);
        } else {
            out = json::integer_from_digits(std::string(from, at_));
        }
        return true;
    }

    bool real_value(json& out, const char* from) {
        double value = 0;
        auto result = std::from_chars(from, at_, value);
        // Out of range is too large or too small; too small is zero, as everywhere else.
        if (result.ec == std::errc{}) {
            out = json(value);
            return true;
        }
        std::string_view text(from, static_cast<std::size_t>(at_ - from));
        if (text.find("e-") == text.npos && text.find("E-") == text.npos && text.find("0.0") == text.npos) {
            return at_ = from, fail("a number that fits into a double");
        }
        out = json(text.front() == '-' ? -0.0 : 0.0);
        return true;
    }

    /// Reads a string whose opening quote is at hand.
    bool string(std::string& out) {
        ++at_;
        for (;;) {
            const char* from = at_;
            while (at_ < end_ && !special[static_cast<unsigned char>(*at_)]) ++at_;
            bool last = at_ < end_ && *at_ == '"';
            if (at_ != from) out.append(from, static_cast<std::size_t>(at_ - from));
            if (last) return ++at_, true;
            if (!special_character(out)) return false;
        }
    }

    bool special_character(std::string& out) {
        if (at_ == end_) return fail("the closing '\"'");
        if (*at_ == '\\') return escape(out);
        if (static_cast<unsigned char>(*at_) < 0x20)
            return fail("no control character", "write it as \\n, \\t or \\u00XX");
        auto step = read_utf8({at_, static_cast<std::size_t>(end_ - at_)});
        if (!step.valid) return fail("UTF-8", "send the document in UTF-8");
        out.append(at_, step.size);
        at_ += step.size;
        return true;
    }

    bool escape(std::string& out) {
        static constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
        ++at_;
        if (at_ < end_ && *at_ == 'u') return unicode_escape(out);
        auto which = at_ < end_ ? letters.find(*at_) : std::string_view::npos;
        if (which == std::string_view::npos) return fail("one of \" \\ / b f n r t u after the backslash");
        out += meanings[which];
        ++at_;
        return true;
    }

    bool four_digits(char32_t& unit) {
        std::uint32_t value = 0;
        if (end_ - at_ < 5) return fail("four hexadecimal digits");
        if (std::from_chars(at_ + 1, at_ + 5, value, 16).ptr != at_ + 5) return fail("four hexadecimal digits");
        unit = value;
        at_ += 5;
        return true;
    }

    bool unicode_escape(std::string& out) {
        char32_t point = 0, low = 0;
        if (!four_digits(point)) return false;
        if (point >= 0xD800 && point < 0xDC00) {
            if (!(end_ - at_ >= 2 && at_[0] == '\\' && at_[1] == 'u'))
                return fail("the second half of a surrogate pair");
            ++at_;
            if (!four_digits(low)) return false;
            if (low < 0xDC00 || low > 0xDFFF) return fail("the second half of a surrogate pair");
            point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
        } else if (point >= 0xDC00 && point <= 0xDFFF) {
            return fail("the first half of a surrogate pair");
        }
        append_utf8(out, point);
        return true;
    }

    const char* at_;
    const char* end_;
    std::size_t depth_ = 0;
    Failure failure_;
    json* open_[deepest];
};

/// The offending character as a person reads it.
std::string found(std::string_view rest) {
    if (rest.empty()) return "the end";
    auto step = read_utf8(rest);
    auto byte = static_cast<unsigned char>(rest[0]);
    if (step.valid && byte >= 0x20 && byte != 0x7F) return "'" + std::string{rest.substr(0, step.size)} + "'";
    static constexpr char digits[] = "0123456789abcdef";
    return std::string{"byte 0x"} + digits[byte >> 4] + digits[byte & 15];
}

[[noreturn]] void report(std::string_view text, const Failure& failure) {
    auto offset = static_cast<std::size_t>(failure.at - text.data());
    std::string_view before = text.substr(0, offset);
    std::size_t line = 1, line_start = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (before[i] == '\n') {
            ++line;
            line_start = i + 1;
        }
    }
    std::size_t column = utf8_length(before.substr(line_start)) + 1;
    throw JsonParseError("this is no JSON: expected " + std::string{failure.expected} + " at line " +
                             std::to_string(line) + ", column " + std::to_string(column) + ", but found " +
                             found(text.substr(offset)) + ".",
                         failure.hint, offset, line, column);
}

}  // namespace

json json::parse(std::string_view text) {
    Parser parser{text};
    json root;
    if (!parser.document(root)) report(text, parser.failure());
    return root;
}

std::optional<json> json::try_parse(std::string_view text) {
    Parser parser{text};
    json root;
    if (!parser.document(root)) return std::nullopt;
    return root;
}

}  // namespace retort
