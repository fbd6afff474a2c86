// The keys of the configuration, their defaults, and where else values come from.
#include "retort/web/config.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "retort/base/suggest.hpp"
#include "retort/base/text.hpp"
#include "retort/web/config_kinds.hpp"

namespace retort {
namespace {

using detail::Settings;
namespace kinds = detail::kinds;

std::optional<bool> maybe_bool(const json& value) {
    return value.is_null() ? std::nullopt : std::optional{value.to_bool()};
}

std::string text_or(const json& value, std::string_view otherwise) {
    return value.is_null() ? std::string{otherwise} : value.as<std::string>();
}

/// A key of Retort's own, its default, what its values must be, and what a request reads of it.
struct Key {
    std::string_view name;
    json initial;
    detail::ConfigCheck check;
    void (*read)(Settings&, const json&) = nullptr;
};

const std::vector<Key>& own_keys() {
    static const std::vector<Key> keys{
        {"ENV", nullptr, kinds::text},
        {"DEBUG", nullptr, kinds::flag, [](Settings& s, const json& v) { s.debug = maybe_bool(v).value_or(false); }},
        {"TESTING", false, kinds::flag, [](Settings& s, const json& v) { s.testing = maybe_bool(v).value_or(false); }},
        {"PROPAGATE_EXCEPTIONS", nullptr, kinds::flag,
         [](Settings& s, const json& v) { s.propagate_exceptions = maybe_bool(v); }},
        {"SECRET_KEY", nullptr, kinds::text,
         [](Settings& s, const json& v) { s.has_secret_key = !text_or(v, "").empty(); }},
        {"SECRET_KEY_FALLBACKS", nullptr, kinds::text_list},
        {"PERMANENT_SESSION_LIFETIME", 31 * 24 * 3600, kinds::whole_seconds},
        {"USE_X_SENDFILE", false, kinds::flag},
        {"SERVER_NAME", nullptr, kinds::host, [](Settings& s, const json& v) { s.server_name = text_or(v, ""); }},
        {"APPLICATION_ROOT", "/", kinds::text,
         [](Settings& s, const json& v) { s.application_root = text_or(v, "/"); }},
        {"SESSION_COOKIE_NAME", "session", kinds::cookie_name},
        {"SESSION_COOKIE_DOMAIN", nullptr, kinds::cookie_part},
        {"SESSION_COOKIE_PATH", nullptr, kinds::cookie_part},
        {"SESSION_COOKIE_HTTPONLY", true, kinds::flag},
        {"SESSION_COOKIE_SECURE", false, kinds::flag},
        {"SESSION_COOKIE_SAMESITE", nullptr, kinds::same_site},
        {"SESSION_COOKIE_PARTITIONED", false, kinds::flag},
        {"SESSION_REFRESH_EACH_REQUEST", true, kinds::flag},
        {"MAX_CONTENT_LENGTH", nullptr, kinds::count,
         [](Settings& s, const json& v) { s.max_content_length = v.as<std::optional<std::uint64_t>>(); }},
        {"MAX_FORM_MEMORY_SIZE", 500'000, kinds::count,
         [](Settings& s, const json& v) { s.max_form_memory_size = v.as<std::optional<std::uint64_t>>(); }},
        {"MAX_FORM_PARTS", 1000, kinds::count,
         [](Settings& s, const json& v) { s.max_form_parts = v.as<std::optional<std::size_t>>(); }},
        {"SEND_FILE_MAX_AGE_DEFAULT", nullptr, kinds::whole_seconds},
        {"TRAP_BAD_REQUEST_ERRORS", nullptr, kinds::flag,
         [](Settings& s, const json& v) { s.trap_bad_request_errors = maybe_bool(v); }},
        {"TRAP_HTTP_EXCEPTIONS", false, kinds::flag,
         [](Settings& s, const json& v) { s.trap_http_exceptions = maybe_bool(v).value_or(false); }},
        {"EXPLAIN_TEMPLATE_LOADING", false, kinds::flag},
        {"PREFERRED_URL_SCHEME", "http", kinds::text,
         [](Settings& s, const json& v) { s.preferred_url_scheme = text_or(v, "http"); }},
        {"JSON_AS_ASCII", nullptr, kinds::flag,
         [](Settings& s, const json& v) { s.json_as_ascii = maybe_bool(v).value_or(true); }},
        {"JSON_SORT_KEYS", nullptr, kinds::flag,
         [](Settings& s, const json& v) { s.json_sort_keys = maybe_bool(v).value_or(true); }},
        {"JSONIFY_PRETTYPRINT_REGULAR", nullptr, kinds::flag,
         [](Settings& s, const json& v) { s.json_pretty = maybe_bool(v); }},
        {"JSONIFY_MIMETYPE", nullptr, kinds::text,
         [](Settings& s, const json& v) {
             s.json_mimetype = text_or(v, "");
             if (s.json_mimetype == "application/json") s.json_mimetype.clear();
         }},
        {"TEMPLATES_AUTO_RELOAD", nullptr, kinds::flag},
        {"MAX_COOKIE_SIZE", 4093, kinds::count},
        {"SOCK_SERVER_OPTIONS", nullptr, kinds::socket_options},
        // "json": on, a line of JSON each; Application::run looks.
        {"ACCESS_LOG", nullptr, kinds::flag_or_json,
         [](Settings& s, const json& v) { s.access_log = v == json("json") ? true : maybe_bool(v); }},
        {"TLS_CERTIFICATE", nullptr, kinds::text},
        {"TLS_KEY", nullptr, kinds::text},
        {"HTTP2", false, kinds::flag},
        // server_options.cpp reads them; null: what http::ServerOptions has.
        {"SERVER_HEADER_TIMEOUT", nullptr, kinds::seconds},
        {"SERVER_BODY_TIMEOUT", nullptr, kinds::seconds},
        {"SERVER_WRITE_TIMEOUT", nullptr, kinds::seconds},
        {"SERVER_IDLE_TIMEOUT", nullptr, kinds::seconds},
        {"SERVER_SHUTDOWN_TIMEOUT", nullptr, kinds::seconds},
        {"SERVER_MIN_BODY_RATE", nullptr, kinds::count},
        {"SERVER_MAX_BODY_BYTES", nullptr, kinds::positive_count},
        {"SERVER_MAX_HEADER_BYTES", nullptr, kinds::positive_count},
        {"SERVER_MAX_HEADERS", nullptr, kinds::positive_count},
        {"SERVER_MAX_CONNECTIONS", nullptr, kinds::positive_count},
        {"SERVER_MAX_STREAMS", nullptr, kinds::positive_count},
    };
    return keys;
}

bool upper_case(std::string_view key) {
    bool letter = false;
    for (char c : key) {
        if (c >= 'a' && c <= 'z') return false;
        letter = letter || (c >= 'A' && c <= 'Z');
    }
    return letter;
}

std::vector<std::string> split_at_double_underscore(std::string_view key) {
    std::vector<std::string> parts;
    for (auto at = key.find("__"); at != std::string_view::npos; at = key.find("__")) {
        parts.emplace_back(key.substr(0, at));
        key.remove_prefix(at + 2);
    }
    parts.emplace_back(key);
    return parts;
}

/// The document with `value` put where the path leads; what is in the way and no object is replaced.
json with_nested(json document, const std::vector<std::string>& path, std::size_t from, json value) {
    if (from == path.size()) return value;
    if (!document.is_object()) document = json::object();
    document[path[from]] = with_nested(document.get(path[from]), path, from + 1, std::move(value));
    return document;
}

json parsed_file(const std::string& path, const std::string& text) {
    try {
        return json::parse(text);
    } catch (const Error& error) {
        throw ConfigError("config-kind"_code, "the configuration file " + path + " is no JSON: " + error.message(),
                          "write it as {\"KEY\": value, …}");
    }
}

}  // namespace

/// Every key that anything here reads, with the check of its values; null: any value.
struct Config::KnownKeys {
    std::map<std::string, detail::ConfigCheck, std::less<>> checks;
};

Config::Config() : known_(std::make_unique<KnownKeys>()) {
    for (auto& key : own_keys()) {
        values_.emplace(key.name, key.initial);
        known_->checks.emplace(key.name, key.check);
    }
}
Config::~Config() = default;

Config::Entry::Entry(Config& config, std::string_view key) : config_(config), key_(key) {}
Config::Entry::Entry(const Entry& other) = default;
Config::Entry::~Entry() = default;

Config::Entry& Config::Entry::operator=(const Entry& other) {
    config_.set(key_, json(other.value()));
    return *this;
}

Config::Entry& Config::Entry::set_seconds(double seconds) {
    config_.set(key_, seconds == std::floor(seconds) ? json(static_cast<std::int64_t>(seconds)) : json(seconds));
    return *this;
}

const json& Config::Entry::value() const { return config_.at(key_); }

Config::Entry Config::operator[](std::string_view key) { return Entry{*this, key}; }

bool Config::contains(std::string_view key) const { return values_.find(key) != values_.end(); }
void Config::remove(std::string_view key) { values_.erase(std::string{key}); }
void Config::set_root_path(std::string path) { root_path_ = std::move(path); }

const json& Config::at(std::string_view key) const {
    if (auto* value = find(key)) return *value;
    std::vector<std::string_view> names;
    names.reserve(values_.size());
    for (auto& entry : values_) names.push_back(entry.first);
    throw ConfigError("no-config-key"_code, "the configuration has no key \"" + std::string{key} + "\"",
                      did_you_mean_hint(key, names, "set it first, or ask with config.get<T>(key, otherwise)"));
}

const json* Config::find(std::string_view key) const {
    auto found = values_.find(key);
    return found == values_.end() ? nullptr : &found->second;
}

void Config::set(std::string_view key, json value) {
    auto known = known_->checks.find(key);
    if (known != known_->checks.end() && known->second != nullptr) known->second(key, value);
    read_setting(key, value);
    values_.insert_or_assign(std::string{key}, std::move(value));
}

void Config::set_default(std::string_view key, json value) { set_default(key, std::move(value), nullptr); }

void Config::set_default(std::string_view key, json value, detail::ConfigCheck check) {
    auto known = known_->checks.try_emplace(std::string{key}, check).first;
    if (check != nullptr) known->second = check;
    auto* present = find(key);
    set(key, present == nullptr ? std::move(value) : json(*present));
}

void Config::read_setting(std::string_view key, const json& value) {
    for (auto& own : own_keys()) {
        if (own.name == key && own.read != nullptr) own.read(settings_, value);
    }
}

void Config::wrong_kind(std::string_view key, const Error& error) {
    throw ConfigError("config-kind"_code,
                      "the configuration's " + std::string{key} + " is of a wrong kind: " + error.message(),
                      "give it a value of the kind that is asked for; docs/web tells those of Retort's own keys");
}

void Config::from_mapping(std::initializer_list<std::pair<std::string_view, json>> values) {
    for (auto& [key, value] : values) {
        if (upper_case(key)) set(key, value);
    }
}

void Config::from_mapping(const json& object) {
    for (auto& [key, value] : object.items()) {
        if (upper_case(key)) set(key, value);
    }
}

bool Config::from_file(const std::string& path, bool silent) {
    std::string full = path.starts_with('/') || root_path_.empty() ? path : root_path_ + "/" + path;
    std::ifstream file{full, std::ios::binary};
    // A folder opens, and fails when it is read.
    if (!file || std::filesystem::is_directory(full)) {
        if (silent) return false;
        throw ConfigError("no-config-file"_code, "the configuration file " + full + " cannot be read",
                          "create it, or allow it to be missing: config.from_file(path, true)");
    }
    std::string text{std::istreambuf_iterator<char>{file}, {}};
    auto document = parsed_file(full, text);
    if (!document.is_object()) {
        throw ConfigError("config-kind"_code, "the configuration file " + full + " holds no JSON object",
                          "write it as {\"KEY\": value, …}");
    }
    from_mapping(document);
    return true;
}

void Config::from_prefixed_env(std::string_view prefix) {
    std::map<std::string, json> found;
    auto beginning = std::string{prefix} + "_";
    for (char** entry = environ; *entry != nullptr; ++entry) {
        std::string_view line = *entry;
        auto equals = line.find('=');
        if (equals == std::string_view::npos || !line.starts_with(beginning) || equals <= beginning.size()) continue;
        auto text = line.substr(equals + 1);
        auto value = json::try_parse(text);
        found.emplace(line.substr(beginning.size(), equals - beginning.size()),
                      value ? std::move(*value) : json{replace_invalid_utf8(text)});
    }
    for (auto& [key, value] : found) {
        auto path = split_at_double_underscore(key);
        auto* present = find(path[0]);
        set(path[0], with_nested(present == nullptr ? json{} : *present, path, 1, value));
    }
}

json Config::get_namespace(std::string_view beginning) const {
    json found = json::object();
    for (auto& [key, value] : values_) {
        if (key.starts_with(beginning)) found[ascii_lower(std::string_view{key}.substr(beginning.size()))] = value;
    }
    return found;
}

std::vector<std::string> Config::doubts() const {
    std::vector<std::string> lines;
    std::vector<std::string_view> names;
    for (auto& each : known_->checks) names.emplace_back(each.first);
    for (auto& [key, value] : values_) {
        if (known_->checks.contains(key)) continue;
        auto nearest = did_you_mean(key, names);
        if (nearest.empty() || edit_distance(key, nearest) > 2) continue;
        lines.push_back("config: nothing here reads the key " + key + "; did you mean " + nearest + "?");
    }
    return lines;
}

}  // namespace retort
