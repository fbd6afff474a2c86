// Commands that write files: init, migrate, revision, merge, edit, squash, repair, list-templates.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "retort/base/text.hpp"
#include "retort/engine/dialect.hpp"
#include "retort/migrate/command_work.hpp"
#include "retort/migrate/errors.hpp"

namespace retort::migrations {

namespace {

using commands::ParameterKind;

void init(CommandWork& work) {
    auto name = work.call.find("template").value_or(work.call.flag("multidb") ? "retort-multidb" : "retort");
    for (const auto& made : work.folder.make(name)) work.say("Creating " + made + " ...  done");
    work.say(
        "The next steps: `db migrate -m \"first\"`, build, `db upgrade`. Revisions are compiled into the program: "
        "retort_app() takes migrations/versions/*.cpp.");
}

void list_templates(CommandWork& work) {
    work.say("Available templates:\n");
    for (const auto& [name, what] : Folder::templates()) work.say(name + " - " + what);
}

void refuse_sql(const CommandWork& work) {
    if (!work.call.flag("sql")) return;
    throw MigrationError("sql-makes-no-sense"_code, "--sql makes no sense when a revision is written",
                         "`db upgrade --sql` prints what a revision does");
}

void require_at_heads(const CommandWork& work, Migrator& migrator) {
    auto now = migrator.current();
    for (const auto& head : now) (void)work.graph.script(head);
    auto heads = work.graph.real_heads();
    std::sort(now.begin(), now.end());
    std::sort(heads.begin(), heads.end());
    if (now == heads) return;
    std::string mend = "run `db upgrade` first";
    for (const auto& head : heads) {
        if (!work.graph.script(head).built) mend = "revision " + head + " is not built yet: build, then `db upgrade`";
    }
    throw DatabaseNotAtHead("database-not-at-head"_code, "Target database is not up to date.", mend);
}

/// Nearly everything would go: rather the models are missing than meant.
void refuse_mass_drop(const CommandWork& work, const Place& place, const Changes& changes) {
    bool mass = changes.dropped_tables > 0 &&
                (place.metadata->tables().empty() ||
                 (changes.dropped_tables > 2 && changes.dropped_tables * 2 > changes.known_tables));
    if (!mass || work.call.flag("allow_loss")) return;
    std::string why = place.metadata->tables().empty() ? "the program knows no models"
                                                       : "the program knows models for the others only";
    throw MigrationError("mass-drop"_code,
                         std::to_string(changes.dropped_tables) + " of " + std::to_string(changes.known_tables) +
                             " tables would be dropped, because " + why,
                         "include the models' headers in the program, look whether this is the right database, or say "
                         "--allow-loss if the tables shall go");
}

/// `create_all` made the tables, and no revision knows of it: what a revision would have done, if one is wanted.
std::vector<Operation> offer_baseline(const CommandWork& work, const Place& place, Migrator& migrator) {
    auto tables = work.tables_of(migrator.connection());
    if (!work.graph.empty() || tables.empty()) return {};
    bool baseline = work.call.flag("baseline") ||
                    work.ask(
                        "The tables are there already, and no revision made them. Write a first revision that "
                        "does, and stamp it?");
    if (!baseline) {
        work.tell(
            "The tables are there already, as create_all() makes them, and no revision describes them. "
            "`db migrate --baseline` writes the first revision out of them and stamps it.");
        return {};
    }
    auto all = compare_schemas({}, place.metadata->tables(), migrator.connection().dialect().ddl());
    for (auto& one : all.operations) one.bind = place.bind;
    return std::move(all.operations);
}

/// The downgrade of what was found; the state before it is the database itself.
void add_downgrade(NewRevision& revision, const std::vector<Operation>& operations, SchemaState before,
                   const schemas::DdlCompiler& compiler) {
    auto back = reversed(operations, std::move(before), compiler);
    if (!back || !revision.downgrade) return revision.downgrade.reset();
    revision.downgrade->insert(revision.downgrade->begin(), back->begin(), back->end());
}

void autogenerate(CommandWork& work) {
    refuse_sql(work);
    work.folder.require();
    auto revision = work.new_revision();
    std::vector<Place> stamped;
    for (const auto& place : work.databases()) {
        auto migrator = work.migrator(place);
        require_at_heads(work, migrator);
        auto changes = work.changes(place, migrator);
        refuse_mass_drop(work, place, changes);
        for (const auto& line : changes.detected) work.tell("Detected " + line);
        for (const auto& doubt : changes.doubts) {
            work.tell("Perhaps a rename: " + doubt);
            revision.notes.push_back("Perhaps a rename: " + doubt);
        }
        SchemaState before;
        for (auto& table : work.tables_of(migrator.connection())) before.put(std::move(table));
        auto baseline = changes.operations.empty() ? offer_baseline(work, place, migrator) : std::vector<Operation>{};
        if (!baseline.empty()) {
            stamped.push_back(place);
            changes.operations = std::move(baseline);
            before = {};
        }
        revision.upgrade.insert(revision.upgrade.end(), changes.operations.begin(), changes.operations.end());
        add_downgrade(revision, changes.operations, std::move(before), migrator.connection().dialect().ddl());
        for (const auto& operation : changes.operations) {
            if (operation.note.find("LOSES DATA") != std::string::npos) work.tell(operation.note);
        }
    }
    if (revision.upgrade.empty()) return work.tell("No changes in schema detected.");
    revision.down_revisions = work.parents(work.call.text("head"), work.call.flag("splice"));
    auto id = revision.id;
    work.write(std::move(revision));
    // The others still have to run it.
    for (const auto& place : stamped) {
        auto connection = place.engine.connect();
        connection->begin();
        VersionTable(*connection).write({id});
        connection->commit();
    }
}

void revision(CommandWork& work) {
    if (work.call.flag("autogenerate")) return autogenerate(work);
    refuse_sql(work);
    work.folder.require();
    auto made = work.new_revision();
    made.down_revisions = work.parents(work.call.text("head"), work.call.flag("splice"));
    for (const auto& name : work.call.list("depends_on")) {
        auto id = work.graph.resolve_one(name);
        if (id.empty()) {
            throw RevisionError("unknown-revision"_code, "Nothing can depend on \"" + name + '"', "name a revision");
        }
        // A label stays one: the branch may begin elsewhere some day.
        const auto& labels = work.graph.script(id).branch_labels;
        bool label = std::find(labels.begin(), labels.end(), name) != labels.end();
        made.depends_on.push_back(label ? name : id);
    }
    work.write(std::move(made));
}

void migrate(CommandWork& work) {
    if (!work.call.flag("empty")) return autogenerate(work);
    work.folder.require();
    auto made = work.new_revision();
    made.down_revisions = work.parents(work.call.text("head"), work.call.flag("splice"));
    work.write(std::move(made));
}

void edit(CommandWork& work) {
    work.require_history();
    auto name = work.call.text("revision");
    Names ids;
    if (name == "current") {
        for (const auto& place : work.databases()) {
            for (auto& id : work.migrator(place).current()) ids.push_back(std::move(id));
        }
    } else {
        ids = work.graph.resolve(name);
    }
    if (ids.empty()) {
        throw RevisionError("no-current-revision"_code, "There is no file of a revision \"" + name + '"',
                            "run `db upgrade`, or name one");
    }
    const char* editor = std::getenv("VISUAL") ? std::getenv("VISUAL") : std::getenv("EDITOR");
    for (const auto& id : ids) {
        auto path = work.file_of(work.graph.script(id));
        std::string quoted = "'";
        for (char c : path) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
        auto command = std::string(editor ? editor : "vi") + ' ' + quoted + '\'';
        if (std::system(command.c_str()) != 0) {  // NOLINT: it is the person's own editor
            throw MigrationError("no-editor"_code, "The editor did not run: " + command, "set EDITOR");
        }
    }
}

/// The revisions of `first:last`, the oldest in front; `base` and nothing mean the ends of the line.
Names line_of(const CommandWork& work) {
    const auto& graph = work.graph;
    auto range = work.call.text("range");
    auto colon = range.find(':');
    if (colon == std::string::npos) {
        throw RevisionError("bad-range"_code, "A range is two revisions: \"" + range + "\" has no colon",
                            "write first:last; both are squashed, and base:head is all of them");
    }
    auto from = range.substr(0, colon);
    auto to = range.substr(colon + 1);
    auto first = from.empty() ? std::string() : graph.resolve_one(from);
    auto last = graph.resolve_one(to.empty() ? "head" : to);
    if (last.empty()) {
        throw RevisionError("bad-range"_code, "The range " + range + " ends before its first revision",
                            "the older one stands before the colon: base:head is all of them");
    }
    Names out{last};
    while (out.back() != first && graph.script(out.back()).down_revisions.size() == 1) {
        auto below = graph.script(out.back()).down_revisions.front();
        if (graph.next(below).size() > 1) break;
        out.push_back(below);
    }
    bool whole = first.empty() ? graph.script(out.back()).down_revisions.empty() : out.back() == first;
    if (!whole) {
        throw RevisionError("bad-range"_code, "The revisions of " + range + " are not one line",
                            "squash a part of the history without branches and merges");
    }
    std::reverse(out.begin(), out.end());
    return out;
}

/// Others may depend on the last one only: the rest of them will be gone.
void refuse_dependants(const CommandWork& work, const Names& line) {
    auto gone = [&](const std::string& name) {
        return name != line.back() && std::find(line.begin(), line.end(), name) != line.end();
    };
    for (const auto& script : work.graph.scripts()) {
        if (std::find(line.begin(), line.end(), script.id) != line.end()) continue;
        for (const auto& name : script.depends_on) {
            if (!gone(name)) continue;
            throw RevisionError("bad-range"_code, "Revision " + script.id + " depends on " + name + " in the middle",
                                "squash up to it, and from behind it");
        }
    }
}

void squash(CommandWork& work) {
    auto ids = line_of(work);
    refuse_dependants(work, ids);
    const auto& first = ids.front();
    const auto& last = ids.back();
    NewRevision made{.id = last, .down_revisions = work.graph.script(first).down_revisions};
    made.message = work.call.find("message").value_or("squashed " + first + " to " + last);
    made.downgrade.emplace();
    for (const auto& id : ids) {
        const auto& script = work.graph.script(id);
        made.branch_labels.insert(made.branch_labels.end(), script.branch_labels.begin(), script.branch_labels.end());
        for (const auto& name : script.depends_on) {
            bool known = std::find(made.depends_on.begin(), made.depends_on.end(), name) != made.depends_on.end();
            bool inside = std::find(ids.begin(), ids.end(), name) != ids.end();
            if (!known && !inside) made.depends_on.push_back(name);
        }
        for (auto& one : operations_of(script, true)) {
            if (std::holds_alternative<ops::Run>(one.step)) {
                throw MigrationError("opaque-step"_code,
                                     "Revision " + id + " has a step in C++, which cannot be written down again",
                                     "squash up to it, and from behind it");
            }
            made.upgrade.push_back(std::move(one));
        }
        if (!script.downgrade || !made.downgrade) {
            made.downgrade.reset();
            continue;
        }
        auto down = operations_of(script, false);
        made.downgrade->insert(made.downgrade->begin(), down.begin(), down.end());
    }
    std::vector<std::string> old;
    for (const auto& id : ids) old.push_back(work.graph.script(id).path);
    auto path = work.folder.write(made);
    for (const auto& file : old) {
        std::error_code error;
        if (!file.empty() && !std::filesystem::equivalent(file, path, error)) std::filesystem::remove(file, error);
    }
    work.say(std::to_string(ids.size()) + " revisions are one now: " + path);
    work.say("Databases that have revision " + last + " need nothing; those between must be upgraded to it before.");
}

/// Revisions that a database ran, and whose files are gone, are written again.
void repair(CommandWork& work) {
    work.folder.require();
    std::set<std::string> made_again;
    // Of what only stands for a revision, neither file nor work is there.
    auto is_there = [&](const std::string& id) {
        const auto* script = work.graph.find(id);
        return script && (script->built || !script->path.empty());
    };
    for (const auto& place : work.databases()) {
        auto connection = place.engine.connect();
        for (const auto& one : Memory(*connection).all()) {
            if (is_there(one.script.id) || !made_again.insert(one.script.id).second) continue;
            NewRevision made{.id = one.script.id, .down_revisions = one.script.down_revisions};
            made.message = one.script.message;
            made.branch_labels = one.script.branch_labels;
            made.depends_on = one.script.depends_on;
            made.upgrade = one.upgrade;
            made.downgrade.reset();
            if (one.has_downgrade) made.downgrade = one.downgrade;
            made.notes = {"Written again out of what a database remembers."};
            work.say("Generating " + work.folder.write(made) + " ...  done");
        }
        for (const auto& head : VersionTable(*connection).read()) {
            auto all = Memory(*connection).all();
            bool known =
                is_there(head) || std::any_of(all.begin(), all.end(), [&](auto& one) { return one.script.id == head; });
            if (known) continue;
            throw RevisionError(
                "unknown-revision"_code,
                "Can't locate revision identified by '" + head + "', and the database does not remember it",
                "bring its file back, or tell the database which revision its schema has: `db stamp --purge "
                "<revision>`");
        }
    }
    if (made_again.empty()) work.say("Nothing to repair: every revision of the database is there.");
}

void writing_options(commands::Command& command) {
    command.option({.spellings = {"-m", "--message"}, .help = "Revision message"})
        .option({.spellings = {"--sql"}, .help = "Not with new revisions", .kind = ParameterKind::flag})
        .option({.spellings = {"--head"},
                 .help = "Specify head revision or <branchname>@head to base new revision on",
                 .default_value = "head"})
        .option({.spellings = {"--splice"},
                 .help = "Allow a non-head revision as the \"head\" to splice onto",
                 .kind = ParameterKind::flag})
        .option({.spellings = {"--branch-label"}, .help = "Specify a branch label to apply to the new revision"})
        .option({.spellings = {"--version-path"}, .help = "Kept for scripts; the file goes to versions/"})
        .option({.spellings = {"--rev-id"}, .help = "Specify a hardcoded revision id instead of generating one"})
        .option({.spellings = {"--allow-loss"},
                 .help = "Write a revision that drops most tables",
                 .kind = ParameterKind::flag})
        .option({.spellings = {"--baseline"},
                 .help = "Describe tables that create_all() made, and stamp them",
                 .kind = ParameterKind::flag});
}

}  // namespace

void CommandList::add_writing() {
    add("init", "Creates a new migration repository", init)
        .option({.spellings = {"--multidb"}, .help = "Support multiple databases", .kind = ParameterKind::flag})
        .option({.spellings = {"-t", "--template"},
                 .help = "Repository template to use: a name, or a folder with a revision.cpp.in"})
        .option(
            {.spellings = {"--package"}, .help = "Kept for scripts; C++ has no packages", .kind = ParameterKind::flag});
    auto& revising = add("revision", "Create a new revision file.", revision);
    writing_options(revising);
    revising
        .option({.spellings = {"--autogenerate"},
                 .help = "Populate it by comparing the models with the database",
                 .kind = ParameterKind::flag})
        .option({.spellings = {"--depends-on"},
                 .help = "A revision of another branch that must have run before",
                 .multiple = true});
    auto& migrating = add("migrate", "Autogenerate a new revision file (Alias for 'revision --autogenerate')", migrate);
    writing_options(migrating);
    migrating.option({.spellings = {"-x", "--x-arg"}, .help = "Kept for scripts", .multiple = true})
        .option(
            {.spellings = {"--empty"}, .help = "An empty revision, without comparing", .kind = ParameterKind::flag});
    add("edit", "Edit a revision file", edit)
        .argument({.name = "revision", .required = false, .default_value = "head"});
    add("squash", "Make one revision of several: first:last, or base:head for all", squash)
        .option({.spellings = {"-m", "--message"}, .help = "Revision message"})
        .argument({.name = "range"});
    add("repair", "Write lost revisions again, out of what the database remembers", repair, CommandWork::Gaps::allowed);
    add("list-templates", "List available templates.", list_templates);
}

}  // namespace retort::migrations
