// Walking the tree in the order of Werkzeug 2.2: fixed ways before variable ones, lighter before heavier.
#include "retort/web/route_state.hpp"

#include <algorithm>

#include "retort/web/url_map.hpp"

namespace retort::detail {

namespace {

/// By length first, which settles most comparisons.
bool ordered_before(const std::pair<std::string, std::unique_ptr<RouteState>>& entry, std::string_view segment) {
    return entry.first.size() != segment.size() ? entry.first.size() < segment.size() : entry.first < segment;
}

}  // namespace

const RouteState* RouteState::find(std::string_view segment) const {
    // Most states have few ways on, and their lengths tell most of them apart: quicker than to search.
    constexpr std::size_t few = 16;
    if (fixed.size() <= few) {
        for (const auto& [text, next] : fixed) {
            if (text.size() == segment.size() && text == segment) return next.get();
        }
        return nullptr;
    }
    auto place = std::lower_bound(fixed.begin(), fixed.end(), segment, ordered_before);
    return place != fixed.end() && place->first == segment ? place->second.get() : nullptr;
}

RouteState* RouteState::fixed_child(std::string_view segment) {
    auto place = std::lower_bound(fixed.begin(), fixed.end(), segment, ordered_before);
    if (place == fixed.end() || place->first != segment) {
        place = fixed.emplace(place, segment, std::make_unique<RouteState>());
    }
    return place->second.get();
}

RouteState* RouteState::variable_child(const RulePart& part) {
    for (auto& [known, child] : variable) {
        if (known.pattern == part.pattern && known.weight == part.weight) return child.get();
    }
    auto lighter = [](const RulePart& left, const auto& right) { return left.weight < right.first.weight; };
    auto place = std::upper_bound(variable.begin(), variable.end(), part, lighter);
    return variable.emplace(place, part, std::make_unique<RouteState>())->second.get();
}

RouteWalk::Outcome RouteWalk::walk(const RouteState& state, std::string_view rest, bool at_end, std::size_t captured) {
    if (at_end) return arrive(state);
    auto slash = rest.find('/');
    bool last = slash == std::string_view::npos;
    auto segment = rest.substr(0, slash);
    auto after = last ? std::string_view{} : rest.substr(slash + 1);
    if (const RouteState* next = state.find(segment)) {
        auto outcome = walk(*next, after, last, captured);
        if (outcome != Outcome::nothing) return outcome;
    }
    for (const auto& [part, next] : state.variable) {
        int taken = part.match(part.to_the_end ? rest : segment, captures + captured);
        if (taken < 0) continue;
        auto outcome =
            part.to_the_end ? arrive(*next) : walk(*next, after, last, captured + static_cast<std::size_t>(taken));
        if (outcome != Outcome::nothing) return outcome;
    }
    return rest.empty() ? lenient_slash(state) : Outcome::nothing;
}

bool RouteWalk::takes(const Rule& candidate) {
    if (candidate.allows(method)) {
        rule = &candidate;
        return true;
    }
    for (const auto& other : candidate.methods()) {
        auto place = std::lower_bound(other_methods.begin(), other_methods.end(), other);
        if (place == other_methods.end() || *place != other) other_methods.insert(place, other);
    }
    return false;
}

RouteWalk::Outcome RouteWalk::arrive(const RouteState& state) {
    for (const Rule* candidate : state.rules) {
        if (takes(*candidate)) return Outcome::found;
    }
    const RouteState* slash = state.find("");
    if (slash == nullptr) return Outcome::nothing;
    for (const Rule* candidate : slash->rules) {
        if (!candidate->allows(method)) continue;
        rule = candidate;
        return candidate->strict_slashes() ? Outcome::slash_required : Outcome::found;
    }
    return Outcome::nothing;
}

// The path has a slash at its end that the rule has not, which rules that are not strict overlook.
RouteWalk::Outcome RouteWalk::lenient_slash(const RouteState& state) {
    for (const Rule* candidate : state.rules) {
        if (!candidate->strict_slashes() && takes(*candidate)) return Outcome::found;
    }
    return Outcome::nothing;
}

std::string merged_slashes(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        out += text[i];
        if (text[i] == '/' && i + 1 < text.size() && text[i + 1] == '/') ++i;
    }
    return out;
}

void RouteStateDeleter::operator()(RouteState* state) const noexcept { delete state; }

}  // namespace retort::detail
