// A client that speaks HTTP/2, by nghttp2, and frames written by hand for what it would never send.
#pragma once

#include <nghttp2/nghttp2.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "live_server.hpp"

namespace retort::http::testing {

inline ServerOptions http2_options() {
    ServerOptions options = quick_options();
    options.http2 = true;
    return options;
}

struct Http2Answer {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> fields;
    std::vector<std::pair<std::string, std::string>> trailers;
    std::string body;
    std::vector<int> informational;
    bool closed = false;
    std::uint32_t error = 0;  ///< why the stream was closed

    std::string header(std::string_view name) const {
        for (auto& [key, value] : fields) {
            if (key == name) return value;
        }
        return {};
    }
};

struct Http2Request {
    std::string method = "GET";
    std::string path = "/";
    std::vector<std::pair<std::string, std::string>> fields{};
    std::string body{};
    bool ends = true;       ///< false: more of the body follows by `more`
    bool has_body = false;  ///< also when it is empty
};

/// Speaks over a client that is connected; gives up when that one does.
class Http2Client {
  public:
    /// `window`: of each stream; it grows by itself only with `reads_bodies`.
    explicit Http2Client(Client& client, std::int32_t window = 0, bool reads_bodies = true) : client_(client) {
        nghttp2_session_callbacks* callbacks = nullptr;
        ::nghttp2_session_callbacks_new(&callbacks);
        ::nghttp2_session_callbacks_set_on_header_callback(callbacks, &on_header);
        ::nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, &on_begin);
        ::nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, &on_data);
        ::nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, &on_close);
        ::nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, &on_frame);
        nghttp2_option* option = nullptr;
        ::nghttp2_option_new(&option);
        if (!reads_bodies) ::nghttp2_option_set_no_auto_window_update(option, 1);
        ::nghttp2_option_set_no_http_messaging(option, 1);
        nghttp2_session* made = nullptr;
        ::nghttp2_session_client_new2(&made, callbacks, this, option);
        session_.reset(made, &::nghttp2_session_del);
        ::nghttp2_session_callbacks_del(callbacks);
        ::nghttp2_option_del(option);
        const nghttp2_settings_entry entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, static_cast<std::uint32_t>(window)};
        ::nghttp2_submit_settings(made, NGHTTP2_FLAG_NONE, &entry, window > 0 ? 1 : 0);
    }

    /// Sends a request, without waiting for its answer.
    std::int32_t submit(const Http2Request& request) {
        std::vector<std::pair<std::string, std::string>> all{
            {":method", request.method}, {":scheme", "http"}, {":authority", "test"}, {":path", request.path}};
        all.insert(all.end(), request.fields.begin(), request.fields.end());
        return submit_fields(all, request);
    }
    std::int32_t submit_fields(const std::vector<std::pair<std::string, std::string>>& fields,
                               const Http2Request& request = {}) {
        std::vector<nghttp2_nv> pairs;
        for (auto& [name, value] : fields) pairs.push_back(pair_of(name, value));
        auto upload = std::make_unique<Upload>(Upload{request.body, request.ends});
        nghttp2_data_provider provider{{.ptr = upload.get()}, &read_upload};
        const bool has_body = !request.body.empty() || !request.ends || request.has_body;
        const std::int32_t stream = ::nghttp2_submit_request(session_.get(), nullptr, pairs.data(), pairs.size(),
                                                             has_body ? &provider : nullptr, nullptr);
        uploads_[stream] = std::move(upload);
        flush();
        return stream;
    }
    void more(std::int32_t stream, std::string_view bytes, bool ends) {
        uploads_[stream]->bytes += bytes;
        uploads_[stream]->ends = ends;
        ::nghttp2_session_resume_data(session_.get(), stream);
        flush();
    }
    void reset(std::int32_t stream, std::uint32_t error = NGHTTP2_CANCEL) {
        ::nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream, error);
        flush();
    }

    /// Waits until the stream is closed.
    Http2Answer& wait(std::int32_t stream) {
        while (!answers[stream].closed && pump()) {
        }
        return answers[stream];
    }
    /// Waits until the head of the answer is there.
    Http2Answer& wait_for_head(std::int32_t stream) {
        while (answers[stream].status == 0 && !answers[stream].closed && pump()) {
        }
        return answers[stream];
    }
    Http2Answer ask(const Http2Request& request) { return wait(submit(request)); }
    /// Reads until the connection ends.
    void drain() {
        while (pump()) {
        }
    }
    /// Takes what comes next; false at the end.
    bool pump() {
        char bytes[16'384];
        flush();
        const ssize_t count = client_.receive_some(bytes, sizeof bytes);
        if (count <= 0) return false;
        const auto taken = ::nghttp2_session_mem_recv(session_.get(), reinterpret_cast<const std::uint8_t*>(bytes),
                                                      static_cast<std::size_t>(count));
        flush();
        return taken >= 0;
    }
    bool flush() {
        std::string all;
        for (;;) {
            const std::uint8_t* bytes = nullptr;
            const auto size = ::nghttp2_session_mem_send(session_.get(), &bytes);
            if (size <= 0) return client_.send(all);
            all.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
        }
    }
    nghttp2_session* session() { return session_.get(); }

    std::map<std::int32_t, Http2Answer> answers;
    std::vector<std::pair<std::int32_t, std::uint32_t>> goaways;  ///< last stream and error
    std::vector<std::int32_t> closed;                             ///< in that order

  private:
    struct Upload {
        std::string bytes;
        bool ends = true;
        std::size_t sent = 0;
    };

    static Http2Client& self(void* data) { return *static_cast<Http2Client*>(data); }
    static std::string text(const std::uint8_t* bytes, std::size_t size) {
        return {reinterpret_cast<const char*>(bytes), size};
    }
    static nghttp2_nv pair_of(const std::string& name, const std::string& value) {
        return {reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
                reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())), name.size(), value.size(),
                NGHTTP2_NV_FLAG_NONE};
    }

    static int on_begin(nghttp2_session*, const nghttp2_frame* frame, void* data) {
        self(data).head_.clear();
        static_cast<void>(frame);
        return 0;
    }
    static int on_header(nghttp2_session*, const nghttp2_frame*, const std::uint8_t* name, std::size_t name_size,
                         const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* data) {
        self(data).head_.emplace_back(text(name, name_size), text(value, value_size));
        return 0;
    }
    static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* data) {
        if (frame->hd.type == NGHTTP2_GOAWAY) {
            self(data).goaways.emplace_back(frame->goaway.last_stream_id, frame->goaway.error_code);
        }
        if (frame->hd.type == NGHTTP2_HEADERS) self(data).take_head(self(data).answers[frame->hd.stream_id]);
        return 0;
    }
    void take_head(Http2Answer& answer) {
        if (answer.status != 0) {
            answer.trailers = std::move(head_);
            return;
        }
        const int status = head_.empty() ? 0 : std::stoi(head_.front().second);
        if (status >= 100 && status < 200) return answer.informational.push_back(status);
        answer.status = status;
        answer.fields = std::move(head_);
    }
    static int on_data(nghttp2_session*, std::uint8_t, std::int32_t stream, const std::uint8_t* bytes, std::size_t size,
                       void* data) {
        self(data).answers[stream].body += text(bytes, size);
        return 0;
    }
    static int on_close(nghttp2_session*, std::int32_t stream, std::uint32_t error, void* data) {
        self(data).answers[stream].closed = true;
        self(data).answers[stream].error = error;
        self(data).closed.push_back(stream);
        return 0;
    }
    static ssize_t read_upload(nghttp2_session*, std::int32_t, std::uint8_t* to, std::size_t size, std::uint32_t* flags,
                               nghttp2_data_source* source, void*) {
        auto& upload = *static_cast<Upload*>(source->ptr);
        const std::size_t count = std::min(size, upload.bytes.size() - upload.sent);
        upload.bytes.copy(reinterpret_cast<char*>(to), count, upload.sent);
        upload.sent += count;
        if (upload.sent == upload.bytes.size() && upload.ends) *flags |= NGHTTP2_DATA_FLAG_EOF;
        if (count == 0 && !upload.ends) return NGHTTP2_ERR_DEFERRED;
        return static_cast<ssize_t>(count);
    }

    Client& client_;
    std::shared_ptr<nghttp2_session> session_;
    std::map<std::int32_t, std::unique_ptr<Upload>> uploads_;
    std::vector<std::pair<std::string, std::string>> head_;
};

