// Which of SQLite's kinds a value is written as.
#include "retort/dialects/sqlite/plain_value.hpp"

#include "retort/base/decimal.hpp"
#include "retort/dialects/sqlite/moment.hpp"

namespace retort::dialects::sqlite {

using sql::ValueKind;
using sql::ValueView;

namespace {

/// As a REAL or INTEGER, as SQLAlchemy does: docs/decisions says why.
ValueView plain_decimal(sql::ShortDecimal value) {
    if (value.scale() == 0) return ValueView::of(static_cast<std::int64_t>(value.coefficient()));
    return ValueView::of(Decimal::from_parts(value.coefficient(), value.scale()).to_double());
}

}  // namespace

ValueView plain_value(const ValueView& value, char* place) {
    switch (value.kind) {
        case ValueKind::null:
        case ValueKind::integer:
        case ValueKind::real:
        case ValueKind::text:
        case ValueKind::blob: return value;
        case ValueKind::boolean: return ValueView::of(value.integer);
        case ValueKind::decimal: return plain_decimal(value.decimal());
        default: return ValueView::of(write_moment(value, place));
    }
}

}  // namespace retort::dialects::sqlite
