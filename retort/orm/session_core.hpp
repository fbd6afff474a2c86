// SessionCore: a session without types: its identity maps, its unit of work, and how it reads and writes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "retort/base/json.hpp"
#include "retort/base/owned.hpp"
#include "retort/engine/connection.hpp"
#include "retort/engine/engine.hpp"
#include "retort/orm/change_log.hpp"
#include "retort/orm/identity_map.hpp"
#include "retort/orm/mapper.hpp"
#include "retort/orm/session_notes.hpp"
#include "retort/sql/select.hpp"

namespace retort {
class Session;
class ModelChange;
}  // namespace retort

namespace retort::orm {

class OneCell;
class ManyCell;
class UnitOfWork;
class SlabSet;
class MetObjects;
class SelectCore;
class RecordMap;
struct LoadOption;
struct PropagatedOptions;
struct SessionEvents;

/// Options of a query, from some relationship on; null when it says nothing.
using LoadOptions = std::shared_ptr<const std::vector<LoadOption>>;

/// How a session behaves.
struct SessionOptions {
    bool autoflush = true;         ///< flush before a query, when something waits
    bool expire_on_commit = true;  ///< after a commit, read again what is looked at
};

/// Whether rows are locked while they are read (SELECT … FOR UPDATE); databases without row locks leave it out.
struct RowLock {
    RowLock() = default;
    RowLock(bool lock) : wanted(lock) {}                                      // NOLINT: true is a lock
    RowLock(sql::ForUpdate lock) : wanted(true), options(std::move(lock)) {}  // NOLINT: so are its options

    bool wanted = false;
    sql::ForUpdate options{};
};

/// How `get` and `refresh` read a row.
struct ReadOptions {
    bool populate_existing = false;  ///< also where the session has the object: it becomes what the row is
    RowLock with_for_update{};       ///< the same, and nobody else can write the row before this transaction ends
};

/// What a session holds of one mapper.
struct Store {
    const Mapper* mapper;
    IdentityMap own;  ///< empty when the mapper has a base: the root's has all
    IdentityMap* identities = &own;
    Slab* slab = nullptr;        ///< the one that new objects go into
    std::vector<void*> pending;  ///< in the order in which they were added; with those of all kinds
    std::uint32_t slabs = 0;
    std::vector<std::uint64_t> results;  ///< where each result's new objects begin: slab << 32 | slot

    std::uint64_t end() const { return slab == nullptr ? 0 : std::uint64_t{slab->ordinal} << 32 | slab->used; }
};

/// The field of a relationship, with all that its address tells.
struct Place {
    SessionCore* session;
    const Mapper* mapper;
    const Relationship* relationship;
    void* object;
    ObjectState state;
    bool is_live() const {
        return session != nullptr && (state == ObjectState::pending || state == ObjectState::persistent);
    }
};
Place place_of(const void* cell);

/// One column of a statement's row, or the several of an entity.
struct RowPart {
    const Mapper* mapper = nullptr;  ///< null: a single value
    std::uint32_t width = 1;
    std::string_view name{};  ///< of the field, where its column is called otherwise
    /// How many digits behind the point a decimal has, by its column or what was worked out of one; -1: as it comes.
    std::int8_t scale = -1;
    bool rounds = false;  ///< also where there are more: sums on SQLite are doubles
};

class SessionCore {
  public:
    SessionCore(engines::Engine engine, SessionOptions options);
    ~SessionCore();
    SessionCore(const SessionCore&) = delete;
    SessionCore& operator=(const SessionCore&) = delete;

    /// Gives a closed session, which has kept some memory, to somebody else; an empty engine lets go of the database.
    void reuse(engines::Engine engine, SessionOptions options);
    /// Whether what it keeps is worth no mention; one that wrote thousands of rows is better thrown away.
    bool is_small() const;
    /// The Session that listeners are given.
    void set_owner(Session* owner) { owner_ = owner; }
    const engines::Engine& engine() const { return engine_; }
    Session* owner() const { return owner_; }
    const SessionOptions& options() const { return options_; }
    /// What the program keeps with the session.
    json& info() { return info_; }
    /// What listens to this session only.
    SessionEvents& own_events();
    const ChangeLog& changes() const { return changes_; }
    /// What a hook of the engine finds as `engines::statement_context()` while this session writes, on whatever thread.
    /// `begin` is told before each statement, on the session's own thread.
    void set_statement_context(void* context, void (*begin)(void* context)) {
        statement_context_ = context;
        begin_statement_ = begin;
    }
    void set_autoflush(bool autoflush) { options_.autoflush = autoflush; }

