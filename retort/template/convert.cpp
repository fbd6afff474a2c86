// C++ values as templates see them: what of it needs no template.
#include "retort/template/convert.hpp"

#include <deque>
#include <limits>
#include <memory>
#include <mutex>

#include "retort/base/json.hpp"
#include "retort/template/errors.hpp"
#include "retort/template/function.hpp"
#include "retort/template/operations.hpp"

namespace retort::templates {

Value keep_alive(Value borrowed, Ref<const Counted> owner) {
    attach(borrowed, owner);
    return borrowed;
}

Value borrow_list(const void* range, const SequenceType& type) { return Value::thing(make<List>(range, type)); }
Value borrow_dict(const void* map, const MappingType& type) { return Value::thing(make<Dict>(map, type)); }
void put(Dict& dict, const Value& key, Value value) { dict.set(key, std::move(value)); }

Value from_unsigned(std::uint64_t number) {
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        throw_overflow("The number " + std::to_string(number) + " does not fit into 64 bits.");
    }
    return Value::integer(static_cast<std::int64_t>(number));
}

Value from_enumerator(std::span<const std::string_view> names, std::int64_t value) {
    return Value::view(retort::detail::name_of_value(names, value));
}

namespace {

std::size_t array_size(const void* array) { return static_cast<const json*>(array)->size(); }
void array_at(const void* array, std::size_t place, Value& out) {
    out = borrow_json((*static_cast<const json*>(array))[place]);
}
void array_fill(const void* array, std::vector<Value>& out) {
    for (auto& item : *static_cast<const json*>(array)) out.push_back(borrow_json(item));
}
bool object_find(const void* object, std::string_view key, Value& out) {
    auto* found = static_cast<const json*>(object)->find(key);
    if (found != nullptr) out = borrow_json(*found);
    return found != nullptr;
}
void object_fill(const void* object, Dict& out) {
    for (auto& [key, value] : static_cast<const json*>(object)->items()) out.set(Value::view(key), borrow_json(value));
}
constexpr SequenceType json_array{array_size, array_at, array_fill};
constexpr MappingType json_object{array_size, object_find, object_fill};

Value borrow_number(const json& number) {
    if (number.kind() == JsonKind::integer) return Value::integer(number.as<std::int64_t>());
    return Value::real(number.as<double>());
}

}  // namespace

Value borrow_json(const json& document) {
    switch (document.kind()) {
        case JsonKind::null: return Value();
        case JsonKind::boolean: return Value::boolean(document.as<bool>());
        case JsonKind::text: return Value::view(document.text());
        case JsonKind::array: return Value::thing(make<List>(&document, json_array));
        case JsonKind::object: return Value::thing(make<Dict>(&document, json_object));
        default: return borrow_number(document);
    }
}

Value from_json(const json& document) {
    auto held = make<detail::Holder<json>>(document);
    return keep_alive(borrow_json(held->value), held);
}

const ObjectType& detail::keep_type(ObjectType type, std::vector<Member> members) {
    struct Kept {
        ObjectType type;
        std::vector<Member> members;
    };
    static std::mutex mutex;
    static std::deque<Kept> all;  // never given back: types live as long as the program
    std::lock_guard lock(mutex);
    auto& kept = all.emplace_back(Kept{type, std::move(members)});
    for (auto& member : kept.members) member.owner = &kept.type;
    kept.type.members = kept.members;
    return kept.type;
}

void detail::read_property(const void* object, const Member& member, Value& out) {
    const Value self = Value::object(object, *member.owner);
    out = member.method({{&self, 1}, {}});
}

// The arguments of C++ functions

namespace {

/// `badge(): ` before what is wrong with an argument of `badge`.
std::string called(const Call& call) { return call.name.empty() ? std::string() : std::string{call.name} + "(): "; }

/// `badge() ` before what `badge` does.
std::string caller(const Call& call) { return call.name.empty() ? std::string() : std::string{call.name} + "() "; }

[[noreturn]] void wrong_argument(const Call& call, std::size_t at, const std::string& wanted) {
    throw_type_error(called(call) + "argument " + std::to_string(at + 1) + " must be " + wanted + ", not '" +
                     type_name(detail::argument_at(call, at)) + "'");
}

}  // namespace

