// What stands in FROM: tables, aliases, subqueries, joins; and the columns they give.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "retort/sql/expression.hpp"

namespace retort::sql {

class ColumnRef;
class Select;

/// Anything that can stand in FROM.
class From {
  public:
    From() = default;
    explicit From(NodeRef node) : node_(std::move(node)) {}

    bool is_empty() const { return !node_; }
    const Node* node() const { return node_.get(); }
    const NodeRef& ref() const { return node_; }

    [[nodiscard]] From join(const From& right, const Expression& on) const;
    [[nodiscard]] From outerjoin(const From& right, const Expression& on, bool full = false) const;

  private:
    NodeRef node_;
};

/// A table by its name and schema, or an alias of one. Tables of one name are the same table; every alias is itself.
class TableRef : public From {
  public:
    TableRef() = default;
    explicit TableRef(std::string_view name, std::string_view schema = {});
    explicit TableRef(NodeRef node) : From(std::move(node)) {}

    /// The table's name, or the alias's (empty when it is made up on compiling).
    const std::string& name() const;
    /// Another name for the table in FROM; made up (`user_1`) when none is given.
    [[nodiscard]] TableRef alias(std::string_view name = {}) const;
    ColumnRef column(std::string_view name, Type type = {}) const;
    /// TABLESAMPLE method (of a percentage: `func::system(10)`-like functions) REPEATABLE (seed).
    [[nodiscard]] TableRef tablesample(const Expression& method, std::string_view name = {},
                                       const Expression& seed = {}) const;
};

/// A query in FROM, or WITH (a common table expression): its columns are those the query selects.
class Subquery : public From {
  public:
    Subquery() = default;
    explicit Subquery(NodeRef node) : From(std::move(node)) {}

    /// Throws ArgumentError("unknown-column") when the query selects no column of that name.
    ColumnRef column(std::string_view name) const;
    /// All of them, in order.
    std::vector<Expression> columns() const;
    /// Another name for it.
    [[nodiscard]] Subquery alias(std::string_view name = {}) const;
    /// A table that is made for each row of those before it.
    [[nodiscard]] Subquery lateral(std::string_view name = {}) const;

    /// The recursive whole of a CTE: `tree.union_all(select(…).join(tree, …))`. Throws
    /// ArgumentError("not-a-cte") for other subqueries.
    [[nodiscard]] Subquery union_(const Select& step) const;
    [[nodiscard]] Subquery union_all(const Select& step) const;
    /// Between AS and the brackets of a CTE: MATERIALIZED, NOT MATERIALIZED.
    [[nodiscard]] Subquery prefix_with(std::string_view sql) const;
    [[nodiscard]] Subquery suffix_with(std::string_view sql) const;
    /// The function's columns are named in FROM: `AS f(a, b)`, or `AS f(a INTEGER)`.
    [[nodiscard]] Subquery render_derived(std::string_view name = {}, bool with_types = false) const;
};

/// VALUES (…), (…) in FROM, with these columns (`column("a", Integer())`).
/// `literal`: the values stand in the text. `runnable`: also SQLite takes it, which SQLAlchemy's form it does not.
Subquery values(std::vector<Expression> columns, std::vector<std::vector<Expression>> rows, std::string_view name = {},
                bool literal = false, bool runnable = false);
/// A function in FROM that gives rows of these columns; with `ordinality`, a last one that counts them.
Subquery table_valued(const Expression& function, std::vector<Expression> columns, std::string_view name = {},
                      std::string_view ordinality = {});
/// A function in FROM that gives one value a row, which goes by the name of the function's alias.
ColumnRef column_valued(const Expression& function, std::string_view name = {});
/// One column of the rows that a function gives, where a value stands: `(jsonb_each(data)).value` (PostgreSQL).
Expression scalar_table_valued(const Expression& function, std::string_view column, Type type = {});
/// text() that selects these columns, so that it can be a subquery or a CTE.
Subquery text_subquery(const Expression& text, std::vector<Expression> columns, std::string_view name = {});
Subquery text_cte(const Expression& text, std::vector<Expression> columns, std::string_view name = {});

/// A column of a table (or alias, or subquery).
class ColumnRef : public Expression {
  public:
    ColumnRef() = default;
    explicit ColumnRef(NodeRef node) : Expression(std::move(node)) {}
    const std::string& name() const;
    From table() const;
};

}  // namespace retort::sql
