// The configuration of an app: JSON values by upper-case names, from code, files and the environment.
#pragma once

#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/base/duration.hpp"
#include "retort/base/error.hpp"
#include "retort/base/json.hpp"
#include "retort/base/owned.hpp"
#include "retort/web/settings.hpp"

namespace retort {

/// The configuration has no such key, or its value is of a wrong kind.
class ConfigError : public Error {
  public:
    using Error::Error;
};

namespace detail {
/// Throws ConfigError("config-kind") for a value that the key cannot have, and puts others to the form that readers
/// expect: "yes" becomes true.
using ConfigCheck = void (*)(std::string_view key, json& value);
}  // namespace detail

/// An app's configuration: `app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024`, `app.config.get<int>("MY_LIMIT", 10)`.
///
/// Change it while the app is set up, not while it serves.
class Config {
  public:
    class Entry;

    /// Every key of Retort's own with its default.
    Config();
    /// `auto& config = app.config;`: a copy would take changes that the app never sees.
    Config(const Config&) = delete;
    Config& operator=(const Config&) = delete;
    ~Config();

    /// An entry to assign to, or to read; reading one that is missing throws ConfigError("no-config-key").
    Entry operator[](std::string_view key);
    const json& operator[](std::string_view key) const { return at(key); }
    const json& at(std::string_view key) const;
    bool contains(std::string_view key) const;
    /// Null when there is none.
    const json* find(std::string_view key) const;
    /// Throws ConfigError when it is missing, null, or no T.
    template <class T>
    T get(std::string_view key) const {
        return as<T>(key, at(key));
    }
    /// The value, or `otherwise` when it is missing or null.
    template <class T>
    T get(std::string_view key, T otherwise) const {
        auto* value = find(key);
        return value == nullptr || value->is_null() ? std::move(otherwise) : as<T>(key, *value);
    }
    std::string get(std::string_view key, const char* otherwise) const {
        return get<std::string>(key, std::string(otherwise));
    }

    /// Throws ConfigError("config-kind") when one of Retort's own keys gets a value of another kind.
    void set(std::string_view key, json value);
    /// Sets what is not set; extensions make their keys known with it.
    void set_default(std::string_view key, json value);
    /// The same with a check of the values that are set, before and after (`retort/web/config_kinds.hpp`).
    void set_default(std::string_view key, json value, detail::ConfigCheck check);
    void remove(std::string_view key);

    /// Takes the upper-case keys: `from_mapping({{"A", 1}, {"B", "x"}})`.
    void from_mapping(std::initializer_list<std::pair<std::string_view, json>> values);
    void from_mapping(const json& object);
    /// The same from a JSON file, relative to the app's root path. False when it is missing and may be (`silent`).
    bool from_file(const std::string& path, bool silent = false);
    /// `RETORT_KEY=value`: JSON values, or else text; `RETORT_D__K=1` sets K in the object D.
    void from_prefixed_env(std::string_view prefix = "RETORT");

    /// The keys that begin so, as an object with lower-case keys without the beginning.
    json get_namespace(std::string_view beginning) const;
    const std::map<std::string, json, std::less<>>& items() const { return values_; }

    /// "MAX_CONTENT_LENGHT is no key that anything here reads; did you mean MAX_CONTENT_LENGTH?" for each such key.
    std::vector<std::string> doubts() const;
    const detail::Settings& settings() const noexcept { return settings_; }
    /// Where `from_file` looks for relative paths.
    void set_root_path(std::string path);

  private:
    template <class T>
    static T as(std::string_view key, const json& value) {
        try {
            return value.as<T>();
        } catch (const Error& error) {
            wrong_kind(key, error);
        }
    }
    [[noreturn]] static void wrong_kind(std::string_view key, const Error& error);
    void read_setting(std::string_view key, const json& value);

    std::map<std::string, json, std::less<>> values_;
    struct KnownKeys;
    detail::Owned<KnownKeys> known_;  ///< a pointer, because every application includes this
    std::string root_path_;
    detail::Settings settings_;
};

/// One entry of a Config, to assign to or to read.
class Config::Entry {
  public:
    Entry(Config& config, std::string_view key);
    Entry(const Entry& other);
    ~Entry();

    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, Entry>)
    Entry& operator=(T&& value) {
        config_.set(key_, json(std::forward<T>(value)));
        return *this;
    }
    Entry& operator=(const Entry& other);
    /// Kept as seconds: `app.config["PERMANENT_SESSION_LIFETIME"] = 24h`.
    template <class Count, class Period>
    Entry& operator=(std::chrono::duration<Count, Period> time) {
        return set_seconds(std::chrono::duration<double>(time).count());
    }

    const json& value() const;
    operator const json&() const { return value(); }
    template <class T>
    T as() const {
        return config_.get<T>(key_);
    }
    const std::string& text() const { return value().text(); }
    bool is_null() const { return value().is_null(); }
    const json& operator[](std::string_view member) const { return value()[member]; }
    friend bool operator==(const Entry& left, const json& right) { return left.value() == right; }

  private:
    Entry& set_seconds(double seconds);

    Config& config_;
    std::string key_;
};

namespace templates {

class Value;
template <class T>
struct ValueTraits;
template <>
struct ValueTraits<Config::Entry> {
    static Value borrow(const Config::Entry& entry);
};

}  // namespace templates

}  // namespace retort
