// The request: what was asked, parsed as far as somebody asks for it, and the global `request`.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/json.hpp"
#include "retort/base/multi_dict.hpp"
#include "retort/base/owned.hpp"
#include "retort/http/message.hpp"
#include "retort/web/context.hpp"
#include "retort/web/files.hpp"
#include "retort/web/method.hpp"
#include "retort/web/response.hpp"

namespace retort {

class UserSession;
struct TrustedProxies;
class Accept;
struct Authorization;

namespace detail {
struct KeptMessage;
struct Routing;
class WebSocketCore;
[[noreturn]] void throw_missing_key(std::string_view key);
}  // namespace detail

/// The headers of a request; names are compared without case.
class RequestHeaders {
  public:
    explicit RequestHeaders(const http::Request& message) : message_(message) {}

    std::optional<std::string_view> get(std::string_view name) const { return message_.header(name); }
    std::string_view get(std::string_view name, std::string_view otherwise) const {
        return message_.header(name).value_or(otherwise);
    }
    /// Throws BadRequestKeyError.
    std::string_view operator[](std::string_view name) const;
    bool contains(std::string_view name) const { return message_.header(name).has_value(); }
    std::vector<std::string_view> getlist(std::string_view name) const;
    auto begin() const { return message_.headers.begin(); }
    auto end() const { return message_.headers.end(); }
    std::size_t size() const { return message_.headers.size(); }

  private:
    const http::Request& message_;
};

/// How `get_json` reads.
struct GetJson {
    bool force = false;   ///< whatever the Content-Type says
    bool silent = false;  ///< null instead of 400
};

/// A request. It lives until its view and hooks are done; views into it must not be kept longer.
class Request {
  public:
    Request(detail::Application& app, http::Request& message);
    ~Request();
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;

    Method method() const { return message_.method; }
    /// The path, decoded, with one slash at its beginning: "/café".
    std::string_view path() const { return path_; }
    /// "/café?x=1"; the question mark is always there.
    std::string full_path() const;
    /// As sent, without the question mark.
    std::string_view query_string() const { return message_.query; }
    /// "http://localhost:5000/café?x=1"
    std::string url() const;
    /// The same without the query.
    std::string base_url() const;
    /// "localhost:5000"; without the port where it is the usual one.
    std::string_view host() const;
    /// "http://localhost:5000/"
    std::string host_url() const;
    std::string root_url() const;
    /// The path that a proxy has the app mounted at; empty for none.
    std::string_view root_path() const;
    std::string_view script_root() const { return root_path(); }
    std::string_view scheme() const { return message_.secure ? "https" : "http"; }
    bool is_secure() const { return message_.secure; }
    std::string_view remote_addr() const { return message_.remote_address; }
    std::uint16_t remote_port() const { return message_.remote_port; }
    /// The addresses of X-Forwarded-For, the client's first, or else `remote_addr`. A client may write there what it
    /// likes: believe `remote_addr` behind `app.trust_proxies`.
    std::vector<std::string> access_route() const;

    RequestHeaders headers() const { return RequestHeaders{message_}; }
    /// As sent; empty when there is none.
    std::string_view content_type() const { return message_.header("Content-Type").value_or(""); }
    /// "application/json", lower case, without parameters.
    const std::string& mimetype();
    std::optional<std::uint64_t> content_length() const { return message_.content_length; }
    /// What the client would rather have: `request->accept_mimetypes().best_match({"text/html", "application/json"})`.
    Accept accept_mimetypes() const;
    Accept accept_languages() const;
    Accept accept_encodings() const;
    Accept accept_charsets() const;
    /// Who the client says it is, by HTTP Basic or another scheme; empty when it says nothing.
    std::optional<Authorization> authorization() const;
    std::string_view user_agent() const { return message_.header("User-Agent").value_or(""); }
    std::string_view referrer() const { return message_.header("Referer").value_or(""); }

    /// The query string: `?x=1&x=2`.
    const MultiDict& args();
    /// The fields of an urlencoded or multipart body. Throws RequestEntityTooLarge beyond MAX_CONTENT_LENGTH,
    /// MAX_FORM_MEMORY_SIZE and MAX_FORM_PARTS, BadRequest for a body that is malformed.
    const MultiDict& form();
    /// The same if somebody has asked for it before, else null.
    const MultiDict* parsed_form() const noexcept;
    /// The files of a multipart body.
    const FileDict& files();
    /// args, and behind them the form, but not for a GET.
    const MultiDict& values();
    const MultiDict& cookies();
    /// The body, read whole. Throws RequestEntityTooLarge beyond MAX_CONTENT_LENGTH.
    const std::string& data();
    /// The body to read piece by piece; null when there is none, or when it was read whole before.
    http::BodyReader* stream();

