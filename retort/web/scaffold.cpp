// What App and Blueprint do with a route before they keep it.
#include "retort/web/scaffold.hpp"

#include "retort/base/text.hpp"
#include "retort/web/errors.hpp"

namespace retort {

detail::ScaffoldCore::ScaffoldCore() : commands("", "") {}
detail::ScaffoldCore::~ScaffoldCore() = default;

std::string detail::told(const RouteOf& route) {
    return "the route \"" + route.rule + "\" with the endpoint \"" + route.options.endpoint + "\"";
}

namespace {

std::string endpoint_of(Method method, std::string_view rule) {
    auto name = ascii_lower(method.text());
    bool word = false;
    for (char c : rule) {
        bool letter = is_ascii_alphanumeric(c);
        if (letter && !word) name += '_';
        if (letter) name += c;
        word = letter;
    }
    return name;
}

}  // namespace

Scaffold::Scaffold(std::shared_ptr<detail::ScaffoldCore> core) : cli(core->commands), core_(std::move(core)) {}
Scaffold::Scaffold(const Scaffold& other) = default;
Scaffold::Scaffold(Scaffold&& other) noexcept = default;
Scaffold::~Scaffold() = default;

detail::Hooks& Scaffold::hooks(std::string_view what) {
    core_->check_open(what);
    return core_->hooks;
}

void Scaffold::add(std::string_view rule, std::string_view endpoint, detail::View view, const RouteOptions& options) {
    detail::RouteOf route{std::string{rule}, std::move(view), options};
    route.options.endpoint = endpoint;
    core_->add_route(std::move(route));
}

void Scaffold::add(std::string_view rule, std::string_view endpoint, detail::View view) {
    add(rule, endpoint, std::move(view), RouteOptions{});
}

void Scaffold::add(std::string_view rule, std::string_view endpoint, detail::View view, const Methods& methods) {
    add(rule, endpoint, std::move(view), RouteOptions{.methods = methods.all()});
}

void Scaffold::add(const Method& method, std::string_view rule, std::string_view endpoint, detail::View view) {
    add(rule, endpoint.empty() ? endpoint_of(method, rule) : std::string{endpoint}, std::move(view), Methods{method});
}

void Scaffold::add(const Method& method, std::string_view rule, detail::View view, RouteOptions options) {
    if (!options.methods.empty()) {
        throw SetupError("methods-twice"_code,
                         "the rule " + std::string{rule} + " is added for " + method.to_string() +
                             ", and its options name methods again",
                         "use app.route, which takes all methods from the options");
    }
    options.methods = {method};
    auto endpoint = options.endpoint.empty() ? endpoint_of(method, rule) : options.endpoint;
    add(rule, endpoint, std::move(view), options);
}

void Scaffold::add(const Method& method, std::string_view rule, std::string_view endpoint, detail::View view,
                   RouteOptions options) {
    options.endpoint = endpoint;
    add(method, rule, std::move(view), std::move(options));
}

}  // namespace retort
