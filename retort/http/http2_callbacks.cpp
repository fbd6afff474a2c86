// Between nghttp2's C interface and a session.
#include "retort/http/http2_callbacks.hpp"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <new>
#include <vector>

#include "retort/http/http2_head.hpp"
#include "retort/http/http2_session.hpp"
#include "retort/http/http2_stream.hpp"
#include "retort/http/server.hpp"

namespace retort::http::detail {
namespace {

/// Of a body so much may be on the way before its handler reads, and of all bodies of a connection together.
constexpr std::int32_t stream_window = 256 * 1024;
constexpr std::int32_t connection_window = 1024 * 1024;
/// Answers may have larger heads than nghttp2 thinks of.
constexpr std::size_t largest_head = 1024 * 1024;

Http2Session& owner(void* data) { return *static_cast<Http2Session*>(data); }

/// Null for streams that were refused.
Http2Stream* stream_of(nghttp2_session* session, std::int32_t number) {
    return static_cast<Http2Stream*>(::nghttp2_session_get_stream_user_data(session, number));
}

std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

/// No exception may pass through nghttp2; one that comes ends the connection.
template <class Work>
int guarded(Work work) noexcept {
    try {
        work();
        return 0;
    } catch (...) {
        return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
}

bool is_request(const nghttp2_frame* frame) {
    return frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST;
}

int head_begins(nghttp2_session* session, const nghttp2_frame* frame, void* data) {
    return guarded([&] {
        owner(data).begin_head(frame->hd.stream_id);
        if (!is_request(frame)) return;
        const std::int32_t number = frame->hd.stream_id;
        ::nghttp2_session_set_stream_user_data(session, number, owner(data).begin_request(number));
    });
}

int field_came(nghttp2_session* session, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
               const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* data) {
    return guarded([&] {
        if (!is_request(frame)) return;
        owner(data).note_useful(name_size + value_size);
        Http2Stream* stream = stream_of(session, frame->hd.stream_id);
        if (stream != nullptr) stream->head().add(text_of(name, name_size), text_of(value, value_size));
    });
}

/// nghttp2 would only leave such a field out; who sends one is up to no good.
int bad_field_came(nghttp2_session*, const nghttp2_frame*, const std::uint8_t*, std::size_t, const std::uint8_t*,
                   std::size_t, std::uint8_t, void*) {
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

int frame_came(nghttp2_session* session, const nghttp2_frame* frame, void* data) {
    return guarded([&] {
        const bool acknowledges = (frame->hd.flags & NGHTTP2_FLAG_ACK) != 0;
        if (frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_SETTINGS) owner(data).end_head();
        if (frame->hd.type == NGHTTP2_PING && acknowledges) owner(data).say_last_goaway();
        if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return;
        Http2Stream* stream = stream_of(session, frame->hd.stream_id);
        if (stream == nullptr) return;
        if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) stream->body_ended();
        if (is_request(frame)) owner(data).request_came(*stream);
    });
}

int data_came(nghttp2_session* session, std::uint8_t, std::int32_t number, const std::uint8_t* bytes, std::size_t size,
              void* data) {
    return guarded([&] { owner(data).body_arrived(stream_of(session, number), number, text_of(bytes, size)); });
}

int frame_went(nghttp2_session* session, const nghttp2_frame* frame, void* data) {
    return guarded([&] {
        if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return;
        owner(data).note_useful(frame->hd.length);
        const Http2Stream* stream = stream_of(session, frame->hd.stream_id);
        if (stream != nullptr && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) owner(data).answer_sent(*stream);
    });
}

/// An answer whose head nghttp2 cannot send: its client must not wait for it.
int frame_stayed(nghttp2_session* session, const nghttp2_frame* frame, int, void*) {
    if (frame->hd.type == NGHTTP2_HEADERS) {
        ::nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id, NGHTTP2_INTERNAL_ERROR);
    }
    return 0;
}

int stream_ended(nghttp2_session* session, std::int32_t number, std::uint32_t, void* data) {
    return guarded([&] {
        owner(data).give_up_head(number);
        if (Http2Stream* stream = stream_of(session, number)) owner(data).stream_closed(*stream);
    });
}

nghttp2_nv pair_of(const HeaderView& field) {
    auto* name = reinterpret_cast<std::uint8_t*>(const_cast<char*>(field.name.data()));
    auto* value = reinterpret_cast<std::uint8_t*>(const_cast<char*>(field.value.data()));
    return {name, value, field.name.size(), field.value.size(), NGHTTP2_NV_FLAG_NONE};
}

/// nghttp2 copies them, with the names in lower case.
template <class Fields>
std::vector<nghttp2_nv> pairs_of(const Fields& fields) {
    std::vector<nghttp2_nv> pairs;
    pairs.reserve(fields.size());
    for (const HeaderView& field : fields) pairs.push_back(pair_of(field));
    return pairs;
}

void submit_trailers(nghttp2_session* session, const Http2Stream& stream) {
    const auto pairs = pairs_of(stream.answer_trailers());
    ::nghttp2_submit_trailer(session, stream.number(), pairs.data(), pairs.size());
}

ssize_t fetch_body(nghttp2_session* session, std::int32_t, std::uint8_t* to, std::size_t size, std::uint32_t* flags,
                   nghttp2_data_source* source, void*) {
    auto& stream = *static_cast<Http2Stream*>(source->ptr);
    bool ended = false;
    const std::size_t count = stream.take_output({reinterpret_cast<char*>(to), size}, ended);
    if (count == 0 && !ended) return NGHTTP2_ERR_DEFERRED;
    if (!ended) return static_cast<ssize_t>(count);
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (stream.answer_trailers().empty()) return static_cast<ssize_t>(count);
    *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
    const int failed = guarded([&] { submit_trailers(session, stream); });
    return failed != 0 ? failed : static_cast<ssize_t>(count);
}

std::shared_ptr<nghttp2_session_callbacks> make_callbacks() {
    nghttp2_session_callbacks* made = nullptr;
    if (::nghttp2_session_callbacks_new(&made) != 0) throw std::bad_alloc{};
    ::nghttp2_session_callbacks_set_on_begin_headers_callback(made, &head_begins);
    ::nghttp2_session_callbacks_set_on_header_callback(made, &field_came);
    ::nghttp2_session_callbacks_set_on_invalid_header_callback(made, &bad_field_came);
    ::nghttp2_session_callbacks_set_on_frame_recv_callback(made, &frame_came);
    ::nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, &data_came);
    ::nghttp2_session_callbacks_set_on_frame_send_callback(made, &frame_went);
    ::nghttp2_session_callbacks_set_on_frame_not_send_callback(made, &frame_stayed);
    ::nghttp2_session_callbacks_set_on_stream_close_callback(made, &stream_ended);
    return {made, &::nghttp2_session_callbacks_del};
}

std::shared_ptr<nghttp2_option> make_options() {
    nghttp2_option* made = nullptr;
    if (::nghttp2_option_new(&made) != 0) throw std::bad_alloc{};
    ::nghttp2_option_set_no_auto_window_update(made, 1);
    ::nghttp2_option_set_no_closed_streams(made, 1);
    ::nghttp2_option_set_max_send_header_block_length(made, largest_head);
    // Against rapid resets (CVE-2023-44487): so many at once, and so many more each second.
    ::nghttp2_option_set_stream_reset_rate_limit(made, 1000, 33);
    // Against heads without end (CVE-2024-28182).
    ::nghttp2_option_set_max_continuations(made, 8);
    return {made, &::nghttp2_option_del};
}

void submit_settings(nghttp2_session* session, const ServerOptions& options) {
    const auto limit = [](std::size_t value) {
        return static_cast<std::uint32_t>(std::min<std::size_t>(value, INT32_MAX));
    };
    const nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limit(options.max_streams)},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, stream_window},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limit(options.max_header_bytes)},
        {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
    };
    ::nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings, std::size(settings));
    ::nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, connection_window);
}

}  // namespace

