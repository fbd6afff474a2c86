// The values of headers taken apart and put together: options, quotes, texts beyond ASCII.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace retort {

/// A header's value with its options: `form-data; name="x"; filename*=UTF-8''%C3%A9.txt`.
struct HeaderOptions {
    std::string value;                                         ///< "form-data"
    std::vector<std::pair<std::string, std::string>> options;  ///< names in lower case; quotes and codes taken off

    /// Null when there is none.
    const std::string* find(std::string_view name) const noexcept;
};

HeaderOptions parse_options_header(std::string_view text);

/// The text as it stands behind an option's `=`: in quotes where it is no plain word.
std::string quote_header_value(std::string_view text);

/// The disposition with a file's name: ASCII plainly, other names as RFC 6266 wants them, with a fallback for old
/// browsers.
std::string content_disposition(std::string_view disposition, std::string_view file_name);

}  // namespace retort
