// Filters of HTML: escape, safe, tojson, urlencode, xmlattr, striptags, urlize.
#include <algorithm>
#include <set>

#include "retort/base/text.hpp"
#include "retort/template/builtins.hpp"
#include "retort/template/errors.hpp"
#include "retort/template/letters.hpp"
#include "retort/template/render.hpp"

namespace retort::templates {

namespace {

/// As urllib quotes: letters, digits and `_.-~` stay.
void append_quoted(std::string& out, std::string_view text, bool query) {
    static constexpr char digits[] = "0123456789ABCDEF";
    for (char c : text) {
        bool plain = is_ascii_alphanumeric(c) || c == '_' || c == '.' || c == '-' || c == '~' || (c == '/' && !query);
        if (plain) {
            out += c;
        } else if (c == ' ' && query) {
            out += '+';
        } else {
            ((out += '%') += digits[(c >> 4) & 15]) += digits[c & 15];
        }
    }
}

Value urlencode(const Call& call) {
    Parameters given(call, "urlencode", {"value"}, 1);
    auto& value = given[0];
    std::string out;
    auto* dict = value.as<Dict>();
    if (value.is_text() || (dict == nullptr && !try_iterate(value))) {
        append_quoted(out, str(value), false);
        return Value::text(std::move(out));
    }
    auto put = [&](const Value& key, const Value& item) {
        if (!out.empty()) out += '&';
        append_quoted(out, str(key), true);
        out += '=';
        append_quoted(out, str(item), true);
    };
    if (dict != nullptr) {
        for (auto& [key, item] : dict->entries()) put(key, item);
        return Value::text(std::move(out));
    }
    for (auto& item : to_list(value)) {
        auto pair = to_list(item);
        if (pair.size() != 2) throw_value_error("urlencode takes pairs of a key and a value");
        put(pair[0], pair[1]);
    }
    return Value::text(std::move(out));
}

Value xmlattr(const Call& call) {
    Parameters given(call, "xmlattr", {"d", "autospace"}, 1);
    if (given[0].is_undefined()) throw_undefined(given[0]);
    auto* dict = given[0].as<Dict>();
    if (dict == nullptr) throw_type_error("'" + type_name(given[0]) + "' object has no attribute 'items'");
    std::string out;
    for (auto& [key, value] : dict->entries()) {
        if (value.is_none() || value.is_undefined()) continue;
        if (!key.is_text()) throw_type_error("the name of an attribute is text, not '" + type_name(key) + "'");
        auto name = key.text();
        if (name.find_first_of(" \t\n\r\f\v/>=") != name.npos) {
            throw_value_error("Invalid character in attribute name: " + repr(key));
        }
        if (!out.empty()) out += ' ';
        append_escaped(out, key);
        out += "=\"";
        append_escaped(out, value);
        out += '"';
    }
    if (given.truth(1, true) && !out.empty()) out.insert(0, " ");
    return Value::text(std::move(out), escapes(call));
}

/// What follows the link options: rel, sorted, and target.
Value urlize_filter(const Call& call) {
    Parameters given(call, "urlize", {"value", "trim_url_limit", "nofollow", "target", "rel", "extra_schemes"}, 1);
    UrlizeOptions options;
    if (given.given(1)) options.trim = given.integer(1, -1);
    std::set<std::string> rel{"noopener"};
    if (given.given(4) && truth(given[4]) && !given[4].is_text()) {
        throw_type_error("'" + type_name(given[4]) + "' object has no attribute 'split'");
    }
    std::string_view given_rel = given.given(4) && given[4].is_text() ? given[4].text() : "";
    for (auto word : words(given_rel)) rel.emplace(word);
    if (given.truth(2, false)) rel.insert("nofollow");
    for (auto& word : rel) options.rel += (options.rel.empty() ? "" : " ") + word;
    if (given.given(3) && truth(given[3])) options.target = str(given[3]);
    if (given.given(5)) {
        for (auto& scheme : to_list(given[5])) {
            std::string name = str(scheme);
            auto colon = name.find(':');
            bool word = colon != name.npos && colon >= 2 &&
                        std::all_of(name.begin(), name.begin() + static_cast<std::ptrdiff_t>(colon), [](char c) {
                            return is_word_point(static_cast<unsigned char>(c)) || c == '.' || c == '+' || c == '-';
                        });
            std::string rest = colon == name.npos ? "" : name.substr(colon + 1);
            if (!word || (!rest.empty() && rest != "/" && rest != "//")) {
                throw FilterArgumentError("filter-argument"_code, repr(scheme) + " is not a valid URI scheme prefix.");
            }
            options.extra_schemes.push_back(std::move(name));
        }
    }
    return Value::text(urlize(str(escape(given[0])), options), escapes(call));
}

Value tojson(const Call& call) {
    Parameters given(call, "tojson", {"value", "indent"}, 1);
    if (!given.given(1)) return Value::text(html_json(given[0], nullptr), true);
    std::string indent = given[1].is_text() ? str(given[1]) : std::string();
    if (!given[1].is_text())
        indent.assign(static_cast<std::size_t>(std::clamp<std::int64_t>(given.integer(1, 0), 0, 64)), ' ');
    if (indent.size() > 64) throw_value_error("the indent of tojson is too long");
    return Value::text(html_json(given[0], &indent), true);
}

Value forceescape(const Call& call) {
    Value text = soft_text(Parameters(call, "forceescape", {"value"}, 1)[0]);
    return escape(text.with_markup(false));
}

}  // namespace

std::string strip_tags(std::string_view html) {
    std::string plain;
    auto cut = [](std::string_view text, std::string_view open, std::string_view close, std::string& out) {
        while (true) {
            auto from = text.find(open);
            auto to = from == text.npos ? text.npos : text.find(close, from + open.size());
            if (to == text.npos) break;
            out += text.substr(0, from);
            text.remove_prefix(to + close.size());
        }
        out += text;
    };
    std::string without_comments;
    cut(html, "<!--", "-->", without_comments);
    cut(without_comments, "<", ">", plain);
    std::string out;
    for (auto word : words(plain)) (out += out.empty() ? "" : " ") += word;
    return unescape_html(out);
}

void add_html_filters(Functions& filters) {
    filters["escape"] = filters["e"] = [](const Call& call) { return escape(Parameters(call, "escape", {"s"}, 1)[0]); };
    filters["forceescape"] = forceescape;
    filters["safe"] = [](const Call& call) {
        return soft_text(Parameters(call, "safe", {"value"}, 1)[0]).with_markup(true);
    };
    filters["striptags"] = [](const Call& call) {
        return Value::text(strip_tags(str(Parameters(call, "striptags", {"value"}, 1)[0])));
    };
    filters["urlencode"] = urlencode;
    filters["xmlattr"] = xmlattr;
    filters["urlize"] = urlize_filter;
    filters["tojson"] = tojson;
}

}  // namespace retort::templates
