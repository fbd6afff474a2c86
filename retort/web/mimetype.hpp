// The types of files, by their names.
#pragma once

#include <string>
#include <string_view>

namespace retort {

/// "text/css" for "a.css", as Python's mimetypes guesses it; empty for what is not known.
std::string guess_mimetype(std::string_view filename);
/// "gzip" for "a.css.gz"; empty for what is not packed.
std::string_view guess_encoding(std::string_view filename);

}  // namespace retort
