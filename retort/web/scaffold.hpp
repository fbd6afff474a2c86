// What an App and a Blueprint have in common: routes, hooks and error handlers.
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/command_line.hpp"
#include "retort/web/hooks.hpp"
#include "retort/web/method.hpp"
#include "retort/web/view.hpp"

namespace retort {

/// Stands around a view and answers in its place: `[](const std::function<Response()>& view) { … return view(); }`.
using Decorator = std::function<Response(const std::function<Response()>& view)>;

class Methods {
  public:
    template <std::convertible_to<Method>... M>
        requires(sizeof...(M) > 0)
    Methods(const M&... methods) : all_{Method(methods)...} {}  // NOLINT: braces are meant to convert
    const std::vector<Method>& all() const { return all_; }

  private:
    std::vector<Method> all_;
};

/// How a route differs from the usual one.
struct RouteOptions {
    std::vector<Method> methods;         ///< empty: GET; HEAD and OPTIONS come by themselves
    std::string endpoint;                ///< empty: the name of the view
    json defaults;                       ///< values of variables that the rule does not have: `{{"page", 1}}`
    std::optional<bool> strict_slashes;  ///< whether "/about" is redirected to a rule "/about/"; default true
    /// Whether OPTIONS is answered without the view; by default when the methods do not name it.
    std::optional<bool> provide_automatic_options;
    /// Only for requests to this host, which may have variables: "<user>.example.com".
    std::string host;
    std::string subdomain;  ///< the same before the config's SERVER_NAME: "api"
    /// Around the view of this route, and around the automatic answer to OPTIONS: `cross_origin({…})`.
    Decorator decorator;
};

namespace detail {

/// A route as it was written, before a blueprint's prefix and name are put to it.
struct RouteOf {
    std::string rule;
    View view;
    RouteOptions options;
};

/// "the route "/x" with the endpoint "x"", for errors.
std::string told(const RouteOf& route);

/// Text that is made while the program runs, so that no compiler can check it as a rule.
template <class Rule>
concept RuntimeRule = std::same_as<Rule, std::string> || std::same_as<Rule, std::string_view>;
template <class>
inline constexpr bool is_mended = false;

/// What stands behind an App or a Blueprint handle.
class ScaffoldCore {
  public:
    ScaffoldCore();
    virtual ~ScaffoldCore();
    virtual void add_route(RouteOf route) = 0;
    /// Throws SetupError("late-setup") when it is too late for `what`.
    virtual void check_open(std::string_view what) const = 0;

    Hooks hooks;
    commands::Group commands;
};

}  // namespace detail

/// The part of App and Blueprint that takes routes, hooks and error handlers.
class Scaffold {
  public:
    /// `app.route<view>("/user/<int:id>")`, `app.route<view>(rule, {GET, POST})`. The endpoint is the view's name.
    /// The rule is checked against the view when the program is compiled.
    template <auto view>
    void route(detail::RuleOf<decltype(view)> rule) {
        add(rule.text(), detail::function_name<view>(), detail::View::of<view>());
    }
    template <auto view>
    void route(detail::RuleOf<decltype(view)> rule, const Methods& methods) {
        add(rule.text(), detail::function_name<view>(), detail::View::of<view>(), methods);
    }
    /// With options the rule may have fewer variables than the view: defaults or a prefix may bring the others.
    template <auto view>
    void route(detail::PartialRuleOf<decltype(view)> rule, const RouteOptions& options) {
        std::string_view endpoint = options.endpoint.empty() ? detail::function_name<view>() : options.endpoint;
        add(rule.text(), endpoint, detail::View::of<view>(), options);
    }
    /// The same for any callable: `app.route("/x", "endpoint", [] { return "x"; }, {GET, POST})`.
    template <class Function>
    void route(detail::RuleOf<Function> rule, std::string_view endpoint, Function view) {
        add(rule.text(), endpoint, detail::View::of(std::move(view)));
    }
    template <class Function>
    void route(detail::RuleOf<Function> rule, std::string_view endpoint, Function view, const Methods& methods) {
        add(rule.text(), endpoint, detail::View::of(std::move(view)), methods);
    }
    template <class Function>
    void route(std::type_identity_t<detail::PartialRuleOf<Function>> rule, std::string_view endpoint, Function view,
               const RouteOptions& options) {
        add(rule.text(), endpoint, detail::View::of(std::move(view)), options);
    }
    /// For rules that are put together while the program runs; what does not fit throws here.
    template <class Function>
    void add_url_rule(std::string_view rule, std::string_view endpoint, Function view,
                      const RouteOptions& options = {}) {
        add(rule, endpoint, detail::View::of(std::move(view)), options);
    }

