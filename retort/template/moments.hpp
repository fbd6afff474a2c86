// Dates and times as templates see them: `{{ post.created.strftime("%d.%m.%Y") }}`.
#pragma once

#include "retort/base/datetime_tz.hpp"
#include "retort/base/interval.hpp"
#include "retort/base/time.hpp"
#include "retort/template/convert.hpp"

namespace retort::templates {

template <>
struct ValueTraits<Date> {
    static Value borrow(const Date& date);
};
template <>
struct ValueTraits<Time> {
    static Value borrow(const Time& time);
};
template <>
struct ValueTraits<DateTime> {
    static Value borrow(const DateTime& moment);
};
template <>
struct ValueTraits<DateTimeTz> {
    static Value borrow(const DateTimeTz& moment);
};
template <>
struct ValueTraits<Interval> {
    static Value borrow(const Interval& span);
};

}  // namespace retort::templates
