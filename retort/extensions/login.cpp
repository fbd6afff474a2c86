// How the user of a request is found: by the session, by the cookie that remembers, by the request itself.
#include "retort/extensions/login.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "retort/base/demangle.hpp"
#include "retort/base/text.hpp"
#include "retort/web/app.hpp"
#include "retort/web/config_kinds.hpp"
#include "retort/web/context.hpp"
#include "retort/web/errors.hpp"
#include "retort/web/flash.hpp"
#include "retort/web/request.hpp"
#include "retort/web/session.hpp"
#include "retort/web/signals.hpp"
#include "retort/web/signing.hpp"
#include "retort/web/url_for.hpp"

namespace retort {
namespace {

using detail::LoadedUser;

constexpr std::string_view user_slot = "_login_user";
constexpr const char* extension_name = "login_manager";

LoginManager& manager() {
    auto& extensions = current_app->extensions;
    auto found = extensions.find(extension_name);
    if (found != extensions.end()) return std::any_cast<LoginManager&>(found->second);
    throw SetupError("no-login-manager"_code, "the app \"" + current_app->name() + "\" has no LoginManager",
                     "call login_manager.init_app(app) in create_app()");
}

const Config& config() { return current_app->config; }

std::string text_of(std::string_view key, std::string_view otherwise) {
    auto* value = config().find(key);
    return value == nullptr || !value->is_text() ? std::string{otherwise} : value->text();
}

bool flag_of(std::string_view key, bool otherwise) {
    auto* value = config().find(key);
    return value == nullptr || !value->is_boolean() ? otherwise : value->to_bool();
}

/// Of SECRET_KEY and the keys before it, newest first.
std::vector<std::string> secret_keys() {
    std::vector<std::string> keys{text_of("SECRET_KEY", "")};
    auto* older = config().find("SECRET_KEY_FALLBACKS");
    if (older != nullptr && older->is_array()) {
        for (auto& key : *older) keys.push_back(key.text());
    }
    return keys;
}

std::string signed_id(const std::string& id, const std::string& key) {
    return id + "|" + detail::hex(detail::hmac_sha512(key, id));
}

/// The id in a cookie that remembers, when its signature is good.
std::optional<std::string> remembered_id(Request& request) {
    auto* cookie = request.cookies().find(text_of("REMEMBER_COOKIE_NAME", "remember_token"));
    if (cookie == nullptr) return std::nullopt;
    auto id = cookie->substr(0, cookie->rfind('|'));
    for (auto& key : secret_keys()) {
        if (!key.empty() && detail::equal_in_constant_time(signed_id(id, key), *cookie)) return id;
    }
    return std::nullopt;
}

/// Bytes as Python shows them, which stand in Flask-Login's identifiers.
std::string python_bytes(std::string_view text) {
    char quote = text.find('\'') != std::string_view::npos && text.find('"') == std::string_view::npos ? '"' : '\'';
    std::string shown{'b', quote};
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (c == quote || c == '\\') shown += '\\';
        if (byte < 32 || byte > 126) {
            shown += "\\x" + detail::hex({&c, 1});
        } else {
            shown += c;
        }
    }
    return shown + quote;
}

/// What tells browsers from each other: address and program.
std::string browser_identifier(const Request& request) {
    auto agent = request.headers().get("User-Agent");
    return detail::hex(detail::sha512(python_bytes(request.remote_addr()) + "|" +
                                      (agent ? python_bytes(*agent) : std::string{"None"})));
}

std::string session_text(UserSession& session, std::string_view key) {
    auto value = session.get<json>(key);
    return value && value->is_text() ? value->text() : std::string{};
}

void check_protection(std::string_view key, json& value) {
    bool known = value.is_null() || value == json("") || value == json("basic") || value == json("strong");
    if (!known) detail::kinds::refuse(key, R"("basic", "strong", or null for none)");
}

void set_user(LoadedUser user) { g.set<LoadedUser>(user_slot, std::move(user)); }

std::string login_url_of(const std::string& view) {
    bool url = view.starts_with('/') || view.starts_with("http://") || view.starts_with("https://");
    return url ? view : url_for(view);
}

/// The page to come back to, without the host where that is the login page's own.
std::string next_page(const std::string& login_url, Request& request) {
    auto url = request.url();
    auto host = login_url.starts_with("//") ? std::string{request.scheme()} + ":" + login_url : login_url;
    bool elsewhere = host.find("://") != std::string::npos && !host.starts_with(request.host_url());
    return elsewhere ? url : "/" + url.substr(request.host_url().size());
}

/// The login page with the page to come back to among its arguments, which Flask-Login sorts.
std::string with_next(const std::string& login_url, const std::string& next) {
    auto question = std::min(login_url.find('?'), login_url.size());
    auto arguments = parse_query(std::string_view{login_url}.substr(std::min(question + 1, login_url.size())));
    std::erase_if(arguments, [](auto& argument) { return argument.first == "next"; });
    arguments.emplace_back("next", next);
    std::sort(arguments.begin(), arguments.end());
    auto url = login_url.substr(0, question);
    for (char sign = '?'; auto& [key, value] : arguments) {
        url += std::exchange(sign, '&');
        append_percent_encoded(url, key, UrlPart::query);
        url += '=';
        append_percent_encoded(url, value, UrlPart::query);
    }
    return url;
}

void update_remember_cookie(Request& request, Response& response) {
    auto name = text_of("REMEMBER_COOKIE_NAME", "remember_token");
    bool refresh = flag_of("REMEMBER_COOKIE_REFRESH_EACH_REQUEST", false);
    auto* opened = request.opened_session();
    // Looked at without counting as access: requests that log nobody in must stay as cheap as they were.
    if (opened == nullptr && refresh && request.message().header("Cookie") && remembered_id(request)) {
        opened = &request.session();
    }
    if (opened == nullptr) return;
    auto* operation = opened->stored().find("_remember");
    refresh = refresh && operation == nullptr && remembered_id(request) == session_text(*opened, "_user_id");
    if (operation == nullptr && !refresh) return;
    auto wanted = refresh ? std::string{"set"} : opened->pop("_remember").text();
    CookieOptions options{.path = text_of("REMEMBER_COOKIE_PATH", "/"),
                          .domain = text_of("REMEMBER_COOKIE_DOMAIN", "")};
    if (wanted == "clear") return response.delete_cookie(name, options);
    auto id = session_text(*opened, "_user_id");
    if (wanted != "set" || id.empty()) return;
    auto configured = config().get<std::int64_t>("REMEMBER_COOKIE_DURATION", 365 * 24 * 3600);
    options.expires = utc_now() + std::chrono::seconds{opened->get<std::int64_t>("_remember_seconds", configured)};
    options.secure = flag_of("REMEMBER_COOKIE_SECURE", false);
    options.httponly = flag_of("REMEMBER_COOKIE_HTTPONLY", true);
    options.samesite = text_of("REMEMBER_COOKIE_SAMESITE", "");
    response.set_cookie(name, signed_id(id, secret_keys().front()), options);
}

}  // namespace

