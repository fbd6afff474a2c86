// Row: one row of a result, read by position or name, with typed getters.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/sql/value.hpp"

namespace retort {
class Decimal;
class DateTimeTz;
struct Uuid;
}  // namespace retort

namespace retort::engines {

using sql::ValueView;

namespace detail {

/// Conversions of one value; they throw DataError("wrong-column-type") or ("unexpected-null") with the column's name.
bool to_boolean(const ValueView& value, std::string_view column);
std::int64_t to_integer(const ValueView& value, std::string_view column, std::int64_t least, std::uint64_t most);
double to_real(const ValueView& value, std::string_view column);
std::string to_text(const ValueView& value, std::string_view column);
std::string_view to_text_view(const ValueView& value, std::string_view column);
Date to_date(const ValueView& value, std::string_view column);
Time to_time(const ValueView& value, std::string_view column);
DateTime to_datetime(const ValueView& value, std::string_view column);
/// For types that not every program includes.
template <class T>
T to_object(const ValueView& value, std::string_view column);
template <>
DateTimeTz to_object<DateTimeTz>(const ValueView& value, std::string_view column);
template <>
Decimal to_object<Decimal>(const ValueView& value, std::string_view column);
template <>
Uuid to_object<Uuid>(const ValueView& value, std::string_view column);

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

}  // namespace detail

/// A value of a row as a C++ type: bool, integers, double, std::string, std::string_view, sql::Bytes, Date, Time,
/// DateTime, DateTimeTz, Decimal, Uuid, sql::Value, sql::ValueView, or an optional of one. What is stored as text
/// (SQLite) is parsed.
template <class T>
T value_as(const ValueView& value, std::string_view column = {}) {
    if constexpr (detail::is_optional<T>) {
        return value.is_null() ? T{} : T{value_as<typename T::value_type>(value, column)};
    } else if constexpr (std::same_as<T, ValueView> || std::same_as<T, sql::Value>) {
        return T(value);
    } else if constexpr (std::same_as<T, bool>) {
        return detail::to_boolean(value, column);
    } else if constexpr (std::integral<T>) {
        using Limits = std::numeric_limits<T>;
        return static_cast<T>(detail::to_integer(value, column, static_cast<std::int64_t>(Limits::min()),
                                                 static_cast<std::uint64_t>(Limits::max())));
    } else if constexpr (std::floating_point<T>) {
        return static_cast<T>(detail::to_real(value, column));
    } else if constexpr (std::same_as<T, std::string>) {
        return detail::to_text(value, column);
    } else if constexpr (std::same_as<T, std::string_view>) {
        return detail::to_text_view(value, column);
    } else if constexpr (std::same_as<T, sql::Bytes>) {
        return sql::Bytes{detail::to_text(value, column)};
    } else if constexpr (std::same_as<T, Date>) {
        return detail::to_date(value, column);
    } else if constexpr (std::same_as<T, Time>) {
        return detail::to_time(value, column);
    } else if constexpr (std::same_as<T, DateTimeTz> || std::same_as<T, Decimal> || std::same_as<T, Uuid>) {
        return detail::to_object<T>(value, column);
    } else {
        static_assert(std::same_as<T, DateTime>,
                      "a row can be read as bool, an integer, double, std::string, sql::Bytes, Date, Time, DateTime, "
                      "DateTimeTz, Decimal, Uuid, sql::Value or std::optional");
        return detail::to_datetime(value, column);
    }
}

namespace detail {

/// The rows of a result: cells in one array, their bytes in an arena.
class Rows {
  public:
    void set_columns(std::vector<std::string> names) { names_ = std::move(names); }
    void append(std::span<const ValueView> row);

    std::size_t size() const { return size_; }
    const std::vector<std::string>& names() const { return names_; }
    std::span<const ValueView> row(std::size_t number) const {
        return std::span(cells_).subspan(number * names_.size(), names_.size());
    }
    /// The position of a column; throws InvalidRequestError("no-such-result-column").
    std::size_t position(std::string_view name) const;
    /// Throws InvalidRequestError("no-such-result-column") when there is no such position.
    std::size_t checked(std::size_t position) const;

  private:
    const char* keep(const char* data, std::size_t size);

    std::vector<std::string> names_;
    std::vector<ValueView> cells_;
    std::vector<std::unique_ptr<char[]>> chunks_;
    char* free_ = nullptr;
    std::size_t left_ = 0;
    std::size_t size_ = 0;
};

}  // namespace detail

/// One row of a result. It keeps the result's rows alive; views that it gives live as long as it does.
class Row {
  public:
    Row(std::shared_ptr<const detail::Rows> rows, std::size_t number) : rows_(std::move(rows)), number_(number) {}

    std::size_t size() const { return rows_->names().size(); }
    const std::vector<std::string>& columns() const { return rows_->names(); }
    std::span<const ValueView> values() const { return rows_->row(number_); }

    ValueView operator[](std::size_t position) const { return values()[rows_->checked(position)]; }
    ValueView operator[](std::string_view column) const { return values()[rows_->position(column)]; }

    /// The value as `T`; `get<std::optional<int>>` where it may be NULL.
    template <class T>
    T get(std::size_t position) const {
        return value_as<T>((*this)[position], columns()[position]);
    }
    template <class T>
    T get(std::string_view column) const {
        return value_as<T>((*this)[column], column);
    }

  private:
    friend class RowIterator;
    std::shared_ptr<const detail::Rows> rows_;
    std::size_t number_;
};

/// Walks a result; the row it shows is its own, so take `const auto&` to spare a copy.
class RowIterator {
  public:
    using value_type = Row;
    using difference_type = std::ptrdiff_t;

    explicit RowIterator(Row row) : row_(std::move(row)) {}
    const Row& operator*() const { return row_; }
    const Row* operator->() const { return &row_; }
    RowIterator& operator++() {
        ++row_.number_;
        return *this;
    }
    RowIterator operator++(int) {
        auto before = *this;
        ++*this;
        return before;
    }
    friend bool operator==(const RowIterator& left, const RowIterator& right) { return left.at_same_place(right); }

  private:
    bool at_same_place(const RowIterator& other) const { return row_.number_ == other.row_.number_; }
    Row row_;
};

}  // namespace retort::engines
