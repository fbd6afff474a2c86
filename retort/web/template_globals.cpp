// The variables that every template of a web application has: url_for, config and g; with the request and the session.
#include "retort/template/errors.hpp"
#include "retort/template/operations.hpp"
#include "retort/web/application.hpp"
#include "retort/web/templating_state.hpp"
#include "retort/web/url_for.hpp"

namespace retort::detail {

templates::Member member_function(std::string_view name, templates::Function body) {
    return {nullptr, name, 0, nullptr, std::move(body), nullptr, nullptr};
}

namespace {

using templates::Call;
using templates::Function;
using templates::ObjectType;
using templates::Value;

const void* self(const Call& call) { return templates::object_of(call.arguments[0]).object; }

/// What a URL says of it: dates and numbers of any size as they print.
json url_value(const Value& value) {
    auto view = templates::object_of(value);
    if (view && view.type->is_text) return json(templates::str(value));
    auto* items = templates::sequence_of(value);
    if (items == nullptr) return templates::to_json(value);
    json list = json::array();
    for (auto& item : items->items()) list.push_back(url_value(item));
    return list;
}

Value url(const Call& call) {
    auto* named = call.arguments.empty() ? call.find("endpoint") : nullptr;
    if (call.arguments.size() + (named != nullptr) != 1 || !(named ? named->value : call.arguments[0]).is_text()) {
        templates::throw_type_error("url_for takes the name of an endpoint, and its values by their names");
    }
    json values = json::object();
    for (auto& keyword : call.keywords) {
        if (&keyword != named && !keyword.value.is_none()) values[keyword.name] = url_value(keyword.value);
    }
    return Value::text(url_for((named ? named->value : call.arguments[0]).text(), values));
}

// config

bool config_value(const void* config, std::string_view name, Value& out) {
    auto* found = static_cast<const Config*>(config)->find(name);
    if (found != nullptr) out = templates::borrow_json(*found);
    return found != nullptr;
}
bool config_item(const void* config, const Value& key, Value& out) {
    return key.is_text() && config_value(config, key.text(), out);
}
Value config_names(const void* config) {
    std::vector<Value> names;
    for (auto& [name, value] : static_cast<const Config*>(config)->items()) names.push_back(Value::view(name));
    return templates::list(std::move(names));
}
Value config_get(const Call& call) {
    templates::Parameters given(call, "get", {"self", "key", "default"}, 2);
    Value out;
    if (config_item(self(call), given[1], out)) return out;
    return given.has(2) ? given[2] : Value();
}
Value config_key_list(const Call& call) { return config_names(self(call)); }
Value config_pairs(const Call& call) {
    std::vector<Value> pairs;
    for (auto& [name, value] : static_cast<const Config*>(self(call))->items()) {
        pairs.push_back(templates::tuple({Value::view(name), templates::borrow_json(value)}));
    }
    return templates::list(std::move(pairs));
}
Value config_values(const Call& call) {
    std::vector<Value> values;
    for (auto& [name, value] : static_cast<const Config*>(self(call))->items()) {
        values.push_back(templates::borrow_json(value));
    }
    return templates::list(std::move(values));
}
const ObjectType& config_type() {
    static const ObjectType& type = []() -> const ObjectType& {
        ObjectType made;
        made.name = "Config";
        made.attribute = config_value;
        made.item = config_item;
        made.iterate = config_names;
        made.length = [](const void* config) {
            return static_cast<std::int64_t>(static_cast<const Config*>(config)->items().size());
        };
        made.text = [](const void*, std::string& out) { out += "<Config>"; };
        return templates::detail::keep_type(
            made, {member_function("get", config_get), member_function("keys", config_key_list),
                   member_function("items", config_pairs), member_function("values", config_values)});
    }();
    return type;
}

// g

bool g_shown(const Globals::Entry& entry, Value& out) {
    auto& held = entry.value;
    if (entry.show != nullptr && entry.show(held, out)) return true;
    if (auto* value = std::any_cast<Value>(&held)) return out = *value, true;
    if (auto* text = std::any_cast<std::string>(&held)) return out = Value::view(*text), true;
    if (auto* text = std::any_cast<std::string_view>(&held)) return out = Value::view(*text), true;
    if (auto* words = std::any_cast<const char*>(&held)) return out = Value(*words), true;
    if (auto* truth = std::any_cast<bool>(&held)) return out = Value::boolean(*truth), true;
    if (auto* number = std::any_cast<int>(&held)) return out = Value::integer(*number), true;
    if (auto* number = std::any_cast<std::int64_t>(&held)) return out = Value::integer(*number), true;
    if (auto* number = std::any_cast<double>(&held)) return out = Value::real(*number), true;
    if (auto* document = std::any_cast<json>(&held)) return out = templates::borrow_json(*document), true;
    return std::any_cast<std::nullptr_t>(&held) != nullptr;
}

bool g_value(const void*, std::string_view name, Value& out) {
    for (auto& entry : app_context().globals().entries()) {
        if (entry.name != name || !entry.value.has_value()) continue;
        if (g_shown(entry, out)) return true;
        templates::throw_type_error("g." + entry.name +
                                    " is of a type that templates do not know; keep templates::Value(…) in g");
    }
    return false;
}

Value g_get(const Call& call) {
    templates::Parameters given(call, "get", {"self", "name", "default"}, 2);
    Value out;
    if (given[1].is_text() && g_value(nullptr, given[1].text(), out)) return out;
    return given.has(2) ? given[2] : Value();
}

Value g_names(const void*) {
    std::vector<Value> names;
    for (auto& entry : app_context().globals().entries()) {
        // What the library keeps there itself begins so.
        if (!entry.name.starts_with('_')) names.push_back(Value::text(entry.name));
    }
    return templates::list(std::move(names));
}

const ObjectType& g_type() {
    static const ObjectType& type = []() -> const ObjectType& {
        ObjectType made;
        made.name = "g";
        made.attribute = g_value;
        made.iterate = g_names;
        made.text = [](const void*, std::string& out) { out += "<g>"; };
        return templates::detail::keep_type(made, {member_function("get", g_get)});
    }();
    return type;
}

constexpr char any_object = 0;

}  // namespace

void add_web_globals(templates::Environment& environment, Application& app) {
    environment.add_global("url_for", Function(url));
    environment.add_global("config", Value::object(&app.config, config_type()));
    environment.add_global("g", Value::object(&any_object, g_type()));
    add_request_global(environment);
    add_session_globals(environment);
}

}  // namespace retort::detail

namespace retort {

templates::Value templates::ValueTraits<Config::Entry>::borrow(const Config::Entry& entry) {
    return borrow_json(entry.value());
}

}  // namespace retort
