// The types of columns beyond numbers, text and dates: Numeric, Interval, Uuid, aware datetimes, and types of your own.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <ratio>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/datetime_tz.hpp"
#include "retort/base/decimal.hpp"
#include "retort/base/duration.hpp"
#include "retort/base/interval.hpp"
#include "retort/base/owned.hpp"
#include "retort/base/uuid.hpp"
#include "retort/orm/cell.hpp"

namespace retort {

/// SMALLINT as the type of a column; its values are std::int16_t.
struct SmallInteger {};
/// INTEGER as the type of a column; its values are int.
struct Integer {};
/// BIGINT as the type of a column; its values are std::int64_t.
struct BigInteger {};
/// FLOAT as the type of a column; its values are double.
struct Float {};
/// DOUBLE as the type of a column; its values are double.
struct Double {};
/// BOOLEAN as the type of a column; its values are bool.
struct Boolean {};
/// NUMERIC(precision, scale) as the type of a column: at most so many digits, so many of them behind the point. Its
/// values are Decimal; one with more digits is refused when it is written, never rounded.
template <int precision, int scale = 0>
struct Numeric {
    static_assert(precision > 0 && precision <= Decimal::most_digits, "Numeric<precision, scale> has 1 to 38 digits");
    static_assert(scale >= 0 && scale <= precision, "Numeric<precision, scale>: the scale is a part of the precision");
};

namespace orm {

template <>
struct ColumnTraits<SmallInteger> : KnownColumn<std::int16_t, sql::types::SmallInteger> {};
template <>
struct ColumnTraits<Integer> : KnownColumn<int, sql::types::Integer> {};
template <>
struct ColumnTraits<BigInteger> : KnownColumn<std::int64_t, sql::types::BigInteger> {};
template <>
struct ColumnTraits<Float> : KnownColumn<double, sql::types::Float> {};
template <>
struct ColumnTraits<Double> : KnownColumn<double, sql::types::Double> {};
template <>
struct ColumnTraits<Boolean> : KnownColumn<bool, sql::types::Boolean> {};

/// A decimal of up to 17 digits is a view by itself; the text of a longer one stands beside it.
template <>
struct ColumnTraits<Decimal> : KnownColumn<Decimal, sql::types::Numeric> {
    using Side = retort::detail::Owned<std::string>;
    static ValueView view(const Decimal& value, Side& side);
    static void read(Decimal& out, const ValueView& view);
};
template <int precision, int scale>
struct ColumnTraits<Numeric<precision, scale>> {
    static constexpr bool known = true;
    using Value = Decimal;
    static sql::Type type() { return sql::types::Numeric(precision, scale); }
    /// SQLite gives 12.5 for 12.50, and a double for what it calculated.
    struct Reader {
        static void read(Decimal& out, const ValueView& view);
    };
};

/// Databases without intervals keep the moment that lies as far from 1970-01-01 00:00:00, as SQLAlchemy does.
template <>
struct ColumnTraits<Interval> : KnownColumn<Interval, sql::types::Interval> {
    static ValueView view(Interval value) { return ValueView::of(value); }
    static void read(Interval& out, const ValueView& view);
};

/// 32 hexadecimal digits, where the database has no such type.
template <>
struct ColumnTraits<Uuid> : KnownColumn<Uuid, sql::types::Uuid> {
    using Side = std::array<char, 32>;
    static ValueView view(const Uuid& value, Side& side);
    static void read(Uuid& out, const ValueView& view);
};

/// Kept in UTC; a text with a zone is read as what it means.
template <>
struct ColumnTraits<DateTimeTz> {
    static constexpr bool known = true;
    using Value = DateTimeTz;
    static sql::Type type() { return sql::types::DateTime(true); }
    static ValueView view(DateTimeTz value) { return ValueView::of(value.utc()); }
    static void read(DateTimeTz& out, const ValueView& view);
};

template <>
struct ColumnTraits<std::vector<std::byte>> : KnownColumn<std::vector<std::byte>, sql::types::LargeBinary> {
    static ValueView view(const std::vector<std::byte>& value) { return ValueView::blob(value.data(), value.size()); }
    static void read(std::vector<std::byte>& out, const ValueView& view);
};

namespace detail {

void read_decimal(Decimal& out, const ValueView& view, int scale);

/// Whether the view of a value points at nothing, so that the value may go.
template <class V>
inline constexpr bool is_shown_whole =
    std::is_arithmetic_v<V> || std::is_enum_v<V> || std::same_as<V, Date> || std::same_as<V, Time> ||
    std::same_as<V, DateTime> || std::same_as<V, Interval> || std::same_as<V, DateTimeTz>;

/// A stored value and what it needs beside itself.
template <class S>
struct StoredSide {
    S stored{};
    orm::Side<S> side{};
};

template <class V, class S>
struct Stored {
    static ValueView view(const V& value) { return view_value(S(ColumnTraits<V>::store(value))); }
};
template <class V, class S>
    requires(!is_shown_whole<S>)
struct Stored<V, S> {
    using Side = StoredSide<S>;
    static ValueView view(const V& value, Side& side) {
        side.stored = ColumnTraits<V>::store(value);
        return view_value(side.stored, side.side);
    }
};

}  // namespace detail

template <int precision, int scale>
void ColumnTraits<Numeric<precision, scale>>::Reader::read(Decimal& out, const ValueView& view) {
    detail::read_decimal(out, view, scale);
}

/// Who reads the values of a column that is declared so; void: every value of its type is read alike.
template <class Declared>
struct ReaderOf {
    using type = void;
};
template <class Declared>
    requires requires { typename ColumnTraits<Declared>::Reader; }
struct ReaderOf<Declared> {
    using type = typename ColumnTraits<Declared>::Reader;
};
template <class Declared>
struct ReaderOf<std::optional<Declared>> : ReaderOf<Declared> {};

namespace detail {

template <class K>
inline constexpr bool is_column_key = requires { K::options(); };
template <class K>
struct KeyValue {
    using type = K;
};
template <class K>
    requires is_column_key<K>
struct KeyValue<K> {
    using type = typename K::value_type;
};

}  // namespace detail

/// The values that a caller gives for a primary key, as views: `KeyViews key(first, second); key.views`. What they
/// point at lives as long as this and the values do.
template <class... Key>
class KeyViews {
  public:
    explicit KeyViews(const Key&... key) { show(std::index_sequence_for<Key...>{}, key...); }
    KeyViews(const KeyViews&) = delete;
    KeyViews& operator=(const KeyViews&) = delete;

