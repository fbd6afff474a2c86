// How rules become paths, and views become operations.
#include "retort/web/openapi.hpp"

#include <algorithm>
#include <any>
#include <iterator>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "retort/base/text.hpp"
#include "retort/web/application.hpp"
#include "retort/web/errors.hpp"
#include "retort/web/schemas.hpp"

namespace retort {
namespace {

constexpr const char* document_endpoint = "openapi_document";
constexpr const char* page_endpoint = "openapi_page";

/// "/users/<int:id>" as "/users/{id}", and its variables as parameters.
struct PathTemplate {
    std::string path;
    json parameters = json::array();
};

json variable_schema(std::string_view converter) {
    auto name = converter.substr(0, converter.find('('));
    if (name == "int") return json::object({{"type", "integer"}});
    if (name == "float") return json::object({{"type", "number"}});
    if (name == "uuid") return json::object({{"type", "string"}, {"format", "uuid"}});
    return json::object({{"type", "string"}});
}

void add_variable(PathTemplate& made, std::string_view variable) {
    auto colon = variable.rfind(':');
    bool typed = colon != std::string_view::npos;
    auto name = typed ? variable.substr(colon + 1) : variable;
    made.path += "{" + std::string{name} + "}";
    auto schema = variable_schema(typed ? variable.substr(0, colon) : std::string_view{});
    made.parameters.push_back(
        json::object({{"name", name}, {"in", "path"}, {"required", true}, {"schema", std::move(schema)}}));
}

PathTemplate template_of(std::string_view rule) {
    PathTemplate made;
    while (!rule.empty()) {
        auto open = rule.find('<');
        made.path += rule.substr(0, open);
        if (open == std::string_view::npos) break;
        auto close = rule.find('>', open);
        add_variable(made, rule.substr(open + 1, close - open - 1));
        rule.remove_prefix(close + 1);
    }
    return made;
}

json problem_schema() {
    return json::parse(R"({"type": "object", "properties": {"type": {"type": "string"}, "title": {"type": "string"},
        "status": {"type": "integer"}, "detail": {"type": "string"}, "errors": {"type": "array", "items": {
        "type": "object", "properties": {"field": {"type": "string"}, "problem": {"type": "string"}}}}}})");
}

/// An error as who asks for JSON gets it.
json problem_response(std::string_view description) {
    json content = json::object();
    content["application/problem+json"]["schema"]["$ref"] = "#/components/schemas/Problem";
    return json::object({{"description", description}, {"content", std::move(content)}});
}

using AllDocs = std::map<std::string, OperationDocs, std::less<>>;
constexpr std::string_view extension = "openapi";

const OperationDocs& docs_of(const App& app, const std::string& endpoint) {
    static const OperationDocs nothing;
    auto known = app.extensions.find(extension);
    if (known == app.extensions.end()) return nothing;
    auto& all = std::any_cast<const AllDocs&>(known->second);
    auto found = all.find(endpoint);
    return found == all.end() ? nothing : found->second;
}

/// What a view's type says of its answer.
json content_of(const detail::AnswerShape& answer) {
    using Kind = detail::AnswerShape::Kind;
    json content = json::object();
    if (answer.kind == Kind::text) content["text/html"]["schema"]["type"] = "string";
    if (answer.kind == Kind::document) {
        content["application/json"]["schema"] = answer.schema == nullptr ? json::object() : answer.schema();
    }
    return content;
}

json answers_of(const detail::Endpoint& endpoint, const OperationDocs& docs, bool takes_input, bool wants_login) {
    json responses = json::object();
    auto& answer = endpoint.view.answer();
    auto usual =
        std::find_if(docs.responses.begin(), docs.responses.end(), [](auto& each) { return each.first < 400; });
    // A status that is chosen while the view runs is some success.
    std::string key = answer.has_status ? "2XX" : "200";
    if (usual != docs.responses.end()) key = std::to_string(usual->first);
    responses[key]["description"] = usual == docs.responses.end() ? "OK" : usual->second;
    if (auto content = content_of(answer); !content.empty()) responses[key]["content"] = std::move(content);
    if (takes_input) responses["422"] = problem_response("The input does not fit");
    if (wants_login)
        responses["401"] = problem_response("Nobody is logged in; a browser may be sent to the login page");
    for (auto& [status, description] : docs.responses) {
        auto name = std::to_string(status);
        if (name == key) continue;
        responses[name] = status < 400 ? json::object({{"description", description}}) : problem_response(description);
    }
    responses["default"]["$ref"] = "#/components/responses/Problem";
    return responses;
}

json tags_of(const detail::Endpoint& endpoint, const OperationDocs& docs) {
    if (!docs.tags.empty()) return json(docs.tags);
    return endpoint.blueprint == nullptr ? json() : json::array({endpoint.blueprint->name});
}

json operation_of(const detail::Endpoint& endpoint, const OperationDocs& docs, const json& parameters,
                  const std::string& id) {
    json operation = json::object({{"operationId", id}});
    if (!docs.summary.empty()) operation["summary"] = docs.summary;
    if (!docs.description.empty()) operation["description"] = docs.description;
    if (docs.deprecated) operation["deprecated"] = true;
    if (!parameters.empty()) operation["parameters"] = parameters;
    if (auto tags = tags_of(endpoint, docs); !tags.is_null()) operation["tags"] = std::move(tags);
    json inputs = json::object();
    endpoint.view.describe(inputs);
    bool wants_login = docs.login || endpoint.view.needs_login();
    operation["responses"] = answers_of(endpoint, docs, !inputs.empty(), wants_login);
    if (wants_login) operation["security"] = json::array({json::object({{"session", json::array()}})});
    if (auto* body = inputs.find("requestBody")) operation["requestBody"] = *body;
    if (auto* query = inputs.find("parameters")) {
        for (auto& parameter : *query) operation["parameters"].push_back(parameter);
    }
    return operation;
}

