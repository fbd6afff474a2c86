// Values that come out of the database in another form than their column's, and enums.
#include "retort/orm/cell.hpp"

#include <charconv>
#include <cmath>

#include "retort/base/text.hpp"
#include "retort/orm/errors.hpp"

namespace retort::orm {

std::string_view name_of(const Enumeration& enumeration, std::int64_t value) {
    bool known = value >= 0 && value < static_cast<std::int64_t>(enumeration.names.size());
    if (known && !enumeration.names[static_cast<std::size_t>(value)].empty()) {
        return enumeration.names[static_cast<std::size_t>(value)];
    }
    throw ArgumentError("not-an-enum-value"_code,
                        std::to_string(value) + " is no value of " + std::string(enumeration.type_name) + ".",
                        "use one of its enumerators (those from 0 to 63 can be stored)");
}

sql::Type enumeration_type(const Enumeration& enumeration) {
    std::vector<std::string> names;
    for (auto name : enumeration.names) {
        if (!name.empty()) names.emplace_back(name);
    }
    std::string type(enumeration.type_name);
    for (char& c : type) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return sql::types::Enum(std::move(names), std::move(type));
}

namespace detail {

void mismatch(const ValueView& view, std::string_view wanted) {
    if (view.is_null()) {
        throw DataMismatchError("data-mismatch"_code,
                                "the database gave NULL where " + std::string(wanted) + " is expected.",
                                "make its type a std::optional: Column<std::optional<…>>, or_null(…), "
                                "func::call<std::optional<…>>(…)");
    }
    std::string shown = sql::to_string(view);
    if (shown.size() > 80) shown = shown.substr(0, 77) + "...";
    throw DataMismatchError("data-mismatch"_code,
                            "the database holds " + shown + " where the model says " + std::string(wanted) + ".",
                            "give the column the type that its data has, or correct the data");
}

namespace {

template <class Number>
bool parse_number(std::string_view text, Number& number) {
    auto result = std::from_chars(text.data(), text.data() + text.size(), number);
    return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

}  // namespace

std::int64_t read_integer(const ValueView& view) {
    switch (view.kind) {
        case sql::ValueKind::integer:
        case sql::ValueKind::boolean: return view.integer;
        case sql::ValueKind::real:
            if (view.real == std::floor(view.real) && std::abs(view.real) < 9007199254740992.0) {
                return static_cast<std::int64_t>(view.real);
            }
            break;
        case sql::ValueKind::text: {
            std::int64_t number = 0;
            if (parse_number(view.text(), number)) return number;
            break;
        }
        default: break;
    }
    mismatch(view, "an integer");
}

bool read_boolean(const ValueView& view) {
    bool number = view.kind == sql::ValueKind::boolean || view.kind == sql::ValueKind::real;
    if (number) return read_integer(view) != 0;
    mismatch(view, "true or false");
}

double read_real(const ValueView& view) {
    switch (view.kind) {
        case sql::ValueKind::real: return view.real;
        case sql::ValueKind::integer:
        case sql::ValueKind::boolean: return static_cast<double>(view.integer);
        case sql::ValueKind::text: {
            double number = 0;
            if (parse_number(view.text(), number)) return number;
            break;
        }
        default: break;
    }
    mismatch(view, "a number");
}

std::string_view read_text(const ValueView& view, std::string& scratch) {
    if (view.kind == sql::ValueKind::text) return view.text();
    if (view.kind == sql::ValueKind::blob && is_utf8(view.text())) return view.text();
    if (view.kind == sql::ValueKind::blob || view.is_null()) mismatch(view, "text");
    if (view.kind == sql::ValueKind::integer) return scratch = std::to_string(view.integer);
    return scratch = sql::to_string(view);
}

std::string_view read_bytes(const ValueView& view) {
    if (view.kind == sql::ValueKind::blob || view.kind == sql::ValueKind::text) return view.text();
    mismatch(view, "bytes");
}

Date read_date(const ValueView& view) {
    if (view.kind == sql::ValueKind::text) {
        if (auto date = Date::parse(view.text())) return *date;
        if (auto moment = DateTime::parse(view.text())) return moment->date();
    }
    if (view.kind == sql::ValueKind::datetime) return DateTime::from_microseconds(view.integer).date();
    mismatch(view, "a date");
}

Time read_time(const ValueView& view) {
    if (view.kind == sql::ValueKind::text) {
        if (auto time = Time::parse(view.text())) return *time;
    }
    mismatch(view, "a time of day");
}

DateTime read_datetime(const ValueView& view) {
    if (view.kind == sql::ValueKind::text) {
        if (auto moment = DateTime::parse(view.text())) return *moment;
    }
    if (view.kind == sql::ValueKind::date)
        return DateTime(Date::from_days(static_cast<std::int32_t>(view.integer)), Time());
    mismatch(view, "a date and time");
}

std::int64_t read_enumeration(const ValueView& view, const Enumeration& enumeration) {
    if (view.kind == sql::ValueKind::text) {
        for (std::size_t i = 0; i < enumeration.names.size(); ++i) {
            if (!enumeration.names[i].empty() && enumeration.names[i] == view.text())
                return static_cast<std::int64_t>(i);
        }
    }
    mismatch(view, "one of the names of " + std::string(enumeration.type_name));
}

void integer_out_of_range(std::int64_t value) {
    throw DataMismatchError(
        "data-mismatch"_code,
        "the database holds " + std::to_string(value) + ", which does not fit the column's C++ type.",
        "make the column wider: Column<std::int64_t>");
}

void refuse_integer(std::int64_t value, std::size_t bytes, bool is_signed) {
    throw InvalidValueError("integer-out-of-range"_code,
                            std::to_string(value) + " does not fit a column of " + std::to_string(bytes * 8) +
                                (is_signed ? "-bit integers." : "-bit integers without a sign."),
                            "make the column wider: Column<std::int64_t>");
}

void refuse_unsigned(std::uint64_t value) {
    throw InvalidValueError("integer-out-of-range"_code,
                            std::to_string(value) + " does not fit a column: databases count to 9223372036854775807.",
                            "keep it as Column<Numeric<20, 0>> or as text");
}

ValueView keep_bytes(const ValueView& view, std::string& storage) {
    if (view.kind != sql::ValueKind::text && view.kind != sql::ValueKind::blob) return view;
    storage.assign(view.data, view.size);
    return ValueView::bytes(view.kind, storage.data(), storage.size());
}

float narrow(double value) {
    if (std::isfinite(value) && std::abs(value) > double{std::numeric_limits<float>::max()}) {
        throw InvalidValueError("number-out-of-range"_code,
                                sql::to_string(ValueView::of(value)) + " does not fit a float.",
                                "make the column wider: Column<double>");
    }
    return static_cast<float>(value);
}

void refuse_boolean(std::int64_t value) {
    throw InvalidValueError("not-a-boolean"_code, std::to_string(value) + " is neither true nor false.",
                            "compare it: user->active = number != 0");
}

}  // namespace detail
}  // namespace retort::orm
