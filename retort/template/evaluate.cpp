// What expressions are worth.
#include <algorithm>

#include "retort/template/render.hpp"

namespace retort::templates {

bool is_html(Escaping escaping, const Frame& frame) {
    return escaping == Escaping::html || (escaping == Escaping::computed && frame.context.autoescape);
}

void enter(Entries entries, Frame& frame) {
    for (auto& entry : entries) {
        Value value = Value::missing();
        if (entry.from == Entry::From::context) {
            frame.context.resolve(entry.name, value);
        } else if (entry.from == Entry::From::outer) {
            value = frame.variables.at(entry.outer);
        }
        frame.variables.at(entry.place) = std::move(value);
    }
}

namespace {

template <class T>
const T& as(const Expression& node) {
    return static_cast<const T&>(node);
}

Value evaluate_attribute(const Attribute& node, Frame& frame) {
    Value scratch;
    const Value& of = peek(*node.of, frame, scratch);
    if (auto view = object_of(of)) {
        const Member* known = node.known.load(std::memory_order_relaxed);
        if (known == nullptr || known->owner != view.type) {
            known = view.type->find(node.name);
            node.known.store(known, std::memory_order_relaxed);
        }
        if (known != nullptr) {
            Value out;
            read_member(of, view, *known, out);
            return out;
        }
    }
    return get_attribute(of, node.name, frame.render.undefined());
}

Value evaluate_slice(const Value& of, const Slice& slice_node, Frame& frame) {
    auto part = [&](const Expression* node) { return node == nullptr ? Value::missing() : evaluate(*node, frame); };
    Value start = part(slice_node.start), stop = part(slice_node.stop), step = part(slice_node.step);
    return slice(of, start, stop, step);
}

Value evaluate_item(const Item& node, Frame& frame) {
    Value scratch, key_scratch;
    Value of = peek(*node.of, frame, scratch);
    if (node.key->kind == NodeKind::slice) return evaluate_slice(of, as<Slice>(*node.key), frame);
    return get_item(of, peek(*node.key, frame, key_scratch), frame.render.undefined());
}

bool compare(Comparison op, const Value& left, const Value& right) {
    switch (op) {
        case Comparison::eq: return equal(left, right);
        case Comparison::ne: return !equal(left, right);
        case Comparison::lt: return order(left, right, "<") < 0;
        case Comparison::lteq: return order(left, right, "<=") <= 0;
        case Comparison::gt: return order(left, right, ">") > 0;
        case Comparison::gteq: return order(left, right, ">=") >= 0;
        case Comparison::in: return contains(right, left);
        default: return !contains(right, left);
    }
}

Value evaluate_compare(const Compare& node, Frame& frame) {
    Value left = evaluate(*node.first, frame);
    for (auto& operand : node.rest) {
        Value right = evaluate(*operand.right, frame);
        if (!compare(operand.op, left, right)) return Value::boolean(false);
        left = std::move(right);
    }
    return Value::boolean(true);
}

Value evaluate_concat(const Several& node, Frame& frame) {
    std::vector<Value> items;
    bool markup = false;
    for (auto* item : node.items) {
        items.push_back(evaluate(*item, frame));
        markup = markup || items.back().is_markup();
    }
    markup = markup && node.escaping == Escaping::html;
    std::string out;
    for (auto& item : items) markup ? append_escaped(out, item) : append_str(out, item);
    return Value::text(std::move(out), markup);
}

Value evaluate_several(const Several& node, Frame& frame) {
    if (node.kind == NodeKind::concat) return evaluate_concat(node, frame);
    std::vector<Value> items;
    items.reserve(node.items.size());
    for (auto* item : node.items) items.push_back(evaluate(*item, frame));
    return node.kind == NodeKind::tuple ? tuple(std::move(items)) : list(std::move(items));
}

Value evaluate_dict(const DictNode& node, Frame& frame) {
    auto made = make<Dict>();
    for (auto& [key, value] : node.pairs) {
        Value name = evaluate(*key, frame);
        made->set(name, evaluate(*value, frame));
    }
    return Value::thing(std::move(made));
}

Value evaluate_conditional(const Conditional& node, Frame& frame) {
    Value scratch;
    if (truth(peek(*node.test, frame, scratch))) return evaluate(*node.then, frame);
    if (node.otherwise != nullptr) return evaluate(*node.otherwise, frame);
    return undefined_hint(Undefined::standard, "the inline if-expression on line " + std::to_string(node.line) +
                                                   " evaluated to false and no else section was defined.");
}

Value evaluate_binary(const Binary& node, Frame& frame) {
    if (node.kind == NodeKind::arithmetic) {
        Value left = evaluate(*node.left, frame), scratch;
        return arithmetic(node.op, left, peek(*node.right, frame, scratch));
    }
    Value left = evaluate(*node.left, frame);
    return truth(left) == (node.kind == NodeKind::or_) ? left : evaluate(*node.right, frame);
}

Value evaluate_unary(const Unary& node, Frame& frame) {
    Value scratch;
    const Value& of = peek(*node.of, frame, scratch);
    if (node.kind == NodeKind::not_) return Value::boolean(!truth(of));
    return node.kind == NodeKind::negative ? negative(of) : positive(of);
}

/// The arguments of a call, in memory of its own.
struct Given {
    std::vector<Value> positional;
    std::vector<Keyword> keywords;
    std::vector<Value> names;  ///< keep the names of `**more`
};

void add_more_keywords(const Value& more, Given& given) {
    auto* dict = more.as<Dict>();
    if (dict == nullptr) throw_type_error("argument after ** must be a mapping, not " + type_name(more));
    for (auto& [key, value] : dict->entries()) {
        if (!key.is_text()) throw_type_error("keywords must be strings");
        given.names.push_back(key);
        given.keywords.push_back({key.text(), value});
    }
}

void collect(const Arguments& arguments, Frame& frame, Given& given) {
    for (auto* argument : arguments.positional) given.positional.push_back(evaluate(*argument, frame));
    for (auto& keyword : arguments.keywords) given.keywords.push_back({keyword.name, evaluate(*keyword.value, frame)});
    if (arguments.more != nullptr) {
        for (auto& value : to_list(evaluate(*arguments.more, frame))) given.positional.push_back(value);
    }
    if (arguments.more_keywords != nullptr) add_more_keywords(evaluate(*arguments.more_keywords, frame), given);
    for (std::size_t at = 1; at < given.keywords.size(); ++at) {
        for (std::size_t before = 0; before < at; ++before) {
            if (given.keywords[at].name != given.keywords[before].name) continue;
            throw_type_error("got multiple values for keyword argument '" + std::string{given.keywords[at].name} + "'");
        }
    }
}

/// A method of built-in values without making a value of it.
bool call_method(const CallNode& node, const Attribute& attribute, Frame& frame, Value& out) {
    Value self = evaluate(*attribute.of, frame);
    Method::Body body = nullptr;
    if (self.is_text()) body = text_method(attribute.name, self.is_markup());
    if (self.as<Dict>()) body = dict_method(attribute.name);
    if (auto* all = sequence_of(self); all && !all->field_names) {
        body = all->is_tuple() ? tuple_method(attribute.name) : list_method(attribute.name);
    }
    Given given;
    if (body == nullptr) {
        Value function = get_attribute(self, attribute.name, frame.render.undefined());
        collect(node.arguments, frame, given);
        out = call_in(frame, function, given.positional, given.keywords, attribute.name);
        return true;
    }
    collect(node.arguments, frame, given);
    out = body(self, {given.positional, given.keywords, &frame.render, &frame.context});
    return true;
}

}  // namespace

Value call_in(Frame& frame, const Value& function, std::span<const Value> arguments, std::span<const Keyword> keywords,
              std::string_view name) {
    frame.render.step(*frame.out);
    return call_value(function, {arguments, keywords, &frame.render, &frame.context, name});
}

Value evaluate_call(const CallNode& node, Frame& frame, const Value* caller) {
    Value out;
    if (caller == nullptr && node.callee->kind == NodeKind::attribute) {
        call_method(node, as<Attribute>(*node.callee), frame, out);
        return out;
    }
    Value function = evaluate(*node.callee, frame);
    Given given;
    collect(node.arguments, frame, given);
    if (caller != nullptr) given.keywords.push_back({"caller", *caller});
    auto name = node.callee->kind == NodeKind::name ? as<Name>(*node.callee).name : std::string_view();
    return call_in(frame, function, given.positional, given.keywords, name);
}

Value apply(const Applied& node, Frame& frame) {
    Given given;
    given.positional.push_back(node.of == nullptr ? *frame.made : evaluate(*node.of, frame));
    if (node.function == nullptr) {
        throw_runtime(std::string{"No "} + (node.kind == NodeKind::filter ? "filter" : "test") + " named '" +
                      std::string{node.name} + "' found.");
    }
    collect(node.arguments, frame, given);
    return (*node.function)({given.positional, given.keywords, &frame.render, &frame.context, node.name});
}

const Value& peek(const Expression& node, Frame& frame, Value& scratch) {
    if (node.kind == NodeKind::constant) return *as<Constant>(node).value;
    if (node.kind == NodeKind::name) {
        Value& found = frame.variables.at(as<Name>(node).slot);
        if (!found.is_missing()) return found;
        scratch = undefined_variable(frame.render.undefined(), as<Name>(node).name);
        return scratch;
    }
    scratch = evaluate(node, frame);
    return scratch;
}

Value evaluate(const Expression& node, Frame& frame) {
    switch (node.kind) {
        case NodeKind::constant: return *as<Constant>(node).value;
        case NodeKind::data: return Value::view(as<Data>(node).text, true);
        case NodeKind::name: {
            Value scratch;
            return peek(node, frame, scratch);
        }
        case NodeKind::attribute: frame.render.check_stack(); return evaluate_attribute(as<Attribute>(node), frame);
        case NodeKind::item: return evaluate_item(as<Item>(node), frame);
        case NodeKind::call: frame.render.check_stack(); return evaluate_call(as<CallNode>(node), frame, nullptr);
        case NodeKind::filter:
        case NodeKind::test: frame.render.check_stack(); return apply(as<Applied>(node), frame);
        case NodeKind::not_:
        case NodeKind::negative:
        case NodeKind::positive: return evaluate_unary(as<Unary>(node), frame);
        case NodeKind::arithmetic:
        case NodeKind::and_:
        case NodeKind::or_: frame.render.check_stack(); return evaluate_binary(as<Binary>(node), frame);
        case NodeKind::compare: return evaluate_compare(as<Compare>(node), frame);
        case NodeKind::conditional: return evaluate_conditional(as<Conditional>(node), frame);
        case NodeKind::dict: return evaluate_dict(as<DictNode>(node), frame);
        default: return evaluate_several(static_cast<const Several&>(node), frame);
    }
}

namespace {

void unpack(const Several& target, const Value& value, Frame& frame) {
    auto each = try_iterate(value);
    if (!each) throw_type_error("cannot unpack non-iterable " + type_name(value) + " object");
    std::size_t count = 0;
    std::vector<Value> kept;  // targets in targets wait until it is known that there are as many as wanted
    bool nested =
        std::any_of(target.items.begin(), target.items.end(), [](auto* item) { return item->kind != NodeKind::name; });
    Value item;
    while (each->next(item)) {
        if (count == target.items.size()) {
            throw_value_error("too many values to unpack (expected " + std::to_string(count) + ")");
        }
        nested ? kept.push_back(std::move(item)) : assign(*target.items[count], std::move(item), frame);
        ++count;
        item = Value();
    }
    if (count < target.items.size()) {
        throw_value_error("not enough values to unpack (expected " + std::to_string(target.items.size()) + ", got " +
                          std::to_string(count) + ")");
    }
    for (std::size_t at = 0; at < kept.size(); ++at) assign(*target.items[at], std::move(kept[at]), frame);
}

Space& space_of(const SpaceTarget& target, Frame& frame) {
    Value scratch;
    auto* space = peek(*target.space, frame, scratch).as<Space>();
    if (space == nullptr) throw_runtime("cannot assign attribute on non-namespace object");
    return *space;
}

}  // namespace

void check_target(const Expression& target, Frame& frame) {
    if (target.kind == NodeKind::space_target) space_of(static_cast<const SpaceTarget&>(target), frame);
}

void assign(const Expression& target, Value value, Frame& frame) {
    if (target.kind == NodeKind::name) {
        frame.variables.at(static_cast<const Name&>(target).slot) = std::move(value);
    } else if (target.kind == NodeKind::space_target) {
        auto& node = static_cast<const SpaceTarget&>(target);
        auto* space = &space_of(node, frame);
        if (value.is_thing()) frame.render.watch(Value::thing(Ref<Thing>::share(space)));
        // The namespace may outlive this template, which the name and literal texts stand in.
        if (auto* known = space->values.find(Value::view(node.name))) {
            *known = std::move(value).kept();
        } else {
            space->values.set(Value::text(std::string{node.name}), std::move(value).kept());
        }
    } else {
        unpack(static_cast<const Several&>(target), value, frame);
    }
}

}  // namespace retort::templates
