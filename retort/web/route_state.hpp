// The tree behind UrlMap: states, the ways between them, and the walk through them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/web/rule.hpp"
#include "retort/web/rule_shape.hpp"

namespace retort::detail {

/// Where one stands in a path: the ways that lead on, fixed ones first, and the rules that end here.
struct RouteState {
    std::vector<std::pair<std::string, std::unique_ptr<RouteState>>> fixed;  ///< sorted, to be searched
    std::vector<std::pair<RulePart, std::unique_ptr<RouteState>>> variable;
    std::vector<const Rule*> rules;

    const RouteState* find(std::string_view segment) const;
    RouteState* fixed_child(std::string_view segment);
    /// Keeps the lightest in front, equals in the order in which they came.
    RouteState* variable_child(const RulePart& part);
};

/// One search for the rule of a path and a method.
struct RouteWalk {
    enum class Outcome : std::uint8_t { nothing, found, slash_required };

    std::string_view method;
    const Rule* rule = nullptr;
    std::vector<std::string> other_methods = {};  ///< of rules that match the path but not the method, sorted
    std::string_view captures[most_rule_variables] = {};

    Outcome run(const RouteState& root, std::string_view path) { return walk(root, path, false, 0); }

  private:
    Outcome walk(const RouteState& state, std::string_view rest, bool at_end, std::size_t captured);
    Outcome arrive(const RouteState& state);
    Outcome lenient_slash(const RouteState& state);
    bool takes(const Rule& candidate);
};

/// Two slashes become one, as Werkzeug replaces them: "///" becomes "//".
std::string merged_slashes(std::string_view text);

}  // namespace retort::detail
