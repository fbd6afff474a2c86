// Whether a view takes what a rule and its defaults give: before there is a rule, so that no request finds one that
// fails.
#include <algorithm>

#include "retort/web/application.hpp"
#include "retort/web/rule_shape.hpp"

namespace retort::detail {
namespace {

std::string_view value_word(RuleValue value) {
    switch (value) {
        case RuleValue::integer: return "an integer";
        case RuleValue::real: return "a number with a fraction";
        case RuleValue::uuid: return "a Uuid";
        case RuleValue::text: return "text";
        case RuleValue::other: break;
    }
    return "something else";
}

std::string named(const RouteOf& route) { return "the view of endpoint \"" + route.options.endpoint + "\""; }

bool may_be(const json& value, const ParameterShape& parameter) {
    if (value.is_null()) return parameter.optional || parameter.value == RuleValue::other;
    switch (parameter.value) {
        case RuleValue::integer: return value.is_integer();
        case RuleValue::real: return value.is_number();
        case RuleValue::uuid: return value.is_text() && Uuid::parse(value.text()).has_value();
        case RuleValue::text: return value.is_text();
        case RuleValue::other: break;
    }
    return true;
}

/// The names of what the view gets, in its order: the variables, then the defaults that are none of them.
std::vector<std::string> names_of(const RuleShape& shape, const json& defaults) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < shape.size; ++i) names.emplace_back(shape.variables[i].name);
    if (!defaults.is_object()) return names;
    for (auto& [name, value] : defaults.items()) {
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    return names;
}

void check_slash(const RouteOf& route) {
    if (route.rule.starts_with('/')) return;
    throw RouteError(
        "rule-without-slash"_code,
        "the rule \"" + route.rule + "\" of endpoint \"" + route.options.endpoint + "\" does not start with a slash",
        route.rule.empty() ? "write \"/\"; only the rules of a blueprint with a url_prefix may be empty"
                           : "write \"/" + route.rule + "\"");
}

void check_count(const RouteOf& route, std::size_t given, bool processed) {
    const auto& view = route.view;
    if (given >= view.required() && (given <= view.parameters() || processed)) return;
    throw RouteError("view-parameters"_code,
                     "the rule " + route.rule + " gives " + std::to_string(given) + " values, but " + named(route) +
                         " takes " + std::to_string(view.parameters()),
                     "give the view one parameter for each variable of the rule, of its prefix and of its defaults");
}

void check_variable(const RouteOf& route, const RuleShape::Variable& variable, const ParameterShape& parameter) {
    const auto has = value_of_converter(variable.converter), wants = parameter.value;
    if (has == RuleValue::other || wants == RuleValue::other || has == wants) return;
    throw RouteError("view-parameters"_code,
                     "the rule " + route.rule + " gives " + std::string(value_word(has)) + " for <" +
                         std::string(variable.name) + ">, but " + named(route) + " takes " +
                         std::string(value_word(wants)) + " there",
                     "name the converter of the parameter's type, as in <int:id>, or take the other type");
}

void check_default(const RouteOf& route, const std::string& name, const json& value, const ParameterShape& parameter) {
    if (may_be(value, parameter)) return;
    throw RouteError("view-parameters"_code,
                     "the rule " + route.rule + " has the default " + value.dump() + " for \"" + name + "\", but " +
                         named(route) + " takes " + std::string(value_word(parameter.value)) + " there",
                     value.is_null() ? "take a std::optional, which is empty for null"
                                     : "write the default as a value of that type, or take the other type");
}

/// One parameter has one name in all rules of an endpoint; a default with another name is misspelt.
void check_names(const RouteOf& route, const std::vector<std::string>& names, const Rule& other) {
    const auto others = names_of(shape_of_rule(other.text()), other.defaults());
    for (std::size_t i = 0; i < std::min(names.size(), others.size()); ++i) {
        const bool is_default = route.options.defaults.contains(names[i]) || other.defaults().contains(others[i]);
        if (names[i] == others[i] || !is_default) continue;
        throw RouteError("view-parameters"_code,
                         "the rule " + route.rule + " gives " + named(route) + " \"" + names[i] + "\" where its rule " +
                             other.text().substr(other.path_at) + " gives \"" + others[i] + "\"",
                         "call a default as the variable is called that stands in its place in the other rule");
    }
}

}  // namespace

void Application::check_route(const RouteOf& route, const RegisteredBlueprint* blueprint) const {
    check_slash(route);
    const auto& host = route.options.subdomain.empty() ? route.options.host : route.options.subdomain;
    const std::string text = host.empty() ? route.rule : "/" + host + route.rule;
    const auto shape = shape_of_rule(text);
    if (shape.mistake != RuleMistake::none) return;  // the rule itself says what is wrong
    const auto& defaults = route.options.defaults;
    const auto names = names_of(shape, defaults);
    // What a url_value_preprocessor takes out is not for the view; the request itself shows whether it did.
    bool processed = !hooks.url_processors.empty();
    for (auto* at = blueprint; at != nullptr; at = at->outer) processed |= !at->core->hooks.url_processors.empty();
    check_count(route, names.size(), processed);
    if (processed) return;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto& parameter = route.view.parameter(i);
        if (auto* value = defaults.find(names[i])) {
            check_default(route, names[i], *value, parameter);
        } else {
            check_variable(route, shape.variables[i], parameter);
        }
    }
    for (const Rule* other : url_map.rules(route.options.endpoint)) check_names(route, names, *other);
    if (!host_map) return;
    for (const Rule* other : host_map->rules(route.options.endpoint)) check_names(route, names, *other);
}

}  // namespace retort::detail
