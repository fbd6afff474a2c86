// The chunked coding: data, trailers, strictness, splits.
#include "retort/http/chunked.hpp"

#include <random>
#include <string>
#include <vector>

#include "tests/doctest.hpp"

using namespace retort::http;
using State = ChunkDecoder::State;

namespace {

struct Decoded {
    State state;
    std::string data;
    std::size_t consumed;
    std::vector<Header> trailers;
};

Decoded decode(std::string_view bytes, std::mt19937* random = nullptr, std::size_t limit = 100) {
    ChunkDecoder decoder{limit};
    Decoded decoded{State::reading, {}, 0, {}};
    std::size_t end = random == nullptr ? bytes.size() : 0;
    while (decoder.state() == State::reading && (decoded.consumed < bytes.size())) {
        if (random != nullptr) end = std::min(bytes.size(), std::max(end, decoded.consumed) + (*random)() % 4);
        const auto part = bytes.substr(decoded.consumed, end - decoded.consumed);
        const auto piece = decoder.next(part, random != nullptr ? 1 + (*random)() % 5 : SIZE_MAX);
        decoded.data += piece.data;
        decoded.consumed += piece.consumed;
    }
    decoded.state = decoder.state();
    decoded.trailers = decoder.trailers();
    return decoded;
}

}  // namespace

TEST_CASE("chunks become their data") {
    const auto decoded = decode("5\r\nhello\r\n00a;name=\"value\"\r\n, world :)\r\n0\r\n\r\nnext");
    CHECK(decoded.state == State::done);
    CHECK(decoded.data == "hello, world :)");
    CHECK(decoded.consumed == std::string_view{"5\r\nhello\r\n00a;name=\"value\"\r\n, world :)\r\n0\r\n\r\n"}.size());
}

TEST_CASE("trailers are kept, but none that changes how a message is read") {
    const auto decoded = decode("0\r\nX-Sum: 12 \r\nContent-Length: 5\r\nhost: x\r\n\r\n");
    CHECK(decoded.state == State::done);
    REQUIRE(decoded.trailers.size() == 1);
    CHECK(decoded.trailers[0].name == "X-Sum");
    CHECK(decoded.trailers[0].value == "12");
}

TEST_CASE("malformed chunks fail") {
    using namespace std::string_literals;
    for (const std::string& bytes : {
             "\r\n"s,
             "g\r\n"s,
             "-1\r\n"s,
             "+5\r\nhello\r\n"s,
             "0x5\r\nhello\r\n"s,
             " 5\r\nhello\r\n"s,
             "5 \r\nhello\r\n"s,
             "5\nhello\r\n"s,
             "5\r\nhello\n"s,
             "5\r\nhelloX\r\n"s,
             "5\rhello"s,
             "5\r\nhello\r0"s,
             ";a\r\n"s,
             "5;a\nb\r\n"s,
             "5;a\0\r\n"s,
             "1000000000000000\r\n"s,
             "ffffffffffffffff\r\n"s,
             "0\r\nbad trailer\r\n\r\n"s,
             "0\r\n: x\r\n\r\n"s,
             "0\r\nX : x\r\n\r\n"s,
             "0\r\nX: a\0b\r\n\r\n"s,
             "0\r\nX: a\nY: b\r\n\r\n"s,
             "0\r\n\rx"s,
             "5;" + std::string(200, 'a'),
             "0\r\nX: " + std::string(200, 'a'),
         }) {
        CAPTURE(bytes);
        CHECK(decode(bytes).state == State::failed);
    }
}

TEST_CASE("any split of the bytes decodes the same") {
    std::mt19937 random{3};
    const std::string good =
        "5\r\nhello\r\n1f;x=y\r\n0123456789abcdef0123456789ABCDE\r\n1\r\n!\r\n0\r\nA: b\r\nC: d\r\n\r\nrest";
    for (int round = 0; round < 500; ++round) {
        std::string bytes = good;
        if (round > 0) bytes[random() % bytes.size()] = "0123456789abcdef\r\n;: x"[random() % 22];
        CAPTURE(bytes);
        const auto whole = decode(bytes);
        const auto split = decode(bytes, &random);
        CHECK(whole.state == split.state);
        CHECK(whole.data == split.data);
        CHECK(whole.consumed == split.consumed);
        CHECK(whole.trailers.size() == split.trailers.size());
    }
}
