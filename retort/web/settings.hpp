// Retort's own config keys, read once when they are set, so that a request asks no map.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "retort/base/json_format.hpp"

namespace retort {
class HttpException;
}

namespace retort::detail {

/// What the config says about Retort's own keys.
struct Settings {
    bool debug = false;
    bool testing = false;
    std::optional<bool> propagate_exceptions;
    bool trap_http_exceptions = false;
    std::optional<bool> trap_bad_request_errors;
    std::optional<std::uint64_t> max_content_length;
    std::optional<std::uint64_t> max_form_memory_size = 500'000;
    std::optional<std::size_t> max_form_parts = 1000;
    bool has_secret_key = false;
    std::string server_name;
    std::string application_root = "/";
    std::string preferred_url_scheme = "http";
    bool json_as_ascii = true;
    bool json_sort_keys = true;
    std::optional<bool> json_pretty;
    std::string json_mimetype;  ///< empty: application/json
    std::optional<bool> access_log;

    /// Exceptions reach the test client instead of becoming a page.
    bool propagates() const { return propagate_exceptions.value_or(testing || debug); }
    /// Whether an error that is an answer is treated as one of the program instead.
    bool traps(const HttpException& error) const;
    JsonFormat json_format() const {
        return {.sort_keys = json_sort_keys, .ascii = json_as_ascii, .indent = json_pretty.value_or(debug) ? 2 : 0};
    }
};

/// The running app's settings, or the defaults outside of contexts.
const Settings& current_settings() noexcept;

}  // namespace retort::detail
