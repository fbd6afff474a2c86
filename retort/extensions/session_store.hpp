// DatabaseSessionStore: keeps the sessions of browsers in an application's database.
#pragma once

#include <atomic>
#include <string>

#include "retort/extensions/database.hpp"
#include "retort/web/session_interface.hpp"

namespace retort {

/// Sessions in the table `http_sessions`, which is made when it is first needed:
/// `app.set_session_interface(std::make_shared<StoredSessions>(std::make_shared<DatabaseSessionStore>(db)));`
///
/// They are read and written in transactions of their own, whatever becomes of the request's. What is over is deleted
/// by one of a hundred writes.
class DatabaseSessionStore : public SessionStore {
  public:
    /// With a key, in one of SQLALCHEMY_BINDS.
    explicit DatabaseSessionStore(const Database& database, std::string bind_key = {});
    ~DatabaseSessionStore() override;

    std::optional<std::string> load(const std::string& id) override;
    void save(const std::string& id, const std::string& text, std::chrono::seconds lifetime) override;
    void renew(const std::string& id, const std::optional<std::string>& text, std::chrono::seconds lifetime) override;
    void erase(const std::string& id) override;

  private:
    void make_table();

    Database database_;
    std::string bind_key_;
    std::atomic<bool> made_{false};
    std::atomic<unsigned> writes_{0};
};

}  // namespace retort
