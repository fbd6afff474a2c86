// SELECT as a value: every clause returns a new statement that shares what did not change.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "retort/sql/table.hpp"

namespace retort::sql {

class SelectNode;

/// How the columns of a result are named.
enum class LabelStyle : std::uint8_t {
    disambiguate,       ///< their own names; `id_1` for the second `id`
    table_plus_column,  ///< `user.id AS user_id`
    none,               ///< their own names, also twice
};

/// FOR UPDATE and its kin; databases without row locks leave it out.
struct ForUpdate {
    bool read = false;
    bool nowait = false;
    bool skip_locked = false;
    bool key_share = false;  ///< PostgreSQL's weaker lock, which lets others refer to the rows
    std::vector<From> of;
};

/// SQL that stands in a statement as it is given, in all databases or in one ("mysql"). Never put user input into it.
struct Fragment {
    std::string sql;
    std::string dialect;
};

/// FETCH FIRST … ROWS, the standard's LIMIT.
struct Fetch {
    std::int64_t count = 0;
    bool with_ties = false;
    bool percent = false;
};

/// A SELECT. A value: `where` gives a new one and leaves this as it was; copies share until they change.
class Select {
  public:
    Select();
    explicit Select(std::vector<Expression> columns);
    /// A union of others, as a statement of its own.
    explicit Select(NodeRef node) : node_(std::move(node)) {}

    [[nodiscard]] Select add_columns(std::vector<Expression> columns) const&;
    [[nodiscard]] Select add_columns(std::vector<Expression> columns) &&;
    /// The same statement with other columns.
    [[nodiscard]] Select with_only_columns(std::vector<Expression> columns) const&;
    [[nodiscard]] Select with_only_columns(std::vector<Expression> columns) &&;
    /// Adds to FROM what the columns do not say themselves.
    [[nodiscard]] Select select_from(From from) const&;
    [[nodiscard]] Select select_from(From from) &&;
    /// text() in FROM.
    [[nodiscard]] Select select_from(const Expression& text) const;
    /// Joins to the FROM that `on` speaks of, or else the first.
    [[nodiscard]] Select join(From right, Expression on) const&;
    [[nodiscard]] Select join(From right, Expression on) &&;
    [[nodiscard]] Select outerjoin(From right, Expression on, bool full = false) const&;
    [[nodiscard]] Select outerjoin(From right, Expression on, bool full = false) &&;
    /// Several calls are joined by AND; an empty Expression changes nothing.
    [[nodiscard]] Select where(Expression condition) const&;
    [[nodiscard]] Select where(Expression condition) &&;
    [[nodiscard]] Select group_by(std::vector<Expression> expressions) const&;
    [[nodiscard]] Select group_by(std::vector<Expression> expressions) &&;
    [[nodiscard]] Select having(Expression condition) const&;
    [[nodiscard]] Select having(Expression condition) &&;
    [[nodiscard]] Select order_by(std::vector<Expression> expressions) const&;
    [[nodiscard]] Select order_by(std::vector<Expression> expressions) &&;
    /// Forgets the order given so far.
    [[nodiscard]] Select without_order() const&;
    [[nodiscard]] Select without_order() &&;
    /// At most so many rows; empty takes the limit away.
    [[nodiscard]] Select limit(std::optional<std::int64_t> rows) const&;
    [[nodiscard]] Select limit(std::optional<std::int64_t> rows) &&;
    [[nodiscard]] Select offset(std::optional<std::int64_t> rows) const&;
    [[nodiscard]] Select offset(std::optional<std::int64_t> rows) &&;
    /// Rows from `start` up to, not including, `stop`, within what is selected already.
    [[nodiscard]] Select slice(std::int64_t start, std::int64_t stop) const;
    /// DISTINCT, or DISTINCT ON (…) where the database has it.
    [[nodiscard]] Select distinct(std::vector<Expression> on = {}) const&;
    [[nodiscard]] Select distinct(std::vector<Expression> on = {}) &&;
    [[nodiscard]] Select with_for_update(ForUpdate options = {}) const&;
    [[nodiscard]] Select with_for_update(ForUpdate options = {}) &&;
    [[nodiscard]] Select set_label_style(LabelStyle style) const&;
    [[nodiscard]] Select set_label_style(LabelStyle style) &&;
    /// Takes these from the query around it, whatever it says itself.
    [[nodiscard]] Select correlate(std::vector<From> froms) const&;
    [[nodiscard]] Select correlate(std::vector<From> froms) &&;

