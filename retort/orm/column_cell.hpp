// ColumnCell: the value and the state of a column, which all columns of one value type have in common.
#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/reflection.hpp"
#include "retort/orm/cell.hpp"
#include "retort/orm/column_values.hpp"
#include "retort/orm/condition.hpp"
#include "retort/orm/options.hpp"

namespace retort {

template <class V>
class Typed;  // orm/typed.hpp

namespace orm {

/// `column.in_(list)`; in orm/typed.hpp.
template <class V, class List>
Condition is_member(const sql::Expression& of, List&& values, bool positive);

namespace detail {

/// Notes the old value in the session's change log, if the object has a session. The cell is attached.
void before_write(void* cell);
/// Throws InvalidRequestError("null-value").
[[noreturn]] void refuse_null(const void* cell, std::uint8_t state);
/// Throws InvalidRequestError("key-of-a-row") when its object has a row.
void before_forget(const void* cell);
/// Tells who listens that the cell is about to be set.
void before_set(void* cell, const void* next);
/// Loads what is expired, refuses what is unset and cannot be NULL. Returns with something to show.
void before_read(const void* cell, std::uint8_t& state, bool nullable);
/// The column that a field of a model's `c` stands for.
sql::Expression column_of(const volatile void* field);

/// Reads it if it has expired; false when that fails.
bool can_read(const void* cell, std::uint8_t& state) noexcept;
/// Throws InvalidValueError("integer-out-of-range") with the column's name, where its object has a session.
[[noreturn]] void refuse_misfit(const void* cell, std::uint8_t state, const std::string& value, std::size_t bytes,
                                bool is_signed);
/// The same for the field of a model's `c`.
[[noreturn]] void refuse_misfit(const volatile void* field, const std::string& value, std::size_t bytes,
                                bool is_signed);

}  // namespace detail

/// The value of a column and its state: what columns of one value type have in common, whatever their options.
template <class V>
class ColumnCell {
  public:
    using value_type = V;

    /// The value. Loads it first when it waits for that; throws InvalidRequestError("unset-attribute") when it was
    /// never given one and cannot be NULL.
    const V& value() const {
        if ((state_ & (cell_set | cell_expired)) != cell_set) [[unlikely]] {
            detail::before_read(this, state_, is_optional<V>);
        }
        return value_;
    }
    operator const V&() const { return value(); }  // NOLINT: a column is its value

    /// Whether it was given a value; NULL is one.
    bool is_set() const { return (state_ & cell_set) != 0; }
    /// Whether it was given a value and that is NULL.
    bool is_null() const {
        if constexpr (is_optional<V>) {
            return !value().has_value();
        } else {
            return false;
        }
    }
    /// `std::cout << user->name`: to anything that the value can be written to.
    template <class Stream>
        requires(std::is_class_v<Stream> && requires(Stream& out, const V& value) { out << value; })
    friend Stream& operator<<(Stream& out, const ColumnCell& column) {
        out << column.value();
        return out;
    }
    /// Changes the value in place: `user->tags.mutate([](auto& tags) { tags += "x"; })`.
    template <class F>
    void mutate(F&& change) {
        (void)value();
        if ((state_ & cell_watched) != 0) {
            V next = value_;
            change(next);
            return assign(std::move(next));
        }
        writing();
        change(value_);
    }

    /// In queries, where it is `User::c.name`, it is the column.
    operator sql::Expression() const volatile { return detail::column_of(this); }  // NOLINT
    /// In queries, an object's field is its value.
    operator sql::Expression() const { return sql::Expression(value_of(value())); }  // NOLINT
    operator Condition() const volatile
        requires std::same_as<Plain<V>, bool>
    {
        return sql::Expression(detail::column_of(this));
    }

