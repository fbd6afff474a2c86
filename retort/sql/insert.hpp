// INSERT as a value.
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/sql/select.hpp"

namespace retort::sql {

class InsertNode;

/// A column's name and what it gets: a value or an expression.
struct Assignment {
    std::string column;
    Expression value;
};

/// What a conflict is about: the columns of a unique index (or its expressions), or the name of a constraint.
struct ConflictTarget {
    std::vector<Expression> elements;
    Expression index_where;
    std::string constraint;
};

/// An INSERT: of one row, of several, or of what a query selects; a value as Select is.
class Insert {
  public:
    explicit Insert(TableRef table);

    /// One row; called again, it adds columns to that row. Without any, DEFAULT VALUES.
    [[nodiscard]] Insert values(std::vector<Assignment> row) const&;
    [[nodiscard]] Insert values(std::vector<Assignment> row) &&;
    /// Several rows at once, all with these columns in this order.
    [[nodiscard]] Insert rows(std::vector<std::string> columns, std::vector<std::vector<Expression>> rows) const;
    /// The columns alone, one parameter each, their values given when it runs.
    [[nodiscard]] Insert columns(std::vector<std::string> columns) const;
    [[nodiscard]] Insert from_select(std::vector<std::string> columns, const Select& query) const;
    [[nodiscard]] Insert returning(std::vector<Expression> columns) const&;
    [[nodiscard]] Insert returning(std::vector<Expression> columns) &&;
    /// ON CONFLICT (index_columns) DO NOTHING; any conflict without columns.
    [[nodiscard]] Insert on_conflict_do_nothing(std::vector<std::string> index_columns = {}) const;
    /// ON CONFLICT (index_columns) DO UPDATE SET …; `excluded("name")` is the value that was refused.
    [[nodiscard]] Insert on_conflict_do_update(std::vector<std::string> index_columns, std::vector<Assignment> set,
                                               Expression where = {}) const;

    /// For indexes that cover a part of the rows (`index_where`), and for indexes of expressions.
    template <std::same_as<ConflictTarget> T>
    [[nodiscard]] Insert on_conflict_do_nothing(const T& target) const {
        return nothing_on(target);
    }
    template <std::same_as<ConflictTarget> T>
    [[nodiscard]] Insert on_conflict_do_update(const T& target, std::vector<Assignment> set,
                                               Expression where = {}) const {
        return update_on(target, std::move(set), std::move(where));
    }
    /// MySQL's form; `inserted("name")` is the value that was refused.
    [[nodiscard]] Insert on_duplicate_key_update(std::vector<Assignment> set) const;
    /// Between INSERT and INTO: `OR IGNORE`; with a dialect ("mysql"), for that database only.
    [[nodiscard]] Insert prefix_with(std::string_view sql, std::string_view dialect = {}) const;
    [[nodiscard]] Insert add_cte(const Subquery& cte) const;
    /// What it returns, as a common table expression of another statement.
    [[nodiscard]] Subquery cte(std::string_view name = {}) const;

    const Node* node() const { return node_.get(); }
    const NodeRef& ref() const { return node_; }
    const InsertNode* core() const;

  private:
    InsertNode& own();
    Insert nothing_on(const ConflictTarget& target) const;
    Insert update_on(const ConflictTarget& target, std::vector<Assignment> set, Expression where) const;

    NodeRef node_;
};

Insert insert(TableRef table);
/// The value that a conflicting INSERT wanted to write.
Expression excluded(std::string_view column);
/// The same with the column's type.
Expression excluded(const ColumnRef& column);
/// The same for `on_duplicate_key_update`: VALUES(column).
Expression inserted(std::string_view column);

}  // namespace retort::sql
