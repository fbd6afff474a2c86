// What a fiber needs to serve the requests that arrived on a connection: buffers, parser, messages. Pooled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "retort/http/body.hpp"
#include "retort/http/buffer.hpp"
#include "retort/http/message.hpp"
#include "retort/http/parser.hpp"
#include "retort/http/response_head.hpp"

namespace retort::http::detail {

class Connection;
class Worker;

/// How a connection stands when its fiber leaves it.
enum class Ending : int {
    keep,   ///< it waits for requests; the input may hold the beginning of one
    close,  ///< close it
    http2,  ///< it speaks HTTP/2: the input holds the beginning of its preface
    drain,  ///< close it, but only after what the client still sends was passed over, or the answer would be lost
};

class Exchange final : private Channel, private Upgraded {
  public:
    explicit Exchange(Worker& worker);

    /// Serves all that arrived, within the running fiber. `timed_out`: the head did not come in time.
    Ending serve(Connection& connection, bool timed_out);

    /// What is left of the input, after `serve`.
    std::string_view rest() const noexcept { return input_.view(); }
    /// Makes it fit for the next connection.
    void reset();

    Connection& connection() noexcept { return *connection_; }
    Worker& worker() noexcept { return worker_; }
    InputBuffer& input() noexcept { return input_; }
    OutputBuffer& output() noexcept { return output_; }
    /// Sends the output and then `more`, waiting as long as the client takes bytes. False: nobody listens any more.
    bool flush(std::string_view more = {});
    /// The same of a part of a file, by the kernel; returns how much of it was sent, which is less where the file ends
    /// or is none that the kernel can send. Nothing: nobody listens any more. Only while the connection is plain.
    std::optional<std::uint64_t> flush_file(int file, std::uint64_t position, std::uint64_t size);
    /// Bytes go to the socket as they are.
    bool is_plain() const noexcept { return plain_; }

  private:
    enum class Fill { arrived, nothing, ended };

    static void send_early(void* exchange);
    Ending run();
    Fill fill();
    Ending serve_arrived();
    Ending answer(std::size_t head_size);
    bool begins_http2() const;
    Ending refuse(int status, std::string_view problem);
    void make_room_for_body(std::size_t& head_size);
    void clear_response();
    void call_handler();
    void note_failure(int status);
    Ending respond(bool has_body);
    void send(Response& response) override;
    Upgraded* upgrade(const Headers& headers) override;
    Received receive(std::span<char> into) override;
    void wait(fibers::Parker& parker, std::chrono::milliseconds time) override;
    bool send(std::string_view bytes) override;
    bool stopping() const override;
    bool wants_to_stay() const;
    void write_head(ResponseFraming& framing, bool stay);
    bool send_whole(bool stay);
    bool send_stream(bool& stay);

    Worker& worker_;
    Connection* connection_ = nullptr;
    InputBuffer input_;
    OutputBuffer output_;
    RequestParser parser_;
    Request request_;
    Response response_;
    RequestBody body_;
    bool plain_ = true;
    /// How it ended, when the handler has sent the response itself.
    std::optional<Ending> sent_;
    bool has_body_ = false;
    unsigned received_in_a_row_ = 0;  ///< by a view that has the connection for itself
    bool flushing_ = false;
    bool broken_ = false;
};

}  // namespace retort::http::detail
