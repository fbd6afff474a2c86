// Which nodes of a statement have a shape, and what each writes down.
#include "retort/orm/statement_shape.hpp"

#include <algorithm>

#include "retort/sql/walk.hpp"

namespace retort::orm {

using sql::node_cast;

#if defined(__x86_64__)
// Who gives one of these nodes a field that its SQL depends on must write it down below, and then correct the size.
static_assert(sizeof(sql::SelectNode) == 304 && sizeof(sql::ColumnNode) == 112 && sizeof(sql::BindNode) == 64 &&
              sizeof(sql::BinaryNode) == 40 && sizeof(sql::AliasNode) == 72 && sizeof(sql::UnaryNode) == 24 &&
              sizeof(sql::ListNode) == 40 && sizeof(sql::JoinNode) == 40 && sizeof(sql::ValueListNode) == 40 &&
              sizeof(sql::FunctionNode) == 112 && sizeof(sql::LabelNode) == 64 && sizeof(sql::BetweenNode) == 40);
#endif

void ValueList::push_far(const sql::ValueView& value) {
    if (far_.empty()) far_.assign(near_, near_ + count_);
    far_.push_back(value);
}

bool StatementShape::take(const sql::Node& statement) { return node(&statement) && fits_; }

void StatementShape::text(std::string_view text) {
    count(text.size());
    if (!fits_ || text.size() > most_bytes - size_) {
        fits_ = false;
        return;
    }
    std::memcpy(bytes_ + size_, text.data(), text.size());
    size_ += text.size();
}

void StatementShape::value(const sql::ValueView& value) {
    byte(static_cast<int>(value.kind));
    values_.push_back(value);
}

bool StatementShape::expressions(const std::vector<sql::Expression>& expressions) {
    count(expressions.size());
    return std::all_of(expressions.begin(), expressions.end(), [&](const auto& each) { return node(each.node()); });
}

bool StatementShape::nodes(const std::vector<sql::NodeRef>& nodes) {
    count(nodes.size());
    return std::all_of(nodes.begin(), nodes.end(), [&](const auto& each) { return node(each.get()); });
}

// What is nested too deeply is left to the compiler, which says so.
bool StatementShape::node(const sql::Node* node) {
    if (node == nullptr) return byte(255), true;
    if (depth_ == sql::deepest_expression) return false;
    ++depth_;
    const bool taken = whole_node(*node);
    --depth_;
    return taken;
}

bool StatementShape::whole_node(const sql::Node& node) {
    byte(static_cast<int>(node.kind()));
    switch (node.kind()) {
        case sql::NodeKind::column: return column(*node_cast<sql::ColumnNode>(&node));
        case sql::NodeKind::bind: return bind(*node_cast<sql::BindNode>(&node));
        case sql::NodeKind::binary: return binary(*node_cast<sql::BinaryNode>(&node));
        case sql::NodeKind::alias: return alias(*node_cast<sql::AliasNode>(&node));
        case sql::NodeKind::select: return select(*node_cast<sql::SelectNode>(&node));
        case sql::NodeKind::table: return add_pointer(&node), true;
        case sql::NodeKind::constant: return byte(static_cast<int>(node_cast<sql::ConstantNode>(&node)->which)), true;
        case sql::NodeKind::value_list: {
            const auto& values = node_cast<sql::ValueListNode>(&node)->values;
            count(values.size());
            for (const auto& each : values) value(each.view());
            return true;
        }
        case sql::NodeKind::unary: {
            const auto& unary = *node_cast<sql::UnaryNode>(&node);
            byte(static_cast<int>(unary.op));
            return this->node(unary.operand.node());
        }
        case sql::NodeKind::list: {
            const auto& list = *node_cast<sql::ListNode>(&node);
            byte(static_cast<int>(list.op));
            if (list.columns_only) return add_pointer(&node), true;
            return expressions(list.items);
        }
        case sql::NodeKind::join: {
            const auto& join = *node_cast<sql::JoinNode>(&node);
            byte(static_cast<int>(join.type));
            return this->node(join.left.get()) && this->node(join.right.get()) && this->node(join.on.node());
        }
        case sql::NodeKind::function: {
            const auto& function = *node_cast<sql::FunctionNode>(&node);
            text(function.name.text);
            byte(static_cast<int>(function.type.kind()));
            return expressions(function.arguments);
        }
        case sql::NodeKind::label: {
            const auto& label = *node_cast<sql::LabelNode>(&node);
            text(label.name.text);
            return this->node(label.operand.node());
        }
        case sql::NodeKind::between: {
            const auto& between = *node_cast<sql::BetweenNode>(&node);
            byte((between.negated ? 1 : 0) | (between.symmetric ? 2 : 0));
            return this->node(between.operand.node()) && this->node(between.low.node()) &&
                   this->node(between.high.node());
        }
        default: return false;
    }
}

bool StatementShape::column(const sql::ColumnNode& column) {
    if (column.form != sql::ColumnNode::Form::plain && column.form != sql::ColumnNode::Form::reference) return false;
    const sql::Node* table = column.table.get();
    bool plain = table != nullptr && table->kind() == sql::NodeKind::table;
    std::uint32_t what = static_cast<std::uint32_t>(column.type.kind()) << 2 |
                         (column.form == sql::ColumnNode::Form::reference ? 2u : 0u) | (plain ? 1u : 0u);
    word(what);
    text(column.name.text);
    if (!plain) return node(table);
    add_pointer(table);
    return true;
}

bool StatementShape::bind(const sql::BindNode& bind) {
    if (bind.named) return false;
    byte(bind.forced ? 1 : 0);
    value(bind.value.view());
    return true;
}

bool StatementShape::binary(const sql::BinaryNode& binary) {
    // These have a text of their own.
    if (binary.op == sql::Operator::custom || binary.op == sql::Operator::collate) return false;
    byte(static_cast<int>(binary.op));
    byte(binary.escape);
    byte(binary.ignores_case ? 1 : 0);
    byte(static_cast<int>(binary.result));
    return node(binary.left.node()) && node(binary.right.node());
}

// Aliases are made anew for each query: they are told apart by their order.
bool StatementShape::alias(const sql::AliasNode& alias) {
    if (alias.details != nullptr) return false;
    auto known = std::find(aliases_.begin(), aliases_.end(), &alias);
    count(static_cast<std::size_t>(known - aliases_.begin()));
    if (known != aliases_.end()) return true;
    aliases_.push_back(&alias);
    text(alias.name.text);
    return node(alias.element.get());
}

bool StatementShape::select(const sql::SelectNode& select) {
    bool rare = select.extras != nullptr || select.correlates_only || !select.correlated.empty() ||
                !select.distinct_on.empty() || select.for_update.has_value();
    if (rare) return false;
    byte(select.distinct ? 1 : 0);
    byte(static_cast<int>(select.label_style));
    bool all = expressions(select.columns) && nodes(select.froms) && expressions(select.conditions) &&
               expressions(select.group_by) && expressions(select.having) && expressions(select.order_by);
    if (!all) return false;
    byte(select.limit.has_value() ? 1 : 0);
    byte(select.offset.has_value() ? 1 : 0);
    if (select.limit) value(sql::ValueView::of(*select.limit));
    if (select.limit || select.offset) value(sql::ValueView::of(select.offset.value_or(0)));
    return true;
}

}  // namespace retort::orm
