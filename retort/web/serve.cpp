// Serving an app: from the listening socket to the last request under way, with what is printed meanwhile.
#include <csignal>

#include <atomic>

#include "retort/base/log.hpp"
#include "retort/http/error.hpp"
#include "retort/http/server.hpp"
#include "retort/web/access_log.hpp"
#include "retort/web/application.hpp"
#include "retort/web/debug_page.hpp"
#include "retort/web/errors.hpp"
#include "retort/web/server_options.hpp"
#include "retort/web/testing.hpp"

namespace retort::detail {
namespace {

/// The server that SIGINT and SIGTERM stop; handlers of signals can only reach what is global.
std::atomic<http::Server*> serving{nullptr};

void stop_serving(int) {
    if (auto* server = serving.load()) server->stop();
}

/// SIGINT and SIGTERM stop this server while the object lives; before and after, they do what they did.
class StopOnSignals {
  public:
    explicit StopOnSignals(http::Server& server) : previous_(serving.exchange(&server)) {
        struct sigaction action{};
        action.sa_handler = stop_serving;
        sigemptyset(&action.sa_mask);
        action.sa_flags = SA_RESTART;
        ::sigaction(SIGTERM, &action, &terminate_);
        // Who presses CTRL+C again does not want to wait for what is under way.
        action.sa_flags |= static_cast<int>(SA_RESETHAND);
        ::sigaction(SIGINT, &action, &interrupt_);
    }
    ~StopOnSignals() {
        ::sigaction(SIGINT, &interrupt_, nullptr);
        ::sigaction(SIGTERM, &terminate_, nullptr);
        serving.store(previous_);
    }
    StopOnSignals(const StopOnSignals&) = delete;
    StopOnSignals& operator=(const StopOnSignals&) = delete;

  private:
    http::Server* previous_;
    struct sigaction interrupt_{}, terminate_{};
};

std::string shown_address(const std::string& host, std::uint16_t port, bool secure) {
    auto name = host == "0.0.0.0" || host.empty() ? "127.0.0.1" : host == "::" ? "::1" : host;
    if (name.find(':') != std::string::npos) name = "[" + name + "]";
    return (secure ? "https://" : "http://") + name + ":" + std::to_string(port);
}

void announce(const Application& app, const RunOptions& options, std::uint16_t port, bool secure) {
    logger().info(" * Serving Retort app '" + app.name + "'");
    logger().info(std::string{" * Debug mode: "} + (app.config.settings().debug ? "on" : "off"));
    if (options.host == "0.0.0.0" || options.host == "::") {
        logger().info(" * Running on all addresses (" + options.host + ")");
    }
    logger().info(" * Running on " + shown_address(options.host, port, secure) + " (Press CTRL+C to quit)");
}

/// Where the certificate and its key are: in `run`'s options, else in the config, relative to the instance folder.
http::TlsOptions tls_options(const Application& app, const http::TlsOptions& given) {
    http::TlsOptions tls = given;
    if (given.certificate.empty() && given.key.empty()) {
        auto path = [&](std::string_view key) {
            auto text = app.config.get<std::string>(key, "");
            return text.empty() || text == "adhoc" || text.front() == '/' ? text : app.instance_path + "/" + text;
        };
        tls = {path("TLS_CERTIFICATE"), path("TLS_KEY")};
    }
    if (!tls.certificate.empty() || tls.key.empty()) return tls;
    throw http::TlsError("tls-certificate-missing"_code, "there is a key, " + tls.key + ", but no certificate for it",
                         "give both: --cert FILE --key FILE, or TLS_CERTIFICATE and TLS_KEY in the config");
}

/// All requests come over TLS: cookies must not leave it, and URLs made outside of requests lead to it.
void set_https_defaults(Config& config) {
    for (auto key : {"SESSION_COOKIE_SECURE", "REMEMBER_COOKIE_SECURE"}) {
        if (config.contains(key)) config[key] = true;
    }
    if (config.at("PREFERRED_URL_SCHEME") == json("http")) config["PREFERRED_URL_SCHEME"] = "https";
}

/// What was thrown when the view was over: where an answer is streamed.
void log_cut_off(const std::exception_ptr& thrown, const http::Request* request) {
    if (request != nullptr) return log_exception(request->path, request->method, thrown);
    logger().error("a connection was cut off by " + describe_exception(thrown).to_string());
}

/// The server answers 500 where a view gives a status that is none of an answer.
void refuse_interim(const http::Request& request, http::Response& answer) {
    if (answer.status >= 200) return;
    logger().error("the view of " + std::string{request.path} + " gave the status " + std::to_string(answer.status) +
                   ", which is none of an answer; the client was given 500");
    answer.status = 500;
}

void run_all(const std::vector<std::function<void()>>& functions) {
    for (auto& function : functions) function();
}

}  // namespace

void Application::run(const RunOptions& options) {
    if (options.debug) config["DEBUG"] = true;
    auto tls = tls_options(*this, options.ssl_context);
    bool secure = !tls.certificate.empty();
    if (secure) set_https_defaults(config);
    {
        AppContext context{shared_from_this()};
        run_all(before_serving);
    }
    bool access_log = config.settings().access_log.value_or(true);
    bool as_json = config["ACCESS_LOG"] == json("json");
    auto serve = server_options(config);
    serve.host = options.host;
    serve.port = options.port;
    serve.threads = options.threads;
    serve.tls = std::move(tls);
    serve.http2 = config.get<bool>("HTTP2", false);
    http::Server server{std::move(serve), [this, access_log, as_json](http::Request& message, http::Response& answer) {
                            handle(message, answer, Failures::become_pages);
                            refuse_interim(message, answer);
                            if (access_log) log_access(message, answer.status, as_json);
                        }};
    server.on_handler_error(log_cut_off);
    if (access_log) {
        server.on_refusal([as_json](int status, std::string_view problem, std::string_view remote_address) {
            log_refusal(remote_address, status, problem, as_json);
        });
    }
    server.on_thread_start([this] { run_all(serve_thread_start); });
    server.on_thread_stop([this] { run_all(serve_thread_stop); });
    StopOnSignals stop{server};
    tell_doubts();
    announce(*this, options, server.port(), secure);
    if (options.on_listening) options.on_listening(server.port());
    server.run();
    for (auto hook = shutdown.rbegin(); hook != shutdown.rend(); ++hook) (*hook)();
}

}  // namespace retort::detail
