// How a test's request becomes a message, and how its cookies and redirects are followed.
#include "retort/web/testing.hpp"

#include <algorithm>
#include <cstring>

#include "retort/base/text.hpp"
#include "retort/web/application.hpp"
#include "retort/web/cookie.hpp"
#include "retort/web/mimetype.hpp"
#include "retort/web/request.hpp"
#include "retort/web/signing.hpp"
#include "retort/web/websocket_testing.hpp"

namespace retort {
namespace detail {

/// The bytes of a request that was put together here, and the message that looks at them.
struct BuiltRequest : http::BodyReader {
    std::size_t read(std::span<char> into) override {
        auto count = std::min(into.size(), body.size() - sent);
        std::memcpy(into.data(), body.data() + sent, count);
        sent += count;
        return count;
    }

    void add_header(std::string name, std::string value) {
        names.push_back(std::move(name));
        values.push_back(std::move(value));
    }

    std::string method, target, body, remote_addr;
    std::vector<std::string> names, values;
    std::vector<http::HeaderView> views;
    http::Request message;
    std::size_t sent = 0;
};

namespace {

std::string urlencoded(const RequestBuilder::Pairs& pairs) {
    std::string text;
    for (auto& [key, value] : pairs) {
        if (!text.empty()) text += '&';
        append_percent_encoded(text, key, UrlPart::query);
        text += '=';
        append_percent_encoded(text, value, UrlPart::query);
    }
    return text;
}

/// Scheme, host and the rest of "http://localhost:5000/x?y".
struct Address {
    bool secure = false;
    std::string host = "localhost";
    std::string target;
};

Address parse_address(std::string_view url) {
    Address address;
    auto after = url.find("://");
    if (after == std::string_view::npos) {
        address.target = url;
        return address;
    }
    address.secure = url.substr(0, after) == "https";
    url.remove_prefix(after + 3);
    auto path = std::min(url.find_first_of("/?"), url.size());
    address.host = url.substr(0, path);
    address.target = url.substr(path);
    return address;
}

/// Where a request goes that does not say it.
std::string base_url_of(const Application& app, const RequestBuilder& request) {
    if (!request.base_url.empty()) return request.base_url;
    auto& settings = app.config.settings();
    auto host = settings.server_name.empty() ? std::string{"localhost"} : settings.server_name;
    if (!request.subdomain.empty()) host = request.subdomain + "." + host;
    return settings.preferred_url_scheme + "://" + host;
}

/// What may not stand in a request line is encoded, as a browser does with an address that was typed.
std::string clean_target(std::string_view target) {
    target = target.substr(0, target.find('#'));
    std::string clean = target.starts_with('/') ? "" : "/";
    static constexpr std::string_view digits = "0123456789ABCDEF";
    for (char c : target) {
        auto byte = static_cast<unsigned char>(c);
        if (byte > 32 && byte < 127) {
            clean += c;
        } else {
            clean += {'%', digits[byte >> 4], digits[byte & 15]};
        }
    }
    return clean;
}

/// As browsers quote the names of fields and files.
std::string quoted_name(std::string_view text) {
    std::string quoted = "\"";
    for (char c : text) {
        if (c == '"') {
            quoted += "%22";
        } else if (c == '\r') {
            quoted += "%0D";
        } else if (c == '\n') {
            quoted += "%0A";
        } else {
            quoted += c;
        }
    }
    return quoted + '"';
}

std::string multipart(const RequestBuilder& request, std::string_view boundary) {
    std::string body;
    auto begin = [&](std::string_view name) {
        body += "--" + std::string{boundary} + "\r\nContent-Disposition: form-data; name=" + quoted_name(name);
    };
    for (auto& [key, value] : request.form) {
        begin(key);
        body += "\r\n\r\n" + value + "\r\n";
    }
    for (auto& file : request.files) {
        begin(file.name);
        auto type = file.content_type.empty() ? guess_mimetype(file.filename) : file.content_type;
        body += "; filename=" + quoted_name(file.filename) + "\r\nContent-Type: " + type + "\r\n\r\n" + file.content +
                "\r\n";
    }
    return body + "--" + std::string{boundary} + "--\r\n";
}

void fill_body(BuiltRequest& built, const RequestBuilder& request) {
    std::string type = request.content_type;
    built.body = request.data;
    if (request.json) {
        built.body = request.json->dump();
        if (type.empty()) type = "application/json";
    } else if (!request.files.empty()) {
        static constexpr std::string_view boundary = "----RetortTestBoundary7MA4YWxkTrZu0gW";
        built.body = multipart(request, boundary);
        if (type.empty()) type = "multipart/form-data; boundary=" + std::string{boundary};
    } else if (!request.form.empty()) {
        built.body = urlencoded(request.form);
        if (type.empty()) type = "application/x-www-form-urlencoded";
    }
    if (!type.empty()) built.add_header("Content-Type", type);
    if (!built.body.empty()) built.add_header("Content-Length", std::to_string(built.body.size()));
}

void point_message(BuiltRequest& built) {
    auto& message = built.message;
    for (std::size_t i = 0; i < built.names.size(); ++i) built.views.push_back({built.names[i], built.values[i]});
    std::string_view target = built.target;
    auto question = target.find('?');
    message.method = built.method;
    message.target = target;
    message.path = target.substr(0, question);
    message.has_query = question != std::string_view::npos;
    if (message.has_query) message.query = target.substr(question + 1);
    message.headers = built.views;
    message.remote_address = built.remote_addr;
    if (!built.body.empty()) {
        message.content_length = built.body.size();
        message.body = &built;
    }
}

/// An address is one at the beginning only: it may stand in a query too.
bool is_whole_address(std::string_view path) {
    auto colon = path.find("://");
    return colon != std::string_view::npos && path.find_first_of("/?#") > colon;
}

/// Whom the cookies of a request to this host and target are for.
CookieTarget cookie_target(std::string_view host, std::string_view target, bool secure) {
    auto name = host.ends_with(']') ? host : host.substr(0, host.rfind(':'));
    return {std::string{name}, std::string{target.substr(0, target.find('?'))}, secure};
}

/// With the cookies of `jar`, if there is one.
std::unique_ptr<BuiltRequest> build_request(const Application& app, std::string_view path,
                                            const RequestBuilder& request, const CookieJar* jar) {
    auto built = std::make_unique<BuiltRequest>();
    auto whole = is_whole_address(path);
    auto address = parse_address(whole ? std::string{path} : base_url_of(app, request));
    auto target = whole ? address.target : std::string{path};
    if (!request.query.empty())
        target += (target.find('?') == std::string::npos ? "?" : "&") + urlencoded(request.query);
    built->method = request.method.empty() ? "GET" : request.method;
    built->target = clean_target(target);
    built->remote_addr = request.remote_addr;
    built->message.secure = address.secure;
    auto own_host = std::find_if(request.headers.begin(), request.headers.end(),
                                 [](auto& header) { return iequals(header.first, "Host"); });
    auto& host = own_host == request.headers.end() ? address.host : own_host->second;
    if (own_host == request.headers.end()) built->add_header("Host", host);
    auto target_of_cookies = cookie_target(host, built->target, address.secure);
    auto cookies = jar == nullptr ? std::string{} : jar->header(&target_of_cookies);
    if (!cookies.empty()) built->add_header("Cookie", cookies);
    for (auto& [name, value] : request.headers) built->add_header(name, value);
    if (request.auth) {
        built->add_header("Authorization", "Basic " + base64(request.auth->first + ":" + request.auth->second));
    }
    fill_body(*built, request);
    point_message(*built);
    return built;
}

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

CookieTarget cookie_target(const BuiltRequest& built) {
    return cookie_target(built.message.header("Host").value_or("localhost"), built.target, built.message.secure);
}

TestRequest asked(const BuiltRequest& built) {
    auto& message = built.message;
    auto host = message.header("Host").value_or("localhost");
    return {built.method, std::string{message.path},
            std::string{message.secure ? "https://" : "http://"} + std::string{host} + built.target};
}

/// Where a Location leads from the address that it was answered at, as browsers see it.
std::string follow(const TestRequest& from, std::string_view location) {
    if (location.find("://") != std::string_view::npos) return std::string{location};
    auto scheme_end = from.url.find("://") + 3;
    if (location.starts_with("//")) return from.url.substr(0, scheme_end - 2) + std::string{location};
    auto root = from.url.substr(0, from.url.find('/', scheme_end));
    if (location.starts_with('/')) return root + std::string{location};
    if (location.starts_with('?')) return root + from.path + std::string{location};
    return root + from.path.substr(0, from.path.rfind('/') + 1) + std::string{location};
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 305 || status == 307 || status == 308;
}

}  // namespace
}  // namespace detail

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
TestClient::TestClient(const TestClient& other) = default;
TestClient::TestClient(TestClient&& other) noexcept = default;
TestClient& TestClient::operator=(const TestClient& other) = default;
TestClient& TestClient::operator=(TestClient&& other) noexcept = default;
TestClient::~TestClient() = default;

TestCliRunner::TestCliRunner(std::shared_ptr<detail::Application> app) : app_(std::move(app)) {}

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

TestResponse TestClient::open(std::string_view path, RequestBuilder request) {
    auto response = send_once(path, request);
    std::vector<TestResponse> history;
    while (request.follow_redirects && detail::is_redirect(response.status_code()) && !response.location().empty()) {
        if (history.size() == 20) {
            throw InvalidRequestError("redirect-loop"_code, "the app redirects in a circle at " + std::string{path},
                                      "look at history() of a client that does not follow");
        }
        auto next = detail::follow(response.request(), response.location());
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
    auto built = build(path, request);
    auto target = detail::cookie_target(*built);
    http::Response response;
    app_->handle(built->message, response, detail::Failures::propagate);
    detail::finish_as_server(response, built->method == "HEAD");
    for (auto value : response.headers.get_all("Set-Cookie")) cookies_.keep(target, value);
    TestResponse answer{std::move(response)};
    answer.request_ = detail::asked(*built);
    return answer;
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
                               RequestBuilder request)
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
