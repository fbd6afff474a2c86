// What a view answers: text, JSON or a stream, with status, headers and cookies.
#pragma once

#include <concepts>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "retort/base/duration.hpp"
#include "retort/base/json.hpp"
#include "retort/base/time.hpp"
#include "retort/http/message.hpp"

namespace retort {

class Request;
class Response;
struct CacheControl;
class ChangedCacheControl;

/// A status: a number, or a number with words of one's own, such as "299 Weird Thing".
class Status {
  public:
    template <std::integral Number>
        requires(!std::same_as<Number, bool>)
    Status(Number code) : Status(Checked{}, static_cast<long long>(code)) {}
    template <class Text>
        requires std::convertible_to<const Text&, std::string_view>
    Status(const Text& text) : Status(Checked{}, std::string_view{text}) {}

    int code() const { return code_; }
    /// The words of one's own; empty for the standard ones.
    const std::string& reason() const { return reason_; }

  private:
    struct Checked {};
    /// Throws ArgumentError("invalid-status") for a code that is not 100 to 999.
    Status(Checked, long long code);
    Status(Checked, std::string_view text);

    int code_ = 200;
    std::string reason_;
};

namespace detail {
template <class T>
concept ResponseText =
    std::convertible_to<T, std::string_view> && !std::same_as<std::remove_cvref_t<T>, Response> &&
    !std::same_as<std::remove_cvref_t<T>, json> && !std::same_as<std::remove_cvref_t<T>, std::nullptr_t>;
template <class T>
concept ResponseJson = std::same_as<std::remove_cvref_t<T>, json>;
template <class T>
concept ResponseItself = std::same_as<std::remove_cvref_t<T>, Response>;
template <class T>
concept ResponseBody = ResponseText<T> || ResponseJson<T> || ResponseItself<T>;

template <ResponseText Text>
std::string own_text(Text&& text) {
    if constexpr (std::same_as<Text, std::string>) {
        return std::move(text);
    } else if constexpr (std::is_pointer_v<std::remove_cvref_t<Text>>) {
        return text == nullptr ? std::string{} : std::string{text};
    } else {
        return std::string{std::string_view{text}};
    }
}
/// The emptied place of the thread's last text, for that of a page.
std::string take_spare_text() noexcept;

}  // namespace detail

/// The options of a cookie, with Werkzeug's defaults.
struct CookieOptions {
    std::optional<Seconds> max_age;  ///< also writes Expires, unless that is given; `3600` or `1h`
    std::optional<DateTime> expires;
    std::optional<std::string> path = "/";
    std::string domain;
    bool secure = false;
    bool httponly = false;
    std::string samesite;      ///< "Lax", "Strict" or "None"; empty: not said
    bool partitioned = false;  ///< kept apart for each site that embeds the page; makes the cookie secure
};

/// A response.
///
/// A view returns one, or what makes one: `return "text"`, `return {"text", 201}`, `return {jsonify(x), 201, {{"X-A",
/// "1"}}}`, `return {"text", "299 Weird Thing"}`, `return {"text", {{"X-A", "1"}}}`, `return json{…}`.
class Response {
  public:
    /// Empty, 200, text/html.
    Response();
    template <detail::ResponseText Text>
    Response(Text&& text) : Response(FromText{}, detail::own_text(std::forward<Text>(text))) {}
    /// As `jsonify(value)`.
    template <detail::ResponseJson Json>
    Response(Json&& value) : Response(FromJson{}, value) {}

    template <detail::ResponseBody Body>
    Response(Body&& body, Status status) : Response(std::forward<Body>(body)) {
        set_status(std::move(status));
    }
    template <detail::ResponseBody Body>
    Response(Body&& body, Status status, const http::Headers& headers) : Response(std::forward<Body>(body), headers) {
        set_status(std::move(status));
    }
    template <detail::ResponseBody Body>
    Response(Body&& body, const http::Headers& headers) : Response(std::forward<Body>(body)) {
        merge_headers(headers);
    }
    template <detail::ResponseText Text>
    Response(Text&& text, const http::Headers& headers)
        : Response(FromText{}, detail::own_text(std::forward<Text>(text)), headers) {}
    template <detail::ResponseText Text>
    Response(Text&& text, std::initializer_list<http::HeaderView> headers)
        : Response(FromText{}, detail::own_text(std::forward<Text>(text)), headers) {}

    Response(const Response& other);
    Response(Response&& other) noexcept;
    Response& operator=(const Response& other);
    Response& operator=(Response&& other) noexcept;
    ~Response();

    /// Writes its body piece by piece while it is sent; the contexts of the request are gone by then.
    static Response stream(std::function<void(http::BodyWriter&)> write,
                           std::string_view content_type = "text/html; charset=utf-8");

    int status_code() const { return message_.status; }
    /// "404 NOT FOUND"
    std::string status() const;
    void set_status(Status status);

    http::Headers& headers() & { return message_.headers; }
    const http::Headers& headers() const& { return message_.headers; }
    http::Headers headers() &&;
    /// "text/html; charset=utf-8"; empty when there is none.
    std::string_view content_type() const { return message_.headers.get("Content-Type").value_or(""); }
    void set_content_type(std::string_view type) { message_.headers.set("Content-Type", type); }
    /// "text/html"
    std::string_view mimetype() const;

