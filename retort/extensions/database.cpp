// How a Database finds its app's engine and the session of the running context.
#include "retort/extensions/database.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "retort/base/log.hpp"
#include "retort/dialects/create_engine.hpp"
#include "retort/engine/bound_engines.hpp"
#include "retort/engine/ddl_target.hpp"
#include "retort/engine/inspector.hpp"
#include "retort/extensions/recorded_queries.hpp"
#include "retort/extensions/repeated_queries.hpp"
#include "retort/fiber/fiber.hpp"
#include "retort/web/app.hpp"
#include "retort/web/application.hpp"
#include "retort/web/config_kinds.hpp"
#include "retort/web/errors.hpp"

namespace retort {

namespace detail {

/// What one app has of a Database.
struct DatabaseOfApp {
    const Application* app;
    engines::Engine engine;  ///< what sessions work on: the main database, with the others behind it
    engines::Engine main;
    engines::Binds binds;
    bool records = false;  ///< SQLALCHEMY_RECORD_QUERIES
};

using DatabaseApps = std::vector<DatabaseOfApp>;

/// What an app keeps of its Database, under "sqlalchemy" of its extensions.
struct DatabaseExtension {
    std::shared_ptr<DatabaseApps> apps;
    /// Its end, which is the app's, takes the app off the Database's list.
    std::shared_ptr<void> membership;
};

std::shared_ptr<void> make_membership(const std::shared_ptr<DatabaseApps>& apps, const Application* app) {
    return {nullptr, [list = std::weak_ptr<DatabaseApps>(apps), app](void*) {
                if (auto apps = list.lock()) std::erase_if(*apps, [&](auto& known) { return known.app == app; });
            }};
}

}  // namespace detail

namespace {

/// The sessions of the running fiber: one for each Database and app context that used it.
struct SessionScope {
    const void* owner;
    const detail::DatabaseApps* database;
    Session session;
    SessionScope* next;
};

/// Closed sessions of this thread. The next requests use them again, so that a request that reads a row takes no
/// memory for its session.
class SpareScopes {
  public:
    ~SpareScopes() {
        while (first_ != nullptr) delete std::exchange(first_, first_->next);
    }
    SessionScope* take(const void* owner, const detail::DatabaseApps* database, engines::Engine engine,
                       SessionScope* next) {
        if (first_ == nullptr) return new SessionScope{owner, database, Session(std::move(engine)), next};
        auto* scope = std::exchange(first_, first_->next);
        --count_;
        scope->owner = owner;
        scope->database = database;
        scope->session.core().reuse(std::move(engine), {});
        scope->next = next;
        return scope;
    }
    void give_back(SessionScope* scope) noexcept {
        scope->session.close();
        if (count_ == most_kept || !scope->session.core().is_small()) return delete scope;
        // Without the engine: a spare session must not keep a database open.
        scope->session.core().reuse(engines::Engine{}, {});
        scope->next = std::exchange(first_, scope);
        ++count_;
    }

  private:
    static constexpr int most_kept = 16;

