// The forms of a SQLite URL.
#include "retort/dialects/sqlite/place.hpp"

#include <sqlite3.h>

#include <charconv>

#include "retort/base/error.hpp"

namespace retort::dialects::sqlite {

namespace {

/// Options of the URL that are not SQLite's own: pysqlite's, accepted because they stand in many a configuration.
bool is_our_option(std::string_view name) {
    return name == "uri" || name == "timeout" || name == "check_same_thread" || name == "cached_statements" ||
           name == "detect_types" || name == "isolation_level";
}

bool has_option(const engines::Url& url, std::string_view name, std::string_view value) {
    return url.option(name) == std::string(value);
}

std::string with_query(const engines::Url& url) {
    auto out = *url.database;
    char mark = '?';
    for (const auto& [name, value] : url.query) {
        if (is_our_option(name)) continue;
        out += mark;
        out += name;
        out += '=';
        out += value;
        mark = '&';
    }
    return out;
}

}  // namespace

void check_url(const engines::Url& url) {
    if (!url.driver.empty() && url.driver != "pysqlite" && url.driver != "aiosqlite") {
        throw ArgumentError("unknown-dialect"_code, "there is no driver '" + url.driver + "' for SQLite.",
                            "leave it out: sqlite:///app.db");
    }
    if (url.host.empty() && !url.username && !url.password && !url.port) return;
    throw ArgumentError("invalid-sqlite-url"_code, "'" + url.to_string() + "' names a host, and SQLite has files only.",
                        "write three slashes for a relative path (sqlite:///app.db), four for an absolute one "
                        "(sqlite:////var/lib/app.db), sqlite:// for a database in memory");
}

bool is_memory(const engines::Url& url) {
    return !url.database || url.database->empty() || *url.database == ":memory:";
}

bool is_file_uri(const engines::Url& url) {
    return url.option("uri").has_value() && !is_memory(url) && url.database->starts_with("file:");
}

Place place_of(const engines::Url& url) {
    Place place;
    place.flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    if (is_memory(url)) {
        place.filename = ":memory:";
        place.in_memory = true;
    } else if (is_file_uri(url)) {
        place.filename = with_query(url);
        place.path = url.database->substr(5);
        place.flags |= SQLITE_OPEN_URI;
        // Without a slash before it, SQLite itself takes this name for no file.
        place.in_memory = has_option(url, "mode", "memory") || place.path == ":memory:";
        if (place.in_memory) place.path.clear();
    } else {
        place.filename = *url.database;
        place.path = *url.database;
    }
    return place;
}

void apply_query(const engines::Url& url, engines::EngineOptions& options) {
    auto timeout = url.option("timeout");
    if (!timeout) return;
    double seconds = 0;
    auto [end, error] = std::from_chars(timeout->data(), timeout->data() + timeout->size(), seconds);
    if (error != std::errc{} || end != timeout->data() + timeout->size() || !(seconds >= 0 && seconds < 1e6)) {
        throw ArgumentError("invalid-sqlite-url"_code, "the timeout '" + *timeout + "' is no number of seconds.",
                            "write ?timeout=5");
    }
    options.busy_timeout = std::chrono::milliseconds(static_cast<long>(seconds * 1000));
}

}  // namespace retort::dialects::sqlite
