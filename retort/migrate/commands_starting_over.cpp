// The command start-over: the database, the history, or both begin again, and what was there stays aside.
#include <algorithm>
#include <filesystem>

#include "retort/engine/dialect.hpp"
#include "retort/engine/inspector.hpp"
#include "retort/engine/schema_transaction.hpp"
#include "retort/migrate/command_work.hpp"
#include "retort/migrate/errors.hpp"

namespace retort::migrations {

namespace {

using commands::ParameterKind;
namespace fs = std::filesystem;

/// Of all: tables, views, what was kept and remembered. In one transaction, so that it is empty or as it was.
void empty(const Place& place) {
    auto connection = place.engine.connect();
    const auto& compiler = connection->dialect().ddl();
    auto transaction = connection->dialect().schema_transaction(*connection);
    transaction->begin();
    KeptData::prune(*connection);
    Memory(*connection).clear();
    auto inspector = connection->dialect().inspect(*connection);
    for (const auto& view : inspector->get_view_names()) connection->run("DROP VIEW " + compiler.quoted(view));
    auto tables = inspector->get_sorted_table_names();
    std::reverse(tables.begin(), tables.end());
    for (const auto& table : tables) connection->run(compiler.compile(schemas::DropTable{table}));
    transaction->commit();
}

/// The tables stay, and no revision is known to have made them.
void forget_history(const Place& place) {
    auto connection = place.engine.connect();
    connection->begin();
    VersionTable(*connection).clear();
    Memory(*connection).clear();
    connection->commit();
}

/// A name that nothing has yet.
std::string free_name(const std::string& start, const std::string& end) {
    std::error_code ignored;
    auto out = start + end;
    for (int i = 2; fs::exists(out, ignored); ++i) out = start + '-' + std::to_string(i) + end;
    return out;
}

void save(const CommandWork& work, const Place& place) {
    auto file = work.environment.file_of ? work.environment.file_of(place.engine) : std::string();
    if (file.empty()) return;
    auto connection = place.engine.connect();
    auto copy = free_name(file + ".before-start-over", ".bak");
    place.engine.dialect().back_up(*connection, copy);
    work.say("Saved " + place.engine.url() + " to " + copy);
}

void set_revisions_aside(const CommandWork& work) {
    auto aside = free_name(work.folder.path() + "/versions.before-start-over", "");
    std::error_code error;
    fs::rename(work.folder.versions(), aside, error);
    if (!error) fs::create_directories(work.folder.versions(), error);
    if (error) {
        throw MigrationError("cannot-write"_code, "The revisions cannot be moved to " + aside + ": " + error.message(),
                             "look at the permissions of the migrations folder");
    }
    work.say("Moved the revisions to " + aside);
}

void start_over(CommandWork& work) {
    bool database = work.call.flag("database");
    bool history = work.call.flag("history");
    if (!database && !history) {
        throw commands::UsageError("nothing-to-start-over"_code, "Say what begins again",
                                   "--database empties it, --history sets the revisions aside; or both");
    }
    if (history) work.folder.require();
    auto what = std::string(database ? "Empty the database" : "") + (database && history ? ", and set" : "") +
                (history && !database ? "Set" : "") + (history ? " the revisions aside" : "");
    if (!work.call.flag("yes") && !work.ask(what + '?')) {
        throw MigrationError("not-confirmed"_code, "Nothing was done", "say --yes");
    }
    auto places = work.databases();
    for (const auto& place : places) save(work, place);
    for (const auto& place : places) database ? empty(place) : forget_history(place);
    if (history) set_revisions_aside(work);
    work.say(
        !history ? "The next step: `db upgrade`."
        : database
            ? "The next steps: build, `db migrate -m first`, build, `db upgrade`."
            : "The next steps: build, `db migrate --baseline -m first`, which writes what is there and stamps it.");
}

}  // namespace

void CommandList::add_starting_over() {
    add("start-over", "Begin again with the database, the history, or both; what was there stays aside", start_over,
        CommandWork::Gaps::allowed)
        .option({.spellings = {"--database"}, .help = "Empty the database", .kind = ParameterKind::flag})
        .option({.spellings = {"--history"}, .help = "Set the revisions aside", .kind = ParameterKind::flag})
        .option({.spellings = {"-y", "--yes"}, .help = "Do not ask", .kind = ParameterKind::flag});
}

}  // namespace retort::migrations
