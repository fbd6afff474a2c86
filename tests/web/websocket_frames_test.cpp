// Frames as Autobahn's suite sends them: lengths, pings, reserved bits, pieces, UTF-8, close frames, deflate; however
// they are split.
#include "retort/web/websocket_frames.hpp"

#include <string>
#include <vector>

#include "tests/doctest.hpp"

using namespace retort::detail;
using Event = FrameReader::Event;

namespace {

constexpr std::uint32_t mask = 0x12345678;

std::string frame(Opcode opcode, std::string_view payload, bool final = true) {
    std::string bytes;
    append_frame(bytes, opcode, payload, {.final = final, .mask = mask});
    return bytes;
}
std::string text(std::string_view payload, bool final = true) { return frame(Opcode::text, payload, final); }
std::string more(std::string_view payload, bool final = true) { return frame(Opcode::continuation, payload, final); }
std::string closing(int code, std::string_view reason = "") {
    return frame(Opcode::close,
                 std::string{static_cast<char>(code >> 8), static_cast<char>(code)} + std::string{reason});
}

/// What a reader makes of the bytes, given to it in pieces of that size: "text:abc ping:x failed:1002".
std::string heard(std::string_view bytes, std::size_t piece, const FrameReader::Limits& limits) {
    FrameReader reader{limits};
    std::string all;
    while (!bytes.empty()) {
        auto part = bytes.substr(0, piece);
        bytes.remove_prefix(part.size());
        for (;;) {
            auto event = reader.read(part);
            if (event == Event::nothing) break;
            if (!all.empty()) all += ' ';
            switch (event) {
                case Event::text: all += "text:" + reader.take_payload(); break;
                case Event::binary: all += "binary:" + reader.take_payload(); break;
                case Event::ping: all += "ping:" + reader.take_payload(); break;
                case Event::pong: all += "pong:" + reader.take_payload(); break;
                case Event::close: return all + "close:" + std::to_string(reader.close_code()) + reader.take_payload();
                default: return all + "failed:" + std::to_string(reader.close_code());
            }
        }
    }
    return all;
}

std::string heard(std::string_view bytes, FrameReader::Limits limits = {}) {
    auto whole = heard(bytes, bytes.size() + 1, limits);
    for (std::size_t piece : {1, 2, 3, 5, 8}) CHECK(heard(bytes, piece, limits) == whole);
    return whole;
}

}  // namespace

TEST_CASE("texts and bytes of all lengths come back as they were") {
    for (std::size_t size : {0, 1, 125, 126, 127, 128, 65535, 65536, 70001}) {
        CAPTURE(size);
        std::string payload(size, 'x');
        CHECK(heard(text(payload)) == "text:" + payload);
        CHECK(heard(frame(Opcode::binary, payload)) == "binary:" + payload);
    }
    std::string bytes;
    append_frame(bytes, Opcode::text, "Hello");
    CHECK(bytes == "\x81\x05Hello");  // RFC 6455, 5.7
    CHECK(heard("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58") == "text:Hello");
    CHECK(heard(bytes, {.masked = false}) == "text:Hello");
}

TEST_CASE("pings and pongs, also between the pieces of a message") {
    CHECK(heard(frame(Opcode::ping, "")) == "ping:");
    CHECK(heard(frame(Opcode::ping, std::string(125, 'p'))) == "ping:" + std::string(125, 'p'));
    CHECK(heard(frame(Opcode::ping, std::string(126, 'p'))) == "failed:1002");
    CHECK(heard(frame(Opcode::pong, "x") + frame(Opcode::ping, "y")) == "pong:x ping:y");
    CHECK(heard(text("a", false) + frame(Opcode::ping, "p") + more("b", false) + more("c")) == "ping:p text:abc");
    CHECK(heard(text("", false) + more("", false) + more("")) == "text:");
}

TEST_CASE("what the protocol forbids is refused with 1002") {
    CHECK(heard(frame(Opcode::ping, "x", false)) == "failed:1002");  // a control frame in pieces
    CHECK(heard(more("x")) == "failed:1002");                        // nothing to go on with
    CHECK(heard(text("a", false) + text("b")) == "failed:1002");     // a message within another
    CHECK(heard(text("a") + more("b")) == "text:a failed:1002");
    for (int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
        CHECK(heard(frame(static_cast<Opcode>(opcode), "x")) == "failed:1002");
    }
    for (int bit : {0x10, 0x20, 0x30, 0x40, 0x70}) {
        auto bytes = text("x");
        bytes[0] = static_cast<char>(bytes[0] | bit);
        CHECK(heard(bytes) == "failed:1002");
    }
    CHECK(heard(std::string_view{"\x81\x05Hello"}) == "failed:1002");  // not masked
    CHECK(heard(text("x"), {.masked = false}) == "failed:1002");
    CHECK(heard(std::string("\x82\xfe\x00\x05", 4) + std::string(9, '\0')) ==
          "failed:1002");  // a length in two bytes of five
    CHECK(heard(std::string("\x82\xff\0\0\0\0\0\0\xff\xff", 10) + std::string(9, '\0')) == "failed:1002");
    CHECK(heard(std::string("\x82\xff\x80\0\0\0\0\0\0\0", 10) + std::string(9, '\0')) == "failed:1009");
}

