// The bodies of a request and of a streamed response, on the connection.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "retort/http/body_pace.hpp"
#include "retort/http/chunked.hpp"
#include "retort/http/error.hpp"
#include "retort/http/message.hpp"

namespace retort::http::detail {

class Exchange;

/// Reads a request's body, first from what has arrived with the head.
class RequestBody final : public BodyReader {
  public:
    explicit RequestBody(Exchange& exchange) : exchange_(exchange) {}

    /// For the next request; `expects_continue`: the client sends nothing before it is told to.
    void begin(const Request& request, bool expects_continue);

    std::size_t read(std::span<char> into) override;
    std::span<const Header> trailers() const override;
    bool finished() const noexcept { return finished_; }
    bool failed() const noexcept { return failed_; }

    /// Passes over what has arrived already; then says whether the rest is small enough to be waited for.
    bool can_drain();
    /// Passes over the rest; false when it does not come.
    bool drain();

  private:
    [[noreturn]] void fail(int status, ErrorCode code, const char* problem, const char* mend);
    void send_continue();
    std::size_t read_counted(std::span<char> into);
    std::size_t read_chunked(std::span<char> into);
    std::size_t take_arrived(std::span<char> into);
    void decode_arrived();
    std::size_t receive(char* to, std::size_t size);
    void refill();
    void count(std::size_t size);

    Exchange& exchange_;
    std::optional<ChunkDecoder> decoder_;
    std::uint64_t left_ = 0;      // of a counted body
    std::uint64_t received_ = 0;  // of a chunked one
    BodyPace pace_;
    std::size_t floor_ = 0;  // where the input's room behind the head begins
    bool expects_continue_ = false;
    bool finished_ = true;
    bool failed_ = false;
};

/// Writes a streamed body: in chunks, or counted, or up to the end of the connection.
class StreamWriter final : public BodyWriter {
  public:
    StreamWriter(Exchange& exchange, bool chunked, std::optional<std::uint64_t> length)
        : exchange_(exchange), chunked_(chunked), left_(length) {}

    void write(std::string_view bytes) override;
    void write_file(int file, std::uint64_t position, std::uint64_t size) override;
    void trailer(std::string_view name, std::string_view value) override;
    /// Ends the body; false when fewer bytes came than were announced.
    bool finish();

  private:
    void send(std::string_view frame, std::string_view bytes);
    [[noreturn]] static void fail_disconnected();

    Exchange& exchange_;
    bool chunked_;
    std::optional<std::uint64_t> left_;
    Headers trailers_;
};

}  // namespace retort::http::detail