    // Objects.
    /// Moves an object into the session; it becomes pending.
    void* add_moved(const Mapper& mapper, void* from);
    /// An object that lives in a slab already: transient ones become pending, detached ones persistent.
    void add(void* object);
    void remove(void* object);
    void expunge(void* object);
    void expire(void* object);
    /// The same with what the cascades `expunge` and `refresh-expire` take along.
    void expunge_along(void* object);
    void expire_along(void* object);
    void expire(void* object, const Attribute& attribute);
    /// The same of some columns and relationships, by where they stand in the model's `c`.
    void expire_fields(void* object, std::span<const volatile void* const> fields);
    /// The session's own object for this one's primary key, with its values; a new one when there is no such row.
    void* merge(const Mapper& mapper, void* given);
    /// The same of an object that has a handle, as one of its own kind.
    void* merge(void* held);
    void expire_all() {
        expire_everything();
        forget_expired_relations();
    }
    void refresh(void* object, const ReadOptions& options = {});
    /// Reads some columns and relationships again now, by where they stand in the model's `c`.
    void refresh_fields(void* object, std::span<const volatile void* const> fields);
    /// Whether it has a change that a flush would write.
    bool is_modified(void* object) const;
    bool contains(const void* object) const;
    /// The object with this primary key, from the identity map or the database; null when there is none.
    void* get(const Mapper& mapper, std::span<const ValueView> key, const Relationship* along = nullptr);
    void* get(const Mapper& mapper, std::int64_t key);
    void* get(const Mapper& mapper, std::span<const ValueView> key, const ReadOptions& options);
    /// The same as a query says how to load it. Throws InvalidRequestError("get-of-some") when that has conditions.
    void* get(const Mapper& mapper, std::span<const ValueView> key, const SelectCore& as);
    std::vector<void*> pending() const;
    std::vector<void*> dirty();
    std::vector<void*> deleted() const;

    // Transactions.
    /// Throws FlushError("nested-flush") while the session flushes: `call` must wait until that is done.
    void require_no_flush(const char* call) const;
    void flush();
    void commit();
    void rollback() noexcept;
    void close() noexcept;
    void expunge_all();
    bool in_transaction() const { return transaction_ != nullptr; }
    /// Begins one now; gives its number. Throws InvalidRequestError("transaction-begun") when there is one already.
    std::uint64_t begin();
    bool is_in_transaction(std::uint64_t number) const { return in_transaction() && transactions_begun_ == number; }
    engines::Transaction& transaction();
    /// That of the database in which a model lives.
    engines::Transaction& transaction(const Mapper& mapper);
    /// That of the database whose tables a statement names.
    engines::Transaction& transaction_for(const sql::NodeRef& statement);
    /// Flushes and sets a savepoint; gives its number, which no other one of the session has.
    std::uint64_t begin_nested();
    /// Ends the savepoint of this number, and those within it.
    void commit_nested(std::uint64_t number);
    void rollback_nested(std::uint64_t number) noexcept;

