// The methods of text that templates use, as Python has them.
#include <algorithm>
#include <optional>

#include "retort/base/text.hpp"
#include "retort/template/builtins.hpp"
#include "retort/template/errors.hpp"
#include "retort/template/letters.hpp"

namespace retort::templates {

namespace {

/// An argument that is text; escaped when it meets markup.
Value text_argument(const Value& self, const Value& value, const char* what) {
    if (value.is_undefined()) throw_undefined(value);
    if (!value.is_text()) throw_type_error(std::string{what} + " must be str, not " + type_name(value));
    return self.is_markup() ? escape(value) : value;
}

template <std::string (*change)(std::string_view)>
Value changed(const Value& self, const Call& call) {
    Parameters(call, "method", {});
    return Value::text(change(self.text()), self.is_markup());
}

template <bool left, bool right>
Value stripped(const Value& self, const Call& call) {
    Parameters given(call, "strip", {"chars"});
    if (given.given(0)) {
        Value chars = text_argument(self, given[0], "strip arg");
        return Value::part(self, strip(self.text(), chars.text(), left, right));
    }
    auto text = self.text();
    if (left) text = strip_left(text);
    return Value::part(self, right ? strip_right(text) : text);
}

std::vector<Value> parts(const Value& self, const std::vector<std::string_view>& pieces) {
    std::vector<Value> out;
    out.reserve(pieces.size());
    for (auto piece : pieces) out.push_back(Value::part(self, piece));
    return out;
}

std::vector<std::string_view> split_white(std::string_view text, std::int64_t most) {
    std::vector<std::string_view> out;
    for (text = strip_left(text); !text.empty(); --most) {
        if (most == 0) {
            out.push_back(text);
            break;
        }
        auto word = words(text, 1)[0];
        out.push_back(word);
        text = strip_left(text.substr(word.size()));
    }
    return out;
}

std::vector<std::string_view> split_white_right(std::string_view text, std::int64_t most) {
    auto all = words(text);
    if (most < 0 || static_cast<std::size_t>(most) >= all.size()) return all;
    auto kept = all.size() - static_cast<std::size_t>(most);
    auto first = strip_right(
        text.substr(0, static_cast<std::size_t>(all[kept - 1].data() + all[kept - 1].size() - text.data())));
    std::vector<std::string_view> out{first};
    out.insert(out.end(), all.begin() + static_cast<std::ptrdiff_t>(kept), all.end());
    return out;
}

std::vector<std::string_view> split_at(std::string_view text, std::string_view separator, std::int64_t most) {
    std::vector<std::string_view> out;
    for (; most != 0; --most) {
        auto found = text.find(separator);
        if (found == text.npos) break;
        out.push_back(text.substr(0, found));
        text.remove_prefix(found + separator.size());
    }
    out.push_back(text);
    return out;
}

std::vector<std::string_view> split_at_right(std::string_view text, std::string_view separator, std::int64_t most) {
    std::vector<std::string_view> out;
    for (; most != 0; --most) {
        auto found = text.rfind(separator);
        if (found == text.npos) break;
        out.push_back(text.substr(found + separator.size()));
        text = text.substr(0, found);
    }
    out.push_back(text);
    std::reverse(out.begin(), out.end());
    return out;
}

template <bool from_right>
Value split_method(const Value& self, const Call& call) {
    Parameters given(call, "split", {"sep", "maxsplit"});
    auto most = given.integer(1, -1);
    if (!given.given(0)) {
        return list(parts(self, from_right ? split_white_right(self.text(), most) : split_white(self.text(), most)));
    }
    if (!given[0].is_text()) throw_type_error("must be str or None, not " + type_name(given[0]));
    auto separator = given[0].text();
    if (separator.empty()) throw_value_error("empty separator");
    return list(parts(
        self, from_right ? split_at_right(self.text(), separator, most) : split_at(self.text(), separator, most)));
}

Value splitlines(const Value& self, const Call& call) {
    Parameters given(call, "splitlines", {"keepends"});
    return list(parts(self, split_lines(self.text(), given.integer(0, 0) != 0)));
}

Value join_method(const Value& self, const Call& call) {
    Parameters given(call, "join", {"iterable"}, 1);
    std::string out;
    std::size_t at = 0;
    auto each = iterate(given[0]);
    for (Value item; each->next(item); ++at) {
        if (at != 0) out += self.text();
        if (self.is_markup()) {
            append_escaped(out, item);
        } else if (item.is_text()) {
            out += item.text();
        } else {
            if (item.is_undefined()) throw_undefined(item);
            throw_type_error("sequence item " + std::to_string(at) + ": expected str instance, " + type_name(item) +
                             " found");
        }
    }
    return Value::text(std::move(out), self.is_markup());
}

Value replace_method(const Value& self, const Call& call) {
    Parameters given(call, "replace", {"old", "new", "count"}, 2);
    Value old = text_argument(self, given[0], "replace() argument 1");
    Value with = text_argument(self, given[1], "replace() argument 2");
    return Value::text(replaced(self.text(), old.text(), with.text(), given.integer(2, -1)), self.is_markup());
}

/// The part between the places `start` and `end`; none, in which nothing is found, when it would begin behind its end.
std::optional<std::string_view> bounded(const Value& self, const Parameters& given, std::size_t at) {
    if (!given.given(at) && !given.given(at + 1)) return self.text();
    auto size = static_cast<std::int64_t>(utf8_length(self.text()));
    auto place = [&](const Value& value, std::int64_t otherwise) {
        if (!value.is_integral()) return otherwise;
        return value.integer() < 0 ? std::max<std::int64_t>(value.integer() + size, 0) : value.integer();
    };
    if (place(given[at], 0) > std::min(place(given[at + 1], size), size)) return std::nullopt;
    auto range = slice_range(size, given[at], given[at + 1], Value::missing());
    auto before = first_characters(self.text(), static_cast<std::size_t>(range.start)).size();
    auto rest = self.text().substr(before);
    return rest.substr(0, first_characters(rest, static_cast<std::size_t>(range.count)).size());
}

template <bool at_end>
Value touches(const Value& self, const Call& call) {
    Parameters given(call, at_end ? "endswith" : "startswith", {"prefix", "start", "end"}, 1);
    auto text = bounded(self, given, 1);
    auto matches = [&](const Value& wanted) {
        if (!wanted.is_text()) throw_type_error("startswith and endswith take a str or a tuple of str");
        return text && (at_end ? text->ends_with(wanted.text()) : text->starts_with(wanted.text()));
    };
    auto* several = sequence_of(given[0]);
    if (several == nullptr || !several->is_tuple()) return Value::boolean(matches(given[0]));
    return Value::boolean(std::any_of(several->items().begin(), several->items().end(), matches));
}

template <bool from_right, bool must>
Value find_method(const Value& self, const Call& call) {
    Parameters given(call, "find", {"sub", "start", "end"}, 1);
    auto text = bounded(self, given, 1);
    auto wanted = text_argument(Value(), given[0], "must");
    auto found = !text ? std::string_view::npos : from_right ? text->rfind(wanted.text()) : text->find(wanted.text());
    if (found == std::string_view::npos) {
        if (must) throw_value_error("substring not found");
        return Value::integer(-1);
    }
    auto before = static_cast<std::size_t>(text->data() - self.text().data()) + found;
    return Value::integer(static_cast<std::int64_t>(utf8_length(self.text().substr(0, before))));
}

Value count_method(const Value& self, const Call& call) {
    Parameters given(call, "count", {"sub", "start", "end"}, 1);
    auto text = bounded(self, given, 1);
    auto wanted = text_argument(Value(), given[0], "must");
    if (!text) return Value::integer(0);
    if (wanted.text().empty()) return Value::integer(static_cast<std::int64_t>(utf8_length(*text)) + 1);
    return Value::integer(static_cast<std::int64_t>(split_at(*text, wanted.text(), -1).size()) - 1);
}

template <char align>
Value pad_method(const Value& self, const Call& call) {
    Parameters given(call, "center", {"width", "fillchar"}, 1);
    Value fill = given.has(1) ? text_argument(self, given[1], "The fill character") : Value::view(" ");
    auto width = given.integer(0, 0);
    if (width > static_cast<std::int64_t>(most_text)) throw_overflow("The text is too long.");
    if (utf8_length(fill.text()) != 1) throw_type_error("The fill character must be exactly one character long");
    return Value::text(padded(self.text(), width, fill.text(), align), self.is_markup());
}

Value zfill(const Value& self, const Call& call) {
    Parameters given(call, "zfill", {"width"}, 1);
    auto text = self.text();
    auto missing = given.integer(0, 0) - static_cast<std::int64_t>(utf8_length(text));
    if (missing > static_cast<std::int64_t>(most_text)) throw_overflow("The text is too long.");
    if (missing <= 0) return self;
    std::size_t sign = !text.empty() && (text[0] == '+' || text[0] == '-') ? 1 : 0;
    std::string out{text};
    out.insert(sign, static_cast<std::size_t>(missing), '0');
    return Value::text(std::move(out), self.is_markup());
}

template <bool from_right>
Value partition(const Value& self, const Call& call) {
    Parameters given(call, "partition", {"sep"}, 1);
    Value separator = text_argument(self, given[0], "must");
    if (separator.text().empty()) throw_value_error("empty separator");
    auto text = self.text();
    auto found = from_right ? text.rfind(separator.text()) : text.find(separator.text());
    auto part = [&](std::string_view piece) { return Value::part(self, piece); };
    if (found == text.npos) {
        auto empty = part(text.substr(text.size()));
        return from_right ? tuple({empty, empty, self}) : tuple({self, empty, empty});
    }
    auto size = separator.text().size();
    return tuple({part(text.substr(0, found)), part(text.substr(found, size)), part(text.substr(found + size))});
}

/// Whether there are characters, and all are such.
template <class Is>
bool all_points(std::string_view text, Is is) {
    if (text.empty()) return false;
    while (!text.empty()) {
        auto step = read_utf8(text);
        if (!step.valid || !is(step.point)) return false;
        text.remove_prefix(step.size);
    }
    return true;
}
template <bool (*is)(char32_t)>
Value all_are(const Value& self, const Call&) {
    return Value::boolean(all_points(self.text(), is));
}
bool letter_or_digit(char32_t point) { return is_word_point(point) && point != '_'; }

template <bool at_end>
Value without(const Value& self, const Call& call) {
    Parameters given(call, "removeprefix", {"prefix"}, 1);
    auto text = self.text();
    auto part = text_argument(Value(), given[0], "must").text();
    if (at_end ? text.ends_with(part) : text.starts_with(part)) {
        text = at_end ? text.substr(0, text.size() - part.size()) : text.substr(part.size());
    }
    return Value::part(self, text).with_markup(false);
}

Value expandtabs(const Value& self, const Call& call) {
    Parameters given(call, "expandtabs", {"tabsize"});
    auto size = std::min<std::int64_t>(given.integer(0, 8), 4096);
    std::string out;
    std::int64_t column = 0;
    for (char c : self.text()) {
        if (c == '\t') {
            auto spaces = size > 0 ? size - column % size : 0;
            out.append(static_cast<std::size_t>(spaces), ' ');
            column += spaces;
        } else {
            out += c;
            column = c == '\n' || c == '\r' ? 0 : column + ((c & 0xC0) != 0x80);
        }
    }
    return Value::text(std::move(out), self.is_markup());
}

Value casefold(const Value& self, const Call& call) {
    Parameters(call, "casefold", {});
    return Value::text(fold_case(self.text()));
}
Value is_ascii(const Value& self, const Call&) {
    auto text = self.text();
    return Value::boolean(std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; }));
}
Value is_printable_method(const Value& self, const Call&) {
    return Value::boolean(self.text().empty() || all_points(self.text(), is_printable));
}
Value is_title(const Value& self, const Call&) {
    return Value::boolean(title(self.text()) == self.text() && to_lower(self.text()) != self.text());
}
Value is_upper_method(const Value& self, const Call&) { return Value::boolean(is_upper(self.text())); }
Value is_lower_method(const Value& self, const Call&) { return Value::boolean(is_lower(self.text())); }
Value is_identifier(const Value& self, const Call&) {
    return Value::boolean(!self.text().empty() && !is_ascii_digit(self.text()[0]) &&
                          all_points(self.text(), is_word_point));
}
Value format_method(const Value& self, const Call& call) { return brace_format(self, call); }
Value format_map(const Value& self, const Call& call) {
    Parameters given(call, "format_map", {"mapping"}, 1);
    auto* mapping = given[0].as<Dict>();
    if (mapping == nullptr) throw_type_error("format_map() takes a dict, not '" + type_name(given[0]) + "'");
    std::vector<Keyword> keywords;
    for (auto& [key, value] : mapping->entries()) {
        if (key.is_text()) keywords.push_back({key.text(), value});
    }
    return brace_format(self, {{}, keywords, call.render, call.context});
}
Value striptags(const Value& self, const Call&) { return Value::text(strip_tags(self.text())); }
Value unescape_method(const Value& self, const Call&) { return Value::text(unescape_html(self.text())); }
Value html_method(const Value& self, const Call&) { return self; }

