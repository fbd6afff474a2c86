// LoadStatement: a query as its objects need it, with the columns, joins and orders of what comes in its rows.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "retort/orm/load_plan.hpp"
#include "retort/sql/select.hpp"

namespace retort::orm {

/// Adds joins, columns and orders of what comes in the rows.
class LoadStatement {
  public:
    explicit LoadStatement(sql::Select select) : select_(std::move(select)) {}

    void add_columns(LoadNode& node);
    /// Joins the tables of models below; within the query itself, where conditions speak of them.
    void join_kinds(const LoadNode& node);
    std::size_t add_value(sql::Expression value);
    void join(LoadNode& node);
    /// With a limit, rows are counted before collections multiply them: the query becomes a subquery of this one.
    void wrap(LoadNode& entity);
    sql::Select finish();

  private:
    void add_kind(const LoadNode& node, KindPart& kind);
    void join_kind(const LoadNode& node, const sql::TableRef& table);
    void join_targets(LoadNode& node, LoadStep& step);

    sql::Select select_;
    std::vector<sql::Expression> columns_;
    std::vector<sql::Expression> order_;
    std::size_t width_ = 0;
    bool kinds_joined_ = false;
};

}  // namespace retort::orm
