// Which answers are packed, and how.
#include "retort/web/compress.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "retort/web/accept.hpp"
#include "retort/web/app.hpp"
#include "retort/web/errors.hpp"
#include "retort/web/file_body.hpp"
#include "retort/web/packing.hpp"
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

/// What the client likes best of the offers; empty where it would rather have the bytes as they are.
std::string_view chosen_encoding(const CompressOptions& options, Request& request) {
    if (!request.headers().contains("Accept-Encoding")) return {};
    auto accepted = request.accept_encodings();
    std::string_view best;
    double quality = 0;
    for (auto& offer : options.encodings) {
        auto liked = accepted.quality(offer);
        if (liked > quality) best = offer, quality = liked;
    }
    for (auto& [name, liked] : accepted.values()) {
        if (name == "identity" && liked > quality) return {};
    }
    return best;
}

bool may_shrink(const CompressOptions& options, const Response& response) {
    auto& headers = response.headers();
    return response.status_code() == 200 && shrinks(options, response.mimetype()) &&
           !headers.contains("Content-Encoding") &&
           headers.get("Cache-Control").value_or("").find("no-transform") == std::string_view::npos;
}

bool fits(const CompressOptions& options, const Response& response) {
    return response.is_streamed() ? options.streams && !response.headers().contains("Content-Length")
                                  : response.text().size() >= options.min_size;
}

class PackedBody final : public http::BodyWriter {
  public:
    PackedBody(http::BodyWriter& body, detail::Packer& packer) : body_(body), packer_(packer) {}
    void write(std::string_view bytes) override {
        if (!bytes.empty()) put(bytes, false);
    }
    void trailer(std::string_view name, std::string_view value) override { body_.trailer(name, value); }
    void finish() { put({}, true); }

  private:
    void put(std::string_view bytes, bool last) {
        std::string packed;
        packer_.pack(bytes, last, packed);
        body_.write(packed);
    }
    http::BodyWriter& body_;
    detail::Packer& packer_;
};

void pack_stream(Response& response, std::string_view encoding, int level) {
    auto write = response.take_stream();
    response.set_stream([write = std::move(write), encoding = std::string{encoding}, level](http::BodyWriter& body) {
        auto packer = detail::make_packer(encoding, level);
        PackedBody packed{body, *packer};
        write(packed);
        packed.finish();
    });
}

/// False when it becomes no smaller.
bool pack_text(Response& response, std::string_view encoding, int level) {
    std::string packed;
    detail::make_packer(encoding, level)->pack(response.text(), true, packed);
    if (packed.size() >= response.text().size()) return false;
    response.set_text(std::move(packed));
    response.headers().remove("Content-Length");
    return true;
}

void compress(const CompressOptions& options, Request& request, Response& response) {
    if (!may_shrink(options, response)) return;
    detail::take_into_memory(response);
    if (!fits(options, response)) return;
    response.vary("Accept-Encoding");
    auto encoding = chosen_encoding(options, request);
    if (encoding.empty()) return;
    if (response.is_streamed()) {
        pack_stream(response, encoding, options.level);
    } else if (!pack_text(response, encoding, options.level)) {
        return;
    }
    response.headers().set("Content-Encoding", encoding);
    weaken_etag(response);
}

}  // namespace

void compress_responses(App& app, CompressOptions options) {
    if (options.level < 1 || options.level > 9) {
        throw ArgumentError("compression-level"_code,
                            "answers cannot be packed at level " + std::to_string(options.level),
                            "use a level from 1 (fast) to 9 (small)");
    }
    for (auto& encoding : options.encodings) {
        if (detail::make_packer(encoding, 1) != nullptr) continue;
        throw ArgumentError("unknown-encoding"_code, "answers cannot be packed as \"" + encoding + "\"",
                            "use zstd, br and gzip, in the order that you like");
    }
    app.after_request(
        [options = std::move(options)](Response& response) { compress(options, detail::current_request(), response); });
}

}  // namespace retort
