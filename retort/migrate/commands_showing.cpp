// Commands that only look: current, history, heads, branches, show, check, lint, diff.
#include <algorithm>
#include <set>

#include "retort/base/text.hpp"
#include "retort/engine/dialect.hpp"
#include "retort/migrate/command_work.hpp"
#include "retort/migrate/errors.hpp"
#include "retort/migrate/operation_json.hpp"

namespace retort::migrations {

namespace {

using commands::ParameterKind;

/// The rows of the version table, then the ends of other lines that ran because these depend on them.
Names all_current(const RevisionGraph& graph, Names rows) {
    auto applied = graph.applied(rows);
    for (const auto& id : graph.tips_of_lines(Names(applied.begin(), applied.end()))) {
        if (std::find(rows.begin(), rows.end(), id) == rows.end()) rows.push_back(id);
    }
    return rows;
}

void current(CommandWork& work) {
    work.require_history();
    for (const auto& place : work.databases()) {
        if (work.call.flag("verbose")) work.say("Current revision(s) for " + place.engine.url() + ":");
        auto migrator = work.migrator(place);
        for (const auto& id : all_current(work.graph, migrator.current())) {
            const auto& script = work.graph.script(id);
            work.say(work.call.flag("verbose") ? full_text(work, script) : one_line(work.graph, script, {}));
        }
    }
}

Names current_of(const CommandWork& work) {
    Names out;
    for (const auto& place : work.databases()) {
        for (auto& id : work.migrator(place).current()) out.push_back(std::move(id));
    }
    return out;
}

/// One end of a range: a name, `current`, or a number of steps back from the other end.
std::string bound(const CommandWork& work, std::string name, const std::string& other) {
    if (name == "current") {
        auto now = current_of(work);
        return now.empty() ? "base" : join(now, ",");
    }
    bool steps = name.starts_with('-') || name.starts_with('+');
    if (!steps) return name;
    auto from = other == "current" ? join(current_of(work), ",") : other.empty() ? std::string("head") : other;
    return from + name;
}

void history(CommandWork& work) {
    work.require_history();
    std::string from, to;
    bool above = false;
    if (auto range = work.call.find("rev_range")) {
        auto colon = range->find(':');
        if (colon == std::string::npos) {
            throw RevisionError("bad-range"_code, "History range requires [start]:[end], [start]:, or :[end]",
                                "such as -r base:head, or -r :current");
        }
        const auto first = range->substr(0, colon), last = range->substr(colon + 1);
        from = bound(work, first, last);
        to = bound(work, last, first);
        // So many steps up to a revision that is named: the one from which they lead is none of them.
        const bool named = !last.empty() && last != "head" && last != "heads" && last != "current";
        above = first.starts_with('-') && named;
    }
    Names now;
    if (work.call.flag("indicate_current")) now = current_of(work);
    for (const auto& id : work.graph.range(from, to, above)) {
        const auto& script = work.graph.script(id);
        bool here = std::find(now.begin(), now.end(), id) != now.end();
        LineStyle style{.branches = true, .message = true, .parents = true, .current = here};
        work.say(work.call.flag("verbose") ? full_text(work, script, here) : one_line(work.graph, script, style));
    }
}

void heads(CommandWork& work) {
    work.require_history();
    auto ids = work.call.flag("resolve_dependencies") ? work.graph.real_heads() : work.graph.heads();
    for (const auto& id : ids) {
        const auto& script = work.graph.script(id);
        LineStyle style{.branches = true, .tree = false};
        work.say(work.call.flag("verbose") ? full_text(work, script) : one_line(work.graph, script, style));
    }
}

void branches(CommandWork& work) {
    work.require_history();
    for (const auto& id : work.graph.range({}, {})) {
        if (!work.graph.is_branch_point(id)) continue;
        const auto& script = work.graph.script(id);
        bool verbose = work.call.flag("verbose");
        work.say(verbose ? full_text(work, script) : one_line(work.graph, script, {.branches = true}));
        std::string lines;
        for (const auto& next : work.graph.next(id)) {
            LineStyle style{.branches = true, .message = verbose};
            lines += std::string(id.size(), ' ') + " -> " + one_line(work.graph, work.graph.script(next), style) + '\n';
        }
        work.say(lines);
    }
}

void show(CommandWork& work) {
    work.require_history();
    auto name = work.call.text("revision");
    for (const auto& id : name == "current" ? current_of(work) : work.graph.resolve(name)) {
        work.say(full_text(work, work.graph.script(id)));
    }
}

void check(CommandWork& work) {
    work.require_history();
    std::vector<std::string> found;
    for (const auto& place : work.databases()) {
        auto migrator = work.migrator(place);
        auto now = migrator.current();
        for (const auto& head : now) (void)work.graph.script(head);
        auto heads = work.graph.real_heads();
        std::sort(now.begin(), now.end());
        std::sort(heads.begin(), heads.end());
        if (now != heads) {
            throw DatabaseNotAtHead("database-not-at-head"_code, "Target database is not up to date.",
                                    "run `db upgrade`");
        }
        for (const auto& operation : work.changes(place, migrator).operations) found.push_back(describe(operation));
    }
    if (found.empty()) return work.say("No new upgrade operations detected.");
    throw DiffsDetected("diffs-detected"_code, "New upgrade operations detected: " + join(found, "; "),
                        "write them into a revision: `db migrate -m \"…\"`");
}

/// Revisions that are not what ran on a database.
Names edited(const CommandWork& work) {
    Names out;
    for (const auto& place : work.databases()) {
        auto connection = place.engine.connect();
        for (const auto& one : Memory(*connection).all()) {
            const auto* script = work.graph.find(one.script.id);
            // A squashed one is another, and means the same.
            bool comparable = script && script->built && script->down_revisions == one.script.down_revisions;
            if (!comparable || hash_of(operations_of(*script, true)) == one.hash) continue;
            out.push_back(one.script.id + ": it was changed after it ran on " + place.engine.url() +
                          ": write a new revision instead, or downgrade and upgrade again");
        }
    }
    return out;
}

void lint(CommandWork& work) {
    std::size_t count = 0;
    auto tell = [&](const std::string& line) {
        work.say(line);
        ++count;
    };
    if (work.graph.heads().size() > 1) tell("There are several heads: " + join(work.graph.heads(), ", "));
    for (const auto& script : work.graph.scripts()) {
        if (!script.built) {
            tell(script.id + ": the program was built without it (" + script.path + ")");
            continue;
        }
        if (!script.downgrade) tell(script.id + ": it cannot be undone");
        for (const auto& operation : operations_of(script, true)) {
            for (const auto& line : effects_of(operation)) {
                tell(script.id + ": " + describe(operation) + ": " + line);
            }
        }
    }
    for (const auto& line : edited(work)) tell(line);
    if (count == 0) work.say("Nothing to remark.");
}

void diff(CommandWork& work) {
    auto names = work.call.list("databases");
    if (names.size() > 2 || names.empty()) {
        throw commands::UsageError("bad-diff"_code, "diff takes two databases, or one to compare with the models",
                                   "such as sqlite:////srv/a.db sqlite:////srv/b.db");
    }
    auto open = [&](const std::string& url) {
        if (!work.environment.open)
            throw MigrationError("unknown-dialect"_code, "No other database can be opened here");
        return work.environment.open(url);
    };
    auto first = open(names[0]);
    auto connection = first.connect();
    const auto& compiler = connection->dialect().ddl();
    auto is = work.tables_of(*connection);
    std::vector<schemas::Table> other;
    std::vector<const schemas::Table*> wanted;
    if (names.size() == 2) {
        auto second = open(names[1]);
        other = work.tables_of(*second.connect());
        for (const auto& table : other) wanted.push_back(&table);
    } else {
        wanted = work.databases().front().metadata->tables();
    }
    auto found = compare_schemas(is, wanted, compiler);
    for (const auto& operation : found.operations) work.say(describe(operation));
    if (found.operations.empty()) return work.say("No differences.");
    throw DiffsDetected("diffs-detected"_code, std::to_string(found.operations.size()) + " differences",
                        "the lines say what leads from the first to the second");
}

commands::Option verbose() {
    return {.spellings = {"-v", "--verbose"}, .help = "Use more verbose output", .kind = ParameterKind::flag};
}

}  // namespace

void CommandList::add_showing() {
    add("current", "Display the current revision for each database.", current).option(verbose());
    add("history", "List changeset scripts in chronological order.", history)
        .option({.spellings = {"-r", "--rev-range"}, .help = "Specify a revision range; format is [start]:[end]"})
        .option(verbose())
        .option({.spellings = {"-i", "--indicate-current"},
                 .help = "Indicate current version",
                 .kind = ParameterKind::flag});
    add("heads", "Show current available heads in the script directory", heads)
        .option(verbose())
        .option({.spellings = {"--resolve-dependencies"},
                 .help = "Treat dependency versions as down revisions",
                 .kind = ParameterKind::flag});
    add("branches", "Show current branch points", branches).option(verbose());
    add("show", "Show the revision denoted by the given symbol.", show)
        .argument({.name = "revision", .required = false, .default_value = "head"});
    add("check", "Check if there are any new operations to migrate", check);
    add("lint", "Say what a reader of the revisions should look at", lint);
    add("diff", "Compare two databases, or one with the models", diff)
        .argument({.name = "databases", .required = false, .variadic = true});
}

}  // namespace retort::migrations
