// Any bytes as the frames of a WebSocket: no crash, the same messages however they are split, text is text, and nothing
// is larger than it may be; what is written is read as it was.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "retort/base/text.hpp"
#include "retort/web/websocket_core.hpp"

namespace {

using namespace retort::detail;
using Event = FrameReader::Event;

constexpr std::size_t most = 5000;

std::string heard(std::string_view bytes, std::size_t piece, bool masked, bool deflate) {
    FrameReader reader{{.masked = masked, .deflate = deflate, .max_message = most}};
    std::string all;
    while (!bytes.empty()) {
        auto part = bytes.substr(0, piece);
        bytes.remove_prefix(part.size());
        for (;;) {
            auto event = reader.read(part);
            if (event == Event::nothing) break;
            all += static_cast<char>('0' + static_cast<int>(event));
            if (event == Event::failed) return all + std::to_string(reader.close_code());
            auto payload = reader.take_payload();
            if (payload.size() > most) std::abort();
            if ((event == Event::text || event == Event::close) && !retort::is_utf8(payload)) std::abort();
            all += payload;
            if (event == Event::close) return all + std::to_string(reader.close_code());
        }
    }
    return all;
}

void check_round_trip(std::string_view bytes) {
    std::string sent;
    append_frame(sent, Opcode::binary, bytes, {.mask = 0x01020304});
    FrameReader reader{{.max_message = bytes.size() + 1}};
    std::string_view rest{sent};
    if (reader.read(rest) != Event::binary || reader.take_payload() != bytes) std::abort();
    auto packed = deflate_message(bytes);
    if (packed.empty()) return;
    bool too_large = false;
    if (!inflate_message(packed, bytes.size(), too_large) || packed != bytes) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view bytes{reinterpret_cast<const char*>(data), size};
    for (bool masked : {true, false}) {
        for (bool deflate : {true, false}) {
            auto whole = heard(bytes, size + 1, masked, deflate);
            for (std::size_t piece : {1, 3, 14}) {
                if (heard(bytes, piece, masked, deflate) != whole) std::abort();
            }
        }
    }
    check_round_trip(bytes);
    static_cast<void>(agreed_deflate(bytes));
    return 0;
}