    bool is_json();
    /// The body as JSON. Throws BadRequest when it is none, or when the Content-Type does not say so.
    const json& get_json(GetJson how = {});

    /// "blueprint.view"; empty when no rule matched.
    std::string_view endpoint() const;
    /// The name of the blueprint, dotted when nested; empty outside of one.
    std::string_view blueprint() const;
    /// The blueprint and those around it, innermost first.
    std::vector<std::string> blueprints() const;
    /// The variables of the rule as JSON: `{"id": 3}`.
    json view_args() const;
    /// The rule that matched, as it was written; empty when none did.
    std::string_view url_rule() const;

    /// The session, opened when it is first asked for.
    UserSession& session();
    /// Null as long as nobody asked for it.
    UserSession* opened_session() const noexcept;
    /// What was flashed, once it was taken out of the session.
    std::unique_ptr<std::vector<detail::KeptMessage>>& flashes();

    /// Runs after this request's view, before the after_request functions.
    void after(std::function<void(Response&)> function);

    /// The contexts stay until a streamed body is written.
    void keep_contexts() { keeps_contexts_ = true; }

    /// Of a request that has become a WebSocket.
    std::shared_ptr<detail::WebSocketCore>& socket();

    /// For what stands on top of the web layer.
    http::Request& message() { return message_; }
    detail::Application& app() { return app_; }
    detail::Routing& routing() { return *routing_; }

  private:
    struct Parsed;
    friend class detail::Application;

    Parsed& parsed();
    void apply_proxies(const TrustedProxies& proxies);
    void read_form();

    detail::Application& app_;
    http::Request& message_;
    std::string_view path_;
    std::string decoded_path_;
    detail::Routing* routing_ = nullptr;
    detail::Owned<Parsed> parsed_;
    std::vector<std::function<void(Response&)>> after_;
    bool keeps_contexts_ = false;
};

/// One dictionary of the running request: `request.args["x"]`, `request.form.get<int>("age", 0)`.
template <const MultiDict& (Request::*part)()>
class RequestDict {
  public:
    /// The first value of that key; without one, 400 Bad Request (BadRequestKeyError).
    const std::string& operator[](std::string_view key) const {
        auto* value = dict().find(key);
        if (value == nullptr) detail::throw_missing_key(key);
        return *value;
    }
    std::optional<std::string> get(std::string_view key) const { return dict().get(key); }
    std::string get(std::string_view key, std::string_view otherwise) const { return dict().get(key, otherwise); }
    /// The first value read as T; empty when it is missing or no T.
    template <class T>
    std::optional<T> get(std::string_view key) const {
        return dict().template get<T>(key);
    }
    template <class T>
    T get(std::string_view key, std::type_identity_t<T> otherwise) const {
        return dict().template get<T>(key, std::move(otherwise));
    }
    std::vector<std::string> getlist(std::string_view key) const { return dict().getlist(key); }
    template <class T>
    std::vector<T> getlist(std::string_view key) const {
        return dict().template getlist<T>(key);
    }
    const std::string* find(std::string_view key) const { return dict().find(key); }
    bool contains(std::string_view key) const { return dict().contains(key); }
    std::size_t size() const { return dict().size(); }
    bool empty() const { return dict().empty(); }
    auto begin() const { return dict().begin(); }
    auto end() const { return dict().end(); }
    json to_json() const { return dict().to_json(); }
    json to_dict(bool flat = true) const { return dict().to_dict(flat); }
    operator const MultiDict&() const { return dict(); }

  private:
    static const MultiDict& dict() { return (detail::current_request().*part)(); }
};

/// The headers of the running request: `request.headers["X-Token"]`.
class CurrentHeaders {
  public:
    std::string_view operator[](std::string_view name) const { return headers()[name]; }
    std::optional<std::string_view> get(std::string_view name) const { return headers().get(name); }
    std::string_view get(std::string_view name, std::string_view otherwise) const {
        return headers().get(name, otherwise);
    }
    bool contains(std::string_view name) const { return headers().contains(name); }
    std::vector<std::string_view> getlist(std::string_view name) const { return headers().getlist(name); }
    std::size_t size() const { return headers().size(); }
    auto begin() const { return headers().begin(); }
    auto end() const { return headers().end(); }

