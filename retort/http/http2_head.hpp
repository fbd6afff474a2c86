// The heads of HTTP/2 messages: a request's as HTTP/1.1 writes it, a response's as HTTP/2 does.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/http/message.hpp"

namespace retort::http::detail {

/// Collects the fields of a request and writes them as the head of HTTP/1.1, so that one strict parser judges both.
class Http2Head {
  public:
    /// Beyond `limit` bytes nothing more is kept.
    explicit Http2Head(std::size_t limit) : limit_(limit) {}

    void add(std::string_view name, std::string_view value);
    /// The request line, Host, and the fields; none when the pseudo-header fields make no request.
    std::optional<std::string> text() const;
    std::string_view method() const noexcept { return method_; }
    /// The status that says what was too large; 0: nothing was.
    int too_large() const noexcept { return size_ <= limit_ ? 0 : path_.size() > limit_ ? 414 : 431; }

  private:
    void add_pseudo(std::string_view name, std::string_view value);
    void add_cookie(std::string_view value);

    std::size_t limit_;
    std::size_t size_ = 0;
    std::string method_;
    std::string path_;
    std::string authority_;
    std::string cookies_;
    std::string fields_;
    std::string host_;
    bool malformed_ = false;
};

/// ":status" and the fields that HTTP/2 lets a response have; views into `response`, `own_lines` and `status`, which
/// gets the digits. `own_lines`: those that the server writes itself, "Date: …\r\n".
std::vector<HeaderView> http2_fields(const Response& response, std::string_view own_lines, std::string& status);

}  // namespace retort::http::detail