struct TextMethod {
    std::string_view name;
    Method::Body body;
};
constexpr TextMethod methods[] = {
    {"upper", changed<to_upper>},
    {"lower", changed<to_lower>},
    {"casefold", casefold},
    {"title", changed<title>},
    {"capitalize", changed<capitalize>},
    {"swapcase", changed<swap_case>},
    {"strip", stripped<true, true>},
    {"lstrip", stripped<true, false>},
    {"rstrip", stripped<false, true>},
    {"split", split_method<false>},
    {"rsplit", split_method<true>},
    {"splitlines", splitlines},
    {"join", join_method},
    {"replace", replace_method},
    {"startswith", touches<false>},
    {"endswith", touches<true>},
    {"find", find_method<false, false>},
    {"rfind", find_method<true, false>},
    {"index", find_method<false, true>},
    {"rindex", find_method<true, true>},
    {"count", count_method},
    {"center", pad_method<'c'>},
    {"ljust", pad_method<'<'>},
    {"rjust", pad_method<'>'>},
    {"zfill", zfill},
    {"partition", partition<false>},
    {"rpartition", partition<true>},
    {"isalpha", all_are<is_letter>},
    {"isdigit", all_are<is_digit>},
    {"isdecimal", all_are<is_digit>},
    {"isnumeric", all_are<is_digit>},
    {"isalnum", all_are<letter_or_digit>},
    {"isspace", all_are<is_white>},
    {"istitle", is_title},
    {"isupper", is_upper_method},
    {"islower", is_lower_method},
    {"isidentifier", is_identifier},
    {"isascii", is_ascii},
    {"isprintable", is_printable_method},
    {"removeprefix", without<false>},
    {"removesuffix", without<true>},
    {"expandtabs", expandtabs},
    {"format", format_method},
    {"format_map", format_map},
};
constexpr TextMethod markup_methods[] = {
    {"striptags", striptags},
    {"unescape", unescape_method},
    {"__html__", html_method},
};

}  // namespace

Method::Body text_method(std::string_view name, bool markup) noexcept {
    for (auto& known : methods) {
        if (known.name == name) return known.body;
    }
    for (auto& known : markup_methods) {
        if (markup && known.name == name) return known.body;
    }
    return nullptr;
}

}  // namespace retort::templates
