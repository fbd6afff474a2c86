// Walking through the tree of a template without knowing its nodes.
#pragma once

#include <string_view>
#include <vector>

#include "retort/template/nodes.hpp"

namespace retort::templates {

/// The nodes directly below, in the order in which Jinja visits them.
void collect_children(const Node& node, std::vector<Node*>& out);
std::vector<Node*> children(const Node& node);

/// Which of the names are used in these nodes before they are set there; does not look into blocks.
std::vector<std::string_view> undeclared(const std::vector<Node*>& nodes, std::vector<std::string_view> names);
bool is_undeclared(const std::vector<Node*>& nodes, std::string_view name);
std::vector<Node*> nodes_of(Body body);

/// Calls it for each node below, from left to right.
template <class F>
void walk(const Node& node, const F& visit) {
    for (Node* child : children(node)) {
        visit(*child);
        walk(*child, visit);
    }
}

}  // namespace retort::templates
