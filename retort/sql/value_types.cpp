// How decimals, uuids and aware datetimes are told from what a database holds.
#include "retort/sql/value_types.hpp"

#include <algorithm>
#include <string>

#include "retort/base/error.hpp"
#include "retort/base/json.hpp"

namespace retort::sql {

std::optional<ShortDecimal> short_decimal(const Decimal& value) {
    auto plain = value.normalized();
    auto coefficient = plain.coefficient();
    constexpr auto most = ShortDecimal::most_coefficient;
    if (!coefficient || *coefficient > most || *coefficient < -most) return std::nullopt;
    return ShortDecimal::of(*coefficient, plain.scale());
}

Value decimal_value(const Decimal& value) {
    if (auto short_one = short_decimal(value)) return Value(ValueView::of(*short_one));
    auto text = value.normalized().to_string();
    return Value(ValueView::of(std::string_view(text)));
}

namespace {

std::optional<Decimal> unrounded(const ValueView& view, int scale) {
    switch (view.kind) {
        case ValueKind::integer: return Decimal(view.integer);
        case ValueKind::decimal: return Decimal::from_parts(view.decimal().coefficient(), view.decimal().scale());
        case ValueKind::real: return Decimal::from_double(view.real, scale);
        case ValueKind::text: return Decimal::parse(view.text());
        default: return std::nullopt;
    }
}

}  // namespace

std::optional<Decimal> decimal_of(const ValueView& view, int scale) {
    try {
        auto decimal = unrounded(view, scale);
        return decimal && scale > decimal->scale() ? decimal->rounded(scale) : decimal;
    } catch (const ArgumentError&) {
        return std::nullopt;  // infinite, or too large
    }
}

std::optional<Uuid> uuid_of(const ValueView& view) {
    constexpr std::size_t bare = 32;
    Uuid uuid;
    if (view.kind == ValueKind::blob && view.size == uuid.bytes.size()) {
        std::copy_n(view.data, view.size, reinterpret_cast<char*>(uuid.bytes.data()));
        return uuid;
    }
    if (view.kind != ValueKind::text) return std::nullopt;
    std::string text(view.text());
    if (text.size() == bare) {
        for (std::size_t hyphen : {8, 13, 18, 23}) text.insert(hyphen, 1, '-');
    }
    return Uuid::parse(text);
}

std::optional<DateTimeTz> datetime_tz_of(const ValueView& view) {
    if (view.kind == ValueKind::datetime) return DateTimeTz(DateTime::from_microseconds(view.integer));
    if (view.kind != ValueKind::text) return std::nullopt;
    if (auto zoned = DateTimeTz::parse(view.text())) return zoned;
    auto moment = DateTime::parse(view.text());
    return moment ? std::optional(DateTimeTz(*moment)) : std::nullopt;
}

json json_of(const ValueView& view) {
    switch (view.kind) {
        case ValueKind::null: return nullptr;
        case ValueKind::boolean: return view.integer != 0;
        case ValueKind::integer: return view.integer;
        case ValueKind::real: return view.real;
        case ValueKind::text: return std::string(view.text());
        default: return to_string(view);
    }
}

}  // namespace retort::sql
