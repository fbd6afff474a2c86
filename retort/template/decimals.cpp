// What Python's operators make of decimals.
#include "retort/template/decimals.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <utility>

#include "retort/template/errors.hpp"
#include "retort/template/format_spec.hpp"
#include "retort/template/operations.hpp"

namespace retort::templates {

namespace {

const Decimal& as_decimal(const void* object) { return *static_cast<const Decimal*>(object); }

bool operate_decimals(Operator op, const Value& left, const Value& right, Value& out);

/// A decimal, or an integer as one; empty for everything else.
std::optional<Decimal> decimal_of(const Value& value) {
    if (value.is_integral()) return Decimal(value.integer());
    auto* type = calculation_of(value);
    if (type == nullptr || type->operate != operate_decimals) return std::nullopt;
    return as_decimal(object_of(value).object);
}

/// With the 28 digits of Python's quotients at most, and no more zeros at the end than the two numbers have.
Decimal quotient(const Decimal& a, const Decimal& b) {
    if (b.is_zero())
        throw ZeroDivisionError("template-division"_code, "division by zero", "ask first: {% if divisor %}");
    int before = a.is_zero() ? 0 : static_cast<int>(std::floor(std::log10(std::abs(a.to_double() / b.to_double()))));
    auto out = a.divided_by(b, std::clamp(27 - before, 0, 38)).normalized();
    int least = std::max(a.scale() - b.scale(), 0);
    return out.scale() < least ? out.rounded(least) : out;
}

/// The quotient without what stands behind the point, and the rest, which has the sign of `a`.
std::pair<Decimal, Decimal> divided_whole(const Decimal& a, const Decimal& b) {
    if (b.is_zero())
        throw ZeroDivisionError("template-division"_code, "division by zero", "ask first: {% if divisor %}");
    auto whole = a.divided_by(b, 0);
    auto rest = a - whole * b;
    if (!rest.is_zero() && rest.is_negative() != a.is_negative()) {
        Decimal step = a.is_negative() == b.is_negative() ? 1 : -1;
        whole -= step, rest += step * b;
    }
    return {whole, rest};
}

bool operate_decimals(Operator op, const Value& left, const Value& right, Value& out) {
    auto a = decimal_of(left), b = decimal_of(right);
    if (!a || !b) return false;
    try {
        switch (op) {
            case Operator::add: out = Value(*a + *b); break;
            case Operator::sub: out = Value(*a - *b); break;
            case Operator::mul: out = Value(*a * *b); break;
            case Operator::div: out = Value(quotient(*a, *b)); break;
            case Operator::floordiv: out = Value(divided_whole(*a, *b).first); break;
            case Operator::mod: out = Value(divided_whole(*a, *b).second); break;
            default: return false;
        }
    } catch (const ArgumentError&) {
        throw_overflow("The number has more digits than a Decimal.");
    }
    return true;
}

bool order_decimals(const Value& left, const Value& right, std::partial_ordering& out) {
    auto a = decimal_of(left), b = decimal_of(right);
    if (a && b) return out = *a <=> *b, true;
    if (a && right.is_real()) return out = a->to_double() <=> right.real(), true;
    if (b && left.is_real()) return out = left.real() <=> b->to_double(), true;
    return false;
}

/// As that of the integer or the float that it equals.
std::size_t hash_decimal(const void* object) {
    auto number = as_decimal(object).normalized();
    if (number.scale() == 0 && number.coefficient()) return std::hash<std::int64_t>{}(*number.coefficient());
    return std::hash<double>{}(number.to_double());
}

Decimal rounded(const Decimal& number, std::int64_t digits) {
    try {
        return number.rounded(static_cast<int>(std::min<std::int64_t>(digits, 38)));
    } catch (const ArgumentError&) {
        throw_overflow("The number has more digits than a Decimal.");
    }
}

/// All digits as they are, rounded half to even; only the forms with an exponent go by a float.
std::string format_decimal(const void* object, std::string_view specification) {
    auto number = as_decimal(object);
    auto spec = read_spec(specification);
    bool fixed = spec.type == 'f' || spec.type == 'F' || spec.type == '%' || (spec.type == 0 && spec.precision < 0);
    if (!fixed) return format_value(Value::real(number.to_double()), specification);
    if (spec.type == '%') number = (number * 100).rounded(std::max(number.scale() - 2, 0));
    bool negative = number.is_negative();
    if (spec.precision >= 0) number = rounded(number, spec.precision);
    auto digits = (number.is_negative() ? -number : number).to_string();
    return laid_out(spec, sign_of(negative, spec.sign), spec.type == '%' ? digits + "%" : digits);
}

Value round_decimal(const void* object, std::int64_t digits) {
    if (digits < 0) throw_value_error("A Decimal is rounded to digits behind the point.");
    return Value(rounded(as_decimal(object), digits));
}

bool is_not_zero(const void* object) { return !as_decimal(object).is_zero(); }

const Calculation decimal_calculation{operate_decimals, order_decimals, hash_decimal, format_decimal, round_decimal};

}  // namespace

Value ValueTraits<Decimal>::borrow(const Decimal& number) {
    static const ObjectType& type = []() -> const ObjectType& {
        ObjectType made;
        made.name = "Decimal";
        made.text = detail::write_text<Decimal>;
        made.truth = is_not_zero;
        made.is_text = true;
        made.calculation = &decimal_calculation;
        return detail::keep_type(made, {});
    }();
    return Value::object(&number, type);
}
Decimal ValueTraits<Decimal>::from(const Value& value) {
    if (auto number = decimal_of(value)) return *number;
    throw_type_error("this takes a Decimal, and was given " + type_description(value));
}

}  // namespace retort::templates
