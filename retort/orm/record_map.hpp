// RecordMap: what a session keeps of rows that no struct describes: one object for each row, and its changes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "retort/engine/row.hpp"
#include "retort/orm/automap.hpp"

namespace retort::orm {

/// One row, which all records of it share.
struct RecordRow {
    std::shared_ptr<const RecordType> type;
    SessionCore* session = nullptr;  ///< null: detached, or its row was deleted
    std::vector<sql::Value> values;  ///< as they were read, in the table's order
    std::map<std::string, sql::Expression, std::less<>> changes;
    bool expired = false;  ///< read again before it is shown

    void take(const engines::Row& row);
    /// The values of the primary key, as they were read.
    std::vector<sql::ValueView> key() const;
    sql::Expression key_condition() const;
    /// Whether a change is another value than the one that was read.
    bool differs(const std::string& column, const sql::Expression& value) const;
    /// Reads the row again. Throws StaleDataError when it is gone.
    void read_again(SessionCore& by);
    void require_fresh() {
        if (expired && session != nullptr) read_again(*session);
    }
};

/// Rows by their primary keys. It lives as long as its session's work does.
class RecordMap {
  public:
    using Row = std::shared_ptr<RecordRow>;

    explicit RecordMap(SessionCore& session) : session_(&session) {}
    RecordMap(const RecordMap&) = delete;
    RecordMap& operator=(const RecordMap&) = delete;
    ~RecordMap() { forget(); }

    /// The row with this key, if the session has it; null when it does not.
    Row find(const RecordType& type, std::span<const sql::ValueView> key) const;
    /// The object of a row that was read: the known one as it is, unless it has expired.
    Row meet(const RecordType& type, const engines::Row& row);
    /// The object of a row that was inserted just now.
    Row inserted(const RecordType& type, const engines::Row& row);
    /// A detached row comes back. Throws InvalidRequestError("other-session").
    void attach(const Row& row);
    void note_change(const Row& row);
    void note_deleted(const Row& row);

    bool has_work() const { return !dirty_.empty(); }
    /// UPDATEs what was changed. Throws StaleDataError when a row is gone.
    void flush();
    /// Everything is read again when it is looked at; changes are forgotten.
    void expire() noexcept;
    /// The same, but changes stay.
    void expire_unchanged() noexcept;
    /// Deleted rows are there again.
    void undo_deletes() noexcept;
    /// The transaction has ended.
    void finish(bool committed) noexcept;
    /// Lets go of all rows.
    void forget() noexcept;

  private:
    void place(const Row& row);
    void take_out(const RecordRow& row);
    void write_changes(const Row& row);

    SessionCore* session_;
    std::unordered_multimap<std::uint64_t, Row> rows_;
    std::vector<Row> dirty_;
    std::vector<Row> inserted_;  ///< in this transaction
    std::vector<Row> gone_;      ///< deleted in this transaction
};

}  // namespace retort::orm