/// What all copies of a manager share.
struct LoginManager::State {
    std::string login_view;
    std::string login_message = "Please log in to access this page.";
    std::string login_message_category = "message";
    std::string refresh_view;
    std::string needs_refresh_message = "Please reauthenticate to access this page.";
    std::string needs_refresh_message_category = "message";
    std::string session_protection = "basic";

    std::function<LoadedUser(const std::string&)> user_loader;
    std::function<LoadedUser(Request&)> request_loader;
    std::function<Response()> unauthorized, needs_refresh;
    std::map<std::string, std::string, std::less<>> blueprint_views;
};

/// What LoginManager keeps to itself, for the functions of this file.
struct LoginState {
    /// "basic", "strong", or empty for none: of the config, where null says none, or of the manager.
    static std::string protection_mode(const LoginManager& manager) {
        auto* configured = config().find("SESSION_PROTECTION");
        if (configured == nullptr) return manager.session_protection;
        return configured->is_text() ? configured->text() : std::string{};
    }

    /// Whether the session was brought by another browser, and what is left of it then. True: nobody is logged in.
    static bool protection_failed(LoginManager& manager, Request& request, UserSession& session) {
        auto mode = protection_mode(manager);
        if (mode.empty() || session.stored().empty()) return false;
        if (browser_identifier(request) == session_text(session, "_id")) return false;
        if (mode == "basic" || session.permanent()) {
            bool stale = session.get<json>("_fresh") == json(false);
            if (!stale) session["_fresh"] = false;
            return false;
        }
        for (auto key : {"_user_id", "_remember", "_remember_seconds", "_id", "_fresh", "next"}) session.erase(key);
        session["_remember"] = "clear";
        return true;
    }

