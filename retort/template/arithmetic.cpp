// Arithmetic of values, as Python has it: integers that never wrap, floor division, text that is repeated.
#include <cmath>

#include "retort/template/errors.hpp"
#include "retort/template/operations.hpp"

namespace retort::templates {

namespace {

constexpr std::string_view operator_signs[] = {"+", "-", "*", "/", "//", "%", "** or pow()"};

[[noreturn]] void throw_unsupported(Operator op, const Value& left, const Value& right) {
    throw_type_error("unsupported operand type(s) for " + std::string{operator_signs[static_cast<int>(op)]} + ": '" +
                     type_name(left) + "' and '" + type_name(right) + "'");
}
[[noreturn]] void throw_division(const char* message) {
    throw ZeroDivisionError("template-division"_code, message, "ask first: {% if divisor %}");
}
[[noreturn]] void throw_too_large() { throw_overflow("The number does not fit into 64 bits."); }

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
    if (b == 0) throw_division("integer division or modulo by zero");
    if (b == -1) {
        std::int64_t out;
        if (__builtin_sub_overflow(std::int64_t{0}, a, &out)) throw_too_large();
        return out;
    }
    auto quotient = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

std::int64_t floor_remainder(std::int64_t a, std::int64_t b) {
    if (b == 0) throw_division("integer division or modulo by zero");
    if (b == -1) return 0;
    auto rest = a % b;
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

double real_remainder(double a, double b) {
    if (b == 0) throw_division("float modulo");
    double rest = std::fmod(a, b);
    if (rest != 0 && (rest < 0) != (b < 0)) rest += b;
    return rest == 0 ? std::copysign(0.0, b) : rest;
}

double real_floor_divide(double a, double b) {
    if (b == 0) throw_division("float divmod()");
    double rest = std::fmod(a, b);
    double quotient = (a - rest) / b;
    if (rest != 0 && (rest < 0) != (b < 0)) quotient -= 1;
    if (quotient == 0) return std::copysign(0.0, a / b);
    double whole = std::floor(quotient);
    return quotient - whole > 0.5 ? whole + 1 : whole;
}

double real_power(double base, double exponent) {
    if (base == 0 && exponent < 0) throw_division("0.0 cannot be raised to a negative power");
    if (base < 0 && exponent != std::floor(exponent)) {
        throw_value_error("A negative number to a broken power is a complex one.");
    }
    double out = std::pow(base, exponent);
    if (std::isinf(out) && std::isfinite(base) && std::isfinite(exponent)) throw_overflow("Result too large");
    return out;
}

Value power(std::int64_t base, std::int64_t exponent) {
    if (exponent < 0) return Value::real(real_power(static_cast<double>(base), static_cast<double>(exponent)));
    std::int64_t out = 1;
    while (exponent > 0) {
        if ((exponent & 1) && __builtin_mul_overflow(out, base, &out)) throw_too_large();
        exponent >>= 1;
        if (exponent > 0 && __builtin_mul_overflow(base, base, &base)) throw_too_large();
    }
    return Value::integer(out);
}

Value integers(Operator op, std::int64_t a, std::int64_t b) {
    std::int64_t out = 0;
    bool overflow = false;
    switch (op) {
        case Operator::add: overflow = __builtin_add_overflow(a, b, &out); break;
        case Operator::sub: overflow = __builtin_sub_overflow(a, b, &out); break;
        case Operator::mul: overflow = __builtin_mul_overflow(a, b, &out); break;
        case Operator::div:
            if (b == 0) throw_division("division by zero");
            return Value::real(static_cast<double>(a) / static_cast<double>(b));
        case Operator::floordiv: out = floor_divide(a, b); break;
        case Operator::mod: out = floor_remainder(a, b); break;
        case Operator::pow: return power(a, b);
    }
    if (overflow) throw_too_large();
    return Value::integer(out);
}

Value reals(Operator op, double a, double b) {
    switch (op) {
        case Operator::add: return Value::real(a + b);
        case Operator::sub: return Value::real(a - b);
        case Operator::mul: return Value::real(a * b);
        case Operator::div:
            if (b == 0) throw_division("float division by zero");
            return Value::real(a / b);
        case Operator::floordiv: return Value::real(real_floor_divide(a, b));
        case Operator::mod: return Value::real(real_remainder(a, b));
        default: return Value::real(real_power(a, b));
    }
}

/// Text and text; markup escapes what is none.
Value join_texts(const Value& left, const Value& right) {
    if (!left.is_markup() && !right.is_markup()) {
        return Value::text(std::string{left.text()}.append(right.text()));
    }
    std::string out;
    append_escaped(out, left);
    append_escaped(out, right);
    return Value::text(std::move(out), true);
}

Value join_lists(const List& left, const List& right) {
    std::vector<Value> items = left.items();
    if (items.size() + right.items().size() > most_items) throw_overflow("The list is too long.");
    items.insert(items.end(), right.items().begin(), right.items().end());
    return left.is_tuple() ? tuple(std::move(items)) : list(std::move(items));
}

Value add(const Value& left, const Value& right) {
    if (left.is_text() && right.is_text()) return join_texts(left, right);
    if (left.is_markup() && right.is_undefined() && undefined_info(right).behaviour == Undefined::chainable)
        return left;
    auto *a = sequence_of(left), *b = sequence_of(right);
    if (a != nullptr && b != nullptr && a->kind == b->kind) return join_lists(*a, *b);
    if (left.is_text() && !left.is_markup()) {
        throw_type_error("can only concatenate str (not \"" + type_name(right) + "\") to str");
    }
    if (a != nullptr) {
        auto type = type_name(left);
        throw_type_error("can only concatenate " + type + " (not \"" + type_name(right) + "\") to " + type);
    }
    throw_unsupported(Operator::add, left, right);
}

Value repeat(const Value& of, std::int64_t times) {
    std::size_t size = of.is_text() ? of.text().size() : sequence_of(of)->size();
    auto count = static_cast<std::size_t>(times < 0 || size == 0 ? 0 : times);
    if (of.is_text()) {
        if (count != 0 && count > most_text / size) throw_overflow("The text is too long.");
        std::string out;
        out.reserve(count * size);
        for (std::size_t at = 0; at < count; ++at) out.append(of.text());
        return Value::text(std::move(out), of.is_markup());
    }
    auto& all = *sequence_of(of);
    std::vector<Value> items;
    if (count != 0 && count > most_items / size) throw_overflow("The list is too long.");
    for (std::size_t at = 0; at < count; ++at) items.insert(items.end(), all.items().begin(), all.items().end());
    return all.is_tuple() ? tuple(std::move(items)) : list(std::move(items));
}

bool repeats(const Value& value) { return value.is_text() || sequence_of(value) != nullptr; }

Value multiply(const Value& left, const Value& right) {
    if (repeats(left) && right.is_integral()) return repeat(left, right.integer());
    if (repeats(right) && left.is_integral()) return repeat(right, left.integer());
    if (repeats(left) || repeats(right)) {
        auto& other = repeats(left) ? right : left;
        throw_type_error("can't multiply sequence by non-int of type '" + type_name(other) + "'");
    }
    throw_unsupported(Operator::mul, left, right);
}

/// By what the type of one of the two can do.
bool operate_by_type(Operator op, const Value& left, const Value& right, Value& out) {
    for (auto* side : {&left, &right}) {
        auto* type = calculation_of(*side);
        if (type != nullptr && type->operate != nullptr) return type->operate(op, left, right, out);
    }
    return false;
}

}  // namespace

const Calculation* calculation_of(const Value& value) noexcept {
    auto view = object_of(value);
    return view ? view.type->calculation : nullptr;
}

Value arithmetic(Operator op, const Value& left, const Value& right) {
    if (left.is_integral() && right.is_integral()) return integers(op, left.integer(), right.integer());
    if (left.is_number() && right.is_number()) return reals(op, left.real(), right.real());
    if (left.is_text() && op == Operator::mod) return percent_format(left, right);
    if (left.is_undefined()) throw_undefined(left);
    if (right.is_undefined()) throw_undefined(right);
    if (Value out; operate_by_type(op, left, right, out)) return out;
    if (op == Operator::add) return add(left, right);
    if (op == Operator::mul) return multiply(left, right);
    throw_unsupported(op, left, right);
}

Value negative(const Value& value) {
    if (value.is_integral()) return integers(Operator::sub, 0, value.integer());
    if (value.is_real()) return Value::real(-value.real());
    if (value.is_undefined()) throw_undefined(value);
    if (Value out; operate_by_type(Operator::mul, value, Value::integer(-1), out)) return out;
    throw_type_error("bad operand type for unary -: '" + type_name(value) + "'");
}

Value positive(const Value& value) {
    if (value.is_integral()) return Value::integer(value.integer());
    if (value.is_real()) return value;
    if (value.is_undefined()) throw_undefined(value);
    throw_type_error("bad operand type for unary +: '" + type_name(value) + "'");
}

}  // namespace retort::templates