TEST_CASE("a message has a largest size, in one frame or in many") {
    FrameReader::Limits small{.max_message = 10};
    CHECK(heard(text("1234567890"), small) == "text:1234567890");
    CHECK(heard(text("12345678901"), small) == "failed:1009");
    CHECK(heard(text("123456", false) + more("78901"), small) == "failed:1009");
    CHECK(heard(text("123456", false) + more("7890") + text("x"), small) == "text:1234567890 text:x");
}

TEST_CASE("text is UTF-8, and is refused as soon as it cannot be") {
    CHECK(heard(text("κόσμε 𝄞")) == "text:κόσμε 𝄞");
    CHECK(heard(text("\xce\xba\xe1", false) + more("\xbd\xb9", false) + more("!")) == "text:\xce\xba\xe1\xbd\xb9!");
    for (const char* bad : {"\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff", "\x80", "\xe1\x80",
                            "\xf0\x8f\xbf\xbf", "\xc1\xbf", "\xe0\x9f\xbf", "\xf8\x88\x80\x80\x80", "ab\xce"}) {
        CAPTURE(bad);
        CHECK(heard(text(bad)) == "failed:1007");
        CHECK(heard(frame(Opcode::binary, bad)) == "binary:" + std::string{bad});
    }
    // Before the message has come to its end.
    CHECK(heard(text("\xf4\x90", false)) == "failed:1007");
}

TEST_CASE("close frames have a code that may be sent, and a reason that is text") {
    CHECK(heard(frame(Opcode::close, "")) == "close:1005");
    CHECK(heard(closing(1000)) == "close:1000");
    CHECK(heard(closing(1001, "bye")) == "close:1001bye");
    for (int code : {1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999}) {
        CHECK(heard(closing(code)) == "close:" + std::to_string(code));
    }
    for (int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535}) {
        CHECK(heard(closing(code)) == "failed:1002");
    }
    CHECK(heard(frame(Opcode::close, "x")) == "failed:1002");
    CHECK(heard(closing(1000, "\xce\xba\xe1\xbd\xb9\xcf\xed\xa0\x80")) == "failed:1007");
    CHECK(heard(closing(1000, std::string(124, 'x'))) == "failed:1002");
    CHECK(close_payload(1000, std::string(200, 'x')).size() == 125);
    CHECK(close_payload(1000, std::string(122, 'x') + "é").size() == 124);
    CHECK(close_payload(1005, "") == "");
}

TEST_CASE("deflated messages, and those that are none") {
    FrameReader::Limits limits{.deflate = true, .max_message = 1000};
    auto packed = [](std::string_view payload, bool final = true) {
        std::string bytes;
        append_frame(bytes, Opcode::text, payload, {.final = final, .compressed = true, .mask = mask});
        return bytes;
    };
    std::string long_text(900, 'x');
    auto deflated = deflate_message(long_text);
    CHECK(deflated.size() < 50);
    CHECK(deflate_message("abc").empty());
    CHECK(heard(packed(deflated), limits) == "text:" + long_text);
    CHECK(heard(packed(std::string_view{deflated}.substr(0, 4), false) + more(std::string_view{deflated}.substr(4)),
                limits) == "text:" + long_text);
    // RFC 7692, 7.2.3: "Hello" in a block with fixed codes, and stored.
    CHECK(heard(packed(std::string_view{"\xf2\x48\xcd\xc9\xc9\x07\x00", 7}), limits) == "text:Hello");
    CHECK(heard(packed(std::string_view{"\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", 11}), limits) == "text:Hello");
    CHECK(heard(packed(std::string_view{"\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8}), limits) == "text:Hello");
    CHECK(heard(packed("not deflated"), limits) == "failed:1007");
    CHECK(heard(packed(deflate_message(std::string(100'000, 'x'))), limits) == "failed:1009");
    CHECK(heard(packed(deflate_message(std::string(500, '\xff'))), limits) == "failed:1007");
    CHECK(heard(packed(deflated)) == "failed:1002");  // not agreed on
    auto late = more("x");
    late[0] = static_cast<char>(late[0] | 0x40);
    CHECK(heard(text("a", false) + late, limits) == "failed:1002");
    CHECK(heard(text("plain"), limits) == "text:plain");
}
