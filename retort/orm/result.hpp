// What queries give: rows and scalars, all read.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/orm/select.hpp"

namespace retort {

namespace orm {

/// What `first()` gives: a handle that may be empty, or an optional.
template <class E>
using Perhaps = std::conditional_t<is_entity<E>, E, std::optional<E>>;

/// Any order, so that equal rows stand together; handles by their addresses.
template <class E>
bool row_before(const E& a, const E& b) {
    if constexpr (is_entity<E>) {
        return std::less<>()(a.get(), b.get());
    } else if constexpr (requires { std::tuple_size<E>::value; }) {
        return [&]<std::size_t... at>(std::index_sequence<at...>) {
            int order = 0;  // the first difference decides
            ((order = order != 0                                     ? order
                      : row_before(std::get<at>(a), std::get<at>(b)) ? -1
                      : row_before(std::get<at>(b), std::get<at>(a)) ? 1
                                                                     : 0),
             ...);
            return order < 0;
        }(std::make_index_sequence<std::tuple_size_v<E>>{});
    } else {
        return a < b;
    }
}

[[noreturn]] void throw_no_row();
[[noreturn]] void throw_several_rows(std::size_t rows);

}  // namespace orm

/// The rows of a query, in memory. Iterate it, or ask for as many rows as there must be.
template <class E>
class Rows {
  public:
    using value_type = E;

    Rows() = default;
    explicit Rows(std::vector<E> rows) : rows_(std::move(rows)) {}

    auto begin() const { return rows_.begin(); }
    auto end() const { return rows_.end(); }
    auto begin() { return rows_.begin(); }
    auto end() { return rows_.end(); }
    std::size_t size() const { return rows_.size(); }
    bool empty() const { return rows_.empty(); }
    const E& operator[](std::size_t at) const { return rows_[at]; }

    [[nodiscard]] const std::vector<E>& all() const& { return rows_; }
    [[nodiscard]] std::vector<E> all() && { return std::move(rows_); }
    /// The first row; empty when there is none.
    [[nodiscard]] orm::Perhaps<E> first() const {
        if (rows_.empty()) return {};
        return rows_.front();
    }
    /// The only row. Throws NoResultFound or MultipleResultsFound.
    [[nodiscard]] E one() const {
        if (rows_.empty()) orm::throw_no_row();
        if (rows_.size() > 1) orm::throw_several_rows(rows_.size());
        return rows_.front();
    }
    /// The only row, or none. Throws MultipleResultsFound.
    [[nodiscard]] orm::Perhaps<E> one_or_none() const {
        if (rows_.size() > 1) orm::throw_several_rows(rows_.size());
        return first();
    }
    /// Each row once, in the order of their first coming.
    [[nodiscard]] Rows unique() const {
        std::vector<std::size_t> order(rows_.size());
        for (std::size_t at = 0; at < order.size(); ++at) order[at] = at;
        auto before = [this](std::size_t a, std::size_t b) {
            if (orm::row_before(rows_[a], rows_[b])) return true;
            return !orm::row_before(rows_[b], rows_[a]) && a < b;
        };
        std::sort(order.begin(), order.end(), before);
        std::vector<bool> again(rows_.size());
        for (std::size_t at = 1; at < order.size(); ++at) again[order[at]] = rows_[order[at]] == rows_[order[at - 1]];
        Rows once;
        for (std::size_t at = 0; at < rows_.size(); ++at) {
            if (!again[at]) once.rows_.push_back(rows_[at]);
        }
        return once;
    }

  private:
    std::vector<E> rows_;
};

/// The rows of `execute`; each is a tuple: `for (auto& [name, n] : rows)`.
template <class... Row>
class Result : public Rows<std::tuple<Row...>> {
  public:
    using Rows<std::tuple<Row...>>::Rows;
    using First = std::tuple_element_t<0, std::tuple<Row...>>;

    /// The first of each row.
    [[nodiscard]] Rows<First> scalars() const {
        std::vector<First> values;
        values.reserve(this->size());
        for (const auto& row : *this) values.push_back(std::get<0>(row));
        return Rows<First>(std::move(values));
    }
    /// The first of the first row.
    [[nodiscard]] orm::Perhaps<First> scalar() const { return scalars().first(); }
    [[nodiscard]] First scalar_one() const { return std::get<0>(this->one()); }
    [[nodiscard]] orm::Perhaps<First> scalar_one_or_none() const { return scalars().one_or_none(); }
};

}  // namespace retort
