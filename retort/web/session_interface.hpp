// How sessions are kept: in Flask's cookies, on the server, or in a way of one's own. Not part of retort.hpp.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "retort/base/duration.hpp"
#include "retort/web/response.hpp"
#include "retort/web/session.hpp"

namespace retort {

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
    /// A new one.
    virtual void save(const std::string& id, const std::string& text, std::chrono::seconds lifetime) = 0;
    /// One that is there: its time begins anew, and it gets another text if one is given. What was erased meanwhile
    /// stays erased, so that a request under way undoes no logout.
    virtual void renew(const std::string& id, const std::optional<std::string>& text,
                       std::chrono::seconds lifetime) = 0;
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