    /// Takes all but these from the query around it.
    [[nodiscard]] Select correlate_except(std::vector<From> froms) const;
    /// A limit that is an expression or a parameter of its own.
    template <std::derived_from<Expression> E>
    [[nodiscard]] Select limit(const E& rows) const {
        return limit_to(rows);
    }
    template <std::derived_from<Expression> E>
    [[nodiscard]] Select offset(const E& rows) const {
        return offset_by(rows);
    }
    /// FETCH FIRST … ROWS ONLY, or WITH TIES, or PERCENT.
    [[nodiscard]] Select fetch(std::int64_t rows, bool with_ties = false, bool percent = false) const;
    /// Right after SELECT; with a dialect ("mysql"), for that database only.
    [[nodiscard]] Select prefix_with(std::string_view sql, std::string_view dialect = {}) const;
    /// After everything.
    [[nodiscard]] Select suffix_with(std::string_view sql, std::string_view dialect = {}) const;
    [[nodiscard]] Select with_statement_hint(std::string_view sql, std::string_view dialect = {}) const;
    /// Beside a table: `USE INDEX (x)` for MySQL, `ONLY` for PostgreSQL.
    [[nodiscard]] Select with_hint(const From& table, std::string_view sql, std::string_view dialect = {}) const;
    /// A common table expression that the statement does not name itself, such as a DELETE.
    [[nodiscard]] Select add_cte(const Subquery& cte) const;
    [[nodiscard]] Select join_from(From left, From right, Expression on) const;
    [[nodiscard]] Select union_(const Select& other) const;
    [[nodiscard]] Select union_all(const Select& other) const;
    [[nodiscard]] Select intersect(const Select& other) const;
    [[nodiscard]] Select except_(const Select& other) const;

    /// As one value within another statement.
    [[nodiscard]] Expression scalar_subquery() const;
    [[nodiscard]] Expression exists() const;
    /// As a table within another statement; its name is made up (`anon_1`) when none is given.
    [[nodiscard]] Subquery subquery(std::string_view name = {}) const;
    /// WITH name AS (…).
    [[nodiscard]] Subquery cte(std::string_view name = {}, bool recursive = false, bool nesting = false) const;
    /// A table that is made for each row of those before it.
    [[nodiscard]] Subquery lateral(std::string_view name = {}) const;
    /// As one value with a name.
    [[nodiscard]] Expression label(std::string_view name) const;

    const Node* node() const { return node_.get(); }
    const NodeRef& ref() const { return node_; }
    /// The clauses of a plain SELECT; null for a union.
    const SelectNode* core() const;
    /// Columns selected; column lists are spread.
    std::size_t column_count() const;

  private:
    SelectNode& own();
    Select limit_to(const Expression& rows) const;
    Select offset_by(const Expression& rows) const;

    NodeRef node_;
};

/// Whether a term of ORDER BY or GROUP BY is a text, which is the name of a column there: `order_by("name")`.
bool is_name(const Expression& term);
/// Such terms as they stand in a statement; empty ones are left out.
std::vector<Expression> named_terms(std::vector<Expression> terms);

/// `select({users.column("id"), func::count()})`.
Select select(std::vector<Expression> columns);

Select union_(const std::vector<Select>& queries);
Select union_all(const std::vector<Select>& queries);
Select intersect(const std::vector<Select>& queries);
Select except_(const std::vector<Select>& queries);
Select intersect_all(const std::vector<Select>& queries);
Select except_all(const std::vector<Select>& queries);
/// SELECT * in an EXISTS of these conditions: `exists_where({…})`.
Expression exists_where(std::vector<Expression> conditions);

}  // namespace retort::sql
