// Relationships that are read when they are touched, or because a flush has to know them.
#include <algorithm>
#include <string>

#include "retort/orm/errors.hpp"
#include "retort/orm/query.hpp"
#include "retort/orm/relationship.hpp"
#include "retort/orm/session_core.hpp"

namespace retort::orm {
namespace {

/// Whether a relationship that is touched may be read, after the options of the query that gave its object.
Loading lazy_loading(const Relationship& relationship, std::uint8_t state) {
    if ((state & relation_raises) != 0) return Loading::raise;
    if ((state & relation_raises_on_sql) != 0) return Loading::raise_on_sql;
    if ((state & relation_batched) != 0) return Loading::batch;
    if ((state & relation_selects) != 0) return Loading::select;
    return relationship.options.loading;
}

[[noreturn]] void refuse_loading(const Relationship& relationship, Loading loading) {
    std::string name = relationship.full_name();
    bool sql = loading == Loading::raise_on_sql;
    throw InvalidRequestError(
        "lazy-raise"_code, "'" + name + "' is not available due to " + (sql ? "lazy::raise_on_sql." : "lazy::raise."),
        "load it with the query: .options(selectinload(" + std::string(relationship.owner->name()) + "::c." +
            std::string(relationship.name) + "))");
}

}  // namespace

DynamicQuery dynamic_query(const void* cell) {
    Place place = place_of(cell);
    if (place.session == nullptr || place.state == ObjectState::detached) {
        std::string name(place.mapper->name());
        throw DetachedInstanceError("detached-instance"_code,
                                    name + "." + std::string(place.relationship->name) +
                                        " cannot be queried, because this " + name + " belongs to no session.",
                                    "query it while the session is open, or session.add(object) first");
    }
    place.session->autoflush();
    return {*place.session, place.session->condition_of(*place.relationship, place.object), place.relationship};
}

const Items& SessionCore::loaded_children(const ManyCell& many) { return many.here().items; }

ValueView SessionCore::key_for(const Relationship& relationship, void* object) {
    const Attribute& key =
        relationship.kind == RelationKind::many_to_one ? *relationship.foreign_key : *relationship.referenced;
    bool expired = (key.state(object) & cell_expired) != 0;
    if (expired && header_of(object).state == ObjectState::persistent) load_expired(object);
    return key.view(object);
}

void SessionCore::load_one(const OneCell& one, void* object) {
    const Relationship& relationship = *place_of(&one).relationship;
    if (header_of(object).state == ObjectState::transient) return;
    bool persistent = header_of(object).state == ObjectState::persistent;
    Loading loading = lazy_loading(relationship, one.state_);
    if (loading == Loading::raise && persistent) refuse_loading(relationship, loading);
    if (loading == Loading::noload && persistent) {
        one.target_ = nullptr;
        one.state_ |= relation_loaded;
        return;
    }
    if (loading == Loading::batch && persistent) {
        load_siblings(relationship, object);
        if (one.is_loaded()) return;
    }
    std::vector<ValueView> several;
    ValueView single;
    auto key = relationship.is_custom() ? std::span<const ValueView>() : key_of(relationship, object, single, several);
    if (std::any_of(key.begin(), key.end(), [](const ValueView& view) { return view.is_null(); })) {
        one.target_ = nullptr;
        if (persistent) one.state_ |= relation_loaded;  // a new object may be given its key yet
        return;
    }
    if (relationship.kind == RelationKind::many_to_one && !relationship.is_custom()) {
        Store& targets = store_of(*relationship.target);
        if (loading == Loading::raise_on_sql && !knows(targets, key)) {
            refuse_loading(relationship, loading);
        }
        one.target_ = get_target(relationship, object, key);
        one.state_ |= relation_loaded;
        return;
    }
    if (!persistent) return;
    if (loading == Loading::raise_on_sql) refuse_loading(relationship, loading);
    autoflush();
    fill_one(relationship, one, object);
}

void SessionCore::fill_one(const Relationship& relationship, const OneCell& one, void* object) {
    one.target_ = nullptr;
    each_of(relationship, object, [&](void* child) {
        if (child != nullptr && one.target_ == nullptr) one.target_ = child;
    });
    one.state_ |= relation_loaded;
    if (one.target_ == nullptr || relationship.reverse == nullptr) return;
    auto& back = one_of(*relationship.reverse, one.target_);
    if (back.is_loaded()) return;
    back.target_ = object;
    back.state_ |= relation_loaded;
}

void SessionCore::load_many(const ManyCell& many, void* object) {
    const Relationship& relationship = *place_of(&many).relationship;
    if (header_of(object).state != ObjectState::persistent) return;
    Loading loading = lazy_loading(relationship, many.state_);
    if (loading == Loading::raise || loading == Loading::raise_on_sql) refuse_loading(relationship, loading);
    if (loading == Loading::noload) {
        many.state_ |= relation_loaded;
        return;
    }
    autoflush();
    if (loading == Loading::batch) {
        load_siblings(relationship, object);
        if (many.is_loaded()) return;
    }
    fill_many(relationship, many, object);
}

void SessionCore::read_if_refused(const Relationship& relationship, void* object) {
    const auto& many = many_of(relationship, object);
    if (many.is_loaded() || header_of(object).state != ObjectState::persistent) return;
    Loading loading = lazy_loading(relationship, many.state_);
    if (loading == Loading::raise || loading == Loading::raise_on_sql) fill_many(relationship, many, object);
}

void SessionCore::fill_many(const Relationship& relationship, const ManyCell& many, void* object) {
    Items appended;
    appended.swap(many.here().items);
    const auto* back = relationship.kind == RelationKind::one_to_many ? relationship.reverse : nullptr;
    each_of(relationship, object, [&](void* child) {
        if (child == nullptr) return;
        many.here().items.push_back(child);
        if (back == nullptr) return;
        auto& one = one_of(*back, child);
        if (one.is_loaded()) return;
        one.target_ = object;
        one.state_ |= relation_loaded;
    });
    auto& items = many.here().items;
    for (void* child : appended) {
        if (std::find(items.begin(), items.end(), child) == items.end()) items.push_back(child);
    }
    catch_up(relationship, object, items);
    many.state_ |= relation_loaded;
}

// Whoever comes first reads for all: what is read brings others along, and such a chain may be longer than the stack.
void SessionCore::load_each(const Relationship& relationship, std::span<void* const> owners) {
    for (std::size_t i = owners.size(); i > 0; --i) awaited_.emplace_back(&relationship, owners[i - 1]);
    if (reading_awaited_) return;
    reading_awaited_ = true;
    try {
        while (!awaited_.empty()) {
            const auto [next, owner] = awaited_.back();
            awaited_.pop_back();
            auto& state = relation_state(*next, owner);
            if ((state & relation_loaded) != 0) continue;
            state |= relation_selects;
            next->is_one() ? load_one(one_of(*next, owner), owner) : load_many(many_of(*next, owner), owner);
        }
    } catch (...) {
        awaited_.clear();  // they are read when they are touched
        reading_awaited_ = false;
        throw;
    }
    reading_awaited_ = false;
}

Items SessionCore::related(const Relationship& relationship, void* object, bool may_load) {
    Items objects;
    if (relationship.is_one()) {
        auto& one = one_of(relationship, object);
        if (!one.is_loaded() && may_load && header_of(object).state == ObjectState::persistent) {
            fill_one(relationship, one, object);  // whatever its way of loading says: it is needed
        }
        if (one.is_loaded() && one.target_ != nullptr) objects.push_back(one.target_);
        catch_up(relationship, object, objects);
        return objects;
    }
    auto& many = many_of(relationship, object);
    if (relationship.holds_objects() && many.is_loaded()) return many.here().items;
    if (!may_load || header_of(object).state != ObjectState::persistent) return objects;
    if (relationship.holds_objects()) {
        fill_many(relationship, many, object);  // kept, for a delete asks for it several times
        return many.here().items;
    }
    each_of(relationship, object, [&](void* child) {
        if (child != nullptr) objects.push_back(child);
    });
    catch_up(relationship, object, objects);
    return objects;
}

}  // namespace retort::orm
