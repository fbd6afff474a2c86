// From an endpoint and its values to a URL.
#include <algorithm>

#include "retort/base/suggest.hpp"
#include "retort/base/text.hpp"
#include "retort/web/url_map.hpp"

namespace retort {

const std::vector<Rule*>* UrlMap::endpoint_rules(std::string_view endpoint) const {
    auto at = endpoint_positions_.find(endpoint);
    return at == endpoint_positions_.end() ? nullptr : &by_endpoint_[at->second].second;
}

bool UrlMap::has_endpoint(std::string_view endpoint) const { return endpoint_rules(endpoint) != nullptr; }

std::vector<const Rule*> UrlMap::rules() const {
    std::vector<const Rule*> all;
    all.reserve(rules_.size());
    for (const auto& rule : rules_) all.push_back(rule.get());
    return all;
}

std::vector<const Rule*> UrlMap::rules(std::string_view endpoint) const {
    const auto* found = endpoint_rules(endpoint);
    return found == nullptr ? std::vector<const Rule*>{} : std::vector<const Rule*>(found->begin(), found->end());
}

std::string UrlMap::build(std::string_view endpoint, const json& values, std::string_view method,
                          std::string_view default_method) const {
    const auto* rules = endpoint_rules(endpoint);
    if (rules == nullptr) cannot_build(endpoint, values, method);
    std::string upper = ascii_upper(method);
    auto suitable = [&](std::string_view wanted) -> const Rule* {
        for (const Rule* rule : *rules) {
            if (rule->suitable_for(values, wanted)) return rule;
        }
        return nullptr;
    };
    const Rule* rule = upper.empty() ? suitable(default_method) : nullptr;
    if (rule == nullptr) rule = suitable(upper);
    if (rule == nullptr) cannot_build(endpoint, values, method);
    std::string url = rule->build(values);
    auto slashes = std::min(url.find_first_not_of('/'), url.size());
    return "/" + url.substr(slashes);
}

void UrlMap::append_anchor(std::string& url, std::string_view anchor) {
    url += '#';
    append_percent_encoded(url, anchor, UrlPart::value);
}

namespace {

/// What a rule still wants: names without a value.
std::string missing_names(const Rule& rule, const json& values) {
    std::vector<std::string> missing;
    for (const auto& name : rule.variables()) {
        const json* value = values.find(name);
        bool given = (value != nullptr && !value->is_null()) || rule.defaults().contains(name);
        if (!given) missing.push_back("\"" + name + "\"");
    }
    return join(missing, ", ");
}

}  // namespace

void UrlMap::cannot_build(std::string_view endpoint, const json& values, std::string_view method) const {
    std::string sentence = "no URL can be built for the endpoint \"" + std::string{endpoint} + "\"";
    const auto* rules = endpoint_rules(endpoint);
    if (rules == nullptr) {
        std::vector<std::string_view> known;
        for (const auto& [name, list] : by_endpoint_) known.push_back(name);
        throw BuildError("unknown-endpoint"_code, sentence + ", which does not exist.",
                         did_you_mean_hint(endpoint, known, "the command `routes` lists the endpoints"));
    }
    std::string wanted = missing_names(*rules->front(), values);
    if (!wanted.empty()) {
        throw BuildError("cannot-build-url"_code, sentence + " without " + wanted + ".", "give url_for " + wanted);
    }
    const Rule& rule = *rules->front();
    bool wrong_method = !method.empty() && !rule.allows(ascii_upper(method));
    throw BuildError("cannot-build-url"_code,
                     wrong_method ? sentence + " and the method " + std::string{method} + "."
                                  : sentence + ": a value differs from the rule's default.",
                     wrong_method ? "its methods are " + join(rule.methods(), ", ") : "leave out what is the default");
}

std::optional<std::string> UrlMap::default_redirect(const Rule& rule, const std::vector<RouteArgument>& values,
                                                    std::string_view method) const {
    const auto& siblings = *endpoint_rules(rule.endpoint());
    json given = json::object();
    for (const auto& argument : values) given[argument.name] = json_of(argument.value);
    for (const Rule* other : siblings) {
        if (other == &rule) break;
        if (other->provides_defaults_for(rule) && other->suitable_for(given, method)) return other->build(given);
    }
    return std::nullopt;
}

}  // namespace retort
