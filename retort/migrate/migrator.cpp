// Revisions run on a database.
#include "retort/migrate/migrator.hpp"

#include <algorithm>

#include "retort/base/text.hpp"
#include "retort/engine/dialect.hpp"
#include "retort/engine/errors.hpp"
#include "retort/engine/result.hpp"
#include "retort/migrate/beginning.hpp"
#include "retort/migrate/errors.hpp"

namespace retort::migrations {

namespace {

bool same_names(Names a, Names b) {
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    return a == b;
}

/// Of the second list those that the first has not.
template <class T>
std::vector<T> added(const std::vector<T>& before, const std::vector<T>& after) {
    std::vector<T> out;
    for (const auto& one : after) {
        if (std::find(before.begin(), before.end(), one) == before.end()) out.push_back(one);
    }
    return out;
}

}  // namespace

Migrator::Migrator(const engines::Engine& engine, const RevisionGraph& graph, MigrateOptions options)
    : engine_(engine), graph_(graph), options_(std::move(options)), connection_(engine.connect()) {}

Names Migrator::current() { return VersionTable(*connection_).read(); }

std::vector<Operation> Migrator::operations_for(const Script& script, bool upgrade) const {
    auto all = operations_of(script, upgrade);
    std::erase_if(all, [&](const Operation& one) { return one.bind != options_.bind; });
    return all;
}

/// A revision whose file is gone is known as long as the database remembers it.
RevisionGraph Migrator::with_remembered(const Names& heads) {
    auto lost = [&](const std::string& head) { return graph_.find(head) == nullptr; };
    if (std::none_of(heads.begin(), heads.end(), lost)) return graph_;
    auto scripts = graph_.scripts();
    for (const auto& one : Memory(*connection_).all()) {
        if (graph_.find(one.script.id) == nullptr) scripts.push_back(Memory::script_of(one));
    }
    return RevisionGraph(std::move(scripts));
}

void Migrator::upgrade(std::string_view target) { walk(target, true); }
void Migrator::downgrade(std::string_view target) { walk(target, false); }

/// Rows of which one follows the other say two things about one schema.
void Migrator::refuse_overlap(const Names& heads) const {
    auto tips = graph_.tips_of_lines(heads);
    if (tips.size() == heads.size()) return;
    throw MigrationError("overlapping-versions"_code,
                         "The table alembic_version has " + join(heads, ", ") + ", of which " + join(tips, ", ") +
                             " comes last: one row a branch is right",
                         "say which revision the schema has: `db stamp --purge <revision>`");
}

void Migrator::walk(std::string_view target, bool upgrade) {
    auto heads = current();
    // Going up past a revision that nobody knows would build on sand; going down needs no file.
    if (!upgrade) graph_ = with_remembered(heads);
    refuse_overlap(heads);
    auto path = upgrade ? graph_.upgrade_path(target, heads) : graph_.downgrade_path(target, heads);
    std::vector<std::vector<Operation>> steps;
    std::vector<Operation> all;
    for (const auto& id : path) {
        steps.push_back(operations_for(graph_.script(id), upgrade));
        all.insert(all.end(), steps.back().begin(), steps.back().end());
    }
    if (!options_.allow_drift && !path.empty()) refuse_drift(all, heads);
    bool overtaken = false;
    for (std::size_t next = upgrade ? begin_with(path, steps, heads) : 0; next < path.size();) {
        const auto& id = path[next];
        // What somebody else did meanwhile is done.
        if (overtaken && graph_.applied(heads).contains(id) == upgrade) {
            ++next;
        } else if (run_one(id, upgrade, heads)) {
            heads = upgrade ? graph_.heads_after_upgrade(heads, id) : graph_.heads_after_downgrade(heads, id);
            ++next;
        } else {
            overtaken = true;
            heads = current();
        }
    }
}

/// On a database without tables, the first revisions together. How many ran, which may be none.
std::size_t Migrator::begin_with(const Names& path, const std::vector<std::vector<Operation>>& steps, Names& heads) {
    Beginning beginning(heads.empty() ? steps : std::vector<std::vector<Operation>>{}, connection_->dialect().ddl());
    if (beginning.count() < 2 || !Beginning::fits(*connection_)) return 0;
    const Names done(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(beginning.count()));
    Names after;
    for (const auto& id : done) after = graph_.heads_after_upgrade(after, id);
    auto transaction = connection_->dialect().schema_transaction(*connection_);
    transaction->begin();
    try {
        VersionTable versions(*connection_);
        // Else somebody else was faster.
        if (!versions.read().empty() || !Beginning::fits(*connection_)) return 0;
        beginning.run(*connection_);
        LiveSchema live(*connection_, done.back(), true, options_.run);
        for (const auto& table : beginning.tables()) live.verify(table);
        versions.write({}, after);
        Memory memory(*connection_);
        for (const auto& id : done) memory.remember(graph_.script(id), operations_of(graph_.script(id), true));
        transaction->commit();
    } catch (const Error&) {
        // One after the other they tell which of them it was, and those before it stay.
        transaction->rollback();
        return 0;
    } catch (...) {
        transaction->rollback();
        throw;
    }
    heads = after;
    for (const auto& id : done) {
        tell(graph_.script(id), true);
        if (options_.on_done) options_.on_done("upgrade", graph_.script(id));
    }
    return done.size();
}

void Migrator::refuse_drift(const std::vector<Operation>& operations, const Names& heads) {
    std::vector<std::string> tables;
    for (const auto& operation : operations) {
        auto table = table_of(operation);
        bool creates = std::holds_alternative<ops::CreateTable>(operation.step);
        if (!table.empty() && !creates) tables.push_back(table);
    }
    if (tables.empty()) return;
    auto found = drift(tables);
    // What another upgrade did while the tables were looked at is no drift.
    if (found.empty() || !same_names(current(), heads)) return;
    throw DriftError("schema-drift"_code, "The database is not what its revisions describe: " + join(found, "; "),
                     "somebody changed it by hand: take that back, write it into a revision and stamp it, or say "
                     "--allow-drift to go on with the tables as they are");
}

SchemaState Migrator::state_at(const Names& heads) const {
    SchemaState state;
    for (const auto& id : graph_.sorted(graph_.applied(heads))) {
        const auto& script = graph_.script(id);
        if (!script.built) {
            state.mark_opaque();
            continue;
        }
        try {
            for (const auto& operation : operations_for(script, true)) {
                state.apply(operation, connection_->dialect().ddl());
            }
        } catch (const MigrationError&) {
            // The history does not begin with nothing, as in a database that was there before it.
            state.mark_opaque();
        }
    }
    return state;
}

std::vector<std::string> Migrator::drift(const std::vector<std::string>& tables) {
    auto heads = current();
    for (const auto& head : heads) {
        if (graph_.find(head) == nullptr) return {};
    }
    auto state = state_at(heads);
    if (state.is_opaque()) return {};
    auto inspector = engines::inspect(*connection_);
    std::vector<std::string> out;
    for (const auto& table : state.tables()) {
        bool asked = tables.empty() || std::find(tables.begin(), tables.end(), table.name) != tables.end();
        if (!asked) continue;
        auto is = inspector->find_table(table.name);
        if (!is) {
            out.push_back("table \"" + table.name + "\" is missing");
            continue;
        }
        for (const auto& one : differences(table, *is, connection_->dialect().ddl())) {
            out.push_back("table \"" + table.name + "\": " + schemas::to_string(one));
        }
    }
    return out;
}

/// One revision on its way.
struct Migrator::Run {
    const Script& script;
    bool upgrade;
    const Names& heads;
    Names after;
    std::vector<Operation> operations;
    /// Tables whose rows moved; none: all of them may have.
    std::vector<std::string> touched = {};
    std::vector<engines::BrokenReference> broken = {};
    std::vector<std::string> broken_views = {};
    /// What was broken before, which is no reason to stop.
    std::vector<engines::BrokenReference> old_broken = {};
    std::vector<std::string> old_broken_views = {};
    bool overtaken = false;
};

bool Migrator::run_one(const std::string& id, bool upgrade, const Names& heads) {
    const auto& script = graph_.script(id);
    auto after = upgrade ? graph_.heads_after_upgrade(heads, id) : graph_.heads_after_downgrade(heads, id);
    Run run{script, upgrade, heads, std::move(after), operations_for(script, upgrade)};
    tell(script, upgrade);
    bool done = attempt(run);
    if (!done && !run.overtaken) {
        look_at_what_was_broken(run);
        done = attempt(run);
    }
    if (done && options_.on_done) options_.on_done(upgrade ? "upgrade" : "downgrade", script);
    return done;
}

void Migrator::tell(const Script& script, bool upgrade) const {
    if (!options_.on_revision) return;
    const Names own{script.id};
    const auto& down = script.down_revisions;
    options_.on_revision(upgrade ? "upgrade" : "downgrade", upgrade ? down : own, upgrade ? own : down, script);
}

/// Runs the revision in one transaction. False where somebody else was faster, and where references or views broke,
/// which `run` tells; nothing has happened then.
bool Migrator::attempt(Run& run) {
    auto transaction = connection_->dialect().schema_transaction(*connection_);
    transaction->begin();
    VersionTable versions(*connection_);
    run.overtaken = !same_names(versions.read(), run.heads);
    if (run.overtaken) return false;
    try {
        LiveSchema live(*connection_, run.script.id, run.upgrade, options_.run);
        bool fills = std::any_of(run.operations.begin(), run.operations.end(), is_opaque);
        if (run.upgrade && fills) live.fills_its_tables();
        for (const auto& operation : run.operations) live.apply(operation);
        live.finish();
        run.touched = live.touched_everything() ? std::vector<std::string>{} : live.touched();
        bool moved = live.touched_everything() || !run.touched.empty();
        if (moved && options_.run.verify) {
            run.broken = added(run.old_broken, transaction->broken_references(run.touched));
            run.broken_views = added(run.old_broken_views, transaction->broken_views());
            if (!run.broken.empty() || !run.broken_views.empty()) {
                transaction->rollback();
                return false;
            }
        }
        versions.write(run.heads, run.after);
        Memory memory(*connection_);
        if (run.upgrade) {
            memory.remember(run.script, operations_of(run.script, true));
        } else {
            memory.forget(run.script.id);
        }
        transaction->commit();
    } catch (const Error&) {
        transaction->rollback();
        throw;
    } catch (const std::exception& error) {
        transaction->rollback();
        throw_failed(run.script, error);
    } catch (...) {
        transaction->rollback();
        throw;
    }
    return true;
}

/// Throws unless all that is broken was broken before.
void Migrator::look_at_what_was_broken(Run& run) {
    auto before = connection_->dialect().schema_transaction(*connection_);
    before->begin();
    run.old_broken = before->broken_references(run.touched);
    run.old_broken_views = before->broken_views();
    before->rollback();
    auto views = added(run.old_broken_views, run.broken_views);
    auto broken = added(run.old_broken, run.broken);
    if (!views.empty()) {
        throw MigrationError("broken-view"_code,
                             "Revision " + run.script.id + " breaks what looks at its tables: " + views.front(),
                             "drop the view in the revision and make it again, with op.execute");
    }
    if (broken.empty()) return;
    std::vector<std::string> rows;
    for (const auto& one : broken) {
        if (rows.size() < 5) rows.push_back("row " + one.row + " of " + one.table + " (to " + one.referred_table + ')');
    }
    throw DataConflict("broken-references"_code,
                       "After revision " + run.script.id + ' ' + std::to_string(broken.size()) +
                           " rows would refer to rows that are not there: " + join(rows, ", "),
                       "mend or delete them first, in the revision or by hand");
}

void Migrator::stamp(const Names& targets, bool purge) {
    auto transaction = connection_->dialect().schema_transaction(*connection_);
    transaction->begin();
    try {
        auto before = purge ? Names{} : current();
        for (const auto& head : before) (void)graph_.script(head);
        auto after = graph_.stamped(before, targets);
        VersionTable table(*connection_);
        if (purge) table.clear();
        table.write(after);
        Memory memory(*connection_);
        auto applied = graph_.applied(after);
        for (const auto& one : memory.all()) {
            if (!applied.contains(one.script.id)) memory.forget(one.script.id);
        }
        transaction->commit();
    } catch (...) {
        transaction->rollback();
        throw;
    }
}

std::vector<schemas::Difference> differences(const schemas::Table& before, const schemas::Table& after,
                                             const schemas::DdlCompiler& compiler) {
    auto found = schemas::compare_tables(before, after, compiler);
    std::erase_if(found, [](const schemas::Difference& one) {
        using schemas::Subject;
        if (one.subject == Subject::column_order) return true;
        bool named = one.subject == Subject::foreign_key || one.subject == Subject::unique ||
                     one.subject == Subject::check || one.subject == Subject::primary_key;
        // The same but for a name that one of them has not.
        auto without = [](const std::string& text) {
            constexpr std::string_view word = "CONSTRAINT ";
            if (!text.starts_with(word)) return text;
            bool quoted = text[word.size()] == '"';
            auto rest = text.find(quoted ? '"' : ' ', word.size() + 1);
            // A quote in a name stands twice.
            while (quoted && rest + 1 < text.size() && text[rest + 1] == '"') rest = text.find('"', rest + 2);
            return rest == std::string::npos ? text : std::string(trim(std::string_view(text).substr(rest + 1)));
        };
        bool one_bare = one.before.starts_with("CONSTRAINT ") != one.after.starts_with("CONSTRAINT ");
        return named && one_bare && without(one.before) == without(one.after);
    });
    return found;
}

}  // namespace retort::migrations
