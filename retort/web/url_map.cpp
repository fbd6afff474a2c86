// The rules as a tree of path segments; matching walks it as Werkzeug's state machine does.
#include "retort/web/url_map.hpp"

#include <algorithm>

#include "retort/base/suggest.hpp"
#include "retort/base/text.hpp"
#include "retort/web/route_state.hpp"
#include "retort/web/rule_shape.hpp"

namespace retort {

UrlMap::UrlMap() : root_(new detail::RouteState) {}
UrlMap::~UrlMap() = default;
UrlMap::UrlMap(UrlMap&&) noexcept = default;
UrlMap& UrlMap::operator=(UrlMap&&) noexcept = default;

const RouteValue* RouteMatch::find(std::string_view name) const {
    for (const auto& argument : values) {
        if (argument.name == name) return &argument.value;
    }
    return nullptr;
}

RouteMatch UrlMap::match(std::string_view method, std::string_view path, std::string_view query) const {
    RouteMatch result;
    match(result, method, path, query);
    return result;
}

void UrlMap::add_converter(std::string name, ConverterFactory factory) {
    converters_.add(std::move(name), std::move(factory));
}

Rule& UrlMap::add(std::string_view text, std::string endpoint, RuleOptions options) {
    auto rule = std::make_unique<Rule>(text, std::move(endpoint), std::move(options), converters_, strict_slashes,
                                       merge_slashes);
    if (!rule->build_only()) enter(*rule);
    auto [position, is_new] = endpoint_positions_.try_emplace(rule->endpoint(), by_endpoint_.size());
    if (is_new) by_endpoint_.push_back({rule->endpoint(), {}});
    auto& siblings = by_endpoint_[position->second].second;
    auto tried_before = [](const Rule* left, const Rule* right) {
        if (left->arguments().size() != right->arguments().size()) {
            return left->arguments().size() > right->arguments().size();
        }
        return left->defaults().size() > right->defaults().size();
    };
    siblings.insert(std::upper_bound(siblings.begin(), siblings.end(), rule.get(), tried_before), rule.get());
    auto has_defaults = [](const Rule* sibling) { return !sibling->defaults().is_null(); };
    const bool redirects = std::any_of(siblings.begin(), siblings.end(), has_defaults);
    for (Rule* sibling : siblings) sibling->may_redirect_ = redirects;
    rules_.push_back(std::move(rule));
    return *rules_.back();
}

namespace {

/// Two rules for the same paths and method: the second would never be reached.
void refuse_shadowed(const detail::RouteState& state, const Rule& rule) {
    for (const Rule* other : state.rules) {
        if (other->endpoint() == rule.endpoint()) continue;
        for (const auto& method : rule.methods()) {
            bool automatic = method == "OPTIONS" && (rule.automatic_options() || other->automatic_options());
            if (automatic || !other->allows(method)) continue;
            throw RouteError("duplicate-route"_code,
                             "the rule \"" + rule.text() + "\" of \"" + rule.endpoint() + "\" answers " + method +
                                 " on the same paths as \"" + other->text() + "\" of \"" + other->endpoint() + "\".",
                             "give one of them another path or other methods");
        }
    }
}

}  // namespace

void UrlMap::enter(Rule& rule) {
    detail::RouteState* state = root_.get();
    bool fixed = true;
    std::string path;
    for (const auto& part : rule.parts()) {
        fixed = fixed && part.fixed;
        if (fixed && &part != rule.parts().data()) path += '/';
        if (fixed && !part.pieces.empty()) path += part.pieces[0].text;
        state = part.fixed ? state->fixed_child(part.pieces.empty() ? "" : part.pieces[0].text)
                           : state->variable_child(part);
    }
    refuse_shadowed(*state, rule);
    state->rules.push_back(&rule);
    if (fixed) fixed_paths_.put(std::move(path), state);
}

namespace {

using Outcome = detail::RouteWalk::Outcome;

/// A redirect (308) to a path that is not yet encoded; leading slashes are one, or it would lead to another host.
void redirect_to(RouteMatch& result, std::string_view path, bool add_slash, std::string_view query) {
    result.kind = RouteMatch::Kind::redirect;
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    result.location = "/";
    append_percent_encoded(result.location, path, UrlPart::path);
    if (add_slash && !path.empty()) result.location += '/';
    if (!query.empty()) result.location.append("?").append(query);
}

bool has_lower(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

void UrlMap::match(RouteMatch& result, std::string_view method, std::string_view path, std::string_view query) const {
    if (const Rule* rule = plain_rule(method, path)) {
        result.kind = RouteMatch::Kind::found;
        result.rule = rule;
    } else {
        match_any(result, method, path, query);
    }
}

void UrlMap::match_any(RouteMatch& result, std::string_view method, std::string_view path,
                       std::string_view query) const {
    while (path.starts_with("//")) path.remove_prefix(1);
    if (!path.empty() && path[0] != '/') return match(result, method, "/" + std::string{path}, query);
    if (has_lower(method)) return match(result, ascii_upper(method), path, query);
    search(result, method, path, query);
}

const Rule* UrlMap::plain_rule(std::string_view method, std::string_view path) const {
    const auto* state = fixed_paths_.find(path);
    if (state == nullptr) return nullptr;
    for (const Rule* rule : state->rules) {
        if (rule->allows(method)) return rule->is_plain() ? rule : nullptr;
    }
    return nullptr;
}

void UrlMap::search(RouteMatch& result, std::string_view method, std::string_view path, std::string_view query) const {
    detail::RouteWalk walk{method};
    switch (walk.run(*root_, path)) {
        case Outcome::found: finish_match(result, *walk.rule, walk.captures, method, query); break;
        case Outcome::slash_required: redirect_to(result, path, true, query); break;
        case Outcome::nothing:
            if (!merge_slashes || path.find("//") == std::string_view::npos) break;
            std::string merged = detail::merged_slashes(path);
            auto outcome = walk.run(*root_, merged);
            if (outcome != Outcome::nothing) redirect_to(result, merged, outcome == Outcome::slash_required, query);
            break;
    }
    if (result.kind == RouteMatch::Kind::not_found && !walk.other_methods.empty()) {
        result.kind = RouteMatch::Kind::method_not_allowed;
        result.allowed = std::move(walk.other_methods);
    }
}

namespace {

thread_local constinit std::vector<RouteArgument> spare_values;

RouteValue to_route_value(const json& value) {
    switch (value.kind()) {
        case JsonKind::text: return value.text();
        case JsonKind::integer: return value.as<std::int64_t>();
        case JsonKind::real: return value.to_real();
        default: return value;
    }
}

}  // namespace

void UrlMap::keep_place(std::vector<RouteArgument>&& values) noexcept {
    values.clear();
    spare_values.swap(values);
}

void UrlMap::finish_match(RouteMatch& result, const Rule& rule, const std::string_view* captures,
                          std::string_view method, std::string_view query) const {
    const auto& variables = rule.variables();
    auto& values = result.values;
    if (values.capacity() == 0) values.swap(spare_values);
    values.reserve(variables.size() + rule.defaults().size());
    for (std::size_t i = 0; i < variables.size(); ++i) {
        values.emplace_back(variables[i]);
        if (!rule.converter(i).convert(captures[i], values.back().value)) return values.clear();
    }
    if (rule.defaults().is_object()) {
        for (const auto& [name, value] : rule.defaults().items()) {
            auto same = [&, &key = name](const RouteArgument& argument) { return argument.name == key; };
            auto at = std::find_if(values.begin(), values.end(), same);
            if (at == values.end()) at = values.insert(at, {name, {}});
            at->value = to_route_value(value);
        }
    }
    if (redirect_defaults && rule.may_redirect_) {
        if (auto path = default_redirect(rule, values, method)) {
            result.kind = RouteMatch::Kind::redirect;
            result.location = query.empty() ? *path : *path + "?" + std::string{query};
            return values.clear();
        }
    }
    result.kind = RouteMatch::Kind::found;
    result.rule = &rule;
}

std::vector<std::string> UrlMap::allowed_methods(std::string_view path) const {
    detail::RouteWalk walk{"--"};
    while (path.starts_with("//")) path.remove_prefix(1);
    if (walk.run(*root_, path) == Outcome::nothing && merge_slashes) walk.run(*root_, detail::merged_slashes(path));
    return std::move(walk.other_methods);
}

}  // namespace retort
