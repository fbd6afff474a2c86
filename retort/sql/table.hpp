// What stands in FROM: tables, aliases, subqueries, joins; and the columns they give.
#pragma once

#include <string>
#include <string_view>

#include "retort/sql/expression.hpp"

namespace retort::sql {

class ColumnRef;

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
};

/// A query in FROM, or WITH (a common table expression): its columns are those the query selects.
class Subquery : public From {
  public:
    Subquery() = default;
    explicit Subquery(NodeRef node) : From(std::move(node)) {}

    /// Throws ArgumentError("unknown-column") when the query selects no column of that name.
    ColumnRef column(std::string_view name) const;
    /// All of them, in order; throws when one has no name.
    std::vector<Expression> columns() const;
};

/// A column of a table (or alias, or subquery).
class ColumnRef : public Expression {
  public:
    ColumnRef() = default;
    explicit ColumnRef(NodeRef node) : Expression(std::move(node)) {}
    const std::string& name() const;
    From table() const;
};

}  // namespace retort::sql
