// ColumnCell: the value and the state of a column, which all columns of one value type have in common.
#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/decimal.hpp"
#include "retort/base/reflection.hpp"
#include "retort/orm/cell.hpp"
#include "retort/orm/condition.hpp"
#include "retort/orm/options.hpp"

namespace retort {

template <class V>
class Typed;  // orm/typed.hpp
template <class T>
class Ptr;  // orm/ptr.hpp

namespace orm {

template <class V>
class ColumnCell;
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

/// Whether an integer of type U may be one that V cannot hold.
template <class V, class U>
inline constexpr bool may_misfit =
    std::integral<V> && std::integral<U> && !std::same_as<V, bool> && !std::same_as<U, bool> && !std::same_as<V, U>;
/// Whether arithmetic of the two is that of integers, which must not wrap.
template <class V, class U>
inline constexpr bool may_overflow =
    std::integral<V> && std::integral<U> && !std::same_as<V, bool> && !std::same_as<U, bool>;
template <class V, class U>
bool is_misfit(U value) {
    using Limits = std::numeric_limits<V>;
    return std::cmp_less(+value, +Limits::min()) || std::cmp_greater(+value, +Limits::max());
}

template <class V>
std::true_type derived_from_cell(const volatile ColumnCell<V>*);
std::false_type derived_from_cell(const volatile void*);

}  // namespace detail

/// Whether T is a column (or the const volatile form of one).
template <class T>
concept AnyColumn = std::is_class_v<std::remove_cvref_t<T>> &&
                    decltype(detail::derived_from_cell(static_cast<std::remove_reference_t<T>*>(nullptr)))::value;

template <class T>
struct PlainValue {
    using type = T;
};
template <class T>
struct PlainValue<std::optional<T>> {
    using type = T;
};
/// The type without its std::optional.
template <class V>
using Plain = typename PlainValue<V>::type;

/// V, or what holds a V or NULL.
template <class V>
using Nullable = std::conditional_t<is_optional<V> || std::same_as<V, sql::Value>, V, std::optional<V>>;
/// Nullable when `Source` is.
template <class V, class Source>
using NullableAs = std::conditional_t<is_optional<Source>, Nullable<V>, V>;

/// A column and what it is set to, or must be equal to: `User::c.age = 18`, for `values` and `filter_by`.
struct Assigned {
    sql::Expression column;
    sql::Expression value;
};

/// Whether a value of type U can be given to a column with values of type V.
template <class V, class U>
constexpr bool holds() {
    if constexpr (is_optional<V>) {
        if constexpr (std::same_as<U, std::nullopt_t> || std::same_as<U, std::nullptr_t>) {
            return true;
        } else {
            return holds<Plain<V>, Plain<U>>();
        }
    } else if constexpr (is_optional<U>) {
        return false;
    } else if constexpr (requires { ColumnTraits<V>::template accepts<U>; }) {
        return ColumnTraits<V>::template accepts<U>;
    } else if constexpr (std::same_as<V, bool>) {
        return std::same_as<U, bool> || std::same_as<U, int>;
    } else if constexpr (std::integral<V>) {
        return std::integral<U> && !std::same_as<U, bool>;
    } else if constexpr (std::floating_point<V>) {
        return std::is_arithmetic_v<U> && !std::same_as<U, bool>;
    } else if constexpr (std::same_as<V, std::string>) {
        return (std::convertible_to<const U&, std::string_view> || std::convertible_to<const U&, std::string>) &&
               !std::same_as<U, std::nullptr_t>;
    } else {
        return std::convertible_to<const U&, V>;
    }
}

/// A number in the type of a column's values; an integer that does not fit is refused.
template <class V, class U>
V convert_number(U value) {
    if constexpr (std::same_as<V, bool> && !std::same_as<U, bool>) {
        if (value != 0 && value != 1) [[unlikely]]
            detail::refuse_boolean(static_cast<std::int64_t>(value));
        return value != 0;
    } else if constexpr (std::integral<V> && std::integral<U> && !std::same_as<V, bool> && !std::same_as<U, bool>) {
        if (detail::is_misfit<V>(value)) [[unlikely]] {
            if constexpr (std::unsigned_integral<U> && sizeof(U) == 8) detail::refuse_unsigned(value);
            detail::refuse_integer(static_cast<std::int64_t>(value), sizeof(V), std::is_signed_v<V>);
        }
        return static_cast<V>(value);
    } else if constexpr (std::same_as<V, float> && std::floating_point<U> && sizeof(U) > sizeof(float)) {
        return detail::narrow(static_cast<double>(value));
    } else {
        return static_cast<V>(value);
    }
}

template <class V, class U>
V convert(U&& value) {
    using From = std::remove_cvref_t<U>;
    if constexpr (std::same_as<From, V>) {
        return std::forward<U>(value);
    } else if constexpr (is_optional<V>) {
        if constexpr (std::same_as<From, std::nullopt_t> || std::same_as<From, std::nullptr_t>) {
            return std::nullopt;
        } else if constexpr (is_optional<From>) {
            return value ? V(convert<Plain<V>>(*std::forward<U>(value))) : V(std::nullopt);
        } else {
            return V(convert<Plain<V>>(std::forward<U>(value)));
        }
    } else if constexpr (requires { ColumnTraits<V>::from(value); }) {
        return ColumnTraits<V>::from(value);
    } else if constexpr (std::is_arithmetic_v<V>) {
        return convert_number<V>(static_cast<From>(value));
    } else if constexpr (std::same_as<V, std::string> && std::convertible_to<const From&, std::string_view>) {
        return V(std::string_view(value));
    } else {
        return std::forward<U>(value);
    }
}

namespace detail {

template <class V>
inline constexpr bool is_numeric = std::is_arithmetic_v<V> || std::same_as<V, Decimal>;

template <class U>
inline constexpr bool is_handle = false;
template <class T>
inline constexpr bool is_handle<Ptr<T>> = true;

/// What a column's value stands beside an operator for.
enum class Use : std::uint8_t { compared, computed };

/// Says why a value does not fit beside an operator.
template <class V, Use use, class U>
constexpr void refuse_operand() {
    if constexpr (requires { typename U::RowType; }) {
        static_assert(never_true<U>, "a query is one value by its .scalar_subquery(): == select(…).scalar_subquery()");
    } else if constexpr (is_handle<U>) {
        static_assert(never_true<U>, "a column stands beside an object: take its key, as in User::c.id == user->id");
    } else if constexpr (std::same_as<Plain<V>, Decimal> && std::floating_point<U>) {
        static_assert(never_true<U>,
                      "a Decimal stands beside a double, which is no exact number: write Decimal(\"1.5\") for 1.5");
    } else if constexpr (requires { typename U::period; }) {
        static_assert(never_true<U>,
                      "databases do not agree on how a duration is added: compute the moment before, as in "
                      "Event::c.at < utc_now() + std::chrono::hours(1)");
    } else if constexpr (use == Use::computed) {
        static_assert(never_true<U>, "a column is computed with a value of another type than its own");
    } else {
        static_assert(never_true<U>, "a column is compared with a value of another type than its own");
    }
}

/// The other side of an operator, checked against the column's type.
template <class V, Use use = Use::compared, class U>
sql::Expression operand(const U& value) {
    using Other = Plain<std::decay_t<const U&>>;
    if constexpr (std::derived_from<U, sql::Expression>) {
        return value;
    } else if constexpr (AnyColumn<U>) {
        return sql::Expression(value);
    } else if constexpr (std::same_as<U, std::nullptr_t> || std::same_as<U, std::nullopt_t>) {
        return sql::Expression(nullptr);
    } else if constexpr (is_optional<U>) {
        return value ? operand<V, use>(*value) : sql::Expression(nullptr);
    } else if constexpr (std::is_arithmetic_v<Plain<V>> && std::unsigned_integral<Other> && sizeof(Other) == 8) {
        return sql::Expression(value_of(value));
    } else if constexpr (std::is_arithmetic_v<Plain<V>> && std::is_arithmetic_v<Other>) {
        return sql::Expression(value);
    } else if constexpr (std::is_arithmetic_v<Plain<V>> && std::same_as<Other, Decimal>) {
        return sql::Expression(value_of<Decimal>(value));
    } else if constexpr (holds<Plain<V>, Other>()) {
        return sql::Expression(value_of(convert<Plain<V>>(value)));
    } else {
        refuse_operand<V, use, U>();
        return {};
    }
}

template <class V, Use use = Use::compared, class W>
sql::Expression operand_column(const volatile ColumnCell<W>& column) {
    constexpr bool fits = (is_numeric<Plain<V>> && is_numeric<Plain<W>>) || std::same_as<Plain<V>, Plain<W>>;
    static_assert(fits || use == Use::computed, "a column is compared with a column of another type");
    static_assert(fits || use == Use::compared, "a column is computed with a column of another type");
    return column.expression();
}

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
    template <class Key>
        requires ColumnTraits<Plain<V>>::is_document
    [[nodiscard]] sql::Expression operator[](const Key& key) const volatile {
        return expression()[key];
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
