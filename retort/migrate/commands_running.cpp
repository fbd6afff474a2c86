// Commands that change databases: upgrade, downgrade, stamp, and plan, which only says what would change.
#include <algorithm>

#include "retort/base/text.hpp"
#include "retort/engine/dialect.hpp"
#include "retort/migrate/command_work.hpp"
#include "retort/migrate/errors.hpp"
#include "retort/migrate/rehearsal.hpp"

namespace retort::migrations {

namespace {

using commands::ParameterKind;

const schemas::DdlCompiler& compiler_of(const CommandWork& work, const Place& place) {
    auto name = work.call.find("dialect");
    if (!name) return place.engine.dialect().ddl();
    const auto* chosen = work.environment.dialect ? work.environment.dialect(*name) : nullptr;
    if (chosen) return *chosen;
    throw MigrationError("unknown-dialect"_code, "There is no dialect \"" + *name + '"',
                         "use sqlite, postgresql or mysql");
}

void print(const CommandWork& work, const std::string& sql) {
    auto text = sql;
    while (text.ends_with('\n')) text.pop_back();
    if (!text.empty()) work.say(text + '\n');
}

/// `from:to`, of which the first may be missing.
void print_script(const CommandWork& work, const std::string& target, bool upgrade) {
    auto colon = target.find(':');
    auto from = colon == std::string::npos ? std::string() : target.substr(0, colon);
    auto to = colon == std::string::npos ? target : target.substr(colon + 1);
    for (const auto& place : work.databases()) {
        auto heads = from.empty() ? Names{} : work.graph.resolve(from);
        auto path = upgrade ? work.graph.upgrade_path(to, heads) : work.graph.downgrade_path(to, heads);
        print(work, upgrade_sql(work.graph, compiler_of(work, place), path, heads, upgrade, place.bind));
    }
}

void refuse_range(const std::string& target) {
    if (target.find(':') == std::string::npos) return;
    throw RevisionError("bad-range"_code, "Range revision not allowed", "a range is for --sql");
}

MigrateOptions options_of(CommandWork& work, const Place& place) {
    MigrateOptions options;
    options.allow_drift = work.call.flag("allow_drift");
    options.run.keep = !work.call.flag("no_keep");
    options.run.report = [&work](std::string_view line) { work.tell(std::string(line)); };
    options.on_revision = [&work](std::string_view direction, const Names& from, const Names& to,
                                  const Script& script) {
        work.tell("Running " + std::string(direction) + ' ' + join(from, ", ") + " -> " + join(to, ", ") + ", " +
                  (script.message.empty() ? "empty message" : script.message));
    };
    options.on_done = [&work, bind = place.bind](std::string_view direction, const Script& script) {
        if (work.environment.on_run) work.environment.on_run(bind, direction, script);
    };
    return options;
}

void refuse_unkept_loss(const CommandWork& work) {
    if (!work.call.flag("no_keep") || work.call.flag("allow_loss")) return;
    throw MigrationError("loss-not-allowed"_code, "With --no-keep, what is dropped is gone for good",
                         "say --allow-loss if that is meant, or leave --no-keep away");
}

/// A database that create_all made, whose tables the first revision would make again.
void recognise_created(const CommandWork& work, Migrator& migrator) {
    auto& connection = migrator.connection();
    if (!migrator.current().empty() || work.graph.empty()) return;
    auto tables = work.tables_of(connection);
    if (tables.empty()) return;
    const auto& compiler = connection.dialect().ddl();
    for (const auto& id : work.graph.range({}, {})) {
        SchemaState state;
        try {
            state = migrator.state_at({id});
        } catch (const Error&) {
            continue;
        }
        bool same = !state.is_opaque() && state.tables().size() == tables.size();
        for (const auto& table : tables) {
            const auto* described = state.find(table.name);
            same = same && described && differences(table, *described, compiler).empty();
        }
        if (!same) continue;
        throw DatabaseNotAtHead("made-by-create-all"_code,
                                "The database has the tables of revision " + id + " already, but no revision made them",
                                "create_all() did: say `db stamp " + id + "`, then `db upgrade`");
    }
}

/// At the newest revision, models that want something else are worth a word.
void warn_of_changes(CommandWork& work, const Place& place) {
    auto migrator = work.migrator(place);
    auto now = migrator.current();
    auto heads = work.graph.real_heads();
    std::sort(now.begin(), now.end());
    std::sort(heads.begin(), heads.end());
    if (now != heads || place.metadata == nullptr) return;
    Names found;
    for (const auto& operation : work.changes(place, migrator, false).operations) found.push_back(describe(operation));
    if (found.empty()) return;
    if (found.size() > 5) found.resize(5), found.emplace_back("…");
    work.tell("Warning: models and database differ: " + join(found, "; ") + ". `db migrate` writes a revision of it.");
}

void upgrade(CommandWork& work) {
    work.require_history();
    auto target = work.call.text("revision");
    if (work.call.flag("sql")) return print_script(work, target, true);
    refuse_range(target);
    refuse_unkept_loss(work);
    auto places = work.databases();
    for (const auto& place : places) {
        auto migrator = work.migrator(place);
        recognise_created(work, migrator);
    }
    // All of them before the first one changes.
    bool rehearses = work.environment.rehearse && !work.call.flag("no_rehearsal");
    for (std::size_t i = 0; rehearses && i < places.size(); ++i) rehearse(work, places[i], target);
    for (const auto& place : places) {
        work.migrator(place, options_of(work, place)).upgrade(target);
        try {
            warn_of_changes(work, place);
        } catch (const Error& error) {
            // The upgrade has happened, whatever the models say.
            work.tell("Models and database cannot be compared: " + error.message());
        }
    }
}

void downgrade(CommandWork& work) {
    work.require_history();
    auto target = work.call.text("revision");
    if (work.call.flag("sql")) {
        if (target == "-1") target = "head:-1";
        if (target.find(':') == std::string::npos) {
            throw RevisionError("bad-range"_code, "downgrade with --sql requires <fromrev>:<torev>",
                                "such as head:base");
        }
        return print_script(work, target, false);
    }
    refuse_range(target);
    refuse_unkept_loss(work);
    for (const auto& place : work.databases()) {
        auto migrator = work.migrator(place, options_of(work, place));
        auto heads = migrator.current();
        if (target.starts_with('-') && heads.size() > 1) {
            work.tell("Warning: downgrade " + target + " has several heads to begin at, " + join(heads, " and ") +
                      ", and takes the first; label@" + target + " says which.");
        }
        migrator.downgrade(target);
    }
}

void stamp(CommandWork& work) {
    work.require_history();
    auto names = work.call.list("revision");
    if (names.empty()) names = {"head"};
    if (work.call.flag("sql")) {
        if (work.call.flag("purge")) {
            throw MigrationError("sql-makes-no-sense"_code, "--purge makes no sense with --sql",
                                 "the script is for a database without a version table: leave --purge away");
        }
        Names heads;
        for (const auto& name : names) {
            for (auto& id : work.graph.resolve(name)) heads.push_back(std::move(id));
        }
        std::string text =
            VersionTable::create_sql() + ";\n\n-- Running stamp_revision  -> " + join(heads, ", ") + "\n\n";
        for (const auto& statement : VersionTable::change_sql({}, heads)) text += statement + ";\n\n";
        return print(work, text);
    }
    for (const auto& place : work.databases()) {
        auto migrator = work.migrator(place);
        auto before = migrator.current();
        migrator.stamp(names, work.call.flag("purge"));
        auto after = migrator.current();
        if (before != after) work.tell("Running stamp_revision " + join(before, ", ") + " -> " + join(after, ", "));
    }
}

void plan(CommandWork& work) {
    bool down = work.call.flag("downgrade");
    auto target = work.call.find("revision").value_or(down ? "-1" : "head");
    for (const auto& place : work.databases()) {
        auto migrator = work.migrator(place);
        auto steps = migrator.plan(target, !down);
        if (steps.empty()) work.say("Nothing to do.");
        for (const auto& step : steps) {
            work.say(std::string(step.upgrade ? "upgrade " : "downgrade ") + step.script->id + ", " +
                     step.script->message);
            for (const auto& operation : step.operations) {
                work.say("  " + describe(operation));
                for (auto line : split(operation.note, '\n')) {
                    if (!line.empty()) work.say("    " + std::string(line));
                }
                for (const auto& line : effects_of(operation)) work.say("    " + line);
            }
            print(work, step.sql);
        }
    }
}

void running_options(commands::Command& command) {
    command
        .option({.spellings = {"--sql"},
                 .help = "Don't emit SQL to database - dump to standard output instead",
                 .kind = ParameterKind::flag})
        .option({.spellings = {"--dialect"}, .help = "With --sql: sqlite, postgresql or mysql"})
        .option({.spellings = {"--tag"}, .help = "Kept for scripts"})
        .option({.spellings = {"-x", "--x-arg"}, .help = "Kept for scripts", .multiple = true})
        .option({.spellings = {"--allow-drift"},
                 .help = "Change tables that are not as the revisions describe them",
                 .kind = ParameterKind::flag})
        .option({.spellings = {"--no-keep"}, .help = "Keep nothing of what is dropped", .kind = ParameterKind::flag})
        .option({.spellings = {"--allow-loss"}, .help = "Lose what --no-keep loses", .kind = ParameterKind::flag});
}

}  // namespace

void CommandList::add_running() {
    auto& up = add("upgrade", "Upgrade to a later version", upgrade);
    running_options(up);
    up.option({.spellings = {"--no-rehearsal"}, .help = "Do not try it on a copy first", .kind = ParameterKind::flag})
        .argument({.name = "revision", .required = false, .default_value = "head"});
    auto& down = add("downgrade", "Revert to a previous version", downgrade);
    running_options(down);
    down.argument({.name = "revision", .required = false, .default_value = "-1"});
    add("stamp", "'stamp' the revision table with the given revision; don't run any migrations", stamp)
        .option({.spellings = {"--sql"},
                 .help = "Don't emit SQL to database - dump to standard output instead",
                 .kind = ParameterKind::flag})
        .option({.spellings = {"--tag"}, .help = "Kept for scripts"})
        .option({.spellings = {"--purge"},
                 .help = "Empty the version table before, whatever it holds",
                 .kind = ParameterKind::flag})
        .argument({.name = "revision", .required = false, .variadic = true});
    add("plan", "Show what an upgrade would do, and do nothing", plan)
        .option({.spellings = {"--downgrade"}, .help = "What a downgrade would do", .kind = ParameterKind::flag})
        .argument({.name = "revision", .required = false});
}

}  // namespace retort::migrations
