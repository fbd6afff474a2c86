// Where the rows of a stream come from, and how a session lets go of the objects of a part.
#include "retort/orm/row_stream.hpp"

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "retort/engine/cursor.hpp"
#include "retort/engine/result.hpp"
#include "retort/orm/compile.hpp"
#include "retort/orm/errors.hpp"
#include "retort/orm/propagated_options.hpp"
#include "retort/orm/relationship.hpp"

namespace retort::orm {

/// The slabs of a part.
class SlabSet : public std::unordered_set<const Slab*> {};

/// The rows as the database gives them: from a query that stays open, on a connection of its own; or all of them read
/// at once, where no connection can be spared for that, or the transaction has written what only it sees.
class RowStream::Source {
  public:
    Source(SessionCore& session, const sql::NodeRef& statement)
        : query_(compile_query(session.engine().dialect_of(bind_key_of(statement)), statement)) {
        auto& transaction = session.transaction_for(statement);
        if (transaction.is_writing() || !session.engine().reads_beside()) {
            rows_.emplace(transaction.reader().execute(query_.text(), query_.parameters()));
            return;
        }
        connection_ = session.engine().connect();
        cursor_.emplace(*connection_, query_.text(), query_.parameters());
    }
    /// Up to `most` rows; returns how many there were.
    std::size_t each(std::size_t most, FunctionRef<void(std::span<const ValueView>)> row) {
        std::size_t count = 0;
        if (cursor_) {
            for (; count < most && cursor_->next(); ++count) row(cursor_->row());
            if (count < most) cursor_.reset();
            return count;
        }
        for (; rows_ && count < most && at_ < rows_->size(); ++count) row((*rows_)[at_++].values());
        return count;
    }

  private:
    CompiledQuery query_;
    std::unique_ptr<engines::Connection> connection_;
    std::optional<engines::Cursor> cursor_;
    std::optional<engines::Result> rows_;
    std::size_t at_ = 0;
};

RowStream::RowStream(SessionCore& session, SelectCore select)
    : session_(session),
      select_(std::move(select)),
      part_(select_.execution.yield_per == 0 ? 1000 : select_.execution.yield_per) {
    session_.autoflush_for(select_);
    source_ = std::make_unique<Source>(session_, session_.begin_stream(select_).ref());
}

RowStream::~RowStream() {
    if (reading_) session_.release_since(before_);
}

bool RowStream::next(SessionCore::RowSink sink) {
    if (reading_) session_.release_since(before_);
    before_ = session_.begin_part();
    reading_ = true;
    std::size_t rows = 0;
    auto feed = [&](FunctionRef<void(std::span<const ValueView>)> row) { rows = source_->each(part_, row); };
    session_.read_part(select_, feed, sink);
    if (rows == 0) {
        session_.release_since(before_);
        reading_ = false;
    }
    return rows > 0;
}

// New objects go into slabs of their own from here on.
SessionCore::PartMark SessionCore::begin_part() {
    for (auto& store : stores_) {
        if (store != nullptr && store->slab != nullptr) store->slab->capacity = store->slab->used;
    }
    return {slabs_, closings_};
}

namespace {

bool is_in(const SlabSet& slabs, const void* object) { return object != nullptr && slabs.contains(slab_of(object)); }

template <class List, class Object>
bool any_in(const SlabSet& slabs, const List& list, Object object_of) {
    return std::any_of(list.begin(), list.end(), [&](const auto& each) { return is_in(slabs, object_of(each)); });
}

}  // namespace

// Whether what a transaction keeps of its work points into these slabs.
bool SessionCore::work_refers_to(const SlabSet& slabs) {
    auto self = [](void* object) { return object; };
    return any_in(slabs, changes_.all(), [](const Change& change) { return change.object; }) ||
           any_in(slabs, links_, [](const Link& link) { return link.child; }) ||
           any_in(slabs, links_, [](const Link& link) { return link.parent; }) ||
           any_in(slabs, associations_, [](const Association& row) { return row.owner; }) ||
           any_in(slabs, associations_, [](const Association& row) { return row.target; }) ||
           any_in(slabs, orphans_, [](const Orphan& orphan) { return orphan.child; }) ||
           any_in(slabs, deleting_, self) || any_in(slabs, early_, self) || any_in(slabs, inserted_, self) ||
           any_in(slabs, gone_, self) || any_in(slabs, loaded_, self);
}

bool SessionCore::refers_to(void* object, const SlabSet& slabs) {
    for (const auto& relationship : slab_of(object)->mapper->relationships) {
        if (relationship.is_one()) {
            if (is_in(slabs, one_of(relationship, object).target_)) return true;
            continue;
        }
        const auto* collection = many_of(relationship, object).collection_;
        if (collection != nullptr && any_in(slabs, collection->items, [](void* item) { return item; })) return true;
    }
    return false;
}

// Objects that were read, and that nobody else in the session knows of, can go.
bool SessionCore::can_release(const SlabSet& slabs) {
    if (work_refers_to(slabs)) return false;
    for (Slab* slab = slabs_; slab != nullptr; slab = slab->next) {
        bool going = slabs.contains(slab);
        if (!going && slab->mapper->relationships.empty()) continue;
        for (std::uint32_t at = 0; at < slab->used; ++at) {
            const auto& header = header_of(slab->object(at));
            if (header.state == ObjectState::free) continue;
            bool clean = header.state == ObjectState::persistent && header.change == 0 && !header.deleting;
            if (going ? !clean : refers_to(slab->object(at), slabs)) return false;
        }
    }
    return true;
}

void SessionCore::release_since(const PartMark& mark) {
    if (mark.closings != closings_) return;
    SlabSet going;
    for (Slab* slab = slabs_; slab != nullptr && slab != mark.newest; slab = slab->next) {
        if (slab->handles == 0) going.insert(slab);
    }
    if (going.empty() || !can_release(going)) return;
    for (Slab** link = &slabs_; *link != nullptr && *link != mark.newest;) {
        Slab* slab = *link;
        if (!going.contains(slab)) {
            link = &slab->next;
            continue;
        }
        *link = slab->next;
        forget_slab(*slab);
        free_slab(slab);
    }
}

// Its objects are referred to by each other at most, and not by handles.
void SessionCore::forget_slab(Slab& slab) {
    Store& store = store_of(*slab.mapper);
    for (std::uint32_t at = 0; at < slab.used; ++at) {
        void* object = slab.object(at);
        if (header_of(object).state == ObjectState::persistent) forget_identity(object);
    }
    if (store.slab == &slab) store.slab = nullptr;
    store.results.clear();
    if (propagated_ == nullptr) return;
    std::erase_if(propagated_->by_cell, [&](const auto& options) { return slab_of(options.first) == &slab; });
}

}  // namespace retort::orm