    // Statements.
    /// Flushes what waits, when the session does so by itself.
    void autoflush();
    /// The same, unless the query says otherwise.
    void autoflush_for(const SelectCore& select);
    /// Runs a query and gives each row; entities come as objects in `objects`, in order, values in `values`.
    using RowSink = FunctionRef<void(std::span<void* const> objects, std::span<const ValueView> values)>;
    void query(const SelectCore& select, RowSink sink);
    /// What a stream sends for a query. Throws InvalidRequestError("stream-with-collections").
    sql::Select begin_stream(const SelectCore& select);
    /// A part of a stream: `feed` gives its rows to what it is given.
    using RowFeed = FunctionRef<void(FunctionRef<void(std::span<const ValueView>)>)>;
    void read_part(const SelectCore& select, RowFeed feed, RowSink sink);
    /// Where a part of a stream begins: what was there before it.
    struct PartMark {
        const Slab* newest = nullptr;
        std::uint32_t closings = 0;
    };
    PartMark begin_part();
    /// Lets go of the objects since then, unless one was changed, has a handle or is referred to.
    void release_since(const PartMark& mark);
    /// The objects of a relationship, read from the database.
    void each_of(const Relationship& relationship, void* object, FunctionRef<void(void*)> sink);
    /// Every entity row of a query for one mapper.
    void query_entities(const SelectCore& select, FunctionRef<void(void*)> sink);
    /// How many rows a query gives.
    std::int64_t count(const sql::Select& statement);
    /// Of those rows that its options mean.
    std::int64_t count(const SelectCore& select);
    /// Runs a statement that writes; returns the rows changed. Objects in memory are not brought in step, but expired.
    std::int64_t execute_write(const sql::NodeRef& statement);
    /// The same of one that gives rows, as records do: flushes nothing, and leaves records as they are.
    engines::Result write_rows(std::string_view bind_key, const sql::NodeRef& statement);
    /// Runs SQL text, and gives its rows; one that writes expires what is in memory.
    engines::Result execute_text(const sql::NodeRef& text);
    /// The same of one with RETURNING, whose rows are given to `sink`.
    void execute_returning(const sql::NodeRef& statement, std::span<const RowPart> parts, RowSink sink);
    /// Writes rows from objects that are not the session's; returns how many.
    std::int64_t bulk_insert(const Mapper& mapper, std::span<void* const> rows);
    /// Writes what each of them was given to the row with its primary key. Throws StaleDataError("stale-data") when
    /// there is none.
    std::int64_t bulk_update(const Mapper& mapper, std::span<void* const> rows, void* defaults);
    /// Reads an entity's row: the object that stands for it. Null when its primary key is NULL.
    void* load_row(Store& store, const ValueView* row);
    /// The same of a row that has only the columns of `mask`; the others wait until they are touched.
    void* load_row(Store& store, const ValueView* row, std::uint64_t mask);
    Store& store_of(const Mapper& mapper);
    /// The rows of tables that no struct describes: orm/record_map.hpp.
    RecordMap& records();

    // What fields tell.
    void note_change(void* object, const Attribute& attribute);
    void note_changes_of_detached(void* object, const Mapper& mapper);
    /// Reads again what waits for it. Deferred columns do so only when one of them is touched.
    void load_expired(void* object, const Attribute* touched = nullptr);
    /// What the session knows under this key; null when it does not, or when it has expired.
    void* find_known(const Store& store, std::span<const ValueView> key) const;
    /// Whether it has an object under this key, be it that it has to be read again.
    bool knows(const Store& store, std::span<const ValueView> key) const;
    /// Reads a relationship of all objects that came with this one's query.
    void load_siblings(const Relationship& relationship, void* object);
    /// What the query that gave an object said about loading behind this relationship, which is touched later.
    LoadOptions propagated_options(const Relationship& relationship, void* object) const;
    void propagate_options(const Relationship& relationship, void* object, const LoadOptions& options);
    void load_one(const OneCell& one, void* object);
    void load_many(const ManyCell& many, void* object);
    /// Reads a relationship of each of these objects now, one after the other, and what comes immediately with those.
    void load_each(const Relationship& relationship, std::span<void* const> owners);
    void set_one(OneCell& one, void* object, void* target);
    void append(ManyCell& many, void* parent, void* child);
    void take_out(ManyCell& many, void* parent, void* child);

    /// The key by which an object finds the others of a relationship, read again when it has expired.
    ValueView key_for(const Relationship& relationship, void* object);

    /// The same of all columns of its key: in `one`, or where there are several in `several`.
    std::span<const ValueView> key_of(const Relationship& relationship, void* object, ValueView& one,
                                      std::vector<ValueView>& several);
    /// What ties this object to its others: a condition on their table.
    sql::Expression condition_of(const Relationship& relationship, void* object);

    static OneCell& one_of(const Relationship& relationship, void* object);
    static ManyCell& many_of(const Relationship& relationship, void* object);
    static std::uint8_t& relation_state(const Relationship& relationship, void* object);
    /// Lets go of what it has in memory of a relationship.
    static void forget_relation(const Relationship& relationship, void* object);

  private:
    friend class UnitOfWork;
    friend class Loader;
    friend class Merging;
    friend class Populating;
    friend class ManyCell;
    friend class TransientRelations;
    using Work = std::function<void(engines::Connection&)>;

