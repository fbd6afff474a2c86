// permessage-deflate: messages through zlib, each for itself.
#include <zlib.h>

#include <algorithm>

#include "retort/web/websocket_frames.hpp"

namespace retort::detail {
namespace {

constexpr int raw_window = -15;
/// What Z_SYNC_FLUSH ends with, and a message leaves out.
constexpr std::string_view flush_mark{"\x00\x00\xff\xff", 4};

unsigned char* zlib_bytes(std::string_view text) {
    return reinterpret_cast<unsigned char*>(const_cast<char*>(text.data()));
}

}  // namespace

std::string deflate_message(std::string_view message) {
    z_stream stream{};
    if (message.size() > UINT32_MAX / 2 ||
        ::deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, raw_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        return {};
    }
    std::string packed(::deflateBound(&stream, message.size()) + 16, '\0');
    stream.next_in = zlib_bytes(message);
    stream.avail_in = static_cast<unsigned>(message.size());
    stream.next_out = zlib_bytes(packed);
    stream.avail_out = static_cast<unsigned>(packed.size());
    bool done = ::deflate(&stream, Z_SYNC_FLUSH) == Z_OK && stream.avail_in == 0;
    packed.resize(done ? stream.total_out : 0);
    ::deflateEnd(&stream);
    if (!packed.ends_with(flush_mark) || packed.size() - flush_mark.size() >= message.size()) return {};
    packed.resize(packed.size() - flush_mark.size());
    return packed;
}

bool inflate_message(std::string& message, std::size_t most, bool& too_large) {
    z_stream stream{};
    if (::inflateInit2(&stream, raw_window) != Z_OK) return false;
    message += flush_mark;
    std::string text;
    char piece[16 * 1024];
    stream.next_in = zlib_bytes(message);
    stream.avail_in = static_cast<unsigned>(message.size());
    int result = Z_OK;
    do {
        stream.next_out = reinterpret_cast<unsigned char*>(piece);
        stream.avail_out = sizeof piece;
        result = ::inflate(&stream, Z_SYNC_FLUSH);
        text.append(piece, sizeof piece - stream.avail_out);
        too_large = text.size() > most;
    } while (result == Z_OK && stream.avail_out == 0 && !too_large);
    // A last block may end it, with an empty one behind it at most.
    bool done =
        result == Z_OK || result == Z_BUF_ERROR || (result == Z_STREAM_END && stream.avail_in <= flush_mark.size() + 1);
    done = done && !too_large && (stream.avail_in == 0 || result == Z_STREAM_END);
    ::inflateEnd(&stream);
    message = std::move(text);
    return done;
}

}  // namespace retort::detail
