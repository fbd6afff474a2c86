// The kinds of the configuration's keys: each checks a value when it is set, and makes it what readers expect.
#pragma once

#include <string>
#include <string_view>

#include "retort/base/json.hpp"
#include "retort/web/config.hpp"

/// All take null, which stands for the default; else they throw ConfigError("config-kind").
namespace retort::detail::kinds {

/// True or false; numbers and words become that: 1, "True", "yes", "" and 0, "False", "no".
void flag(std::string_view key, json& value);
/// The same, or "json".
void flag_or_json(std::string_view key, json& value);
void text(std::string_view key, json& value);
/// Text, or a list of texts.
void texts(std::string_view key, json& value);
void text_list(std::string_view key, json& value);
/// A text, a list of texts or an object.
void texts_or_object(std::string_view key, json& value);
void object(std::string_view key, json& value);
/// A whole number, 0 or more; above 0.
void count(std::string_view key, json& value);
void positive_count(std::string_view key, json& value);
/// Whole seconds, 0 or more; also fewer, for what is over at once.
void whole_seconds(std::string_view key, json& value);
void signed_seconds(std::string_view key, json& value);
/// Seconds with a fraction, from a millisecond to a year.
void seconds(std::string_view key, json& value);
/// `example.com`, `localhost:5000`: a host with or without a port, and nothing around it.
void host(std::string_view key, json& value);
void cookie_name(std::string_view key, json& value);
/// The path of a cookie, or its domain; false, for none, too.
void cookie_part(std::string_view key, json& value);
void same_site(std::string_view key, json& value);
/// The members of SOCK_SERVER_OPTIONS.
void socket_options(std::string_view key, json& value);

/// Checks the member of an object where there is one.
void member(std::string_view key, json& value, std::string_view name, ConfigCheck check);
[[noreturn]] void refuse(std::string_view key, std::string_view wanted, std::string hint = {});

}  // namespace retort::detail::kinds
