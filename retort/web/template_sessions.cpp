// What templates see of the session: `session` and get_flashed_messages.
#include "retort/template/errors.hpp"
#include "retort/template/operations.hpp"
#include "retort/web/flash.hpp"
#include "retort/web/session.hpp"
#include "retort/web/templating_state.hpp"

namespace retort::detail {

namespace {

using templates::Call;
using templates::Function;
using templates::ObjectType;
using templates::Value;

/// A value as the session keeps it: Markup stays markup, what JSON has no word for is text.
Value shown(const json& stored) {
    const auto* markup = stored.is_object() && stored.size() == 1 ? stored.find(" m") : nullptr;
    if (markup != nullptr) return Value::text(markup->text(), true);
    return templates::from_json(plain_value(stored));
}

bool session_item(const void*, const Value& key, Value& out) {
    const auto* stored = key.is_text() ? current_session().find(key.text()) : nullptr;
    if (stored != nullptr) out = shown(*stored);
    return stored != nullptr;
}

bool session_attribute(const void* session, std::string_view name, Value& out) {
    if (name == "permanent") return out = Value::boolean(current_session().permanent()), true;
    if (name == "new") return out = Value::boolean(current_session().is_new()), true;
    if (name == "modified") return out = Value::boolean(current_session().modified()), true;
    return session_item(session, Value::view(name), out);
}

Value session_get(const Call& call) {
    templates::Parameters given(call, "get", {"self", "key", "default"}, 2);
    Value out;
    if (session_item(nullptr, given[1], out)) return out;
    return given.has(2) ? given[2] : Value();
}

Value session_keys(const void*) {
    std::vector<Value> keys;
    for (auto& key : current_session().keys()) keys.push_back(Value::text(std::move(key)));
    return templates::list(std::move(keys));
}

Value session_items(const Call&) {
    std::vector<Value> pairs;
    auto& session = current_session();
    for (auto& key : session.keys()) {
        auto value = shown(*session.find(key));
        pairs.push_back(templates::tuple({Value::text(std::move(key)), std::move(value)}));
    }
    return templates::list(std::move(pairs));
}

Value session_key_list(const Call&) { return session_keys(nullptr); }

Value session_values(const Call&) {
    std::vector<Value> values;
    auto& session = current_session();
    for (auto& key : session.keys()) values.push_back(shown(*session.find(key)));
    return templates::list(std::move(values));
}

Value session_pop(const Call& call) {
    templates::Parameters given(call, "pop", {"self", "key", "default"}, 2);
    Value out;
    if (session_item(nullptr, given[1], out)) {
        current_session().erase(given[1].text());
    } else if (!given.has(2)) {
        templates::throw_lookup_error("the session has no " + templates::repr(given[1]));
    } else {
        out = given[2];
    }
    return out;
}

void session_text(const void*, std::string& out) {
    json all = json::object();
    auto& session = current_session();
    for (auto& key : session.keys()) all[key] = plain_value(*session.find(key));
    out += "<SecureCookieSession " + templates::repr(templates::from_json(all)) + ">";
}

const ObjectType& session_type() {
    static const ObjectType& type = []() -> const ObjectType& {
        ObjectType made;
        made.name = "SecureCookieSession";
        made.attribute = session_attribute;
        made.item = session_item;
        made.length = [](const void*) { return static_cast<std::int64_t>(current_session().size()); };
        made.iterate = session_keys;
        made.text = session_text;
        return templates::detail::keep_type(
            made, {member_function("get", session_get), member_function("items", session_items),
                   member_function("keys", session_key_list), member_function("values", session_values),
                   member_function("pop", session_pop)});
    }();
    return type;
}

std::vector<std::string> texts_of(const Value& values) {
    if (values.is_text()) return {std::string{values.text()}};
    std::vector<std::string> texts;
    const json all = templates::to_json(values);
    for (const auto& value : all) texts.push_back(value.text());
    return texts;
}

Value flashed(const Call& call) {
    templates::Parameters given(call, "get_flashed_messages", {"with_categories", "category_filter"});
    auto categories = given.given(1) ? texts_of(given[1]) : std::vector<std::string>{};
    std::vector<Value> messages;
    for (auto& [message, markup] : flashed_messages(categories)) {
        auto& [category, told] = message;
        auto text = Value::text(std::move(told), markup);
        messages.push_back(given.truth(0, false) ? templates::tuple({Value::text(std::move(category)), std::move(text)})
                                                 : std::move(text));
    }
    return templates::list(std::move(messages));
}

constexpr char session_object = 0;

}  // namespace

void add_session_globals(templates::Environment& environment) {
    environment.add_global("session", Value::object(&session_object, session_type()));
    environment.add_global("get_flashed_messages", Function(flashed));
}

}  // namespace retort::detail

namespace retort {

templates::Value templates::ValueTraits<SessionEntry>::borrow(const SessionEntry& entry) {
    return from_json(entry.value());
}

}  // namespace retort