    std::array<ValueView, sizeof...(Key)> views;

  private:
    template <class K>
    static constexpr bool is_text = std::convertible_to<const K&, std::string_view>;
    template <std::size_t... at>
    void show(std::index_sequence<at...>, const Key&... key) {
        ((views[at] = view_of(key, std::get<at>(sides_))), ...);
    }
    template <class K, class S>
    static ValueView view_of(const K& key, S& side) {
        if constexpr (std::same_as<K, std::nullptr_t>) {
            return {};
        } else if constexpr (std::is_pointer_v<K> && is_text<K>) {
            return key == nullptr ? ValueView() : ValueView::of(std::string_view(key));
        } else if constexpr (is_text<K>) {
            return ValueView::of(std::string_view(key));
        } else if constexpr (detail::is_column_key<K>) {
            return view_value(key.value(), side);
        } else {
            return view_value(key, side);
        }
    }

    std::tuple<Side<typename detail::KeyValue<Key>::type>...> sides_;
};

}  // namespace orm

/// What the description of a column type of your own derives from: values of V are kept as a `Kept`, which is the type
/// of a column itself. V must have a default constructor.
///
/// ```cpp
/// template <>
/// struct retort::orm::ColumnTraits<Money> : retort::StoredAs<Money, std::int64_t> {
///     static std::int64_t store(const Money& money) { return money.cents; }
///     static Money load(std::int64_t cents) { return Money{cents}; }   // may throw what it does not take
/// };
/// ```
/// `static sql::Type type()` may say another type of the database.
template <class V, class Kept>
struct StoredAs : orm::detail::Stored<V, typename orm::ColumnTraits<Kept>::Value> {
    static constexpr bool known = true;
    using Value = V;
    static sql::Type type() { return orm::ColumnTraits<Kept>::type(); }
    static void read(V& out, const orm::ValueView& view) {
        typename orm::ColumnTraits<Kept>::Value kept{};
        orm::read_value(kept, view);
        out = orm::ColumnTraits<V>::load(std::move(kept));
    }
};

namespace orm {

/// Durations that are not finer than an Interval: `Column<std::chrono::seconds>`.
template <std::integral Rep, class Period>
    requires(std::ratio_greater_v<Period, std::micro>)
struct ColumnTraits<std::chrono::duration<Rep, Period>> : StoredAs<std::chrono::duration<Rep, Period>, Interval> {
    using Duration = std::chrono::duration<Rep, Period>;
    static Interval store(Duration duration) { return duration; }
    static Duration load(Interval interval) {
        auto duration = std::chrono::duration_cast<Duration>(interval);
        if (duration != interval) detail::mismatch(ValueView::of(interval), "an interval without such a fraction");
        return duration;
    }
};

}  // namespace orm
}  // namespace retort
