// The tests behind `is`.
#include "retort/template/builtins.hpp"
#include "retort/template/errors.hpp"
#include "retort/template/letters.hpp"
#include "retort/template/render.hpp"

namespace retort::templates {

namespace {

const Value& value_of(const Call& call) {
    if (call.arguments.empty()) throw_type_error("a test needs a value");
    return call.arguments[0];
}

std::int64_t argument_count(const Call& call) {
    return static_cast<std::int64_t>(call.arguments.size() + call.keywords.size());
}

/// A test of the value alone.
template <class Test>
Function alone(const char* name, Test test) {
    return [name, test](const Call& call) {
        if (argument_count(call) != 1) throw_type_error("the test '" + std::string{name} + "' takes no argument");
        return Value::boolean(test(value_of(call)));
    };
}

/// A test of the value and one more.
template <class Test>
Function with_one(const char* name, std::string_view parameter, Test test) {
    return [name, parameter, test](const Call& call) {
        Parameters given(call, name, {"value", parameter}, 2);
        return Value::boolean(test(given[0], given[1]));
    };
}

bool remainder_is(const Value& value, std::int64_t by, std::int64_t rest) {
    Value found = arithmetic(Operator::mod, value, Value::integer(by));
    return equal(found, Value::integer(rest));
}

bool is_mapping(const Value& value) {
    if (value.as<Dict>()) return true;
    auto view = object_of(value);
    return view && view.type->item != nullptr && view.type->length != nullptr;
}

bool is_sequence(const Value& value) {
    if (value.is_text()) return true;
    if (value.is_undefined()) return undefined_info(value).behaviour != Undefined::strict;
    if (auto view = object_of(value)) return view.type->length != nullptr && view.type->item != nullptr;
    return value.is_thing() && value.thing().length() >= 0 && value.thing().has_items();
}

bool is_iterable(const Value& value) { return static_cast<bool>(try_iterate(value)); }

bool is_callable_thing(const Value& value) { return value.is_undefined() || is_callable(value); }

void add_type_tests(Functions& tests) {
    tests["defined"] = alone("defined", [](const Value& value) { return !value.is_undefined(); });
    tests["undefined"] = alone("undefined", [](const Value& value) { return value.is_undefined(); });
    tests["none"] = alone("none", [](const Value& value) { return value.is_none(); });
    tests["boolean"] = alone("boolean", [](const Value& value) { return value.is_boolean(); });
    tests["false"] = alone("false", [](const Value& value) { return value.is_boolean() && !value.boolean(); });
    tests["true"] = alone("true", [](const Value& value) { return value.is_boolean() && value.boolean(); });
    tests["integer"] = alone("integer", [](const Value& value) { return value.is_integer(); });
    tests["float"] = alone("float", [](const Value& value) { return value.is_real(); });
    tests["number"] = alone("number", [](const Value& value) {
        auto* type = calculation_of(value);
        return value.is_number() || (type != nullptr && type->round != nullptr);
    });
    tests["string"] = alone("string", [](const Value& value) { return value.is_text(); });
    tests["mapping"] = alone("mapping", is_mapping);
    tests["sequence"] = alone("sequence", is_sequence);
    tests["iterable"] = alone("iterable", is_iterable);
    tests["callable"] = alone("callable", is_callable_thing);
    tests["escaped"] = alone("escaped", [](const Value& value) {
        return value.is_markup() || (value.is_undefined() && undefined_info(value).behaviour == Undefined::chainable);
    });
}

void add_value_tests(Functions& tests) {
    tests["odd"] = alone("odd", [](const Value& value) { return remainder_is(value, 2, 1); });
    tests["even"] = alone("even", [](const Value& value) { return remainder_is(value, 2, 0); });
    tests["divisibleby"] = with_one("divisibleby", "num", [](const Value& value, const Value& by) {
        return equal(arithmetic(Operator::mod, value, by), Value::integer(0));
    });
    tests["lower"] = alone("lower", [](const Value& value) { return is_lower(str(value)); });
    tests["upper"] = alone("upper", [](const Value& value) { return is_upper(str(value)); });
    tests["sameas"] =
        with_one("sameas", "other", [](const Value& value, const Value& other) { return value.same_as(other); });
    tests["in"] = with_one("in", "seq", [](const Value& value, const Value& all) { return contains(all, value); });
    tests["filter"] = [](const Call& call) {
        Parameters given(call, "filter", {"value"}, 1);
        (void)hash(given[0]);  // lists are no names, and say so
        return Value::boolean(given[0].is_text() && call.render->environment.find_filter(given[0].text()) != nullptr);
    };
    tests["test"] = [](const Call& call) {
        Parameters given(call, "test", {"value"}, 1);
        (void)hash(given[0]);
        return Value::boolean(given[0].is_text() && call.render->environment.find_test(given[0].text()) != nullptr);
    };
}

template <class Test>
void add_comparison(Functions& tests, std::initializer_list<const char*> names, Test test) {
    for (auto* name : names) tests[name] = with_one(name, "other", test);
}

}  // namespace

void add_builtin_tests(Functions& tests) {
    add_type_tests(tests);
    add_value_tests(tests);
    add_comparison(tests, {"eq", "==", "equalto"}, [](const Value& a, const Value& b) { return equal(a, b); });
    add_comparison(tests, {"ne", "!="}, [](const Value& a, const Value& b) { return !equal(a, b); });
    add_comparison(tests, {"gt", ">", "greaterthan"},
                   [](const Value& a, const Value& b) { return order(a, b, ">") > 0; });
    add_comparison(tests, {"ge", ">="}, [](const Value& a, const Value& b) { return order(a, b, ">=") >= 0; });
    add_comparison(tests, {"lt", "<", "lessthan"}, [](const Value& a, const Value& b) { return order(a, b, "<") < 0; });
    add_comparison(tests, {"le", "<="}, [](const Value& a, const Value& b) { return order(a, b, "<=") <= 0; });
}

}  // namespace retort::templates
