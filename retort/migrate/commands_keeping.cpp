// Commands that keep data safe: prune, backup, restore.
#include <filesystem>

#include "retort/engine/dialect.hpp"
#include "retort/migrate/command_work.hpp"
#include "retort/migrate/errors.hpp"

namespace retort::migrations {

namespace {

using commands::ParameterKind;
namespace fs = std::filesystem;

bool sure(const CommandWork& work, const std::string& question) {
    if (work.call.flag("yes") || work.ask(question)) return true;
    work.say("Nothing was done. Say --yes if you are sure.");
    return false;
}

void prune(CommandWork& work) {
    for (const auto& place : work.databases()) {
        auto connection = place.engine.connect();
        auto kept = KeptData::list(*connection);
        if (kept.empty()) {
            work.say("Nothing is kept.");
            continue;
        }
        for (const auto& entry : kept) {
            auto what = entry.kind == "table"     ? "the rows of " + entry.table
                        : entry.kind == "trigger" ? "a trigger of " + entry.table
                        : entry.kind == "counter" ? "the counter of " + entry.table
                        : entry.kind == "column"  ? "the values of " + entry.table + '.' + entry.column
                                                  : "the former values of " + entry.table + '.' + entry.column;
            work.say("revision " + entry.revision + " took " + what);
        }
        if (!sure(work, "Drop all of this for good?"))
            throw MigrationError("not-confirmed"_code, "Nothing was pruned", "say --yes");
        connection->begin();
        auto count = KeptData::prune(*connection);
        connection->commit();
        work.say(std::to_string(count) + " side tables are gone.");
    }
}

/// `path`, with the bind key before its end for all databases but the main one.
std::string path_for(const std::string& path, const std::string& bind) {
    return bind.empty() ? path : path + '.' + bind;
}

void backup(CommandWork& work) {
    auto path = work.call.find("path").value_or("backup-" + now_text().substr(0, 10) + ".db");
    for (const auto& place : work.environment.databases()) {
        auto connection = place.engine.connect();
        auto file = path_for(path, place.bind);
        place.engine.dialect().back_up(*connection, file);
        work.say("Saved " + place.engine.url() + " to " + file);
    }
    std::error_code error;
    if (!work.folder.exists()) return;
    auto copy = path + ".migrations";
    fs::copy(work.folder.path(), copy, fs::copy_options::recursive, error);
    if (error)
        throw MigrationError("cannot-write"_code, "The revisions cannot be copied to " + copy + ": " + error.message());
    work.say("Saved the revisions to " + copy);
}

void restore(CommandWork& work) {
    auto path = work.call.text("path");
    if (!sure(work, "Put " + path + " in the place of the database?")) {
        throw MigrationError("not-confirmed"_code, "Nothing was restored", "say --yes");
    }
    // All files before the first database, or one half of them would be of another time.
    for (const auto& place : work.environment.databases())
        place.engine.dialect().check_backup(path_for(path, place.bind));
    for (const auto& place : work.environment.databases()) {
        auto connection = place.engine.connect();
        place.engine.dialect().restore(*connection, path_for(path, place.bind));
        work.say("Restored " + place.engine.url() + " from " + path_for(path, place.bind));
    }
}

commands::Option yes() { return {.spellings = {"-y", "--yes"}, .help = "Do not ask", .kind = ParameterKind::flag}; }

}  // namespace

void CommandList::add_keeping() {
    add("prune", "Drop for good what revisions took away and kept aside", prune).option(yes());
    add("backup", "Save the database and its revisions, while both are in use", backup)
        .argument({.name = "path", .required = false});
    add("restore", "Put a backup in the place of the database", restore).option(yes()).argument({.name = "path"});
}

}  // namespace retort::migrations
