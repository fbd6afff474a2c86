// What stands in FROM: which tables a SELECT names, which it takes from the query around it, and how they are written.
#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <vector>

#include "retort/sql/compiler.hpp"
#include "retort/sql/compiler_scope.hpp"
#include "retort/sql/walk.hpp"

namespace retort::sql {

void Compiler::add_from(const Node* from, std::size_t begin) {
    for (std::size_t i = begin; i < froms_.size(); ++i) {
        if (froms_[i] == from || same_from(froms_[i], from)) return;
    }
    froms_.push_back(from);
}

void Compiler::collect_froms(const Expression& expression, std::size_t begin) {
    for_each_table(expression, [&](const NodeRef& table) { add_from(table.get(), begin); });
}

void Compiler::collect_froms(const std::vector<Expression>& expressions, std::size_t begin) {
    for (const Expression& expression : expressions) collect_froms(expression, begin);
}

void Compiler::keep_froms(Scope& scope, const std::vector<bool>& kept) {
    std::size_t to = scope.begin;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        if (kept[i]) froms_[to++] = froms_[scope.begin + i];
    }
    froms_.resize(to);
    scope.end = to;
}

/// A join stands for the tables in it.
void Compiler::hide_joined(Scope& scope) {
    bool joined = false;
    for (std::size_t i = scope.begin; i < scope.end; ++i) joined = joined || froms_[i]->kind() == NodeKind::join;
    if (!joined) return;
    std::vector<bool> kept(scope.end - scope.begin, true);
    for (std::size_t i = scope.begin; i < scope.end; ++i) {
        for (std::size_t j = scope.begin; j < scope.end; ++j) {
            if (i != j && froms_[j]->kind() == NodeKind::join && from_contains(froms_[j], froms_[i])) {
                kept[i - scope.begin] = false;
            }
        }
    }
    keep_froms(scope, kept);
}

bool Compiler::scope_contains(const Scope& scope, const Node* from) const {
    for (std::size_t i = scope.begin; i < scope.end; ++i) {
        if (from_contains(froms_[i], from)) return true;
    }
    return false;
}

namespace {

bool names(const std::vector<NodeRef>& list, const Node* from) {
    for (const NodeRef& named : list) {
        if (same_from(named.get(), from)) return true;
    }
    return false;
}

}  // namespace

/// Whether a query around this one has `from`, and this one takes it from there.
bool Compiler::is_correlated(const Scope& scope, const SelectNode& select, const Node* from) const {
    bool rest = select.extras && select.extras->correlates_rest;
    if (!select.correlates_only && !rest) return scope_contains(*scope.outer, from);
    bool wanted = rest ? !names(select.extras->uncorrelated, from) : names(select.correlated, from);
    for (const Scope* outer = scope.outer; wanted && outer; outer = outer->outer) {
        if (scope_contains(*outer, from)) return true;
    }
    return false;
}

/// Takes out of FROM what the query around gives already.
void Compiler::correlate(Scope& scope, const SelectNode& select) {
    bool chosen = select.correlates_only || (select.extras && select.extras->correlates_rest);
    if (!scope.outer || (scope.end - scope.begin < 2 && !chosen)) return;
    if (scope.in_from && !scope.lateral && !chosen) return;
    std::vector<bool> kept(scope.end - scope.begin, true);
    bool any = false;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        kept[i] = !is_correlated(scope, select, froms_[scope.begin + i]);
        any = any || kept[i];
    }
    if (!any && !chosen) {
        throw CompileError("no-from-left"_code,
                           "A subquery selects from nothing of its own: all its tables belong to the query around it",
                           "name what it shares with correlate({table}), or select from an alias()");
    }
    keep_froms(scope, kept);
}

namespace {

bool is_lateral(const Node* from) {
    const auto* alias = node_cast<AliasNode>(from);
    return alias != nullptr && alias->details != nullptr && alias->details->lateral;
}

}  // namespace

void Compiler::settle_froms(Scope& scope, const SelectNode& select) {
    for (const NodeRef& from : select.froms) add_from(from.get(), scope.begin);
    collect_froms(select.columns, scope.begin);
    collect_froms(select.conditions, scope.begin);
    // What is made for each row of other tables comes after them.
    const auto begin = froms_.begin() + static_cast<std::ptrdiff_t>(scope.begin);
    std::vector<const Node*> later;
    std::copy_if(begin, froms_.end(), std::back_inserter(later), &is_lateral);
    std::copy(later.begin(), later.end(), std::remove_if(begin, froms_.end(), &is_lateral));
    scope.end = froms_.size();
    hide_joined(scope);
    correlate(scope, select);
}

void Compiler::visit_froms(const Scope& scope) {
    for (std::size_t i = scope.begin; i < scope.end; ++i) {
        write(i == scope.begin ? " \nFROM " : ", ");
        visit_from(*froms_[i]);
    }
}

