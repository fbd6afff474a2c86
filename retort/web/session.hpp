// The session: what a browser is remembered by from request to request, and the global `session`.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/duration.hpp"
#include "retort/base/json.hpp"
#include "retort/base/uuid.hpp"
#include "retort/web/context.hpp"

namespace retort {

class UserSession;

namespace detail {

/// Values as a session keeps them: what JSON has no word for is an object of one member whose key begins with a blank,
/// as in Flask's cookies. (" d": a moment, " u": a UUID, " t": a tuple, " b": bytes, " m": markup.)
json stored_value(const json& value);
json stored_moment(DateTime moment);
json stored_uuid(const Uuid& uuid);
json stored_tuple(const json& values);
json stored_bytes(const std::vector<std::byte>& bytes);
json stored_markup(const std::string& html);
/// The plain value again: a moment, a UUID or bytes are text then, a tuple is an array.
json plain_value(const json& stored);
DateTime moment_of(const json& stored);
Uuid uuid_of(const json& stored);

template <class T>
concept StoredTuple = requires { std::tuple_size<T>::value; } && !requires(const T& value) { value.begin(); };

/// Markup, which stands in a header of templates.
template <class T>
concept StoredMarkup = requires(const T& value) {
    { value.html() } -> std::convertible_to<const std::string&>;
};

template <class T>
json to_stored(T&& value) {
    if constexpr (std::same_as<std::remove_cvref_t<T>, DateTime>) {
        return stored_moment(value);
    } else if constexpr (std::same_as<std::remove_cvref_t<T>, Uuid>) {
        return stored_uuid(value);
    } else if constexpr (std::same_as<std::remove_cvref_t<T>, std::vector<std::byte>>) {
        return stored_bytes(value);
    } else if constexpr (StoredTuple<std::remove_cvref_t<T>>) {
        return stored_tuple(json(std::forward<T>(value)));
    } else if constexpr (StoredMarkup<std::remove_cvref_t<T>>) {
        return stored_markup(value.html());
    } else {
        return stored_value(json(std::forward<T>(value)));
    }
}

template <class T>
T from_stored(const json& stored) {
    static_assert(!std::same_as<T, std::string_view>,
                  "what a session gives is a value of its own: ask it for a std::string");
    if constexpr (std::same_as<T, DateTime>) {
        return moment_of(stored);
    } else if constexpr (std::same_as<T, Uuid>) {
        return uuid_of(stored);
    } else if constexpr (StoredMarkup<T>) {
        return T(plain_value(stored).text());
    } else {
        return plain_value(stored).as<T>();
    }
}

}  // namespace detail

/// One value of a session, to assign to or to read: `session["user"] = 3`, `int id = session["user"].as<int>()`.
class SessionEntry {
  public:
    SessionEntry(UserSession& session, std::string_view key);
    SessionEntry(const SessionEntry& other);
    ~SessionEntry();

    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, SessionEntry>)
    SessionEntry& operator=(T&& value) {
        store(detail::to_stored(std::forward<T>(value)));
        return *this;
    }
    /// The other entry's value: `session["a"] = session["b"]`.
    SessionEntry& operator=(const SessionEntry& other);
    /// Throws InvalidRequestError("no-session-value") when there is none.
    json value() const;
    operator json() const { return value(); }
    template <class T>
    T as() const {
        return detail::from_stored<T>(stored());
    }
    std::string text() const;
    json to_json() const { return value(); }
    friend bool operator==(const SessionEntry& left, const json& right) { return left.value() == right; }

  private:
    const json& stored() const;
    void store(json value);

    UserSession& session_;
    std::string key_;
};

/// A session: JSON values by name. Values are replaced, not changed in place: read one, change it, assign it.
class UserSession {
  public:
    /// A new one, without values.
    UserSession();
    /// One that was kept: an object as `stored()` gave it.
    explicit UserSession(json stored);
    ~UserSession();
    UserSession(const UserSession&) = delete;
    UserSession& operator=(const UserSession&) = delete;
    /// One that can be read, but not written: what the app has without a SECRET_KEY.
    static std::unique_ptr<UserSession> null();

