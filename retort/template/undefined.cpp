// What is undefined: how it is told, and the error for who needs a value.
#include "retort/template/errors.hpp"
#include "retort/template/operations.hpp"
#include "retort/template/things.hpp"

namespace retort::templates {

std::string_view UndefinedInfo::type_name() const {
    switch (behaviour) {
        case Undefined::chainable: return "ChainableUndefined";
        case Undefined::strict: return "StrictUndefined";
        case Undefined::debug: return "DebugUndefined";
        default: return "Undefined";
    }
}

std::string UndefinedInfo::message() const {
    if (!hint.empty()) return hint;
    if (of.empty()) return templates::repr(name) + " is undefined";
    if (!name.is_text()) return of + " has no element " + templates::repr(name);
    std::string quoted;
    append_text_repr(quoted, of);
    return quoted + " has no attribute " + templates::repr(name);
}

std::string UndefinedInfo::debug_text() const {
    if (!hint.empty()) return "{{ undefined value printed: " + hint + " }}";
    if (of.empty()) return "{{ " + templates::str(name) + " }}";
    return "{{ no such element: " + of + "[" + templates::repr(name) + "] }}";
}

namespace {
Value undefined_value(Undefined behaviour, std::string hint, std::string of, Value name) {
    auto info = make<UndefinedInfo>(behaviour);
    info->hint = std::move(hint);
    info->of = std::move(of);
    info->name = std::move(name);
    return Value::undefined_thing(std::move(info));
}
}  // namespace

Value undefined_variable(Undefined behaviour, std::string_view name) {
    return undefined_value(behaviour, {}, {}, Value::text(std::string{name}));
}
Value undefined_hint(Undefined behaviour, std::string hint, std::string_view name) {
    return undefined_value(behaviour, std::move(hint), {}, Value::text(std::string{name}));
}
Value undefined_member(Undefined behaviour, const Value& of, const Value& name) {
    return undefined_value(behaviour, {}, type_description(of), name);
}

const UndefinedInfo& undefined_info(const Value& value) noexcept {
    return static_cast<const UndefinedInfo&>(value.thing());
}

void throw_undefined(const Value& value) {
    throw UndefinedError("undefined-variable"_code, undefined_info(value).message(),
                         "give it to the template, or write {{ name|default(\"…\") }}");
}

}  // namespace retort::templates
