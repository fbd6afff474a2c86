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
    [[nodiscard]] Update where(Expression condition) const&;
    [[nodiscard]] Update where(Expression condition) &&;
    [[nodiscard]] Update returning(std::vector<Expression> columns) const&;
    [[nodiscard]] Update returning(std::vector<Expression> columns) &&;

    const Node* node() const { return node_.get(); }
    const NodeRef& ref() const { return node_; }
    const UpdateNode* core() const;

  private:
    UpdateNode& own();

    NodeRef node_;
};

Update update(TableRef table);

}  // namespace retort::sql