    bool work_refers_to(const SlabSet& slabs);
    bool can_release(const SlabSet& slabs);
    void forget_slab(Slab& slab);
    static bool refers_to(void* object, const SlabSet& slabs);
    void query_by_name(const SelectCore& select, RowSink sink);
    void require_usable() const;
    void require_key(const Mapper& mapper, std::span<const ValueView> key) const;
    void* known_to_be_persistent(void* object, const char* call) const;
    void write(const Work& work);
    void reread(Store& store, void* object, const ValueView* row, std::uint64_t mask);
    std::vector<void*> reached(void* object, bool Cascades::* cascade);
    static void number(ManyCell& many, const Relationship& relationship, std::size_t from);
    bool has_relation_changes(const void* object) const;
    void forget_objects() noexcept;
    void keep_deleted();
    /// Lets go of what was deleted within a savepoint, or at all; `undone`: its rows are there again.
    void release_deleted(bool undone, std::uint64_t within = 0) noexcept;
    void discard_changes(void* object);
    void attach(void* object, const Mapper& mapper);
    void cascade(void* object, const Mapper& mapper);
    std::vector<void*> along_with(void* object, bool Cascades::* cascade);
    void take_again(void* object);
    void bring_back(std::vector<void*> coming, bool Cascades::* cascade);
    void take_given_ones(void* object, const Mapper& mapper);
    void cascade_one(const Relationship& relationship, void* object);
    void cascade_many(const Relationship& relationship, void* object);
    void adopt(void* object);
    static void live_together(void* object, void* other);
    void add_along(void* other);
    void* new_object(Store& store);
    bool hears(std::vector<std::function<void(Session&)>> SessionEvents::* event) const;
    void tell(std::vector<std::function<void(Session&)>> SessionEvents::* event);
    void tell_loaded();
    void tell_quietly(std::vector<std::function<void(Session&)>> SessionEvents::* event, const char* name) noexcept;
    void tell_changes(const std::vector<std::function<void(Session&, std::span<const ModelChange>)>>& listeners);
    void track_changes();
    static void watch(void* object, const Mapper& mapper);
    void met_new(void* object, const Mapper& mapper);
    void begin_result(const Mapper& mapper);
    void* get_eagerly(const Mapper& mapper, std::span<const ValueView> key, const Relationship* along,
                      const LoadOptions& options = {});
    void* get_target(const Relationship& relationship, void* object, std::span<const ValueView> key);
    void read_into(Store& store, void* object, const ValueView* row, std::uint64_t mask);
    void* load_new(Store& store, const ValueView* row, std::uint64_t mask);
    void* load_described(Store& store, const ValueView* row, std::uint64_t mask);
    static void construct_described(const Mapper& mapper, void* object);
    void met_row(void* object, const Mapper& mapper);
    Store& make_store(const Mapper& mapper);
    Store& store_of_kind(Store& store, const ValueView* row, std::uint64_t mask);
    void load_by_query(void* object, std::uint64_t waiting);
    bool load_kind(void* object, std::uint64_t waiting);
    static const Items& loaded_children(const ManyCell& many);
    /// After an UPDATE that changed a primary key.
    void rekey(void* object);
    void follow_key(void* object);
    bool has_work() const;
    void* known_parent(const Relationship& one_side, void* child);
    bool has_no_parent(const Relationship& one_side, void* child) const;
    void forget_identity(void* object);
    void remember_identity(void* object);
    void take_identity(void* object);
    bool write_out(FunctionRef<void(const Work&)> write);
    /// Whether it holds objects of models with a bind key.
    bool spans_databases() const;
    void write_bound(UnitOfWork& work);
    bool has_late_listeners() const;
    void flush_failed(const char* what, const Error* known);
    void finish_transaction(bool committed) noexcept;
    void undo_changes(std::size_t from, std::size_t inserted) noexcept;
    void undo_objects(std::size_t inserted, std::size_t gone) noexcept;
    void* blank(Store& store);
    void copy_values(const Mapper& mapper, void* to, void* from, bool changes, bool only_given);
    void expire_everything() noexcept;
    /// After a statement that wrote rows: what waits for a flush stays.
    void expire_unchanged() noexcept;
    void expire_unchanged_objects() noexcept;
    void expire_untouched(void* object) noexcept;
    void fill_many(const Relationship& relationship, const ManyCell& many, void* object);
    /// Reads it where touching it would throw (`lazy::raise`).
    void read_if_refused(const Relationship& relationship, void* object);
    void fill_one(const Relationship& relationship, const OneCell& one, void* object);
    void set_child(OneCell& one, const Relationship& relationship, void* parent, void* child);
    void associate(ManyCell& many, const Relationship& relationship, void* owner, void* target);
    void gain(const Relationship& parent_side, void* parent, void* child);
    void keep_after_all(const void* parent, void* child);
    void regain(const Relationship& parent_side, void* parent, void* child);
    void lose(const Relationship& parent_side, void* parent, void* child);
    void let_go(const Relationship& parent_side, void* parent, void* child);
    void take_along(const Relationship& relationship, void* object, void* other);
    void note_orphan(const Relationship& relationship, void* child);
    bool is_orphan(const Orphan& orphan) const;
    bool has_children(void* object);
    /// Deletes what lost its owner; before a flush is planned.
    void remove_orphans();
    /// The objects of a relationship: those in memory, or read when `may_load` and they are not.
    Items related(const Relationship& relationship, void* object, bool may_load);
    static bool must_read_for_delete(void* object);
    void remove_one(void* object, std::vector<void*>& also);
    void link(const Relationship& relationship, void* child, void* parent, void* only_after = nullptr);
    static bool remembers(const Relationship* side, void* object);
    void forget_relations(FunctionRef<bool(const Relationship* side, void* object)> knows);
    void forget_expired_relations();
    void forget_reread_relations(const void* object);
    void remember_in_parents(void* child);
    void part_from(const Relationship& parent_side, void* parent, void* child);
    void catch_up(const Relationship& relationship, void* object, Items& others) const;

