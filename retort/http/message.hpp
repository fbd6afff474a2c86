// HTTP messages: headers, a request as it arrives, a response as it leaves. Knows no routes and no app.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/base/duration.hpp"
#include "retort/http/short_text.hpp"

namespace retort::fibers {
class Parker;
}

namespace retort::http {

/// A header that owns its text.
struct Header {
    std::string name;
    std::string value;
};

/// A header where it stands: a request's in the connection's buffer, a response's in its Headers.
struct HeaderView {
    std::string_view name;
    std::string_view value;
};

/// Without case, ASCII.
bool same_header_name(std::string_view left, std::string_view right);

/// A response's headers: ordered, names compared without case, a name may stand several times.
///
/// They are kept as they are sent, line by line, so that sending them is one copy. What they return are views, which
/// end with the next change.
class Headers {
  public:
    class Iterator;
    class Place;

    Headers() = default;
    /// As `add` for each.
    Headers(std::initializer_list<HeaderView> headers);

    /// The first value of that name.
    std::optional<std::string_view> get(std::string_view name) const;
    bool contains(std::string_view name) const { return get(name).has_value(); }
    std::vector<std::string_view> get_all(std::string_view name) const;
    /// The first value of that name. Throws KeyError("missing-header").
    std::string_view operator[](std::string_view name) const;
    /// The same, which can be assigned, as by `set`: `response.headers()["X-Seen"] = "yes"`.
    Place operator[](std::string_view name);
    /// Puts one more. Throws ArgumentError("invalid-header") for a name or value that could split the message.
    void add(std::string_view name, std::string_view value);
    /// Puts all of them behind these.
    void add(const Headers& headers);
    /// Replaces all of that name by one, in the place of the first.
    void set(std::string_view name, std::string_view value);
    void remove(std::string_view name);
    void clear() {
        lines_.clear();
        notes_ = 0;
    }

    Iterator begin() const;
    Iterator end() const;
    std::size_t size() const;
    bool empty() const { return lines_.empty(); }

    /// "Content-Type: text/html\r\n…".
    std::string_view lines() const { return lines_.view(); }
    /// Known without a search: whether one is there that the server writes itself, or Server.
    bool has_own_of_server() const { return (notes_ & own_of_server) != 0; }
    bool has_content_type() const { return (notes_ & content_type) != 0; }
    /// Puts a whole line that the library itself wrote, "Content-Type: text/html\r\n", unchecked.
    void add_content_type_line(std::string_view line) {
        lines_.append(line);
        notes_ |= content_type;
    }

  private:
    enum Note : std::uint8_t { content_type = 1, own_of_server = 2 };
    static std::uint8_t note_of(std::string_view name);
    void append(std::string_view name, std::string_view value, std::uint8_t note);
    void append(std::string_view name, std::string_view value) { append(name, value, note_of(name)); }
    void append_type(std::string_view value);

    detail::ShortText lines_;
    std::uint8_t notes_ = 0;
};

/// The place of one header, whether it is there or not; lasts as long as the name does.
class Headers::Place {
  public:
    Place(Headers& headers, std::string_view name) : headers_(headers), name_(name) {}
    Place(const Place&) = default;
    Place& operator=(std::string_view value) {
        headers_.set(name_, value);
        return *this;
    }
    Place& operator=(const Place& other);
    /// Throws KeyError("missing-header").
    operator std::string_view() const { return std::as_const(headers_)[name_]; }
    friend bool operator==(const Place& place, std::string_view value) { return std::string_view{place} == value; }

  private:
    Headers& headers_;
    std::string_view name_;
};

inline Headers::Place Headers::operator[](std::string_view name) { return {*this, name}; }

/// Goes over headers; each is a view that lasts as long as the headers do.
class Headers::Iterator {
  public:
    using iterator_category = std::input_iterator_tag;
    using value_type = HeaderView;
    using difference_type = std::ptrdiff_t;
    using pointer = const HeaderView*;
    using reference = const HeaderView&;

    explicit Iterator(std::string_view lines) : rest_(lines) { read(); }
    const HeaderView& operator*() const { return header_; }
    const HeaderView* operator->() const { return &header_; }
    Iterator& operator++() {
        rest_.remove_prefix(header_.name.size() + header_.value.size() + 4);
        read();
        return *this;
    }
    Iterator operator++(int) {
        Iterator before = *this;
        ++*this;
        return before;
    }
    friend bool operator==(const Iterator& left, const Iterator& right) {
        return left.rest_.size() == right.rest_.size();
    }