  private:
    static RequestHeaders headers() { return detail::current_request().headers(); }
};

/// The JSON body of the running request: `request.json["name"]`, `const json& body = request.json;`.
class CurrentJson {
  public:
    const retort::json& operator()() const { return detail::current_request().get_json(); }
    operator const retort::json&() const { return (*this)(); }
    const retort::json& operator*() const { return (*this)(); }
    const retort::json* operator->() const { return &(*this)(); }
    /// Throws JsonKeyError, which is an error of the program (500) as in Flask; ask with `get` or `contains` before.
    const retort::json& operator[](std::string_view key) const { return (*this)()[key]; }
    const retort::json& operator[](int position) const { return (*this)()[position]; }
    const retort::json& get(std::string_view key) const { return (*this)().get(key); }
    template <class T>
    T get(std::string_view key, T otherwise) const {
        return (*this)().template get<T>(key, std::move(otherwise));
    }
    std::string get(std::string_view key, const char* otherwise) const { return (*this)().get(key, otherwise); }
    template <class T>
    T as() const {
        return (*this)().template as<T>();
    }
    bool contains(std::string_view key) const { return (*this)().contains(key); }
    auto items() const { return (*this)().items(); }
    auto begin() const { return (*this)().begin(); }
    auto end() const { return (*this)().end(); }
};

/// The running request. Outside of one, each use throws OutsideContextError.
class CurrentRequest {
  public:
    RequestDict<&Request::args> args;
    RequestDict<&Request::form> form;
    CurrentFiles files;
    RequestDict<&Request::values> values;
    RequestDict<&Request::cookies> cookies;
    CurrentHeaders headers;
    CurrentJson json;

    Method method() const { return now().method(); }
    std::string_view path() const { return now().path(); }
    std::string full_path() const { return now().full_path(); }
    std::string_view query_string() const { return now().query_string(); }
    std::string url() const { return now().url(); }
    std::string base_url() const { return now().base_url(); }
    std::string_view host() const { return now().host(); }
    std::string host_url() const { return now().host_url(); }
    std::string root_url() const { return now().root_url(); }
    std::string_view root_path() const { return now().root_path(); }
    std::string_view script_root() const { return now().script_root(); }
    std::string_view scheme() const { return now().scheme(); }
    bool is_secure() const { return now().is_secure(); }
    std::string_view remote_addr() const { return now().remote_addr(); }
    std::vector<std::string> access_route() const { return now().access_route(); }
    std::string_view content_type() const { return now().content_type(); }
    const std::string& mimetype() const { return now().mimetype(); }
    std::optional<std::uint64_t> content_length() const { return now().content_length(); }
    Accept accept_mimetypes() const;
    Accept accept_languages() const;
    Accept accept_encodings() const;
    Accept accept_charsets() const;
    std::optional<Authorization> authorization() const;
    std::string_view user_agent() const { return now().user_agent(); }
    std::string_view referrer() const { return now().referrer(); }
    const std::string& data() const { return now().data(); }
    http::BodyReader* stream() const { return now().stream(); }
    bool is_json() const { return now().is_json(); }
    const retort::json& get_json(GetJson how = {}) const { return now().get_json(how); }
    std::string_view endpoint() const { return now().endpoint(); }
    std::string_view blueprint() const { return now().blueprint(); }
    std::vector<std::string> blueprints() const { return now().blueprints(); }
    retort::json view_args() const { return now().view_args(); }
    std::string_view url_rule() const { return now().url_rule(); }

    Request& operator*() const { return now(); }
    Request* operator->() const { return &now(); }
    operator Request&() const { return now(); }
    explicit operator bool() const noexcept { return has_request_context(); }

  private:
    static Request& now() { return detail::current_request(); }
};

inline constexpr CurrentRequest request{};

/// Whether a redirect to `target`, which came from outside as a login's `next` does, stays on the host of the current
/// request: a path, a query or a fragment, or a URL of this host, as browsers read them (`/\evil.com` leads away).
bool is_safe_url(std::string_view target);

/// Runs once, on the response of this request: `after_this_request([](Response& response) { … })`.
template <class Function>
void after_this_request(Function function) {
    if constexpr (std::is_invocable_r_v<Response, Function&, Response>) {
        detail::current_request().after(
            [function = std::move(function)](Response& response) mutable { response = function(std::move(response)); });
    } else {
        detail::current_request().after(std::move(function));
    }
}

}  // namespace retort
