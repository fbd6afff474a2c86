// UPDATE as a value.
#pragma once

#include "retort/sql/insert.hpp"

namespace retort::sql {

class UpdateNode;

/// An UPDATE; a value as Select is. Without `where` it changes every row.
class Update {
  public:
    explicit Update(TableRef table);

    /// What is set, in order; called again, it adds.
    [[nodiscard]] Update values(std::vector<Assignment> assignments) const&;
    [[nodiscard]] Update values(std::vector<Assignment> assignments) &&;
    /// A column of another table that the conditions name, on databases that change several at once (MySQL).
    [[nodiscard]] Update set(const ColumnRef& column, Expression value) const;
    [[nodiscard]] Update where(Expression condition) const&;
    [[nodiscard]] Update where(Expression condition) &&;
    [[nodiscard]] Update returning(std::vector<Expression> columns) const&;
    [[nodiscard]] Update returning(std::vector<Expression> columns) &&;

    /// Right after the statement's first word; with a dialect ("mysql"), for that database only.
    [[nodiscard]] Update prefix_with(std::string_view sql, std::string_view dialect = {}) const;
    /// Beside the table.
    [[nodiscard]] Update with_hint(std::string_view sql, std::string_view dialect = {}) const;
    [[nodiscard]] Update add_cte(const Subquery& cte) const;
    /// At most so many rows; MySQL only, others leave it out.
    [[nodiscard]] Update limit(std::int64_t rows) const;
    /// What it returns, as a common table expression of another statement.
    [[nodiscard]] Subquery cte(std::string_view name = {}) const;

    const Node* node() const { return node_.get(); }
    const NodeRef& ref() const { return node_; }
    const UpdateNode* core() const;

  private:
    UpdateNode& own();

    NodeRef node_;
};

Update update(TableRef table);

}  // namespace retort::sql
