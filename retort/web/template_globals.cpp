// The variables that every template of a web application has: url_for, config, request, g; with those of the session.
#include "retort/base/multi_dict.hpp"
#include "retort/template/errors.hpp"
#include "retort/template/operations.hpp"
#include "retort/web/application.hpp"
#include "retort/web/templating_state.hpp"
#include "retort/web/url_for.hpp"

namespace retort::detail {

namespace {

using templates::Call;
using templates::Function;
using templates::Member;
using templates::ObjectType;
using templates::Value;

Member method(std::string_view name, Function body) {
    return {nullptr, name, 0, nullptr, std::move(body), nullptr, nullptr};
}

const void* self(const Call& call) { return templates::object_of(call.arguments[0]).object; }

Value url(const Call& call) {
    if (call.arguments.size() != 1 || !call.arguments[0].is_text()) {
        templates::throw_type_error("url_for takes the name of an endpoint, and its values by their names");
    }
    json values = json::object();
    for (auto& keyword : call.keywords) {
        if (!keyword.value.is_none()) values[keyword.name] = templates::to_json(keyword.value);
    }
    return Value::text(url_for(call.arguments[0].text(), values));
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
const ObjectType& config_type() {
    static const ObjectType& type = []() -> const ObjectType& {
        ObjectType made;
        made.name = "Config";
        made.attribute = config_value;
        made.item = config_item;
        made.iterate = config_names;
        made.text = [](const void*, std::string& out) { out += "<Config>"; };
        return templates::detail::keep_type(made, {method("get", config_get)});
    }();
    return type;
}

// request.args, request.form, request.values

bool first_value(const void* dictionary, std::string_view name, Value& out) {
    auto* found = static_cast<const MultiDict*>(dictionary)->find(name);
    if (found != nullptr) out = Value::view(*found);
    return found != nullptr;
}
bool first_item(const void* dictionary, const Value& key, Value& out) {
    return key.is_text() && first_value(dictionary, key.text(), out);
}
Value dictionary_keys(const void* dictionary) {
    std::vector<Value> keys;
    for (auto& [key, value] : static_cast<const MultiDict*>(dictionary)->first_values()) keys.push_back(Value(key));
    return templates::list(std::move(keys));
}
Value dictionary_get(const Call& call) {
    templates::Parameters given(call, "get", {"self", "key", "default"}, 2);
    Value out;
    if (first_item(self(call), given[1], out)) return out;
    return given.has(2) ? given[2] : Value();
}
Value dictionary_getlist(const Call& call) {
    templates::Parameters given(call, "getlist", {"self", "key"}, 2);
    return Value(static_cast<const MultiDict*>(self(call))->getlist(templates::str(given[1])));
}
Value dictionary_items(const Call& call) {
    std::vector<Value> pairs;
    for (auto& [key, value] : static_cast<const MultiDict*>(self(call))->first_values()) {
        pairs.push_back(templates::tuple({Value(key), Value(value)}));
    }
    return templates::list(std::move(pairs));
}
Value dictionary_key_list(const Call& call) { return dictionary_keys(self(call)); }

}  // namespace

}  // namespace retort::detail

namespace retort {

templates::Value templates::ValueTraits<MultiDict>::borrow(const MultiDict& dictionary) {
    using namespace retort::detail;
    static const ObjectType& type = []() -> const ObjectType& {
        ObjectType made;
        made.name = "MultiDict";
        made.item = first_item;
        made.length = [](const void* all) {
            return static_cast<std::int64_t>(static_cast<const MultiDict*>(all)->size());
        };
        made.iterate = dictionary_keys;
        return detail::keep_type(made, {method("get", dictionary_get), method("getlist", dictionary_getlist),
                                        method("items", dictionary_items), method("keys", dictionary_key_list)});
    }();
    return Value::object(&dictionary, type);
}

}  // namespace retort

namespace retort::detail {

namespace {

// request: whatever request the running code serves

bool request_texts(const Request& request, std::string_view name, Value& out) {
    auto text = [&](std::string found) { return out = Value::text(std::move(found)), true; };
    if (name == "method") return text(std::string{request.method().to_string()});
    if (name == "path") return text(std::string{request.path()});
    if (name == "endpoint") return text(std::string{request.endpoint()});
    if (name == "blueprint") return text(std::string{request.blueprint()});
    if (name == "full_path") return text(request.full_path());
    if (name == "url") return text(request.url());
    if (name == "base_url") return text(request.base_url());
    if (name == "host_url" || name == "url_root") return text(request.host_url());
    if (name == "host") return text(std::string{request.host()});
    if (name == "remote_addr") return text(std::string{request.remote_addr()});
    if (name == "query_string") return text(std::string{request.query_string()});
    return false;
}

bool request_value(const void*, std::string_view name, Value& out) {
    auto& request = current_request();
    if (request_texts(request, name, out)) return true;
    if (name == "args") return out = templates::borrow(request.args()), true;
    if (name == "values") return out = templates::borrow(request.values()), true;
    if (name == "cookies") return out = templates::borrow(request.cookies()), true;
    if (name == "form") return out = templates::borrow(request.form()), true;
    if (name == "is_json") return out = Value::boolean(request.is_json()), true;
    if (name == "view_args") return out = templates::from_json(request.view_args()), true;
    return false;
}

bool g_value(const void*, std::string_view name, Value& out) {
    auto* held = app_context().globals().find(name);
    if (held == nullptr || !held->has_value()) return false;
    if (auto* value = std::any_cast<Value>(held)) return out = *value, true;
    if (auto* text = std::any_cast<std::string>(held)) return out = Value::view(*text), true;
    if (auto* words = std::any_cast<const char*>(held)) return out = Value::view(*words), true;
    if (auto* truth = std::any_cast<bool>(held)) return out = Value::boolean(*truth), true;
    if (auto* number = std::any_cast<int>(held)) return out = Value::integer(*number), true;
    if (auto* number = std::any_cast<std::int64_t>(held)) return out = Value::integer(*number), true;
    if (auto* number = std::any_cast<double>(held)) return out = Value::real(*number), true;
    if (auto* document = std::any_cast<json>(held)) return out = templates::borrow_json(*document), true;
    templates::throw_type_error("g." + std::string{name} +
                                " is of a type that templates do not know; keep templates::Value(…) in g");
}

const ObjectType& context_type(std::string_view name, bool (*attribute)(const void*, std::string_view, Value&)) {
    ObjectType made;
    made.name = name;
    made.attribute = attribute;
    return templates::detail::keep_type(made, {});
}

constexpr char any_object = 0;

}  // namespace

void add_web_globals(templates::Environment& environment, Application& app) {
    static const ObjectType& request_type = context_type("Request", request_value);
    static const ObjectType& g_type = context_type("g", g_value);
    environment.add_global("url_for", Function(url));
    environment.add_global("config", Value::object(&app.config, config_type()));
    environment.add_global("request", Value::object(&any_object, request_type));
    environment.add_global("g", Value::object(&any_object, g_type));
    add_session_globals(environment);
}

}  // namespace retort::detail
