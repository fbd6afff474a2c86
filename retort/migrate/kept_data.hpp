// KeptData: what revisions took out of a database, kept in side tables until it is pruned.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "retort/engine/connection.hpp"
#include "retort/schema/alter.hpp"
#include "retort/schema/table.hpp"

namespace retort::migrations {

/// One side table, as the register `_retort_kept` has it.
struct KeptEntry {
    std::int64_t id = 0;
    std::string revision;
    /// Whether its upgrade took the data, or its downgrade.
    bool by_upgrade = true;
    /// "table", "column", "values" (of a column that changed), "trigger", "counter" (of AUTOINCREMENT).
    std::string kind;
    std::string table;
    std::string column;
    /// What tells the rows apart; of a trigger its statement, of a counter its number.
    std::vector<std::string> key;

    std::string side_table() const;
};

/// Keeps what one run of a revision takes away, and gives back what the run in the other direction took.
class KeptData {
  public:
    using Report = std::function<void(std::string_view)>;

    /// `report` is told of what cannot be kept or given back.
    KeptData(engines::Connection& connection, std::string revision, bool upgrade, Report report = {});

    void keep_table(const schemas::Table& table);
    /// `triggers` are the statements that made them.
    void keep_triggers(const std::string& table, const std::vector<std::string>& triggers);
    void keep_column(const schemas::TableChange& change, const std::string& column);
    /// The values before they change; `condition` chooses rows.
    void keep_values(const schemas::TableChange& change, const std::string& column, const std::string& condition);
    /// The values afterwards, so that only what nobody touched since is brought back.
    void note_new_values(const std::string& table, const std::string& column);

    /// Puts rows back into a table that was made again; false when none were kept.
    bool give_back_table(const schemas::Table& table);
    std::vector<std::string> kept_triggers(const std::string& table);
    /// SQL for the value that a column had; empty when nothing is kept.
    std::string column_source(const schemas::Table& table, const std::string& column);
    /// SQL for the value before it changed, else `otherwise`.
    std::string value_source(const schemas::Table& table, const std::string& column, const std::string& otherwise);
    /// Before the values go back: those whose row is not found stay, in an entry of their own.
    void keep_homeless();
    /// Drops what was given back.
    void forget_returned();

    static std::vector<KeptEntry> list(engines::Connection& connection);
    /// Drops side tables for good; returns how many.
    static std::size_t prune(engines::Connection& connection);

  private:
    KeptEntry enter(const std::string& kind, const std::string& table, const std::string& column,
                    std::vector<std::string> key, std::optional<bool> by_upgrade = {});
    std::optional<KeptEntry> find(const std::string& kind, const std::string& table, const std::string& column) const;
    std::vector<std::string> key_of(const schemas::TableChange& change, const std::string& column) const;
    std::string row_id_of(const schemas::Table& table) const;
    bool has_null(const schemas::Table& table, const std::vector<std::string>& columns) const;
    bool fits(const KeptEntry& entry, const schemas::Table& table) const;
    void keep_counter(const schemas::Table& table);
    void give_back_counter(const schemas::Table& table);
    void index_key(const KeptEntry& entry);
    std::string keyed_copy(const schemas::Table& table, const KeptEntry& entry, const std::string& column);
    std::string same_row(const KeptEntry& entry, const std::string& table) const;
    std::string lookup(const KeptEntry& entry, const std::string& what) const;
    std::string quoted(std::string_view name) const;
    void drop(const KeptEntry& entry);
    void load();

    engines::Connection& connection_;
    std::string revision_;
    bool upgrade_;
    Report report_;
    std::vector<KeptEntry> entries_;
    /// Their values go back with the next change of their table.
    std::vector<KeptEntry> returning_;
    std::vector<KeptEntry> returned_;
    std::vector<KeptEntry> noted_;
};

}  // namespace retort::migrations