void Compiler::visit_froms(const std::vector<const Node*>& froms) {
    for (std::size_t i = 0; i < froms.size(); ++i) {
        if (i != 0) write(", ");
        visit(*froms[i]);
    }
}

void Compiler::visit_from(const Node& from) {
    const SelectNode* select = scope_ ? scope_->select : nullptr;
    if (select && select->extras) {
        for (const auto& [table, hint] : select->extras->table_hints) {
            bool here = hint.dialect.empty() || hint.dialect == dialect_name();
            if (here && same_from(table.get(), &from)) return visit_hinted(from, hint.sql);
        }
    }
    visit(from);
}

void Compiler::visit_hinted(const Node& table, std::string_view hint) {
    visit(table);
    write(" [");
    write(hint);
    write(']');
}

void Compiler::visit_table(const TableNode& table) { write_column_table(table); }

void Compiler::write_alias_name(const AliasNode& alias) {
    if (!alias.name.empty()) return write_name(alias.name);
    write_name(Identifier(made_up_name(alias)));
}

void Compiler::visit_alias(const AliasNode& alias) {
    if (alias.details) return visit_detailed_alias(alias, *alias.details);
    NodeKind kind = alias.element->kind();
    bool plain = kind == NodeKind::table || kind == NodeKind::cte || kind == NodeKind::function;
    if (plain) {
        visit(*alias.element);
    } else {
        if (alias.name.empty()) made_up_name(alias);
        visit_query(*alias.element, true);
    }
    write(" AS ");
    write_alias_name(alias);
}

void Compiler::visit_alias_columns(const AliasDetails& details) {
    for (std::size_t i = 0; i < details.columns.size(); ++i) {
        const auto* column = node_cast<ColumnNode>(details.columns[i].node());
        if (i != 0) write(", ");
        if (!column) continue;
        write_name(column->name);
        if (!details.typed || column->type.is_unknown()) continue;
        write(' ');
        types().write(column->type, out_);
    }
}

// (SELECT column1 AS a, column2 AS b FROM (VALUES (…))) AS v
void Compiler::visit_unnamed_values(const AliasNode& alias, const AliasDetails& details) {
    write("(SELECT ");
    for (std::size_t i = 0; i < details.columns.size(); ++i) {
        if (i != 0) write(", ");
        write("column" + std::to_string(i + 1) + " AS ");
        const auto* column = node_cast<ColumnNode>(details.columns[i].node());
        if (column) write_name(column->name);
    }
    write(" FROM ");
    visit_query(*alias.element, true);
    write(") AS ");
    write_alias_name(alias);
}

void Compiler::visit_detailed_alias(const AliasNode& alias, const AliasDetails& details) {
    if (details.runnable && !has_named_values()) return visit_unnamed_values(alias, details);
    if (details.lateral) write("LATERAL ");
    NodeKind kind = alias.element->kind();
    bool query = kind == NodeKind::select || kind == NodeKind::compound || kind == NodeKind::values;
    bool outer = std::exchange(in_lateral_, details.lateral);
    query ? visit_query(*alias.element, true) : visit(*alias.element);
    in_lateral_ = outer;
    if (kind == NodeKind::values && alias.name.empty()) return;
    if (details.ordinality) write(" WITH ORDINALITY");
    write(" AS ");
    write_alias_name(alias);
    if (details.derived || kind == NodeKind::values) {
        write(kind == NodeKind::values ? " (" : "(");
        visit_alias_columns(details);
        write(')');
    }
    if (details.sampling.is_empty()) return;
    write(" TABLESAMPLE ");
    visit(details.sampling);
    if (details.seed.is_empty()) return;
    write(" REPEATABLE (");
    visit(details.seed);
    write(')');
}

void Compiler::visit_values(const ValuesNode& values) {
    bool outer = std::exchange(in_literal_values_, in_literal_values_ || values.literal);
    write("VALUES ");
    for (std::size_t i = 0; i < values.rows.size(); ++i) {
        if (i != 0) write(", ");
        visit_parenthesised(values.rows[i]);
    }
    in_literal_values_ = outer;
}

void Compiler::visit_join(const JoinNode& join) {
    visit_from(*join.left);
    switch (join.type) {
        case JoinNode::Type::inner: write(inner_join()); break;
        case JoinNode::Type::left: write(" LEFT OUTER JOIN "); break;
        case JoinNode::Type::full: write(" FULL OUTER JOIN "); break;
    }
    bool nested = join.right->kind() == NodeKind::join;
    if (nested) write('(');
    visit_from(*join.right);
    if (nested) write(')');
    write(" ON ");
    visit_condition(join.on, Operator::as_boolean);
}

}  // namespace retort::sql