    SessionScope* first_ = nullptr;
    int count_ = 0;
};

thread_local SpareScopes spare_scopes;

SessionScope*& scopes() { return reinterpret_cast<SessionScope*&>(fibers::local(fibers::Local::session)); }

engines::Durability durability_of(const std::string& name) {
    if (name == "full") return engines::Durability::full;
    if (name == "normal") return engines::Durability::normal;
    if (name == "off") return engines::Durability::off;
    detail::kinds::refuse("SQLALCHEMY_ENGINE_OPTIONS[\"durability\"]", R"("full", "normal" or "off")");
}

void echo(const engines::StatementEvent& event) {
    LogLine line;
    line << "SQL " << std::chrono::duration_cast<std::chrono::microseconds>(event.end - event.start).count() << " us: ";
    line.untrusted(event.sql);
    if (!event.parameters.empty()) line << " [";
    for (auto& value : event.parameters)
        line << (&value == event.parameters.data() ? "" : ", ") << sql::to_string(value);
    if (!event.parameters.empty()) line << "]";
    logger().info(line.text());
}

/// In debug they are recorded unless the configuration says no: the page of an error shows them.
bool records_queries(const Config& config) {
    return config.get<bool>("SQLALCHEMY_RECORD_QUERIES", config.settings().debug);
}

detail::DebugSection recorded_section() {
    detail::DebugSection section{"SQL of this request", {}, {}};
    const auto& queries = detail::recorded_statements();
    section.remarks = detail::repeated_query_warnings(queries);
    constexpr std::size_t most_shown = 100;
    for (auto& query : queries) {
        if (section.rows.size() == most_shown) break;
        auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(query.duration()).count();
        std::string parameters;
        for (auto& value : query.parameters)
            parameters += (parameters.empty() ? "" : ", ") + sql::to_string(value.view());
        section.rows.push_back({std::to_string(microseconds) + " us", query.statement, std::move(parameters)});
    }
    if (queries.size() > most_shown) {
        section.remarks.push_back("the first 100 of " + std::to_string(queries.size()) + " statements");
    }
    return section;
}

/// In debug: what a developer does not see on a page that works.
void warn_of_repeated_queries() {
    for (auto& warning : detail::repeated_query_warnings(detail::recorded_statements())) logger().warning(warning);
}

void check_engine_options(std::string_view key, json& value) {
    namespace kinds = detail::kinds;
    kinds::object(key, value);
    kinds::member(key, value, "busy_timeout", [](std::string_view name, json& timeout) {
        if (!(timeout.is_number() && timeout.to_real() == 0)) kinds::seconds(name, timeout);
    });
    kinds::member(key, value, "durability", [](std::string_view name, json& durability) {
        if (!durability.is_text()) kinds::refuse(name, R"("full", "normal" or "off")");
        (void)durability_of(durability.text());
    });
    kinds::member(key, value, "echo", kinds::flag);
}

void check_binds(std::string_view key, json& value) {
    if (value.is_null()) return;
    if (!value.is_object()) {
        throw ConfigError("config-kind"_code, std::string(key) + " is no object.",
                          "write json{{\"users\", \"sqlite:///users.db\"}}: a key and a URI for each database");
    }
    json checked = json::object();
    for (const auto& [bind, given] : value.items()) {
        const json* url = given.is_object() ? given.find("url") : &given;
        if (url == nullptr || !url->is_text()) {
            throw ConfigError(
                "config-kind"_code, std::string(key) + " has no URI for \"" + std::string(bind) + "\".",
                "write {\"" + std::string(bind) + "\": \"sqlite:///file.db\"}, or an object with \"url\"");
        }
        json options = given;
        if (options.is_object()) check_engine_options(std::string(key) + "[\"" + bind + "\"]", options);
        checked[bind] = std::move(options);
    }
    value = std::move(checked);
}

/// How an engine works, by the configuration and what one database says beyond it.
engines::EngineOptions engine_options(const Config& config, const json* chosen) {
    engines::EngineOptions options;
    options.on_warning = [](std::string_view warning) { logger().warning(warning); };
    bool echoes = config.get<bool>("SQLALCHEMY_ECHO", false);
    if (chosen != nullptr && chosen->is_object()) {
        if (const json* seconds = chosen->find("busy_timeout"))
            options.busy_timeout = std::chrono::milliseconds(static_cast<std::int64_t>(seconds->as<double>() * 1000));
        if (const json* durability = chosen->find("durability"))
            options.durability = durability_of(durability->as<std::string>());
        if (const json* wanted = chosen->find("echo")) echoes = wanted->as<bool>();
    }
    if (echoes) options.on_statement = echo;
    return options;
}

/// SQLALCHEMY_BINDS: by key a URI, or an object of options with its "url".
engines::Binds engines_by_key(App& app) {
    engines::Binds binds;
    const json* config = app.config.find("SQLALCHEMY_BINDS");
    if (config == nullptr || config->is_null()) return binds;
    for (const auto& [key, value] : config->items()) {
        const json* url = value.is_object() ? value.find("url") : &value;
        binds.emplace(key, create_engine(resolve_database_uri(url->as<std::string>(), app.instance_path()),
                                         engine_options(app.config, &value)));
    }
    return binds;
}

[[noreturn]] void refuse_app_without_database() {
    throw SetupError("database-without-app"_code, "this Database was never given to the running app.",
                     "call db.init_app(app) in create_app()");
}

std::string database_uri(const Config& config) {
    std::string uri = config.get<std::string>("SQLALCHEMY_DATABASE_URI", "");
    if (uri.empty())
        throw ConfigError("no-database-uri"_code, "SQLALCHEMY_DATABASE_URI is not set when db.init_app(app) is called.",
                          "set it before: app.config[\"SQLALCHEMY_DATABASE_URI\"] = \"sqlite:///app.db\"");
    return uri;
}

const detail::DatabaseOfApp& of_app(const detail::DatabaseApps& apps) {
    if (!has_app_context() && apps.size() == 1) return apps.front();
    auto* app = &detail::app_context().app;
    for (auto& known : apps)
        if (known.app == app) return known;
    refuse_app_without_database();
}

Session& session_in(const detail::DatabaseApps& apps) {
    const void* owner = &detail::app_context().globals();
    auto*& first = scopes();
    for (auto* scope = first; scope != nullptr; scope = scope->next)
        if (scope->owner == owner && scope->database == &apps) return scope->session;
    const auto& own = of_app(apps);
    first = spare_scopes.take(owner, &apps, own.engine, first);
    if (own.records) first->session.core().set_statement_context(detail::recorded_queries(), detail::note_place);
    return first->session;
}

void remove_session_in(const detail::DatabaseApps& apps) noexcept {
    if (scopes() == nullptr) return;
    const void* owner = &detail::app_context().globals();
    for (auto** link = &scopes(); *link != nullptr; link = &(*link)->next) {
        if ((*link)->owner != owner || (*link)->database != &apps) continue;
        auto* scope = *link;
        *link = scope->next;
        spare_scopes.give_back(scope);
        return;
    }
}

/// Once for an app, if it wants them: from then on its statements are kept for as long as a request, and shown when it
/// fails.
void start_recording(detail::DatabaseApps& apps, detail::Application& app) {
    if (!records_queries(app.config)) return;
    auto own = std::find_if(apps.begin(), apps.end(), [&](auto& known) { return known.app == &app; });
    if (own == apps.end() || std::exchange(own->records, true)) return;
    own->engine.listen(detail::record_query);
    app.debug_sections.emplace_back(recorded_section);
}

}  // namespace

Database::Database() : apps_(std::make_shared<detail::DatabaseApps>()) {
    // What `User::query()` works on: the session of the Database that the running app was given to.
    orm::set_current_session([]() -> Session& {
        App& app = *current_app;
        auto known = app.extensions.find("sqlalchemy");
        if (known == app.extensions.end()) refuse_app_without_database();
        return session_in(*std::any_cast<const detail::DatabaseExtension&>(known->second).apps);
    });
}

Database::Database(App& app) : Database() { init_app(app); }
Database::Database(const Database& other) : apps_(other.apps_) {}
Database::~Database() = default;

void Database::init_app(App& app) {
    namespace kinds = detail::kinds;
    for (auto key : {"SQLALCHEMY_ECHO", "SQLALCHEMY_RECORD_QUERIES"}) app.config.set_default(key, nullptr, kinds::flag);
    app.config.set_default("SQLALCHEMY_DATABASE_URI", nullptr, kinds::text);
    app.config.set_default("SQLALCHEMY_ENGINE_OPTIONS", nullptr, check_engine_options);
    app.config.set_default("SQLALCHEMY_BINDS", nullptr, check_binds);
    auto* implementation = &app.implementation();
    if (std::any_of(apps_->begin(), apps_->end(), [&](auto& known) { return known.app == implementation; }))
        throw SetupError("database-twice"_code, "this Database was already given to the app '" + app.name() + "'.",
                         "call db.init_app(app) once, in create_app()");
    auto binds = engines_by_key(app);
    engines::Engine main;
    if (binds.empty() || !app.config.get<std::string>("SQLALCHEMY_DATABASE_URI", "").empty()) {
        auto uri = resolve_database_uri(database_uri(app.config), app.instance_path());
        main = create_engine(uri, engine_options(app.config, app.config.find("SQLALCHEMY_ENGINE_OPTIONS")));
    }
    bool bound = !binds.empty() || !orm::bind_keys().empty();
    auto engine = bound ? engines::bind_engines(main, binds) : main;
    apps_->push_back({implementation, engine, std::move(main), std::move(binds), false});
    app.extensions.emplace("sqlalchemy",
                           detail::DatabaseExtension{apps_, detail::make_membership(apps_, implementation)});
    // The app keeps the list, not this object, which may be gone before it.
    app.teardown_appcontext([apps = apps_.get(), implementation](const std::exception_ptr&) {
        if (implementation->config.settings().debug) warn_of_repeated_queries();
        remove_session_in(*apps);
    });
    // `run --debug` and a line behind init_app turn debug on when the engines are made already.
    auto begin = [apps = apps_.get(), implementation] { start_recording(*apps, *implementation); };
    begin();
    app.before_first_request(begin);
    app.before_serving(begin);
    app.before_serving([engine] { logger().info(" * Database " + engine.url()); });
    app.on_serve_thread_stop([engine] { engine.release_thread(); });
    app.on_shutdown([engine] { engine.dispose(); });
}

const engines::Engine& Database::engine(std::string_view bind_key) const {
    const auto& own = of_app(*apps_);
    if (bind_key.empty() && own.main) return own.main;
    auto found = own.binds.find(bind_key);
    if (found == own.binds.end()) engines::refuse_unknown_bind(bind_key, own.binds);
    return found->second;
}

schemas::MetaData& Database::metadata(std::string_view bind_key) const { return orm::metadata(bind_key); }

std::unique_ptr<engines::Inspector> Database::inspect(std::string_view bind_key) const {
    return engines::inspect(engine(bind_key));
}

schemas::MetaData Database::reflect(const schemas::ReflectOptions& options) const { return reflect({}, options); }

schemas::MetaData Database::reflect(std::string_view bind_key, const schemas::ReflectOptions& options) const {
    schemas::MetaData metadata;
    metadata.reflect(*inspect(bind_key), options);
    return metadata;
}

std::vector<std::string> Database::all_keys() const {
    const auto& own = of_app(*apps_);
    std::vector<std::string> keys;
    if (own.main || own.binds.empty()) keys.emplace_back();
    for (const auto& [key, engine] : own.binds) keys.push_back(key);
    // A model whose database is not configured is a mistake, not a table less.
    for (auto& key : orm::bind_keys()) {
        if (!own.binds.contains(key)) keys.push_back(std::move(key));
    }
    return keys;
}

void Database::create_all() const {
    for (const auto& key : all_keys()) create_all(key);
}

void Database::create_all(std::string_view bind_key) const {
    engines::create_all(engine(bind_key), metadata(bind_key));
}

void Database::drop_all() const {
    for (const auto& key : all_keys()) drop_all(key);
}

void Database::drop_all(std::string_view bind_key) const { engines::drop_all(engine(bind_key), metadata(bind_key)); }

Session& Database::current_session() const { return session_in(*apps_); }

void Database::remove_session() const noexcept { remove_session_in(*apps_); }

Session& ScopedSession::operator()() const { return database_->current_session(); }

void ScopedSession::remove() const { database_->remove_session(); }

}  // namespace retort
