// Column: a field of a model; it is its value, and knows whether it was given one and whether it was changed.
#pragma once

#include <initializer_list>

#include "retort/orm/cell_access.hpp"
#include "retort/orm/column_cell.hpp"
#include "retort/orm/types.hpp"
#include "retort/orm/types_defaults.hpp"

namespace retort {
namespace orm {

/// `User::c.age = 18`; in orm/typed.hpp.
template <class C, class V>
Assigned assigned(const volatile C& column, const V& value);

/// What a column can do beyond being its value, by the value's type.
template <class V>
class ColumnFace : public ColumnCell<V> {
  public:
    const V* operator->() const { return &this->value(); }

  protected:
    using ColumnCell<V>::ColumnCell;
};

template <class V>
    requires std::is_arithmetic_v<V>
class ColumnFace<V> : public ColumnCell<V> {
  protected:
    using ColumnCell<V>::ColumnCell;
};

/// A text column answers as a const std::string does.
template <>
class ColumnFace<std::string> : public ColumnCell<std::string> {
  public:
    using iterator = std::string::const_iterator;
    using const_iterator = std::string::const_iterator;
    static constexpr std::size_t npos = std::string::npos;

    operator std::string_view() const { return value(); }  // NOLINT: text is text
    std::size_t size() const { return value().size(); }
    std::size_t length() const { return value().size(); }
    bool empty() const { return value().empty(); }
    const char* c_str() const { return value().c_str(); }
    const char* data() const { return value().data(); }
    const_iterator begin() const { return value().begin(); }
    const_iterator end() const { return value().end(); }
    char operator[](std::size_t at) const { return value()[at]; }
    char at(std::size_t at) const { return value().at(at); }
    char front() const { return value().front(); }
    char back() const { return value().back(); }
    std::string substr(std::size_t from = 0, std::size_t count = npos) const { return value().substr(from, count); }
    std::size_t find(std::string_view text, std::size_t from = 0) const { return value().find(text, from); }
    std::size_t find(char c, std::size_t from = 0) const { return value().find(c, from); }
    std::size_t rfind(std::string_view text, std::size_t from = npos) const { return value().rfind(text, from); }
    bool starts_with(std::string_view text) const { return value().starts_with(text); }
    bool ends_with(std::string_view text) const { return value().ends_with(text); }
    int compare(std::string_view text) const { return value().compare(text); }

  protected:
    using ColumnCell<std::string>::ColumnCell;
};

/// A column that may be NULL answers as a const std::optional does.
template <class V>
class ColumnFace<std::optional<V>> : public ColumnCell<std::optional<V>> {
  public:
    bool has_value() const { return this->value().has_value(); }
    explicit operator bool() const { return has_value(); }
    /// Throws InvalidRequestError("null-value") when it is NULL.
    const V& operator*() const { return *operator->(); }
    const V* operator->() const {
        const auto& value = this->value();
        if (!value.has_value()) [[unlikely]]
            orm::detail::refuse_null(this, this->state_);
        return &*value;
    }
    template <class U>
    V value_or(U&& otherwise) const {
        return this->value().value_or(std::forward<U>(otherwise));
    }
    void reset() { this->assign(std::nullopt); }
    /// Its value, or "None".
    template <class Stream>
        requires(std::is_class_v<Stream> && requires(Stream& out, const V& value) { (out << value), (out << "None"); })
    friend Stream& operator<<(Stream& out, const ColumnFace& column) {
        if (column.has_value()) {
            out << *column;
        } else {
            out << "None";
        }
        return out;
    }

  protected:
    using ColumnCell<std::optional<V>>::ColumnCell;
};

}  // namespace orm

/// A column of a model: `Column<int, primary_key> id;`, `Column<std::optional<std::string>> email;`.
///
/// The field is its value: it reads, compares, prints and assigns as one. `.value()` is the value where the compiler
/// cannot guess that it is meant (`auto n = user->age.value()`). Never given a value, it is unset.
template <class T, class... Options>
class Column : public orm::ColumnFace<typename orm::ColumnTraits<T>::Value> {
    using Value = typename orm::ColumnTraits<T>::Value;
    using Face = orm::ColumnFace<Value>;
    static_assert(
        orm::ColumnTraits<T>::known,
        "this type cannot be a column: use numbers, bool, std::string, String<N>, Text, Date, Time, DateTime, Numeric, "
        "Interval, Uuid, json, LargeBinary, an enum, std::optional of one, or describe it by ColumnTraits");
    static_assert(!std::same_as<orm::Plain<Value>, char>,
                  "a column of char: write Column<String<1>> for a letter, Column<std::int8_t> for a number");
    static_assert((orm::detail::is_option<Options> && ...),
                  "a column's type stands first and alone, as in Column<String<30>>; what follows are options, such as "
                  "primary_key, unique_key, foreign_key<User>");
    static_assert((orm::detail::option_fits<Options, Value>() && ...),
                  "onupdate<…> or version_id_by<…> gives a value of another type than its column's");

  public:
    using Declared = T;
    /// Evaluated once for all columns that are declared alike.
    static constexpr orm::ColumnOptions described = [] {
        orm::ColumnOptions options;
        if constexpr ((orm::detail::is_option<Options> && ...)) (Options::apply(options), ...);
        return options;
    }();
    static constexpr const orm::ColumnOptions& options() { return described; }