/// A frame as it goes over the wire.
inline std::string frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream, std::string_view payload) {
    std::string bytes;
    for (int shift : {16, 8, 0}) bytes += static_cast<char>(payload.size() >> shift);
    bytes += static_cast<char>(type);
    bytes += static_cast<char>(flags);
    for (int shift : {24, 16, 8, 0}) bytes += static_cast<char>(stream >> shift);
    return bytes.append(payload);
}

inline std::string preface() { return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(NGHTTP2_SETTINGS, 0, 0, {}); }

/// GET / of test, by the static table of HPACK.
inline std::string get_fields() { return std::string{"\x82\x84\x86\x41\x04test", 9}; }

/// The error of the GOAWAY in what a server sent; none when there is no GOAWAY.
inline std::optional<std::uint32_t> goaway_in(std::string_view bytes) {
    for (std::size_t at = 0; at + 9 <= bytes.size();) {
        const auto byte = [&](std::size_t i) {
            return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i]));
        };
        const std::size_t size = byte(0) << 16 | byte(1) << 8 | byte(2);
        if (byte(3) == NGHTTP2_GOAWAY && at + 17 <= bytes.size()) {
            return byte(13) << 24 | byte(14) << 16 | byte(15) << 8 | byte(16);
        }
        at += 9 + size;
    }
    return std::nullopt;
}

}  // namespace retort::http::testing
