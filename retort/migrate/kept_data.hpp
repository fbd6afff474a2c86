// KeptData: what revisions took out of a database, kept in side tables until it is pruned.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "retort/engine/connection.hpp"
#include "retort/schema/table.hpp"

namespace retort::migrations {

/// One side table, as the register `_retort_kept` has it.
struct KeptEntry {
    std::int64_t id = 0;
    std::string revision;
    /// Whether its upgrade took the data, or its downgrade.
    bool by_upgrade = true;
    /// "table", "column", "values" (of a column that changed), "trigger".
    std::string kind;
    std::string table;
    std::string column;
    /// What tells the rows apart; of a trigger its statement.
    std::vector<std::string> key;

    std::string side_table() const;
};

/// Keeps what one run of a revision takes away, and gives back what the run in the other direction took.
class KeptData {
  public:
    KeptData(engines::Connection& connection, std::string revision, bool upgrade);

    void keep_table(const schemas::Table& table);
    /// `triggers` are the statements that made them.
    void keep_triggers(const std::string& table, const std::vector<std::string>& triggers);
    void keep_column(const schemas::Table& table, const std::string& column);
    /// The values before they change; `condition` chooses rows.
    void keep_values(const schemas::Table& table, const std::string& column, const std::string& condition);
    /// The values afterwards, so that only what nobody touched since is brought back.
    void note_new_values(const std::string& table, const std::string& column);

    /// Puts rows back into a table that was made again; false when none were kept.
    bool give_back_table(const schemas::Table& table);
    std::vector<std::string> kept_triggers(const std::string& table);
    /// SQL for the value that a column had; empty when nothing is kept.
    std::string column_source(const schemas::Table& table, const std::string& column);
    /// SQL for the value before it changed, else `otherwise`.
    std::string value_source(const schemas::Table& table, const std::string& column, const std::string& otherwise);
    /// Drops what was given back.
    void forget_returned();

    static std::vector<KeptEntry> list(engines::Connection& connection);
    /// Drops side tables for good; returns how many.
    static std::size_t prune(engines::Connection& connection);

  private:
    KeptEntry enter(const std::string& kind, const std::string& table, const std::string& column,
                    std::vector<std::string> key);
    std::optional<KeptEntry> find(const std::string& kind, const std::string& table, const std::string& column) const;
    std::vector<std::string> key_of(const schemas::Table& table, const std::string& without) const;
    std::string keyed_copy(const schemas::Table& table, const KeptEntry& entry, const std::string& column);
    std::string lookup(const KeptEntry& entry, const std::string& what) const;
    std::string quoted(std::string_view name) const;
    void drop(const KeptEntry& entry);
    void load();

    engines::Connection& connection_;
    std::string revision_;
    bool upgrade_;
    std::vector<KeptEntry> entries_;
    std::vector<KeptEntry> returned_;
    std::vector<KeptEntry> noted_;
};

}  // namespace retort::migrations
