// App: an application, as Flask has it. A handle to a stable implementation: copies are the same app.
#pragma once

#include <any>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "retort/http/server.hpp"
#include "retort/template/function.hpp"
#include "retort/web/blueprint.hpp"
#include "retort/web/config.hpp"
#include "retort/web/context.hpp"
#include "retort/web/proxies.hpp"
#include "retort/web/scaffold.hpp"
#include "retort/web/templating.hpp"
#include "retort/web/testing.hpp"
#include "retort/web/url_for.hpp"

namespace retort {

class SessionInterface;

namespace detail {
class Application;
}  // namespace detail

/// Where an app's files are.
struct AppOptions {
    /// Templates, static files and the instance folder are looked for here. By default the folder of the application's
    /// sources where it still exists, else that of the program.
    std::string root_path;
    /// What belongs to this installation: databases, secrets. By default "instance" in the root path.
    std::string instance_path;
    /// Where templates are looked for first; relative to the root path. Empty: nowhere but in blueprints' folders.
    std::string template_folder = "templates";
    /// Its files are served; relative to the root path. Empty: no files are.
    std::string static_folder = "static";
    /// Where they are served; by default "/" and the folder's name.
    std::optional<std::string> static_url_path;
};

/// How `run` serves.
struct RunOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 5000;  ///< 0: the system chooses
    bool debug = false;
    unsigned threads = 0;  ///< 0: one a core
    /// Serves over TLS: `{"cert.pem", "key.pem"}`, or `{"adhoc"}`; empty: what the config's TLS_CERTIFICATE says.
    http::TlsOptions ssl_context;
    /// Called when the server listens, with its port.
    std::function<void(std::uint16_t port)> on_listening;
};

/// An application.
///
///     App app{"hello"};
///     app.get("/", [] { return "Hello, World!"; });
///     return app.main(argc, argv);
class App : public Scaffold {
  public:
    explicit App(std::string name, AppOptions options = {});
    App(const App& other);
    App(App&& other) noexcept;
    ~App();

    const std::string& name() const;
    const std::string& root_path() const;
    const std::string& instance_path() const;
    bool debug() const;
    bool testing() const;

    Config& config;
    /// What extensions keep with the app, by their name.
    std::map<std::string, std::any, std::less<>>& extensions;

    /// Takes up the routes, hooks and handlers of a blueprint.
    /// Throws SetupError("duplicate-blueprint") when the name is taken.
    void register_blueprint(const Blueprint& blueprint, const RegisterOptions& options = {});

    /// A converter of one's own for rules that are added afterwards: `<name:variable>`.
    void add_converter(std::string name, ConverterFactory factory);

    /// A filter of one's own for templates: `app.template_filter("shout", [](std::string text) { return text + "!";
    /// })`.
    template <class Function>
    void template_filter(std::string name, Function filter) {
        add_template_filter(std::move(name), templates::typed_function(std::move(filter)));
    }
    /// A test: `app.template_test("prime", [](int number) { … })`.
    template <class Function>
    void template_test(std::string name, Function test) {
        add_template_test(std::move(name), templates::typed_function(std::move(test)));
    }
    /// A variable or a function that every template sees.
    template <class T>
    void template_global(std::string name, T&& value) {
        add_template_global(std::move(name), templates::Value(std::forward<T>(value)));
    }
    /// Variables made for each rendering: `app.context_processor([] { return templates::Values{{"now", utc_now()}};
    /// })`.
    void context_processor(ContextProcessor processor);
    /// The templates themselves: options, loaders, and rendering outside of requests.
    templates::Environment& jinja_env();
    /// Believes what so many proxies before the app say of a request's client, scheme and host.
    void trust_proxies(const TrustedProxies& proxies = {});

    /// Keeps sessions in another way than in Flask's signed cookies.
    void set_session_interface(std::shared_ptr<SessionInterface> interface);

    /// Runs once, before the first request.
    void before_first_request(std::function<void()> function);
    /// Runs in an app context before the server listens, at each `run`.
    void before_serving(std::function<void()> function);
    /// Runs when an app context ends, which is after each request: `[](std::exception_ptr error) { … }`.
    template <class Function>
    void teardown_appcontext(Function function) {
        add_appcontext_teardown(detail::erase_teardown(std::move(function)));
    }
    /// Runs on each thread that serves, when it begins and before it ends.
    void on_serve_thread_start(std::function<void()> hook);
    void on_serve_thread_stop(std::function<void()> hook);
    /// Runs when the server has stopped, the last registered first.
    void on_shutdown(std::function<void()> hook);

    /// Makes this the current app until the returned context ends: `auto context = app.app_context();`.
    [[nodiscard]] AppContext app_context();
    /// The same with a request, for tests: `auto context = app.test_request_context("/?x=1");`.
    [[nodiscard]] RequestContext test_request_context(std::string_view target = "/", RequestBuilder request = {});
    [[nodiscard]] TestClient test_client();
    [[nodiscard]] TestCliRunner test_cli_runner();

    /// The URL of an endpoint, as `retort::url_for`, but for this app also outside of contexts.
    std::string url_for(std::string_view endpoint, const UrlValues& values = {}, UrlOptions options = {});

    /// Serves until SIGINT or SIGTERM, finishes what is under way and returns.
    /// Throws http::OperatingSystemError when it cannot listen.
    void run(const RunOptions& options = {});
    /// The program's command line: run, routes, the commands of extensions and one's own.
    int main(int argc, char** argv);

    /// Serves one request without a socket; the server calls this.
    void handle(http::Request& request, http::Response& response);

    detail::Application& implementation() { return *app_; }

  private:
    friend class detail::Application;
    explicit App(std::shared_ptr<detail::Application> app);
    void add_appcontext_teardown(detail::TeardownHook hook);
    void add_template_filter(std::string name, templates::Function filter);
    void add_template_test(std::string name, templates::Function test);
    void add_template_global(std::string name, templates::Value value);

    std::shared_ptr<detail::Application> app_;
};

}  // namespace retort
