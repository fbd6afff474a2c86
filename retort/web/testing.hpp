// The test client: requests to an app without a socket, and contexts for tests.
#pragma once

#include <concepts>
#include <exception>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/command_line.hpp"
#include "retort/base/json.hpp"
#include "retort/base/owned.hpp"
#include "retort/web/context.hpp"
#include "retort/web/cookie_jar.hpp"
#include "retort/web/response.hpp"

namespace retort {

class UserSession;

namespace detail {
class Application;
struct BuiltRequest;
struct ContextKeeper;
struct Routing;
}  // namespace detail

/// A file that a test uploads.
struct TestFile {
    std::string name;  ///< the form field
    std::string filename;
    std::string content;
    std::string content_type;  ///< empty: by the file's name
};

/// Files that a test uploads: `{{"picture", "a.png", bytes}}`.
class TestFiles {
  public:
    TestFiles();
    TestFiles(std::initializer_list<TestFile> files);
    TestFiles(const TestFiles& other);
    TestFiles(TestFiles&& other) noexcept;
    TestFiles& operator=(TestFiles other) noexcept;
    ~TestFiles();
    const TestFile* begin() const;
    const TestFile* end() const;
    bool empty() const { return begin() == end(); }

  private:
    struct List;
    List* list_;  ///< its own, or null; a pointer, because every application includes this
};

/// A body of JSON that a test sends, or none: `{{"name", "ada"}}`, `json::array({1, 2})`, anything that json is made
/// of.
class TestJson {
  public:
    TestJson() = default;
    TestJson(std::initializer_list<detail::JsonItem> items) : document_(retort::json(items)) {}
    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, TestJson> && JsonValue<T>)
    TestJson(T&& value) : document_(retort::json(std::forward<T>(value))) {}  // NOLINT: a value is meant to convert
    explicit operator bool() const noexcept { return document_.has_value(); }
    const retort::json* operator->() const { return &*document_; }

  private:
    std::optional<retort::json> document_;
};

/// A request as a test writes it: `client.post("/users", {.json = {{"name", "ada"}}})`.
struct RequestBuilder {
    using Pairs = std::vector<std::pair<std::string, std::string>>;

    std::string method;  ///< GET unless the function of the client says otherwise
    Pairs query;         ///< appended to the path, encoded
    TestJson json;
    Pairs form;       ///< sent urlencoded, or as multipart when there are files
    TestFiles files;  ///< `{.files = {{"picture", "a.png", bytes}}}`
    std::string data;
    std::string content_type;
    Pairs headers;
    std::string base_url;   ///< empty: "http://localhost", or the config's SERVER_NAME and PREFERRED_URL_SCHEME
    std::string subdomain;  ///< before that host
    std::string remote_addr = "127.0.0.1";
    /// A name and its password, sent as HTTP Basic: `{.auth = {{"ada", "lovelace"}}}`.
    std::optional<std::pair<std::string, std::string>> auth;
    bool follow_redirects = false;
};

/// What the test client has asked.
struct TestRequest {
    std::string method;
    std::string path;  ///< without the query: "/index"
    std::string url;   ///< "http://localhost/index?x=1"
};

/// The answer to a request of the test client.
class TestResponse {
  public:
    explicit TestResponse(http::Response message);
    TestResponse(const TestResponse& other);
    TestResponse(TestResponse&& other) noexcept;
    TestResponse& operator=(const TestResponse& other);
    TestResponse& operator=(TestResponse&& other) noexcept;
    ~TestResponse();

    int status_code() const { return message_.status; }
    /// "404 NOT FOUND"
    std::string status() const;
    const std::string& text() const& { return message_.body; }
    std::string text() &&;
    /// The body as JSON. Throws JsonParseError when it is none.
    retort::json json() const;
    bool is_json() const;
    const http::Headers& headers() const& { return message_.headers; }
    http::Headers headers() &&;
    /// The first header of that name; empty when there is none. Of an answer without a name, which ends with the
    /// statement, as a text of its own: `auto where = client.post("/login").location();`.
    std::string_view header(std::string_view name) const& { return message_.headers.get(name).value_or(""); }
    std::string header(std::string_view name) &&;
    std::string_view content_type() const& { return header("Content-Type"); }
    std::string content_type() &&;
    std::string_view location() const& { return header("Location"); }
    std::string location() &&;
    /// What this answers, which is the last of the requests that followed redirects: `response.request().path`.
    const TestRequest& request() const& { return request_; }
    TestRequest request() &&;
    /// The answers that were followed to this one.
    const std::vector<TestResponse>& history() const& { return history_; }
    std::vector<TestResponse> history() &&;

  private:
    friend class TestClient;
    http::Response message_;
    TestRequest request_;
    std::vector<TestResponse> history_;
};

