// The kinds of nodes, for compilers: what stands in FROM, and statements; with those of expressions.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "retort/sql/expression_nodes.hpp"
#include "retort/sql/identifier.hpp"
#include "retort/sql/insert.hpp"
#include "retort/sql/select.hpp"

namespace retort::sql {

class TableNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::table;
    TableNode(std::string_view called, std::string_view of) : Node(own_kind), name(called), schema(of) {}
    Identifier name;
    Identifier schema;
};

/// What only few things in FROM have.
struct AliasDetails {
    bool lateral = false;
    bool ordinality = false;               ///< a function's rows are counted
    bool derived = false;                  ///< the names of its columns are written: `AS f(a, b)`
    bool typed = false;                    ///< with their types
    bool runnable = false;                 ///< of VALUES: written so that every database takes it
    Expression sampling = {};              ///< TABLESAMPLE
    Expression seed = {};                  ///< REPEATABLE
    std::vector<Expression> columns = {};  ///< of a function or VALUES, as columns without a table
};

/// Another name for a table, or a query's name in FROM.
class AliasNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::alias;
    AliasNode(NodeRef of, std::string_view called) : Node(own_kind), element(std::move(of)), name(called) {}
    AliasNode(NodeRef of, std::string_view called, AliasDetails with)
        : Node(own_kind),
          element(std::move(of)),
          name(called),
          details(std::make_unique<const AliasDetails>(std::move(with))) {}
    NodeRef element;
    Identifier name;  ///< empty: made up on compiling
    std::unique_ptr<const AliasDetails> details;
};

/// VALUES (…), (…) in FROM.
class ValuesNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::values;
    ValuesNode(std::vector<std::vector<Expression>> of, bool in_text)
        : Node(own_kind), rows(std::move(of)), literal(in_text) {}
    std::vector<std::vector<Expression>> rows;
    bool literal;  ///< the values stand in the text
};

/// text() that selects known columns.
class TextualNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::textual;
    TextualNode(Expression sql, std::vector<Expression> of)
        : Node(own_kind), text(std::move(sql)), columns(std::move(of)) {}
    Expression text;
    std::vector<Expression> columns;
};

class JoinNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::join;
    enum class Type : std::uint8_t { inner, left, full };
    JoinNode(Type how, NodeRef a, NodeRef b, Expression when)
        : Node(own_kind), type(how), left(std::move(a)), right(std::move(b)), on(std::move(when)) {}
    Type type;
    NodeRef left;
    NodeRef right;
    Expression on;
};

/// WITH name AS (…).
class CteNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::cte;
    CteNode(NodeRef of, std::string_view called) : Node(own_kind), element(std::move(of)), name(called) {}
    NodeRef element;
    Identifier name;     ///< empty: made up on compiling
    NodeRef stands_for;  ///< the CTE that this one is the recursive whole of
    bool recursive = false;
    bool nesting = false;  ///< its WITH stands in the query that uses it
    std::string prefix;    ///< MATERIALIZED
    std::string suffix;
};

/// What only few queries have.
struct QueryExtras {
    std::vector<Fragment> prefixes;
    std::vector<Fragment> suffixes;
    std::vector<Fragment> hints;  ///< at the end of the statement
    std::vector<std::pair<NodeRef, Fragment>> table_hints;
    std::vector<NodeRef> ctes;
    std::vector<NodeRef> uncorrelated;  ///< correlate_except
    bool correlates_rest = false;       ///< correlate_except was called
    Expression limit;                   ///< LIMIT and OFFSET that are no plain numbers
    Expression offset;
    std::optional<Fetch> fetch;
};

/// What SELECT and unions have in common.
class QueryNode : public Node {
  public:
    std::vector<Expression> order_by;
    std::optional<std::int64_t> limit;
    std::optional<std::int64_t> offset;
    std::shared_ptr<const QueryExtras> extras;

    bool is_limited() const { return limit || offset || (extras && limits_in_extras()); }

  protected:
    using Node::Node;
    QueryNode(const QueryNode& other)
        : Node(other.kind()),
          order_by(other.order_by),
          limit(other.limit),
          offset(other.offset),
          extras(other.extras) {}

