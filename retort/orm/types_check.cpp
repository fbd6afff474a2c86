// What is wrong with a value, said with its column's name.
#include "retort/orm/types_check.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "retort/base/decimal.hpp"
#include "retort/base/text.hpp"
#include "retort/orm/errors.hpp"

namespace retort::orm {

namespace detail {
namespace {

using sql::TypeKind;
using sql::ValueKind;

std::string named(const CheckedColumn& column) { return std::string(column.model) + "." + std::string(column.name); }

void check_text(const sql::ValueView& view, const CheckedColumn& column) {
    auto text = view.text();
    if (!is_utf8(text)) {
        throw InvalidValueError("invalid-text"_code, named(column) + " holds bytes that are no UTF-8 text.",
                                "keep bytes in a Column<LargeBinary>, or mend the text: replace_invalid_utf8(text)");
    }
    bool is_sized = column.type.kind() == TypeKind::string || column.type.kind() == TypeKind::text;
    auto length = is_sized ? utf8_length(text) : 0;
    if (column.type.length() >= 0 && length > static_cast<std::size_t>(column.type.length())) {
        throw ValueTooLongError("value-too-long"_code,
                                named(column) + " is " + std::to_string(length) +
                                    " characters long, and its column keeps " + std::to_string(column.type.length()) +
                                    ".",
                                "shorten the text, or give the column more: String<" + std::to_string(length) + ">");
    }
}

void check_bytes(const sql::ValueView& view, const CheckedColumn& column) {
    if (column.type.length() < 0 || view.size <= static_cast<std::uint32_t>(column.type.length())) return;
    throw ValueTooLongError("value-too-long"_code,
                            named(column) + " is " + std::to_string(view.size) + " bytes long, and its column keeps " +
                                std::to_string(column.type.length()) + ".",
                            "give the column a larger length, or none");
}

[[noreturn]] void refuse_digits(const CheckedColumn& column, const Decimal& value, const std::string& keeps,
                                const std::string& mend) {
    throw InvalidValueError("too-many-digits"_code,
                            named(column) + " is " + value.to_string() + ", but its column keeps " + keeps + ".", mend);
}

/// Whether a database that keeps doubles gives the same decimal back.
bool comes_back(const Decimal& value, int scale) {
    const double kept = value.to_double();
    return std::abs(kept) < 1e38 && Decimal::from_double(kept, scale) == value;
}

void check_decimal(const Decimal& value, const CheckedColumn& column) {
    int precision = column.type.precision(), scale = std::max(column.type.scale(), 0);
    if (precision >= 0) {
        if (value.scale() > scale) {
            refuse_digits(column, value, std::to_string(scale) + " digits behind the point",
                          "round it: value.rounded(" + std::to_string(scale) + ")");
        }
        int before = value.digits() - value.scale();
        if (!value.is_zero() && before > precision - scale) {
            refuse_digits(
                column, value, std::to_string(precision - scale) + " digits before the point",
                "give the column more: Numeric<" + std::to_string(before + scale) + ", " + std::to_string(scale) + ">");
        }
    }
    if (!column.decimals_as_doubles) return;
    bool is_integer = value.scale() == 0 && value.coefficient().has_value();
    if (is_integer || comes_back(value, precision >= 0 ? scale : -1)) return;
    refuse_digits(column, value, "15 digits surely in this database",
                  "round it, keep a count of the smallest unit in a Column<std::int64_t>, or keep it as text");
}

void check_numeric(const sql::ValueView& view, const CheckedColumn& column) {
    if (view.kind == ValueKind::integer) return check_decimal(Decimal(view.integer), column);
    if (view.kind == ValueKind::text) return check_decimal(Decimal(view.text()), column);
    if (view.kind != ValueKind::decimal) return;
    check_decimal(Decimal::from_parts(view.decimal().coefficient(), view.decimal().scale()), column);
}

void check_moment(const sql::ValueView& view, const CheckedColumn& column) {
    constexpr std::int64_t first_day = -719162, last_day = 2932896;  // 0001-01-01 and 9999-12-31
    constexpr std::int64_t a_day = 86'400'000'000;
    std::int64_t day = view.integer;
    if (view.kind != ValueKind::date) day = view.integer / a_day - (view.integer % a_day < 0 ? 1 : 0);
    if (day >= first_day && day <= last_day) return;
    bool span = view.kind == ValueKind::interval;
    throw InvalidValueError(
        "moment-out-of-range"_code,
        named(column) + (span ? " is longer than a database can keep (about 2,000 years back, 8,000 years ahead)."
                              : " lies outside of the years 1 to 9999."),
        "check what it was calculated from");
}

}  // namespace

void look_closely(const sql::ValueView& view, const CheckedColumn& column) {
    if (view.kind == ValueKind::real && std::isnan(view.real)) {
        throw InvalidValueError("not-a-number"_code,
                                named(column) + " is NaN, which databases do not keep (SQLite would make it NULL).",
                                "make the column std::optional and give it nullptr where there is no number");
    }
    if (column.type.kind() == TypeKind::numeric) return check_numeric(view, column);
    switch (view.kind) {
        case ValueKind::text: return check_text(view, column);
        case ValueKind::blob: return check_bytes(view, column);
        case ValueKind::date:
        case ValueKind::datetime:
        case ValueKind::interval: return check_moment(view, column);
        default: return;
    }
}

}  // namespace detail

void throw_named_mismatch(const DataMismatchError& error, std::string_view model, std::string_view name) {
    throw DataMismatchError("data-mismatch"_code, std::string(model) + "." + std::string(name) + ": " + error.message(),
                            error.hint());
}

void rethrow_named(const InvalidValueError& error, std::string_view model, std::string_view name) {
    if (error.code() != "integer-out-of-range") throw;
    throw InvalidValueError("integer-out-of-range"_code,
                            std::string(model) + "." + std::string(name) + ": " + error.message(), error.hint());
}

}  // namespace retort::orm