bool left_out(const std::string& endpoint) {
    return endpoint == "static" || endpoint.ends_with(".static") || endpoint == document_endpoint ||
           endpoint == page_endpoint;
}

/// Those that OpenAPI knows, but for the two that come by themselves.
std::vector<std::string> described_methods(const Rule& rule) {
    constexpr std::string_view known[] = {"get", "put", "post", "delete", "patch", "trace"};
    std::vector<std::string> methods;
    for (auto& method : rule.methods()) {
        auto name = ascii_lower(method);
        if (std::find(std::begin(known), std::end(known), name) != std::end(known)) methods.push_back(std::move(name));
    }
    return methods;
}

/// The path without the names of its variables: two that differ in these only are one for OpenAPI.
std::string shape_of(std::string_view path) {
    std::string shape;
    bool inside = false;
    for (char c : path) {
        if (!inside) shape += c;
        inside = c == '{' || (inside && c != '}');
        if (c == '}') shape += c;
    }
    return shape;
}

class Paths {
  public:
    explicit Paths(const App& app) : app_(app) {}

    void add(const Rule& rule) {
        auto& endpoint = *static_cast<const detail::Endpoint*>(rule.target);
        auto& docs = docs_of(app_, endpoint.name);
        if (docs.hidden || endpoint.view.answer().kind == detail::AnswerShape::Kind::nothing) return;
        auto made = template_of(std::string_view{rule.text()}.substr(rule.path_at));
        auto& place = places_.try_emplace(shape_of(made.path), made).first->second;
        // Under the names of the rule that came first.
        for (std::size_t at = 0; at < made.parameters.size(); ++at) {
            made.parameters[at]["name"] = place.parameters[at]["name"];
        }
        auto methods = described_methods(rule);
        for (auto& method : methods) {
            if (paths_.contains(place.path) && paths_[place.path].contains(method)) continue;
            auto id = unused(methods.size() == 1 ? endpoint.name : endpoint.name + "_" + method);
            paths_[place.path][method] = operation_of(endpoint, docs, made.parameters, id);
        }
    }
    json take() { return std::move(paths_); }

  private:
    /// A second URL of one endpoint is another operation.
    std::string unused(const std::string& wanted) {
        auto id = wanted;
        for (int number = 2; !ids_.insert(id).second; ++number) id = wanted + "_" + std::to_string(number);
        return id;
    }

    const App& app_;
    json paths_ = json::object();
    std::map<std::string, PathTemplate> places_;
    std::set<std::string> ids_;
};

bool any_login(const json& paths) {
    for (auto& [path, operations] : paths.items()) {
        for (auto& [method, operation] : operations.items()) {
            if (operation.contains("security")) return true;
        }
    }
    return false;
}

}  // namespace

json openapi_document(App& app, const OpenApiOptions& options) {
    json info =
        json::object({{"title", options.title.empty() ? app.name() : options.title}, {"version", options.version}});
    if (!options.description.empty()) info["description"] = options.description;
    detail::SharedSchemas schemas;
    Paths paths{app};
    for (auto* rule : app.implementation().url_map.rules()) {
        if (!left_out(rule->endpoint())) paths.add(*rule);
    }
    json document = json::object({{"openapi", "3.1.0"}, {"info", std::move(info)}, {"paths", paths.take()}});
    auto& components = document["components"];
    components["schemas"] = schemas.all();
    components["schemas"]["Problem"] = problem_schema();
    components["responses"]["Problem"] = problem_response("An error");
    if (any_login(document["paths"])) {
        components["securitySchemes"]["session"] = json::object(
            {{"type", "apiKey"}, {"in", "cookie"}, {"name", app.config.get<std::string>("SESSION_COOKIE_NAME")}});
    }
    return document;
}

void describe_endpoint(App& app, std::string_view endpoint, OperationDocs docs) {
    if (!app.implementation().endpoints.contains(endpoint)) {
        throw BuildError("unknown-endpoint"_code,
                         "the endpoint \"" + std::string{endpoint} + "\" is described, which does not exist.",
                         "describe it behind its route, and behind register_blueprint for one of a blueprint");
    }
    auto& all = app.extensions[std::string{extension}];
    if (!all.has_value()) all = AllDocs{};
    std::any_cast<AllDocs&>(all).insert_or_assign(std::string{endpoint}, std::move(docs));
}

void detail::describe_view(App& app, const void* view, OperationDocs docs) {  // NOLINT: made for the call
    auto& known = app.implementation().endpoints_by_view;
    auto found = known.find(view);
    if (found == known.end()) {
        throw BuildError("unknown-endpoint"_code, "a view is described that has no route.",
                         "describe it behind its route, and behind register_blueprint for one of a blueprint");
    }
    for (auto* endpoint : found->second) describe_endpoint(app, endpoint->name, docs);
}

void serve_openapi(App& app, OpenApiOptions options) {  // NOLINT: made for the call
    auto* implementation = &app.implementation();
    app.add_url_rule(options.path, document_endpoint,
                     [implementation, options] { return openapi_document(*implementation->self, options); });
    if (options.page.empty()) return;
    app.add_url_rule(options.page, page_endpoint, [page = detail::openapi_page(options.path)] { return page; });
}

}  // namespace retort
