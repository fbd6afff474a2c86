// Login: who the user of a request is, kept in the session and in a "remember me" cookie, as Flask-Login does.
#pragma once

#include <any>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "retort/base/duration.hpp"
#include "retort/orm/ptr.hpp"
#include "retort/web/response.hpp"
#include "retort/web/templating.hpp"

namespace retort {

class App;
class Request;

namespace detail {

/// A user as the login knows it: a handle of whatever type the loader gives, and what it says of itself.
struct LoadedUser {
    std::any handle;  ///< empty: nobody
    std::string id;
    bool active = false;
    bool authenticated = false;
    ShowGlobal show = nullptr;  ///< how templates see the handle
};

std::string login_id_text(std::int64_t id);
inline std::string login_id_text(std::string id) { return id; }

template <class T>
bool user_is_active(const T& user) {
    if constexpr (requires { user.is_active(); }) {
        return user.is_active();
    } else {
        return static_cast<bool>(user.is_active);  // a column of that name
    }
}
template <class T>
bool user_is_authenticated(const T& user) {
    if constexpr (requires { user.is_authenticated(); }) {
        return user.is_authenticated();
    } else {
        return user_is_active(user);
    }
}

template <class Handle>
LoadedUser loaded_user(const Handle& handle) {
    if (!handle) return {};
    static_assert(
        requires { handle->get_id(); },
        "a user needs get_id(): derive the model from UserMixin too, as in struct User : Model<User>, UserMixin<User>");
    return {handle, handle->get_id(), user_is_active(*handle), user_is_authenticated(*handle),
            show_of_global<Handle>()};
}

}  // namespace detail

/// What a user must be able to say: `struct User : Model<User>, UserMixin<User> { … };`. A model's own functions, or a
/// column `is_active`, take the place of these.
template <class T>
struct UserMixin {
    bool is_active() const { return true; }
    bool is_authenticated() const { return detail::user_is_active(static_cast<const T&>(*this)); }
    bool is_anonymous() const { return false; }
    /// The text that the session keeps: the column `id`.
    std::string get_id() const { return detail::login_id_text(static_cast<const T&>(*this).id.value()); }
};

/// How users log in to an app.
///
///     LoginManager login_manager;
///     login_manager.user_loader([](const std::string& id) { return db.session.get<User>(std::stoi(id)); });
///     login_manager.login_view = "login";
///     login_manager.init_app(app);
class LoginManager {
  public:
    LoginManager();
    explicit LoginManager(App& app);
    ~LoginManager();
    /// A copy is the same manager. Each app that it was given to keeps one, so it may be a local of `create_app()`.
    LoginManager(const LoginManager& other);
    LoginManager& operator=(const LoginManager&) = delete;

    void init_app(App& app);

    /// Gives the user with that id, as a handle that may be empty: `[](const std::string& id) { … }`.
    template <class Function>
    void user_loader(Function function) {
        set_user_loader(
            [function = std::move(function)](const std::string& id) { return detail::loaded_user(function(id)); });
    }
    /// Gives the user of a request without a session, by a token for example: `[](Request& request) { … }`.
    template <class Function>
    void request_loader(Function function) {
        set_request_loader(
            [function = std::move(function)](Request& request) { return detail::loaded_user(function(request)); });
    }
    /// Answers who is not logged in, instead of the redirect to the login view.
    void unauthorized_handler(std::function<Response()> handler);
    /// Answers who is logged in, but not freshly.
    void needs_refresh_handler(std::function<Response()> handler);

  private:
    struct State;
    std::shared_ptr<State> state_;  ///< first: the members below are its own

  public:
    /// The endpoint (or the URL) of the page to log in; empty: 401.
    std::string& login_view;
    /// The same for a single blueprint.
    void blueprint_login_view(std::string blueprint, std::string view);
    /// What is flashed on the way there; empty: nothing.
    std::string &login_message, &login_message_category;
    /// The endpoint (or the URL) of the page to say the password once more; empty: 401.
    std::string& refresh_view;
    std::string &needs_refresh_message, &needs_refresh_message_category;
    /// What becomes of a session that another browser brings: "basic" makes its login stale, "strong" ends it, ""
    /// nothing. The config's SESSION_PROTECTION goes first.
    std::string& session_protection;

