// How decimals, intervals, uuids and bytes are read from a row and shown to a statement.
#include "retort/orm/types.hpp"

#include <algorithm>
#include <span>

#include "retort/base/error.hpp"

namespace retort::orm {

using sql::ValueKind;

ValueView ColumnTraits<Decimal>::view(const Decimal& value, Side& side) {
    auto plain = value.normalized();
    auto coefficient = plain.coefficient();
    constexpr auto most = sql::ShortDecimal::most_coefficient;
    if (coefficient && *coefficient <= most && *coefficient >= -most) {
        return ValueView::of(sql::ShortDecimal::of(*coefficient, plain.scale()));
    }
    side = std::make_unique<std::string>(plain.to_string());
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
    constexpr std::size_t bare = 32;
    if (view.kind == ValueKind::blob && view.size == out.bytes.size()) {
        std::copy_n(view.data, view.size, reinterpret_cast<char*>(out.bytes.data()));
        return;
    }
    if (view.kind == ValueKind::text) {
        std::string text(view.text());
        if (text.size() == bare) {
            for (std::size_t hyphen : {8, 13, 18, 23}) text.insert(hyphen, 1, '-');
        }
        if (auto uuid = Uuid::parse(text)) {
            out = *uuid;
            return;
        }
    }
    detail::mismatch(view, "a UUID");
}

void ColumnTraits<DateTimeTz>::read(DateTimeTz& out, const ValueView& view) {
    if (view.kind == ValueKind::text) {
        if (auto zoned = DateTimeTz::parse(view.text())) {
            out = *zoned;
            return;
        }
    }
    out = DateTimeTz(view.kind == ValueKind::datetime ? DateTime::from_microseconds(view.integer)
                                                      : detail::read_datetime(view));
}

void ColumnTraits<std::vector<std::byte>>::read(std::vector<std::byte>& out, const ValueView& view) {
    auto bytes = std::as_bytes(std::span(detail::read_bytes(view)));
    out.assign(bytes.begin(), bytes.end());
}

namespace detail {

namespace {

std::optional<Decimal> decimal_of(const ValueView& view, int scale) {
    switch (view.kind) {
        case ValueKind::integer: return Decimal(view.integer);
        case ValueKind::decimal: return Decimal::from_parts(view.decimal().coefficient(), view.decimal().scale());
        case ValueKind::real: return Decimal::from_double(view.real, scale);
        case ValueKind::text: return Decimal::parse(view.text());
        default: return std::nullopt;
    }
}

}  // namespace

void read_decimal(Decimal& out, const ValueView& view, int scale) {
    std::optional<Decimal> decimal;
    try {
        decimal = decimal_of(view, scale);
        if (decimal && scale > decimal->scale()) decimal = decimal->rounded(scale);
    } catch (const ArgumentError&) {
        decimal.reset();  // infinite, or too large
    }
    if (!decimal) mismatch(view, "a decimal number");
    out = *decimal;
}

}  // namespace detail
}  // namespace retort::orm
