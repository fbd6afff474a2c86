// A session's values: how they are tagged as Flask's cookies have them, read and changed.
#include "retort/web/session.hpp"

#include <algorithm>
#include <array>

#include "retort/base/text.hpp"
#include "retort/base/uuid.hpp"
#include "retort/web/errors.hpp"
#include "retort/web/http_date.hpp"
#include "retort/web/request.hpp"
#include "retort/web/signing.hpp"

namespace retort {
namespace {

constexpr std::string_view dict_tag = " di";
constexpr std::array<std::string_view, 6> tags{dict_tag, " t", " b", " m", " u", " d"};

bool is_tag(std::string_view key) { return std::find(tags.begin(), tags.end(), key) != tags.end(); }

/// The tag and the value, of an object that is one; null for everything else.
const JsonMember* tagged(const json& stored) {
    if (!stored.is_object() || stored.size() != 1) return nullptr;
    auto& member = stored.items().front();
    return is_tag(member.key) ? &member : nullptr;
}

json tag(std::string_view key, json value) {
    json document = json::object();
    document[key] = std::move(value);
    return document;
}

json each_plain(const json& stored) {
    if (stored.is_array()) {
        json values = json::array();
        for (auto& item : stored) values.push_back(detail::plain_value(item));
        return values;
    }
    if (!stored.is_object()) return stored;
    json values = json::object();
    for (auto& [key, item] : stored.items()) values[key] = detail::plain_value(item);
    return values;
}

json escaped_dict_plain(const json& inner) {
    if (!inner.is_object() || inner.size() != 1) return inner;
    auto& [key, value] = inner.items().front();
    auto name = std::string_view{key};
    if (name.ends_with("__")) name.remove_suffix(2);
    return tag(name, detail::plain_value(value));
}

}  // namespace

namespace detail {

json stored_value(const json& value) {
    if (value.is_array()) {
        json values = json::array();
        for (auto& item : value) values.push_back(stored_value(item));
        return values;
    }
    if (!value.is_object()) return value;
    if (auto* member = tagged(value)) return tag(dict_tag, tag(member->key + "__", stored_value(member->value)));
    json values = json::object();
    for (auto& [key, item] : value.items()) values[key] = stored_value(item);
    return values;
}

json stored_moment(DateTime moment) { return tag(" d", moment.to_http()); }

json stored_uuid(const Uuid& uuid) {
    auto text = uuid.to_string();
    std::erase(text, '-');
    return tag(" u", text);
}

json stored_tuple(const json& values) { return tag(" t", stored_value(values)); }

json stored_bytes(const std::vector<std::byte>& bytes) {
    return tag(" b", base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
}

json stored_markup(const std::string& html) { return tag(" m", html); }

json plain_value(const json& stored) {
    auto* member = tagged(stored);
    if (member == nullptr) return each_plain(stored);
    if (member->key == dict_tag) return escaped_dict_plain(member->value);
    if (member->key == " u") return uuid_of(stored).to_string();
    if (member->key == " b" && member->value.is_text()) return from_base64(member->value.text()).value_or("");
    return each_plain(member->value);
}

DateTime moment_of(const json& stored) {
    auto* member = tagged(stored);
    auto& text = (member == nullptr ? stored : member->value).text();
    if (auto moment = parse_http_date(text)) return *moment;
    if (auto moment = DateTime::parse(text)) return *moment;
    throw JsonTypeError("json-type"_code, "the session's \"" + text + "\" is no date and time",
                        "read it as the type that it was stored as");
}

Uuid uuid_of(const json& stored) {
    auto* member = tagged(stored);
    auto text = (member == nullptr ? stored : member->value).text();
    if (text.size() == 32) {
        for (std::size_t at : {20, 16, 12, 8}) text.insert(at, 1, '-');
    }
    if (auto uuid = Uuid::parse(text)) return *uuid;
    throw JsonTypeError("json-type"_code, "the session's \"" + text + "\" is no UUID",
                        "read it as the type that it was stored as");
}

UserSession& current_session() { return current_request().session(); }

}  // namespace detail

SessionEntry::SessionEntry(UserSession& session, std::string_view key) : session_(session), key_(key) {}
SessionEntry::SessionEntry(const SessionEntry& other) = default;
SessionEntry::~SessionEntry() = default;
SessionEntry& SessionEntry::operator=(const SessionEntry& other) {
    store(other.stored());
    return *this;
}
json SessionEntry::value() const { return detail::plain_value(stored()); }
std::string SessionEntry::text() const { return value().text(); }
void SessionEntry::store(json value) { session_.store(key_, std::move(value)); }

const json& SessionEntry::stored() const {
    if (auto* value = session_.find(key_)) return *value;
    throw InvalidRequestError("no-session-value"_code, "the session has no \"" + key_ + "\"",
                              "ask with session.contains or session.get<T>(key) first");
}

UserSession::UserSession() : values_(json::object()), is_new_(true) {}
UserSession::UserSession(json stored) : values_(std::move(stored)) {
    if (!values_.is_object()) values_ = json::object();
}
UserSession::~UserSession() = default;

std::unique_ptr<UserSession> UserSession::null() {
    auto made = std::make_unique<UserSession>();
    made->is_null_ = true;
    return made;
}

const json* UserSession::find(std::string_view key) {
    accessed_ = true;
    return values_.find(key);
}

void UserSession::begin_change() {
    if (is_null_) {
        throw InvalidRequestError("no-secret-key"_code,
                                  "the session cannot be written, because the app has no secret key to sign it with",
                                  "set one that nobody guesses: app.config[\"SECRET_KEY\"] = …; "
                                  "`openssl rand -hex 32` makes one");
    }
    accessed_ = modified_ = true;
}

void UserSession::store(std::string_view key, json value) {
    begin_change();
    values_[key] = std::move(value);
}

bool UserSession::contains(std::string_view key) { return find(key) != nullptr; }

json UserSession::pop(std::string_view key) {
    auto* stored = find(key);
    if (stored == nullptr) return nullptr;
    json value = detail::plain_value(*stored);
    erase(key);
    return value;
}

json UserSession::pop(std::string_view key, json otherwise) { return contains(key) ? pop(key) : std::move(otherwise); }

json UserSession::setdefault(std::string_view key, json otherwise) {
    if (!contains(key)) store(key, detail::stored_value(otherwise));
    return detail::plain_value(*find(key));
}

bool UserSession::erase(std::string_view key) {
    if (find(key) == nullptr) return false;
    begin_change();
    return values_.erase(key);
}

void UserSession::clear() {
    begin_change();
    values_ = json::object();
}

void UserSession::update(const json& values) {
    for (auto& [key, value] : values.items()) store(key, detail::stored_value(value));
}

bool UserSession::empty() { return size() == 0; }

std::size_t UserSession::size() {
    accessed_ = true;
    return values_.size();
}

std::vector<std::string> UserSession::keys() {
    accessed_ = true;
    std::vector<std::string> names;
    for (auto& member : values_.items()) names.push_back(member.key);
    return names;
}

json UserSession::to_json() {
    accessed_ = true;
    return each_plain(values_);
}

bool UserSession::permanent() {
    auto* flag = find("_permanent");
    return flag != nullptr && flag->is_boolean() && flag->to_bool();
}

void UserSession::set_permanent(bool permanent) { store("_permanent", permanent); }

bool CurrentSession::contains(std::string_view key) const { return detail::current_session().contains(key); }
json CurrentSession::pop(std::string_view key) const { return detail::current_session().pop(key); }
json CurrentSession::pop(std::string_view key, json otherwise) const {
    return detail::current_session().pop(key, std::move(otherwise));
}
json CurrentSession::setdefault(std::string_view key, json otherwise) const {
    return detail::current_session().setdefault(key, std::move(otherwise));
}
bool CurrentSession::erase(std::string_view key) const { return detail::current_session().erase(key); }
void CurrentSession::clear() const { detail::current_session().clear(); }
void CurrentSession::update(const json& values) const { detail::current_session().update(values); }
bool CurrentSession::empty() const { return detail::current_session().empty(); }
std::size_t CurrentSession::size() const { return detail::current_session().size(); }
std::vector<std::string> CurrentSession::keys() const { return detail::current_session().keys(); }
json CurrentSession::to_json() const { return detail::current_session().to_json(); }
bool CurrentSession::permanent() const { return detail::current_session().permanent(); }
void CurrentSession::set_permanent(bool permanent) const { detail::current_session().set_permanent(permanent); }
bool CurrentSession::accessed() const { return detail::current_session().accessed(); }
bool CurrentSession::modified() const { return detail::current_session().modified(); }
void CurrentSession::set_modified() const { detail::current_session().set_modified(); }
bool CurrentSession::is_new() const { return detail::current_session().is_new(); }

}  // namespace retort
