// What a session does with objects: taking them in, finding them, letting them go.
#include "retort/orm/session_core.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_set>
#include <utility>

#include "retort/orm/column.hpp"
#include "retort/orm/errors.hpp"
#include "retort/orm/events.hpp"
#include "retort/orm/inheritance_mapping.hpp"
#include "retort/orm/propagated_options.hpp"
#include "retort/orm/record_map.hpp"
#include "retort/orm/relationship.hpp"
#include "retort/orm/session.hpp"
#include "retort/orm/transient_relations.hpp"
#include "retort/orm/unit_of_work.hpp"

namespace retort::orm {

SessionCore::SessionCore(engines::Engine engine, SessionOptions options)
    : engine_(std::move(engine)), options_(options) {
    configure_mappers();
}

SessionCore::~SessionCore() { close(); }

void SessionCore::reuse(engines::Engine engine, SessionOptions options) {
    engine_ = std::move(engine);
    options_ = options;
    info_ = json();
    own_events_.reset();
    statement_context_ = nullptr;
    begin_statement_ = nullptr;
    if (engine_) configure_mappers();
}

std::vector<void*> SessionCore::deleted() const { return deleting_; }

bool SessionCore::is_small() const {
    constexpr std::size_t small = 256;
    bool all_small = changes_.capacity() <= small && links_.capacity() <= small && associations_.capacity() <= small &&
                     orphans_.capacity() <= small && deleting_.capacity() <= small && inserted_.capacity() <= small &&
                     gone_.capacity() <= small;
    for (const auto& store : stores_) all_small = all_small && (store == nullptr || store->pending.capacity() <= small);
    return all_small;
}

Store& SessionCore::store_of(const Mapper& mapper) {
    if (mapper.index >= stores_.size()) stores_.resize(mapper.index + 1);
    auto& store = stores_[mapper.index];
    if (store == nullptr) [[unlikely]]
        return make_store(mapper);
    return *store;
}

Store& SessionCore::make_store(const Mapper& mapper) {
    auto store = std::make_unique<Store>();
    store->mapper = &mapper;
    if (mapper.root != &mapper) store->identities = &store_of(*mapper.root).own;
    return *(stores_[mapper.index] = std::move(store));
}

RecordMap& SessionCore::records() {
    if (records_ == nullptr) records_ = std::make_unique<RecordMap>(*this);
    return *records_;
}

void* SessionCore::new_object(Store& store) {
    if (store.slab == nullptr || store.slab->is_full()) [[unlikely]] {
        store.slab = new_slab(*store.mapper);
        store.slab->session = this;
        store.slab->ordinal = store.slabs++;
        store.slab->next = slabs_;
        slabs_ = store.slab;
    }
    return take_slot(*store.slab);
}

OneCell& SessionCore::one_of(const Relationship& relationship, void* object) {
    return *static_cast<OneCell*>(relationship.in(object));
}
ManyCell& SessionCore::many_of(const Relationship& relationship, void* object) {
    return *static_cast<ManyCell*>(relationship.in(object));
}

std::uint8_t& SessionCore::relation_state(const Relationship& relationship, void* object) {
    return relationship.is_one() ? one_of(relationship, object).state_ : many_of(relationship, object).state_;
}

void SessionCore::require_usable() const {
    if (failure_.empty()) return;
    throw PendingRollbackError("pending-rollback"_code,
                               "the session's transaction was rolled back, because a flush has failed: " + failure_,
                               "call rollback() on the session, then go on");
}

// Fields of objects in a slab find their session by their address.
void SessionCore::attach(void* object, const Mapper& mapper) {
    for (const auto& attribute : mapper.attributes) attribute.state(object) |= cell_attached;
    for (const auto& relationship : mapper.relationships) {
        (relationship.is_one() ? one_of(relationship, object).state_ : many_of(relationship, object).state_) |=
            relation_attached;
    }
    if (mapper.events != nullptr) watch(object, mapper);
}

namespace {

void tell_attached(void* object, const std::vector<MapperEvents::Listener>& listeners) {
    for (const auto& listener : listeners) listener(object);
}

}  // namespace

void* SessionCore::add_moved(const Mapper& mapper, void* from) {
    require_usable();
    Store& store = store_of(mapper);
    void* object = new_object(store);
    mapper.model->move_to(object, from);
    if (!mapper.relationships.empty()) TransientRelations::settle(object, mapper);
    add(object);
    return object;
}

void Added::add_to(SessionCore& session) const {
    if (mapper_ != nullptr) {
        session.add_moved(*mapper_, object_);
    } else if (object_ != nullptr) {
        session.add(object_);
    } else {
        refuse_empty_handle();
    }
}

namespace {

[[noreturn]] void belongs_elsewhere(const void* object) {
    throw InvalidRequestError(
        "other-session"_code, repr_of(object) + " belongs to another session already.",
        "merge(object) gives this session one of its own, add(Model(*object)) a copy as a new row; or close the "
        "other one first");
}

[[noreturn]] void refuse_deleted(const void* object) {
    bool lasts = header_of(object).state == ObjectState::detached;
    throw InvalidRequestError(
        "deleted-object"_code, repr_of(object) + " was deleted" + (lasts ? "." : " in this transaction."),
        std::string(lasts ? "" : "rollback() brings it back; ") + "make_transient(object) makes it a new one");
}

}  // namespace

void SessionCore::adopt(void* object) {
    Slab* slab = slab_of(object);
    if (slab->session == this) return;
    if (slab->session != nullptr) belongs_elsewhere(object);
    Slab* all = slab->group == nullptr ? slab : slab->group;
    if (slab->group == nullptr) slab->next = nullptr;
    while (all != nullptr) {
        Slab* next = all->next;
        all->session = this;
        all->group = nullptr;
        all->next = slabs_;
        slabs_ = all;
        all = next;
    }
}

/// What an object refers to must live as long as it does. Throws InvalidRequestError("other-session").
void SessionCore::live_together(void* object, void* other) {
    Slab* slab = slab_of(object);
    Slab* others = slab_of(other);
    if (slab->session == others->session) {
        if (slab != others && slab->session == nullptr) join_groups(slab, others);
    } else if (slab->session != nullptr) {
        slab->session->adopt(other);
    } else {
        others->session->adopt(object);
    }
}

void SessionCore::add(void* object) {
    require_usable();
    adopt(object);
    Slab* slab = slab_of(object);
    const Mapper& mapper = *slab->mapper;
    ObjectHeader& header = header_of(object);
    switch (header.state) {
        case ObjectState::transient:
            if (mapper.events != nullptr) tell_attached(object, mapper.events->before_attach);
            header.state = ObjectState::pending;
            store_of(*mapper.root).pending.push_back(object);
            ++pending_count_;
            if (mapper.discriminator != nullptr) set_kind(mapper, object);
            if (!mapper.relationships.empty()) cascade(object, mapper);
            attach(object, mapper);
            if (mapper.events != nullptr) tell_attached(object, mapper.events->after_attach);
            break;
        case ObjectState::detached:
            if (header.deleting) refuse_deleted(object);
            bring_back({object}, &Cascades::save_update);
            break;
        case ObjectState::persistent:
            if (header.deleting) {
                header.deleting = false;
                std::erase(deleting_, object);
            }
            [[fallthrough]];
        case ObjectState::pending:
            take_again(object);
            bring_back(along_with(object, &Cascades::save_update), &Cascades::save_update);
            break;
        case ObjectState::deleted: refuse_deleted(object);
        default: break;
    }
}

// What goes along with an object by a cascade, as far as it is in memory.
std::vector<void*> SessionCore::along_with(void* object, bool Cascades::* cascade) {
    std::vector<void*> along;
    for (const auto& relationship : slab_of(object)->mapper->relationships) {
        if (!(relationship.options.cascades.*cascade) || relationship.options.viewonly) continue;
        auto others = related(relationship, object, false);
        along.insert(along.end(), others.begin(), others.end());
    }
    return along;
}

// What a detached object has in memory comes back with it: all by save-update, by delete what is to be deleted with it.
// A list and no recursion, as for deletes.
void SessionCore::bring_back(std::vector<void*> coming, bool Cascades::* cascade) {
    for (std::size_t i = 0; i < coming.size(); ++i) {
        void* object = coming[i];
        ObjectHeader& header = header_of(object);
        if (header.state != ObjectState::detached || header.deleting) continue;
        adopt(object);
        const Mapper& mapper = *slab_of(object)->mapper;
        if (mapper.events != nullptr) tell_attached(object, mapper.events->before_attach);
        remember_identity(object);
        header.state = ObjectState::persistent;
        note_changes_of_detached(object, mapper);
        take_given_ones(object, mapper);
        if (mapper.events != nullptr) tell_attached(object, mapper.events->after_attach);
        if (cascade == &Cascades::save_update) take_again(object);
        auto along = along_with(object, cascade);
        coming.insert(coming.end(), along.begin(), along.end());
    }
}

// What hangs on a new object comes along with it.
void SessionCore::cascade(void* object, const Mapper& mapper) {
    for (const auto& relationship : mapper.relationships) {
        relationship.is_one() ? cascade_one(relationship, object) : cascade_many(relationship, object);
    }
}

// What a One was given while its object had no session is a change like any other.
void SessionCore::take_given_ones(void* object, const Mapper& mapper) {
    for (const auto& relationship : mapper.relationships) {
        if (!relationship.is_one()) continue;
        auto& one = one_of(relationship, object);
        if ((one.state_ & relation_given) == 0) continue;
        void* target = std::exchange(one.target_, nullptr);
        one.state_ = relation_attached;
        set_one(one, object, target);
    }
}

void SessionCore::cascade_one(const Relationship& relationship, void* object) {
    auto& one = one_of(relationship, object);
    if ((one.state_ & relation_loaded) == 0) return;
    void* target = one.target_;
    one.state_ = relation_loaded | relation_attached;
    if (relationship.kind == RelationKind::one_to_one) {
        if (target == nullptr) return;
        one.state_ = relation_attached;
        set_child(one, relationship, object, target);
        return;
    }
    link(relationship, object, target);
    if (target == nullptr) return;
    // A new parent comes first: its collection is one of the session then, and takes the object.
    take_along(relationship, object, target);
    if (relationship.reverse != nullptr) gain(*relationship.reverse, target, object);
}

void SessionCore::cascade_many(const Relationship& relationship, void* object) {
    auto& many = many_of(relationship, object);
    many.state_ = static_cast<std::uint8_t>(relation_loaded | relation_attached | (many.state_ & relation_given));
    if (many.collection_ == nullptr) return;
    Items children;
    children.swap(many.collection_->items);
    for (void* child : children) append(many, object, child);
    if (!relationship.holds_objects() || many.here().items == children) return;
    // Some have come by a way of their own meanwhile, but stand where they were put.
    auto& items = many.here().items;
    const std::unordered_set<void*> given(children.begin(), children.end());
    const std::unordered_set<void*> came(items.begin(), items.end());
    std::erase_if(children, [&](void* child) { return !came.contains(child); });
    std::copy_if(items.begin(), items.end(), std::back_inserter(children),
                 [&](void* child) { return !given.contains(child); });
    items.swap(children);
    if (relationship.ordering != nullptr) number(many, relationship, 0);
}

void* SessionCore::known_to_be_persistent(void* object, const char* call) const {
    if (slab_of(object)->session == this && header_of(object).state == ObjectState::persistent) return object;
    throw InvalidRequestError("not-persistent"_code,
                              repr_of(object) + " cannot be " + call + ": it has no row in this session.",
                              "flush() first, or take what get() or a query gave");
}

/// Whether what goes with it has to be read, after all that waits.
bool SessionCore::must_read_for_delete(void* object) {
    const auto& all = slab_of(object)->mapper->relationships;
    return std::any_of(all.begin(), all.end(), [&](const Relationship& one) {
        bool goes_along = one.options.cascades.delete_ && !one.passive();
        return goes_along && (relation_state(one, object) & relation_loaded) == 0;
    });
}

void SessionCore::remove(void* object) {
    require_usable();
    if (header_of(object).state == ObjectState::detached) {
        if (header_of(object).deleting) refuse_deleted(object);
        bring_back({object}, &Cascades::delete_);
    }
    (void)known_to_be_persistent(object, "deleted");
    // Not between deletes: what goes together is written in an order that keeps its references.
    if (deleting_.empty() && must_read_for_delete(object)) autoflush();
    // A list and no recursion: trees may be deep, and a fiber's stack is not.
    std::vector<void*> going{object};
    for (std::size_t i = 0; i < going.size(); ++i) remove_one(going[i], going);
}

void SessionCore::remove_one(void* object, std::vector<void*>& also) {
    ObjectHeader& header = header_of(object);
    if (header.state == ObjectState::pending) return expunge(object);
    if (header.state != ObjectState::persistent || header.deleting) return;
    header.deleting = true;
    deleting_.push_back(object);
    for (const auto& relationship : slab_of(object)->mapper->relationships) {
        if (!relationship.options.cascades.delete_) continue;
        auto objects = related(relationship, object, !relationship.passive());
        also.insert(also.end(), objects.begin(), objects.end());
    }
}

void SessionCore::expunge(void* object) {
    ObjectHeader& header = header_of(object);
    Slab* slab = slab_of(object);
    if (slab->session != this || header.state == ObjectState::transient || header.state == ObjectState::detached) {
        throw InvalidRequestError("not-in-session"_code, repr_of(object) + " is not in the session.",
                                  "expunge only what belongs to the session");
    }
    if (header.state == ObjectState::pending) {
        std::erase(store_of(*slab->mapper->root).pending, object);
        remember_in_parents(object);
        std::erase_if(links_, [&](const Link& link) { return link.child == object; });
        std::erase_if(associations_, [&](const auto& row) { return row.owner == object || row.target == object; });
        --pending_count_;
        header.state = ObjectState::transient;
        return;
    }
    forget_identity(object);
    std::erase(deleting_, object);
    header.deleting = header.state == ObjectState::deleted;  // its row has gone, until a rollback
    header.state = ObjectState::detached;
}

// Only handles can still reach what was here, so all else can be freed; a rollback is of no concern to it any more.
void SessionCore::expunge_all() {
    require_no_flush("expunge_all()");
    keep_deleted();
    forget_objects();
    for (const LeftObject& left : left_) {
        if (header_of(left.object).state == ObjectState::detached) header_of(left.object).deleting = true;
    }
    for (auto& savepoint : savepoints_) savepoint.changes = savepoint.inserted = savepoint.gone = 0;
}

bool SessionCore::contains(const void* object) const {
    if (object == nullptr || slab_of(object)->session != this) return false;
    ObjectState state = header_of(object).state;
    return state == ObjectState::pending || state == ObjectState::persistent;
}

std::vector<void*> SessionCore::pending() const {
    std::vector<void*> objects;
    for (const auto& store : stores_) {
        if (store != nullptr) objects.insert(objects.end(), store->pending.begin(), store->pending.end());
    }
    return objects;
}

void SessionCore::close() noexcept {
    if (transaction_ != nullptr) {
        transaction_->rollback();
        transaction_.reset();
    }
    savepoints_.clear();
    release_deleted(true);
    forget_objects();
    failure_.clear();
}

void SessionCore::forget_objects() noexcept {
    for (auto& store : stores_) {
        if (store == nullptr) continue;
        store->slab = nullptr;
        store->slabs = 0;
        store->results.clear();
        store->own.clear();
        store->pending.clear();
    }
    ++closings_;
    close_slabs(std::exchange(slabs_, nullptr));
    changes_.clear();
    links_.clear();
    associations_.clear();
    orphans_.clear();
    early_.clear();
    deleting_.clear();
    inserted_.clear();
    numbered_.clear();
    gone_.clear();
    pending_count_ = 0;
    loaded_.clear();
    records_.reset();
    propagated_.reset();
}

// Called before the first change of a field since the last flush.
void SessionCore::note_change(void* object, const Attribute& attribute) {
    ObjectHeader& header = header_of(object);
    if (header.state != ObjectState::persistent) return;
    std::uint8_t& state = attribute.state(object);
    bool known = (state & (cell_set | cell_expired)) == cell_set;
    ValueView old = known ? attribute.type->view(attribute.in(object)) : ValueView::null();
    header.change = changes_.add(object, attribute.index, header.change, old, known);
    state |= cell_touched;
}

// What was changed before it left a session, or since, is to be written; what it was then is known no more.
void SessionCore::note_changes_of_detached(void* object, const Mapper& mapper) {
    ObjectHeader& header = header_of(object);
    if (header.change != 0) return;  // it never left this session's log
    for (const auto& attribute : mapper.attributes) {
        if ((attribute.state(object) & cell_touched) == 0) continue;
        header.change = changes_.add(object, attribute.index, header.change, ValueView::null(), false);
    }
}

}  // namespace retort::orm
