// How a session travels: Flask's signed cookie, or a random name whose values a store keeps.
#include "retort/web/session_interface.hpp"

#include <algorithm>
#include <cctype>

#include "retort/base/log.hpp"
#include "retort/base/text.hpp"
#include "retort/web/app.hpp"
#include "retort/web/request.hpp"
#include "retort/web/signing.hpp"

namespace retort {
namespace {

std::string text_of(const Config& config, std::string_view key) {
    auto* value = config.find(key);
    return value == nullptr || !value->is_text() ? std::string{} : value->text();
}

bool flag_of(const Config& config, std::string_view key) {
    auto* value = config.find(key);
    return value != nullptr && value->is_boolean() && value->to_bool();
}

bool is_address(std::string_view host) {
    return std::all_of(host.begin(), host.end(), [](char c) { return is_ascii_digit(c) || c == '.'; });
}

/// What SESSION_COOKIE_DOMAIN says, else the domain of SERVER_NAME, as Flask 2.2 chooses it.
std::string cookie_domain(const Config& config, std::string_view path) {
    auto* own = config.find("SESSION_COOKIE_DOMAIN");
    if (own != nullptr && !own->is_null()) return own->is_text() ? own->text() : std::string{};
    auto name = text_of(config, "SERVER_NAME");
    name = name.substr(0, name.rfind(':'));
    while (name.starts_with('.')) name.erase(0, 1);
    // Browsers refuse cookies for the domain "localhost".
    if (name.find('.') == std::string::npos) return {};
    return path == "/" && !is_address(name) ? "." + name : name;
}

/// The keys that may have signed a session, the newest last; empty when there is none.
std::vector<std::string> secret_keys(const Config& config) {
    auto newest = text_of(config, "SECRET_KEY");
    if (newest.empty()) return {};
    std::vector<std::string> keys;
    auto* older = config.find("SECRET_KEY_FALLBACKS");
    if (older != nullptr && older->is_array()) {
        for (auto& key : *older) keys.push_back(key.text());
        std::reverse(keys.begin(), keys.end());
    }
    keys.push_back(std::move(newest));
    return keys;
}

TimedSerializer serializer(std::vector<std::string> keys) {
    return TimedSerializer{std::move(keys), "cookie-session", KeyDerivation::hmac};
}

void warn_of_size(const Config& config, std::string_view name, std::string_view value) {
    auto most = config.get<std::size_t>("MAX_COOKIE_SIZE", 4093);
    if (most == 0 || name.size() + value.size() <= most) return;
    logger().warning("the cookie \"" + std::string{name} + "\" has " + std::to_string(value.size()) +
                     " bytes, and browsers drop cookies beyond " + std::to_string(most) +
                     ": keep less in the session, or keep it on the server (StoredSessions)");
}

}  // namespace

SessionInterface::~SessionInterface() = default;
SessionStore::~SessionStore() = default;
StoredSessions::~StoredSessions() = default;
StoredSessions::StoredSessions(std::shared_ptr<SessionStore> store) : store_(std::move(store)) {}

std::string SessionInterface::cookie_name(App& app) {
    auto name = text_of(app.config, "SESSION_COOKIE_NAME");
    return name.empty() ? "session" : name;
}

std::chrono::seconds SessionInterface::lifetime(App& app) {
    return std::chrono::seconds{app.config.get<std::int64_t>("PERMANENT_SESSION_LIFETIME", 31 * 24 * 3600)};
}

CookieOptions SessionInterface::cookie_options(App& app, UserSession& session) {
    auto& config = app.config;
    CookieOptions options;
    options.path = text_of(config, "SESSION_COOKIE_PATH");
    if (options.path->empty()) options.path = text_of(config, "APPLICATION_ROOT");
    options.domain = cookie_domain(config, *options.path);
    options.secure = flag_of(config, "SESSION_COOKIE_SECURE");
    options.httponly = flag_of(config, "SESSION_COOKIE_HTTPONLY");
    options.samesite = text_of(config, "SESSION_COOKIE_SAMESITE");
    options.partitioned = flag_of(config, "SESSION_COOKIE_PARTITIONED");
    if (session.permanent()) options.expires = utc_now() + lifetime(app);
    return options;
}

void SessionInterface::delete_cookie(App& app, UserSession& session, Response& response) {
    response.delete_cookie(cookie_name(app), cookie_options(app, session));
    response.vary("Cookie");
}

bool SessionInterface::should_set_cookie(App& app, UserSession& session) {
    return session.modified() || (session.permanent() && flag_of(app.config, "SESSION_REFRESH_EACH_REQUEST"));
}

std::unique_ptr<UserSession> SecureCookieSessions::open_session(App& app, Request& request) {
    auto keys = secret_keys(app.config);
    if (keys.empty()) return nullptr;
    auto* cookie = request.cookies().find(cookie_name(app));
    if (cookie == nullptr || cookie->empty()) return std::make_unique<UserSession>();
    auto stored = serializer(std::move(keys)).try_loads(*cookie, lifetime(app));
    return stored ? std::make_unique<UserSession>(std::move(*stored)) : std::make_unique<UserSession>();
}

void SecureCookieSessions::save_session(App& app, UserSession& session, Response& response) {
    if (session.accessed()) response.vary("Cookie");
    if (session.stored().empty()) {
        if (session.modified()) delete_cookie(app, session, response);
        return;
    }
    if (!should_set_cookie(app, session)) return;
    auto name = cookie_name(app);
    auto value = serializer(secret_keys(app.config)).dumps(session.stored());
    warn_of_size(app.config, name, value);
    response.set_cookie(name, value, cookie_options(app, session));
    response.vary("Cookie");
}

std::unique_ptr<UserSession> StoredSessions::open_session(App& app, Request& request) {
    auto* id = request.cookies().find(cookie_name(app));
    if (id == nullptr || id->size() != 43) return std::make_unique<UserSession>();
    auto text = store_->load(*id);
    auto stored = text ? json::try_parse(*text) : std::nullopt;
    // A name that the store does not know is not taken over: nobody can be made to use a name that another knows.
    if (!stored) return std::make_unique<UserSession>();
    auto session = std::make_unique<UserSession>(std::move(*stored));
    session->id = *id;
    return session;
}

void StoredSessions::save_session(App& app, UserSession& session, Response& response) {
    if (session.accessed()) response.vary("Cookie");
    if (session.stored().empty()) {
        if (!session.modified()) return;
        if (!session.id.empty()) store_->erase(session.id);
        delete_cookie(app, session, response);
        return;
    }
    bool renews = session.renews_id() && !session.id.empty();
    if (!renews && !should_set_cookie(app, session)) return;
    if (renews) {
        store_->erase(session.id);
        session.id.clear();
    }
    if (session.id.empty()) {
        session.id = detail::base64url(detail::random_bytes(32));
        store_->save(session.id, session.stored().dump(), lifetime(app));
    } else {
        auto changed = session.modified() ? std::optional{session.stored().dump()} : std::nullopt;
        store_->renew(session.id, changed, lifetime(app));
    }
    response.set_cookie(cookie_name(app), session.id, cookie_options(app, session));
    response.vary("Cookie");
}

}  // namespace retort
