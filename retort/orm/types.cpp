// How decimals, intervals, uuids and bytes are read from a row and shown to a statement.
#include "retort/orm/types.hpp"

#include <span>

#include "retort/base/error.hpp"
#include "retort/sql/value_types.hpp"

namespace retort::orm {

using sql::ValueKind;

ValueView ColumnTraits<Decimal>::view(const Decimal& value, Side& side) {
    if (auto decimal = sql::short_decimal(value)) return ValueView::of(*decimal);
    side = std::make_unique<std::string>(value.normalized().to_string());
    return ValueView::of(std::string_view(*side));
}

void ColumnTraits<Decimal>::read(Decimal& out, const ValueView& view) { detail::read_decimal(out, view, -1); }

void ColumnTraits<Interval>::read(Interval& out, const ValueView& view) {
    if (view.kind == ValueKind::interval || view.kind == ValueKind::datetime) {
        out = Interval(view.integer);
        return;
    }
    if (view.kind == ValueKind::text) {
        if (auto moment = DateTime::parse(view.text())) {
            out = Interval(moment->microseconds());
            return;
        }
        if (auto interval = parse_interval(view.text())) {
            out = *interval;
            return;
        }
    }
    detail::mismatch(view, "an interval");
}

ValueView ColumnTraits<Uuid>::view(const Uuid& value, Side& side) {
    static constexpr char digits[] = "0123456789abcdef";
    char* out = side.data();
    for (auto byte : value.bytes) {
        *out++ = digits[byte >> 4];
        *out++ = digits[byte & 15];
    }
    return ValueView::of(std::string_view(side.data(), side.size()));
}

void ColumnTraits<Uuid>::read(Uuid& out, const ValueView& view) {
    auto uuid = sql::uuid_of(view);
    if (!uuid) detail::mismatch(view, "a UUID");
    out = *uuid;
}

void ColumnTraits<DateTimeTz>::read(DateTimeTz& out, const ValueView& view) {
    auto zoned = sql::datetime_tz_of(view);
    out = zoned ? *zoned : DateTimeTz(detail::read_datetime(view));
}

void ColumnTraits<std::vector<std::byte>>::read(std::vector<std::byte>& out, const ValueView& view) {
    auto bytes = std::as_bytes(std::span(detail::read_bytes(view)));
    out.assign(bytes.begin(), bytes.end());
}

namespace detail {

void read_decimal(Decimal& out, const ValueView& view, int scale) {
    auto decimal = sql::decimal_of(view, scale);
    if (!decimal) mismatch(view, "a decimal number");
    out = *decimal;
}

}  // namespace detail
}  // namespace retort::orm
