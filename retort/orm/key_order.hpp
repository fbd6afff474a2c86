// KeyOrder: going through a query page by page by the keys of its rows, not by counting them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/orm/selectable.hpp"

namespace retort::engines {
class Dialect;
}

namespace retort::orm {

/// One column or expression that rows are ordered by.
struct KeyTerm {
    sql::Expression operand;
    bool descending = false;
    bool nulls_first = false;
    bool states_nulls = false;  ///< NULLS FIRST or NULLS LAST was written
    bool nullable = true;
};

/// A place between the rows of an ordered query: right behind (or before) a row with these values.
struct KeyPlace {
    std::vector<sql::Value> values;
    bool inclusive = false;  ///< the row itself counts too

    /// As text that tells nothing and can stand in an URL; `order` says which query it is for.
    std::string cursor(std::uint32_t order) const;
    /// Empty when the text is no cursor of that order.
    static std::optional<KeyPlace> parse(std::string_view cursor, std::uint32_t order, std::size_t terms);
};

/// The order of a query, made total: what it is ordered by, then its primary keys.
class KeyOrder {
  public:
    /// Throws ArgumentError("order-without-key") for an order that can be no key: names, SQL text, no objects.
    KeyOrder(const SelectCore& query, const engines::Dialect& dialect);

    /// The query's rows behind a place (or before it, nearest first), each with the values of its key.
    SelectCore rows(const KeyPlace* place, bool backward, std::int64_t limit) const;
    /// Tells the cursors of this order from those of others.
    std::uint32_t fingerprint() const { return fingerprint_; }
    std::size_t size() const { return terms_.size(); }

  private:
    void add(const sql::Expression& term, bool small_nulls);
    void add_primary_keys();
    Condition beyond(const KeyPlace& place, bool backward) const;
    static Condition beyond(const KeyTerm& term, const sql::Value& value, bool backward);

    SelectCore query_;
    std::vector<KeyTerm> terms_;
    std::uint32_t fingerprint_ = 0;
};

}  // namespace retort::orm