    SessionEntry operator[](std::string_view key) { return {*this, key}; }
    bool contains(std::string_view key);
    /// The value, or empty when there is none; it may be a DateTime or a Uuid too.
    template <class T>
    std::optional<T> get(std::string_view key) {
        auto* stored = find(key);
        return stored == nullptr ? std::nullopt : std::optional<T>{detail::from_stored<T>(*stored)};
    }
    template <class T>
    T get(std::string_view key, std::type_identity_t<T> otherwise) {
        auto* stored = find(key);
        return stored == nullptr ? std::move(otherwise) : detail::from_stored<T>(*stored);
    }
    /// The value, which is gone then; null, or `otherwise`, when there is none.
    json pop(std::string_view key);
    json pop(std::string_view key, json otherwise);
    /// The value; `otherwise`, which it has from now on, when there is none.
    json setdefault(std::string_view key, json otherwise);
    /// False when there was none.
    bool erase(std::string_view key);
    void clear();
    /// Takes all members of an object.
    void update(const json& values);
    bool empty();
    std::size_t size();
    std::vector<std::string> keys();
    /// All values as plain JSON.
    json to_json();

    /// Whether it outlives the browser: PERMANENT_SESSION_LIFETIME (31 days) from the last answer.
    bool permanent();
    void set_permanent(bool permanent = true);

    /// Whether this request has looked at it; the answer then varies by cookie.
    bool accessed() const { return accessed_; }
    bool modified() const { return modified_; }
    void set_modified() { modified_ = true; }
    /// Whether the request brought none.
    bool is_new() const { return is_new_; }
    bool is_null() const { return is_null_; }

    /// For what keeps sessions: all values as they are kept. Does not count as access.
    const json& stored() const { return values_; }
    /// The name under which a store on the server keeps it; empty in cookies.
    std::string id;
    /// Asks for another name, under which nobody but this browser knows it: `login_user` does.
    void renew_id() { renews_id_ = true; }
    bool renews_id() const { return renews_id_; }

    /// The value as it is kept, or null.
    const json* find(std::string_view key);
    void store(std::string_view key, json value);

  private:
    void begin_change();

    json values_;
    bool accessed_ = false, modified_ = false, is_new_ = false, is_null_ = false, renews_id_ = false;
};

namespace detail {
/// The running request's session, opened when it is first asked for.
UserSession& current_session();
}  // namespace detail

/// The session of the running request. Outside of one, each use throws OutsideContextError.
class CurrentSession {
  public:
    SessionEntry operator[](std::string_view key) const { return {detail::current_session(), key}; }
    bool contains(std::string_view key) const;
    template <class T>
    std::optional<T> get(std::string_view key) const {
        return detail::current_session().get<T>(key);
    }
    template <class T>
    T get(std::string_view key, std::type_identity_t<T> otherwise) const {
        return detail::current_session().get<T>(key, std::move(otherwise));
    }
    json pop(std::string_view key) const;
    json pop(std::string_view key, json otherwise) const;
    json setdefault(std::string_view key, json otherwise) const;
    bool erase(std::string_view key) const;
    void clear() const;
    void update(const json& values) const;
    bool empty() const;
    std::size_t size() const;
    std::vector<std::string> keys() const;
    json to_json() const;
    bool permanent() const;
    void set_permanent(bool permanent = true) const;
    bool accessed() const;
    bool modified() const;
    void set_modified() const;
    bool is_new() const;

    UserSession& operator*() const { return detail::current_session(); }
    UserSession* operator->() const { return &detail::current_session(); }
    operator UserSession&() const { return detail::current_session(); }
};

inline constexpr CurrentSession session{};

}  // namespace retort
