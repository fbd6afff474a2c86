// What lies below each kind of node.
#include "retort/template/walk.hpp"

#include <algorithm>

namespace retort::templates {

namespace {

template <class T>
void put(std::vector<Node*>& out, std::span<T*> nodes) {
    out.insert(out.end(), nodes.begin(), nodes.end());
}
void put(std::vector<Node*>& out, Node* node) {
    if (node != nullptr) out.push_back(node);
}
void put(std::vector<Node*>& out, const Arguments& arguments) {
    put(out, arguments.positional);
    for (auto& keyword : arguments.keywords) put(out, keyword.value);
    put(out, arguments.more);
    put(out, arguments.more_keywords);
}

template <class T>
const T& as(const Node& node) {
    return static_cast<const T&>(node);
}

void expression_children(const Node& node, std::vector<Node*>& out) {
    switch (node.kind) {
        case NodeKind::attribute: put(out, as<Attribute>(node).of); break;
        case NodeKind::item: put(out, as<Item>(node).of), put(out, as<Item>(node).key); break;
        case NodeKind::slice:
            put(out, as<Slice>(node).start), put(out, as<Slice>(node).stop), put(out, as<Slice>(node).step);
            break;
        case NodeKind::call: put(out, as<CallNode>(node).callee), put(out, as<CallNode>(node).arguments); break;
        case NodeKind::filter:
        case NodeKind::test: put(out, as<Applied>(node).of), put(out, as<Applied>(node).arguments); break;
        case NodeKind::not_:
        case NodeKind::negative:
        case NodeKind::positive: put(out, as<Unary>(node).of); break;
        case NodeKind::arithmetic:
        case NodeKind::and_:
        case NodeKind::or_: put(out, as<Binary>(node).left), put(out, as<Binary>(node).right); break;
        case NodeKind::compare:
            put(out, as<Compare>(node).first);
            for (auto& operand : as<Compare>(node).rest) put(out, operand.right);
            break;
        case NodeKind::concat:
        case NodeKind::list:
        case NodeKind::tuple: put(out, as<Several>(node).items); break;
        case NodeKind::conditional:
            put(out, as<Conditional>(node).test), put(out, as<Conditional>(node).then);
            put(out, as<Conditional>(node).otherwise);
            break;
        case NodeKind::dict:
            for (auto& [key, value] : as<DictNode>(node).pairs) put(out, key), put(out, value);
            break;
        default: break;
    }
}

void macro_children(const MacroNode& macro, std::vector<Node*>& out) {
    put(out, macro.call);
    put(out, macro.parameters);
    put(out, macro.defaults);
    put(out, macro.body);
}

void loop_children(const For& loop, std::vector<Node*>& out) {
    put(out, loop.target);
    put(out, loop.iterable);
    put(out, loop.body);
    put(out, loop.otherwise);
    put(out, loop.test);
}

void branch_children(const If& branch, std::vector<Node*>& out) {
    put(out, branch.test);
    put(out, branch.body);
    put(out, branch.others);
    put(out, branch.otherwise);
}

void statement_children(const Node& node, std::vector<Node*>& out) {
    switch (node.kind) {
        case NodeKind::output: put(out, as<Output>(node).parts); break;
        case NodeKind::for_: loop_children(as<For>(node), out); break;
        case NodeKind::if_: branch_children(as<If>(node), out); break;
        case NodeKind::with:
            put(out, as<With>(node).targets), put(out, as<With>(node).values), put(out, as<With>(node).body);
            break;
        case NodeKind::autoescape: put(out, as<Autoescape>(node).value), put(out, as<Autoescape>(node).body); break;
        case NodeKind::block: put(out, as<Block>(node).body); break;
        case NodeKind::extends: put(out, as<Extends>(node).parent); break;
        case NodeKind::include: put(out, as<Include>(node).template_); break;
        case NodeKind::import:
        case NodeKind::from_import: put(out, as<Import>(node).template_); break;
        case NodeKind::set: put(out, as<Set>(node).target), put(out, as<Set>(node).value); break;
        case NodeKind::set_block:
            put(out, as<SetBlock>(node).target), put(out, as<SetBlock>(node).filter), put(out, as<SetBlock>(node).body);
            break;
        case NodeKind::macro:
        case NodeKind::call_block: macro_children(as<MacroNode>(node), out); break;
        case NodeKind::filter_block:
            put(out, as<FilterBlock>(node).body), put(out, as<FilterBlock>(node).filter);
            break;
        case NodeKind::do_: put(out, as<Do>(node).value); break;
        default: break;
    }
}

struct UndeclaredNames {
    std::vector<std::string_view> names, found;
    void visit(const Node& node) {
        if (node.kind == NodeKind::block) return;
        if (node.kind == NodeKind::name) {
            auto& name = as<Name>(node);
            auto wanted = std::find(names.begin(), names.end(), name.name);
            if (wanted == names.end()) return;
            if (name.use != Name::Use::load) {
                names.erase(wanted);
            } else if (std::find(found.begin(), found.end(), name.name) == found.end()) {
                found.push_back(name.name);
            }
            return;
        }
        for (Node* child : children(node)) visit(*child);
    }
};

}  // namespace

void collect_children(const Node& node, std::vector<Node*>& out) {
    if (node.kind < NodeKind::output) {
        expression_children(node, out);
    } else {
        statement_children(node, out);
    }
}

std::vector<Node*> children(const Node& node) {
    std::vector<Node*> out;
    collect_children(node, out);
    return out;
}

std::vector<std::string_view> undeclared(const std::vector<Node*>& nodes, std::vector<std::string_view> names) {
    UndeclaredNames search{std::move(names), {}};
    for (Node* node : nodes) search.visit(*node);
    return search.found;
}

bool is_undeclared(const std::vector<Node*>& nodes, std::string_view name) {
    return !undeclared(nodes, {name}).empty();
}

std::vector<Node*> nodes_of(Body body) { return {body.begin(), body.end()}; }

}  // namespace retort::templates
