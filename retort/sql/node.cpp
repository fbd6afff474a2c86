// How nodes die.
#include "retort/sql/node.hpp"

#include <vector>

namespace retort::sql {

namespace {

constexpr int nested_deletes = 64;
thread_local int depth = 0;
thread_local std::vector<const Node*>* waiting = nullptr;

}  // namespace

void Node::destroy(const Node* node) noexcept {
    if (waiting) {
        waiting->push_back(node);
        return;
    }
    if (depth < nested_deletes) {
        ++depth;
        delete node;
        --depth;
        return;
    }
    std::vector<const Node*> list{node};
    waiting = &list;
    while (!list.empty()) {
        const Node* next = list.back();
        list.pop_back();
        delete next;
    }
    waiting = nullptr;
}

}  // namespace retort::sql
