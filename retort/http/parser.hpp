// The strict parser of request heads: what could be read in two ways is refused.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

#include "retort/http/message.hpp"

namespace retort::http {

/// A name or an address in ASCII, with a port up to 65535 or without one; it may be empty.
bool is_host(std::string_view text) noexcept;

struct ParserLimits {
    std::size_t max_header_bytes = 32 * 1024;
    std::size_t max_headers = 100;
};

struct ParseResult {
    enum class Outcome { incomplete, complete, failed };

    Outcome outcome = Outcome::incomplete;
    std::size_t size = 0;           ///< complete: bytes of the head, its blank line included
    int status = 0;                 ///< failed: what to answer
    const char* problem = nullptr;  ///< failed: a sentence
};

/// Reads the head of a request from the bytes that have come so far.
///
/// It looks from left to right and never further than the first mistake, so the result does not depend on how the
/// bytes were split; on `incomplete`, call it again with more of them.
class RequestParser {
  public:
    explicit RequestParser(ParserLimits limits)
        : limits_(limits), headers_(std::make_unique<HeaderView[]>(limits.max_headers)) {}

    /// Fills `request` with views into `bytes`; `request.headers` lives in this parser.
    ParseResult parse(std::string_view bytes, Request& request);
    /// Whether the client wants the connection to stay open.
    bool keep_alive() const noexcept { return keep_alive_; }
    /// Whether the client waits for "100 Continue" before it sends the body.
    bool expects_continue() const noexcept { return expects_continue_; }

  private:
    enum class Step { next, stop };

    void reset(std::string_view bytes);
    Step need_more() noexcept;
    Step refuse(int status, const char* problem) noexcept;
    Step skip_empty_line() noexcept;
    Step read_request_line(Request& request) noexcept;
    Step read_version(Request& request) noexcept;
    Step read_uncommon_version(Request& request) noexcept;
    Step read_headers();
    Step read_header(HeaderView& header) noexcept;
    Step end_line() noexcept;
    Step note(const HeaderView& header) noexcept;
    Step note_host(std::string_view value) noexcept;
    bool take_known_host(HeaderView& header) noexcept;
    void remember_host_line(std::string_view value) noexcept;
    Step note_length(std::string_view value) noexcept;
    Step note_coding(std::string_view value) noexcept;
    Step note_expectation(std::string_view value) noexcept;
    void note_connection(std::string_view value) noexcept;
    Step finish(Request& request) noexcept;
    Step check_framing(Request& request) noexcept;
    Step split_target(Request& request) noexcept;
    Step split_absolute_target(Request& request) noexcept;

    ParserLimits limits_;
    std::unique_ptr<HeaderView[]> headers_;
    std::size_t count_ = 0;
    ParseResult result_;
    const char* at_ = nullptr;
    const char* end_ = nullptr;
    std::string_view host_;
    /// The last good "Host: …" line: the requests of a connection repeat it, and then it is known without a look.
    std::array<char, 80> known_host_line_;
    std::size_t known_host_line_size_ = 0;
    std::uint64_t length_ = 0;
    bool in_request_line_ = true;
    bool at_limit_ = false;
    bool has_host_ = false;
    bool has_length_ = false;
    bool has_coding_ = false;
    bool chunked_ = false;
    bool unknown_coding_ = false;
    bool says_close_ = false;
    bool says_keep_alive_ = false;
    bool keep_alive_ = true;
    bool expects_continue_ = false;
    bool unknown_expectation_ = false;
};

}  // namespace retort::http
