// Python's `format % values`.
#include <cmath>

#include "retort/base/text.hpp"
#include "retort/template/errors.hpp"
#include "retort/template/format_spec.hpp"
#include "retort/template/letters.hpp"
#include "retort/template/operations.hpp"

namespace retort::templates {

namespace {

class PercentFormat {
  public:
    PercentFormat(const Value& format, const Value& values) : text_(format.text()), html_(format.is_markup()) {
        auto* several = sequence_of(values);
        if (several != nullptr && several->is_tuple()) {
            positional_ = several->items();
        } else {
            positional_ = {values};
            mapping_ = values.as<Dict>();
            has_items_ =
                values.is_undefined() || several != nullptr || (values.is_thing() && values.thing().has_items());
        }
    }

    std::string run() {
        while (!text_.empty()) {
            auto percent = text_.find('%');
            out_ += text_.substr(0, percent);
            if (percent == text_.npos) break;
            text_.remove_prefix(percent + 1);
            if (front() == '%') {
                out_ += '%';
                text_.remove_prefix(1);
            } else {
                directive();
            }
        }
        if (next_ < positional_.size() && !has_items_) {
            throw_type_error("not all arguments converted during string formatting");
        }
        return std::move(out_);
    }

  private:
    static constexpr auto most_count = static_cast<std::int64_t>(most_text);

    char front() const {
        if (text_.empty()) throw_value_error("incomplete format");
        return text_[0];
    }

    const Value& next() {
        if (named_ != nullptr) return *named_;
        if (next_ >= positional_.size()) throw_type_error("not enough arguments for format string");
        return positional_[next_++];
    }

    void read_name() {
        named_ = nullptr;
        if (front() != '(') return;
        if (has_items_ && positional_[0].is_undefined()) throw_undefined(positional_[0]);
        if (mapping_ == nullptr) throw_type_error("format requires a mapping");
        auto end = text_.find(')');
        if (end == text_.npos) throw_value_error("incomplete format key");
        Value key = Value::text(std::string{text_.substr(1, end - 1)});
        if (!mapping_->find(key, found_)) throw_lookup_error(repr(key));
        named_ = &found_;
        text_.remove_prefix(end + 1);
    }

    std::int64_t read_count() {
        if (front() == '*') {
            text_.remove_prefix(1);
            std::int64_t count = to_integer(next(), "* wants int");
            if (count > most_count || count < -most_count) throw_value_error("width too big");
            return count;
        }
        std::int64_t count = 0;
        while (is_ascii_digit(front())) {
            count = count * 10 + (text_[0] - '0');
            if (count > most_count) throw_value_error("width too big");
            text_.remove_prefix(1);
        }
        return count;
    }

    void directive() {
        read_name();
        FormatSpec spec;
        spec.align = '>';
        for (std::string_view flags = "#0- +"; flags.find(front()) != flags.npos; text_.remove_prefix(1)) {
            if (text_[0] == '#') spec.alternate = true;
            if (text_[0] == '0') spec.fill = "0";
            if (text_[0] == '-') spec.align = '<';
            if (text_[0] == '+' || (text_[0] == ' ' && spec.sign != '+')) spec.sign = text_[0];
        }
        spec.width = read_count();
        if (spec.width < 0) spec.align = '<', spec.width = -spec.width;
        if (front() == '.') {
            text_.remove_prefix(1);
            spec.precision = std::max<std::int64_t>(read_count(), 0);
        }
        while (front() == 'h' || front() == 'l' || front() == 'L') text_.remove_prefix(1);
        spec.type = front();
        text_.remove_prefix(1);
        convert(spec);
    }

    void convert(const FormatSpec& spec) {
        switch (spec.type) {
            case 's':
            case 'r':
            case 'a': put_text(spec); break;
            case 'd':
            case 'i':
            case 'u':
            case 'o':
            case 'x':
            case 'X': put_integer(spec); break;
            case 'e':
            case 'E':
            case 'f':
            case 'F':
            case 'g':
            case 'G': put_real(spec); break;
            case 'c': put_character(spec); break;
            default: next(), throw_value_error("unsupported format character '" + std::string(1, spec.type) + "'");
        }
    }

