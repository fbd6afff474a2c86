// Flush, commit, rollback: how a session's work reaches the database and what becomes of its objects.
#include <algorithm>
#include <unordered_set>
#include <utility>

#include "retort/orm/column.hpp"
#include "retort/orm/errors.hpp"
#include "retort/orm/events.hpp"
#include "retort/orm/record_map.hpp"
#include "retort/orm/relationship.hpp"
#include "retort/orm/session_core.hpp"
#include "retort/orm/session_scopes.hpp"
#include "retort/orm/unit_of_work.hpp"

namespace retort::orm {

namespace {

/// An address that each thread has for itself.
const void* this_thread() {
    static thread_local char place;
    return &place;
}

[[noreturn]] void refuse_other_thread() {
    throw InvalidRequestError("session-of-another-thread"_code,
                              "a session is used on another thread than the one that began its transaction.",
                              "give each thread a session of its own, and hand over primary keys");
}

}  // namespace

engines::Transaction& SessionCore::transaction() {
    require_usable();
    if (transaction_ == nullptr) {
        if (!engine_) {
            throw InvalidRequestError("no-engine"_code, "the session has no database to talk to.",
                                      "make it with Session{create_engine(\"sqlite:///app.db\")}");
        }
        transaction_ = engine_.begin();
        ++transactions_begun_;
        thread_ = this_thread();
        tell(&SessionEvents::after_begin);
    } else if (thread_ != this_thread()) {
        refuse_other_thread();
    }
    if (begin_statement_ != nullptr) [[unlikely]]
        begin_statement_(statement_context_);
    return *transaction_;
}

std::uint64_t SessionCore::begin() {
    require_no_flush("begin()");
    if (transaction_ != nullptr) {
        throw InvalidRequestError("transaction-begun"_code, "the session is in a transaction already.",
                                  "commit() or rollback() it first, or take begin_nested() for a part of it");
    }
    (void)transaction();
    return transactions_begun_;
}

void refuse_ended_transaction() {
    throw InvalidRequestError("transaction-ended"_code, "this transaction has ended already.",
                              "begin another one: auto transaction = session.begin();");
}

bool SessionCore::has_work() const {
    return pending_count_ > 0 || !deleting_.empty() || !links_.empty() || !associations_.empty() || !orphans_.empty() ||
           changes_.has_unflushed() || (records_ != nullptr && records_->has_work());
}

void SessionCore::autoflush() {
    if (options_.autoflush && !flushing_ && has_work()) flush();
}

namespace {

class Flag {
  public:
    explicit Flag(bool& flag) : flag_(flag) { flag_ = true; }
    ~Flag() { flag_ = false; }
    Flag(const Flag&) = delete;
    Flag& operator=(const Flag&) = delete;

