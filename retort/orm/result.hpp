// What queries give: rows and scalars, all read.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/json.hpp"
#include "retort/engine/result.hpp"
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

/// Which of so many rows stood before already, by an order of them.
std::vector<bool> repeated_rows(std::size_t rows, FunctionRef<bool(std::size_t, std::size_t)> before);

/// Takes a row's objects and values one after the other, into places that nothing was read into yet.
class RowCursor {
  public:
    RowCursor(std::span<void* const> objects, std::span<const ValueView> values, const std::vector<RowPart>& parts)
        : object_(objects.data()), value_(values.data()), part_(parts.data()) {}

    template <class E>
    static E handle(void* object) {
        return object == nullptr ? E() : E::of(object);
    }
    template <class E>
    E next() {
        E place{};
        read(place);
        return place;
    }
    template <class E>
    void read(E& place) {
        if constexpr (is_entity<E>) {
            place = handle<E>(*object_++);
        } else {
            read_row_value(place, *value_++);
            if constexpr (std::is_same_v<E, Decimal>) {
                give_digits(place, *part_);
            } else if constexpr (std::is_same_v<E, std::optional<Decimal>>) {
                if (place) give_digits(*place, *part_);
            }
        }
        ++part_;
    }
    template <class Row>
    void read_row(Row& row) {
        std::apply([this](auto&... place) { (this->read(place), ...); }, row);
    }

  private:
    void* const* object_;
    const ValueView* value_;
    const RowPart* part_;
};

/// A value of a row as JSON shows it.
template <class V>
json row_value_json(const V& value) {
    if constexpr (is_optional<V>) {
        return value ? row_value_json(*value) : json(nullptr);
    } else if constexpr (std::is_same_v<V, sql::Value>) {
        return json_of(value);
    } else if constexpr (is_entity<V>) {
        return to_json(value);
    } else {
        return json(detail::json_form(value));
    }
}
json json_of(const sql::Value& value);

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
    /// Throws ArgumentError("no-such-row").
    decltype(auto) operator[](std::size_t at) const& {
        if (at >= rows_.size()) [[unlikely]]
            engines::throw_no_such_row(at, rows_.size());
        return rows_[at];
    }
    E operator[](std::size_t at) && { return static_cast<const Rows&>(*this)[at]; }

    [[nodiscard]] const std::vector<E>& all() const& { return rows_; }
    [[nodiscard]] std::vector<E> all() && { return std::move(rows_); }
    /// The first row; empty when there is none.
    [[nodiscard]] orm::Perhaps<E> first() const {
        if (rows_.empty()) return {};
        return rows_.front();
    }
    /// The only row. Throws NoResultFound or MultipleResultsFound.
    [[nodiscard]] E one() const& {
        check_one();
        return rows_.front();
    }
    [[nodiscard]] E one() && {
        check_one();
        return std::move(rows_.front());
    }
    /// The only row, or none. Throws MultipleResultsFound.
    [[nodiscard]] orm::Perhaps<E> one_or_none() const {
        if (rows_.size() > 1) orm::throw_several_rows(rows_.size());
        return first();
    }
    /// Each row once, in the order of their first coming.
    [[nodiscard]] Rows unique() const {
        auto before = [this](std::size_t a, std::size_t b) { return orm::row_before(rows_[a], rows_[b]); };
        const std::vector<bool> again = orm::repeated_rows(rows_.size(), before);
        Rows once;
        for (std::size_t at = 0; at < rows_.size(); ++at) {
            if (!again[at]) once.rows_.push_back(rows_[at]);
        }
        return once;
    }

    /// So many at a time; the last may be fewer.
    [[nodiscard]] Rows<Rows> partitions(std::size_t rows) const {
        std::vector<Rows> all;
        for (std::size_t at = 0; at < rows_.size() && rows > 0; at += rows) {
            auto end = rows < rows_.size() - at ? at + rows : rows_.size();
            all.emplace_back(std::vector<E>(rows_.begin() + static_cast<std::ptrdiff_t>(at),
                                            rows_.begin() + static_cast<std::ptrdiff_t>(end)));
        }
        return Rows<Rows>(std::move(all));
    }

  private:
    void check_one() const {
        if (rows_.empty()) orm::throw_no_row();
        if (rows_.size() > 1) orm::throw_several_rows(rows_.size());
    }

    std::vector<E> rows_;
};

/// The rows of `execute`; each is a tuple: `for (auto& [name, n] : rows)`.
template <class... Row>
class Result : public Rows<std::tuple<Row...>> {
  public:
    using Tuple = std::tuple<Row...>;
    using First = std::tuple_element_t<0, Tuple>;

    Result() = default;
    Result(std::vector<Tuple> rows, const orm::SelectCore& core)
        : Rows<Tuple>(std::move(rows)), statement_(core.statement()), parts_(core.parts()) {}

    /// What the columns are called: labels, names of columns, of models.
    [[nodiscard]] std::vector<std::string> keys() const { return orm::part_names(statement_, parts_); }
    /// One column: the first of each row, or that at a position.
    template <std::size_t at = 0>
    [[nodiscard]] Rows<std::tuple_element_t<at, Tuple>> scalars() const {
        std::vector<std::tuple_element_t<at, Tuple>> values;
        values.reserve(this->size());
        for (const auto& row : *this) values.push_back(std::get<at>(row));
        return Rows<std::tuple_element_t<at, Tuple>>(std::move(values));
    }
    /// Some columns, in this order: `columns<1, 0>()`.
    template <std::size_t... at>
    [[nodiscard]] Rows<std::tuple<std::tuple_element_t<at, Tuple>...>> columns() const {
        std::vector<std::tuple<std::tuple_element_t<at, Tuple>...>> rows;
        rows.reserve(this->size());
        for (const auto& row : *this) rows.emplace_back(std::get<at>(row)...);
        return Rows<std::tuple<std::tuple_element_t<at, Tuple>...>>(std::move(rows));
    }
    /// The rows, as they are.
    [[nodiscard]] const Result& tuples() const& { return *this; }
    [[nodiscard]] Result tuples() && { return std::move(*this); }
    /// Each row as an object of JSON, by the names of its columns; models by their own to_json().
    [[nodiscard]] Rows<json> mappings() const {
        auto names = keys();
        std::vector<json> rows;
        for (const auto& row : *this) {
            auto& object = rows.emplace_back(json::object());
            auto name = names.begin();
            std::apply([&](const auto&... value) { ((object[*name++] = orm::row_value_json(value)), ...); }, row);
        }
        return Rows<json>(std::move(rows));
    }
    /// The first of the first row.
    [[nodiscard]] orm::Perhaps<First> scalar() const { return scalars().first(); }
    [[nodiscard]] First scalar_one() const { return std::get<0>(this->one()); }
    [[nodiscard]] orm::Perhaps<First> scalar_one_or_none() const { return scalars().one_or_none(); }

  private:
    sql::Select statement_;
    std::vector<orm::RowPart> parts_;
};

}  // namespace retort