    /// `app.get("/x", [] { return "x"; })`: the endpoint is named after method and rule, "get_x". With options, which
    /// may not name methods: `app.get("/x/", view, {.endpoint = "x", .strict_slashes = false})`.
    template <class Function>
    void get(detail::RuleOf<Function> rule, Function view) {
        add(GET, rule.text(), {}, detail::View::of(std::move(view)));
    }
    template <class Function>
    void get(detail::RuleOf<Function> rule, std::string_view endpoint, Function view) {
        add(GET, rule.text(), endpoint, detail::View::of(std::move(view)));
    }
    template <class Function>
    void get(std::type_identity_t<detail::PartialRuleOf<Function>> rule, Function view, const RouteOptions& options) {
        add(GET, rule.text(), detail::View::of(std::move(view)), options);
    }
    template <class Function>
    void get(std::type_identity_t<detail::PartialRuleOf<Function>> rule, std::string_view endpoint, Function view,
             const RouteOptions& options) {
        add(GET, rule.text(), endpoint, detail::View::of(std::move(view)), options);
    }
    template <class Function>
    void post(detail::RuleOf<Function> rule, Function view) {
        add(POST, rule.text(), {}, detail::View::of(std::move(view)));
    }
    template <class Function>
    void post(detail::RuleOf<Function> rule, std::string_view endpoint, Function view) {
        add(POST, rule.text(), endpoint, detail::View::of(std::move(view)));
    }
    template <class Function>
    void post(std::type_identity_t<detail::PartialRuleOf<Function>> rule, Function view, const RouteOptions& options) {
        add(POST, rule.text(), detail::View::of(std::move(view)), options);
    }
    template <class Function>
    void post(std::type_identity_t<detail::PartialRuleOf<Function>> rule, std::string_view endpoint, Function view,
              const RouteOptions& options) {
        add(POST, rule.text(), endpoint, detail::View::of(std::move(view)), options);
    }
    template <class Function>
    void put(detail::RuleOf<Function> rule, Function view) {
        add(PUT, rule.text(), {}, detail::View::of(std::move(view)));
    }
    template <class Function>
    void put(detail::RuleOf<Function> rule, std::string_view endpoint, Function view) {
        add(PUT, rule.text(), endpoint, detail::View::of(std::move(view)));
    }
    template <class Function>
    void put(std::type_identity_t<detail::PartialRuleOf<Function>> rule, Function view, const RouteOptions& options) {
        add(PUT, rule.text(), detail::View::of(std::move(view)), options);
    }
    template <class Function>
    void put(std::type_identity_t<detail::PartialRuleOf<Function>> rule, std::string_view endpoint, Function view,
             const RouteOptions& options) {
        add(PUT, rule.text(), endpoint, detail::View::of(std::move(view)), options);
    }
    template <class Function>
    void patch(detail::RuleOf<Function> rule, Function view) {
        add(PATCH, rule.text(), {}, detail::View::of(std::move(view)));
    }
    template <class Function>
    void patch(detail::RuleOf<Function> rule, std::string_view endpoint, Function view) {
        add(PATCH, rule.text(), endpoint, detail::View::of(std::move(view)));
    }
    template <class Function>
    void patch(std::type_identity_t<detail::PartialRuleOf<Function>> rule, Function view, const RouteOptions& options) {
        add(PATCH, rule.text(), detail::View::of(std::move(view)), options);
    }
    template <class Function>
    void patch(std::type_identity_t<detail::PartialRuleOf<Function>> rule, std::string_view endpoint, Function view,
               const RouteOptions& options) {
        add(PATCH, rule.text(), endpoint, detail::View::of(std::move(view)), options);
    }
    template <class Function>
    void delete_(detail::RuleOf<Function> rule, Function view) {
        add(DELETE, rule.text(), {}, detail::View::of(std::move(view)));
    }
    template <class Function>
    void delete_(detail::RuleOf<Function> rule, std::string_view endpoint, Function view) {
        add(DELETE, rule.text(), endpoint, detail::View::of(std::move(view)));
    }
    template <class Function>
    void delete_(std::type_identity_t<detail::PartialRuleOf<Function>> rule, Function view,
                 const RouteOptions& options) {
        add(DELETE, rule.text(), detail::View::of(std::move(view)), options);
    }
    template <class Function>
    void delete_(std::type_identity_t<detail::PartialRuleOf<Function>> rule, std::string_view endpoint, Function view,
                 const RouteOptions& options) {
        add(DELETE, rule.text(), endpoint, detail::View::of(std::move(view)), options);
    }

