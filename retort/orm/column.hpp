// Column: a field of a model; it is its value, and knows whether it was given one and whether it was changed.
#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "retort/base/reflection.hpp"
#include "retort/orm/cell.hpp"
#include "retort/orm/condition.hpp"
#include "retort/orm/options.hpp"

namespace retort {

template <class T, class... Options>
class Column;

namespace orm {

template <class V>
class ColumnCell;

namespace detail {

/// Notes the old value in the session's change log, if the object has a session. The cell is attached.
void before_write(void* cell);
/// Loads what is expired, refuses what is unset and cannot be NULL. Returns with something to show.
void before_read(const void* cell, std::uint8_t& state, bool nullable);
/// The column that a field of a model's `c` stands for.
sql::Expression column_of(const volatile void* field);

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
    } else if constexpr (std::is_arithmetic_v<V>) {
        return static_cast<V>(value);
    } else if constexpr (std::same_as<V, std::string> && std::convertible_to<const From&, std::string_view>) {
        return V(std::string_view(value));
    } else {
        return std::forward<U>(value);
    }
}

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
    /// Changes the value in place: `user->tags.mutate([](auto& tags) { tags += "x"; })`.
    template <class F>
    void mutate(F&& change) {
        (void)value();
        writing();
        change(value_);
    }

    /// In queries, where it is `User::c.name`, it is the column.
    operator sql::Expression() const volatile { return detail::column_of(this); }  // NOLINT
    /// In queries, an object's field is its value.
    operator sql::Expression() const { return sql::Expression(sql::Value(view_value(value()))); }  // NOLINT
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
    [[nodiscard]] Condition in_(const List& values) const volatile {
        return member(values, true);
    }
    template <class List = std::initializer_list<Plain<V>>>
    [[nodiscard]] Condition not_in(const List& values) const volatile {
        return member(values, false);
    }
    [[nodiscard]] Condition between(const sql::Expression& low, const sql::Expression& high) const volatile {
        return expression().between(low, high);
    }
    [[nodiscard]] Condition like(const sql::Expression& pattern, char escape = 0) const volatile {
        return expression().like(pattern, escape);
    }
    [[nodiscard]] Condition not_like(const sql::Expression& pattern, char escape = 0) const volatile {
        return expression().not_like(pattern, escape);
    }
    [[nodiscard]] Condition ilike(const sql::Expression& pattern, char escape = 0) const volatile {
        return expression().ilike(pattern, escape);
    }
    [[nodiscard]] Condition contains(const sql::Expression& other, bool autoescape = false) const volatile {
        return expression().contains(other, autoescape);
    }
    [[nodiscard]] Condition startswith(const sql::Expression& other, bool autoescape = false) const volatile {
        return expression().startswith(other, autoescape);
    }
    [[nodiscard]] Condition endswith(const sql::Expression& other, bool autoescape = false) const volatile {
        return expression().endswith(other, autoescape);
    }
    [[nodiscard]] sql::Expression asc() const volatile { return expression().asc(); }
    [[nodiscard]] sql::Expression desc() const volatile { return expression().desc(); }
    [[nodiscard]] sql::Expression cast(sql::Type type) const volatile { return expression().cast(std::move(type)); }
    [[nodiscard]] sql::Expression collate(std::string_view name) const volatile { return expression().collate(name); }
    /// The column as an expression of its own.
    [[nodiscard]] sql::Expression expression() const volatile { return detail::column_of(this); }

  protected:
    ColumnCell() = default;
    template <class U>
    ColumnCell(std::in_place_t, U&& value) : value_(convert<V>(std::forward<U>(value))), state_(cell_set) {}
    // A copy takes the value, never the attachment.
    ColumnCell(const ColumnCell& other) : value_(other.shown()), state_(other.state_ & cell_kept) {}
    ColumnCell(ColumnCell&& other) : state_(other.state_ & cell_kept) {
        if ((other.state_ & cell_attached) != 0) {
            value_ = other.shown();
            state_ = other.state_ & cell_kept;
        } else {
            value_ = std::move(other.value_);
        }
    }
    ~ColumnCell() = default;

