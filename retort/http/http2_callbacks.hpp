// What nghttp2 asks and is asked: the one place that knows its structures, besides the calls of the session.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "retort/http/message.hpp"

struct nghttp2_session;

namespace retort::http {
struct ServerOptions;
}

namespace retort::http::detail {

class Http2Session;
class Http2Stream;

/// A session of nghttp2 that tells `owner` what comes, with the limits of `options`, its settings waiting to be sent.
std::shared_ptr<nghttp2_session> make_http2_session(Http2Session& owner, const ServerOptions& options);

/// Gives the head of an answer to nghttp2, which fetches the body from the stream. False when it refuses.
bool submit_http2_answer(nghttp2_session* session, Http2Stream& stream, const Response& response,
                         std::optional<std::uint64_t> length, bool has_body, std::string_view own_lines);

/// ":status: 100".
void submit_http2_continue(nghttp2_session* session, std::int32_t stream);

}  // namespace retort::http::detail
