// What stands in FROM: which tables a SELECT names, which it takes from the query around it, and how they are written.
#include <string>

#include "retort/sql/compiler.hpp"
#include "retort/sql/compiler_scope.hpp"
#include "retort/sql/walk.hpp"

namespace retort::sql {

void Compiler::add_from(const Node* from, std::size_t begin) {
    for (std::size_t i = begin; i < froms_.size(); ++i) {
        if (same_from(froms_[i], from)) return;
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

/// Takes out of FROM what the query around gives already.
void Compiler::correlate(Scope& scope, const SelectNode& select) {
    if (!scope.outer || (scope.end - scope.begin < 2 && !select.correlates_only)) return;
    if (scope.in_from && !select.correlates_only) return;
    std::vector<bool> kept(scope.end - scope.begin, true);
    bool any = false;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        const Node* from = froms_[scope.begin + i];
        if (!select.correlates_only) {
            kept[i] = !scope_contains(*scope.outer, from);
        } else {
            for (const NodeRef& named : select.correlated) {
                for (const Scope* outer = scope.outer; outer; outer = outer->outer) {
                    if (same_from(named.get(), from) && scope_contains(*outer, from)) kept[i] = false;
                }
            }
        }
        any = any || kept[i];
    }
    if (!any) {
        throw CompileError("no-from-left"_code,
                           "A subquery selects from nothing of its own: all its tables belong to the query around it",
                           "name what it shares with correlate({table}), or select from an alias()");
    }
    keep_froms(scope, kept);
}

void Compiler::settle_froms(Scope& scope, const SelectNode& select) {
    collect_froms(select.columns, scope.begin);
    collect_froms(select.conditions, scope.begin);
    for (const NodeRef& from : select.froms) add_from(from.get(), scope.begin);
    scope.end = froms_.size();
    hide_joined(scope);
    correlate(scope, select);
}

void Compiler::visit_froms(const Scope& scope) {
    for (std::size_t i = scope.begin; i < scope.end; ++i) {
        write(i == scope.begin ? " \nFROM " : ", ");
        visit(*froms_[i]);
    }
}

void Compiler::visit_table(const TableNode& table) { write_column_table(table); }

void Compiler::write_alias_name(const AliasNode& alias) {
    if (!alias.name.empty()) return write_name(alias.name);
    write_name(Identifier(made_up_name(alias)));
}

void Compiler::visit_alias(const AliasNode& alias) {
    bool is_table = alias.element->kind() == NodeKind::table || alias.element->kind() == NodeKind::cte;
    if (is_table) {
        visit(*alias.element);
    } else {
        if (alias.name.empty()) made_up_name(alias);
        visit_query(*alias.element, true);
    }
    write(" AS ");
    write_alias_name(alias);
}

void Compiler::visit_join(const JoinNode& join) {
    visit(*join.left);
    switch (join.type) {
        case JoinNode::Type::inner: write(" JOIN "); break;
        case JoinNode::Type::left: write(" LEFT OUTER JOIN "); break;
        case JoinNode::Type::full: write(" FULL OUTER JOIN "); break;
    }
    bool nested = join.right->kind() == NodeKind::join;
    if (nested) write('(');
    visit(*join.right);
    if (nested) write(')');
    write(" ON ");
    visit_condition(join.on, Operator::as_boolean);
}

void Compiler::visit_cte(const CteNode& cte) {
    write_name(cte.name);
    for (const WrittenCte& written : ctes_) {
        if (written.node == &cte) return;
    }
    std::string outer_text = std::exchange(out_, {});
    std::vector<ValueView> outer_parameters;
    if (has_positional_marks()) outer_parameters = std::exchange(parameters_, {});
    Scope* outer_scope = std::exchange(scope_, nullptr);
    write_name(cte.name);
    write(" AS \n");
    visit_query(*cte.element, true);
    std::string text = std::exchange(out_, std::move(outer_text));
    std::vector<ValueView> own;
    if (has_positional_marks()) own = std::exchange(parameters_, std::move(outer_parameters));
    scope_ = outer_scope;
    ctes_.push_back({&cte, std::move(text), std::move(own)});
}

void Compiler::prepend_ctes() {
    std::string text = "WITH ";
    std::vector<ValueView> parameters;
    for (const WrittenCte& cte : ctes_) {
        if (&cte != &ctes_.front()) text += ", \n";
        text += cte.text;
        parameters.insert(parameters.end(), cte.parameters.begin(), cte.parameters.end());
    }
    text += "\n ";
    out_.insert(0, text);
    for (auto& [name, position] : named_) position += parameters.size();
    parameters_.insert(parameters_.begin(), parameters.begin(), parameters.end());
}

}  // namespace retort::sql
