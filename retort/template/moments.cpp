// What templates see of dates and times, in Python's words.
#include "retort/template/moments.hpp"

#include <ctime>

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

std::string padded_micros(int number) {
    std::string digits = std::to_string(number);
    return std::string(6 - digits.size(), '0') + digits;
}

/// Python's strftime; `%f` is the microseconds.
std::string formatted(const DateTime& moment, std::string_view format) {
    std::string with_micros;
    for (std::size_t at = 0; at < format.size(); ++at) {
        bool code = format[at] == '%' && at + 1 < format.size();
        if (code && format[at + 1] == 'f') {
            with_micros += padded_micros(moment.time().microsecond());
            ++at;
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

std::string iso(std::string text) {
    if (text.size() > 10 && text[10] == ' ') text[10] = 'T';
    return text;
}

template <class T>
std::vector<Member> moment_methods(bool has_date) {
    std::vector<Member> members;
    auto add = [&](std::string_view name, Function method) {
        members.push_back({nullptr, name, 0, nullptr, std::move(method), nullptr, nullptr});
    };
    add("strftime", [](const Call& call) {
        Parameters given(call, "strftime", {"self", "format"}, 2);
        return Value::text(formatted(moment_of(as<T>(object_of(given[0]).object)), str(given[1])));
    });
    add("isoformat",
        [](const Call& call) { return Value::text(iso(as<T>(object_of(call.arguments[0]).object).to_string())); });
    if (!has_date) return members;
    add("weekday", [](const Call& call) {
        return Value::integer(weekday(moment_of(as<T>(object_of(call.arguments[0]).object))));
    });
    add("isoweekday", [](const Call& call) {
        return Value::integer(weekday(moment_of(as<T>(object_of(call.arguments[0]).object))) + 1);
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
    return detail::keep_type(made, moment_methods<T>(has_date));
}

}  // namespace

Value ValueTraits<Date>::borrow(const Date& date) {
    static const ObjectType& type = moment_type<Date>("date", true, date_part<Date>);
    return Value::object(&date, type);
}
Value ValueTraits<Time>::borrow(const Time& time) {
    static const ObjectType& type = moment_type<Time>("time", false, time_part<Time>);
    return Value::object(&time, type);
}
Value ValueTraits<DateTime>::borrow(const DateTime& moment) {
    static const ObjectType& type = moment_type<DateTime>("datetime", true, any_part<DateTime>);
    return Value::object(&moment, type);
}
Value ValueTraits<DateTimeTz>::borrow(const DateTimeTz& moment) {
    static const ObjectType& type = moment_type<DateTimeTz>("datetime", true, any_part<DateTimeTz>);
    return Value::object(&moment, type);
}

}  // namespace retort::templates
