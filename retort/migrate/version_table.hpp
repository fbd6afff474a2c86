// The table `alembic_version`, as Alembic has it, and what Retort remembers of each revision beside it.
#pragma once

#include <string>
#include <vector>

#include "retort/engine/connection.hpp"
#include "retort/migrate/revision.hpp"

namespace retort::migrations {

using Names = std::vector<std::string>;

/// Which revisions a database has: one row for each head.
class VersionTable {
  public:
    static constexpr std::string_view name = "alembic_version";

    explicit VersionTable(engines::Connection& connection) : connection_(connection) {}

    /// Asked once.
    bool exists();
    /// Empty also where the table is missing. Throws MigrationError("damaged-version-table").
    Names read();
    /// Takes all rows away, and the table itself where it cannot be read.
    void clear();
    /// Makes the table when it is missing. Statements change as few rows as they can.
    void write(const Names& heads);
    /// The same when it is known what the table holds.
    void write(const Names& before, const Names& after);

    /// The statements for that, for a script.
    static std::string create_sql();
    static std::vector<std::string> change_sql(const Names& before, const Names& after);

  private:
    engines::Connection& connection_;
    bool exists_ = false;
};

/// A revision as a database remembers it.
struct Remembered {
    Script script;
    std::vector<Operation> upgrade;
    std::vector<Operation> downgrade;
    bool has_downgrade = false;
    std::string hash;
};

/// What ran on a database, kept in `_retort_revisions`.
class Memory {
  public:
    explicit Memory(engines::Connection& connection) : connection_(connection) {}

    void remember(const Script& script, const std::vector<Operation>& upgrade);
    void forget(const std::string& id);
    std::vector<Remembered> all();
    /// With its operations as a script that can run again. One with SQL or C++ in it refuses to be undone.
    static Script script_of(const Remembered& remembered);

  private:
    bool exists();

    engines::Connection& connection_;
    bool exists_ = false;
};

}  // namespace retort::migrations