    // What cannot be meant says what to write.
    template <class Function>
    void route(std::string_view, const Function&) {
        static_assert(detail::is_mended<Function>,
                      "app.route(rule, view): write app.route<view>(rule) for a function, app.get(rule, view) for a "
                      "lambda, or app.route(rule, \"endpoint\", view)");
    }
    template <auto view, detail::RuntimeRule Rule, class... More>
    void route(const Rule&, const More&...) {
        refuse_runtime_rule<Rule>();
    }
    template <detail::RuntimeRule Rule, class Function, class... More>
    void route(const Rule&, std::string_view, const Function&, const More&...) {
        refuse_runtime_rule<Rule>();
    }
    template <detail::RuntimeRule Rule, class... More>
    void get(const Rule&, const More&...) {
        refuse_runtime_rule<Rule>();
    }
    template <detail::RuntimeRule Rule, class... More>
    void post(const Rule&, const More&...) {
        refuse_runtime_rule<Rule>();
    }
    template <detail::RuntimeRule Rule, class... More>
    void put(const Rule&, const More&...) {
        refuse_runtime_rule<Rule>();
    }
    template <detail::RuntimeRule Rule, class... More>
    void patch(const Rule&, const More&...) {
        refuse_runtime_rule<Rule>();
    }
    template <detail::RuntimeRule Rule, class... More>
    void delete_(const Rule&, const More&...) {
        refuse_runtime_rule<Rule>();
    }

    /// Runs before each request (of this blueprint); the first that returns a response ends the request with it.
    template <class Function>
    void before_request(Function function) {
        hooks("before_request").before.push_back(detail::erase_before(std::move(function)));
    }
    /// Runs after each request, the last registered first: `[](Response& response) { … }`, or takes one and returns
    /// one.
    template <class Function>
    void after_request(Function function) {
        hooks("after_request").after.push_back(detail::erase_after(std::move(function)));
    }
    /// Runs when the request's context ends, whatever happened: `[](std::exception_ptr error) { … }`.
    template <class Function>
    void teardown_request(Function function) {
        hooks("teardown_request").teardown.push_back(detail::erase_teardown(std::move(function)));
    }
    /// Sees the values of each URL before the hooks and the view, and may take some out: `[](std::string_view endpoint,
    /// json& values) { g.set("lang", values["lang"].text()); values.erase("lang"); }`. Register it before the routes
    /// whose views do not take such a value.
    template <class Function>
    void url_value_preprocessor(Function function) {
        detail::add_url_processor(hooks("url_value_preprocessor").url_processors, false, std::move(function));
    }
    /// Gives values to url_for that the caller left out, in the same form.
    template <class Function>
    void url_defaults(Function function) {
        detail::add_url_processor(hooks("url_defaults").url_processors, true, std::move(function));
    }
    /// `app.errorhandler<404>([](const NotFound& error) { return …; })`
    template <int Status, class Function>
    void errorhandler(Function function) {
        hooks("errorhandler").handlers.push_back(detail::erase_status_handler<Status>(std::move(function)));
    }
    /// `app.errorhandler<MyError>([](const MyError& error) { return …; })`; the handler of the nearest base class is
    /// chosen, those for a status before those for a type, those of the blueprint before those of the app.
    template <class Exception, class Function>
    void errorhandler(Function function) {
        hooks("errorhandler").handlers.push_back(detail::erase_handler<Exception>(std::move(function)));
    }
    /// The same under Flask's other name: `app.register_error_handler<404>(not_found)`.
    template <int Status, class Function>
    void register_error_handler(Function function) {
        errorhandler<Status>(std::move(function));
    }
    template <class Exception, class Function>
    void register_error_handler(Function function) {
        errorhandler<Exception>(std::move(function));
    }

    /// Commands of one's own for the program's command line: `app.cli.command("greet", …)`.
    commands::Group& cli;

  protected:
    explicit Scaffold(std::shared_ptr<detail::ScaffoldCore> core);
    Scaffold(const Scaffold& other);
    Scaffold(Scaffold&& other) noexcept;
    ~Scaffold();

    detail::Hooks& hooks(std::string_view what);

  private:
    template <class Rule>
    static void refuse_runtime_rule() {
        static_assert(detail::is_mended<Rule>,
                      "a rule that is made while the program runs cannot be checked when it is compiled: write "
                      "app.add_url_rule(rule, \"endpoint\", view, {.methods = {GET}})");
    }
    void add(std::string_view rule, std::string_view endpoint, detail::View view);
    void add(std::string_view rule, std::string_view endpoint, detail::View view, const RouteOptions& options);
    void add(std::string_view rule, std::string_view endpoint, detail::View view, const Methods& methods);
    /// An empty endpoint is named after method and rule.
    void add(const Method& method, std::string_view rule, std::string_view endpoint, detail::View view);
    void add(const Method& method, std::string_view rule, detail::View view, RouteOptions options);
    void add(const Method& method, std::string_view rule, std::string_view endpoint, detail::View view,
             RouteOptions options);

    std::shared_ptr<detail::ScaffoldCore> core_;
};

}  // namespace retort
