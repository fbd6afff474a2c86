// Migrate: the extension that gives an App the command group `db`, as Flask-Migrate does.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace retort {

class App;
class Database;

namespace migrations {
struct Environment;
}

/// What can be chosen for `Migrate::init_app`.
struct MigrateSetup {
    /// Relative to the application's root.
    std::string directory = "migrations";
    /// The name of the group of commands.
    std::string command = "db";
    /// Whether an upgrade is tried on a copy first.
    bool rehearse = true;
    /// Whether this takes part in autogenerate: "table", "column", "index", "constraint"; its name, its table.
    std::function<bool(std::string_view kind, std::string_view name, std::string_view table)> include = {};
};

/// `Migrate migrate; … migrate.init_app(app, db);` adds `db init`, `db migrate`, `db upgrade` and all others to the
/// program's command line. The Database must be set up before.
class Migrate {
  public:
    Migrate();
    Migrate(App& app, Database& db, MigrateSetup setup = {});
    ~Migrate();
    Migrate(const Migrate&) = delete;
    Migrate& operator=(const Migrate&) = delete;

    void init_app(App& app, Database& db, MigrateSetup setup = {});

    /// What the commands work with: hooks, revisions made at run time. Null before `init_app`.
    migrations::Environment* environment() const { return environment_.get(); }

  private:
    std::shared_ptr<migrations::Environment> environment_;
};

}  // namespace retort
