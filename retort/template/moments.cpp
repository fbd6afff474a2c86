// What templates see of dates and times, in Python's words.
#include "retort/template/moments.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <optional>
#include <type_traits>

#include "retort/base/json.hpp"
#include "retort/template/errors.hpp"
#include "retort/template/function.hpp"
#include "retort/template/operations.hpp"

namespace retort::templates {

namespace {

DateTime moment_of(const Date& date) { return {date, Time()}; }
DateTime moment_of(const Time& time) { return {Date(1900, 1, 1), time}; }
DateTime moment_of(const DateTime& moment) { return moment; }
DateTime moment_of(const DateTimeTz& moment) { return moment.utc(); }

int weekday(const DateTime& moment) {
    auto days = moment.date().days();
    return static_cast<int>(((days + 3) % 7 + 7) % 7);  // 1970-01-01 was a Thursday
}

std::tm broken_down(const DateTime& moment) {
    auto date = moment.date();
    auto time = moment.time();
    std::tm parts{};
    parts.tm_year = date.year() - 1900, parts.tm_mon = date.month() - 1, parts.tm_mday = date.day();
    parts.tm_hour = time.hour(), parts.tm_min = time.minute(), parts.tm_sec = time.second();
    parts.tm_wday = (weekday(moment) + 1) % 7;
    parts.tm_yday = date.days() - Date(date.year(), 1, 1).days();
    return parts;
}

/// What a format says of the zone: nothing where there is none.
template <class T>
std::string_view zone_text(char code) {
    if (!std::is_same_v<T, DateTimeTz>) return {};
    return code == 'z' ? "+0000" : "UTC";
}

std::string padded_micros(int number) {
    std::string digits = std::to_string(number);
    return std::string(6 - digits.size(), '0') + digits;
}

/// Python's strftime; `%f` is the microseconds.
template <class T>
std::string formatted(const T& of, std::string_view format) {
    auto moment = moment_of(of);
    std::string with_micros;
    for (std::size_t at = 0; at < format.size(); ++at) {
        bool code = format[at] == '%' && at + 1 < format.size();
        if (code && format[at + 1] == 'f') {
            with_micros += padded_micros(moment.time().microsecond());
            ++at;
        } else if (code && (format[at + 1] == 'z' || format[at + 1] == 'Z')) {
            with_micros += zone_text<T>(format[++at]);
        } else if (code) {
            with_micros.append(format.substr(at++, 2));
        } else {
            with_micros += format[at];
        }
    }
    if (with_micros.empty()) return {};
    if (with_micros.size() > 4096) throw_value_error("the format is too long");
    auto parts = broken_down(moment);
    std::string out(with_micros.size() * 12 + 64, '\0');
    out.resize(std::strftime(out.data(), out.size(), with_micros.c_str(), &parts));
    return out;
}

template <class T>
const T& as(const void* object) {
    return *static_cast<const T*>(object);
}

template <class T>
bool date_part(const void* object, std::string_view name, Value& out) {
    auto date = moment_of(as<T>(object)).date();
    if (name == "year") return out = Value::integer(date.year()), true;
    if (name == "month") return out = Value::integer(date.month()), true;
    if (name == "day") return out = Value::integer(date.day()), true;
    return false;
}
template <class T>
bool time_part(const void* object, std::string_view name, Value& out) {
    auto time = moment_of(as<T>(object)).time();
    if (name == "hour") return out = Value::integer(time.hour()), true;
    if (name == "minute") return out = Value::integer(time.minute()), true;
    if (name == "second") return out = Value::integer(time.second()), true;
    if (name == "microsecond") return out = Value::integer(time.microsecond()), true;
    return false;
}
template <class T>
bool any_part(const void* object, std::string_view name, Value& out) {
    return date_part<T>(object, name, out) || time_part<T>(object, name, out);
}

/// How many characters of a time `timespec` leaves: `13:07:09.000123`, where -1 is as many as it needs.
int characters_of(std::string_view timespec) {
    constexpr std::pair<std::string_view, int> all[] = {{"auto", -1},   {"hours", 2},         {"minutes", 5},
                                                        {"seconds", 8}, {"milliseconds", 12}, {"microseconds", 15}};
    for (auto& [name, count] : all) {
        if (name == timespec) return count;
    }
    throw_value_error("Unknown timespec value");
}

std::string iso_time(const Time& time, int characters) {
    auto text = time.to_string();
    if (characters < 0) return text;
    if (text.size() == 8) text += ".000000";
    return text.substr(0, static_cast<std::size_t>(characters));
}

/// `isoformat`: of a date and time with `sep` and `timespec`, of a time with `timespec`.
template <class T>
Value iso(const Call& call) {
    if constexpr (std::is_same_v<T, Date>) {
        Parameters given(call, "isoformat", {"self"}, 1);
        return Value::text(as<Date>(object_of(given[0]).object).to_string());
    } else if constexpr (std::is_same_v<T, Time>) {
        Parameters given(call, "isoformat", {"self", "timespec"}, 1);
        auto characters = characters_of(given.has(1) ? str(given[1]) : "auto");
        return Value::text(iso_time(as<Time>(object_of(given[0]).object), characters));
    } else {
        Parameters given(call, "isoformat", {"self", "sep", "timespec"}, 1);
        auto moment = moment_of(as<T>(object_of(given[0]).object));
        auto text = moment.date().to_string() + (given.has(1) ? str(given[1]) : "T");
        text += iso_time(moment.time(), characters_of(given.has(2) ? str(given[2]) : "auto"));
        return Value::text(text + (std::is_same_v<T, DateTimeTz> ? "+00:00" : ""));
    }
}

/// Year, number of the week, day of the week.
Value iso_calendar(const DateTime& moment) {
    auto days = moment.date().days();
    auto thursday = Date::from_days(days - weekday(moment) + 3);  // whose year is that of the week
    auto week = (thursday.days() - Date(thursday.year(), 1, 1).days()) / 7 + 1;
    return tuple({Value::integer(thursday.year()), Value::integer(week), Value::integer(weekday(moment) + 1)});
}

// Operators

constexpr std::int64_t day_length = 86'400'000'000;

std::int64_t floored(std::int64_t number, std::int64_t by) { return number / by - (number % by < 0 ? 1 : 0); }

enum class PointKind : std::uint8_t { date, moment, aware, time, span };
struct Point {
    PointKind kind;
    std::int64_t microseconds;
};
std::optional<Point> point_of(const Value& value);

/// Throws OverflowError for a date outside of the years 1 to 9999.
Value value_at(PointKind kind, std::int64_t microseconds) {
    constexpr std::int64_t first = -62'135'596'800'000'000, behind = 253'402'300'800'000'000;
    if (kind != PointKind::span && (microseconds < first || microseconds >= behind)) {
        throw_overflow("date value out of range");
    }
    auto moment = DateTime::from_microseconds(microseconds);
    switch (kind) {
        case PointKind::date: return Value(moment.date());
        case PointKind::moment: return Value(moment);
        case PointKind::aware: return Value(DateTimeTz(moment));
        default: return Value(Interval(microseconds));
    }
}

std::int64_t checked_sum(Operator op, std::int64_t a, std::int64_t b) {
    std::int64_t out = 0;
    if (op == Operator::add ? __builtin_add_overflow(a, b, &out) : __builtin_sub_overflow(a, b, &out)) {
        throw_overflow("The date is out of range.");
    }
    return out;
}

Value span_of(long double microseconds) {
    if (!(std::abs(microseconds) < 9.2e18L)) throw_overflow("The span is too long.");
    return Value(Interval(static_cast<std::int64_t>(microseconds)));
}

/// A span times or divided by a number, or divided by another.
bool scaled_span(Operator op, const Value& left, const Value& right, Value& out) {
    auto a = point_of(left), b = point_of(right);
    auto span = a ? a->microseconds : b->microseconds;
    auto& other = a ? right : left;
    if ((a && a->kind != PointKind::span) || (b && b->kind != PointKind::span)) return false;
    if (op == Operator::mul && other.is_number()) {
        return out = span_of(std::nearbyint(static_cast<long double>(span) * other.real())), true;
    }
    if (!a || (op != Operator::div && op != Operator::floordiv) || (!b && !right.is_number())) return false;
    auto divisor = b ? static_cast<double>(b->microseconds) : right.real();
    if (divisor == 0)
        throw ZeroDivisionError("template-division"_code, "division by zero", "ask first: {% if divisor %}");
    auto ratio = static_cast<double>(span) / divisor;
    if (b)
        return out = op == Operator::div ? Value::real(ratio)
                                         : Value::integer(static_cast<std::int64_t>(std::floor(ratio))),
               true;
    return out = span_of(op == Operator::div ? std::nearbyint(ratio) : std::floor(ratio)), true;
}

bool operate_moments(Operator op, const Value& left, const Value& right, Value& out) {
    auto a = point_of(left), b = point_of(right);
    if (op != Operator::add && op != Operator::sub) return scaled_span(op, left, right, out);
    if (!a || !b || a->kind == PointKind::time || b->kind == PointKind::time) return false;
    if (op == Operator::add && a->kind == PointKind::span) std::swap(a, b);
    if (b->kind == PointKind::span) {
        auto by = a->kind == PointKind::date ? floored(b->microseconds, day_length) * day_length : b->microseconds;
        return out = value_at(a->kind, checked_sum(op, a->microseconds, by)), true;
    }
    if (op == Operator::add || a->kind != b->kind) return false;
    return out = Value(Interval(checked_sum(op, a->microseconds, b->microseconds))), true;
}

bool order_points(const Value& left, const Value& right, std::partial_ordering& out) {
    auto a = point_of(left), b = point_of(right);
    if (!a || !b || a->kind != b->kind) return false;
    return out = a->microseconds <=> b->microseconds, true;
}

template <class T>
std::string format_moment(const void* object, std::string_view format) {
    return formatted(as<T>(object), format);
}

bool span_part(const void* object, std::string_view name, Value& out) {
    auto all = as<Interval>(object).count();
    auto days = floored(all, day_length), rest = all - days * day_length;
    if (name == "days") return out = Value::integer(days), true;
    if (name == "seconds") return out = Value::integer(rest / 1'000'000), true;
    if (name == "microseconds") return out = Value::integer(rest % 1'000'000), true;
    return false;
}

template <class T>
std::vector<Member> moment_methods(bool has_date) {
    std::vector<Member> members;
    auto add = [&](std::string_view name, Function method) {
        members.push_back({nullptr, name, 0, nullptr, std::move(method), nullptr, nullptr});
    };
    add("strftime", [](const Call& call) {
        Parameters given(call, "strftime", {"self", "format"}, 2);
        return Value::text(formatted(as<T>(object_of(given[0]).object), str(given[1])));
    });
    add("isoformat", iso<T>);
    if (!has_date) return members;
    add("weekday", [](const Call& call) {
        return Value::integer(weekday(moment_of(as<T>(object_of(call.arguments[0]).object))));
    });
    add("isoweekday", [](const Call& call) {
        return Value::integer(weekday(moment_of(as<T>(object_of(call.arguments[0]).object))) + 1);
    });
    add("isocalendar",
        [](const Call& call) { return iso_calendar(moment_of(as<T>(object_of(call.arguments[0]).object))); });
    if (std::is_same_v<T, Date>) return members;
    add("timestamp", [](const Call& call) {
        auto moment = moment_of(as<T>(object_of(call.arguments[0]).object));
        return Value::real(static_cast<double>(moment.microseconds()) / 1e6);
    });
    add("date", [](const Call& call) { return Value(moment_of(as<T>(object_of(call.arguments[0]).object)).date()); });
    add("time", [](const Call& call) { return Value(moment_of(as<T>(object_of(call.arguments[0]).object)).time()); });
    return members;
}

template <class T>
void http_json(const void* object, json& out) {
    out = json(moment_of(as<T>(object)).to_http());
}
void time_json(const void* object, json& out) { out = json(as<Time>(object).to_string()); }

template <class T>
const ObjectType& moment_type(std::string_view name, bool has_date,
                              bool (*part)(const void*, std::string_view, Value&)) {
    ObjectType made;
    made.name = name;
    made.text = detail::write_text<T>;
    made.is_text = true;
    made.attribute = part;
    made.to_json = has_date ? http_json<T> : time_json;
    static constexpr Calculation calculation{operate_moments, order_points, nullptr, format_moment<T>, nullptr};
    made.calculation = &calculation;
    return detail::keep_type(made, moment_methods<T>(has_date));
}

const ObjectType& span_type() {
    ObjectType made;
    made.name = "timedelta";
    made.text = [](const void* object, std::string& out) { out += to_string(as<Interval>(object)); };
    made.is_text = true;
    made.attribute = span_part;
    made.truth = [](const void* object) { return as<Interval>(object).count() != 0; };
    static constexpr Calculation calculation{operate_moments, order_points, nullptr, nullptr, nullptr};
    made.calculation = &calculation;
    Member total{nullptr, "total_seconds", 0, nullptr, nullptr, nullptr, nullptr};
    total.method = [](const Call& call) {
        auto span = as<Interval>(object_of(call.arguments[0]).object);
        return Value::real(static_cast<double>(span.count()) / 1e6);
    };
    return detail::keep_type(made, {total});
}

/// Dates count from 1970, in microseconds too; the order of times is that of their microseconds.
std::optional<Point> point_of(const Value& value) {
    auto* type = calculation_of(value);
    if (type == nullptr || type->operate != operate_moments) return std::nullopt;
    auto view = object_of(value);
    auto is = [&](std::string_view name) { return view.type->name == name; };
    if (is("date")) return Point{PointKind::date, as<Date>(view.object).days() * day_length};
    if (is("time")) return Point{PointKind::time, moment_of(as<Time>(view.object)).microseconds()};
    if (is("timedelta")) return Point{PointKind::span, as<Interval>(view.object).count()};
    if (type->format == format_moment<DateTimeTz>) {
        return Point{PointKind::aware, as<DateTimeTz>(view.object).utc().microseconds()};
    }
    return Point{PointKind::moment, as<DateTime>(view.object).microseconds()};
}

const ObjectType& type_of(std::type_identity<Interval>) {
    static const ObjectType& type = span_type();
    return type;
}
const ObjectType& type_of(std::type_identity<Date>) {
    static const ObjectType& type = moment_type<Date>("date", true, date_part<Date>);
    return type;
}
const ObjectType& type_of(std::type_identity<Time>) {
    static const ObjectType& type = moment_type<Time>("time", false, time_part<Time>);
    return type;
}
const ObjectType& type_of(std::type_identity<DateTime>) {
    static const ObjectType& type = moment_type<DateTime>("datetime", true, any_part<DateTime>);
    return type;
}
const ObjectType& type_of(std::type_identity<DateTimeTz>) {
    static const ObjectType& type = moment_type<DateTimeTz>("datetime", true, any_part<DateTimeTz>);
    return type;
}

template <class T>
Value borrow_moment(const T& moment) {
    return Value::object(&moment, type_of(std::type_identity<T>()));
}

template <class T>
T moment_from(const Value& value, std::string_view name) {
    auto view = object_of(value);
    if (view.type != nullptr && view.type == &type_of(std::type_identity<T>())) return as<T>(view.object);
    throw_type_error("this takes a " + std::string(name) + ", and was given " + type_description(value));
}

}  // namespace

Value kept_span(Interval span) { return Value(span); }
Value ValueTraits<Interval>::borrow(const Interval& span) { return borrow_moment(span); }
Value ValueTraits<Date>::borrow(const Date& date) { return borrow_moment(date); }
Value ValueTraits<Time>::borrow(const Time& time) { return borrow_moment(time); }
Value ValueTraits<DateTime>::borrow(const DateTime& moment) { return borrow_moment(moment); }
Value ValueTraits<DateTimeTz>::borrow(const DateTimeTz& moment) { return borrow_moment(moment); }

Interval ValueTraits<Interval>::from(const Value& value) { return moment_from<Interval>(value, "timedelta"); }
Date ValueTraits<Date>::from(const Value& value) { return moment_from<Date>(value, "date"); }
Time ValueTraits<Time>::from(const Value& value) { return moment_from<Time>(value, "time"); }
DateTime ValueTraits<DateTime>::from(const Value& value) {
    return moment_from<DateTime>(value, "datetime without a zone");
}
DateTimeTz ValueTraits<DateTimeTz>::from(const Value& value) {
    return moment_from<DateTimeTz>(value, "datetime with a zone");
}

}  // namespace retort::templates
