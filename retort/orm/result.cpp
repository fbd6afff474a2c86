// Values of rows as JSON.
#include "retort/orm/result.hpp"

namespace retort::orm {

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
