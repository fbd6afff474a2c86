// Migrator: takes a database up and down its history, one transaction a revision.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/engine/engine.hpp"
#include "retort/engine/schema_transaction.hpp"
#include "retort/migrate/live_schema.hpp"
#include "retort/migrate/revision_graph.hpp"
#include "retort/migrate/schema_state.hpp"
#include "retort/migrate/version_table.hpp"
#include "retort/schema/compare.hpp"

namespace retort::migrations {

/// What a migrator is told beside its revisions.
struct MigrateOptions {
    RunOptions run = {};
    /// The database it is for, where there are several.
    std::string bind = {};
    /// Whether tables that are not what the revisions say are changed all the same.
    bool allow_drift = false;
    /// Called with each revision before it runs: "upgrade", the heads before and after it, its message.
    std::function<void(std::string_view direction, const Names& from, const Names& to, const Script&)> on_revision = {};
    /// Called with each when it has run and is there to stay.
    std::function<void(std::string_view direction, const Script&)> on_done = {};
};

/// A revision that would run, and what it would do.
struct PlannedRevision {
    const Script* script;
    bool upgrade;
    std::vector<Operation> operations;
    std::vector<std::string> statements;
};

/// Works on one database. Whoever comes second while another one migrates waits, and finds the work done.
class Migrator {
  public:
    Migrator(const engines::Engine& engine, const RevisionGraph& graph, MigrateOptions options = {});

    /// The revisions in the version table.
    Names current();
    /// Throws RevisionError, DataConflict, DriftError, MigrationError, and what the database throws. The revisions
    /// before the one that failed stay; of the failed one nothing does.
    void upgrade(std::string_view target = "head");
    void downgrade(std::string_view target = "-1");
    /// Writes the version table and runs nothing. With `purge` it is emptied first, whatever it holds.
    void stamp(const Names& targets, bool purge = false);

    /// What would run; nothing does.
    std::vector<PlannedRevision> plan(std::string_view target, bool upgrade);

    /// The schema as the revisions up to these describe it.
    SchemaState state_at(const Names& heads) const;
    /// What the database has otherwise than the revisions say, of these tables; of all when there are none.
    std::vector<std::string> drift(const std::vector<std::string>& tables);

    /// What a direction of a revision does to this database.
    std::vector<Operation> operations_for(const Script& script, bool upgrade) const;

    engines::Connection& connection() { return *connection_; }

  private:
    void walk(std::string_view target, bool upgrade);
    void refuse_overlap(const Names& heads) const;
    struct Run;  // migrator.cpp
    std::size_t begin_with(const Names& path, const std::vector<std::vector<Operation>>& steps, Names& heads);
    bool run_one(const std::string& id, bool upgrade, const Names& heads);
    bool attempt(Run& run);
    void tell(const Script& script, bool upgrade) const;
    void look_at_what_was_broken(Run& run);
    void refuse_drift(const std::vector<Operation>& operations, const Names& heads);
    RevisionGraph with_remembered(const Names& heads);

    engines::Engine engine_;
    RevisionGraph graph_;
    MigrateOptions options_;
    std::unique_ptr<engines::Connection> connection_;
};

/// Differences between two tables that count for a migration: a constraint without a name is the same as one with,
/// and the order of columns is nobody's business.
std::vector<schemas::Difference> differences(const schemas::Table& before, const schemas::Table& after,
                                             const schemas::DdlCompiler& compiler);

/// The same steps as a script of SQL.
std::string upgrade_sql(const RevisionGraph& graph, const schemas::DdlCompiler& compiler, const Names& path,
                        Names heads, bool upgrade, std::string_view bind);

}  // namespace retort::migrations
