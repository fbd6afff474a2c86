// Answers in gzip, br and zstd, as they are asked for; read by the libraries' own decoders.
#include "retort/web/compress.hpp"

#include <brotli/decode.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdlib>

#include "retort/web/packing.hpp"
#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

constexpr std::size_t most = 8'000'000;

std::string from_gzip(std::string packed) {
    std::string text(most, '\0');
    z_stream stream{};
    ::inflateInit2(&stream, 15 + 16);
    stream.next_in = reinterpret_cast<unsigned char*>(packed.data());
    stream.avail_in = static_cast<unsigned>(packed.size());
    stream.next_out = reinterpret_cast<unsigned char*>(text.data());
    stream.avail_out = static_cast<unsigned>(text.size());
    CHECK(::inflate(&stream, Z_FINISH) == Z_STREAM_END);
    text.resize(stream.total_out);
    ::inflateEnd(&stream);
    return text;
}

std::string from_brotli(const std::string& packed) {
    std::string text(most, '\0');
    auto size = text.size();
    CHECK(::BrotliDecoderDecompress(packed.size(), reinterpret_cast<const std::uint8_t*>(packed.data()), &size,
                                    reinterpret_cast<std::uint8_t*>(text.data())) == BROTLI_DECODER_RESULT_SUCCESS);
    text.resize(size);
    return text;
}

std::string from_zstd(const std::string& packed) {
    std::string text(most, '\0');
    auto* context = ::ZSTD_createDCtx();
    ZSTD_inBuffer in{packed.data(), packed.size(), 0};
    ZSTD_outBuffer out{text.data(), text.size(), 0};
    CHECK(::ZSTD_decompressStream(context, &out, &in) == 0);
    ::ZSTD_freeDCtx(context);
    text.resize(out.pos);
    return text;
}

std::string unpacked(std::string_view encoding, const std::string& packed) {
    if (encoding == "gzip") return from_gzip(packed);
    if (encoding == "br") return from_brotli(packed);
    if (encoding == "zstd") return from_zstd(packed);
    return packed;
}

App packed_app(CompressOptions options = {}) {
    App app{"packed"};
    compress_responses(app, std::move(options));
    app.get("/large", [] {
        Response answer{std::string(5000, 'x')};
        answer.add_etag();
        return answer;
    });
    app.get("/small", [] { return "x"; });
    app.get("/image", [] { return send_bytes(std::string(5000, 'x'), {.mimetype = "image/png"}); });
    app.get("/kept", [] { return Response{std::string(5000, 'x'), {{"Cache-Control", "no-transform"}}}; });
    app.get("/stream", [] {
        return Response::stream([](http::BodyWriter& body) {
            for (int i = 0; i < 100; ++i) body.write("line " + std::to_string(i) + "\n");
        });
    });
    return app;
}

std::string encoding_for(App& app, std::string accepted, std::string_view path = "/large") {
    auto answer = app.test_client().get(path, {.headers = {{"Accept-Encoding", std::move(accepted)}}});
    auto encoding = std::string{answer.header("Content-Encoding")};
    if (path == "/large") CHECK(unpacked(encoding, answer.text()) == std::string(5000, 'x'));
    return encoding;
}

}  // namespace

