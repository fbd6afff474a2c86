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

    const Node* node() const { return node_.get(); }
    const NodeRef& ref() const { return node_; }
    const DeleteNode* core() const;

  private:
    DeleteNode& own();

    NodeRef node_;
};

Delete delete_(TableRef table);

}  // namespace retort::sql