  private:
    bool limits_in_extras() const { return extras->fetch || !extras->limit.is_empty() || !extras->offset.is_empty(); }
};

class SelectNode final : public QueryNode {
  public:
    static constexpr NodeKind own_kind = NodeKind::select;
    SelectNode() : QueryNode(own_kind) {}
    SelectNode(const SelectNode&) = default;
    bool distinct = false;
    bool correlates_only = false;  ///< `correlate` was called
    LabelStyle label_style = LabelStyle::disambiguate;
    std::vector<Expression> columns;
    std::vector<NodeRef> froms;  ///< beyond those that columns and conditions name
    std::vector<Expression> conditions;
    std::vector<Expression> group_by;
    std::vector<Expression> having;
    std::vector<Expression> distinct_on;
    std::vector<NodeRef> correlated;
    std::optional<ForUpdate> for_update;
};

class CompoundNode final : public QueryNode {
  public:
    static constexpr NodeKind own_kind = NodeKind::compound;
    enum class Keyword : std::uint8_t { union_, union_all, intersect, except_, intersect_all, except_all };
    CompoundNode(Keyword word, std::vector<NodeRef> of) : QueryNode(own_kind), keyword(word), queries(std::move(of)) {}
    CompoundNode(const CompoundNode&) = default;
    Keyword keyword;
    std::vector<NodeRef> queries;
};

/// What only few INSERTs, UPDATEs and DELETEs have.
struct WriteExtras {
    std::vector<Fragment> prefixes;
    std::vector<Fragment> hints;  ///< beside the table
    std::vector<NodeRef> ctes;
    std::optional<std::int64_t> limit;          ///< MySQL's
    std::string conflict_constraint;            ///< ON CONFLICT ON CONSTRAINT
    std::vector<Expression> conflict_elements;  ///< ON CONFLICT (expressions)
    Expression conflict_index_where;
    std::vector<std::pair<Identifier, Expression>> duplicate_set;  ///< MySQL's ON DUPLICATE KEY UPDATE
};

class InsertNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::insert;
    enum class Conflict : std::uint8_t { fail, nothing, update };
    explicit InsertNode(TableRef into) : Node(own_kind), table(std::move(into)) {}
    InsertNode(const InsertNode& other)
        : Node(own_kind),
          table(other.table),
          columns(other.columns),
          rows(other.rows),
          query(other.query),
          returning(other.returning),
          conflict(other.conflict),
          conflict_columns(other.conflict_columns),
          conflict_set(other.conflict_set),
          conflict_where(other.conflict_where),
          extras(other.extras) {}
    TableRef table;
    std::vector<Identifier> columns;
    std::vector<std::vector<Expression>> rows;  ///< each as long as `columns`; none: one parameter each
    NodeRef query;                              ///< of from_select
    std::vector<Expression> returning;
    Conflict conflict = Conflict::fail;
    std::vector<Identifier> conflict_columns;
    std::vector<std::pair<Identifier, Expression>> conflict_set;
    Expression conflict_where;
    std::shared_ptr<const WriteExtras> extras;
};

class UpdateNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::update;
    explicit UpdateNode(TableRef of) : Node(own_kind), table(std::move(of)) {}
    UpdateNode(const UpdateNode& other)
        : Node(own_kind),
          table(other.table),
          assignments(other.assignments),
          conditions(other.conditions),
          returning(other.returning),
          assigned_tables(other.assigned_tables),
          extras(other.extras) {}
    TableRef table;
    std::vector<std::pair<Identifier, Expression>> assignments;
    std::vector<Expression> conditions;
    std::vector<Expression> returning;
    std::vector<NodeRef> assigned_tables;  ///< one for each assignment, null: `table`; empty: all of `table`
    std::shared_ptr<const WriteExtras> extras;
};

class DeleteNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::delete_;
    explicit DeleteNode(TableRef of) : Node(own_kind), table(std::move(of)) {}
    DeleteNode(const DeleteNode& other)
        : Node(own_kind),
          table(other.table),
          conditions(other.conditions),
          returning(other.returning),
          extras(other.extras) {}
    TableRef table;
    std::vector<Expression> conditions;
    std::vector<Expression> returning;
    std::shared_ptr<const WriteExtras> extras;
};

}  // namespace retort::sql
