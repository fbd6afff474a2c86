// How INSERT, UPDATE and DELETE are written.
#include "retort/sql/compiler.hpp"
#include "retort/sql/compiler_scope.hpp"
#include "retort/sql/walk.hpp"

namespace retort::sql {

void Compiler::visit_default_values() { write(" DEFAULT VALUES"); }

void Compiler::visit_parameters(const std::vector<Identifier>& columns) {
    write('(');
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i != 0) write(", ");
        named_.emplace_back(columns[i].text, parameters_.size());
        write_mark_for(ValueView::null());
    }
    write(')');
}

void Compiler::visit_rows(const InsertNode& insert) {
    write(" VALUES ");
    if (insert.rows.empty()) return visit_parameters(insert.columns);
    for (std::size_t row = 0; row < insert.rows.size(); ++row) {
        write(row == 0 ? "(" : ", (");
        for (std::size_t i = 0; i < insert.rows[row].size(); ++i) {
            if (i != 0) write(", ");
            const Node* node = insert.rows[row][i].node();
            if (const auto* bind = node_cast<BindNode>(node); bind && !bind->named) {
                write_mark_for(bind->value.view());
            } else {
                visit_grouped(insert.rows[row][i]);
            }
        }
        write(')');
    }
}

void Compiler::visit_insert(const InsertNode& insert) {
    write("INSERT INTO ");
    visit(*insert.table.node());
    if (!insert.columns.empty()) {
        write(" (");
        visit_names(insert.columns);
        write(')');
    }
    if (insert.query) {
        write(' ');
        visit(*insert.query);
    } else if (insert.columns.empty()) {
        visit_default_values();
    } else {
        visit_rows(insert);
    }
    if (insert.conflict != InsertNode::Conflict::fail) visit_conflict(insert);
    if (!insert.returning.empty()) visit_returning(insert.returning);
}

void Compiler::visit_conflict(const InsertNode& insert) {
    write(" ON CONFLICT");
    if (!insert.conflict_columns.empty()) {
        write(" (");
        visit_names(insert.conflict_columns);
        write(')');
    }
    if (insert.conflict == InsertNode::Conflict::nothing) return write(" DO NOTHING");
    write(" DO UPDATE SET ");
    visit_assignments(insert.conflict_set, " = ");
    if (insert.conflict_where.is_empty()) return;
    write(" WHERE ");
    visit_condition(insert.conflict_where, Operator::as_boolean);
}

void Compiler::visit_returning(const std::vector<Expression>& columns) {
    write(" RETURNING ");
    SelectNode none;
    Scope scope{&none, scope_, froms_.size(), froms_.size(), seen_.size(), 0, false};
    scope_ = &scope;
    in_returning_ = true;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i != 0) write(", ");
        visit_select_column(columns[i]);
    }
    in_returning_ = false;
    seen_.resize(scope.seen, Seen{});
    scope_ = scope.outer;
}

void Compiler::visit_assignments(const std::vector<std::pair<Identifier, Expression>>& assignments,
                                 std::string_view equals) {
    for (std::size_t i = 0; i < assignments.size(); ++i) {
        const auto& [name, value] = assignments[i];
        if (i != 0) write(", ");
        write_name(name);
        write(equals);
        const auto* bind = node_cast<BindNode>(value.node());
        if (bind && !bind->named) {
            write_mark_for(bind->value.view());
        } else {
            visit_grouped(value);
        }
    }
}

std::vector<const Node*> Compiler::other_froms(const TableRef& table, const std::vector<Expression>& conditions) {
    std::vector<const Node*> out;
    for (const Expression& condition : conditions) {
        for_each_table(condition, [&](const NodeRef& other) {
            if (same_from(other.get(), table.node())) return;
            for (const Node* known : out) {
                if (same_from(known, other.get())) return;
            }
            out.push_back(other.get());
        });
    }
    return out;
}

void Compiler::visit_update_froms(const std::vector<const Node*>& froms) {
    for (std::size_t i = 0; i < froms.size(); ++i) {
        write(i == 0 ? " FROM " : ", ");
        visit(*froms[i]);
    }
}

void Compiler::visit_delete_froms(const std::vector<const Node*>&) {
    throw CompileError("delete-from-several-tables"_code,
                       "A DELETE may not name a second table in its conditions in this database",
                       "ask for the other table's rows in a subquery: column.in_(select(…))");
}

void Compiler::visit_update(const UpdateNode& update) {
    if (update.assignments.empty()) {
        throw CompileError("update-without-values"_code, "The UPDATE sets nothing",
                           "say what to set: update(table).values({{\"name\", value}})");
    }
    std::vector<const Node*> others = other_froms(update.table, update.conditions);
    Scope scope{nullptr, nullptr, froms_.size(), 0, seen_.size(), 0, false};
    froms_.push_back(update.table.node());
    froms_.insert(froms_.end(), others.begin(), others.end());
    scope.end = froms_.size();
    scope_ = &scope;
    write("UPDATE ");
    visit(*update.table.node());
    write(" SET ");
    visit_assignments(update.assignments, "=");
    if (!others.empty()) visit_update_froms(others);
    if (!update.conditions.empty()) {
        write(" WHERE ");
        visit_conditions(update.conditions);
    }
    if (!update.returning.empty()) visit_returning(update.returning);
    scope_ = nullptr;
}

void Compiler::visit_delete(const DeleteNode& node) {
    std::vector<const Node*> others = other_froms(node.table, node.conditions);
    Scope scope{nullptr, nullptr, froms_.size(), 0, seen_.size(), 0, false};
    froms_.push_back(node.table.node());
    froms_.insert(froms_.end(), others.begin(), others.end());
    scope.end = froms_.size();
    scope_ = &scope;
    write("DELETE FROM ");
    visit(*node.table.node());
    if (!others.empty()) visit_delete_froms(others);
    if (!node.conditions.empty()) {
        write(" WHERE ");
        visit_conditions(node.conditions);
    }
    if (!node.returning.empty()) visit_returning(node.returning);
    scope_ = nullptr;
}

}  // namespace retort::sql
