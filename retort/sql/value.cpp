// Conversions between a value that owns its bytes and a view of one.
#include "retort/sql/value.hpp"

#include <charconv>

#include "retort/base/decimal.hpp"
#include "retort/base/interval.hpp"

namespace retort::sql {

namespace {

std::string quoted(std::string_view text) {
    std::string out = "'";
    for (char c : text) {
        if (c == '\'') out += '\'';
        out += c;
    }
    return out + "'";
}

std::string shortest(double number) {
    char buffer[32];
    auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, number);
    std::string text(buffer, end);
    if (text.find_first_of(".eni") == std::string::npos) text += ".0";
    return text;
}

}  // namespace

Value::Value() noexcept = default;
Value::Value(const Value& other) = default;
Value::Value(Value&& other) noexcept = default;
Value& Value::operator=(const Value& other) = default;
Value& Value::operator=(Value&& other) noexcept = default;
Value::~Value() = default;

// Part by part: a view is often just made, and reading all of it at once would wait for that.
Value::Value(const ValueView& view) {
    view_.kind = view.kind;
    if (has_bytes()) {
        bytes_.assign(view.data, view.size);
    } else {
        view_.integer = view.integer;
    }
}

ValueView Value::view() const {
    if (has_bytes()) return ValueView::bytes(kind(), bytes_.data(), bytes_.size());
    return ValueView::tagged(kind(), view_.integer);
}

bool operator==(const Value& a, const Value& b) {
    if (a.kind() != b.kind()) return false;
    if (a.has_bytes()) return a.bytes_ == b.bytes_;
    if (a.kind() == ValueKind::real) return a.view_.real == b.view_.real;
    return a.view_.integer == b.view_.integer;
}

std::string to_string(const ValueView& value) {
    switch (value.kind) {
        case ValueKind::null: return "NULL";
        case ValueKind::boolean: return value.integer != 0 ? "true" : "false";
        case ValueKind::integer: return std::to_string(value.integer);
        case ValueKind::real: return shortest(value.real);
        case ValueKind::text: return quoted(value.text());
        case ValueKind::blob: return "<" + std::to_string(value.size) + " bytes>";
        case ValueKind::date: return quoted(Date::from_days(static_cast<std::int32_t>(value.integer)).to_string());
        case ValueKind::time: return quoted(Time::from_microseconds(value.integer).to_string());
        case ValueKind::datetime: return quoted(DateTime::from_microseconds(value.integer).to_string());
        case ValueKind::decimal: {
            auto decimal = value.decimal();
            return Decimal::from_parts(decimal.coefficient(), decimal.scale()).to_string();
        }
        case ValueKind::interval: return quoted(retort::to_string(Interval(value.integer)));
    }
    return {};
}

}  // namespace retort::sql