    void pad(const FormatSpec& spec, const std::string& sign, const std::string& digits) {
        bool zeros = spec.fill == "0" && spec.align == '>';
        if (zeros) {
            out_ += sign + padded(digits, spec.width - static_cast<std::int64_t>(sign.size()), "0", '>');
        } else {
            out_ += padded(sign + digits, spec.width, " ", spec.align);
        }
    }

    void put_text(const FormatSpec& spec) {
        const Value& value = next();
        std::string text = spec.type == 's' ? str(value) : spec.type == 'r' ? repr(value) : ascii(value);
        if (html_) text = spec.type == 's' ? str(escape(value)) : html_escape(text);
        if (spec.precision >= 0) {
            text.resize(first_characters(text, static_cast<std::size_t>(spec.precision)).size());
        }
        out_ += padded(text, spec.width, " ", spec.align);
    }

    void put_integer(const FormatSpec& spec) {
        const Value& value = next();
        std::int64_t number = value.integer();
        bool decimal = spec.type == 'd' || spec.type == 'i' || spec.type == 'u';
        if (value.is_undefined() && decimal) throw_undefined(value);
        auto* type = calculation_of(value);
        bool of_its_own = type != nullptr && type->round != nullptr;
        if (decimal && (value.is_real() || of_its_own)) {
            double real = of_its_own ? std::strtod(str(value).c_str(), nullptr) : value.real();
            if (!(std::abs(real) < 9.2e18)) throw_overflow("The number does not fit into 64 bits.");
            number = static_cast<std::int64_t>(real);
        } else if (!value.is_integral()) {
            throw_type_error("%" + std::string(1, spec.type) +
                             " format: " + (decimal ? "a real number is required" : "an integer is required") +
                             ", not " + type_name(value));
        }
        std::string digits = integer_digits(number, decimal ? 'd' : spec.type, false);
        while (static_cast<std::int64_t>(digits.size()) < std::min<std::int64_t>(spec.precision, 4096)) {
            digits.insert(0, "0");
        }
        std::string sign = sign_of(number < 0, spec.sign);
        if (spec.alternate && !decimal) sign += std::string{"0"} + spec.type;
        pad(spec, sign, digits);
    }

    void put_real(const FormatSpec& spec) {
        const Value& value = next();
        if (value.is_undefined()) throw_undefined(value);
        double number = value.real();
        auto* type = calculation_of(value);
        bool read_as_number = type == nullptr || type->round != nullptr;
        if (auto view = object_of(value); view && view.type->is_text && read_as_number) {
            number = std::strtod(str(value).c_str(), nullptr);
        } else if (!value.is_number()) {
            throw_type_error("must be real number, not " + type_name(value));
        }
        pad(spec, sign_of(std::signbit(number) && !std::isnan(number), spec.sign),
            real_digits(number, spec.type, spec.precision, spec.alternate));
    }

    void put_character(const FormatSpec& spec) {
        const Value& value = next();
        std::string character;
        if (value.is_integral()) {
            character = character_of(value.integer());
        } else if (value.is_text() && utf8_length(value.text()) == 1) {
            character = value.text();
        } else {
            throw_type_error("%c requires int or char");
        }
        out_ += padded(html_ ? html_escape(character) : character, spec.width, " ", spec.align);
    }

    std::string_view text_;
    bool html_;
    std::vector<Value> positional_;
    const Dict* mapping_ = nullptr;
    bool has_items_ = false;  ///< then nobody asks whether all of it was used
    const Value* named_ = nullptr;
    Value found_;
    std::size_t next_ = 0;
    std::string out_;
};

}  // namespace

Value percent_format(const Value& format, const Value& values) {
    return Value::text(PercentFormat(format, values).run(), format.is_markup());
}

}  // namespace retort::templates