  private:
    bool& flag_;
};

}  // namespace

void SessionCore::require_no_flush(const char* call) const {
    if (!flushing_) return;
    throw FlushError("nested-flush"_code, std::string(call) + " was called within a flush of the same session.",
                     "do it after the flush: listeners of a flush may add, change and delete objects");
}

void SessionCore::flush() {
    require_usable();
    require_no_flush("flush()");
    if (!has_work()) return;
    write_out([&](const Work& work) { transaction().write(work); });
}

// What fails, the database or a listener, ends the transaction. False when there was nothing to write.
bool SessionCore::write_out(FunctionRef<void(const Work&)> write) {
    Flag flag(flushing_);
    try {
        tell(&SessionEvents::before_flush);
        UnitOfWork work(*this);
        work.part();
        work.tell_before();
        work.prepare();
        if (session_events().track_changes()) track_changes();
        const bool writes = work.has_rows();
        if (writes && spans_databases()) {
            write_bound(work);
        } else if (writes) {
            write([&](engines::Connection& connection) {
                engines::StatementContext scope(statement_context_);
                work.run(connection);
            });
        }
        work.finish();
        if (records_ != nullptr) records_->flush();
        work.tell_after();
        tell(&SessionEvents::after_flush);
        return writes;
    } catch (const std::exception& error) {
        flush_failed(error.what(), dynamic_cast<const Error*>(&error));
        throw;
    } catch (...) {
        flush_failed("something that is no std::exception was thrown", nullptr);
        throw;
    }
}

// Listeners that run after the writing may still refuse it, so there it is not made final in one step. Records are
// written after the objects.
bool SessionCore::has_late_listeners() const {
    if (hears(&SessionEvents::after_flush) || records_ != nullptr) return true;
    return std::any_of(stores_.begin(), stores_.end(),
                       [](const auto& store) { return store != nullptr && store->mapper->events != nullptr; });
}

void SessionCore::commit() {
    require_usable();
    require_no_flush("commit()");
    if (transaction_ != nullptr && thread_ != this_thread()) refuse_other_thread();
    tell(&SessionEvents::before_commit);
    if (!session_events().before_models_committed.empty()) {
        flush();
        tell_changes(session_events().before_models_committed);
    }
    // What fails within a savepoint leaves alone what was written before it.
    if (has_work() && (has_late_listeners() || spans_databases() || !savepoints_.empty())) flush();
    const bool committed = has_work() && write_out([&](const Work& work) { transaction().write_and_commit(work); });
    if (!committed && transaction_ != nullptr) transaction_->commit();
    finish_transaction(true);
    tell(&SessionEvents::after_commit);
    tell_changes(session_events().models_committed);
    tracked_.clear();
}

// Within a savepoint what was written before it stands; the flush itself was undone by the transaction.
void SessionCore::flush_failed(const char* what, const Error* known) {
    if (transaction_ != nullptr && savepoints_.empty()) transaction_->rollback();
    failure_ = known != nullptr ? known->name() + ": " + known->message() : what;
}

void SessionCore::finish_transaction(bool committed) noexcept {
    transaction_.reset();
    savepoints_.clear();
    if (committed) {
        for (void* object : gone_) {
            if (header_of(object).state != ObjectState::deleted) continue;  // make_transient has made it a new one
            header_of(object).state = ObjectState::detached;
            header_of(object).deleting = true;
        }
    }
    gone_.clear();
    release_deleted(!committed);
    inserted_.clear();
    numbered_.clear();
    changes_.clear();
    if (records_ != nullptr) records_->finish(committed);
    if (!committed || options_.expire_on_commit) expire_everything();
}

void SessionCore::expire_unchanged() noexcept {
    expire_unchanged_objects();
    if (records_ != nullptr) records_->expire_unchanged();
}

void SessionCore::expire_unchanged_objects() noexcept {
    const bool waits = has_work();
    for (auto& store : stores_) {
        if (store == nullptr) continue;
        store->own.each([&](void* object) { waits ? expire_untouched(object) : expire(object); });
    }
}

void SessionCore::expire_untouched(void* object) noexcept {
    if (header_of(object).change == 0 && !has_relation_changes(object)) return expire(object);
    if (header_of(object).state != ObjectState::persistent) return;
    for (const auto& attribute : slab_of(object)->mapper->attributes) {
        std::uint8_t& state = attribute.state(object);
        bool stays = attribute.options.primary_key || (state & cell_touched) != 0;
        if (!stays) state |= cell_expired;
    }
    header_of(object).expired = true;
}

void SessionCore::expire_everything() noexcept {
    if (records_ != nullptr) records_->expire();
    for (auto& store : stores_) {
        if (store != nullptr) store->own.each([this](void* object) { expire(object); });
    }
}

// From the newest change back to the oldest, so that each object gets what it had when the transaction began.
void SessionCore::undo_changes(std::size_t from, std::size_t inserted) noexcept {
    auto& changes = changes_.all();
    std::unordered_set<const void*> rowless;  // what was new when it was `inserted`, once it is asked for
    auto keeps_row = [&](const void* object) {
        if (rowless.empty() && inserted < inserted_.size())
            rowless.insert(&inserted_[inserted], inserted_.data() + inserted_.size());
        return !rowless.contains(object);
    };
    for (std::size_t i = changes.size(); i > from; --i) {
        const Change& change = changes[i - 1];
        const Attribute& attribute = slab_of(change.object)->mapper->attributes[change.attribute];
        if (header_of(change.object).state == ObjectState::detached) {
            header_of(change.object).change = 0;  // it keeps what it has, to be written by another session
            continue;
        }
        bool key = attribute.options.primary_key;
        if (key) forget_identity(change.object);
        if (change.known) {
            attribute.load(change.object, change.old);
        } else if (keeps_row(change.object)) {  // what has no row to be read from keeps what it was given last
            auto& state = attribute.state(change.object);
            state = static_cast<std::uint8_t>((state & ~cell_set) | cell_expired);
        }
        attribute.state(change.object) &= static_cast<std::uint8_t>(~cell_touched);
        header_of(change.object).change = 0;
        if (key) take_identity(change.object);
    }
    changes_.truncate(from);
}

void SessionCore::rollback() noexcept {
    if (transaction_ != nullptr) transaction_->rollback();
    undo_changes(0, 0);
    undo_objects(0, 0);
    finish_transaction(false);
    tracked_.clear();
    tell_quietly(&SessionEvents::after_rollback, "after_rollback");
    tell_quietly(&SessionEvents::after_soft_rollback, "after_soft_rollback");
}

// What was deleted in this transaction comes back by a rollback of it, or of a savepoint since.
void SessionCore::keep_deleted() {
    for (std::size_t i = 0; i < gone_.size(); ++i) {
        bool gone = header_of(gone_[i]).state == ObjectState::deleted || header_of(gone_[i]).deleting;
        if (!gone || slab_of(gone_[i])->handles == 0) continue;
        std::uint64_t within = 0;
        for (const Savepoint& savepoint : savepoints_) {
            if (savepoint.gone <= i) within = savepoint.number;
        }
        retain(gone_[i]);
        left_.push_back({gone_[i], within});
    }
}

void SessionCore::release_deleted(bool undone, std::uint64_t within) noexcept {
    std::erase_if(left_, [&](const LeftObject& left) {
        if (left.within < within) return false;
        ObjectHeader& header = header_of(left.object);
        if (undone && header.state == ObjectState::detached) header.deleting = false;
        release(left.object);
        return true;
    });
}

// Objects become what they were when so many had been inserted and deleted.
void SessionCore::undo_objects(std::size_t inserted, std::size_t gone) noexcept {
    failure_.clear();
    for (std::size_t i = inserted; i < inserted_.size(); ++i) {
        void* object = inserted_[i];
        const Mapper& mapper = *slab_of(object)->mapper;
        if (header_of(object).state == ObjectState::persistent) forget_identity(object);
        if (numbered_[i] != 0) mapper.integer_key->state(object) &= static_cast<std::uint8_t>(~cell_set);
        header_of(object).state = ObjectState::transient;
    }
    for (auto& store : stores_) {
        if (store == nullptr) continue;
        for (void* object : store->pending) header_of(object).state = ObjectState::transient;
        store->pending.clear();
    }
    pending_count_ = 0;
    links_.clear();
    associations_.clear();
    orphans_.clear();
    for (void* object : deleting_) header_of(object).deleting = false;
    for (void* object : early_) {
        if (header_of(object).state == ObjectState::persistent) take_identity(object);  // a new one took its place
    }
    early_.clear();
    deleting_.clear();
    for (std::size_t i = gone; i < gone_.size(); ++i) {
        void* object = gone_[i];
        if (header_of(object).state == ObjectState::detached) header_of(object).deleting = false;
        if (header_of(object).state != ObjectState::deleted) continue;
        header_of(object).state = ObjectState::persistent;
        take_identity(object);
    }
    inserted_.resize(std::min(inserted, inserted_.size()));
    numbered_.resize(inserted_.size());
    gone_.resize(std::min(gone, gone_.size()));
}

std::uint64_t SessionCore::begin_nested() {
    flush();
    std::string name = "sa_savepoint_" + std::to_string(savepoints_.size() + 1);
    transaction().savepoint(name);
    savepoints_.push_back(
        {++savepoints_begun_, std::move(name), changes_.all().size(), inserted_.size(), gone_.size(), tracked_.size()});
    return savepoints_begun_;
}

void refuse_ended_savepoint() {
    throw InvalidRequestError("savepoint-ended"_code, "this savepoint has ended already.",
                              "begin another one: auto nested = session.begin_nested();");
}

namespace {

auto find_savepoint(std::vector<Savepoint>& all, std::uint64_t number) {
    return std::find_if(all.begin(), all.end(), [&](const Savepoint& each) { return each.number == number; });
}

}  // namespace

void SessionCore::commit_nested(std::uint64_t number) {
    if (find_savepoint(savepoints_, number) == savepoints_.end()) refuse_ended_savepoint();
    flush();
    auto at = find_savepoint(savepoints_, number);
    transaction().release_savepoint(at->name);
    savepoints_.erase(at, savepoints_.end());
}

void SessionCore::rollback_nested(std::uint64_t number) noexcept {
    auto at = find_savepoint(savepoints_, number);
    if (at == savepoints_.end() || transaction_ == nullptr) return;
    Savepoint savepoint = std::move(*at);
    savepoints_.erase(at, savepoints_.end());
    try {
        transaction_->rollback_to_savepoint(savepoint.name);
    } catch (const std::exception& error) {
        flush_failed(error.what(), nullptr);  // the database has ended the transaction as a whole: rollback() is left
        return;
    }
    undo_changes(savepoint.changes, savepoint.inserted);
    undo_objects(savepoint.inserted, savepoint.gone);
    tracked_.erase(tracked_.begin() + static_cast<std::ptrdiff_t>(std::min(savepoint.tracked, tracked_.size())),
                   tracked_.end());
    release_deleted(true, savepoint.number);
    if (records_ != nullptr) records_->undo_deletes();
    expire_everything();
    tell_quietly(&SessionEvents::after_soft_rollback, "after_soft_rollback");
}

}  // namespace retort::orm
