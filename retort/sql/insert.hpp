// INSERT as a value.
#pragma once

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

    const Node* node() const { return node_.get(); }
    const NodeRef& ref() const { return node_; }
    const InsertNode* core() const;

  private:
    InsertNode& own();

    NodeRef node_;
};

Insert insert(TableRef table);
/// The value that a conflicting INSERT wanted to write.
Expression excluded(std::string_view column);

}  // namespace retort::sql
