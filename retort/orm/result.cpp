// What results do without knowing their types: rows that repeat, values as JSON.
#include "retort/orm/result.hpp"

#include <algorithm>

namespace retort::orm {

std::vector<bool> repeated_rows(std::size_t rows, FunctionRef<bool(std::size_t, std::size_t)> before) {
    std::vector<std::size_t> order(rows);
    for (std::size_t at = 0; at < rows; ++at) order[at] = at;
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        if (before(a, b)) return true;
        return !before(b, a) && a < b;
    });
    std::vector<bool> again(rows);
    for (std::size_t at = 1; at < rows; ++at) again[order[at]] = !before(order[at - 1], order[at]);
    return again;
}

json json_of(const sql::Value& value) {
    const ValueView view = value.view();
    switch (view.kind) {
        case sql::ValueKind::null: return nullptr;
        case sql::ValueKind::boolean: return view.integer != 0;
        case sql::ValueKind::integer: return view.integer;
        case sql::ValueKind::real: return view.real;
        case sql::ValueKind::text:
        case sql::ValueKind::blob: return std::string(view.text());
        case sql::ValueKind::decimal: return sql::to_string(view);
        case sql::ValueKind::date: return json(Date::from_days(static_cast<std::int32_t>(view.integer)));
        case sql::ValueKind::time: return Time::from_microseconds(view.integer).to_string();
        case sql::ValueKind::datetime: return json(DateTime::from_microseconds(view.integer));
        case sql::ValueKind::interval: return to_string(Interval(view.integer));
    }
    return nullptr;
}

}  // namespace retort::orm
