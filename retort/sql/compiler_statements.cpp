// How INSERT, UPDATE and DELETE are written.
#include "retort/sql/compiler.hpp"
#include "retort/sql/compiler_scope.hpp"
#include "retort/sql/walk.hpp"

namespace retort::sql {

void Compiler::visit_default_values() { write(" () VALUES ()"); }

void Compiler::visit_parameters(const std::vector<Identifier>& columns) {
    write('(');
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i != 0) write(", ");
        named_.emplace_back(columns[i].text, parameters_.size());
        write_mark_for(ValueView::null(), {columns[i].text});
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
                const std::size_t item = insert.rows.size() == 1 ? 0 : row + 1;
                write_mark_for(bind->value.view(), {insert.columns[i].text, 0, item});
            } else {
                visit_grouped(insert.rows[row][i]);
            }
        }
        write(')');
    }
}

void Compiler::visit_insert(const InsertNode& insert) {
    write("INSERT ");
    if (insert.extras) write_fragments(insert.extras->prefixes);
    write("INTO ");
    visit(*insert.table.node());
    if (!insert.columns.empty()) {
        write(" (");
        visit_names(insert.columns);
        write(')');
    }
    if (insert.query) {
        write(' ');
        if (cte_follows_insert() && open_ctes_.empty()) cte_place_ = out_.size();
        bool outer = std::exchange(in_from_, !open_ctes_.empty());  // what a CTE inserts has its columns named
        visit(*insert.query);
        in_from_ = outer;
    } else if (insert.columns.empty()) {
        visit_default_values();
    } else {
        visit_rows(insert);
    }
    if (insert.conflict != InsertNode::Conflict::fail) visit_conflict(insert);
    if (insert.extras && !insert.extras->duplicate_set.empty()) visit_duplicate(insert);
    if (!insert.returning.empty()) visit_returning(insert.returning);
    if (insert.extras) define_ctes(insert.extras->ctes);
}

void Compiler::visit_conflict_target(const InsertNode& insert) {
    if (!insert.conflict_columns.empty()) {
        write(" (");
        visit_names(insert.conflict_columns);
        write(')');
    }
    if (!insert.extras) return;
    bool outer = std::exchange(names_only_, true);
    bool outer_literal = std::exchange(in_literal_values_, in_literal_values_ || conflict_target_is_literal());
    if (!insert.extras->conflict_constraint.empty()) {
        write(" ON CONSTRAINT ");
        write_name(insert.extras->conflict_constraint);
    } else if (!insert.extras->conflict_elements.empty()) {
        write(' ');
        visit_parenthesised(insert.extras->conflict_elements);
    }
    if (!insert.extras->conflict_index_where.is_empty()) {
        write(" WHERE ");
        visit(insert.extras->conflict_index_where);
    }
    in_literal_values_ = outer_literal;
    names_only_ = outer;
}

void Compiler::visit_duplicate(const InsertNode&) {
    throw CompileError("no-duplicate-key-update"_code, "ON DUPLICATE KEY UPDATE is MySQL's",
                       "use on_conflict_do_update({\"id\"}, {…}) here");
}

void Compiler::visit_conflict(const InsertNode& insert) {
    write(" ON CONFLICT");
    visit_conflict_target(insert);
    if (insert.conflict == InsertNode::Conflict::nothing) return write(" DO NOTHING");
    write(" DO UPDATE SET ");
    visit_assignments(insert.conflict_set, " = ");
    if (insert.conflict_where.is_empty()) return;
    write(" WHERE ");
    visit(insert.conflict_where);
}

void Compiler::visit_returning(const std::vector<Expression>& columns) {
    write(" RETURNING ");
    SelectNode none;
    Scope scope{&none, scope_, froms_.size(), froms_.size(), seen_.size(), 0, false, false};
    if (scope_) {
        // Subqueries take the written table from the UPDATE or DELETE.
        scope.begin = scope_->begin;
        scope.end = scope_->end;
    }
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
            write_mark_for(bind->value.view(), {name.text});
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
    write(" FROM ");
    visit_froms(froms);
}

void Compiler::visit_delete_froms(const DeleteNode&, const std::vector<const Node*>& froms) {
    write(" , ");
    visit_froms(froms);
}

/// The table that is written to, with its hint.
void Compiler::visit_written(const TableRef& table, const WriteExtras* extras) {
    for (std::size_t i = 0; extras && i < extras->hints.size(); ++i) {
        const Fragment& hint = extras->hints[i];
        if (hint.dialect.empty() || hint.dialect == dialect_name()) return visit_hinted(*table.node(), hint.sql);
    }
    visit(*table.node());
}

/// With the table of each column where several are changed at once.
void Compiler::visit_set(const UpdateNode& update, bool several) {
    if (!several) return visit_assignments(update.assignments, "=");
    for (std::size_t i = 0; i < update.assignments.size(); ++i) {
        if (i != 0) write(", ");
        const Node* table = i < update.assigned_tables.size() ? update.assigned_tables[i].get() : nullptr;
        write_column_table(table ? *table : *update.table.node());
        write('.');
        visit_assignments({update.assignments[i]}, "=");
    }
}

void Compiler::visit_update(const UpdateNode& update) {
    if (update.assignments.empty()) {
        throw CompileError("update-without-values"_code, "The UPDATE sets nothing",
                           "say what to set: update(table).values({{\"name\", value}})");
    }
    std::vector<const Node*> others = other_froms(update.table, update.conditions);
    Scope scope{nullptr, scope_, froms_.size(), 0, seen_.size(), 0, false, false};
    froms_.push_back(update.table.node());
    froms_.insert(froms_.end(), others.begin(), others.end());
    scope.end = froms_.size();
    scope_ = &scope;
    write("UPDATE ");
    if (update.extras) write_fragments(update.extras->prefixes);
    visit_written(update.table, update.extras.get());
    bool several = updates_several_tables() && !others.empty();
    if (several) write(", ");
    if (several) visit_froms(others);
    write(" SET ");
    visit_set(update, several);
    if (!others.empty() && !several) visit_update_froms(others);
    visit_write_tail(update.conditions, update.returning, update.extras.get());
    scope_ = scope.outer;
    froms_.resize(scope.begin);
}

void Compiler::visit_write_tail(const std::vector<Expression>& conditions, const std::vector<Expression>& returning,
                                const WriteExtras* extras) {
    if (!conditions.empty()) {
        write(" WHERE ");
        visit_conditions(conditions);
    }
    if (extras && extras->limit) visit_write_limit(*extras->limit);
    if (!returning.empty()) visit_returning(returning);
    if (extras) define_ctes(extras->ctes);
}

void Compiler::visit_delete(const DeleteNode& node) {
    std::vector<const Node*> others = other_froms(node.table, node.conditions);
    Scope scope{nullptr, scope_, froms_.size(), 0, seen_.size(), 0, false, false};
    froms_.push_back(node.table.node());
    froms_.insert(froms_.end(), others.begin(), others.end());
    scope.end = froms_.size();
    scope_ = &scope;
    write("DELETE ");
    if (node.extras) write_fragments(node.extras->prefixes);
    write("FROM ");
    visit_written(node.table, node.extras.get());
    if (!others.empty()) visit_delete_froms(node, others);
    visit_write_tail(node.conditions, node.returning, node.extras.get());
    scope_ = scope.outer;
    froms_.resize(scope.begin);
}

}  // namespace retort::sql
