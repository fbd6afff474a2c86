// How an endpoint's URL is put together, inside and outside of requests.
#include "retort/web/url_for.hpp"

#include <algorithm>

#include "retort/base/text.hpp"
#include "retort/web/application.hpp"
#include "retort/web/errors.hpp"

namespace retort {
namespace {

using detail::Application;

bool python_bool(const json& value) { return value.is_boolean() ? value.as<bool>() : !value.is_null(); }

/// `_anchor`, `_external`, … among the values are options, as in Flask.
json take_options(const json& values, UrlOptions& options) {
    static const json none = json::object();
    json rest = none;
    if (!values.is_null() && !values.is_object()) {
        throw ArgumentError("url-values"_code,
                            "url_for takes the values of a rule by their names, and was given " + values.dump(),
                            "put each name and its value into braces of their own: url_for(\"user\", {{\"id\", 1}})");
    }
    const json& named = values.is_null() ? none : values;
    for (auto& [key, value] : named.items()) {
        if (key == "_anchor") {
            if (!value.is_null()) options.anchor = value.is_text() ? value.text() : value.dump();
        } else if (key == "_method") {
            if (!value.is_null()) options.method = value.text();
        } else if (key == "_scheme") {
            if (!value.is_null()) options.scheme = value.text();
        } else if (key == "_external") {
            if (!value.is_null()) options.external = python_bool(value);
        } else {
            rest[key] = value;
        }
    }
    if (auto& query = options.query.values(); query.is_object()) {
        for (auto& [key, value] : query.items()) rest[key] = value;
    }
    return rest;
}

[[noreturn]] void refuse_without_server_name() {
    throw OutsideContextError("no-server-name"_code,
                              "a URL cannot be built outside of a request without the config's SERVER_NAME",
                              "set SERVER_NAME, and APPLICATION_ROOT and PREFERRED_URL_SCHEME where they differ");
}

std::string absolute_endpoint(Request* request, std::string_view endpoint) {
    if (request == nullptr || !endpoint.starts_with('.')) return std::string{endpoint};
    auto blueprint = request->blueprint();
    return blueprint.empty() ? std::string{endpoint.substr(1)} : std::string{blueprint} + std::string{endpoint};
}

/// What stands before the path of an external URL, and the path that the app is mounted at.
struct Base {
    std::string scheme, host, root;
};

Base base_of(const Application& app, Request* request) {
    if (request != nullptr)
        return {std::string{request->scheme()}, ascii_lower(request->host()), std::string{request->root_path()}};
    auto& settings = app.config.settings();
    if (settings.server_name.empty()) refuse_without_server_name();
    auto root = settings.application_root;
    while (root.ends_with('/')) root.pop_back();
    return {settings.preferred_url_scheme, settings.server_name, root};
}

/// A host as it stands in a URL: a variable of the rule may have been given anything.
std::string url_host(std::string_view host) {
    std::string text;
    for (char c : host) {
        if (c == '[' || c == ']') {
            text += c;
        } else {
            append_percent_encoded(text, {&c, 1}, UrlPart::value);
        }
    }
    return text;
}

/// Whether the host is one before SERVER_NAME, in an app that has routes of such hosts.
bool on_subdomain(const Application& app, std::string_view host) {
    auto& name = app.config.settings().server_name;
    if (!app.host_map || name.empty() || host.size() <= name.size() ||
        !iequals(host.substr(host.size() - name.size()), name))
        return false;
    return host[host.size() - name.size() - 1] == '.';
}

std::string build(const Application& app, Request* request, std::string_view endpoint, const json& values,
                  UrlOptions options) {
    auto rest = take_options(values, options);
    auto base = base_of(app, request);
    bool external = options.external.value_or(request == nullptr || !options.scheme.empty());
    if (!options.scheme.empty() && !external) {
        throw ArgumentError("scheme-without-external"_code, "url_for got a scheme for a URL that is not external",
                            "leave external out, or make it true");
    }
    auto method = request == nullptr ? GET : request->method();
    auto name = absolute_endpoint(request, endpoint);
    app.inject_url_defaults(name, rest);
    std::string url;
    if (app.host_map && app.host_map->has_endpoint(name)) {
        url = app.host_map->build(name, rest, options.method, method);
        auto path = url.find('/', 1);
        auto host = percent_decode(std::string_view{url}.substr(1, path - 1));
        // Another host than the request's needs the whole address.
        external = external || request == nullptr || host != base.host;
        base.host = url_host(host);
        url = base.root + url.substr(path);
    } else {
        url = base.root + app.url_map.build(name, rest, options.method, method);
        // There the same path may be the subdomain's own.
        if (on_subdomain(app, base.host)) {
            external = true;
            base.host = app.config.settings().server_name;
        }
    }
    if (external) url = (options.scheme.empty() ? base.scheme : options.scheme) + "://" + base.host + url;
    if (!options.anchor.empty()) UrlMap::append_anchor(url, options.anchor);
    return url;
}

/// Of the endpoints of one view, the one in the request's own blueprint, or else the first.
const detail::Endpoint& endpoint_of_view(const Application& app, Request* request, const void* view,
                                         std::string_view name) {
    auto found = app.endpoints_by_view.find(view);
    if (found == app.endpoints_by_view.end()) {
        throw BuildError("cannot-build-url"_code, "no rule leads to the view " + std::string{name},
                         "register it: app.route<" + std::string{name} + ">(\"/…\")");
    }
    for (auto* endpoint : found->second) {
        if (request != nullptr && endpoint->blueprint != nullptr && endpoint->blueprint->name == request->blueprint()) {
            return *endpoint;
        }
    }
    return *found->second.front();
}

/// The names of the view's parameters in the rule that has them all, in the rule's order.
std::vector<std::string> parameter_names(const Application& app, const std::string& endpoint, std::size_t count) {
    bool hosted = app.host_map && app.host_map->has_endpoint(endpoint);
    auto rules = hosted ? app.host_map->rules(endpoint) : app.url_map.rules(endpoint);
    json defaults = json::object();
    app.inject_url_defaults(endpoint, defaults);
    for (auto* rule : rules) {
        auto names = rule->variables();
        if (names.size() != count) std::erase_if(names, [&](auto& name) { return defaults.contains(name); });
        if (names.size() == count) return names;
    }
    auto* rule = rules.front();
    auto names = rule->variables();
    for (auto& argument : rule->arguments()) {
        if (std::find(names.begin(), names.end(), argument) == names.end()) names.push_back(argument);
    }
    return names;
}

}  // namespace

std::string url_for(std::string_view endpoint, const UrlValues& values, UrlOptions options) {
    auto& context = detail::app_context();
    return build(context.app, context.request, endpoint, values.values(), std::move(options));
}

std::string App::url_for(std::string_view endpoint, const UrlValues& values, UrlOptions options) {
    auto* context = detail::current_context();
    bool here = context != nullptr && &context->app == app_.get();
    return build(*app_, here ? context->request : nullptr, endpoint, values.values(), std::move(options));
}

std::string detail::url_for_view(const void* view, std::string_view name, std::vector<json> values,
                                 UrlOptions options) {
    auto& context = app_context();
    auto& endpoint = endpoint_of_view(context.app, context.request, view, name);
    auto names = parameter_names(context.app, endpoint.name, values.size());
    json object = json::object();
    for (std::size_t i = 0; i < std::min(values.size(), names.size()); ++i) object[names[i]] = std::move(values[i]);
    return build(context.app, context.request, endpoint.name, object, std::move(options));
}

}  // namespace retort
