// How rules become paths, and views become operations.
#include "retort/web/openapi.hpp"

#include <utility>
#include <vector>

#include "retort/base/text.hpp"
#include "retort/web/application.hpp"

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

json refused_response() {
    return json::parse(R"({"description": "The input does not fit", "content": {"application/problem+json":
        {"schema": {"$ref": "#/components/schemas/Problem"}}}})");
}

json operation_of(const detail::Endpoint& endpoint, const json& parameters, const std::string& id) {
    json operation = json::object({{"operationId", id}});
    if (!parameters.empty()) operation["parameters"] = parameters;
    if (endpoint.blueprint != nullptr) operation["tags"] = json::array({endpoint.blueprint->name});
    json inputs = json::object();
    endpoint.view.describe(inputs);
    operation["responses"]["200"]["description"] = "OK";
    if (inputs.empty()) return operation;
    operation["responses"]["422"] = refused_response();
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

void add_rule(json& paths, const Rule& rule) {
    auto& endpoint = *static_cast<const detail::Endpoint*>(rule.target);
    auto made = template_of(std::string_view{rule.text()}.substr(rule.path_at));
    std::vector<std::string> methods;
    for (auto& method : rule.methods()) {
        if (method != "HEAD" && method != "OPTIONS") methods.push_back(ascii_lower(method));
    }
    for (auto& method : methods) {
        auto id = methods.size() == 1 ? endpoint.name : endpoint.name + "_" + method;
        // A second URL of one endpoint is another operation.
        if (paths.contains(made.path) && paths[made.path].contains(method)) continue;
        for (auto& [path, operations] : paths.items()) {
            for (auto& [known_method, known] : operations.items()) {
                if (known["operationId"].text() == id) id += "_" + std::to_string(paths.size());
            }
        }
        paths[made.path][method] = operation_of(endpoint, made.parameters, id);
    }
}

constexpr std::string_view page_text = R"(<!doctype html>
<html lang=en><meta charset=utf-8><title>API</title>
<style>body{font:15px/1.5 system-ui,sans-serif;margin:2em;max-width:60em}summary{cursor:pointer;font-family:monospace}
details{border:1px solid #ddd;border-radius:4px;padding:.4em .8em;margin:.4em 0}b{display:inline-block;width:5em}
label{display:block;margin:.3em 0}textarea{width:100%;height:8em}pre{background:#f4f4f4;padding:.6em;overflow:auto}</style>
<h1></h1><p></p><main></main>
<script>
const make = (parent, tag, text) => parent.appendChild(Object.assign(document.createElement(tag), {textContent: text ?? ""}));
const sample = s => s.default ?? (s.enum ? s.enum[0] : s.type === "object" ? Object.fromEntries(Object.entries(s.properties ?? {})
  .map(([k, v]) => [k, sample(v)])) : s.type === "array" ? [] : s.type === "integer" || s.type === "number" ? 0
  : s.type === "boolean" ? false : Array.isArray(s.type) ? null : "");
fetch(OPENAPI_PATH).then(r => r.json()).then(api => {
  document.querySelector("h1").textContent = api.info.title + " " + api.info.version;
  document.querySelector("p").textContent = api.info.description ?? "";
  for (const [path, methods] of Object.entries(api.paths)) for (const [method, operation] of Object.entries(methods)) {
    const box = make(document.querySelector("main"), "details"), head = make(box, "summary");
    make(head, "b", method.toUpperCase()); make(head, "span", path);
    const inputs = (operation.parameters ?? []).map(p => {
      const input = make(make(box, "label", p.name + " (" + p.in + ") "), "input");
      return [p, input];
    });
    const content = operation.requestBody?.content, type = content && Object.keys(content)[0];
    const body = type && make(box, "textarea");
    if (body) body.value = JSON.stringify(sample(content[type].schema), null, 2);
    const button = make(box, "button", "Send"), out = make(box, "pre");
    button.onclick = async () => {
      let url = path, query = new URLSearchParams();
      for (const [p, input] of inputs) if (p.in === "path") url = url.replace("{" + p.name + "}", encodeURIComponent(input.value));
        else if (input.value !== "") query.append(p.name, input.value);
      if ([...query].length) url += "?" + query;
      const json = type === "application/json";
      const answer = await fetch(url, {method: method.toUpperCase(), headers: {Accept: "application/json", ...(body ? {"Content-Type": type} : {})},
        body: body ? (json ? body.value : new URLSearchParams(JSON.parse(body.value))) : undefined});
      out.textContent = answer.status + " " + answer.statusText + "\n" + await answer.text();
    };
  }
});
</script>
)";

}  // namespace

json openapi_document(App& app, const OpenApiOptions& options) {
    json info =
        json::object({{"title", options.title.empty() ? app.name() : options.title}, {"version", options.version}});
    if (!options.description.empty()) info["description"] = options.description;
    json paths = json::object();
    for (auto* rule : app.implementation().url_map.rules()) {
        if (!left_out(rule->endpoint())) add_rule(paths, *rule);
    }
    json document = json::object({{"openapi", "3.1.0"}, {"info", std::move(info)}, {"paths", std::move(paths)}});
    document["components"]["schemas"]["Problem"] = problem_schema();
    return document;
}

void serve_openapi(App& app, OpenApiOptions options) {
    auto* implementation = &app.implementation();
    app.add_url_rule(options.path, document_endpoint,
                     [implementation, options] { return openapi_document(*implementation->self, options); });
    if (options.page.empty()) return;
    std::string page{page_text};
    constexpr std::string_view place = "OPENAPI_PATH";
    page.replace(page.find(place), place.size(), json(options.path).dump());
    app.add_url_rule(options.page, page_endpoint, [page] { return page; });
}

}  // namespace retort