    /// How the erased core reads and shows it.
    static const orm::CellType& cell() { return orm::cell_type<Value, typename orm::ReaderOf<T>::type>; }

    Column() = default;
    Column(const Column&) = default;
    Column(Column&&) = default;
    ~Column() = default;

    /// From a value, from another column, or from a function that makes one for each object (`= utc_now`).
    template <class U>
        requires(!std::derived_from<std::remove_cvref_t<U>, reflection::AnyTag> &&
                 !std::same_as<std::remove_reference_t<U>, Column> &&
                 !std::same_as<std::remove_reference_t<U>, const Column>)
    Column(U&& value) : Column(std::in_place, unwrap(std::forward<U>(value))) {  // NOLINT: values convert
        if constexpr (is_maker<std::remove_cvref_t<U>>()) this->state_ |= orm::cell_defaulted;
    }

    Column& operator=(const Column& other) {
        this->assign_cell(other);
        return *this;
    }
    Column& operator=(Column&& other) {
        this->assign_cell(other);
        return *this;
    }
    template <class U>
        requires(!std::same_as<std::remove_cvref_t<U>, Column>)
    Column& operator=(U&& value) {
        this->assign(unwrap(std::forward<U>(value)));
        return *this;
    }

    /// `user->email = {}` is NULL where a column may be that, else the type's own beginning: "", 0, false. The key of a
    /// new object is unset by it, so that the database counts it. (An unset field of another object changes nothing.)
    Column& operator=(std::initializer_list<orm::Nothing>) {
        if constexpr (described.primary_key) {
            this->forget();
        } else {
            this->assign(Value());
        }
        return *this;
    }

    /// In a query: what `values` and `filter_by` take, `update<User>().values(User::c.age = 18)`.
    template <class U>
    [[nodiscard]] orm::Assigned operator=(const U& value) const volatile {
        return orm::assigned(*this, value);
    }
    template <class U>
    void operator=(const U& value) const = delete;  // the field of a constant object

    template <class U>
    Column& operator+=(const U& other) {
        if constexpr (orm::detail::may_overflow<Value, U>) {
            Value result{};
            if (__builtin_add_overflow(this->value(), other, &result)) [[unlikely]]
                this->refuse_overflow();
            return *this = result;
        } else {
            return *this = this->value() + other;
        }
    }
    template <class U>
    Column& operator-=(const U& other) {
        if constexpr (orm::detail::may_overflow<Value, U>) {
            Value result{};
            if (__builtin_sub_overflow(this->value(), other, &result)) [[unlikely]]
                this->refuse_overflow();
            return *this = result;
        } else {
            return *this = this->value() - other;
        }
    }
    template <class U>
    Column& operator*=(const U& other) {
        if constexpr (orm::detail::may_overflow<Value, U>) {
            Value result{};
            if (__builtin_mul_overflow(this->value(), other, &result)) [[unlikely]]
                this->refuse_overflow();
            return *this = result;
        } else {
            return *this = this->value() * other;
        }
    }
    template <class U>
    Column& operator/=(const U& other) {
        return *this = this->value() / other;
    }
    Column& operator++()
        requires std::integral<Value>
    {
        return *this += 1;
    }
    Column& operator--()
        requires std::integral<Value>
    {
        return *this -= 1;
    }
    Value operator++(int)
        requires std::integral<Value>
    {
        Value before = this->value();
        *this += 1;
        return before;
    }
    Value operator--(int)
        requires std::integral<Value>
    {
        Value before = this->value();
        *this -= 1;
        return before;
    }

  private:
    template <class U>
    Column(std::in_place_t place, U&& value) : Face(place, std::forward<U>(value)) {}

    template <class U>
    static constexpr bool is_maker() {
        return !orm::AnyColumn<U> && !orm::holds<Value, std::decay_t<U>>() && std::is_invocable_v<U>;
    }

    template <class U>
    static decltype(auto) unwrap(U&& value) {
        using From = std::remove_cvref_t<U>;
        static_assert(options().computed.empty(), "the database computes this column: it cannot be given a value");
        static_assert(!std::derived_from<From, sql::Expression>,
                      "an SQL expression is no value of an object: give the column the option insert_default<…>");
        static_assert(!std::is_volatile_v<std::remove_reference_t<U>>,
                      "Model::c.column is the column in a query, not a value: read the field of an object instead");
        if constexpr (std::is_volatile_v<std::remove_reference_t<U>>) {
            return Value();
        } else if constexpr (std::derived_from<From, sql::Expression>) {
            return Value();
        } else if constexpr (orm::AnyColumn<From>) {
            return unwrap(value.value());
        } else if constexpr (orm::holds<Value, From>() || orm::holds<Value, std::decay_t<U>>()) {
            return std::forward<U>(value);
        } else if constexpr (std::is_invocable_v<U>) {
            // By value: what the function made ends with this expression.
            return std::decay_t<std::invoke_result_t<U>>(unwrap(std::forward<U>(value)()));
        } else {
            static_assert(
                orm::detail::never_true<From>,
                "this value does not fit the column's type (an std::optional needs a column of std::optional)");
            return Value();
        }
    }
};

}  // namespace retort
