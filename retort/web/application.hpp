// What stands behind App: everything that was registered, and the way of a request through it.
#pragma once

#include <any>
#include <atomic>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "retort/fiber/fiber.hpp"
#include "retort/http/message.hpp"
#include "retort/web/app.hpp"
#include "retort/web/blueprint.hpp"
#include "retort/web/config.hpp"
#include "retort/web/debug_page.hpp"
#include "retort/web/hooks.hpp"
#include "retort/web/proxies.hpp"
#include "retort/web/request.hpp"
#include "retort/web/session_interface.hpp"
#include "retort/web/templating_state.hpp"
#include "retort/web/url_map.hpp"

namespace retort::detail {

/// A blueprint as one app took it up, under the name it has there: "outer.inner".
struct RegisteredBlueprint {
    std::string name;
    std::shared_ptr<BlueprintCore> core;
    const RegisteredBlueprint* outer = nullptr;
    std::string prefix;
    std::string subdomain;
    json defaults;  ///< of its rules; an object, or null for none
};

/// A view under its name.
struct Endpoint {
    std::string name;
    View view;
    const RegisteredBlueprint* blueprint = nullptr;
    Decorator decorator;
};

/// Where a request goes: the rule and the view, or why there is none.
struct Routing {
    Routing() = default;
    ~Routing();
    Routing(const Routing&) = delete;
    Routing& operator=(const Routing&) = delete;

    RouteMatch match;
    const Endpoint* endpoint = nullptr;
    std::exception_ptr error;  ///< NotFound, MethodNotAllowed or a redirect: thrown after the before_request functions
};

/// What becomes of an exception that no handler takes.
enum class Failures : bool {
    become_pages,  ///< always an answer, as a server must
    propagate,     ///< to the caller, when the config says so (TESTING, DEBUG, PROPAGATE_EXCEPTIONS)
};

class Application final : public ScaffoldCore, public std::enable_shared_from_this<Application> {
  public:
    Application(std::string name, AppOptions options);
    ~Application() override;

    // Setup.
    void add_route(RouteOf route) override;
    /// Serves the files of a folder under "<path>/<path:filename>", endpoint "static".
    void add_static_route(const std::string& path, std::string folder, std::string endpoint,
                          const RegisteredBlueprint* blueprint);
    void add_endpoint_route(RouteOf route, const RegisteredBlueprint* blueprint);
    void check_open(std::string_view what) const override;
    void register_blueprint(const std::shared_ptr<BlueprintCore>& blueprint, const RegisterOptions& options,
                            const RegisteredBlueprint* outer);

    // Requests.
    void handle(http::Request& message, http::Response& answer, Failures failures);
    /// The same in a context that stands already, and outlives the request.
    void handle(Request& request, Routing& routing, Context& context, http::Response& answer, Failures failures);
    void match(Request& request, Routing& routing);
    /// What `match` found instead of a place to go, as the error to throw.
    void take_mismatch(Request& request, Routing& routing);
    /// The methods that lead somewhere at the request's URL.
    std::vector<std::string> allowed_methods(Request& request) const;
    /// What answers OPTIONS without a view.
    Response automatic_options(Request& request) const;
    void preprocess_url(Request& request) const;
    /// Puts what url_defaults functions know to the values of a URL.
    void inject_url_defaults(std::string_view endpoint, json& values) const;
    void end_request(Request& request, Context& context, const std::exception_ptr& failure);
    void end_app_context(const std::exception_ptr& failure) noexcept;

    /// A session that can be read in any case; without a secret key it cannot be written.
    std::unique_ptr<UserSession> open_session(Request& request);
    /// At the end of a request: keeps its session, and renews a permanent one that nobody touched.
    void save_session(Request& request, Response& response);

    // Serving.
    void run(const RunOptions& options);
    int main(int argc, char** argv);
    /// Puts run, routes and the commands of blueprints to the app's own commands.
    void complete_commands();

    const std::string name;
    std::string root_path;
    std::string instance_path;
    Config config;
    std::map<std::string, std::any, std::less<>> extensions;
    UrlMap url_map;
    /// The rules for certain hosts, each with its host before its path; null while there are none.
    std::unique_ptr<UrlMap> host_map;
    std::vector<std::pair<std::string, ConverterFactory>> converters;
    std::map<std::string, std::unique_ptr<Endpoint>, std::less<>> endpoints;
    /// Once more for each route with a decorator, which other routes of the same view do not have.
    std::vector<std::unique_ptr<Endpoint>> decorated;
    std::map<std::string, RegisteredBlueprint, std::less<>> blueprints;
    std::unordered_map<const void*, std::vector<const Endpoint*>> endpoints_by_view;
    std::vector<std::function<void()>> before_first_request;
    std::vector<std::function<void()>> before_serving;
    std::vector<std::function<void()>> serve_thread_start;
    std::vector<std::function<void()>> serve_thread_stop;
    std::vector<std::function<void()>> shutdown;
    std::vector<TeardownHook> teardown_appcontext;
    Templating& templating() { return templating_; }
    /// What extensions know, for debug pages; they are asked in the request that failed.
    std::vector<std::function<DebugSection()>> debug_sections;
    std::optional<TrustedProxies> proxies;
    std::shared_ptr<SessionInterface> session_interface;  ///< null: Flask's cookies
    /// A handle to itself that does not own it.
    std::unique_ptr<App> self;

  private:
    void begin_first_request();
    /// Once: what the config holds that nothing reads.
    void tell_doubts();
    Response respond(Request& request, Failures failures, std::exception_ptr& unhandled);
    Response full_dispatch(Request& request);
    Response dispatch_or_handle(Request& request);
    std::optional<Response> before(Request& request) const;
    Response dispatch(Request& request);
    Response call_view(Request& request) const;
    Response call_decorated(Request& request) const;
    Response handle_user_exception(Request& request, const std::exception_ptr& thrown);
    Response handle_http_exception(Request& request, const HttpException& error, const std::exception_ptr& thrown);
    Response handle_unexpected(Request& request, const std::exception_ptr& thrown, Failures failures);
    Response show_failure(Request& request, const std::exception_ptr& thrown);
    Response finish_error(Request& request, Response response);
    static Response last_words(const ErrorHandler& handler, const std::exception_ptr& wrapped);
    const ErrorHandler* handler_for(Request& request, int status, const std::exception_ptr& thrown) const;
    void process_response(Request& request, Response& response);
    Rule& add_rule(RouteOf& route, const std::string& endpoint);
    /// Throws RouteError("view-parameters") when the view does not take what the rule gives.
    void check_route(const RouteOf& route, const RegisteredBlueprint* blueprint) const;

    Templating templating_{*this};
    std::atomic<bool> started_{false};
    bool doubts_told_ = false;
    fibers::Mutex starting_;
};

std::string read_whole_body(http::Request& message, std::optional<std::uint64_t> limit);

}  // namespace retort::detail
