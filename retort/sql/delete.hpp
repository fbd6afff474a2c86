// DELETE as a value.
#pragma once

#include "retort/sql/select.hpp"

namespace retort::sql {

class DeleteNode;

/// A DELETE; a value as Select is. Without `where` it deletes every row.
class Delete {
  public:
    explicit Delete(TableRef table);

    [[nodiscard]] Delete where(Expression condition) const&;
    [[nodiscard]] Delete where(Expression condition) &&;
    [[nodiscard]] Delete returning(std::vector<Expression> columns) const&;
    [[nodiscard]] Delete returning(std::vector<Expression> columns) &&;

    /// Right after the statement's first word; with a dialect ("mysql"), for that database only.
    [[nodiscard]] Delete prefix_with(std::string_view sql, std::string_view dialect = {}) const;
    /// Beside the table.
    [[nodiscard]] Delete with_hint(std::string_view sql, std::string_view dialect = {}) const;
    [[nodiscard]] Delete add_cte(const Subquery& cte) const;
    /// At most so many rows; MySQL only, others leave it out.
    [[nodiscard]] Delete limit(std::int64_t rows) const;
    /// What it returns, as a common table expression of another statement.
    [[nodiscard]] Subquery cte(std::string_view name = {}) const;

    const Node* node() const { return node_.get(); }
    const NodeRef& ref() const { return node_; }
    const DeleteNode* core() const;

  private:
    DeleteNode& own();

    NodeRef node_;
};

Delete delete_(TableRef table);

}  // namespace retort::sql
