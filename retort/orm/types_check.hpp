// What a flush looks at before it writes a value: length, UTF-8, NaN, digits, and what a database can date.
#pragma once

#include <cmath>
#include <cstdint>
#include <string_view>

#include "retort/base/words.hpp"
#include "retort/sql/types.hpp"
#include "retort/sql/value.hpp"

namespace retort {
class DataMismatchError;
class InvalidValueError;
}  // namespace retort

namespace retort::orm {

/// A column as far as a check of its values goes. `model` and `name` are for the message: `Order.total`.
struct CheckedColumn {
    std::string_view model;
    std::string_view name;
    const sql::Type& type;
    /// The database keeps decimals as doubles (SQLite), so that only 15 of their digits are sure to come back.
    bool decimals_as_doubles = false;
};

namespace detail {

/// Throws ValueTooLongError("value-too-long"), InvalidValueError("invalid-text", "not-a-number", "too-many-digits" or
/// "moment-out-of-range"), when something is wrong with the value.
void look_closely(const sql::ValueView& view, const CheckedColumn& column);

/// A text of ASCII that is no longer than the column, and most other values, need no closer look.
inline bool is_surely_fine(const sql::ValueView& view, int length) {
    switch (view.kind) {
        case sql::ValueKind::null:
        case sql::ValueKind::boolean:
        case sql::ValueKind::integer:
        case sql::ValueKind::time: return true;
        case sql::ValueKind::real: return !std::isnan(view.real);
        case sql::ValueKind::text: {
            if (length >= 0 && view.size > static_cast<std::uint32_t>(length)) return false;
            return !retort::detail::any_word(
                view.data, view.size, [](std::uint64_t word) { return (word & retort::detail::word_tops) != 0; });
        }
        default: return false;
    }
}

}  // namespace detail

/// To be called for each value that goes into an INSERT or UPDATE. Costs next to nothing while all is well.
inline void check_value(const sql::ValueView& view, const CheckedColumn& column) {
    if (!detail::is_surely_fine(view, column.type.length()) ||
        (column.type.kind() == sql::TypeKind::numeric && view.kind != sql::ValueKind::null)) [[unlikely]]
        detail::look_closely(view, column);
}

/// The same error with the column's name before it: `Order.total: the database holds 'x' where …`. For who catches a
/// DataMismatchError while reading a row.
[[noreturn]] void throw_named_mismatch(const DataMismatchError& error, std::string_view model, std::string_view name);
/// In a handler: a value that is no integer of the database is told with its column, all else as it is.
[[noreturn]] void rethrow_named(const InvalidValueError& error, std::string_view model, std::string_view name);

}  // namespace retort::orm