    /// The body. That of a file is read for it. Throws InvalidRequestError("streamed-body") for one that is written
    /// while it is sent.
    const std::string& text() const& {
        if (message_.stream) [[unlikely]]
            read_file();
        return message_.body;
    }
    std::string text() &&;
    void set_text(std::string text);
    bool is_json() const;
    /// The body read as JSON. Throws json's own error when it is none.
    json get_json() const;
    bool is_streamed() const { return static_cast<bool>(message_.stream); }
    /// What writes a streamed body; empty where there is none.
    const std::function<void(http::BodyWriter&)>& writer() const { return message_.stream; }

    /// Throws ArgumentError("invalid-cookie") for a name or an option that no browser would understand.
    void set_cookie(std::string_view name, std::string_view value = {}, const CookieOptions& options = {});
    /// Asks the browser to forget it; path and domain must be those it was set with.
    void delete_cookie(std::string_view name, CookieOptions options = {});

    /// Writes the body in its place; see `stream`.
    void set_stream(std::function<void(http::BodyWriter&)> write);
    /// For who puts another one around it.
    std::function<void(http::BodyWriter&)> take_stream() { return std::exchange(message_.stream, nullptr); }
    /// The tag of this version of the content, and a weak one: equal in meaning, not byte by byte.
    void set_etag(std::string_view tag, bool weak = false);
    /// A tag made of the body, or of a file's path, size and time of change, unless there is one. What is written while
    /// it is sent gets none.
    void add_etag(bool weak = false);
    void set_last_modified(DateTime when);
    void set_expires(DateTime when) { message_.headers.set("Expires", when.to_http()); }
    void set_location(std::string_view url) { message_.headers.set("Location", url); }
    /// What Cache-Control says. A change is written back at the end of the statement, or of the variable:
    /// `response.cache_control().max_age = 60;`.
    ChangedCacheControl cache_control();
    const CacheControl cache_control() const;  // NOLINT: const, so that nothing is set that would be lost
    void set_cache_control(const CacheControl& control);
    /// Answers a GET that has this version already with 304, one that wants another with 412, and with
    /// `accept_ranges` one that wants a part with that part (206) or 416: `response.make_conditional(*request)`.
    Response& make_conditional(Request& request, bool accept_ranges = false);

    /// Says that the answer depends on this header of the request: puts it to Vary, once.
    void vary(std::string_view header);

    /// An extension's note, by an address of its own, that it is done with this answer.
    void mark(const void* by) { mark_ = by; }
    bool is_marked(const void* by) const { return mark_ == by; }

    /// The message as the server sends it; this response is empty then.
    http::Response release() &&;
    /// The same into a message that is there, whose memory may serve again.
    void release_into(http::Response& message) &&;

  private:
    struct FromText {};
    struct FromJson {};
    Response(FromText, std::string&& text);
    Response(FromJson, const json& value);
    /// Text has no type of its own yet: as in Flask, the given headers come first, and a given type wins.
    Response(FromText, std::string&& text, const http::Headers& headers);
    /// The same without a place of their own for them.
    Response(FromText, std::string&& text, std::initializer_list<http::HeaderView> headers);
    void merge_headers(const http::Headers& headers);
    void read_file() const;

    mutable http::Response message_;  ///< mutable: the text of a file is read when somebody asks for it
    const void* mark_ = nullptr;
};

/// The response of anything a view may return; further parts as in `Response{…}`.
template <detail::ResponseBody Body, class... Parts>
Response make_response(Body&& body, Parts&&... parts) {
    return Response(std::forward<Body>(body), std::forward<Parts>(parts)...);
}

/// The same with headers in braces: `make_response(jsonify(user), 201, {{"X-Made", "yes"}})`.
template <detail::ResponseBody Body>
Response make_response(Body&& body, Status status, std::initializer_list<http::HeaderView> headers) {
    return Response(std::forward<Body>(body), std::move(status), headers);
}
template <detail::ResponseBody Body>
Response make_response(Body&& body, std::initializer_list<http::HeaderView> headers) {
    return Response(std::forward<Body>(body), headers);
}

/// A redirect with a small page for clients that do not follow it. 302 unless another of 301, 303, 305, 307, 308 is
/// asked.
Response redirect(std::string_view location, int status = 302);

/// JSON as the answer, keys sorted, with a line end; indented in debug.
/// `jsonify("Hola")`, `jsonify(users)`, `jsonify(json{…})`; an object is `jsonify({{"count", n}, {"items", items}})`.
Response jsonify(const json& value = nullptr);
inline Response jsonify(std::initializer_list<detail::JsonItem> items) { return jsonify(json(items)); }
/// Several values are an array. (A model's `c` is volatile: `jsonify(user, User::c.id)` chooses columns,
/// extensions/jsonify.hpp.)
template <class First, class Second, class... More>
    requires(!std::is_volatile_v<std::remove_reference_t<Second>>)
Response jsonify(First&& first, Second&& second, More&&... more) {
    return jsonify(
        json::array({std::forward<First>(first), std::forward<Second>(second), std::forward<More>(more)...}));
}

}  // namespace retort
