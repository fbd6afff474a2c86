// UnitOfWork: one flush: what must be written, in which order, and what the objects become by it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "retort/engine/connection.hpp"
#include "retort/orm/session_core.hpp"

namespace retort::orm {

/// One flush of one session.
///
/// `prepare` may read, on the session's thread; `run` writes, perhaps on another thread while the session's waits;
/// `finish` comes after success. When `run` throws, only the session's rollback helps.
class UnitOfWork {
  public:
    explicit UnitOfWork(SessionCore& session) : session_(session) {}

    /// Finds the orphans, and the children of what goes. Listeners are to hear of these too, so it comes first.
    void part();
    void prepare();
    /// Listeners of the models: before what `prepare` reads, and when all is done.
    void tell_before();
    void tell_after();
    /// Whether a row is to be written: changes that were set back need no database, nor its lock.
    bool has_rows() const;
    void run(engines::Connection& connection);
    void finish() noexcept;
    /// The databases that have something to write, those with new rows that others refer to first.
    std::vector<std::string_view> bind_keys();
    /// From now on `run` writes the rows of this one only.
    void write_only(std::string_view bind_key) { only_ = bind_key; }

  private:
    /// What one mapper has to write, and those that inherit from it.
    struct Task {
        Store* store;
        std::vector<void*> inserts;
        std::vector<void*> updates;
        std::vector<void*> early;  ///< deletes that make room for an insert
        std::vector<void*> deletes;
        std::vector<const Link*> links;
    };

    struct UpdateRun;

    bool tell_inserts(std::unordered_set<void*>& told);
    bool tell_updates(std::unordered_set<void*>& told);
    bool tell_deletes(std::unordered_set<void*>& told);
    Task& task_of(const Mapper& mapper);
    void part_from_children(void* parent, std::vector<Link>& parted);
    void find_switched();
    bool key_to_be(const Mapper& mapper, void* object, std::vector<ValueView>& key) const;
    bool can_go_first(void* object, std::vector<void*>& with);
    void plan();
    void run_group(engines::Connection& connection, std::size_t first, std::size_t last);
    void run_levels(engines::Connection& connection, std::size_t first, std::size_t last);
    bool links_within(std::size_t first, std::size_t last) const;
    void* parent_before(const Link& link) const;
    void apply(Task& task, const Link& link);
    void insert_all(engines::Connection& connection, Task& task, std::span<void* const> objects);
    void insert_kind(engines::Connection& connection, Store& store, std::span<void* const> objects);
    void insert_joined(engines::Connection& connection, std::span<void* const> objects);
    void insert_level(engines::Connection& connection, const Mapper& level, void* object, std::uint64_t mask,
                      std::int64_t& number);
    void insert_done(Store& store, void* object, std::uint64_t mask, std::int64_t key);
    void update_all(engines::Connection& connection, Task& task);
    void end_run(engines::Connection& connection, const Mapper& mapper, UpdateRun& run);
    void update_one(engines::Connection& connection, const Mapper& mapper, void* object, std::uint64_t mask);
    void update_joined(engines::Connection& connection, const Mapper& mapper, void* object, std::uint64_t mask);
    void update_row(engines::Connection& connection, const Mapper& level, void* object, std::uint64_t mask);
    std::uint64_t add_generated(const Mapper& mapper, void* object, std::uint64_t mask);
    ValueView row_version(const Mapper& mapper, void* object) const;
    std::uint64_t raise_version(const Mapper& mapper, void* object, std::uint64_t mask);
    void read_versions();
    void read_going_keys();
    void learn_old_value(void* object, std::uint32_t change);
    static void expire_generated(const Mapper& mapper, void* object, std::uint64_t mask);
    void delete_all(engines::Connection& connection, std::vector<void*> Task::* list);
    void delete_rows(engines::Connection& connection, std::span<void* const> objects);
    void delete_kind(engines::Connection& connection, const Mapper& mapper, std::span<void* const> objects);
    void write_late_links(engines::Connection& connection);
    void write_associations(engines::Connection& connection);
    void remove_associations(engines::Connection& connection, const Mapper& mapper, std::span<void* const> objects);
    std::uint64_t changed_columns(const Mapper& mapper, void* object) const;

    /// Whether `run` leaves this model to another database.
    bool is_elsewhere(const Mapper& mapper) const { return only_ && mapper.bind_key() != *only_; }

    SessionCore& session_;
    std::optional<std::string_view> only_;
    std::vector<Task> tasks_;
    std::vector<Link> links_;
    std::vector<ValueView> views_;
    std::size_t parted_ = 0;  ///< of the session's objects that go
    std::vector<void*> told_inserts_, told_updates_, told_deletes_;
};

/// What an INSERT of this object sets, and the values, checked. Throws FlushError("required-attribute").
std::uint64_t show_row(const Mapper& mapper, void* object, bool doubles, std::vector<ValueView>& views);
/// The foreign keys that are written by UPDATEs of their own after the rows (post_update).
std::uint64_t late_columns(const Mapper& mapper);
/// The version that an object's row gets when it is written.
sql::Value next_version(const Mapper& mapper, void* object);

/// The primary key under which the session knows an object, also when a change waits to be flushed.
void identity_of(const ChangeLog& changes, const Mapper& mapper, void* object, std::vector<ValueView>& out);

}  // namespace retort::orm
