// The frames of RFC 6455: bytes into messages and back, with permessage-deflate (RFC 7692). Knows no connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace retort::detail {

enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

struct FrameOptions {
    bool final = true;
    bool compressed = false;
    std::optional<std::uint32_t> mask;  ///< what a client sends is masked
};

void append_frame(std::string& out, Opcode opcode, std::string_view payload, const FrameOptions& options = {});
/// A close frame's payload; empty for 1005, which says that there is none.
std::string close_payload(int code, std::string_view reason);
/// Whether a close frame may have this code.
bool is_close_code(int code) noexcept;

/// Deflated without what came before, as a message of its own; empty when that makes it no smaller.
std::string deflate_message(std::string_view message);
/// The opposite. False when it is no such thing; `too_large` when it would be larger than `most`.
bool inflate_message(std::string& message, std::size_t most, bool& too_large);

/// Follows text that comes in pieces and says whether it can still be UTF-8.
class Utf8Follower {
  public:
    /// False as soon as it cannot.
    bool feed(std::string_view bytes) noexcept;
    /// Whether it ends with a whole character.
    bool complete() const noexcept { return needed_ == 0; }
    void reset() noexcept { needed_ = 0; }

  private:
    unsigned needed_ = 0;
    unsigned char least_ = 0x80, most_ = 0xBF;
};

/// Makes messages of bytes that come in any pieces.
class FrameReader {
  public:
    struct Limits {
        bool masked = true;    ///< a server's reader wants masks, a client's refuses them
        bool deflate = false;  ///< permessage-deflate was agreed on
        std::size_t max_message = std::size_t{1} << 20;
    };
    enum class Event : std::uint8_t { nothing, text, binary, ping, pong, close, failed };

    explicit FrameReader(const Limits& limits) : limits_(limits) {}

    /// Takes bytes off the front until something is complete. After `close` and `failed` nothing more is to be read.
    Event read(std::string_view& bytes);
    /// Of the message, ping or pong that is complete; of a close, its reason.
    std::string take_payload() { return std::move(control_ ? control_payload_ : message_); }
    /// Of a close frame (1005: it has none), and what a failure is to be answered with.
    int close_code() const noexcept { return close_code_; }
    std::string_view problem() const noexcept { return problem_; }

  private:
    std::size_t header_size() const noexcept;
    bool begin_frame();
    bool check_kind(bool reserved, bool first_reserved);
    bool take_length(std::uint64_t length);
    bool append(std::string_view bytes);
    void unmask(char* bytes, std::size_t size) noexcept;
    Event end_frame();
    Event end_message();
    Event end_close();
    bool fail(int code, std::string_view problem) noexcept;

    Limits limits_;
    unsigned char header_[14] = {};
    std::size_t header_at_ = 0;
    std::uint64_t left_ = 0;
    std::size_t masked_at_ = 0;
    Opcode opcode_ = Opcode::text;
    Opcode kind_ = Opcode::continuation;  ///< of the message that is under way; continuation: of none
    bool in_payload_ = false, final_ = false, control_ = false, compressed_ = false, failed_ = false;
    Utf8Follower text_;
    std::string message_, control_payload_;
    int close_code_ = 1005;
    std::string_view problem_;
};

}  // namespace retort::detail
