// Values of a database as decimals, uuids, aware datetimes and JSON, for which it has no kinds of its own.
#pragma once

#include <optional>

#include "retort/base/datetime_tz.hpp"
#include "retort/base/decimal.hpp"
#include "retort/base/uuid.hpp"
#include "retort/sql/value.hpp"

namespace retort {
class json;
}

namespace retort::sql {

/// The decimal in one word; empty when it has too many digits.
std::optional<ShortDecimal> short_decimal(const Decimal& value);
/// As a decimal, or as text when it has too many digits.
Value decimal_value(const Decimal& value);

/// Empty when the value is none, infinite or too large. It has at least `scale` digits behind the point; a double is
/// rounded to so many, -1: as many as it is sure of.
std::optional<Decimal> decimal_of(const ValueView& view, int scale = -1);
/// From 16 bytes, or from text with hyphens or without.
std::optional<Uuid> uuid_of(const ValueView& view);
/// From text with a zone, or from a date and time, which are taken to be UTC's.
std::optional<DateTimeTz> datetime_tz_of(const ValueView& view);

/// Numbers, booleans, NULL and text as themselves, the rest as its text.
json json_of(const ValueView& view);

}  // namespace retort::sql
