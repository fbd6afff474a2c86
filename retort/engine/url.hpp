// Url: where a database is, as one line of text: dialect+driver://user:password@host:port/database?option=value.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace retort::engines {

/// The parts of a database URL, unescaped.
struct Url {
    std::string dialect;  ///< "sqlite"
    std::string driver;   ///< what stands behind a `+`; mostly empty
    std::optional<std::string> username;
    std::optional<std::string> password;
    std::string host;
    std::optional<int> port;
    std::optional<std::string> database;
    std::vector<std::pair<std::string, std::string>> query;

    /// Throws ArgumentError("invalid-database-url").
    static Url parse(std::string_view text);

    /// The value of an option of the query, or empty.
    std::optional<std::string> option(std::string_view name) const;
    /// As it was parsed, with the password as `***` unless it is asked for.
    std::string to_string(bool show_password = false) const;
};

}  // namespace retort::engines