std::shared_ptr<nghttp2_session> make_http2_session(Http2Session& owner, const ServerOptions& options) {
    static const auto callbacks = make_callbacks();
    static const auto rules = make_options();
    nghttp2_session* made = nullptr;
    if (::nghttp2_session_server_new2(&made, callbacks.get(), &owner, rules.get()) != 0) throw std::bad_alloc{};
    std::shared_ptr<nghttp2_session> session{made, &::nghttp2_session_del};
    submit_settings(made, options);
    return session;
}

bool submit_http2_answer(nghttp2_session* session, Http2Stream& stream, const Response& response,
                         std::optional<std::uint64_t> length, bool has_body, std::string_view own_lines) {
    std::string status, digits;
    auto fields = http2_fields(response, own_lines, status);
    if (length) {
        digits = std::to_string(*length);
        fields.push_back({"content-length", digits});
    }
    const auto pairs = pairs_of(fields);
    nghttp2_data_provider body{{.ptr = &stream}, &fetch_body};
    return ::nghttp2_submit_response(session, stream.number(), pairs.data(), pairs.size(),
                                     has_body ? &body : nullptr) == 0;
}

void submit_http2_continue(nghttp2_session* session, std::int32_t stream) {
    const nghttp2_nv pair = pair_of({":status", "100"});
    ::nghttp2_submit_headers(session, NGHTTP2_FLAG_NONE, stream, nullptr, &pair, 1, nullptr);
}

}  // namespace retort::http::detail
