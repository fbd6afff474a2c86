// Server-sent events, and answers in gzip.
#include <doctest/doctest.h>
#include <unistd.h>
#include <zlib.h>

#include <cstdlib>

#include "retort/web/compress.hpp"
#include "retort/web/event_stream.hpp"
#include "retort/web/web.hpp"

using namespace retort;
using namespace std::chrono_literals;

namespace {

std::string unpacked(std::string packed) {
    std::string text(100'000, '\0');
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

}  // namespace

TEST_CASE("events are written line by line, and nothing in them begins another event") {
    App app{"events"};
    app.get("/events", [] {
        auto from = std::string{last_event_id()};
        return event_stream([from](EventStream& events) {
            events.send("from " + from);
            events.send({.data = "a\r\nb\n", .event = "ev\nent", .id = "7\n\ndata: x", .retry = 2s});
            events.keep_alive();
        });
    });
    auto answer = app.test_client().get("/events", {.headers = {{"Last-Event-ID", "6"}}});
    CHECK(answer.content_type() == "text/event-stream");
    CHECK(answer.header("Cache-Control") == "no-cache");
    CHECK(answer.text() ==
          "data: from 6\n\nevent: event\nid: 7data: x\nretry: 2000\ndata: a\ndata: b\ndata: \n\n:\n\n");
}

TEST_CASE("large text is packed for who takes it") {
    App app{"packed"};
    compress_responses(app);
    app.get("/large", [] {
        Response answer{std::string(5000, 'x')};
        answer.add_etag();
        return answer;
    });
    app.get("/small", [] { return "x"; });
    char name[] = "/tmp/retort-packed-XXXXXX";
    int file = ::mkstemp(name);
    REQUIRE(::write(file, std::string(60'000, 'f').data(), 60'000) == 60'000);
    app.get("/file", [path = std::string{name}] { return send_file(path, {.mimetype = "text/plain"}); });
    app.get("/image", [] { return send_bytes(std::string(5000, 'x'), {.mimetype = "image/png"}); });
    auto client = app.test_client();
    RequestBuilder gzip{.headers = {{"Accept-Encoding", "br, gzip;q=0.5"}}};
    auto packed = client.get("/large", gzip);
    CHECK(packed.header("Content-Encoding") == "gzip");
    CHECK(packed.header("Vary") == "Accept-Encoding");
    CHECK(packed.header("ETag").starts_with("W/\""));
    CHECK(packed.text().size() < 200);
    CHECK(packed.header("Content-Length") == std::to_string(packed.text().size()));
    CHECK(unpacked(packed.text()) == std::string(5000, 'x'));
    CHECK(client.get("/large").header("Content-Encoding") == "");
    CHECK(client.get("/large").header("Vary") == "Accept-Encoding");
    CHECK(client.get("/large", {.headers = {{"Accept-Encoding", "gzip;q=0"}}}).text().size() == 5000);
    CHECK(client.get("/small", gzip).header("Content-Encoding") == "");
    CHECK(client.get("/image", gzip).header("Content-Encoding") == "");
    CHECK(client.get("/file").text() == std::string(60'000, 'f'));
    auto file_packed = client.get("/file", gzip);
    CHECK(file_packed.header("Content-Encoding") == "gzip");
    CHECK(unpacked(file_packed.text()) == std::string(60'000, 'f'));
    ::close(file);
    ::unlink(name);
    CHECK_THROWS_AS(compress_responses(app, {.level = 10}), ArgumentError);
}
