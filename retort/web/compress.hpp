// Compress: answers in zstd, br or gzip for who takes them. Not part of retort.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace retort {

class App;

struct CompressOptions {
    std::size_t min_size = 500;  ///< what is smaller is sent as it is; streams have no size
    int level = 6;               ///< 1 is fast, 9 is small
    /// Types that shrink; by default text, JSON, JavaScript, XML and SVG.
    std::vector<std::string> mimetypes;
    /// What is offered; of those that the client likes equally well the first is taken.
    std::vector<std::string> encodings{"zstd", "br", "gzip"};
    /// Streams too, each piece as it comes; but for those whose length is said (files).
    bool streams = true;
};

/// Packs the answers of an app, but for those that are packed already: `compress_responses(app);`
///
/// A page that shows a secret (a CSRF token) beside text that others choose tells the secret by its length, over TLS
/// too (BREACH): leave such pages out by a Content-Encoding of "identity".
/// Throws ArgumentError("compression-level", "unknown-encoding").
void compress_responses(App& app, CompressOptions options = {});

}  // namespace retort
