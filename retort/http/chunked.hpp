// The chunked coding of request bodies, undone piece by piece.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "retort/http/message.hpp"

namespace retort::http {

/// Takes bytes in any split and gives views of the data in them. Strict: what another server could read otherwise
/// fails.
class ChunkDecoder {
  public:
    enum class State { reading, done, failed };

    struct Piece {
        std::size_t consumed = 0;  ///< bytes that are done with, `data` included
        std::string_view data;     ///< a view into the bytes given; empty when there is none in them
    };

    /// `limit`: bytes that extensions and trailers may have together.
    explicit ChunkDecoder(std::size_t limit = 32 * 1024) : limit_(limit) {}

    /// Decodes up to the end of the next data, `most` bytes of it.
    Piece next(std::string_view bytes, std::size_t most = SIZE_MAX);
    State state() const noexcept { return state_; }
    /// The trailers that came after the last chunk, without those that could change how the message is read.
    const std::vector<Header>& trailers() const noexcept { return trailers_; }

  private:
    enum class At {
        size,
        size_more,
        extension,
        size_line_feed,
        data,
        data_return,
        data_line_feed,
        trailer,
        trailer_line_feed
    };

    void take(char c);
    void take_size(char c);
    void take_trailer(char c);
    void end_size_line();
    void end_trailer_line();
    void fail() noexcept { state_ = State::failed; }
    void expect(char c, char expected, At then) { c == expected ? void(at_ = then) : fail(); }
    bool count_overhead() noexcept;

    At at_ = At::size;
    State state_ = State::reading;
    std::uint64_t left_ = 0;
    unsigned digits_ = 0;
    std::size_t overhead_ = 0;
    std::size_t limit_;
    std::string line_;
    std::vector<Header> trailers_;
};

}  // namespace retort::http
