// LiveSchema: carries out operations on a database, one table's changes at a time.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/engine/inspector.hpp"
#include "retort/migrate/kept_data.hpp"
#include "retort/migrate/operation.hpp"
#include "retort/schema/alter.hpp"

namespace retort::migrations {

/// How a revision is carried out.
struct RunOptions {
    /// Whether what is dropped goes to side tables.
    bool keep = true;
    /// Whether tables are compared with what they should be, and references checked.
    bool verify = true;
    /// Told what is going on.
    std::function<void(std::string_view)> report = {};
};

/// Runs operations inside a transaction that somebody else opened. Changes of one table that follow each other are
/// gathered, so that a table is made anew once.
class LiveSchema {
  public:
    LiveSchema(engines::Connection& connection, std::string revision, bool upgrade, const RunOptions& options);

    /// The revision fills its tables by SQL or C++, so what a downgrade took out of them does not come back by itself.
    void fills_its_tables() { fills_ = true; }

    /// Throws DataConflict where rows stand in the way, MigrationError where the operation does not fit.
    void apply(const Operation& operation);
    /// Carries out what was gathered.
    void finish();

    /// Throws DriftError unless the table that is there is the one that was described.
    void verify(const schemas::Table& wanted);

    /// The tables whose rows were moved or changed. With `touched_everything` nobody knows.
    const std::vector<std::string>& touched() const { return touched_; }
    bool touched_everything() const { return touched_everything_; }

  private:
    /// Values that a change of their column would lose, and in which rows.
    struct KeptValues {
        std::string column;
        std::string condition;
    };
    struct Pending {
        schemas::TableChange change;
        std::vector<std::string> kept_columns;
        std::vector<KeptValues> kept_values;
        /// Columns whose type changed: name, and whether values may not fit.
        std::vector<std::string> converted;
    };

    void flush();
    void run(const std::string& statement);
    Pending& pending(const std::string& table);
    void create_table(const ops::CreateTable& one);
    void drop_table(const ops::DropTable& one);
    void rename_table(const ops::RenameTable& one);
    void rename_column(const ops::RenameColumn& one);
    void gather(const Operation& operation);
    void gather_column(const ops::AddColumn& one);
    void gather_column(const ops::AlterColumn& one);
    void gather_column(const ops::DropColumn& one);
    void carry_out(Pending& pending);
    std::string rows_text(const schemas::Table& table);
    void check_converted(const Pending& pending);
    void touch(const std::string& table);
    std::vector<std::string> trigger_statements(const std::string& table);

    engines::Connection& connection_;
    bool upgrade_;
    const RunOptions& options_;
    KeptData kept_;
    std::unique_ptr<engines::Inspector> inspector_;
    std::optional<Pending> pending_;
    std::vector<std::string> touched_;
    /// Tables that have their rows again, those which the revision inserted among them.
    std::vector<std::string> given_back_;
    bool fills_ = false;
    bool touched_everything_ = false;
};

/// The SQL of an operation on rows, or of raw SQL for this dialect; empty when it has none there.
std::vector<std::string> statements_of(const Operation& operation, const schemas::DdlCompiler& compiler);

/// Throws MigrationError("no-schemas") for a step in a schema where the database has none.
void refuse_schema(const Operation& operation, const schemas::DdlCompiler& compiler);

/// Says which rows stand in the way of a change that failed, as a DataConflict; returns where it finds none.
void explain_failure(engines::Connection& connection, const schemas::TableChange& change);
/// Says which rows have NULL in what becomes a key that counts, if there are such: SQLite would give them numbers.
void refuse_numbering(engines::Connection& connection, const schemas::TableChange& change);
/// Says which rows have values that are none of their column's new type, if there are such.
void refuse_misfits(engines::Connection& connection, const schemas::Table& table, const std::string& column);

}  // namespace retort::migrations
