// Keeping the rows of a result, and turning their values into C++ types.
#include "retort/engine/row.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "retort/base/suggest.hpp"
#include "retort/engine/errors.hpp"
#include "retort/sql/value_types.hpp"

namespace retort::engines::detail {

namespace {

std::string named(std::string_view column) {
    return column.empty() ? "the value" : "column '" + std::string(column) + "'";
}

[[noreturn]] void refuse(const ValueView& value, std::string_view column, const char* wanted) {
    if (value.is_null()) {
        throw DataError("unexpected-null"_code, named(column) + " is NULL, and was read as " + wanted + ".",
                        "read it as std::optional, or keep NULL out with NOT NULL", {.sqlstate = "22002"});
    }
    auto shown = sql::to_string(value);
    if (shown.size() > 80) shown = shown.substr(0, 77) + "...";
    throw DataError("wrong-column-type"_code, named(column) + " holds " + shown + ", which is not " + wanted + ".",
                    "read it as the type that it has, or as sql::Value", {.sqlstate = "22018"});
}

bool is_integral(sql::ValueKind kind) { return kind == sql::ValueKind::integer || kind == sql::ValueKind::boolean; }

}  // namespace

bool to_boolean(const ValueView& value, std::string_view column) {
    if (!is_integral(value.kind)) refuse(value, column, "a bool");
    return value.integer != 0;
}

std::int64_t to_integer(const ValueView& value, std::string_view column, std::int64_t least, std::uint64_t most) {
    std::int64_t number = value.integer;
    if (value.kind == sql::ValueKind::real) {
        if (!(std::abs(value.real) < 9.2e18) || value.real != std::trunc(value.real))
            refuse(value, column, "an integer");
        number = static_cast<std::int64_t>(value.real);
    } else if (!is_integral(value.kind)) {
        refuse(value, column, "an integer");
    }
    bool fits = number >= least && (number < 0 || static_cast<std::uint64_t>(number) <= most);
    if (!fits) refuse(value, column, "an integer of that size");
    return number;
}

double to_real(const ValueView& value, std::string_view column) {
    if (is_integral(value.kind)) return static_cast<double>(value.integer);
    if (value.kind != sql::ValueKind::real) refuse(value, column, "a number");
    return value.real;
}

std::string_view to_text_view(const ValueView& value, std::string_view column) {
    if (value.kind != sql::ValueKind::text && value.kind != sql::ValueKind::blob) refuse(value, column, "text");
    return value.text();
}

std::string to_text(const ValueView& value, std::string_view column) {
    return std::string(to_text_view(value, column));
}

Date to_date(const ValueView& value, std::string_view column) {
    if (value.kind == sql::ValueKind::date) return Date::from_days(static_cast<std::int32_t>(value.integer));
    auto date = value.kind == sql::ValueKind::text ? Date::parse(value.text()) : std::nullopt;
    if (!date) refuse(value, column, "a date");
    return *date;
}

Time to_time(const ValueView& value, std::string_view column) {
    if (value.kind == sql::ValueKind::time) return Time::from_microseconds(value.integer);
    auto time = value.kind == sql::ValueKind::text ? Time::parse(value.text()) : std::nullopt;
    if (!time) refuse(value, column, "a time");
    return *time;
}

DateTime to_datetime(const ValueView& value, std::string_view column) {
    if (value.kind == sql::ValueKind::datetime) return DateTime::from_microseconds(value.integer);
    auto when = value.kind == sql::ValueKind::text ? DateTime::parse(value.text()) : std::nullopt;
    if (!when) refuse(value, column, "a date and time");
    return *when;
}

template <>
DateTimeTz to_object<DateTimeTz>(const ValueView& value, std::string_view column) {
    auto when = sql::datetime_tz_of(value);
    if (!when) refuse(value, column, "a date and time with a zone");
    return *when;
}

template <>
Decimal to_object<Decimal>(const ValueView& value, std::string_view column) {
    auto decimal = sql::decimal_of(value);
    if (!decimal) refuse(value, column, "a decimal number");
    return *decimal;
}

template <>
Uuid to_object<Uuid>(const ValueView& value, std::string_view column) {
    auto uuid = sql::uuid_of(value);
    if (!uuid) refuse(value, column, "a UUID");
    return *uuid;
}

const char* Rows::keep(const char* data, std::size_t size) {
    if (size > left_) {
        std::size_t chunk = std::clamp<std::size_t>(chunks_.size() * 4096, 1024, 65536);
        chunk = std::max(chunk, size);
        chunks_.push_back(std::make_unique_for_overwrite<char[]>(chunk));
        free_ = chunks_.back().get();
        left_ = chunk;
    }
    if (size > 0) std::memcpy(free_, data, size);
    const char* kept = free_;
    free_ += size;
    left_ -= size;
    return kept;
}

void Rows::append(std::span<const ValueView> row) {
    for (ValueView cell : row) {
        if (cell.kind == sql::ValueKind::text || cell.kind == sql::ValueKind::blob) {
            cell.data = keep(cell.data, cell.size);
        }
        cells_.push_back(cell);
    }
    ++size_;
}

std::size_t Rows::position(std::string_view name) const {
    auto found = std::find(names_.begin(), names_.end(), name);
    if (found != names_.end()) return static_cast<std::size_t>(found - names_.begin());
    std::vector<std::string_view> known(names_.begin(), names_.end());
    auto near = did_you_mean(name, known);
    throw InvalidRequestError(
        "no-such-result-column"_code, "the result has no column '" + std::string(name) + "'.",
        near.empty() ? "select the column, or give it that label" : "did you mean '" + near + "'?");
}

std::size_t Rows::checked(std::size_t position) const {
    if (position < names_.size()) return position;
    throw InvalidRequestError("no-such-result-column"_code,
                              "the result has " + std::to_string(names_.size()) +
                                  " columns, so there is none at position " + std::to_string(position) + ".",
                              "positions count from 0");
}

}  // namespace retort::engines::detail
