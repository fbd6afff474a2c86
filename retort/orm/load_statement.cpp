// What eager joins add to a statement.
#include "retort/orm/load_statement.hpp"

#include <algorithm>
#include <string>

#include "retort/sql/nodes.hpp"
#include "retort/sql/walk.hpp"

namespace retort::orm {

void LoadStatement::add_columns(LoadNode& node) {
    node.column = width_;
    auto columns = node.selected();
    width_ += columns.size();
    columns_.insert(columns_.end(), columns.begin(), columns.end());
    for (auto& kind : node.kinds) add_kind(node, kind);
}

void LoadStatement::join_kinds(const LoadNode& node) {
    for (const auto& kind : node.kinds) {
        const auto& table = kind.mapper->table;
        const auto& froms = select_.core()->froms;
        // Kinds of one table share it, and a query may have joined it itself.
        bool joined = std::any_of(froms.begin(), froms.end(),
                                  [&](const auto& from) { return sql::from_contains(from.get(), table.node()); });
        if (kind.mapper->above != nullptr && !joined) join_kind(node, table);
    }
    kinds_joined_ = true;
}

std::size_t LoadStatement::add_value(sql::Expression value) {
    columns_.push_back(std::move(value));
    return width_++;
}

void LoadStatement::join(LoadNode& node) {
    for (auto& step : node.steps) {
        if (!step.in_row()) continue;
        if (!step.contains_eager) join_targets(node, step);
        add_columns(*step.targets);
        join(*step.targets);
    }
}

sql::Select LoadStatement::finish() {
    auto all = std::move(select_).with_only_columns(std::move(columns_));
    return order_.empty() ? all : std::move(all).order_by(std::move(order_));
}

void LoadStatement::add_kind(const LoadNode& node, KindPart& kind) {
    bool own = kinds_joined_ && node.table.node() == node.mapper->table.node();
    auto table = kind.mapper->above == nullptr ? node.table : own ? kind.mapper->table : kind.mapper->table.alias();
    if (kind.mapper->above != nullptr && !own) join_kind(node, table);
    kind.column = width_;
    for (const auto& attribute : kind.mapper->attributes) {
        if ((kind.columns >> attribute.index & 1) == 0) continue;
        columns_.push_back(own ? sql::Expression(attribute.column)
                               : sql::Expression(table.column(attribute.column_name, attribute.sql_type)));
        ++width_;
    }
}

void LoadStatement::join_kind(const LoadNode& node, const sql::TableRef& table) {
    sql::Expression on;
    for (const auto* key : node.mapper->keys) {
        auto one = sql::Expression::compare(sql::Operator::eq, key->in_table(node.table),
                                            table.column(key->column_name, key->sql_type));
        on = on.is_empty() ? one : std::move(on) && one;
    }
    select_ = std::move(select_).outerjoin(table, std::move(on));
}

void LoadStatement::join_targets(LoadNode& node, LoadStep& step) {
    sql::TableRef between;
    if (step.relationship->secondary != nullptr) between = step.relationship->secondary->table.alias();
    auto targets = step.targets->table;
    auto joins = step.relationship->joins(node.table, targets, between);
    JoinStep first;
    for (auto& [table, on] : joins) {
        bool last = table.node() == targets.node();
        sql::From right = table;
        if (last && !step.criteria.is_empty()) {
            on = std::move(on) && step.criteria_on(targets);
        }
        if (step.innerjoin) {
            select_ = std::move(select_).join(right, std::move(on));
        } else if (!last) {
            first = {table, std::move(on)};
        } else if (first.table.is_empty()) {
            select_ = std::move(select_).outerjoin(right, std::move(on));
        } else {
            select_ = std::move(select_).outerjoin(first.table.join(right, on), std::move(first.on));
        }
    }
    auto order = step.relationship->order_in(targets);
    order_.insert(order_.end(), order.begin(), order.end());
}

namespace {

/// A term of ORDER BY taken apart: what it orders by, and how, the outermost last.
struct SortedBy {
    sql::Expression operand;
    std::vector<sql::Operator> directions;

    explicit SortedBy(sql::Expression term) : operand(std::move(term)) {
        // SQL text says its directions itself: its rank does not.
        if (operand.node()->kind() == sql::NodeKind::text) operand = sql::function("rank").over({}, {operand});
        while (const auto* unary = sql::node_cast<sql::UnaryNode>(operand.node())) {
            bool direction = unary->op == sql::Operator::desc || unary->op == sql::Operator::asc ||
                             unary->op == sql::Operator::nulls_first || unary->op == sql::Operator::nulls_last;
            if (!direction) break;
            directions.insert(directions.begin(), unary->op);
            operand = sql::Expression(unary->operand);
        }
    }
    sql::Expression of(sql::Expression column) const {
        for (auto direction : directions) {
            column = direction == sql::Operator::desc          ? column.desc()
                     : direction == sql::Operator::nulls_first ? column.nulls_first()
                     : direction == sql::Operator::nulls_last  ? column.nulls_last()
                                                               : column;
        }
        return column;
    }
};

}  // namespace

void LoadStatement::wrap(LoadNode& entity) {
    const auto* core = select_.core();
    auto inner_columns = entity.selected();
    std::vector<std::pair<std::string, SortedBy>> terms;
    for (const auto& each : core->order_by) {
        SortedBy term(each);
        const auto* column = sql::node_cast<sql::ColumnNode>(term.operand.node());
        bool own = column != nullptr && sql::same_from(column->table.get(), entity.table.node());
        std::string name = own ? std::string(column->name.text) : "order_" + std::to_string(terms.size() + 1);
        if (!own) inner_columns.push_back(term.operand.label(name));
        terms.emplace_back(std::move(name), std::move(term));
    }
    auto subquery = std::move(select_).with_only_columns(std::move(inner_columns)).subquery();
    sql::TableRef table{subquery.ref()};
    for (const auto& [name, term] : terms) order_.push_back(term.of(table.column(name)));
    entity.table = table;
    select_ = sql::Select{}.select_from(table);
}

}  // namespace retort::orm
