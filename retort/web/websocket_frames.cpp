// Frames, read byte by byte where a header may be cut and in one piece where a payload is.
#include "retort/web/websocket_frames.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace retort::detail {
namespace {

constexpr std::size_t most_control = 125;

bool is_control(Opcode opcode) noexcept { return static_cast<unsigned>(opcode) >= 8; }

bool is_known(Opcode opcode) noexcept {
    return static_cast<unsigned>(opcode) <= 2 || (opcode >= Opcode::close && opcode <= Opcode::pong);
}

void append_number(std::string& out, std::uint64_t number, int bytes) {
    while (bytes-- > 0) out += static_cast<char>(number >> (8 * bytes));
}

}  // namespace

void append_frame(std::string& out, Opcode opcode, std::string_view payload, const FrameOptions& options) {
    out += static_cast<char>((options.final ? 0x80 : 0) | (options.compressed ? 0x40 : 0) | static_cast<int>(opcode));
    int mask_bit = options.mask ? 0x80 : 0;
    if (payload.size() <= most_control) {
        out += static_cast<char>(mask_bit | static_cast<int>(payload.size()));
    } else if (payload.size() <= 0xFFFF) {
        out += static_cast<char>(mask_bit | 126);
        append_number(out, payload.size(), 2);
    } else {
        out += static_cast<char>(mask_bit | 127);
        append_number(out, payload.size(), 8);
    }
    if (!options.mask) {
        out += payload;
        return;
    }
    append_number(out, *options.mask, 4);
    auto at = out.size();
    out += payload;
    for (std::size_t i = 0; i < payload.size(); ++i) {
        out[at + i] = static_cast<char>(out[at + i] ^ static_cast<char>(*options.mask >> (8 * (3 - i % 4))));
    }
}

std::string close_payload(int code, std::string_view reason) {
    std::string payload;
    if (code == 1005) return payload;
    append_number(payload, static_cast<std::uint64_t>(code), 2);
    payload += reason.substr(0, most_control - 2);
    // A reason that is cut may not end within a character.
    Utf8Follower text;
    while (!text.feed(std::string_view{payload}.substr(2)) || !text.complete()) {
        payload.pop_back();
        text.reset();
    }
    return payload;
}

bool is_close_code(int code) noexcept {
    bool defined = code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
    return defined || (code >= 3000 && code <= 4999);
}

bool Utf8Follower::feed(std::string_view bytes) noexcept {
    for (unsigned char byte : bytes) {
        if (needed_ > 0) {
            if (byte < least_ || byte > most_) return false;
            least_ = 0x80, most_ = 0xBF;
            --needed_;
        } else if (byte >= 0x80) {
            if (byte < 0xC2 || byte > 0xF4) return false;
            needed_ = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
            // Neither longer than needed, nor a surrogate, nor beyond the last character.
            least_ = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
            most_ = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
        }
    }
    return true;
}

std::size_t FrameReader::header_size() const noexcept {
    if (header_at_ < 2) return 2;
    auto length = header_[1] & 0x7F;
    return 2u + (length == 126 ? 2u : length == 127 ? 8u : 0u) + ((header_[1] & 0x80) != 0 ? 4u : 0u);
}

FrameReader::Event FrameReader::read(std::string_view& bytes) {
    while (!failed_) {
        while (!in_payload_ && header_at_ < header_size()) {
            if (bytes.empty()) return Event::nothing;
            header_[header_at_++] = static_cast<unsigned char>(bytes.front());
            bytes.remove_prefix(1);
        }
        if (!in_payload_ && !begin_frame()) break;
        auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
        if (!append(bytes.substr(0, size))) break;
        bytes.remove_prefix(size);
        left_ -= size;
        if (left_ != 0) return Event::nothing;
        auto event = end_frame();
        if (event != Event::nothing) return event;
    }
    return Event::failed;
}

bool FrameReader::fail(int code, std::string_view problem) noexcept {
    failed_ = true;
    close_code_ = code;
    problem_ = problem;
    return false;
}

