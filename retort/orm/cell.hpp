// How the value of one C++ type is read from a row, shown to a statement and described to the database.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "retort/base/time.hpp"
#include "retort/orm/enumeration.hpp"
#include "retort/sql/types.hpp"
#include "retort/sql/value.hpp"

namespace retort {

/// VARCHAR(length) as the type of a column; its values are std::string.
template <int length>
struct String {
    static_assert(length > 0, "String<N> needs a length of at least 1; std::string has none");
};
/// TEXT as the type of a column; its values are std::string.
struct Text {};
/// BLOB as the type of a column.
using LargeBinary = sql::Bytes;

namespace orm {

using sql::ValueView;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// What nobody can make: a list of it is `{}`.
struct Nothing {
    Nothing() = delete;
};

/// What a column's type is in C++ (`Value`) and in the database (`type()`). For a type of your own specialise it and
/// derive from StoredAs (orm/types.hpp).
///
/// A specialisation for a value type may say how its values are read (`read(V&, const ValueView&)`) and shown
/// (`view(const V&)`), what it takes besides its own values (`accepts<U>`), and, when its database form must stand
/// somewhere, where: `using Side = std::string` and `view(const V&, Side&)`.
template <class T>
struct ColumnTraits {
    static constexpr bool known = false;
    using Value = T;
    static sql::Type type() { return {}; }
};

template <class T>
    requires std::integral<T>
struct ColumnTraits<T> {
    static constexpr bool known = true;
    using Value = T;
    static sql::Type type() {
        if constexpr (std::same_as<T, bool>) return sql::types::Boolean();
        if constexpr (sizeof(T) <= 2) return sql::types::SmallInteger();
        if constexpr (sizeof(T) > 4 || (sizeof(T) == 4 && std::is_unsigned_v<T>)) return sql::types::BigInteger();
        return sql::types::Integer();
    }
};
template <class T>
    requires std::floating_point<T>
struct ColumnTraits<T> {
    static constexpr bool known = true;
    using Value = T;
    static sql::Type type() { return sql::types::Float(); }
};
template <class T>
    requires std::is_enum_v<T>
struct ColumnTraits<T> {
    static constexpr bool known = true;
    using Value = T;
    static sql::Type type() { return enumeration_type(enumeration<T>()); }
};

/// What the types with one value each have in common.
template <class T, class SqlType, int length = -1>
struct KnownColumn {
    static constexpr bool known = true;
    using Value = T;
    static sql::Type type() {
        if constexpr (length > 0) {
            return SqlType(length);
        } else {
            return SqlType();
        }
    }
};
template <>
struct ColumnTraits<std::string> : KnownColumn<std::string, sql::types::String> {};
template <int length>
struct ColumnTraits<String<length>> : KnownColumn<std::string, sql::types::String, length> {};
template <>
struct ColumnTraits<Text> : KnownColumn<std::string, sql::types::Text> {};
/// A run of bytes in whatever holds it: `std::vector<std::byte>`, `std::span<const std::byte>`.
template <class U>
concept ByteRun = requires(const U& bytes) {
    requires std::same_as<std::remove_cvref_t<decltype(*bytes.data())>, std::byte>;
    bytes.size();
};
template <>
struct ColumnTraits<sql::Bytes> : KnownColumn<sql::Bytes, sql::types::LargeBinary> {
    template <class U>
    static constexpr bool accepts = std::convertible_to<const U&, sql::Bytes> || ByteRun<U>;
    template <ByteRun U>
    static sql::Bytes from(const U& bytes) {
        return {std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size())};
    }
};
template <>
struct ColumnTraits<Date> : KnownColumn<Date, sql::types::Date> {};
template <>
struct ColumnTraits<Time> : KnownColumn<Time, sql::types::Time> {};
template <>
struct ColumnTraits<DateTime> : KnownColumn<DateTime, sql::types::DateTime> {};
template <class T>
struct ColumnTraits<std::optional<T>> {
    static constexpr bool known = ColumnTraits<T>::known && !is_optional<T>;
    using Value = std::optional<typename ColumnTraits<T>::Value>;
    static sql::Type type() { return ColumnTraits<T>::type(); }
};

/// Beside most values stands nothing.
struct NoSide {};
template <class V>
struct SideOfValue {
    using type = NoSide;
};
template <class V>
    requires requires { typename ColumnTraits<V>::Side; }
struct SideOfValue<V> {
    using type = typename ColumnTraits<V>::Side;
};
template <class V>
struct SideOfValue<std::optional<V>> : SideOfValue<V> {};
/// Where the database's form of a value is made, when the value itself is not that form already.
template <class V>
using Side = typename SideOfValue<V>::type;
template <class V>
inline constexpr bool has_side = !std::is_same_v<Side<V>, NoSide>;

namespace detail {

/// Throws DataMismatchError("data-mismatch"): `wanted` is what the model says, as in "a date".
[[noreturn]] void mismatch(const ValueView& view, std::string_view wanted);
// The rare ways; each throws DataMismatchError when the database's value is no such thing.
std::int64_t read_integer(const ValueView& view);
bool read_boolean(const ValueView& view);
double read_real(const ValueView& view);
std::string_view read_text(const ValueView& view, std::string& scratch);
std::string_view read_bytes(const ValueView& view);
Date read_date(const ValueView& view);
Time read_time(const ValueView& view);
DateTime read_datetime(const ValueView& view);
std::int64_t read_enumeration(const ValueView& view, const Enumeration& enumeration);
[[noreturn]] void integer_out_of_range(std::int64_t value);
/// A value from the program that its column's type cannot hold.
[[noreturn]] void refuse_integer(std::int64_t value, std::size_t bytes, bool is_signed);
[[noreturn]] void refuse_unsigned(std::uint64_t value);
[[noreturn]] void refuse_boolean(std::int64_t value);
/// The same view, of a copy of what it points at.
ValueView keep_bytes(const ValueView& view, std::string& storage);
/// The nearest float. Throws InvalidValueError("number-out-of-range") beyond the largest.
float narrow(double value);

}  // namespace detail

/// Reads a value that is not NULL.
template <class V>
inline void read_value(V& out, const ValueView& view) {
    if constexpr (requires { ColumnTraits<V>::read(out, view); }) {
        ColumnTraits<V>::read(out, view);
    } else if constexpr (std::is_same_v<V, bool>) {
        out = view.kind == sql::ValueKind::integer ? view.integer != 0 : detail::read_boolean(view);
    } else if constexpr (std::integral<V>) {
        std::int64_t value = view.kind == sql::ValueKind::integer ? view.integer : detail::read_integer(view);
        if (!std::in_range<V>(value)) [[unlikely]]
            detail::integer_out_of_range(value);
        out = static_cast<V>(value);
    } else if constexpr (std::floating_point<V>) {
        double value = view.kind == sql::ValueKind::real ? view.real : detail::read_real(view);
        if constexpr (sizeof(V) < sizeof(double)) {
            out = detail::narrow(value);
        } else {
            out = static_cast<V>(value);
        }
    } else if constexpr (std::is_same_v<V, std::string>) {
        if (view.kind == sql::ValueKind::text) {
            out.assign(view.data, view.size);
        } else {
            std::string scratch;
            out.assign(detail::read_text(view, scratch));
        }
    } else if constexpr (std::is_same_v<V, sql::Bytes>) {
        out.data.assign(detail::read_bytes(view));
    } else if constexpr (std::is_same_v<V, Date>) {
        out = view.kind == sql::ValueKind::date ? Date::from_days(static_cast<std::int32_t>(view.integer))
                                                : detail::read_date(view);
    } else if constexpr (std::is_same_v<V, Time>) {
        out = view.kind == sql::ValueKind::time ? Time::from_microseconds(view.integer) : detail::read_time(view);
    } else if constexpr (std::is_same_v<V, DateTime>) {
        out = view.kind == sql::ValueKind::datetime ? DateTime::from_microseconds(view.integer)
                                                    : detail::read_datetime(view);
    } else if constexpr (std::is_enum_v<V>) {
        out = static_cast<V>(detail::read_enumeration(view, enumeration<V>()));
    } else {
        static_assert(sizeof(V) == 0, "the ColumnTraits of this type do not say how it is read");
    }
}

/// Shows a value to a statement; what it points at lives as long as the value.
template <class V>
inline ValueView view_value(const V& value) {
    static_assert(!has_side<V>, "this value is shown with a place for its database form: view_value(value, side)");
    if constexpr (is_optional<V>) {
        return value ? view_value(*value) : ValueView::null();
    } else if constexpr (requires { ColumnTraits<V>::view(value); }) {
        return ColumnTraits<V>::view(value);
    } else if constexpr (std::is_same_v<V, bool>) {
        return ValueView::of(value);
    } else if constexpr (std::unsigned_integral<V> && sizeof(V) == 8) {
        if (value > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) [[unlikely]]
            detail::refuse_unsigned(value);
        return ValueView::of(static_cast<std::int64_t>(value));
    } else if constexpr (std::integral<V>) {
        return ValueView::of(static_cast<std::int64_t>(value));
    } else if constexpr (std::floating_point<V>) {
        return ValueView::of(static_cast<double>(value));
    } else if constexpr (std::is_same_v<V, std::string>) {
        return ValueView::of(std::string_view(value));
    } else if constexpr (std::is_same_v<V, sql::Bytes>) {
        return ValueView::blob(value.data.data(), value.data.size());
    } else if constexpr (std::is_enum_v<V>) {
        return ValueView::of(name_of(enumeration<V>(), static_cast<std::int64_t>(value)));
    } else {
        return ValueView::of(value);
    }
}

/// The same for every type; what it points at lives as long as the value and the side.
template <class V>
inline ValueView view_value(const V& value, Side<V>& side) {
    if constexpr (!has_side<V>) {
        return view_value(value);
    } else if constexpr (is_optional<V>) {
        return value ? view_value(*value, side) : ValueView::null();
    } else {
        return ColumnTraits<V>::view(value, side);
    }
}
/// A value as a statement keeps it.
template <class V>
inline sql::Value value_of(const V& value) {
    Side<V> side{};
    return sql::Value(view_value(value, side));
}

/// Bits of a column's state byte, which stands right behind its value.
enum CellState : std::uint8_t {
    cell_set = 1,         ///< it has a value (which may be NULL)
    cell_attached = 2,    ///< its object lives in a slab, so that masking its address finds the session
    cell_touched = 4,     ///< its old value is in the session's change log
    cell_expired = 8,     ///< to be read from the database before it is shown
    cell_defaulted = 16,  ///< its value came from a function in the model, not from who made the object
    cell_watched = 32,    ///< somebody listens to its being set
};

/// The functions for the cells of one value type, for code that sees only addresses.
struct CellType {
    std::uint32_t state_offset;  ///< from the cell to its state byte
    bool nullable;
    /// Makes a cell in raw memory with this value. NULL where it cannot be leaves it unset.
    void (*construct)(void* cell, const ValueView& view);
    /// Makes an unset, attached cell in raw memory.
    void (*construct_unset)(void* cell);
    /// Gives it this value; false when NULL came where it cannot be. The state stays as it is.
    bool (*load)(void* cell, const ValueView& view);
    ValueView (*view)(const void* cell);
    /// What a cell with this value, which comes from a row, would show; `storage` may hold it. Null where rows show
    /// what cells do (integers, text).
    ValueView (*as_shown)(const ValueView& row, std::string& storage);
};

}  // namespace orm
}  // namespace retort
