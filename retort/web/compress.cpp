// Which answers are packed, and how.
#include "retort/web/compress.hpp"

#include <zlib.h>

#include <algorithm>
#include <utility>

#include "retort/web/accept.hpp"
#include "retort/web/app.hpp"
#include "retort/web/errors.hpp"
#include "retort/web/file_body.hpp"
#include "retort/web/request.hpp"

namespace retort {
namespace {

bool shrinks(const CompressOptions& options, std::string_view type) {
    if (!options.mimetypes.empty()) {
        return std::find(options.mimetypes.begin(), options.mimetypes.end(), type) != options.mimetypes.end();
    }
    return (type.starts_with("text/") && type != "text/event-stream") || type.ends_with("+json") ||
           type.ends_with("+xml") || type == "application/json" || type == "application/javascript" ||
           type == "application/xml";
}

/// A tag stands for bytes; packed, they are others, though they mean the same.
void weaken_etag(Response& response) {
    auto tag = response.headers().get("ETag");
    if (!tag || tag->starts_with("W/")) return;
    std::string weak = "W/" + std::string{*tag};
    response.headers().set("ETag", weak);
}

void compress(const CompressOptions& options, Request& request, Response& response) {
    bool packable = response.status_code() == 200 && shrinks(options, response.mimetype()) &&
                    !response.headers().contains("Content-Encoding");
    if (!packable) return;
    detail::take_into_memory(response);
    if (response.is_streamed() || response.text().size() < options.min_size) return;
    response.vary("Accept-Encoding");
    if (!request.headers().contains("Accept-Encoding") || request.accept_encodings().quality("gzip") <= 0) return;
    auto packed = detail::gzipped(response.text(), options.level);
    if (packed.empty() || packed.size() >= response.text().size()) return;
    response.set_text(std::move(packed));
    response.headers().set("Content-Encoding", "gzip");
    response.headers().remove("Content-Length");
    weaken_etag(response);
}

}  // namespace

std::string detail::gzipped(std::string_view text, int level) {
    z_stream stream{};
    constexpr int gzip_window = 15 + 16;
    if (::deflateInit2(&stream, level, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
    std::string packed(::deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<unsigned>(text.size());
    stream.next_out = reinterpret_cast<unsigned char*>(packed.data());
    stream.avail_out = static_cast<unsigned>(packed.size());
    bool done = text.size() < UINT32_MAX && ::deflate(&stream, Z_FINISH) == Z_STREAM_END;
    packed.resize(done ? stream.total_out : 0);
    ::deflateEnd(&stream);
    return packed;
}

void compress_responses(App& app, CompressOptions options) {
    if (options.level < 1 || options.level > 9) {
        throw ArgumentError("compression-level"_code,
                            "answers cannot be packed at level " + std::to_string(options.level),
                            "use a level from 1 (fast) to 9 (small)");
    }
    app.after_request(
        [options = std::move(options)](Response& response) { compress(options, detail::current_request(), response); });
}

}  // namespace retort