    static LoadedUser find_user(LoginManager& manager, Request& request) {
        if (!manager.state_->user_loader && !manager.state_->request_loader) {
            throw SetupError("no-user-loader"_code, "the LoginManager cannot load users",
                             "give it login_manager.user_loader([](const std::string& id) { … })");
        }
        auto& session = request.session();
        if (protection_failed(manager, request, session)) return {};
        LoadedUser user;
        auto id = session_text(session, "_user_id");
        if (!id.empty() && manager.state_->user_loader) user = manager.state_->user_loader(id);
        if (user.handle.has_value()) return user;
        bool cookie = request.cookies().contains(text_of("REMEMBER_COOKIE_NAME", "remember_token"));
        if (cookie && session_text(session, "_remember") != "clear") return remembered_user(manager, request, session);
        return manager.state_->request_loader ? manager.state_->request_loader(request) : LoadedUser{};
    }

    static LoadedUser remembered_user(LoginManager& manager, Request& request, UserSession& session) {
        auto id = remembered_id(request);
        if (!id || !manager.state_->user_loader) return {};
        session["_user_id"] = *id;
        session.renew_id();
        session["_fresh"] = false;
        return manager.state_->user_loader(*id);
    }
};

LoginManager::LoginManager(std::shared_ptr<State> state)
    : state_(std::move(state)),
      login_view(state_->login_view),
      login_message(state_->login_message),
      login_message_category(state_->login_message_category),
      refresh_view(state_->refresh_view),
      needs_refresh_message(state_->needs_refresh_message),
      needs_refresh_message_category(state_->needs_refresh_message_category),
      session_protection(state_->session_protection) {}
LoginManager::LoginManager() : LoginManager(std::make_shared<State>()) {}
LoginManager::LoginManager(const LoginManager& other) = default;
LoginManager::LoginManager(App& app) : LoginManager() { init_app(app); }
LoginManager::~LoginManager() = default;

void LoginManager::set_user_loader(std::function<LoadedUser(const std::string&)> loader) {
    state_->user_loader = std::move(loader);
}
void LoginManager::set_request_loader(std::function<LoadedUser(Request&)> loader) {
    state_->request_loader = std::move(loader);
}
void LoginManager::blueprint_login_view(std::string blueprint, std::string view) {
    state_->blueprint_views[std::move(blueprint)] = std::move(view);
}

void LoginManager::init_app(App& app) {
    namespace kinds = detail::kinds;
    for (auto key : {"REMEMBER_COOKIE_SECURE", "REMEMBER_COOKIE_HTTPONLY", "REMEMBER_COOKIE_REFRESH_EACH_REQUEST",
                     "LOGIN_DISABLED", "USE_SESSION_FOR_NEXT"})
        app.config.set_default(key, nullptr, kinds::flag);
    for (auto key : {"REMEMBER_COOKIE_DOMAIN", "REMEMBER_COOKIE_PATH"})
        app.config.set_default(key, nullptr, kinds::cookie_part);
    app.config.set_default("REMEMBER_COOKIE_NAME", nullptr, kinds::cookie_name);
    app.config.set_default("REMEMBER_COOKIE_SAMESITE", nullptr, kinds::same_site);
    app.config.set_default("REMEMBER_COOKIE_DURATION", nullptr, kinds::whole_seconds);
    bool protection_told = app.config.contains("SESSION_PROTECTION");
    app.config.set_default("SESSION_PROTECTION", nullptr, check_protection);
    if (!protection_told)
        app.config.remove("SESSION_PROTECTION");  // a key that is known, but null says something there
    app.extensions[extension_name] = *this;
    app.template_global("current_user", detail::shown_current_user());
    app.after_request([](Response& response) { update_remember_cookie(detail::current_request(), response); });
}