    [[nodiscard]] Condition is_null() const volatile { return expression().is_(nullptr); }
    [[nodiscard]] Condition is_not_null() const volatile { return expression().is_not(nullptr); }
    [[nodiscard]] Condition is_(const sql::Expression& other) const volatile { return expression().is_(other); }
    [[nodiscard]] Condition is_not(const sql::Expression& other) const volatile { return expression().is_not(other); }
    /// One of these values, or of what a query gives.
    template <class List = std::initializer_list<Plain<V>>>
    [[nodiscard]] Condition in_(List&& values) const volatile {
        return is_member<V>(expression(), values, true);
    }
    template <class List = std::initializer_list<Plain<V>>>
    [[nodiscard]] Condition not_in(List&& values) const volatile {
        return is_member<V>(expression(), values, false);
    }
    template <class Low = sql::Expression, class High = sql::Expression>
    [[nodiscard]] Condition between(const Low& low, const High& high) const volatile {
        return expression().between(detail::operand<V>(low), detail::operand<V>(high));
    }
    /// `pattern` has `%` and `_`; `escape` is the character that takes their meaning away.
    [[nodiscard]] Condition like(const sql::Expression& pattern, char escape = 0) const volatile {
        return expression().like(pattern, escape);
    }
    [[nodiscard]] Condition not_like(const sql::Expression& pattern, char escape = 0) const volatile {
        return expression().not_like(pattern, escape);
    }
    [[nodiscard]] Condition ilike(const sql::Expression& pattern, char escape = 0) const volatile {
        return expression().ilike(pattern, escape);
    }
    [[nodiscard]] Condition not_ilike(const sql::Expression& pattern, char escape = 0) const volatile {
        return expression().not_ilike(pattern, escape);
    }
    /// With `autoescape`, `%` and `_` in a plain value mean themselves.
    [[nodiscard]] Condition contains(const sql::Expression& other, bool autoescape = false) const volatile {
        return expression().contains(other, autoescape);
    }
    [[nodiscard]] Condition startswith(const sql::Expression& other, bool autoescape = false) const volatile {
        return expression().startswith(other, autoescape);
    }
    [[nodiscard]] Condition endswith(const sql::Expression& other, bool autoescape = false) const volatile {
        return expression().endswith(other, autoescape);
    }
    /// The same, ignoring case.
    [[nodiscard]] Condition icontains(const sql::Expression& other, bool autoescape = false) const volatile {
        return expression().icontains(other, autoescape);
    }
    [[nodiscard]] Condition istartswith(const sql::Expression& other, bool autoescape = false) const volatile {
        return expression().istartswith(other, autoescape);
    }
    [[nodiscard]] Condition iendswith(const sql::Expression& other, bool autoescape = false) const volatile {
        return expression().iendswith(other, autoescape);
    }
    [[nodiscard]] Condition regexp_match(const sql::Expression& pattern, std::string_view flags = {}) const volatile {
        return expression().regexp_match(pattern, flags);
    }
    /// `!=` and `==` for which NULL is a value like others.
    template <class U>
    [[nodiscard]] Condition is_distinct_from(const U& other) const volatile {
        return expression().is_distinct_from(detail::operand<V>(other));
    }
    template <class U>
    [[nodiscard]] Condition is_not_distinct_from(const U& other) const volatile {
        return expression().is_not_distinct_from(detail::operand<V>(other));
    }
    [[nodiscard]] sql::Expression asc() const volatile { return expression().asc(); }
    [[nodiscard]] sql::Expression desc() const volatile { return expression().desc(); }
    [[nodiscard]] sql::Expression nulls_first() const volatile { return expression().nulls_first(); }
    [[nodiscard]] sql::Expression nulls_last() const volatile { return expression().nulls_last(); }
    [[nodiscard]] Typed<V> label(std::string_view name) const volatile { return Typed<V>(expression().label(name)); }
    [[nodiscard]] Typed<V> distinct() const volatile { return Typed<V>(expression().distinct()); }
    [[nodiscard]] Typed<V> collate(std::string_view name) const volatile {
        return Typed<V>(expression().collate(name));
    }
    [[nodiscard]] sql::Expression cast(sql::Type type) const volatile { return expression().cast(std::move(type)); }
    /// CAST(… AS …): `User::c.age.cast<std::string>()`.
    template <class T>
    [[nodiscard]] auto cast() const volatile {
        using Value = typename ColumnTraits<T>::Value;
        return Typed<NullableAs<Value, V>>(expression().cast(ColumnTraits<T>::type()));
    }
    /// Any operator of the database: `User::c.flags.op("&", 4)`.
    [[nodiscard]] Typed<V> op(std::string_view symbol, const sql::Expression& other) const volatile {
        return Typed<V>(expression().op(symbol, other));
    }
    /// The same for an operator that says true or false: `User::c.data.bool_op("@>", …)`.
    [[nodiscard]] Condition bool_op(std::string_view symbol, const sql::Expression& other) const volatile {
        return expression().bool_op(symbol, other);
    }
    /// Bits: `where(User::c.flags.bitwise_and(4) != 0)`.
    [[nodiscard]] Typed<V> bitwise_and(const sql::Expression& other) const volatile {
        return Typed<V>(expression().bitwise_and(other));
    }
    [[nodiscard]] Typed<V> bitwise_or(const sql::Expression& other) const volatile {
        return Typed<V>(expression().bitwise_or(other));
    }
    [[nodiscard]] Typed<V> bitwise_xor(const sql::Expression& other) const volatile {
        return Typed<V>(expression().bitwise_xor(other));
    }
    [[nodiscard]] Typed<V> bitwise_not() const volatile { return Typed<V>(expression().bitwise_not()); }
    [[nodiscard]] Typed<V> bitwise_lshift(const sql::Expression& other) const volatile {
        return Typed<V>(expression().bitwise_lshift(other));
    }
    [[nodiscard]] Typed<V> bitwise_rshift(const sql::Expression& other) const volatile {
        return Typed<V>(expression().bitwise_rshift(other));
    }
    /// In queries, a part of a document: `Note::c.data["title"].as_string()`.
    template <class Key, class Part = JsonPart>
        requires ColumnTraits<Plain<V>>::is_document
    [[nodiscard]] Part operator[](const Key& key) const volatile {
        return Part(expression()[key]);
    }
    /// The column as an expression of its own.
    [[nodiscard]] sql::Expression expression() const volatile { return detail::column_of(this); }

