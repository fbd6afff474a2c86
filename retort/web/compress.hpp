// Compress: answers in gzip for who takes them. Not part of retort.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace retort {

class App;

struct CompressOptions {
    std::size_t min_size = 500;  ///< what is smaller is sent as it is
    int level = 6;               ///< 1 is fast, 9 is small
    /// Types that shrink; by default text, JSON, JavaScript, XML and SVG.
    std::vector<std::string> mimetypes;
};

/// Packs the answers of an app, but for those that are streamed or packed already: `compress_responses(app);`
///
/// A page that shows a secret (a CSRF token) beside text that others choose tells the secret by its length, over TLS
/// too (BREACH): leave such pages out by a Content-Encoding of "identity".
void compress_responses(App& app, CompressOptions options = {});

namespace detail {
std::string gzipped(std::string_view text, int level);
}

}  // namespace retort
