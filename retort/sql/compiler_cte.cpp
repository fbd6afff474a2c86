// Common table expressions: written once, in front of the statement, wherever they are first named.
#include <string>

#include "retort/sql/compiler.hpp"
#include "retort/sql/compiler_scope.hpp"

namespace retort::sql {

namespace {

/// A recursive CTE and the one that stands for it within itself are the same one.
const Node* root_of(const CteNode& cte) {
    const CteNode* node = &cte;
    while (const auto* base = node_cast<CteNode>(node->stands_for.get())) node = base;
    return node;
}

}  // namespace

void Compiler::write_cte_name(const CteNode& cte) {
    if (!cte.name.empty()) return write_name(cte.name);
    write_name(Identifier(made_up_name(*root_of(cte), "anon")));
}

void Compiler::visit_cte(const CteNode& cte) {
    write_cte_name(cte);
    const Node* root = root_of(cte);
    for (const Node* open : open_ctes_) {
        if (open == root) return;
    }
    for (const WrittenCte& written : ctes_) {
        if (written.root == root) return;
    }
    define_cte(cte, root);
}

void Compiler::define_ctes(const std::vector<NodeRef>& ctes) {
    for (const NodeRef& node : ctes) {
        std::size_t before = out_.size();
        visit(*node);
        out_.resize(before);
    }
}

void Compiler::visit_cte_body(const CteNode& cte) {
    write_cte_name(cte);
    if (cte.recursive) {
        std::vector<Expression> columns = Subquery(NodeRef(&cte)).columns();
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const auto& column = static_cast<const ColumnNode&>(*columns[i].node());
            bool named = column.form == ColumnNode::Form::plain;
            write(i == 0 ? "(" : ", ");
            named ? write_name(column.name)
                  : write_name(Identifier(made_up_label(*static_cast<const UnnamedColumnNode&>(column).source)));
        }
        if (!columns.empty()) write(')');
    }
    write(" AS ");
    if (!cte.prefix.empty()) write(cte.prefix + ' ');
    write('\n');
    visit_query(*cte.element, true);
    if (!cte.suffix.empty()) write(' ' + cte.suffix);
}

void Compiler::define_cte(const CteNode& cte, const Node* root) {
    std::string outer_text = std::exchange(out_, {});
    std::vector<ValueView> outer_parameters;
    std::vector<std::pair<std::string, std::size_t>> outer_named;
    if (has_positional_marks()) {
        outer_parameters = std::exchange(parameters_, {});
        outer_named = std::exchange(named_, {});
    }
    Scope* outer_scope = std::exchange(scope_, nullptr);
    bool outer_names_only = std::exchange(names_only_, false);
    bool outer_operator = std::exchange(in_operator_, false);
    open_ctes_.push_back(root);
    visit_cte_body(cte);
    open_ctes_.pop_back();
    in_operator_ = outer_operator;
    names_only_ = outer_names_only;
    scope_ = outer_scope;
    WrittenCte written{
        root, std::exchange(out_, std::move(outer_text)), {}, {}, cte.recursive, cte.nesting ? queries_ : 1};
    if (has_positional_marks()) {
        written.parameters = std::exchange(parameters_, std::move(outer_parameters));
        written.named = std::exchange(named_, std::move(outer_named));
    }
    ctes_.push_back(std::move(written));
}

Compiler::QueryStart Compiler::open_query() {
    QueryStart start{out_.size(), parameters_.size(), named_.size(), std::exchange(in_member_, false)};
    if (!start.member) ++queries_;
    return start;
}

/// A query within another one has the WITH of its nesting CTEs itself; all others stand in front of the statement.
void Compiler::close_query(const QueryStart& start) {
    if (start.member) return;
    int level = queries_--;
    if (level == 1) return;
    std::vector<WrittenCte> own;
    for (WrittenCte& cte : ctes_) {
        if (cte.level == level) own.push_back(std::move(cte));
    }
    if (own.empty()) return;
    std::erase_if(ctes_, [&](const WrittenCte& cte) { return cte.level == level; });
    prepend_ctes(start, std::move(own));
}

void Compiler::prepend_ctes(const QueryStart& start, std::vector<WrittenCte> ctes) {
    bool recursive = false;
    for (const WrittenCte& cte : ctes) recursive = recursive || cte.recursive;
    std::string text = recursive ? "WITH RECURSIVE " : "WITH ";
    std::vector<ValueView> parameters;
    std::vector<std::pair<std::string, std::size_t>> named(named_.begin(),
                                                           named_.begin() + static_cast<std::ptrdiff_t>(start.named));
    for (WrittenCte& cte : ctes) {
        if (&cte != &ctes.front()) text += ", \n";
        text += cte.text;
        std::size_t before = start.parameters + parameters.size();
        for (auto& [name, position] : cte.named) named.emplace_back(std::move(name), position + before);
        parameters.insert(parameters.end(), cte.parameters.begin(), cte.parameters.end());
    }
    text += "\n ";
    out_.insert(start.text, text);
    for (std::size_t i = start.named; i < named_.size(); ++i) {
        named.emplace_back(std::move(named_[i].first), named_[i].second + parameters.size());
    }
    named_ = std::move(named);
    parameters_.insert(parameters_.begin() + static_cast<std::ptrdiff_t>(start.parameters), parameters.begin(),
                       parameters.end());
}

}  // namespace retort::sql