  protected:
    ColumnCell() = default;
    template <class U>
    ColumnCell(std::in_place_t, U&& value) : value_(convert<V>(std::forward<U>(value))), state_(cell_set) {}
    // A copy takes the value, never the attachment.
    ColumnCell(const ColumnCell& other) : value_(other.shown()), state_(other.state_ & cell_kept) {}
    // It throws nothing, so that a vector of new objects moves them when it grows.
    ColumnCell(ColumnCell&& other) noexcept : state_(other.state_ & cell_kept) {
        if ((other.state_ & cell_attached) == 0) {
            value_ = std::move(other.value_);
        } else if (detail::can_read(&other, other.state_)) {
            value_ = other.value_;
            state_ = other.state_ & cell_kept;
        } else {
            state_ = 0;
        }
    }
    ~ColumnCell() = default;

    [[noreturn]] void refuse_overflow() const {
        detail::refuse_misfit(this, state_, "the result", sizeof(V), std::is_signed_v<V>);
    }
    void forget() {
        if ((state_ & cell_attached) != 0) detail::before_forget(this);
        value_ = V();
        state_ &= static_cast<std::uint8_t>(~(cell_set | cell_defaulted));
    }
    template <class U>
    void assign(U&& value) {
        if constexpr (detail::may_misfit<Plain<V>, std::remove_cvref_t<U>>) {
            if (detail::is_misfit<Plain<V>>(value)) [[unlikely]]
                detail::refuse_misfit(this, state_, std::to_string(value), sizeof(Plain<V>),
                                      std::is_signed_v<Plain<V>>);
        }
        V converted = convert<V>(std::forward<U>(value));
        if ((state_ & cell_watched) != 0) [[unlikely]]
            detail::before_set(this, &converted);
        writing();
        value_ = std::move(converted);
    }
    void assign_cell(const ColumnCell& other) {
        if (this == &other) return;
        if ((other.state_ & (cell_set | cell_expired)) != 0) {
            assign(other.value());
        } else if ((state_ & cell_attached) == 0) {
            value_ = V();
            state_ = 0;
        }
    }
    /// Must come before each change of `value_`.
    void writing() {
        if ((state_ & (cell_attached | cell_touched)) == cell_attached) [[unlikely]]
            detail::before_write(this);
        state_ = static_cast<std::uint8_t>((state_ | cell_set) & ~(cell_expired | cell_defaulted));
    }

    static constexpr std::uint8_t cell_kept = cell_set | cell_defaulted;  // what a copy takes along

    V value_{};
    mutable std::uint8_t state_ = 0;
    [[no_unique_address]] mutable Side<V> side_{};

  private:
    template <class, class>
    friend struct CellAccess;
    const V& shown() const {
        if ((state_ & cell_expired) != 0) detail::before_read(this, state_, true);
        return value_;
    }
};

}  // namespace orm
}  // namespace retort