  private:
    void read();

    std::string_view rest_;
    HeaderView header_;
};

inline Headers::Iterator Headers::begin() const { return Iterator{lines_.view()}; }
inline Headers::Iterator Headers::end() const { return Iterator{{}}; }

/// A request's body as it comes from the connection; reading may suspend the fiber.
class BodyReader {
  public:
    virtual ~BodyReader() = default;
    /// Fills at most `into.size()` bytes; 0 at the end. Throws ProtocolError when the body is malformed, cut off,
    /// too slow or larger than the server's limit.
    virtual std::size_t read(std::span<char> into) = 0;
    /// What a chunked body had behind its last chunk; complete when `read` has returned 0.
    virtual std::span<const Header> trailers() const { return {}; }
};

struct Response;
class Upgraded;

/// What a handler may do with its connection while it still runs.
class Channel {
  public:
    virtual ~Channel() = default;
    /// Sends this as the response now, streamed body and all; what the handler leaves afterwards changes nothing.
    virtual void send(Response& response) = 0;
    /// Answers 101 with these headers and hands the connection over: it ends with the handler. Null where that cannot
    /// be done: for HTTP/1.0 and HTTP/2, and for a request with a body.
    virtual Upgraded* upgrade(const Headers& headers) = 0;
};

/// A connection that speaks another protocol than HTTP from now on.
class Upgraded {
  public:
    virtual ~Upgraded() = default;
    struct Received {
        bool ended = false;
        std::size_t size = 0;
    };
    /// What has arrived, at once; nothing is no end.
    virtual Received receive(std::span<char> into) = 0;
    /// Waits until something may have arrived, until somebody unparks `parker`, or until the time is over.
    virtual void wait(fibers::Parker& parker, std::chrono::milliseconds time) = 0;
    /// Sends all of it, waiting as long as the client takes bytes. False: nobody listens any more.
    virtual bool send(std::string_view bytes) = 0;
    /// The server wants to end. Whoever waits is waked for it.
    virtual bool stopping() const = 0;
};

/// A request. Views live until the handler returns.
struct Request {
    std::string_view method;
    std::string_view target;  ///< as sent: "/a%20b?x=1", or "*"
    std::string_view path;    ///< the target before '?', still escaped
    std::string_view query;   ///< after '?', still escaped
    bool has_query = false;   ///< tells "/a?" from "/a"
    int version_major = 1;    ///< of HTTP: 1 or 2
    int version_minor = 1;    ///< HTTP/1.x; HTTP/2 has none
    std::span<const HeaderView> headers;
    std::optional<std::uint64_t> content_length;  ///< absent when chunked or when there is no body
    bool chunked = false;                         ///< a body comes without its length
    BodyReader* body = nullptr;                   ///< null when there is no body
    std::string_view remote_address;              ///< "127.0.0.1"
    std::uint16_t remote_port = 0;
    bool secure = false;         ///< came over TLS
    Channel* channel = nullptr;  ///< null where the handler's response is all there is

    /// The first header of that name.
    std::optional<std::string_view> header(std::string_view name) const;
};

/// Writes a streamed body; each call may suspend the fiber until the client takes the bytes (backpressure).
class BodyWriter {
  public:
    virtual ~BodyWriter() = default;
    /// Throws ProtocolError("client-disconnected") when nobody listens any more.
    virtual void write(std::string_view bytes) = 0;
    /// Writes `size` bytes of an open file from `position` on, by the kernel where that can be. A file that ends before
    /// leaves the body short.
    virtual void write_file(int file, std::uint64_t position, std::uint64_t size);
    /// A header to be sent behind a chunked body; dropped where the body is not chunked.
    virtual void trailer(std::string_view, std::string_view) {}
};

/// A response. `body` is sent with Content-Length; with `stream`, what it writes is sent chunked
/// (or up to the closing of the connection for HTTP/1.0), unless a Content-Length header is set.
struct Response {
    int status = 200;
    std::string reason;  ///< empty: the standard phrase
    Headers headers;     ///< Content-Length, Date, Connection and Transfer-Encoding are the server's own matter
    std::string body;
    std::function<void(BodyWriter&)> stream;
    bool close = false;  ///< close the connection after this response
};

/// Serves one request: reads `request`, fills `response`. What it throws becomes a bare 500 and closes the connection.
using Handler = std::function<void(Request& request, Response& response)>;

/// "NOT FOUND" for 404, as Werkzeug writes status lines; "UNKNOWN" when there is none.
std::string_view reason_phrase(int status);

}  // namespace retort::http