const Value& detail::argument_at(const Call& call, std::size_t at) {
    if (at < call.arguments.size() && !call.arguments[at].is_missing()) {
        if (call.arguments[at].is_undefined()) throw_undefined(call.arguments[at]);
        return call.arguments[at];
    }
    throw_type_error(called(call) + "argument " + std::to_string(at + 1) + " is missing");
}

std::int64_t detail::integer_argument(const Call& call, std::size_t at, std::int64_t least, std::int64_t most) {
    auto& value = argument_at(call, at);
    if (!value.is_integral()) wrong_argument(call, at, "an integer");
    if (value.integer() < least || value.integer() > most) {
        throw_overflow(called(call) + "the number " + std::to_string(value.integer()) + " does not fit the parameter.");
    }
    return value.integer();
}
double detail::real_argument(const Call& call, std::size_t at) {
    auto& value = argument_at(call, at);
    if (!value.is_number()) wrong_argument(call, at, "a number");
    return value.real();
}
std::int64_t detail::enum_argument(const Call& call, std::size_t at, std::span<const std::string_view> names) {
    return retort::detail::value_from_name(names, json(text_argument(call, at)));
}
bool detail::truth_argument(const Call& call, std::size_t at) { return truth(argument_at(call, at)); }
std::string detail::text_argument(const Call& call, std::size_t at) {
    auto& value = argument_at(call, at);
    auto view = object_of(value);
    if (!value.is_text() && !(view && view.type->is_text)) wrong_argument(call, at, "a text");
    return str(value);
}
const void* detail::object_argument(const Call& call, std::size_t at, const ObjectType& type) {
    auto& value = argument_at(call, at);
    auto view = object_of(value);
    if (view.type != &type) wrong_argument(call, at, "a " + std::string{type.name});
    return view.object;
}
void detail::read_document(const Call& call, std::size_t at, json& out) { out = to_json(argument_at(call, at)); }
void detail::for_each_item(const Call& call, std::size_t at, FunctionRef<void(const Call& item)> use) {
    auto& value = argument_at(call, at);
    if (value.is_text()) wrong_argument(call, at, "a list");
    for (const Value& item : to_list(value)) use(Call{.arguments = {&item, 1}, .keywords = {}, .name = call.name});
}
bool detail::has_argument(const Call& call, std::size_t at) noexcept {
    return at < call.arguments.size() && !call.arguments[at].is_missing() && !call.arguments[at].is_none();
}
void detail::check_count(const Call& call, std::size_t most) {
    if (!call.keywords.empty()) {
        throw_type_error(caller(call) + "got an unexpected keyword argument '" + std::string{call.keywords[0].name} +
                         "'");
    }
    if (call.arguments.size() > most) {
        throw_type_error(caller(call) + "takes " + std::to_string(most) + (most == 1 ? " argument, " : " arguments, ") +
                         std::to_string(call.arguments.size()) + " were given");
    }
}

Function detail::with_names(std::initializer_list<std::string_view> names, Function function) {
    return [names = std::vector<std::string>(names.begin(), names.end()),
            function = std::move(function)](const Call& call) {
        if (call.keywords.empty()) return function(call);
        std::vector<Value> arguments(call.arguments.begin(), call.arguments.end());
        arguments.resize(std::max(arguments.size(), names.size()), Value::missing());
        for (auto& keyword : call.keywords) {
            auto at = static_cast<std::size_t>(std::find(names.begin(), names.end(), keyword.name) - names.begin());
            auto name = "'" + std::string{keyword.name} + "'";
            if (at == names.size()) throw_type_error(caller(call) + "got an unexpected keyword argument " + name);
            if (!arguments[at].is_missing())
                throw_type_error(caller(call) + "got multiple values for argument " + name);
            arguments[at] = keyword.value;
        }
        return function({arguments, {}, call.render, call.context, call.name});
    };
}

}  // namespace retort::templates
