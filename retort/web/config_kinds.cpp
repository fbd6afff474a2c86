// What the values of the configuration's keys must be.
#include "retort/web/config_kinds.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "retort/base/multi_dict.hpp"
#include "retort/base/text.hpp"
#include "retort/web/cookie.hpp"
#include "retort/web/response.hpp"

namespace retort::detail::kinds {

namespace {

/// What "true" and "false" are written as; everything else that is no JSON is doubtful.
bool truth_of(std::string_view key, std::string_view word) {
    if (word.empty()) return false;
    if (auto known = text_to_bool(word)) return *known;
    refuse(key, "true or false, and is \"" + std::string{word} + "\"", "write true or false");
}

bool is_texts(const json& value) {
    return value.is_array() && std::all_of(value.begin(), value.end(), [](const json& each) { return each.is_text(); });
}

void whole_number(std::string_view key, const json& value, std::int64_t least, std::int64_t most,
                  std::string_view wanted) {
    if (value.is_null()) return;
    const bool whole = value.is_integer() && value.to_real() >= static_cast<double>(least) &&
                       value.to_real() <= static_cast<double>(most);
    if (!whole) refuse(key, wanted);
}

constexpr std::int64_t largest_count = std::int64_t{1} << 53;
constexpr std::int64_t longest = std::int64_t{3600} * 24 * 366 * 1000;  // a thousand years

}  // namespace

void refuse(std::string_view key, std::string_view wanted, std::string hint) {
    if (hint.empty()) hint = "give it a value of the kind that its page in docs/web tells";
    throw ConfigError(
        "config-kind"_code,
        "the configuration's " + std::string{key} + " is of a wrong kind: it has to be " + std::string{wanted},
        std::move(hint));
}

void flag(std::string_view key, json& value) {
    if (value.is_null() || value.is_boolean()) return;
    if (!value.is_number() && !value.is_text()) refuse(key, "true or false", "write true or false");
    value = value.is_number() ? value.to_real() != 0 : truth_of(key, value.text());
}

void flag_or_json(std::string_view key, json& value) {
    if (value == json("json")) return;
    if (value.is_text() && !text_to_bool(value.text()) && !value.text().empty()) {
        refuse(key, "true, false or \"json\", and is \"" + std::string{value.text()} + "\"",
               "write true, false, or json for lines that programs read");
    }
    flag(key, value);
}

void text(std::string_view key, json& value) {
    if (value.is_null() || value.is_text()) return;
    refuse(key, "text", "quote it; in the environment too, where it looks like a number: RETORT_KEY='\"123\"'");
}

void texts(std::string_view key, json& value) {
    if (!value.is_null() && !value.is_text() && !is_texts(value)) refuse(key, "text, or a list of texts");
}

void text_list(std::string_view key, json& value) {
    if (!value.is_null() && !is_texts(value)) refuse(key, "a list of texts");
}

void texts_or_object(std::string_view key, json& value) {
    if (!value.is_object()) texts(key, value);
}

void object(std::string_view key, json& value) {
    if (!value.is_null() && !value.is_object()) refuse(key, "an object", "write json{{\"name\", value}}");
}

void count(std::string_view key, json& value) {
    whole_number(key, value, 0, largest_count, "a whole number, 0 or more");
}

void positive_count(std::string_view key, json& value) {
    whole_number(key, value, 1, largest_count, "a whole number above 0");
}

void whole_seconds(std::string_view key, json& value) {
    whole_number(key, value, 0, longest, "a whole number of seconds");
}

void signed_seconds(std::string_view key, json& value) {
    whole_number(key, value, -longest, longest, "a whole number of seconds");
}

void seconds(std::string_view key, json& value) {
    constexpr double a_year = 366.0 * 24 * 3600;
    if (value.is_null()) return;
    const double given = value.is_number() ? value.to_real() : 0.0;
    if (!(given >= 0.001 && given <= a_year)) refuse(key, "a number of seconds, from 0.001 to a year's");
}

void host(std::string_view key, json& value) {
    text(key, value);
    if (value.is_text() && value.text().find_first_of("/ @?#") != std::string::npos)
        refuse(key, "a host, such as example.com or localhost:5000, without http://");
}

void cookie_name(std::string_view key, json& value) {
    text(key, value);
    if (value.is_null() || value.text().empty()) return;
    try {
        (void)dump_cookie(value.text(), "", {});
    } catch (const ArgumentError&) {
        refuse(key, "a cookie's name, of letters, digits, - and _");
    }
}

void cookie_part(std::string_view key, json& value) {
    if (value == json(false)) return;
    text(key, value);
    if (value.is_null()) return;
    try {
        (void)dump_cookie("name", "", {.path = value.text(), .domain = value.text()});
    } catch (const ArgumentError&) {
        refuse(key, "text without semicolons and control characters");
    }
}

void same_site(std::string_view key, json& value) {
    if (value.is_null()) return;
    const std::string given = value.is_text() ? value.text() : "?";
    for (auto known : {"", "Lax", "Strict", "None"})
        if (iequals(given, known)) return;
    refuse(key, R"("Lax", "Strict" or "None")", R"(use "Lax", "Strict" or "None", or null to leave it out)");
}

void member(std::string_view key, json& value, std::string_view name, ConfigCheck check) {
    if (!value.is_object()) return;
    if (auto* found = value.find(name)) check(std::string{key} + "[\"" + std::string{name} + "\"]", *found);
}

void socket_options(std::string_view key, json& value) {
    object(key, value);
    member(key, value, "max_message_size", positive_count);
    member(key, value, "ping_interval", [](std::string_view name, json& interval) {
        if (!(interval.is_number() && interval.to_real() == 0)) seconds(name, interval);
    });
    member(key, value, "subprotocols", text_list);
    member(key, value, "origins", text_list);
    member(key, value, "compression", flag);
}

}  // namespace retort::detail::kinds
