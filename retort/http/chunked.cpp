// Decoding the chunked coding.
#include "retort/http/chunked.hpp"

#include <algorithm>

#include "retort/http/scan.hpp"

namespace retort::http {
namespace {

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    const char small = detail::lower(c);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

bool may_be_trailer(std::string_view name) {
    for (std::string_view forbidden : {"content-length", "transfer-encoding", "host", "connection", "trailer",
                                       "content-encoding", "content-type", "authorization", "cookie"}) {
        if (detail::same_word(name, forbidden)) return false;
    }
    return true;
}

constexpr unsigned most_digits = 15;  // less than 2^60, so that nothing overflows

}  // namespace

ChunkDecoder::Piece ChunkDecoder::next(std::string_view bytes, std::size_t most) {
    std::size_t i = 0;
    while (i < bytes.size() && state_ == State::reading) {
        if (at_ != At::data) {
            take(bytes[i++]);
            continue;
        }
        const auto room = std::min<std::uint64_t>({left_, bytes.size() - i, most});
        const auto size = static_cast<std::size_t>(room);
        left_ -= room;
        if (left_ == 0) at_ = At::data_return;
        return {i + size, bytes.substr(i, size)};
    }
    return {i, {}};
}

void ChunkDecoder::take(char c) {
    switch (at_) {
        case At::size:
        case At::size_more: take_size(c); break;
        case At::extension:
            if (c == '\r') {
                at_ = At::size_line_feed;
            } else if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f || !count_overhead()) {
                fail();
            }
            break;
        case At::size_line_feed: c == '\n' ? end_size_line() : fail(); break;
        case At::data: break;
        case At::data_return: expect(c, '\r', At::data_line_feed); break;
        case At::data_line_feed: expect(c, '\n', At::size); break;
        case At::trailer: take_trailer(c); break;
        case At::trailer_line_feed: c == '\n' ? end_trailer_line() : fail(); break;
    }
}

void ChunkDecoder::take_size(char c) {
    if (at_ == At::size) {
        left_ = 0;
        digits_ = 0;
    }
    const int digit = hex_digit(c);
    if (digit >= 0) {
        left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
        at_ = At::size_more;
        if (++digits_ > most_digits) fail();
    } else if (digits_ > 0 && (c == '\r' || c == ';')) {
        at_ = c == '\r' ? At::size_line_feed : At::extension;
    } else {
        fail();
    }
}

void ChunkDecoder::end_size_line() { at_ = left_ > 0 ? At::data : At::trailer; }

void ChunkDecoder::take_trailer(char c) {
    if (c == '\r') {
        at_ = At::trailer_line_feed;
    } else if (!count_overhead()) {
        fail();
    } else {
        line_ += c;
    }
}

void ChunkDecoder::end_trailer_line() {
    if (line_.empty()) {
        state_ = State::done;
        return;
    }
    const std::string_view line = line_;
    const auto colon = line.find(':');
    const auto name = line.substr(0, std::min(colon, line.size()));
    const bool good_name =
        colon != line.npos && !name.empty() && std::all_of(name.begin(), name.end(), detail::is_token);
    const char* end = line.data() + line.size();
    if (!good_name || detail::find_value_end(line.data(), end) != end) return fail();
    const auto value = detail::trim_blanks(line.substr(colon + 1));
    if (may_be_trailer(name)) trailers_.push_back({std::string(name), std::string(value)});
    line_.clear();
    at_ = At::trailer;
}

bool ChunkDecoder::count_overhead() noexcept { return ++overhead_ <= limit_; }

}  // namespace retort::http