TEST_CASE("text of any size comes back, whole and in pieces, at each level") {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += std::to_string(i * 7919 % 1000) + (i % 10 == 0 ? "\n" : " ");
    for (const char* encoding : {"gzip", "br", "zstd"}) {
        for (int level : {1, 6, 9}) {
            CAPTURE(encoding);
            CAPTURE(level);
            for (std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{20'000}, text.size()}) {
                std::string packed;
                detail::make_packer(encoding, level)->pack(std::string_view{text}.substr(0, size), true, packed);
                CHECK(unpacked(encoding, packed) == text.substr(0, size));
            }
            auto packer = detail::make_packer(encoding, level);
            std::string packed;
            for (std::size_t at = 0; at < text.size(); at += 50'000) {
                auto before = packed.size();
                packer->pack(std::string_view{text}.substr(at, 50'000), false, packed);
                CHECK(packed.size() > before);
            }
            packer->pack({}, true, packed);
            CHECK(packed.size() < text.size());
            CHECK(unpacked(encoding, packed) == text);
        }
    }
    CHECK(detail::make_packer("deflate", 6) == nullptr);
}

TEST_CASE("large text is packed for who takes it") {
    App app = packed_app();
    auto client = app.test_client();
    RequestBuilder gzip{.headers = {{"Accept-Encoding", "gzip"}}};
    auto packed = client.get("/large", gzip);
    CHECK(packed.header("Content-Encoding") == "gzip");
    CHECK(packed.header("Vary") == "Accept-Encoding");
    CHECK(packed.header("ETag").starts_with("W/\""));
    CHECK(packed.text().size() < 200);
    CHECK(packed.header("Content-Length") == std::to_string(packed.text().size()));
    CHECK(unpacked("gzip", packed.text()) == std::string(5000, 'x'));
    CHECK(client.get("/large").header("Content-Encoding") == "");
    CHECK(client.get("/large").header("Vary") == "Accept-Encoding");
    CHECK(client.get("/large", {.headers = {{"Accept-Encoding", "gzip;q=0"}}}).text().size() == 5000);
    for (const char* path : {"/small", "/image", "/kept"}) CHECK(encoding_for(app, "gzip", path) == "");
    CHECK_THROWS_AS(compress_responses(app, {.level = 10}), ArgumentError);
    CHECK_THROWS_AS(compress_responses(app, {.encodings = {"deflate"}}), ArgumentError);
}

TEST_CASE("a file is packed as text is") {
    char name[] = "/tmp/retort-packed-XXXXXX";
    int file = ::mkstemp(name);
    REQUIRE(::write(file, std::string(60'000, 'f').data(), 60'000) == 60'000);
    App app{"packed_file"};
    compress_responses(app);
    app.get("/file", [path = std::string{name}] { return send_file(path, {.mimetype = "text/plain"}); });
    auto client = app.test_client();
    CHECK(client.get("/file").text() == std::string(60'000, 'f'));
    auto packed = client.get("/file", {.headers = {{"Accept-Encoding", "br"}}});
    CHECK(packed.header("Content-Encoding") == "br");
    CHECK(unpacked("br", packed.text()) == std::string(60'000, 'f'));
    ::close(file);
    ::unlink(name);
}

TEST_CASE("the client's quality decides, and of equals our order") {
    App app = packed_app();
    CHECK(encoding_for(app, "gzip, deflate, br, zstd") == "zstd");
    CHECK(encoding_for(app, "gzip, deflate, br") == "br");
    CHECK(encoding_for(app, "gzip, deflate") == "gzip");
    CHECK(encoding_for(app, "zstd;q=0.5, br;q=0.8, gzip;q=0.7") == "br");
    CHECK(encoding_for(app, "br;q=0, zstd;q=0, gzip;q=0.1") == "gzip");
    CHECK(encoding_for(app, "*") == "zstd");
    CHECK(encoding_for(app, "*;q=0.5, gzip") == "gzip");
    CHECK(encoding_for(app, "identity, gzip;q=0.5") == "");
    CHECK(encoding_for(app, "identity;q=0.2, gzip;q=0.5") == "gzip");
    CHECK(encoding_for(app, "compress") == "");
    CHECK(encoding_for(app, "") == "");
    App chosen = packed_app({.encodings = {"br", "gzip"}});
    CHECK(encoding_for(chosen, "gzip, br, zstd") == "br");
    CHECK(encoding_for(chosen, "zstd") == "");
}

TEST_CASE("streams are packed piece by piece") {
    App app = packed_app();
    std::string lines;
    for (int i = 0; i < 100; ++i) lines += "line " + std::to_string(i) + "\n";
    for (const char* encoding : {"gzip", "br", "zstd"}) {
        auto answer = app.test_client().get("/stream", {.headers = {{"Accept-Encoding", encoding}}});
        CHECK(answer.header("Content-Encoding") == encoding);
        CHECK(answer.header("Vary") == "Accept-Encoding");
        CHECK(unpacked(encoding, answer.text()) == lines);
    }
    App whole = packed_app({.streams = false});
    CHECK(encoding_for(whole, "gzip", "/stream") == "");
    CHECK(whole.test_client().get("/stream").text() == lines);
}
