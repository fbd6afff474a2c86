// Conversions between a value that owns its bytes and a view of one.
#include "retort/sql/value.hpp"

#include <charconv>

#include "retort/base/decimal.hpp"
#include "retort/base/interval.hpp"

namespace retort::sql {

namespace {

Value::Variant owned(const ValueView& view) {
    switch (view.kind) {
        case ValueKind::null: return std::monostate{};
        case ValueKind::boolean: return view.integer != 0;
        case ValueKind::integer: return view.integer;
        case ValueKind::real: return view.real;
        case ValueKind::text: return std::string(view.text());
        case ValueKind::blob: return Bytes{std::string(view.text())};
        case ValueKind::date: return Date::from_days(static_cast<std::int32_t>(view.integer));
        case ValueKind::time: return Time::from_microseconds(view.integer);
        case ValueKind::datetime: return DateTime::from_microseconds(view.integer);
        case ValueKind::decimal: return view.decimal();
        case ValueKind::interval: return std::chrono::microseconds(view.integer);
    }
    return std::monostate{};
}

struct Viewer {
    ValueView operator()(std::monostate) const { return ValueView::null(); }
    ValueView operator()(const std::string& text) const { return ValueView::of(std::string_view(text)); }
    ValueView operator()(const Bytes& bytes) const { return ValueView::blob(bytes.data.data(), bytes.data.size()); }
    template <class T>
    ValueView operator()(T value) const {
        return ValueView::of(value);
    }
};

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

Value::Value(const ValueView& view) : data_(owned(view)) {}

ValueView Value::view() const { return std::visit(Viewer{}, data_); }

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