bool FrameReader::begin_frame() {
    final_ = (header_[0] & 0x80) != 0;
    opcode_ = static_cast<Opcode>(header_[0] & 0x0F);
    control_ = is_control(opcode_);
    if (((header_[1] & 0x80) != 0) != limits_.masked) return fail(1002, "a frame is masked wrongly");
    if (!check_kind((header_[0] & 0x30) != 0, (header_[0] & 0x40) != 0)) return false;
    auto at = header_size() - (limits_.masked ? 4 : 0);
    std::uint64_t length = header_[1] & 0x7F;
    if (length >= 126) {
        length = 0;
        for (std::size_t i = 2; i < at; ++i) length = length << 8 | header_[i];
        if (length <= (at == 4 ? most_control : 0xFFFFu)) return fail(1002, "a length is written too long");
    }
    in_payload_ = true;
    masked_at_ = 0;
    return take_length(length);
}

bool FrameReader::check_kind(bool reserved, bool first_reserved) {
    bool begins = opcode_ == Opcode::text || opcode_ == Opcode::binary;
    if (reserved || (first_reserved && !(limits_.deflate && begins))) return fail(1002, "a reserved bit is set");
    if (!is_known(opcode_)) return fail(1002, "an opcode is reserved");
    if (control_) return final_ || fail(1002, "a control frame is in pieces");
    if (begins == (kind_ != Opcode::continuation))
        return fail(1002, "a message begins within, or goes on without, another");
    if (!begins) return true;
    kind_ = opcode_;
    compressed_ = first_reserved;
    message_.clear();
    text_.reset();
    return true;
}

bool FrameReader::take_length(std::uint64_t length) {
    left_ = length;
    control_payload_.clear();
    if (control_) return length <= most_control || fail(1002, "a control frame is too long");
    if (length > limits_.max_message || message_.size() + length > limits_.max_message) {
        return fail(1009, "a message is too large");
    }
    return true;
}

bool FrameReader::append(std::string_view bytes) {
    auto& to = control_ ? control_payload_ : message_;
    auto at = to.size();
    to += bytes;
    if (limits_.masked) unmask(to.data() + at, bytes.size());
    // What is no text is refused before all of it has come.
    if (control_ || compressed_ || kind_ != Opcode::text) return true;
    return text_.feed(std::string_view{to}.substr(at)) || fail(1007, "a text is no UTF-8");
}

void FrameReader::unmask(char* bytes, std::size_t size) noexcept {
    const auto* mask = header_ + header_size() - 4;
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(bytes[i] ^ mask[(masked_at_ + i) % 4]);
    masked_at_ = (masked_at_ + size) % 4;
}

FrameReader::Event FrameReader::end_frame() {
    in_payload_ = false;
    header_at_ = 0;
    switch (opcode_) {
        case Opcode::ping: return Event::ping;
        case Opcode::pong: return Event::pong;
        case Opcode::close: return end_close();
        default: return final_ ? end_message() : Event::nothing;
    }
}

FrameReader::Event FrameReader::end_message() {
    auto kind = std::exchange(kind_, Opcode::continuation);
    if (compressed_) {
        bool too_large = false;
        if (!inflate_message(message_, limits_.max_message, too_large)) {
            too_large ? fail(1009, "a message is too large") : fail(1007, "a message is not deflated well");
            return Event::failed;
        }
        if (kind == Opcode::text && !text_.feed(message_)) fail(1007, "a text is no UTF-8");
    }
    if (kind == Opcode::text && !failed_ && !text_.complete()) fail(1007, "a text ends within a character");
    if (failed_) return Event::failed;
    return kind == Opcode::text ? Event::text : Event::binary;
}

FrameReader::Event FrameReader::end_close() {
    close_code_ = 1005;
    if (control_payload_.empty()) return Event::close;
    int code = 0;
    if (control_payload_.size() >= 2) {
        code = static_cast<unsigned char>(control_payload_[0]) << 8 | static_cast<unsigned char>(control_payload_[1]);
    }
    if (!is_close_code(code)) {
        fail(1002, "a close frame has no code that may be sent");
        return Event::failed;
    }
    control_payload_.erase(0, 2);
    Utf8Follower reason;
    if (!reason.feed(control_payload_) || !reason.complete()) {
        fail(1007, "the reason of a close frame is no UTF-8");
        return Event::failed;
    }
    close_code_ = code;
    return Event::close;
}

}  // namespace retort::detail
