// Values of rows as JSON.
#include "retort/orm/result.hpp"

#include <variant>

namespace retort::orm {
namespace {

json shown(std::monostate) { return nullptr; }
json shown(bool value) { return value; }
json shown(std::int64_t value) { return value; }
json shown(double value) { return value; }
json shown(const std::string& value) { return value; }
json shown(const sql::Bytes& value) { return value.data; }
json shown(Interval value) { return to_string(value); }
json shown(Time value) { return value.to_string(); }
json shown(sql::ShortDecimal value) { return sql::to_string(ValueView::of(value)); }
template <class T>
json shown(const T& value) {
    return json(value);
}

}  // namespace

json json_of(const sql::Value& value) {
    return std::visit([](const auto& content) { return shown(content); }, value.variant());
}

}  // namespace retort::orm