void LoginManager::unauthorized_handler(std::function<Response()> handler) {
    state_->unauthorized = std::move(handler);
}
void LoginManager::needs_refresh_handler(std::function<Response()> handler) {
    state_->needs_refresh = std::move(handler);
}

Response LoginManager::send_to(const std::string& view, const std::string& message, const std::string& category) {
    auto& request = detail::current_request();
    if (!message.empty()) flash(message, category);
    auto url = login_url_of(view);
    auto next = next_page(url, request);
    if (flag_of("USE_SESSION_FOR_NEXT", false)) {
        session["_id"] = browser_identifier(request);
        session["next"] = next;
        return redirect(url);
    }
    return redirect(with_next(url, next));
}

Response LoginManager::unauthorized() {
    if (state_->unauthorized) return state_->unauthorized();
    auto own = state_->blueprint_views.find(detail::current_request().blueprint());
    auto& view = own == state_->blueprint_views.end() ? login_view : own->second;
    if (view.empty()) throw Unauthorized();
    return send_to(view, login_message, login_message_category);
}

Response LoginManager::needs_refresh() {
    if (state_->needs_refresh) return state_->needs_refresh();
    if (refresh_view.empty()) throw Unauthorized();
    return send_to(refresh_view, needs_refresh_message, needs_refresh_message_category);
}

namespace detail {

std::string login_id_text(std::int64_t id) { return std::to_string(id); }

const LoadedUser& current_login() {
    if (auto* known = g.find<LoadedUser>(user_slot)) return *known;
    set_user(LoginState::find_user(manager(), current_request()));
    return g.get<LoadedUser>(user_slot);
}

bool login(LoadedUser user, const LoginOptions& options) {
    if (!user.handle.has_value()) {
        throw ArgumentError("login-of-nobody"_code, "login_user was given an empty handle",
                            "look the user up first, and log in only who was found");
    }
    if (!options.force && !user.active) return false;
    auto& request = current_request();
    auto& session = request.session();
    session["_user_id"] = user.id;
    // Who gave this browser a session of his own does not come in with it.
    session.renew_id();
    session["_fresh"] = options.fresh;
    session["_id"] = browser_identifier(request);
    if (options.remember) session["_remember"] = "set";
    if (options.remember && options.duration) session["_remember_seconds"] = options.duration->count();
    auto id = user.id;
    set_user(std::move(user));
    signals::user_logged_in.send({.app = *current_app, .user_id = id});
    return true;
}

void throw_wrong_user(const std::any& handle) {
    throw InvalidRequestError(
        "user-of-another-type"_code,
        std::string{"the user loader gives handles of another type: "} + detail::demangled(handle.type().name()),
        "ask for what it gives: current_user.get<User>() for Ptr<User>, "
        "current_user.get<User, std::shared_ptr<User>>() for others");
}

}  // namespace detail

void logout_user() {
    auto& request = detail::current_request();
    auto& session = request.session();
    auto id = detail::current_login().id;
    for (auto key : {"_user_id", "_fresh", "_id"}) session.erase(key);
    if (request.cookies().contains(text_of("REMEMBER_COOKIE_NAME", "remember_token"))) {
        session["_remember"] = "clear";
        session.erase("_remember_seconds");
    }
    set_user({});
    signals::user_logged_out.send({.app = *current_app, .user_id = id});
}

void confirm_login() {
    auto& request = detail::current_request();
    request.session()["_fresh"] = true;
    request.session()["_id"] = browser_identifier(request);
}

bool login_fresh() { return session.get<bool>("_fresh", false); }

bool login_remembered() {
    auto& request = detail::current_request();
    bool leaving = session_text(request.session(), "_remember") == "clear";
    return !leaving && remembered_id(request).has_value();
}

namespace {

bool is_exempt() { return request.method() == OPTIONS || flag_of("LOGIN_DISABLED", false); }

}  // namespace

void require_login() {
    if (!is_exempt() && !current_user.is_authenticated()) abort(manager().unauthorized());
}

void require_fresh_login() {
    require_login();
    if (!is_exempt() && !login_fresh()) abort(manager().needs_refresh());
}

}  // namespace retort