class TestWebSocket;

/// While it lives, the context of its client's last request stands: `client.keep_context()`. When the context ends, the
/// teardown functions run once more, for what the test has used.
class KeptContext {
  public:
    explicit KeptContext(std::shared_ptr<detail::ContextKeeper> keeper);
    ~KeptContext();
    KeptContext(const KeptContext&) = delete;
    KeptContext& operator=(const KeptContext&) = delete;

  private:
    std::shared_ptr<detail::ContextKeeper> keeper_;
};

/// Sends requests to an app in the calling thread and keeps its cookies, by host, path and scheme as a browser does.
///
/// When the app is TESTING (or in debug), what a view throws and no handler takes reaches the caller.
class TestClient {
  public:
    explicit TestClient(std::shared_ptr<detail::Application> app);
    TestClient(const TestClient& other);
    TestClient(TestClient&& other) noexcept;
    TestClient& operator=(const TestClient& other);
    TestClient& operator=(TestClient&& other) noexcept;
    ~TestClient();

    /// The path may have a query. The method is the builder's, or else GET.
    TestResponse open(std::string_view path, RequestBuilder request = {});
    TestResponse get(std::string_view path, RequestBuilder request = {}) { return send("GET", path, request); }
    TestResponse post(std::string_view path, RequestBuilder request = {}) { return send("POST", path, request); }
    TestResponse put(std::string_view path, RequestBuilder request = {}) { return send("PUT", path, request); }
    TestResponse patch(std::string_view path, RequestBuilder request = {}) { return send("PATCH", path, request); }
    TestResponse delete_(std::string_view path, RequestBuilder request = {}) { return send("DELETE", path, request); }
    TestResponse head(std::string_view path, RequestBuilder request = {}) { return send("HEAD", path, request); }
    TestResponse options(std::string_view path, RequestBuilder request = {}) { return send("OPTIONS", path, request); }

    /// Keeps the context of each request for the test, until the client sends the next one or this ends, so that
    /// `request`, `session` and `g` are still those of the view: `auto kept = client.keep_context();`. In the thread
    /// that sends. Throws InvalidRequestError("client-keeps-context") when the client does so already.
    [[nodiscard]] KeptContext keep_context();

    /// Asks for a WebSocket, whose view then runs on a thread of its own: web/websocket_testing.hpp.
    TestWebSocket websocket(std::string_view path, RequestBuilder request = {});

    /// Changes the session that the next requests bring: `[](UserSession& session) { session["user"] = 3; }`.
    void session_transaction(const std::function<void(UserSession&)>& change);

    /// A cookie for every request.
    void set_cookie(std::string_view name, std::string_view value);
    void delete_cookie(std::string_view name);
    /// Empty when there is none.
    std::optional<std::string> cookie(std::string_view name) const;

  private:
    TestResponse send(const char* method, std::string_view path, RequestBuilder& request);
    TestResponse send_once(std::string_view path, const RequestBuilder& request);
    void refuse_other_host(std::string_view from, std::string_view to) const;
    std::unique_ptr<detail::BuiltRequest> build(std::string_view path, const RequestBuilder& request) const;

    std::shared_ptr<detail::Application> app_;
    detail::CookieJar cookies_;
    std::weak_ptr<detail::ContextKeeper> keeper_;  ///< owned by a KeptContext
};

/// An app context, from `app.app_context()` to the end of its scope.
class AppContext {
  public:
    explicit AppContext(std::shared_ptr<detail::Application> app);
    ~AppContext();
    AppContext(const AppContext&) = delete;
    AppContext& operator=(const AppContext&) = delete;

  private:
    std::shared_ptr<detail::Application> app_;
    int exceptions_;
    detail::Context context_;
};

/// A request context without a view, from `app.test_request_context(…)` to the end of its scope.
class RequestContext {
  public:
    RequestContext(std::shared_ptr<detail::Application> app, std::string_view target, const RequestBuilder& request);
    ~RequestContext();
    RequestContext(const RequestContext&) = delete;
    RequestContext& operator=(const RequestContext&) = delete;

  private:
    std::shared_ptr<detail::Application> app_;
    detail::Owned<detail::BuiltRequest> built_;
    detail::Owned<Request> request_;
    detail::Owned<detail::Routing> routing_;
    detail::Context context_;
};

/// Runs the app's commands without a process: `app.test_cli_runner().invoke({"initdb"}).output`.
class TestCliRunner {
  public:
    explicit TestCliRunner(std::shared_ptr<detail::Application> app);

    /// As on the command line, without the program's name; `echo`, help and errors are captured.
    commands::RunResult invoke(const std::vector<std::string>& arguments) const;

  private:
    std::shared_ptr<detail::Application> app_;
};

}  // namespace retort
