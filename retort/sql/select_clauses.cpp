// The clauses of SELECT that only few statements have.
#include "retort/sql/own_query.hpp"
#include "retort/sql/select.hpp"

namespace retort::sql {

namespace {

Fragment fragment(std::string_view sql, std::string_view dialect) { return {std::string(sql), std::string(dialect)}; }

}  // namespace

Select Select::limit_to(const Expression& rows) const {
    Select copy = *this;
    own_query(copy.node_).limit.reset();
    own_extras(copy.node_).limit = rows;
    return copy;
}

Select Select::offset_by(const Expression& rows) const {
    Select copy = *this;
    own_query(copy.node_).offset.reset();
    own_extras(copy.node_).offset = rows;
    return copy;
}

Select Select::fetch(std::int64_t rows, bool with_ties, bool percent) const {
    Select copy = *this;
    own_query(copy.node_).limit.reset();
    own_extras(copy.node_).fetch = Fetch{rows, with_ties, percent};
    return copy;
}

Select Select::prefix_with(std::string_view sql, std::string_view dialect) const {
    Select copy = *this;
    own_extras(copy.node_).prefixes.push_back(fragment(sql, dialect));
    return copy;
}

Select Select::suffix_with(std::string_view sql, std::string_view dialect) const {
    Select copy = *this;
    own_extras(copy.node_).suffixes.push_back(fragment(sql, dialect));
    return copy;
}

Select Select::with_statement_hint(std::string_view sql, std::string_view dialect) const {
    Select copy = *this;
    own_extras(copy.node_).hints.push_back(fragment(sql, dialect));
    return copy;
}

Select Select::with_hint(const From& table, std::string_view sql, std::string_view dialect) const {
    Select copy = *this;
    own_extras(copy.node_).table_hints.emplace_back(table.ref(), fragment(sql, dialect));
    return copy;
}

Select Select::add_cte(const Subquery& cte) const {
    Select copy = *this;
    own_extras(copy.node_).ctes.push_back(cte.ref());
    return copy;
}

Select Select::correlate_except(std::vector<From> froms) const {  // NOLINT: a list made for the call
    Select copy = *this;
    QueryExtras& extras = own_extras(copy.node_);
    extras.correlates_rest = true;
    for (const From& from : froms) extras.uncorrelated.push_back(from.ref());
    return copy;
}

Select Select::select_from(const Expression& text) const { return select_from(From(text.ref())); }

Select Select::join_from(From left, From right, Expression on) const { return select_from(left.join(right, on)); }

Subquery Select::cte(std::string_view name, bool recursive, bool nesting) const {
    auto* node = new CteNode(node_, name);
    node->recursive = recursive;
    node->nesting = nesting;
    return Subquery(NodeRef(node));
}

Subquery Select::lateral(std::string_view name) const {
    return Subquery(NodeRef(new AliasNode(node_, name, AliasDetails{.lateral = true})));
}

Expression Select::label(std::string_view name) const { return scalar_subquery().label(name); }

}  // namespace retort::sql
