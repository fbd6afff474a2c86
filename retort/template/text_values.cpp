// str, repr, escaping, truth and length of values, as Python has them.
#include <algorithm>

#include "retort/base/json_text.hpp"
#include "retort/base/json_writer.hpp"
#include "retort/base/text.hpp"
#include "retort/template/convert.hpp"
#include "retort/template/errors.hpp"
#include "retort/template/letters.hpp"
#include "retort/template/operations.hpp"

namespace retort::templates {

std::string type_name(const Value& value) {
    switch (value.kind()) {
        case ValueKind::none: return "NoneType";
        case ValueKind::boolean: return "bool";
        case ValueKind::integer: return "int";
        case ValueKind::real: return "float";
        case ValueKind::text: return value.is_markup() ? "Markup" : "str";
        case ValueKind::object: return std::string{value.type().name};
        case ValueKind::missing: return "missing";
        default: return std::string{value.thing().type_name()};
    }
}

std::string type_description(const Value& value) {
    if (value.is_none()) return "None";
    return (value.is_markup() ? "markupsafe.Markup" : type_name(value)) + " object";
}

namespace {

/// `\x0b`, `\u2028` or `\U000e0001`.
void append_code(std::string& out, char32_t point) {
    static constexpr char digits[] = "0123456789abcdef";
    int size = point < 0x100 ? 2 : point < 0x10000 ? 4 : 8;
    (out += '\\') += size == 2 ? 'x' : size == 4 ? 'u' : 'U';
    while (size-- > 0) out += digits[(point >> (size * 4)) & 15];
}

/// Calls it with each character and its bytes; broken bytes are characters of their own.
template <class F>
void each_character(std::string_view text, F visit) {
    while (!text.empty()) {
        auto step = read_utf8(text);
        auto size = std::max<std::uint32_t>(step.size, 1);
        visit(step.valid ? step.point : U'\uFFFD', text.substr(0, size));
        text.remove_prefix(size);
    }
}

}  // namespace

void append_text_repr(std::string& out, std::string_view text) {
    bool single = text.find('\'') == text.npos || text.find('"') != text.npos;
    char quote = single ? '\'' : '"';
    out += quote;
    each_character(text, [&](char32_t point, std::string_view bytes) {
        char c = bytes[0];
        if (c == quote || c == '\\') {
            (out += '\\') += c;
        } else if (c == '\n' || c == '\r' || c == '\t') {
            (out += '\\') += c == '\n' ? 'n' : c == '\r' ? 'r' : 't';
        } else {
            is_printable(point) ? (void)out.append(bytes) : append_code(out, point);
        }
    });
    out += quote;
}

std::string ascii(const Value& value) {
    std::string out;
    each_character(repr(value), [&](char32_t point, std::string_view bytes) {
        point < 0x80 ? (void)out.append(bytes) : append_code(out, point);
    });
    return out;
}

namespace {

void append_integer(std::string& out, std::int64_t number) {
    char digits[retort::detail::most_integer_bytes];
    out.append(digits, retort::detail::put_integer(digits, number));
}

void append_undefined(std::string& out, const Value& value) {
    auto& info = undefined_info(value);
    if (info.behaviour == Undefined::strict) throw_undefined(value);
    if (info.behaviour == Undefined::debug) out += info.debug_text();
}

void append_object(std::string& out, const ObjectView& view, int depth) {
    if (view.type->text != nullptr) return view.type->text(view.object, out);
    if (view.type->iterate != nullptr) return append_str(out, view.type->iterate(view.object), depth + 1);
    out.append("<").append(view.type->name).append(">");
}

void append_any(std::string& out, const Value& value, int depth, bool as_repr) {
    if (auto view = object_of(value)) return append_object(out, view, depth);
    if (value.is_undefined()) {
        as_repr ? (void)(out += "Undefined") : append_undefined(out, value);
    } else if (value.is_thing()) {
        as_repr ? value.thing().repr(out, depth) : value.thing().str(out, depth);
    }
}

}  // namespace

void append_str(std::string& out, const Value& value, int depth) {
    switch (value.kind()) {
        case ValueKind::text: out.append(value.text()); break;
        case ValueKind::integer: append_integer(out, value.integer()); break;
        case ValueKind::real: append_real(out, value.real()); break;
        case ValueKind::boolean: out += value.boolean() ? "True" : "False"; break;
        case ValueKind::none: out += "None"; break;
        default: append_any(out, value, depth, false);
    }
}

void append_repr(std::string& out, const Value& value, int depth) {
    if (value.is_text()) {
        if (value.is_markup()) out += "Markup(";
        append_text_repr(out, value.text());
        if (value.is_markup()) out += ')';
    } else if (value.kind() == ValueKind::object || value.is_thing() || value.is_undefined()) {
        append_any(out, value, depth, true);
    } else {
        append_str(out, value, depth);
    }
}

void detail::print_text(std::string& out, std::string_view text, bool html) {
    html ? append_html_escaped(out, text) : (void)out.append(text);
}
void detail::print_integer(std::string& out, std::int64_t number) { append_integer(out, number); }

std::string str(const Value& value) {
    std::string out;
    append_str(out, value);
    return out;
}
std::string repr(const Value& value) {
    std::string out;
    append_repr(out, value);
    return out;
}

Value soft_text(const Value& value) { return value.is_text() ? value : Value::text(str(value)); }

std::string_view text_of(const Value& value, std::string& scratch) {
    if (value.is_text()) return value.text();
    scratch.clear();
    append_str(scratch, value);
    return scratch;
}

void append_escaped(std::string& out, const Value& value) {
    switch (value.kind()) {
        case ValueKind::text:
            if (value.is_markup()) {
                out.append(value.text());
            } else {
                append_html_escaped(out, value.text());
            }
            break;
        case ValueKind::integer: append_integer(out, value.integer()); break;
        case ValueKind::real: append_real(out, value.real()); break;
        case ValueKind::boolean:
        case ValueKind::none: append_str(out, value); break;
        default:
            value.is_thing() && value.thing().holds_html() ? append_str(out, value)
                                                           : append_html_escaped(out, str(value));
    }
}

Value escape(const Value& value) {
    if (value.is_markup()) return value;
    std::string out;
    append_escaped(out, value);
    return Value::text(std::move(out), true);
}

bool truth(const Value& value) {
    switch (value.kind()) {
        case ValueKind::missing:
        case ValueKind::none: return false;
        case ValueKind::boolean:
        case ValueKind::integer: return value.integer() != 0;
        case ValueKind::real: return value.real() != 0;
        case ValueKind::text: return !value.text().empty();
        case ValueKind::undefined:
            if (undefined_info(value).behaviour == Undefined::strict) throw_undefined(value);
            return false;
        default: break;
    }
    if (auto view = object_of(value)) {
        if (view.type->truth != nullptr) return view.type->truth(view.object);
        return view.type->length == nullptr || view.type->length(view.object) != 0;
    }
    return value.thing().truth();
}

std::int64_t length_of(const Value& value) {
    if (value.is_text()) return static_cast<std::int64_t>(utf8_length(value.text()));
    if (value.is_undefined()) {
        if (undefined_info(value).behaviour == Undefined::strict) throw_undefined(value);
        return 0;
    }
    if (auto view = object_of(value)) return view.type->length == nullptr ? -1 : view.type->length(view.object);
    return value.is_thing() ? value.thing().length() : -1;
}

}  // namespace retort::templates
