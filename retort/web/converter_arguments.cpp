// What stands between the parentheses of a converter: `length=2`, `foo, 'a b'`, `min=-1, signed=True`.
#include <algorithm>
#include <charconv>

#include "retort/base/suggest.hpp"
#include "retort/base/text.hpp"
#include "retort/web/converters.hpp"

namespace retort {
namespace {

class ArgumentReader {
  public:
    explicit ArgumentReader(std::string_view text) : all_(text), rest_(trim(text)) {}

    bool done() const { return rest_.empty(); }

    /// The name before '=', or empty.
    std::string_view name() {
        std::size_t size = 0;
        while (size < rest_.size() && is_word(rest_[size])) ++size;
        auto after = trim(rest_.substr(size));
        if (size == 0 || !after.starts_with('=')) return {};
        auto found = rest_.substr(0, size);
        rest_ = trim(after.substr(1));
        return found;
    }

    json value() {
        if (rest_.starts_with('"') || rest_.starts_with('\'')) return quoted();
        std::size_t size = 0;
        while (size < rest_.size() && (is_word(rest_[size]) || rest_[size] == '.' || rest_[size] == '-')) ++size;
        if (size == 0) fail();
        auto word = rest_.substr(0, size);
        rest_ = trim(rest_.substr(size));
        return bare(word);
    }

    void comma() {
        if (rest_.empty()) return;
        if (!rest_.starts_with(',')) fail();
        rest_ = trim(rest_.substr(1));
    }

  private:
    static bool is_word(char c) {
        return is_ascii_alphanumeric(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
    }

    json quoted() {
        auto close = rest_.find(rest_[0], 1);
        if (close == std::string_view::npos) fail();
        json text{rest_.substr(1, close - 1)};
        rest_ = trim(rest_.substr(close + 1));
        return text;
    }

    static json bare(std::string_view word) {
        if (word == "True") return true;
        if (word == "False") return false;
        if (word == "None") return nullptr;
        const char* end = word.data() + word.size();
        std::int64_t integer = 0;
        auto result = std::from_chars(word.data(), end, integer);
        if (result.ec == std::errc{} && result.ptr == end) return integer;
        double real = 0;
        result = std::from_chars(word.data(), end, real, std::chars_format::fixed);
        bool number = is_ascii_digit(word[0]) || word[0] == '-';
        if (number && result.ec == std::errc{} && result.ptr == end) return real;
        return word;
    }

    [[noreturn]] void fail() const {
        throw RouteError("malformed-rule"_code, "the converter's arguments (" + std::string{all_} + ") cannot be read.",
                         "write them as name=value or value, separated by commas; texts with blanks in quotes");
    }

    std::string_view all_, rest_;
};

}  // namespace

ConverterArguments::ConverterArguments(std::string_view text) {
    ArgumentReader reader{text};
    while (!reader.done()) {
        auto name = reader.name();
        if (name.empty()) {
            positional_.push_back(reader.value());
        } else {
            named_.emplace_back(name, reader.value());
        }
        reader.comma();
    }
}

const std::vector<json>& ConverterArguments::positional() const {
    positions_read_ = positional_.size();
    return positional_;
}

const std::vector<std::pair<std::string, json>>& ConverterArguments::named() const {
    all_named_read_ = true;
    return named_;
}

const json& ConverterArguments::get(std::string_view name, std::size_t position) const {
    static const json missing;
    names_read_.emplace_back(name);
    if (position != SIZE_MAX) positions_read_ = std::max(positions_read_, position + 1);
    for (const auto& [key, value] : named_) {
        if (key != name) continue;
        if (position >= positional_.size()) return value;
        throw ArgumentError("converter-arguments"_code, "it is given \"" + key + "\" twice, once without the name.");
    }
    return position < positional_.size() ? positional_[position] : missing;
}

void ConverterArguments::refuse_unread() const {
    if (positional_.size() > positions_read_) {
        throw ArgumentError("converter-arguments"_code, "of arguments without a name it takes " +
                                                            std::to_string(positions_read_) + ", not " +
                                                            std::to_string(positional_.size()) + ".");
    }
    for (const auto& [key, value] : named_) {
        if (all_named_read_ || std::find(names_read_.begin(), names_read_.end(), key) != names_read_.end()) continue;
        std::vector<std::string_view> known(names_read_.begin(), names_read_.end());
        throw ArgumentError("converter-arguments"_code, "it has no argument \"" + key + "\".",
                            did_you_mean_hint(key, known));
    }
}

}  // namespace retort
