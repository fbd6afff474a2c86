// The session: what a browser is remembered by from request to request, and the global `session`.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/json.hpp"
#include "retort/web/context.hpp"

namespace retort {

struct Uuid;
class Request;
class Response;
struct CookieOptions;
class UserSession;

namespace detail {

/// Values as a session keeps them: what JSON has no word for is an object of one member whose key begins with a blank,
/// as in Flask's cookies. (" d": a moment, " u": a UUID, " t": a tuple, " b": bytes, " m": markup.)
json stored_value(const json& value);
json stored_moment(DateTime moment);
json stored_uuid(const Uuid& uuid);
json stored_tuple(const json& values);
json stored_bytes(const std::vector<std::byte>& bytes);
/// The plain value again: a moment, a UUID or bytes are text then, a tuple is an array.
json plain_value(const json& stored);
DateTime moment_of(const json& stored);
Uuid uuid_of(const json& stored);

template <class T>
concept StoredTuple = requires { std::tuple_size<T>::value; } && !requires(const T& value) { value.begin(); };

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
    } else {
        return stored_value(json(std::forward<T>(value)));
    }
}

template <class T>
T from_stored(const json& stored) {
    if constexpr (std::same_as<T, DateTime>) {
        return moment_of(stored);
    } else if constexpr (std::same_as<T, Uuid>) {
        return uuid_of(stored);
    } else {
        return plain_value(stored).as<T>();
    }
}

}  // namespace detail

/// One value of a session, to assign to or to read: `session["user"] = 3`, `int id = session["user"].as<int>()`.
class SessionEntry {
  public:
    SessionEntry(UserSession& session, std::string_view key) : session_(session), key_(key) {}

    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, SessionEntry>)
    SessionEntry& operator=(T&& value) {
        store(detail::to_stored(std::forward<T>(value)));
        return *this;
    }
    /// Throws InvalidRequestError("no-session-value") when there is none.
    json value() const;
    operator json() const { return value(); }
    template <class T>
    T as() const {
        return detail::from_stored<T>(stored());
    }
    std::string text() const;
    friend bool operator==(const SessionEntry& left, const json& right) { return left.value() == right; }

  private:
    const json& stored() const;
    void store(json value);

    UserSession& session_;
    std::string_view key_;
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
    /// The value, which is gone then; null when there is none.
    json pop(std::string_view key);
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

    /// The value as it is kept, or null.
    const json* find(std::string_view key);
    void store(std::string_view key, json value);

  private:
    void begin_change();

    json values_;
    bool accessed_ = false, modified_ = false, is_new_ = false, is_null_ = false;
};

namespace detail {
/// The running request's session, opened when it is first asked for.
UserSession& current_session();
}  // namespace detail

/// The session of the running request. Outside of one, each use throws OutsideContextError.
class CurrentSession {
  public:
    SessionEntry operator[](std::string_view key) const { return {now(), key}; }
    bool contains(std::string_view key) const { return now().contains(key); }
    template <class T>
    std::optional<T> get(std::string_view key) const {
        return now().get<T>(key);
    }
    template <class T>
    T get(std::string_view key, std::type_identity_t<T> otherwise) const {
        return now().get<T>(key, std::move(otherwise));
    }
    json pop(std::string_view key) const { return now().pop(key); }
    bool erase(std::string_view key) const { return now().erase(key); }
    void clear() const { now().clear(); }
    void update(const json& values) const { now().update(values); }
    bool empty() const { return now().empty(); }
    std::size_t size() const { return now().size(); }
    std::vector<std::string> keys() const { return now().keys(); }
    json to_json() const { return now().to_json(); }
    bool permanent() const { return now().permanent(); }
    void set_permanent(bool permanent = true) const { now().set_permanent(permanent); }
    bool accessed() const { return now().accessed(); }
    bool modified() const { return now().modified(); }
    void set_modified() const { now().set_modified(); }
    bool is_new() const { return now().is_new(); }

    UserSession& operator*() const { return now(); }
    UserSession* operator->() const { return &now(); }
    operator UserSession&() const { return now(); }

  private:
    static UserSession& now() { return detail::current_session(); }
};

inline constexpr CurrentSession session{};

/// How sessions are kept between requests; `app.set_session_interface` takes another one than Flask's signed cookies.
class SessionInterface {
  public:
    virtual ~SessionInterface();
    /// The session of a request, a new one when it brought none. Null: this app cannot have sessions.
    virtual std::unique_ptr<UserSession> open_session(App& app, Request& request) = 0;
    /// Keeps it and puts the cookie to the answer, where that is due.
    virtual void save_session(App& app, UserSession& session, Response& response) = 0;

  protected:
    static std::string cookie_name(App& app);
    /// What the SESSION_COOKIE_… keys say, with the time at which it expires.
    static CookieOptions cookie_options(App& app, UserSession& session);
    static std::chrono::seconds lifetime(App& app);
    /// Takes the cookie away from the browser, and says that the answer depends on it.
    static void delete_cookie(App& app, UserSession& session, Response& response);
    /// Whether it was changed, or is permanent and is to be renewed by each answer.
    static bool should_set_cookie(App& app, UserSession& session);
};

/// Flask's: the whole session in a signed cookie, which Flask reads and writes as well.
class SecureCookieSessions : public SessionInterface {
  public:
    std::unique_ptr<UserSession> open_session(App& app, Request& request) override;
    void save_session(App& app, UserSession& session, Response& response) override;
};

/// Where sessions are kept on the server.
class SessionStore {
  public:
    virtual ~SessionStore();
    /// What was kept under this name, as JSON text; empty when there is nothing, or when it is over.
    virtual std::optional<std::string> load(const std::string& id) = 0;
    virtual void save(const std::string& id, const std::string& text, std::chrono::seconds lifetime) = 0;
    virtual void erase(const std::string& id) = 0;
};

/// Sessions on the server: the cookie holds only a random name. They can be ended there, and hold secrets.
class StoredSessions : public SessionInterface {
  public:
    explicit StoredSessions(std::shared_ptr<SessionStore> store);
    ~StoredSessions() override;
    std::unique_ptr<UserSession> open_session(App& app, Request& request) override;
    void save_session(App& app, UserSession& session, Response& response) override;

  private:
    std::shared_ptr<SessionStore> store_;
};

}  // namespace retort
