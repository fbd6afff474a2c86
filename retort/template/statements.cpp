// What statements do.
#include "retort/template/render.hpp"

namespace retort::templates {

namespace {

template <class T>
const T& as(const Statement& node) {
    return static_cast<const T&>(node);
}

/// `{{ row.name }}` of a C++ object: from its member into the text.
bool print_member(const Expression& part, Frame& frame, bool html) {
    auto& attribute = static_cast<const Attribute&>(part);
    if (attribute.of->kind != NodeKind::name) return false;
    const Value& of = frame.variables.at(static_cast<const Name&>(*attribute.of).slot);
    const Member* known = attribute.known.load(std::memory_order_relaxed);
    if (of.kind() != ValueKind::object || known == nullptr || known->owner != &of.type()) return false;
    if (known->print == nullptr) return false;
    known->print(of.object(), *known, *frame.out, html);
    return true;
}

void print(const Expression& part, Frame& frame, bool html) {
    if (part.kind == NodeKind::data) {
        frame.out->append(static_cast<const Data&>(part).text);
        return;
    }
    frame.line = part.line;
    if (part.kind == NodeKind::attribute && print_member(part, frame, html)) return;
    Value scratch;
    const Value& value = peek(part, frame, scratch);
    html ? append_escaped(*frame.out, value) : append_str(*frame.out, value);
}

void execute_output(const Output& node, Frame& frame) {
    if (node.only_without_parent && frame.parent != nullptr && *frame.parent != nullptr) return;
    bool html = is_html(node.escaping, frame);
    for (auto* part : node.parts) print(*part, frame, html);
}

Flow execute_if(const If& node, Frame& frame) {
    Value scratch;
    if (truth(peek(*node.test, frame, scratch))) return execute(node.body, frame);
    for (auto* other : node.others) {
        frame.line = other->line;
        Value value;
        if (truth(peek(*other->test, frame, value))) return execute(other->body, frame);
    }
    return execute(node.otherwise, frame);
}

Flow execute_with(const With& node, Frame& frame) {
    std::vector<Value> values;
    enter(node.entries, frame);
    for (std::size_t at = 0; at < node.targets.size(); ++at) {
        assign(*node.targets[at], evaluate(*node.values[at], frame), frame);
    }
    return execute(node.body, frame);
}

Flow execute_autoescape(const Autoescape& node, Frame& frame) {
    struct Restored {
        bool& autoescape;
        bool before;
        ~Restored() { autoescape = before; }
    } restored{frame.context.autoescape, frame.context.autoescape};
    enter(node.entries, frame);
    frame.context.autoescape = truth(evaluate(*node.value, frame));
    return execute(node.body, frame);
}

/// What was set at the top level is seen by includes and by who imports the template.
void export_target(const Expression& target, Frame& frame) {
    if (target.kind == NodeKind::name) {
        auto& name = static_cast<const Name&>(target);
        frame.context.set(name.name, frame.variables.at(name.slot), name.name[0] != '_');
    } else if (target.kind == NodeKind::tuple) {
        for (auto* item : static_cast<const Several&>(target).items) export_target(*item, frame);
    }
}

void execute_set(const Set& node, Frame& frame) {
    check_target(*node.target, frame);
    assign(*node.target, evaluate(*node.value, frame), frame);
    if (node.top_level) export_target(*node.target, frame);
}

void execute_set_block(const SetBlock& node, Frame& frame) {
    enter(node.entries, frame);
    auto text = captured(frame, [&] { execute(node.body, frame); });
    bool html = frame.context.autoescape;
    Value value = Value::text(std::move(text), html);
    if (node.filter != nullptr) {
        frame.made = &value;
        Value filtered = apply(*node.filter, frame);
        value = html ? soft_text(filtered).with_markup(true) : filtered;
    }
    frame.line = node.line;
    assign(*node.target, std::move(value), frame);
    if (node.top_level) export_target(*node.target, frame);
}

void execute_filter_block(const FilterBlock& node, Frame& frame) {
    enter(node.entries, frame);
    auto text = captured(frame, [&] { execute(node.body, frame); });
    Value value = Value::text(std::move(text), is_html(node.escaping, frame));
    frame.made = &value;
    frame.line = node.line;
    append_str(*frame.out, apply(*node.filter, frame));
}

}  // namespace

Flow execute(Body body, Frame& frame) {
    for (auto* statement : body) {
        auto flow = execute(*statement, frame);
        if (flow != Flow::next) return flow;
    }
    return Flow::next;
}

Flow execute(const Statement& node, Frame& frame) {
    frame.line = node.line;
    switch (node.kind) {
        case NodeKind::output: execute_output(as<Output>(node), frame); break;
        case NodeKind::for_: return execute_for(as<For>(node), frame);
        case NodeKind::if_: return execute_if(as<If>(node), frame);
        case NodeKind::with: return execute_with(as<With>(node), frame);
        case NodeKind::autoescape: return execute_autoescape(as<Autoescape>(node), frame);
        case NodeKind::block: execute_block(as<Block>(node), frame); break;
        case NodeKind::extends: execute_extends(as<Extends>(node), frame); break;
        case NodeKind::include: execute_include(as<Include>(node), frame); break;
        case NodeKind::import:
        case NodeKind::from_import: execute_import(as<Import>(node), frame); break;
        case NodeKind::set: execute_set(as<Set>(node), frame); break;
        case NodeKind::set_block: execute_set_block(as<SetBlock>(node), frame); break;
        case NodeKind::macro:
        case NodeKind::call_block: execute_macro(as<MacroNode>(node), frame); break;
        case NodeKind::filter_block: execute_filter_block(as<FilterBlock>(node), frame); break;
        case NodeKind::do_: evaluate(*as<Do>(node).value, frame); break;
        case NodeKind::break_: return Flow::break_;
        default: return Flow::continue_;
    }
    return Flow::next;
}

}  // namespace retort::templates
