// Computing constants when a template is compiled. What fails is left to fail when it is rendered.
#include "retort/template/fold.hpp"

#include <string>

#include "retort/template/errors.hpp"

namespace retort::templates {

namespace {

const Value* constant(const Expression* node) {
    return node->kind == NodeKind::constant ? static_cast<const Constant*>(node)->value : nullptr;
}

bool fold_concat(const Several& node, Escaping escaping, Value& out) {
    std::string text;
    for (auto* item : node.items) {
        const Value* value = constant(item);
        if (value == nullptr || value->is_markup() || escaping == Escaping::computed) return false;
        append_str(text, *value);
    }
    out = Value::text(std::move(text));
    return true;
}

bool fold_arithmetic(const Binary& node, Value& out) {
    auto *left = constant(node.left), *right = constant(node.right);
    if (left == nullptr || right == nullptr) return false;
    if ((left->is_text() || right->is_text()) && node.op == Operator::mul) return false;  // may be large
    out = arithmetic(node.op, *left, *right);
    return true;
}

bool fold_unary(const Unary& node, Value& out) {
    auto* of = constant(node.of);
    if (of == nullptr) return false;
    out = node.kind == NodeKind::not_       ? Value::boolean(!truth(*of))
          : node.kind == NodeKind::negative ? negative(*of)
                                            : positive(*of);
    return true;
}

bool fold_value(Expression* node, Escaping escaping, Value& out) {
    switch (node->kind) {
        case NodeKind::arithmetic: return fold_arithmetic(*static_cast<Binary*>(node), out);
        case NodeKind::not_:
        case NodeKind::negative:
        case NodeKind::positive: return fold_unary(*static_cast<Unary*>(node), out);
        case NodeKind::concat: return fold_concat(*static_cast<Several*>(node), escaping, out);
        default: return false;
    }
}

void fold_below(Arena& arena, Expression* node, Escaping escaping) {
    if (node->kind == NodeKind::arithmetic) {
        auto* binary = static_cast<Binary*>(node);
        binary->left = fold(arena, binary->left, escaping);
        binary->right = fold(arena, binary->right, escaping);
    } else if (node->kind == NodeKind::not_ || node->kind == NodeKind::negative || node->kind == NodeKind::positive) {
        auto* unary = static_cast<Unary*>(node);
        unary->of = fold(arena, unary->of, escaping);
    } else if (node->kind == NodeKind::concat) {
        for (auto*& item : static_cast<Several*>(node)->items) item = fold(arena, item, escaping);
    }
}

}  // namespace

Expression* fold(Arena& arena, Expression* node, Escaping escaping) {
    fold_below(arena, node, escaping);
    Value value;
    try {
        if (!fold_value(node, escaping, value)) return node;
    } catch (const TemplateError&) {
        return node;
    }
    return arena.make<Constant>(node->line, arena.keep(std::move(value)));
}

Expressions join_constants(Arena& arena, Expressions parts, Escaping escaping) {
    std::vector<Expression*> out;
    std::string text;
    int line = 0;
    auto flush = [&] {
        if (!text.empty()) out.push_back(arena.make<Data>(line, arena.text(text)));
        text.clear();
    };
    for (auto* part : parts) {
        auto* value = constant(part);
        if (text.empty()) line = part->line;
        if (part->kind == NodeKind::data) {
            text += static_cast<Data*>(part)->text;
        } else if (value != nullptr && escaping == Escaping::html) {
            append_escaped(text, *value);
        } else if (value != nullptr && escaping == Escaping::none) {
            append_str(text, *value);
        } else {
            flush();
            out.push_back(part);
        }
    }
    flush();
    return arena.copy(out);
}

}  // namespace retort::templates
