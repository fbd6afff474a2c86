// Blueprint: a group of routes, hooks and error handlers, which an app takes up under a prefix and a name.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/template/function.hpp"
#include "retort/web/scaffold.hpp"
#include "retort/web/templating.hpp"

namespace retort {

namespace detail {
class Application;
class BlueprintCore;
}  // namespace detail

struct BlueprintOptions {
    std::optional<std::string> url_prefix;  ///< "/api"
    std::string template_folder;            ///< looked into after the app's own; relative to the app's root path
    /// A folder whose files are served, relative to the app's root path; the endpoint is "name.static".
    std::string static_folder;
    std::optional<std::string> static_url_path;  ///< by default "/" and the folder's name, behind the prefix
    std::string subdomain;  ///< of its routes, before the config's SERVER_NAME; inside of another's, before that one
    json url_defaults;      ///< values of variables for all of its rules: `{{"lang", "en"}}`
};

/// What may differ from one registration of a blueprint to another.
struct RegisterOptions {
    std::optional<std::string> url_prefix;  ///< instead of the blueprint's own
    std::string name;                       ///< instead of the blueprint's own
    std::string subdomain;                  ///< instead of the blueprint's own
    json url_defaults;                      ///< beside the blueprint's own
};

/// A handle to a blueprint: copies are the same blueprint.
///
///     Blueprint api{"api", {.url_prefix = "/api"}};
///     api.route<users>("/users");              // in app: "/api/users", endpoint "api.users"
///     app.register_blueprint(api);
class Blueprint : public Scaffold {
  public:
    /// Throws ArgumentError("dot-in-name") for a name with a dot.
    explicit Blueprint(std::string name, BlueprintOptions options = {});

    const std::string& name() const;

    /// Takes up another blueprint inside this one: its prefix and its name follow this one's.
    void register_blueprint(const Blueprint& child, RegisterOptions options = {});

    /// The same functions for every request of the app, whatever blueprint it goes to.
    template <class Function>
    void before_app_request(Function function) {
        app_hooks("before_app_request").before.push_back(detail::erase_before(std::move(function)));
    }
    template <class Function>
    void after_app_request(Function function) {
        app_hooks("after_app_request").after.push_back(detail::erase_after(std::move(function)));
    }
    template <class Function>
    void teardown_app_request(Function function) {
        app_hooks("teardown_app_request").teardown.push_back(detail::erase_teardown(std::move(function)));
    }
    template <class Function>
    void app_url_value_preprocessor(Function function) {
        detail::add_url_processor(app_hooks("app_url_value_preprocessor").url_processors, false, std::move(function));
    }
    template <class Function>
    void app_url_defaults(Function function) {
        detail::add_url_processor(app_hooks("app_url_defaults").url_processors, true, std::move(function));
    }
    template <int Status, class Function>
    void app_errorhandler(Function function) {
        app_hooks("app_errorhandler").handlers.push_back(detail::erase_status_handler<Status>(std::move(function)));
    }
    template <class Exception, class Function>
    void app_errorhandler(Function function) {
        app_hooks("app_errorhandler").handlers.push_back(detail::erase_handler<Exception>(std::move(function)));
    }

    /// Filters, tests and functions for the templates of the whole app, as the app's own.
    template <class Function>
    void app_template_filter(std::string name, Function filter) {
        add_template_filter(std::move(name), templates::typed_function(std::move(filter)));
    }
    template <class Function>
    void app_template_test(std::string name, Function test) {
        add_template_test(std::move(name), templates::typed_function(std::move(test)));
    }
    template <class T>
    void app_template_global(std::string name, T&& value) {
        add_template_global(std::move(name), templates::Value(std::forward<T>(value)));
    }
    /// Variables for the templates of this blueprint's requests, or of all:
    /// `[] { return templates::Values{{"now", utc_now()}}; }`.
    void context_processor(ContextProcessor processor);
    void app_context_processor(ContextProcessor processor);

  private:
    friend class App;
    explicit Blueprint(std::shared_ptr<detail::BlueprintCore> core);
    detail::Hooks& app_hooks(std::string_view what);
    void add_template_filter(std::string name, templates::Function filter);
    void add_template_test(std::string name, templates::Function test);
    void add_template_global(std::string name, templates::Value value);

    std::shared_ptr<detail::BlueprintCore> blueprint_;
};

namespace detail {

/// What stands behind a Blueprint: everything is kept until an app takes it up.
class BlueprintCore final : public ScaffoldCore {
  public:
    struct Child {
        std::shared_ptr<BlueprintCore> blueprint;
        RegisterOptions options;
    };

    void add_route(RouteOf route) override;
    void check_open(std::string_view what) const override;

    std::string name;
    BlueprintOptions options;
    std::vector<RouteOf> routes;
    std::vector<Child> children;
    Hooks app_hooks;
    std::vector<ContextProcessor> context_processors, app_context_processors;
    /// What it adds to the templates of the app.
    std::vector<std::function<void(templates::Environment&)>> template_additions;
    bool registered = false;
};

}  // namespace detail
}  // namespace retort
