// Filters of text: upper, replace, format, trim and so on.
#include "retort/base/text.hpp"
#include "retort/template/builtins.hpp"
#include "retort/template/errors.hpp"
#include "retort/template/letters.hpp"
#include "retort/template/render.hpp"

namespace retort::templates {

bool escapes(const Call& call) { return call.context != nullptr && call.context->autoescape; }
Undefined undefined_of(const Call& call) {
    return call.render == nullptr ? Undefined::standard : call.render->undefined();
}

namespace {

/// A filter that makes text of text, and markup of markup.
Function of_text(const char* name, std::string (*change)(std::string_view)) {
    return [name, change](const Call& call) {
        Parameters given(call, name, {"s"}, 1);
        Value text = soft_text(given[0]);
        return Value::text(change(text.text()), text.is_markup());
    };
}

/// Jinja's title: words begin behind white space and `-({[<`.
std::string title_words(std::string_view text) {
    std::string out;
    bool begins = true;
    while (!text.empty()) {
        auto step = read_utf8(text);
        auto character = text.substr(0, std::max<std::uint32_t>(step.size, 1));
        bool separates = is_white(step.point) || std::string_view{"-({[<"}.find(character) != std::string_view::npos;
        out += separates ? std::string{character} : begins ? to_upper(character) : to_lower(character);
        begins = separates;
        text.remove_prefix(character.size());
    }
    return out;
}

Value replace(const Call& call) {
    Parameters given(call, "replace", {"s", "old", "new", "count"}, 3);
    auto count = given.given(3) ? given.integer(3, -1) : -1;
    if (!escapes(call)) return Value::text(replaced(str(given[0]), str(given[1]), str(given[2]), count));
    bool html = given[1].is_markup() || (given[2].is_markup() && !given[0].is_markup());
    Value text = html ? escape(given[0]) : soft_text(given[0]);
    Value old = soft_text(given[1]), with = soft_text(given[2]);
    if (text.is_markup()) old = escape(old), with = escape(with);
    return Value::text(replaced(text.text(), old.text(), with.text(), count), text.is_markup());
}

Value center(const Call& call) {
    Parameters given(call, "center", {"value", "width"}, 1);
    Value text = soft_text(given[0]);
    auto width = given.integer(1, 80);
    if (width > static_cast<std::int64_t>(most_text)) throw_overflow("The text is too long.");
    return Value::text(padded(text.text(), width, " ", 'c'), text.is_markup());
}

Value trim_filter(const Call& call) {
    Parameters given(call, "trim", {"value", "chars"}, 1);
    Value text = soft_text(given[0]);
    if (!given.given(1)) return Value::part(text, strip(text.text()));
    if (!given[1].is_text()) throw_type_error("strip arg must be None or str");
    Value chars = text.is_markup() ? escape(given[1]) : given[1];
    return Value::part(text, strip(text.text(), chars.text(), true, true));
}

std::int64_t size_of(const Value& value) {
    auto size = length_of(value);
    if (size < 0) throw_type_error("object of type '" + type_name(value) + "' has no len()");
    return size;
}

Value truncate(const Call& call) {
    Parameters given(call, "truncate", {"s", "length", "killwords", "end", "leeway"}, 1);
    auto& text = given[0];
    Value end = given.has(3) ? given[3] : Value::view("...");
    auto length = given.integer(1, 255), leeway = given.given(4) ? given.integer(4, 5) : 5;
    auto end_length = size_of(end);
    if (length < end_length) {
        throw_value_error("expected length >= " + std::to_string(end_length) + ", got " + std::to_string(length));
    }
    if (leeway < 0) throw_value_error("expected leeway >= 0, got " + std::to_string(leeway));
    if (size_of(text) <= length + leeway) return text;
    if (!text.is_text()) throw_type_error("truncate takes a text, not '" + type_name(text) + "'");
    std::string_view kept = first_characters(text.text(), static_cast<std::size_t>(length - end_length));
    if (!given.truth(2, false)) kept = kept.substr(0, kept.rfind(' '));
    return arithmetic(Operator::add, Value::part(text, kept), end);
}

Value wordcount(const Call& call) {
    Parameters given(call, "wordcount", {"s"}, 1);
    std::int64_t count = 0;
    bool inside = false;
    std::string scratch;
    for (auto rest = text_of(given[0], scratch); !rest.empty();) {
        auto step = read_utf8(rest);
        bool word = step.valid && is_word_point(step.point);
        count += word && !inside;
        inside = word;
        rest.remove_prefix(std::max<std::uint32_t>(step.size, 1));
    }
    return Value::integer(count);
}

Value format_filter(const Call& call) {
    if (call.arguments.empty()) throw_type_error("format() missing required argument 'value'");
    if (call.arguments.size() > 1 && !call.keywords.empty()) {
        throw FilterArgumentError("filter-argument"_code,
                                  "can't handle positional and keyword arguments at the same time");
    }
    Value text = soft_text(call.arguments[0]);
    if (call.keywords.empty()) {
        return percent_format(text, tuple(std::vector<Value>(call.arguments.begin() + 1, call.arguments.end())));
    }
    auto values = make<Dict>();
    for (auto& keyword : call.keywords) values->set(Value::text(std::string{keyword.name}), keyword.value);
    return percent_format(text, Value::thing(values));
}

Value default_filter(const Call& call) {
    Parameters given(call, "default", {"value", "default_value", "boolean"}, 1);
    bool replace = given[0].is_undefined() || (given.truth(2, false) && !truth(given[0]));
    if (!replace) return given[0];
    return given.has(1) ? given[1] : Value::view("");
}

}  // namespace

void add_text_filters(Functions& filters) {
    filters["upper"] = of_text("upper", to_upper);
    filters["lower"] = of_text("lower", to_lower);
    filters["capitalize"] = of_text("capitalize", capitalize);
    filters["title"] = [](const Call& call) {
        Parameters given(call, "title", {"s"}, 1);
        return Value::text(title_words(soft_text(given[0]).text()));
    };
    filters["string"] = [](const Call& call) { return soft_text(Parameters(call, "string", {"object"}, 1)[0]); };
    filters["replace"] = replace;
    filters["center"] = center;
    filters["trim"] = trim_filter;
    filters["truncate"] = truncate;
    filters["wordcount"] = wordcount;
    filters["format"] = format_filter;
    filters["default"] = filters["d"] = default_filter;
}

void add_builtin_filters(Functions& filters) {
    add_text_filters(filters);
    add_layout_filters(filters);
    add_number_filters(filters);
    add_list_filters(filters);
    add_choosing_filters(filters);
    add_html_filters(filters);
}

}  // namespace retort::templates
