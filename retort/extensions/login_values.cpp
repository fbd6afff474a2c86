// What templates see of `current_user`: what a login knows of everybody, and the user that the loader gave.
#include "retort/extensions/login.hpp"
#include "retort/template/operations.hpp"
#include "retort/template/thing.hpp"
#include "retort/web/context.hpp"

namespace retort::detail {

namespace {

using templates::Value;

/// None for nobody, and for handles that templates cannot look into.
Value user_value(const void*) {
    Value user;
    if (!has_request_context()) return user;
    auto& login = current_login();
    if (login.show != nullptr) login.show(login.handle, user);
    return user;
}

bool user_attribute(const void*, std::string_view name, Value& out) {
    if (!has_request_context()) return false;
    auto& login = current_login();
    if (name == "is_authenticated") return out = Value::boolean(login.authenticated), true;
    if (name == "is_active") return out = Value::boolean(login.active), true;
    if (name == "is_anonymous") return out = Value::boolean(!login.handle.has_value()), true;
    auto user = user_value(nullptr);
    return !user.is_none() && templates::find_attribute(user, name, out);
}

Value user_id(const templates::Call&) {
    auto& id = current_login().id;
    return id.empty() ? Value() : Value::text(id);
}

void user_text(const void*, std::string& out) {
    auto user = user_value(nullptr);
    if (!user.is_none()) {
        out += templates::str(user);
    } else {
        out += has_request_context() && current_login().handle.has_value() ? "<User>" : "<AnonymousUser>";
    }
}

const templates::ObjectType& user_type() {
    static const templates::ObjectType& type = []() -> const templates::ObjectType& {
        templates::ObjectType made;
        made.name = "current_user";
        made.attribute = user_attribute;
        made.text = user_text;
        made.stands_for = user_value;
        return templates::detail::keep_type(
            made, {{nullptr, "get_id", 0, nullptr, templates::Function(user_id), nullptr, nullptr}});
    }();
    return type;
}

constexpr char user_object = 0;

}  // namespace

templates::Value shown_current_user() { return Value::object(&user_object, user_type()); }

}  // namespace retort::detail
