// Sends a test's requests to the app, and follows their cookies and redirects.
#include "retort/web/testing.hpp"

#include <algorithm>

#include "retort/base/text.hpp"
#include "retort/web/application.hpp"
#include "retort/web/cookie.hpp"
#include "retort/web/request.hpp"
#include "retort/web/signing.hpp"
#include "retort/web/test_request.hpp"
#include "retort/web/websocket_testing.hpp"

namespace retort {
namespace detail {
namespace {

/// Takes a streamed body as one text.
struct CollectedBody : http::BodyWriter {
    explicit CollectedBody(std::string& text) : text(text) {}
    void write(std::string_view bytes) override { text += bytes; }
    std::string& text;
};

/// What the server would put to the message itself.
void finish_as_server(http::Response& response, bool head) {
    bool bodiless = response.status < 200 || response.status == 204 || response.status == 304;
    if (response.stream) {
        CollectedBody body{response.body};
        response.stream(body);
        response.stream = nullptr;
    } else if (!bodiless && !(head && response.body.empty() && response.headers.contains("Content-Length"))) {
        response.headers.set("Content-Length", std::to_string(response.body.size()));
    }
    if (bodiless) response.headers.remove("Content-Length");
    if (head || bodiless) response.body.clear();
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 305 || status == 307 || status == 308;
}

/// Of an address, without the port.
std::string host_of(std::string_view url) {
    auto begin = url.find("://");
    if (begin == std::string_view::npos) return {};
    auto authority = url.substr(begin + 3);
    authority = authority.substr(0, authority.find_first_of("/?#"));
    auto end = authority.ends_with(']') ? authority.size() : authority.rfind(':');
    return ascii_lower(authority.substr(0, end));
}

/// Whether a host is that one, or a subdomain of it.
bool is_within(const std::string& host, const std::string& of) {
    return !of.empty() && (host == of || host.ends_with("." + of));
}

}  // namespace

/// A request that was answered, and the context that stands for it again.
struct AnsweredRequest {
    AnsweredRequest(Application& app, std::unique_ptr<BuiltRequest> message)
        : app(app), built(std::move(message)), request(app, built->message) {}
    ~AnsweredRequest() {
        if (context) app.end_request(request, *context, {});
    }
    AnsweredRequest(const AnsweredRequest&) = delete;
    AnsweredRequest& operator=(const AnsweredRequest&) = delete;

    void answer(http::Response& response) {
        Context first{app, &request};
        app.handle(request, routing, first, response, Failures::propagate);
        globals = first.take_own_globals();
    }
    void stand_again() { context.emplace(app, &request, std::move(globals)); }

