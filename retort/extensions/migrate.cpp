// The commands of migrations on an application's databases.
#include "retort/extensions/migrate.hpp"

#include "retort/dialects/create_engine.hpp"
#include "retort/dialects/mysql/ddl.hpp"
#include "retort/dialects/postgresql/ddl.hpp"
#include "retort/dialects/sqlite/ddl.hpp"
#include "retort/extensions/database.hpp"
#include "retort/migrate/environment.hpp"
#include "retort/web/app.hpp"

namespace retort {

namespace {

const schemas::DdlCompiler* dialect_of(std::string_view name) {
    if (name == "sqlite") return &dialects::sqlite::sqlite_ddl();
    if (name == "postgresql") return &dialects::postgresql::postgresql_ddl();
    if (name == "mysql" || name == "mariadb") return &dialects::mysql::mysql_ddl();
    return nullptr;
}

/// The file of a SQLite URL.
std::string file_of(const engines::Engine& engine) {
    constexpr std::string_view start = "sqlite:///";
    auto url = engine.url();
    if (!url.starts_with(start) || url.find(":memory:") != std::string::npos) return {};
    auto path = url.substr(start.size());
    return path.starts_with("file:") ? std::string() : path.substr(0, path.find('?'));
}

}  // namespace

Migrate::Migrate() = default;
Migrate::Migrate(App& app, Database& db, MigrateSetup setup) { init_app(app, db, std::move(setup)); }
Migrate::~Migrate() = default;

void Migrate::init_app(App& app, Database& db, MigrateSetup setup) {
    environment_ = std::make_shared<migrations::Environment>();
    bool absolute = setup.directory.starts_with('/');
    environment_->directory = absolute ? setup.directory : app.root_path() + '/' + setup.directory;
    environment_->rehearse = setup.rehearse;
    environment_->include = std::move(setup.include);
    environment_->open = [](const std::string& url) { return create_engine(url); };
    environment_->open_file = [](const std::string& path) { return create_engine("sqlite:///" + path); };
    environment_->file_of = file_of;
    environment_->dialect = dialect_of;
    environment_->databases = [db] {
        std::vector<migrations::Place> out;
        for (const auto& key : db.bind_keys()) out.push_back({key, db.engine(key), &db.metadata(key)});
        return out;
    };
    migrations::add_commands(app.cli.group(setup.command, "Perform database migrations."), environment_);
}

}  // namespace retort