    template <class U>
    void assign(U&& value) {
        V converted = convert<V>(std::forward<U>(value));
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

  private:
    friend struct CellAccess;
    const V& shown() const {
        if ((state_ & cell_expired) != 0) detail::before_read(this, state_, true);
        return value_;
    }
    template <class List>
    Condition member(const List& values, bool positive) const volatile {
        if constexpr (requires { expression().in_(values); } && !requires { values.begin(); }) {
            return positive ? expression().in_(values) : expression().not_in(values);
        } else {
            std::vector<sql::Value> list;
            for (const auto& value : values) list.emplace_back(view_value(convert<Plain<V>>(value)));
            return positive ? expression().in_(std::move(list)) : expression().not_in(std::move(list));
        }
    }
};

/// What the erased core does with cells of one value type.
struct CellAccess {
    template <class V>
    static void construct(void* memory, const ValueView& view) {
        auto* cell = static_cast<ColumnCell<V>*>(memory);
        if constexpr (is_optional<V>) {
            auto* value = new (&cell->value_) V();
            if (!view.is_null()) read_value(value->emplace(), view);
            cell->state_ = cell_set | cell_attached;
        } else {
            new (&cell->value_) V();
            bool null = view.is_null();
            if (!null) read_value(cell->value_, view);
            cell->state_ = null ? cell_attached : (cell_set | cell_attached);
        }
    }
    template <class V>
    static void construct_unset(void* memory) {
        auto* cell = static_cast<ColumnCell<V>*>(memory);
        new (&cell->value_) V();
        cell->state_ = cell_attached;
    }
    template <class V>
    static bool load(void* memory, const ValueView& view) {
        auto& value = static_cast<ColumnCell<V>*>(memory)->value_;
        if constexpr (is_optional<V>) {
            value.reset();
            if (!view.is_null()) read_value(value.emplace(), view);
            return true;
        } else {
            if (view.is_null()) return false;
            read_value(value, view);
            return true;
        }
    }
    template <class V>
    static ValueView view(const void* memory) {
        return view_value(static_cast<const ColumnCell<V>*>(memory)->value_);
    }
    template <class V>
    static constexpr std::uint32_t state_offset() {
        return sizeof(V);  // a byte needs no alignment, so it stands right behind
    }
};
template <class V>
inline constexpr CellType cell_type = {CellAccess::state_offset<V>(),   is_optional<V>,       &CellAccess::construct<V>,
                                       &CellAccess::construct_unset<V>, &CellAccess::load<V>, &CellAccess::view<V>};

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
    const V& operator*() const { return *this->value(); }
    const V* operator->() const { return &*this->value(); }
    template <class U>
    V value_or(U&& otherwise) const {
        return this->value().value_or(std::forward<U>(otherwise));
    }
    void reset() { this->assign(std::nullopt); }

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
        "this type cannot be a column: use numbers, bool, std::string, String<N>, Text, Date, Time, DateTime, "
        "LargeBinary, an enum, or std::optional of one of them");

  public:
    using Declared = T;
    static constexpr orm::ColumnOptions options() {
        orm::ColumnOptions options;
        (Options::apply(options), ...);
        return options;
    }

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

    template <class U>
    Column& operator+=(const U& other) {
        return *this = this->value() + other;
    }
    template <class U>
    Column& operator-=(const U& other) {
        return *this = this->value() - other;
    }
    template <class U>
    Column& operator*=(const U& other) {
        return *this = this->value() * other;
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
        static_assert(!std::is_volatile_v<std::remove_reference_t<U>>,
                      "Model::c.column is the column in a query, not a value: read the field of an object instead");
        if constexpr (std::is_volatile_v<std::remove_reference_t<U>>) {
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