    Application& app;
    std::unique_ptr<BuiltRequest> built;
    Request request;
    Routing routing;
    Globals globals;
    std::optional<Context> context;
};

struct ContextKeeper {
    std::unique_ptr<AnsweredRequest> last;
};

}  // namespace detail

KeptContext::KeptContext(std::shared_ptr<detail::ContextKeeper> keeper) : keeper_(std::move(keeper)) {}
KeptContext::~KeptContext() = default;

struct TestFiles::List {
    std::vector<TestFile> files;
};

TestFiles::TestFiles() : list_(nullptr) {}
TestFiles::TestFiles(std::initializer_list<TestFile> files) : list_(new List{files}) {}
TestFiles::TestFiles(const TestFiles& other) : list_(other.list_ == nullptr ? nullptr : new List{*other.list_}) {}
TestFiles::TestFiles(TestFiles&& other) noexcept : list_(std::exchange(other.list_, nullptr)) {}
TestFiles& TestFiles::operator=(TestFiles other) noexcept {
    std::swap(list_, other.list_);
    return *this;
}
TestFiles::~TestFiles() { delete list_; }
const TestFile* TestFiles::begin() const { return list_ == nullptr ? nullptr : list_->files.data(); }
const TestFile* TestFiles::end() const {
    return list_ == nullptr ? nullptr : list_->files.data() + list_->files.size();
}

TestResponse::TestResponse(http::Response message) : message_(std::move(message)) {}
TestResponse::TestResponse(const TestResponse& other) = default;
TestResponse::TestResponse(TestResponse&& other) noexcept = default;
TestResponse& TestResponse::operator=(const TestResponse& other) = default;
TestResponse& TestResponse::operator=(TestResponse&& other) noexcept = default;
TestResponse::~TestResponse() = default;

retort::json TestResponse::json() const { return retort::json::parse(message_.body); }

TestClient::TestClient(std::shared_ptr<detail::Application> app) : app_(std::move(app)) {}
TestClient::TestClient(const TestClient& other) : app_(other.app_), cookies_(other.cookies_) {}
TestClient::TestClient(TestClient&& other) noexcept = default;
TestClient& TestClient::operator=(const TestClient& other) {
    if (this == &other) return *this;
    app_ = other.app_;
    cookies_ = other.cookies_;
    return *this;
}
TestClient& TestClient::operator=(TestClient&& other) noexcept = default;
TestClient::~TestClient() = default;

TestCliRunner::TestCliRunner(std::shared_ptr<detail::Application> app) : app_(std::move(app)) {}

std::string TestResponse::text() && { return std::move(message_.body); }
http::Headers TestResponse::headers() && { return std::move(message_.headers); }
std::string TestResponse::header(std::string_view name) && {
    return std::string{message_.headers.get(name).value_or("")};
}
std::string TestResponse::content_type() && { return std::move(*this).header("Content-Type"); }
std::string TestResponse::location() && { return std::move(*this).header("Location"); }
TestRequest TestResponse::request() && { return std::move(request_); }
std::vector<TestResponse> TestResponse::history() && { return std::move(history_); }

std::string TestResponse::status() const {
    auto reason = message_.reason.empty() ? http::reason_phrase(message_.status) : std::string_view{message_.reason};
    return std::to_string(message_.status) + " " + std::string{reason};
}

bool TestResponse::is_json() const {
    auto type = content_type().substr(0, content_type().find(';'));
    return type == "application/json" || type.ends_with("+json");
}

TestResponse TestClient::send(const char* method, std::string_view path, RequestBuilder& request) {
    request.method = method;
    return open(path, std::move(request));
}

void TestClient::refuse_other_host(std::string_view from, std::string_view to) const {
    auto own = detail::host_of(from), other = detail::host_of(to);
    auto server = detail::host_of("http://" + app_->config.settings().server_name);
    if (detail::is_within(other, own) || detail::is_within(other, server)) return;
    throw InvalidRequestError(
        "external-redirect"_code,
        "the app redirects to another host, " + std::string{to} + ", and following external redirects is not supported",
        "ask without follow_redirects, and look at location()");
}

TestResponse TestClient::open(std::string_view path, RequestBuilder request) {
    auto response = send_once(path, request);
    std::vector<TestResponse> history;
    while (request.follow_redirects && detail::is_redirect(response.status_code()) && !response.location().empty()) {
        if (history.size() == 20) {
            throw InvalidRequestError("redirect-loop"_code, "the app redirects in a circle at " + std::string{path},
                                      "look at history() of a client that does not follow");
        }
        auto next = detail::follow(response.request(), response.location());
        refuse_other_host(response.request().url, next);
        bool keeps = response.status_code() == 307 || response.status_code() == 308;
        if (!keeps) {
            request = {.method = request.method == "HEAD" ? "HEAD" : "GET",
                       .headers = request.headers,
                       .remote_addr = request.remote_addr,
                       .auth = request.auth,
                       .follow_redirects = true};
        }
        request.query.clear();
        history.push_back(std::move(response));
        response = send_once(next, request);
    }
    response.history_ = std::move(history);
    return response;
}

TestResponse TestClient::send_once(std::string_view path, const RequestBuilder& request) {
    auto keeper = keeper_.lock();
    if (keeper) keeper->last.reset();
    auto answered = std::make_unique<detail::AnsweredRequest>(*app_, build(path, request));
    auto& built = *answered->built;
    http::Response response;
    answered->answer(response);
    detail::finish_as_server(response, built.method == "HEAD");
    auto target = detail::cookie_target(built);
    for (auto value : response.headers.get_all("Set-Cookie")) cookies_.keep(target, value);
    TestResponse answer{std::move(response)};
    answer.request_ = detail::asked(built);
    if (keeper) {
        keeper->last = std::move(answered);
        keeper->last->stand_again();
    }
    return answer;
}

KeptContext TestClient::keep_context() {
    if (!keeper_.expired()) {
        throw InvalidRequestError("client-keeps-context"_code, "this client keeps its context already",
                                  "use the one that there is, or end its scope first");
    }
    auto keeper = std::make_shared<detail::ContextKeeper>();
    keeper_ = keeper;
    return KeptContext(std::move(keeper));
}

std::unique_ptr<detail::BuiltRequest> TestClient::build(std::string_view path, const RequestBuilder& request) const {
    return detail::build_request(*app_, path, request, &cookies_);
}

TestWebSocket TestClient::websocket(std::string_view path, RequestBuilder request) {
    auto add = [&](std::string_view name, std::string_view value) {
        auto given = std::any_of(request.headers.begin(), request.headers.end(),
                                 [&](auto& header) { return iequals(header.first, name); });
        if (!given) request.headers.emplace_back(name, value);
    };
    add("Connection", "Upgrade");
    add("Upgrade", "websocket");
    add("Sec-WebSocket-Version", "13");
    add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    std::shared_ptr<detail::BuiltRequest> built = build(path, request);
    auto& message = built->message;
    return TestWebSocket(app_, std::move(built), message);
}

void TestClient::session_transaction(const std::function<void(UserSession&)>& change) {
    auto built = detail::build_request(*app_, "/", {.headers = {{"Cookie", cookies_.header(nullptr)}}}, nullptr);
    Request request{*app_, built->message};
    detail::Context context{*app_, &request};
    change(request.session());
    Response response;
    app_->save_session(request, response);
    for (auto value : response.headers().get_all("Set-Cookie")) cookies_.put(value);
}

void TestClient::set_cookie(std::string_view name, std::string_view value) {
    cookies_.put(dump_cookie(name, value, {}));
}

void TestClient::delete_cookie(std::string_view name) { cookies_.erase(name); }

std::optional<std::string> TestClient::cookie(std::string_view name) const {
    auto found = cookies_.find(name);
    if (!found) return std::nullopt;
    return parse_cookies(std::string{name} + "=" + *found).at(0).second;
}

AppContext::AppContext(std::shared_ptr<detail::Application> app)
    : app_(std::move(app)), exceptions_(std::uncaught_exceptions()), context_(*app_, nullptr) {}

AppContext::~AppContext() {
    // What is being thrown through the scope cannot be had here; teardown functions learn only that something was.
    bool failed = std::uncaught_exceptions() > exceptions_;
    app_->end_app_context(failed ? std::make_exception_ptr(InvalidRequestError(
                                       "scope-left-by-exception"_code, "the app context was left by an exception"))
                                 : std::exception_ptr{});
}

RequestContext::RequestContext(std::shared_ptr<detail::Application> app, std::string_view target,
                               const RequestBuilder& request)
    : app_(std::move(app)),
      built_(detail::build_request(*app_, target, request, nullptr)),
      request_(std::make_unique<Request>(*app_, built_->message)),
      routing_(std::make_unique<detail::Routing>()),
      context_(*app_, request_.get()) {
    app_->match(*request_, *routing_);
}

RequestContext::~RequestContext() { app_->end_request(*request_, context_, {}); }

commands::RunResult TestCliRunner::invoke(const std::vector<std::string>& arguments) const {
    app_->complete_commands();
    AppContext context{app_};
    return commands::run_captured(app_->commands, arguments, app_->name);
}

}  // namespace retort
