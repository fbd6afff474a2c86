// What templates see of the request: `request`, its dictionaries, its headers and what the client would rather have.
#include "retort/base/multi_dict.hpp"
#include "retort/template/errors.hpp"
#include "retort/template/operations.hpp"
#include "retort/web/accept.hpp"
#include "retort/web/application.hpp"
#include "retort/web/templating_state.hpp"

namespace retort::detail {

namespace {

using templates::Call;
using templates::ObjectType;
using templates::Value;

template <class T>
T& object_in(const Call& call) {
    return *static_cast<T*>(const_cast<void*>(templates::object_of(call.arguments[0]).object));
}

// request.args, request.form, request.values, request.cookies

bool first_item(const void* dictionary, const Value& key, Value& out) {
    auto* found = key.is_text() ? static_cast<const MultiDict*>(dictionary)->find(key.text()) : nullptr;
    if (found != nullptr) out = Value::view(*found);
    return found != nullptr;
}
Value dictionary_keys(const void* dictionary) {
    std::vector<Value> keys;
    for (auto& [key, value] : static_cast<const MultiDict*>(dictionary)->first_values()) keys.push_back(Value(key));
    return templates::list(std::move(keys));
}
Value dictionary_get(const Call& call) {
    templates::Parameters given(call, "get", {"self", "key", "default", "type"}, 2);
    Value out;
    if (first_item(&object_in<const MultiDict>(call), given[1], out)) return out;
    return given.has(2) ? given[2] : Value();
}
Value dictionary_getlist(const Call& call) {
    templates::Parameters given(call, "getlist", {"self", "key"}, 2);
    return Value(object_in<const MultiDict>(call).getlist(templates::str(given[1])));
}
Value all_pairs(const MultiDict& dictionary) {
    std::vector<Value> pairs;
    for (auto& [key, value] : dictionary) pairs.push_back(templates::tuple({Value(key), Value(value)}));
    return templates::list(std::move(pairs));
}
Value first_pairs(const MultiDict& dictionary) {
    std::vector<Value> pairs;
    for (auto& [key, value] : dictionary.first_values()) {
        pairs.push_back(templates::tuple({Value(key), Value(value)}));
    }
    return templates::list(std::move(pairs));
}
Value dictionary_items(const Call& call) {
    templates::Parameters given(call, "items", {"self", "multi"}, 1);
    auto& dictionary = object_in<const MultiDict>(call);
    return given.truth(1, false) ? all_pairs(dictionary) : first_pairs(dictionary);
}
Value dictionary_key_list(const Call& call) { return dictionary_keys(&object_in<const MultiDict>(call)); }
Value dictionary_values(const Call& call) {
    std::vector<Value> values;
    for (auto& [key, value] : object_in<const MultiDict>(call).first_values()) values.push_back(Value(value));
    return templates::list(std::move(values));
}
Value dictionary_lists(const Call& call) {
    auto& dictionary = object_in<const MultiDict>(call);
    std::vector<Value> lists;
    for (auto& [key, value] : dictionary.first_values()) {
        lists.push_back(templates::tuple({Value(key), Value(dictionary.getlist(key))}));
    }
    return templates::list(std::move(lists));
}
void dictionary_json(const void* dictionary, json& out) {
    out = json::object();
    for (auto& [key, value] : static_cast<const MultiDict*>(dictionary)->first_values()) out[key] = value;
}
Value dictionary_to_dict(const Call& call) {
    templates::Parameters given(call, "to_dict", {"self", "flat"}, 1);
    auto& dictionary = object_in<const MultiDict>(call);
    json all = json::object();
    for (auto& [key, value] : dictionary.first_values()) {
        all[key] = given.truth(1, true) ? json(value) : json(dictionary.getlist(key));
    }
    return templates::from_json(all);
}
void dictionary_text(const void* dictionary, std::string& out) {
    out += "ImmutableMultiDict(" + templates::repr(all_pairs(*static_cast<const MultiDict*>(dictionary))) + ")";
}

// request.headers

bool header_item(const void* request, const Value& name, Value& out) {
    if (!name.is_text()) return false;
    auto value = static_cast<const Request*>(request)->headers().get(name.text());
    if (value) out = Value::view(*value);
    return value.has_value();
}
Value header_get(const Call& call) {
    templates::Parameters given(call, "get", {"self", "key", "default", "type"}, 2);
    Value out;
    if (header_item(&object_in<const Request>(call), given[1], out)) return out;
    return given.has(2) ? given[2] : Value();
}
Value header_getlist(const Call& call) {
    templates::Parameters given(call, "getlist", {"self", "key"}, 2);
    std::vector<Value> values;
    for (auto value : object_in<const Request>(call).headers().getlist(templates::str(given[1]))) {
        values.push_back(Value::view(value));
    }
    return templates::list(std::move(values));
}
/// As Python's are: pairs, not names.
Value header_pairs(const void* request) {
    std::vector<Value> pairs;
    for (auto& [name, value] : static_cast<const Request*>(request)->headers()) {
        pairs.push_back(templates::tuple({Value(std::string{name}), Value(std::string{value})}));
    }
    return templates::list(std::move(pairs));
}
const ObjectType& headers_type() {
    static const ObjectType& type = []() -> const ObjectType& {
        ObjectType made;
        made.name = "EnvironHeaders";
        made.item = header_item;
        made.iterate = header_pairs;
        made.length = [](const void* request) {
            return static_cast<std::int64_t>(static_cast<const Request*>(request)->headers().size());
        };
        auto items = [](const Call& call) { return header_pairs(&object_in<const Request>(call)); };
        return templates::detail::keep_type(
            made, {member_function("get", header_get), member_function("getlist", header_getlist),
                   member_function("get_all", header_getlist), member_function("items", items)});
    }();
    return type;
}

// request.accept_mimetypes and its kin

template <Accept (Request::*header)() const>
const ObjectType& accept_type() {
    static const ObjectType& type = []() -> const ObjectType& {
        ObjectType made;
        made.name = "Accept";
        made.attribute = [](const void* request, std::string_view name, Value& out) {
            auto accept = (static_cast<const Request*>(request)->*header)();
            if (name == "accept_html") return out = Value::boolean(accept.accept_html()), true;
            if (name == "accept_json") return out = Value::boolean(accept.accept_json()), true;
            if (name == "provided") return out = Value::boolean(accept.provided()), true;
            if (name == "best") return out = accept.provided() ? Value::text(accept.best()) : Value(), true;
            return false;
        };
        made.item = [](const void* request, const Value& offer, Value& out) {
            if (!offer.is_text()) return false;
            auto quality = (static_cast<const Request*>(request)->*header)().quality(offer.text());
            out = Value::real(quality);
            return quality > 0;
        };
        auto best_match = [](const Call& call) {
            templates::Parameters given(call, "best_match", {"self", "matches", "default"}, 2);
            std::vector<std::string> offers;
            for (auto& offer : templates::to_list(given[1])) offers.push_back(templates::str(offer));
            auto best = (object_in<const Request>(call).*header)().best_match(offers);
            return best ? Value::text(std::move(*best)) : given.has(2) ? given[2] : Value();
        };
        return templates::detail::keep_type(made, {member_function("best_match", best_match)});
    }();
    return type;
}

// request.user_agent, request.url_rule: text with a name or two

template <auto text>
const ObjectType& worded_type(std::string_view name, std::string_view word) {
    static const std::string_view own_word = word;
    static const ObjectType& type = [&]() -> const ObjectType& {
        ObjectType made;
        made.name = name;
        made.is_text = true;
        made.text = [](const void* request, std::string& out) {
            out += (static_cast<const Request*>(request)->*text)();
        };
        made.attribute = [](const void* request, std::string_view asked, Value& out) {
            auto& of = *static_cast<const Request*>(request);
            if (asked == own_word) return out = Value::view((of.*text)()), true;
            if (asked == "endpoint") return out = Value::view(of.endpoint()), true;
            return false;
        };
        return templates::detail::keep_type(made, {});
    }();
    return type;
}

// request: whatever request the running code serves

Value own(std::string text) { return Value::text(std::move(text)); }
Value own(std::string_view text) { return Value::text(std::string{text}); }
/// None where Python has it.
Value or_none(std::string_view text) { return text.empty() ? Value() : own(text); }

struct RequestPart {
    std::string_view name;
    Value (*read)(Request& request);
};

constexpr RequestPart request_texts[] = {
    {"method", [](Request& request) { return own(request.method().to_string()); }},
    {"path", [](Request& request) { return own(request.path()); }},
    {"full_path", [](Request& request) { return own(request.full_path()); }},
    {"url", [](Request& request) { return own(request.url()); }},
    {"base_url", [](Request& request) { return own(request.base_url()); }},
    {"host_url", [](Request& request) { return own(request.host_url()); }},
    {"url_root", [](Request& request) { return own(request.root_url()); }},
    {"root_url", [](Request& request) { return own(request.root_url()); }},
    {"host", [](Request& request) { return own(request.host()); }},
    {"root_path", [](Request& request) { return own(request.root_path()); }},
    {"script_root", [](Request& request) { return own(request.script_root()); }},
    {"scheme", [](Request& request) { return own(request.scheme()); }},
    {"remote_addr", [](Request& request) { return or_none(request.remote_addr()); }},
    {"query_string", [](Request& request) { return own(request.query_string()); }},
    {"endpoint", [](Request& request) { return or_none(request.endpoint()); }},
    {"blueprint", [](Request& request) { return or_none(request.blueprint()); }},
    {"referrer", [](Request& request) { return or_none(request.referrer()); }},
    {"content_type", [](Request& request) { return or_none(request.content_type()); }},
    {"mimetype", [](Request& request) { return own(request.mimetype()); }},
};

constexpr RequestPart request_parts[] = {
    {"args", [](Request& request) { return templates::borrow(request.args()); }},
    {"form", [](Request& request) { return templates::borrow(request.form()); }},
    {"values", [](Request& request) { return templates::borrow(request.values()); }},
    {"cookies", [](Request& request) { return templates::borrow(request.cookies()); }},
    {"headers", [](Request& request) { return Value::object(&request, headers_type()); }},
    {"json", [](Request& request) { return templates::borrow_json(request.get_json()); }},
    {"is_json", [](Request& request) { return Value::boolean(request.is_json()); }},
    {"is_secure", [](Request& request) { return Value::boolean(request.is_secure()); }},
    {"view_args", [](Request& request) { return templates::from_json(request.view_args()); }},
    {"blueprints", [](Request& request) { return Value(request.blueprints()); }},
    {"access_route", [](Request& request) { return Value(request.access_route()); }},
    {"content_length",
     [](Request& request) {
         auto length = request.content_length();
         return length ? Value::integer(static_cast<std::int64_t>(*length)) : Value();
     }},
    {"user_agent",
     [](Request& request) {
         return Value::object(&request, worded_type<&Request::user_agent>("UserAgent", "string"));
     }},
    {"url_rule",
     [](Request& request) {
         if (request.url_rule().empty()) return Value();
         return Value::object(&request, worded_type<&Request::url_rule>("Rule", "rule"));
     }},
    {"accept_mimetypes",
     [](Request& request) { return Value::object(&request, accept_type<&Request::accept_mimetypes>()); }},
    {"accept_languages",
     [](Request& request) { return Value::object(&request, accept_type<&Request::accept_languages>()); }},
    {"accept_encodings",
     [](Request& request) { return Value::object(&request, accept_type<&Request::accept_encodings>()); }},
    {"accept_charsets",
     [](Request& request) { return Value::object(&request, accept_type<&Request::accept_charsets>()); }},
};

bool request_value(const void*, std::string_view name, Value& out) {
    auto& request = current_request();
    for (auto& part : request_texts) {
        if (part.name == name) return out = part.read(request), true;
    }
    for (auto& part : request_parts) {
        if (part.name == name) return out = part.read(request), true;
    }
    return false;
}

Value request_json(const Call& call) {
    templates::Parameters given(call, "get_json", {"self", "force", "silent"}, 1);
    return templates::borrow_json(
        current_request().get_json({.force = given.truth(1, false), .silent = given.truth(2, false)}));
}

const ObjectType& request_type() {
    static const ObjectType& type = []() -> const ObjectType& {
        ObjectType made;
        made.name = "Request";
        made.attribute = request_value;
        made.text = [](const void*, std::string& out) {
            auto& request = current_request();
            out += "<Request '" + request.url() + "' [" + std::string{request.method().to_string()} + "]>";
        };
        return templates::detail::keep_type(made, {member_function("get_json", request_json)});
    }();
    return type;
}

constexpr char request_object = 0;

}  // namespace

void add_request_global(templates::Environment& environment) {
    environment.add_global("request", Value::object(&request_object, request_type()));
}

}  // namespace retort::detail

namespace retort {

templates::Value templates::ValueTraits<CurrentJson>::borrow(const json& body) { return borrow_json(body); }

templates::Value templates::ValueTraits<MultiDict>::borrow(const MultiDict& dictionary) {
    using namespace retort::detail;
    static const ObjectType& type = []() -> const ObjectType& {
        ObjectType made;
        made.name = "MultiDict";
        made.item = first_item;
        made.length = [](const void* all) {
            return static_cast<std::int64_t>(static_cast<const MultiDict*>(all)->first_values().size());
        };
        made.iterate = dictionary_keys;
        made.text = dictionary_text;
        made.to_json = dictionary_json;
        return detail::keep_type(
            made, {member_function("get", dictionary_get), member_function("getlist", dictionary_getlist),
                   member_function("items", dictionary_items), member_function("keys", dictionary_key_list),
                   member_function("values", dictionary_values), member_function("lists", dictionary_lists),
                   member_function("to_dict", dictionary_to_dict)});
    }();
    return Value::object(&dictionary, type);
}

}  // namespace retort
