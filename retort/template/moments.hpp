// Dates and times as templates see them: `{{ post.created.strftime("%d.%m.%Y") }}`.
#pragma once

#include "retort/base/datetime_tz.hpp"
#include "retort/base/interval.hpp"
#include "retort/base/time.hpp"
#include "retort/template/convert.hpp"

namespace retort::templates {

// `from` is for parameters of functions; it throws TypeError for anything else.

Value kept_span(Interval span);

template <>
struct ValueTraits<Date> {
    static Value borrow(const Date& date);
    static Date from(const Value& value);
};
template <>
struct ValueTraits<Time> {
    static Value borrow(const Time& time);
    static Time from(const Value& value);
};
template <>
struct ValueTraits<DateTime> {
    static Value borrow(const DateTime& moment);
    static DateTime from(const Value& value);
};
template <>
struct ValueTraits<DateTimeTz> {
    static Value borrow(const DateTimeTz& moment);
    static DateTimeTz from(const Value& value);
};
template <>
struct ValueTraits<Interval> {
    static Value borrow(const Interval& span);
    static Interval from(const Value& value);
};
/// Any other duration is the span of time that it lasts.
template <class Number, class Period>
struct ValueTraits<std::chrono::duration<Number, Period>> {
    static Value borrow(const std::chrono::duration<Number, Period>& span) {
        return kept_span(std::chrono::duration_cast<Interval>(span));
    }
};

}  // namespace retort::templates