    /// What `login_required` answers. Throws Unauthorized when there is no login view.
    Response unauthorized();
    Response needs_refresh();

  private:
    friend struct LoginState;
    explicit LoginManager(std::shared_ptr<State> state);
    Response send_to(const std::string& view, const std::string& message, const std::string& category);

    void set_user_loader(std::function<detail::LoadedUser(const std::string&)> loader);
    void set_request_loader(std::function<detail::LoadedUser(Request&)> loader);
};

/// How `login_user` logs in.
struct LoginOptions {
    bool remember = false;                         ///< also after the browser was closed
    std::optional<std::chrono::seconds> duration;  ///< how long; else REMEMBER_COOKIE_DURATION (a year)
    bool force = false;                            ///< also a user who is not active
    bool fresh = true;
};

namespace detail {
bool login(LoadedUser user, const LoginOptions& options);
const LoadedUser& current_login();
/// `current_user` in templates.
templates::Value shown_current_user();
[[noreturn]] void throw_wrong_user(const std::any& handle);
}  // namespace detail

/// The user of the running request.
class CurrentUser {
  public:
    bool is_authenticated() const { return detail::current_login().authenticated; }
    bool is_active() const { return detail::current_login().active; }
    bool is_anonymous() const { return !detail::current_login().handle.has_value(); }
    /// Empty for nobody.
    const std::string& get_id() const { return detail::current_login().id; }
    /// The user as the loader gave it, `current_user.get<User>()->name`; an empty handle for nobody.
    template <class T, class Handle = Ptr<T>>
    Handle get() const {
        auto& handle = detail::current_login().handle;
        if (!handle.has_value()) return Handle{};
        if (auto* user = std::any_cast<Handle>(&handle)) return *user;
        detail::throw_wrong_user(handle);
    }
};

inline constexpr CurrentUser current_user;

/// Logs a user in. False when the user is not active.
template <class Handle>
bool login_user(const Handle& user, const LoginOptions& options = {}) {
    return detail::login(detail::loaded_user(user), options);
}
void logout_user();
/// The login becomes fresh again, after the password was said once more.
void confirm_login();
/// Whether the user has logged in within this session, instead of being remembered.
bool login_fresh();
/// Whether the request brings a "remember me" cookie that is good.
bool login_remembered();
/// Ends the view with `unauthorized()` unless somebody is logged in. Good as a hook too:
/// `admin.before_request(require_login);`
void require_login();
/// The same, and with `needs_refresh()` unless the login is fresh.
void require_fresh_login();

namespace detail {

/// A view that is asked something before.
template <auto view, void (*guard)(), class Function>
struct GuardedAs;
template <auto view, void (*guard)(), class R, class... P>
struct GuardedAs<view, guard, R (*)(P...)> {
    /// Before the view's input is read: nobody learns what is wrong with it, and no WebSocket is opened.
    static void ask_first() { guard(); }
    R operator()(P... arguments) const {
        guard();
        return view(static_cast<P>(arguments)...);
    }
};
template <auto view, void (*guard)(), class R, class... P>
struct GuardedAs<view, guard, R (*)(P...) noexcept> : GuardedAs<view, guard, R (*)(P...)> {};
template <auto view, void (*guard)(), class C, class R, class... P>
struct GuardedAs<view, guard, R (C::*)(P...) const> : GuardedAs<view, guard, R (*)(P...)> {};

template <class Function>
constexpr auto call_of(const Function&) {
    if constexpr (requires { &Function::operator(); }) {
        return &Function::operator();
    } else {
        return std::decay_t<Function>{};
    }
}

template <auto view, void (*guard)()>
struct Guarded : GuardedAs<view, guard, std::decay_t<decltype(call_of(view))>> {
    static constexpr auto inner_view = view;
    static constexpr bool needs_login = true;
};

}  // namespace detail

/// The view for those who are logged in: `app.route<login_required<profile>>("/profile");`. For lambdas call
/// `require_login()` in them.
template <auto view>
inline constexpr detail::Guarded<view, &require_login> login_required{};
/// The view for those who have logged in within this session.
template <auto view>
inline constexpr detail::Guarded<view, &require_fresh_login> fresh_login_required{};

}  // namespace retort