    engines::Engine engine_;
    SessionOptions options_;
    retort::detail::Owned<engines::Transaction> transaction_;
    std::vector<retort::detail::Owned<Store>> stores_;  ///< by the mapper's number
    Slab* slabs_ = nullptr;
    ChangeLog changes_;
    std::vector<Link> links_;
    std::vector<Association> associations_;
    std::vector<Orphan> orphans_;
    std::vector<void*> deleting_;
    struct {
        std::uint32_t depth = 0;
        std::vector<void*> later;  ///< objects that hang too deep on what is being added
    } adding_;
    std::vector<void*> early_;            ///< of them, those whose place another one takes
    std::vector<void*> inserted_;         ///< in this transaction
    std::vector<void*> gone_;             ///< deleted in this transaction
    std::vector<LeftObject> left_;        ///< of them, those that expunge_all let go, with a handle each
    std::vector<std::uint8_t> numbered_;  ///< for each of `inserted_`: whether the database gave its key
    std::uint32_t pending_count_ = 0;
    std::vector<Savepoint> savepoints_;
    std::uint64_t savepoints_begun_ = 0;
    std::uint64_t transactions_begun_ = 0;
    /// Relationships that are to be read immediately, the next one last, while one of them is being read.
    std::vector<std::pair<const Relationship*, void*>> awaited_;
    bool reading_awaited_ = false;
    retort::detail::Owned<RecordMap> records_;             ///< null while there are none
    retort::detail::Owned<PropagatedOptions> propagated_;  ///< the same
    std::vector<void*> loaded_;                            ///< of models with a listener, not told yet
    Session* owner_ = nullptr;
    retort::detail::Owned<SessionEvents> own_events_;  ///< null while there are none
    std::vector<ModelChange> tracked_;                 ///< in this transaction, while somebody listens
    json info_;
    void* statement_context_ = nullptr;
    void (*begin_statement_)(void* context) = nullptr;
    const void* thread_ = nullptr;      ///< on which the transaction was begun
    MetObjects* populating_ = nullptr;  ///< while a query overwrites what is known: what it has met
    std::string failure_;               ///< why only a rollback helps; "" while all is well
    bool flushing_ = false;
    std::uint32_t closings_ = 0;  ///< how often it let go of everything
};

/// Tells who listens to a relationship, before it changes; `next` and `before` may be null.
void tell_relation(const Relationship& relationship, void* owner, void* next, void* before);
inline void about_to_relate(const Relationship& relationship, void* owner, void* next, void* before) {
    if (relationship.owner->events != nullptr) [[unlikely]]
        tell_relation(relationship, owner, next, before);
}

/// Gives an attribute a value from outside, and notes the change.
void change_attribute(void* object, const Attribute& attribute, const ValueView& value);
void set_attribute(void* object, std::string_view name, const ValueView& value);
[[noreturn]] void refuse_empty_handle();
/// Throws ObjectDeletedError("object-deleted").
[[noreturn]] void refuse_gone(const void* object);
/// The hash of a primary key, for identity maps whose key is not one integer.
std::uint64_t hash_key(std::span<const ValueView> key);
bool same_value(const ValueView& a, const ValueView& b);

}  // namespace retort::orm
