// What is registered with an app: routes, blueprints, paths; and the match of a request.
#include "retort/web/application.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "retort/base/text.hpp"
#include "retort/web/errors.hpp"
#include "retort/web/schemas.hpp"
#include "retort/web/send_file.hpp"

/// The folder of the application's sources. `retort_app` writes a source that defines it; absent without it.
extern "C" [[gnu::weak]] const char retort_compiled_root[];

namespace retort::detail {
namespace {

bool is_folder(const std::string& path) {
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

std::string folder_of_program() {
    std::string path(4096, '\0');
    auto size = ::readlink("/proc/self/exe", path.data(), path.size());
    if (size <= 0) return ".";
    path.resize(static_cast<std::size_t>(size));
    return path.substr(0, path.rfind('/'));
}

std::string absolute(std::string path) {
    if (path.starts_with('/')) return path;
    std::string here(4096, '\0');
    if (::getcwd(here.data(), here.size()) == nullptr) return path;
    here.resize(here.find('\0'));
    return path.empty() || path == "." ? here : here + "/" + path;
}

std::string choose_root(const std::string& given) {
    if (!given.empty()) return absolute(given);
    const char* compiled = retort_compiled_root;
    return compiled != nullptr && is_folder(compiled) ? compiled : folder_of_program();
}

std::string without_slash_at_end(std::string text) {
    while (text.ends_with('/')) text.pop_back();
    return text;
}

std::string_view without_slash_at_start(std::string_view text) {
    while (text.starts_with('/')) text.remove_prefix(1);
    return text;
}

/// A prefix and what follows it, with one slash between them.
std::string join_paths(const std::string& prefix, std::string_view rest) {
    if (rest.empty()) return prefix;
    return without_slash_at_end(prefix) + "/" + std::string{without_slash_at_start(rest)};
}

RuleOptions rule_options(RouteOptions&& options) {
    RuleOptions rule;
    for (auto& method : options.methods) rule.methods.push_back(method.to_string());
    rule.defaults = std::move(options.defaults);
    rule.strict_slashes = options.strict_slashes;
    rule.automatic_options = options.provide_automatic_options;
    return rule;
}

/// Where a folder of files is served when nobody says it.
std::string url_of_folder(std::string folder) {
    folder = without_slash_at_end(std::move(folder));
    return "/" + folder.substr(folder.rfind('/') + 1);
}

/// The host as it stands in rules; what could not be one is none of them.
std::string hosted_name(Request& request) {
    auto host = ascii_lower(request.host());
    return host.find('/') == std::string::npos ? host : std::string{"?"};
}

std::string host_path(Request& request) { return "/" + hosted_name(request) + std::string{request.path()}; }

/// The prefix that a blueprint gets inside another one.
std::string nested_prefix(const RegisteredBlueprint* outer, const std::optional<std::string>& own) {
    // One that is given is put before the rules, be it empty: "x" becomes "/x".
    if (outer == nullptr || outer->prefix.empty()) return !own ? "" : own->empty() ? "/" : *own;
    return own ? join_paths(outer->prefix, *own) : outer->prefix;
}

/// The subdomain that a blueprint gets inside another one, as Flask 2.3 does it.
std::string nested_subdomain(const RegisteredBlueprint* outer, const std::string& own) {
    if (outer == nullptr || outer->subdomain.empty()) return own;
    return own.empty() ? outer->subdomain : own + "." + outer->subdomain;
}

/// Both objects as one, where `more` wins; null when both are.
/// Constraints that do not fit their structs are refused now, not when the first request is held to them.
void check_types(const View& view) {
    SharedSchemas schemas;
    json operation = json::object();
    view.describe(operation);
    if (view.answer().schema != nullptr) (void)view.answer().schema();
}

json merged(json values, const json& more) {
    if (more.is_null()) return values;
    if (values.is_null()) values = json::object();
    for (auto& [key, value] : more.items()) values[key] = value;
    return values;
}

}  // namespace

Application::Application(std::string app_name, AppOptions options)
    : name(std::move(app_name)),
      root_path(choose_root(options.root_path)),
      instance_path(options.instance_path.empty() ? root_path + "/instance" : absolute(options.instance_path)) {
    config.set_root_path(root_path);
    if (!options.template_folder.empty()) templating_.add_folder(without_slash_at_end(options.template_folder));
    if (!options.static_folder.empty()) {
        auto path = options.static_url_path.value_or(url_of_folder(options.static_folder));
        add_static_route(path, std::move(options.static_folder), "static", nullptr);
    }
    if (auto* debug = std::getenv("RETORT_DEBUG"); debug != nullptr && *debug != '\0') {
        std::string_view word = debug;
        config["DEBUG"] = word != "0" && !iequals(word, "false") && !iequals(word, "no");
    }
}

Application::~Application() = default;

void Application::check_open(std::string_view what) const {
    if (!started_.load(std::memory_order_relaxed)) return;
    throw SetupError(
        "late-setup"_code,
        std::string{what} + " of the app \"" + name + "\" comes too late: it has handled its first request",
        "do it while the app is made, before app.main, app.run or the first request of a test client");
}

void Application::add_route(RouteOf route) { add_endpoint_route(std::move(route), nullptr); }

void Application::add_endpoint_route(RouteOf route, const RegisteredBlueprint* blueprint) {
    check_open(told(route));
    auto endpoint_name = route.options.endpoint;
    auto decorator = std::move(route.options.decorator);
    auto found = endpoints.find(endpoint_name);
    if (found != endpoints.end() && found->second->view.identity() != route.view.identity()) {
        throw SetupError("duplicate-endpoint"_code,
                         "two views of the app \"" + name + "\" have the endpoint \"" + endpoint_name + "\"",
                         "give one of them another: route(rule, {.endpoint = \"…\"}), or put it into a blueprint");
    }
    check_route(route, blueprint);
    check_types(route.view);
    auto& rule = add_rule(route, endpoint_name);
    if (found == endpoints.end()) {
        auto endpoint = std::make_unique<Endpoint>(Endpoint{endpoint_name, std::move(route.view), blueprint, {}});
        endpoints_by_view[endpoint->view.url_identity()].push_back(endpoint.get());
        found = endpoints.emplace(endpoint_name, std::move(endpoint)).first;
    }
    rule.target = found->second.get();
    if (!decorator) return;
    auto& own = decorated.emplace_back(std::make_unique<Endpoint>(*found->second));
    own->decorator = std::move(decorator);
    rule.target = own.get();
}

/// With a host the rule goes to a map of its own, so that nobody pays for hosts who has none.
Rule& Application::add_rule(RouteOf& route, const std::string& endpoint) {
    auto host = route.options.host;
    if (!route.options.subdomain.empty()) {
        auto& server = config.settings().server_name;
        if (server.empty()) {
            throw SetupError("subdomain-without-server-name"_code,
                             "the rule " + route.rule + " is for the subdomain \"" + route.options.subdomain +
                                 "\", and the app has no SERVER_NAME",
                             "set it before the routes: app.config[\"SERVER_NAME\"] = \"example.com\"");
        }
        host = route.options.subdomain + "." + server;
    }
    auto options = rule_options(std::move(route.options));
    if (host.empty()) return url_map.add(route.rule, endpoint, std::move(options));
    if (!host_map) {
        host_map = std::make_unique<UrlMap>();
        for (auto& [name, factory] : converters) host_map->add_converter(name, factory);
    }
    auto& rule = host_map->add("/" + host + route.rule, endpoint, std::move(options));
    rule.path_at = host.size() + 1;
    return rule;
}

void Application::add_static_route(const std::string& path, std::string folder, std::string endpoint,
                                   const RegisteredBlueprint* blueprint) {
    auto view = View::of([root = root_path, folder = without_slash_at_end(std::move(folder))](
                             const std::string& filename) { return send_static(root, folder, filename); });
    RouteOptions options;
    options.endpoint = std::move(endpoint);
    if (blueprint != nullptr) options.subdomain = blueprint->subdomain;
    add_endpoint_route({without_slash_at_end(path) + "/<path:filename>", std::move(view), std::move(options)},
                       blueprint);
}

void Application::register_blueprint(const std::shared_ptr<BlueprintCore>& blueprint, const RegisterOptions& options,
                                     const RegisteredBlueprint* outer) {
    check_open("register_blueprint");
    auto own_name = options.name.empty() ? blueprint->name : options.name;
    auto full_name = outer == nullptr ? own_name : outer->name + "." + own_name;
    bool first_time =
        std::none_of(blueprints.begin(), blueprints.end(), [&](auto& entry) { return entry.second.core == blueprint; });
    auto prefix = nested_prefix(outer, options.url_prefix ? options.url_prefix : blueprint->options.url_prefix);
    auto subdomain =
        nested_subdomain(outer, options.subdomain.empty() ? blueprint->options.subdomain : options.subdomain);
    auto defaults = merged(blueprint->options.url_defaults, options.url_defaults);
    auto [entry, is_new] = blueprints.try_emplace(
        full_name, RegisteredBlueprint{full_name, blueprint, outer, prefix, subdomain, defaults});
    if (!is_new) {
        bool same = entry->second.core == blueprint;
        throw SetupError("duplicate-blueprint"_code,
                         (same ? "this blueprint is" : "another blueprint is") +
                             std::string{" registered already under the name \""} + full_name + "\"",
                         "give it another name: register_blueprint(blueprint, {.name = \"…\"})");
    }
    blueprint->registered = true;
    if (first_time) {
        hooks.append(blueprint->app_hooks);
        auto& folder = blueprint->options.template_folder;
        if (!folder.empty()) templating_.add_folder(without_slash_at_end(folder));
        for (auto& addition : blueprint->template_additions) templating_.when_made(addition);
        for (auto& processor : blueprint->app_context_processors) templating_.add_processor(processor);
    }
    for (auto& processor : blueprint->context_processors) templating_.add_processor(processor, full_name);
    for (auto route : blueprint->routes) {
        route.rule = prefix.empty() ? route.rule : join_paths(prefix, route.rule);
        route.options.endpoint = full_name + "." + route.options.endpoint;
        if (route.options.subdomain.empty() && route.options.host.empty()) route.options.subdomain = subdomain;
        route.options.defaults = merged(defaults, route.options.defaults);
        add_endpoint_route(std::move(route), &entry->second);
    }
    auto& own = blueprint->options;
    if (!own.static_folder.empty()) {
        auto path = own.static_url_path.value_or(url_of_folder(own.static_folder));
        add_static_route(prefix.empty() ? path : join_paths(prefix, path), own.static_folder, full_name + ".static",
                         &entry->second);
    }
    for (auto& child : blueprint->children) register_blueprint(child.blueprint, child.options, &entry->second);
}

Routing::~Routing() {
    if (match.values.capacity() != 0) UrlMap::keep_place(std::move(match.values));
}

void Application::match(Request& request, Routing& routing) {
    request.routing_ = &routing;
    if (proxies) request.apply_proxies(*proxies);
    auto& match = routing.match;
    if (host_map) host_map->match(match, request.method(), host_path(request), request.query_string());
    if (match.kind == RouteMatch::Kind::not_found) {
        url_map.match(match, request.method(), request.path(), request.query_string());
    }
    if (match.found()) {
        routing.endpoint = static_cast<const Endpoint*>(match.rule->target);
    } else {
        take_mismatch(request, routing);
    }
}

void Application::take_mismatch(Request& request, Routing& routing) {
    switch (routing.match.kind) {
        case RouteMatch::Kind::found: return;
        case RouteMatch::Kind::redirect: {
            // Hosts have no capitals in the URLs that are made here.
            auto root =
                std::string{request.scheme()} + "://" + ascii_lower(request.host()) + std::string{request.root_path()};
            std::string_view location = routing.match.location;
            // In the map of hosts the host comes first, and stays the one that was asked.
            bool hosted = host_map && location.starts_with("/" + hosted_name(request) + "/");
            if (hosted) location.remove_prefix(hosted_name(request).size() + 1);
            routing.error = std::make_exception_ptr(HttpException(redirect(root + std::string{location}, 308)));
            return;
        }
        case RouteMatch::Kind::not_found: routing.error = std::make_exception_ptr(NotFound()); return;
        case RouteMatch::Kind::method_not_allowed:
            routing.error = std::make_exception_ptr(MethodNotAllowed(std::move(routing.match.allowed)));
    }
}

std::vector<std::string> Application::allowed_methods(Request& request) const {
    auto methods = host_map ? host_map->allowed_methods(host_path(request)) : std::vector<std::string>{};
    return methods.empty() ? url_map.allowed_methods(request.path()) : methods;
}

const Settings& current_settings() noexcept {
    static const Settings defaults;
    auto* context = current_context();
    return context == nullptr ? defaults : context->app.config.settings();
}

}  // namespace retort::detail

namespace retort {

std::string_view Request::endpoint() const {
    auto* endpoint = routing_ == nullptr ? nullptr : routing_->endpoint;
    return endpoint == nullptr ? std::string_view{} : endpoint->name;
}

std::string_view Request::blueprint() const {
    auto* endpoint = routing_ == nullptr ? nullptr : routing_->endpoint;
    return endpoint == nullptr || endpoint->blueprint == nullptr ? std::string_view{} : endpoint->blueprint->name;
}

std::vector<std::string> Request::blueprints() const {
    std::vector<std::string> names;
    auto* endpoint = routing_ == nullptr ? nullptr : routing_->endpoint;
    for (auto* at = endpoint == nullptr ? nullptr : endpoint->blueprint; at != nullptr; at = at->outer) {
        names.push_back(at->name);
    }
    return names;
}

json Request::view_args() const {
    json arguments = json::object();
    if (routing_ == nullptr) return arguments;
    for (auto& [name, value] : routing_->match.values) arguments[name] = json_of(value);
    return arguments;
}

std::string_view Request::url_rule() const {
    bool found = routing_ != nullptr && routing_->match.rule != nullptr;
    return found ? std::string_view{routing_->match.rule->text()}.substr(routing_->match.rule->path_at)
                 : std::string_view{};
}

}  // namespace retort
