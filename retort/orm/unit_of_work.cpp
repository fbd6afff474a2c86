// How a flush is planned and written.
#include "retort/orm/unit_of_work.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "retort/engine/dialect.hpp"
#include "retort/orm/errors.hpp"
#include "retort/orm/relationship.hpp"
#include "retort/orm/statement_texts.hpp"
#include "retort/orm/types_check.hpp"
#include "retort/orm/types_defaults.hpp"
#include "retort/schema/metadata.hpp"

namespace retort::orm {

void identity_of(const ChangeLog& changes, const Mapper& mapper, void* object, std::vector<ValueView>& out) {
    for (const auto* key : mapper.keys) {
        ValueView view = key->view(object);
        if ((key->state(object) & cell_touched) != 0) {
            for (auto at = header_of(object).change; at != 0; at = changes[at].previous) {
                if (changes[at].attribute == key->index) view = changes[at].old;
            }
        }
        out.push_back(view);
    }
}

// A parent that goes lets its children go first: their foreign keys become NULL, unless the database has a rule.
void UnitOfWork::part_from_children(void* parent) {
    for (const auto& relationship : slab_of(parent)->mapper->relationships) {
        if (!relationship.is_parent() || relationship.options.viewonly || relationship.passive()) continue;
        for (void* child : session_.related(relationship, parent, true)) {
            if (child == nullptr || header_of(child).deleting) continue;
            session_.links_.push_back(
                {relationship.foreign_key, relationship.referenced, relationship.child, child, nullptr, parent});
        }
    }
}

void UnitOfWork::prepare() {
    session_.remove_orphans();
    for (std::size_t i = 0; i < session_.deleting_.size(); ++i) part_from_children(session_.deleting_[i]);
    (void)session_.transaction();
}

UnitOfWork::Task& UnitOfWork::task_of(const Mapper& mapper) {
    for (auto& task : tasks_) {
        if (task.store->mapper == &mapper) return task;
    }
    tasks_.push_back({&session_.store_of(mapper), {}, {}, {}, {}, {}});
    return tasks_.back();
}

void UnitOfWork::plan() {
    tasks_.clear();
    links_ = session_.links_;
    for (const auto& store : session_.stores_) {
        if (store != nullptr && !store->pending.empty()) task_of(*store->mapper).inserts = store->pending;
    }
    const auto& changes = session_.changes_.all();
    for (std::size_t i = session_.changes_.flushed(); i < changes.size(); ++i) {
        void* object = changes[i].object;
        const ObjectHeader& header = header_of(object);
        if (!session_.changes_.starts(static_cast<std::uint32_t>(i + 1), header.change) || header.deleting) continue;
        task_of(*slab_of(object)->mapper).updates.push_back(object);
    }
    for (const Link& link : links_) task_of(*link.child_mapper).links.push_back(&link);
    const std::unordered_set<void*> early(session_.early_.begin(), session_.early_.end());
    for (void* object : session_.deleting_) {
        Task& task = task_of(*slab_of(object)->mapper);
        (early.contains(object) ? task.early : task.deletes).push_back(object);
    }
    std::sort(tasks_.begin(), tasks_.end(), [](const Task& a, const Task& b) {
        const Mapper& left = *a.store->mapper;
        const Mapper& right = *b.store->mapper;
        return left.rank != right.rank ? left.rank < right.rank : left.index < right.index;
    });
}

void UnitOfWork::run(engines::Connection& connection) {
    plan();
    for (std::size_t first = 0; first < tasks_.size();) {
        std::size_t last = first + 1;
        while (last < tasks_.size() && tasks_[last].store->mapper->rank == tasks_[first].store->mapper->rank) ++last;
        run_group(connection, first, last);
        first = last;
    }
    write_associations(connection);
    for (std::size_t i = tasks_.size(); i > 0; --i) delete_all(connection, tasks_[i - 1]);
}

namespace {

/// One row of a table between two sides, whichever side it was noted from.
struct AssociationRow {
    const Mapper* table;
    void* left;  ///< what the table's first key points at
    void* right;
    const Relationship* relationship;
    std::size_t order;
    bool left_owns;
    bool added;
};

AssociationRow row_of(const Association& association, std::size_t order) {
    const auto& relationship = *association.relationship;
    bool left_owns = relationship.foreign_key->index < relationship.target_key->index;
    return {relationship.secondary,
            left_owns ? association.owner : association.target,
            left_owns ? association.target : association.owner,
            &relationship,
            order,
            left_owns,
            association.added};
}

/// What remains to be done: what was added and taken out again, or the other way round, is nothing.
std::vector<AssociationRow> net_rows(const std::vector<Association>& associations) {
    std::vector<AssociationRow> rows;
    for (const auto& association : associations) rows.push_back(row_of(association, rows.size()));
    auto same = [](const AssociationRow& a, const AssociationRow& b) {
        return a.table == b.table && a.left == b.left && a.right == b.right;
    };
    std::sort(rows.begin(), rows.end(), [](const AssociationRow& a, const AssociationRow& b) {
        return std::tie(a.table->index, a.left, a.right, a.order) < std::tie(b.table->index, b.left, b.right, b.order);
    });
    std::vector<AssociationRow> net;
    for (std::size_t first = 0, last = 0; first < rows.size(); first = last) {
        while (last < rows.size() && same(rows[first], rows[last])) ++last;
        if (rows[first].added == rows[last - 1].added) net.push_back(rows[first]);
    }
    std::sort(net.begin(), net.end(), [](const AssociationRow& a, const AssociationRow& b) {
        return a.added != b.added ? b.added : a.order < b.order;
    });
    return net;
}

bool stays(void* object) { return header_of(object).state == ObjectState::persistent && !header_of(object).deleting; }

}  // namespace

// Rows between the two sides of a many-to-many: after both have theirs; those that go first.
void UnitOfWork::write_associations(engines::Connection& connection) {
    for (const auto& row : net_rows(session_.associations_)) {
        if (!stays(row.left) || !stays(row.right)) continue;
        const auto& relationship = *row.relationship;
        const Attribute& own = *relationship.foreign_key;
        const Attribute& other = *relationship.target_key;
        void* owner = row.left_owns ? row.left : row.right;
        void* target = row.left_owns ? row.right : row.left;
        ValueView own_view = relationship.referenced->view(owner);
        ValueView other_view = relationship.target_referenced->view(target);
        views_ = row.left_owns ? std::vector{own_view, other_view} : std::vector{other_view, own_view};
        std::uint64_t mask = std::uint64_t{1} << own.index | std::uint64_t{1} << other.index;
        auto& texts = *row.table->texts;
        const auto& text =
            row.added ? texts.insert(connection.dialect(), mask) : texts.remove_where(connection.dialect(), mask);
        std::int64_t count = connection.run(text, views_);
        if (!row.added && count != 1) {
            throw StaleDataError(
                "stale-data"_code,
                "a row of " + row.table->table_name + " was to be deleted, but " + std::to_string(count) + " met.",
                "rollback(), then read the objects again");
        }
    }
}

// What goes takes its rows in the tables between with it.
void UnitOfWork::remove_associations(engines::Connection& connection, const Mapper& mapper,
                                     const std::vector<void*>& objects) {
    for (const auto& relationship : mapper.relationships) {
        if (relationship.secondary == nullptr || relationship.options.viewonly || relationship.passive()) continue;
        const auto& text = relationship.secondary->texts->remove_where(
            connection.dialect(), std::uint64_t{1} << relationship.foreign_key->index);
        for (void* object : objects) {
            ValueView key = relationship.referenced->view(object);
            connection.run(text, {&key, 1});
        }
    }
}

// Whether a new object of the group takes its key from another new one of it, so that rows must be ordered.
bool UnitOfWork::links_within(std::size_t first, std::size_t last) const {
    auto pending = [](void* object) { return object != nullptr && header_of(object).state == ObjectState::pending; };
    for (std::size_t i = first; i < last; ++i) {
        for (const Link* link : tasks_[i].links) {
            if (!pending(link->parent)) continue;
            for (std::size_t k = first; k < last; ++k) {
                if (slab_of(link->parent)->mapper == tasks_[k].store->mapper) return true;
            }
        }
    }
    return false;
}

void UnitOfWork::run_group(engines::Connection& connection, std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
        delete_rows(connection, *tasks_[i].store->mapper, tasks_[i].early);
    }
    if (links_within(first, last)) {
        run_levels(connection, first, last);
        return;
    }
    for (std::size_t i = first; i < last; ++i) {
        Task& task = tasks_[i];
        for (const Link* link : task.links) apply(task, *link);
        update_all(connection, task);
        insert_all(connection, *task.store, task.inserts);
    }
}

namespace {

/// How many new parents stand above each new object.
class Levels {
  public:
    void add_parent(void* child, void* parent) { parents_[child].push_back(parent); }
    std::size_t of(void* object) {
        auto known = levels_.find(object);
        if (known != levels_.end()) {
            if (known->second == in_progress) {
                throw schemas::CircularDependencyError(
                    "circular-rows"_code,
                    "new objects of " + std::string(slab_of(object)->mapper->name()) +
                        " refer to each other in a circle.",
                    "flush() one of them first, then set the reference that closes the circle");
            }
            return known->second;
        }
        levels_[object] = in_progress;
        std::size_t level = 0;
        for (void* parent : parents_[object]) level = std::max(level, of(parent) + 1);
        return levels_[object] = level;
    }

  private:
    static constexpr std::size_t in_progress = static_cast<std::size_t>(-1);
    std::unordered_map<void*, std::vector<void*>> parents_;
    std::unordered_map<void*, std::size_t> levels_;
};

}  // namespace

// Mappers that refer to each other, or to themselves: new rows go level by level.
void UnitOfWork::run_levels(engines::Connection& connection, std::size_t first, std::size_t last) {
    Levels levels;
    for (std::size_t i = first; i < last; ++i) {
        for (const Link* link : tasks_[i].links) {
            bool both = link->parent != nullptr && header_of(link->parent).state == ObjectState::pending &&
                        header_of(link->child).state == ObjectState::pending &&
                        slab_of(link->parent)->mapper->rank == link->child_mapper->rank;
            if (both) levels.add_parent(link->child, link->parent);
        }
    }
    std::vector<std::vector<std::pair<Task*, std::vector<void*>>>> rows;
    for (std::size_t i = first; i < last; ++i) {
        for (void* object : tasks_[i].inserts) {
            std::size_t level = levels.of(object);
            if (rows.size() <= level) rows.resize(level + 1);
            auto& here = rows[level];
            if (here.empty() || here.back().first != &tasks_[i]) here.push_back({&tasks_[i], {}});
            here.back().second.push_back(object);
        }
    }
    for (auto& level : rows) {
        for (auto& [task, objects] : level) {
            for (const Link* link : task->links) {
                bool ready = link->parent == nullptr || header_of(link->parent).state != ObjectState::pending;
                if (ready && header_of(link->child).state == ObjectState::pending) apply(*task, *link);
            }
            insert_all(connection, *task->store, objects);
        }
    }
    for (std::size_t i = first; i < last; ++i) {
        const std::unordered_set<void*> were_new(tasks_[i].inserts.begin(), tasks_[i].inserts.end());
        for (const Link* link : tasks_[i].links) {
            if (!were_new.contains(link->child)) apply(tasks_[i], *link);
        }
        update_all(connection, tasks_[i]);
    }
}

// Copies a parent's key into its child's foreign key.
void UnitOfWork::apply(Task& task, const Link& link) {
    ObjectState state = header_of(link.child).state;
    if (state != ObjectState::pending && state != ObjectState::persistent) return;
    if (header_of(link.child).deleting) return;
    const Attribute& key = *link.foreign_key;
    if (link.only_after != nullptr && !same_value(key.view(link.child), link.referenced->view(link.only_after))) {
        bool waits = (key.state(link.child) & cell_expired) != 0 || !key.is_set(link.child);
        if (!waits) return;
    }
    ValueView value = link.parent == nullptr ? ValueView::null() : link.referenced->view(link.parent);
    if (state == ObjectState::persistent) {
        bool first = header_of(link.child).change == 0;
        if ((key.state(link.child) & cell_touched) == 0) session_.note_change(link.child, key);
        if (first && header_of(link.child).change != 0) task.updates.push_back(link.child);
    }
    std::uint8_t touched = key.state(link.child) & cell_touched;
    key.load(link.child, value);
    key.state(link.child) |= touched;
}

namespace {

[[noreturn]] void refuse_unset(const Mapper& mapper, const Attribute& attribute) {
    std::string name = std::string(mapper.name()) + "." + std::string(attribute.name);
    throw FlushError("required-attribute"_code, name + " was given no value, but its column cannot be NULL.",
                     "give it a value, make it std::optional, or give it a server_default<\"…\">");
}

}  // namespace

void UnitOfWork::insert_all(engines::Connection& connection, Store& store, const std::vector<void*>& objects) {
    const Mapper& mapper = *store.mapper;
    const std::string* text = nullptr;
    std::uint64_t text_mask = 0;
    store.identities.reserve(objects.size());
    session_.inserted_.reserve(session_.inserted_.size() + objects.size());
    session_.numbered_.reserve(session_.numbered_.size() + objects.size());
    const bool doubles = connection.dialect().keeps_decimals_as_doubles();
    for (void* object : objects) {
        std::uint64_t mask = 0;
        views_.clear();
        for (const auto& attribute : mapper.attributes) {
            if (attribute.is_set(object) && attribute.options.computed.empty()) {
                mask |= std::uint64_t{1} << attribute.index;
                views_.push_back(attribute.type->view(attribute.in(object)));
                check_value(views_.back(), {mapper.name(), attribute.name, attribute.sql_type, doubles});
            } else if (attribute.required) {
                refuse_unset(mapper, attribute);
            }
        }
        if (text == nullptr || mask != text_mask) {
            text = &mapper.texts->insert(connection.dialect(), mask);
            text_mask = mask;
        }
        connection.run(*text, views_);
        insert_done(store, object, mask, connection.last_insert_id());
    }
}

void UnitOfWork::insert_done(Store& store, void* object, std::uint64_t mask, std::int64_t key) {
    const Mapper& mapper = *store.mapper;
    bool numbered = mapper.integer_key != nullptr && (mask >> mapper.integer_key->index & 1) == 0;
    if (numbered) mapper.integer_key->load(object, ValueView::of(key));
    ObjectHeader& header = header_of(object);
    header.state = ObjectState::persistent;
    std::uint64_t all =
        mapper.attributes.size() == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << mapper.attributes.size()) - 1;
    if (mask != all) {
        for (const auto& attribute : mapper.attributes) {
            const auto& options = attribute.options;
            if (attribute.is_set(object) && options.computed.empty()) continue;
            // What the database filled in is read when somebody looks; what had no default is NULL.
            if (options.has_server_default || options.insert_default != nullptr || !options.computed.empty()) {
                attribute.state(object) |= cell_expired;
                header.expired = true;
            } else if (attribute.nullable) {
                attribute.state(object) |= cell_set;
            }
        }
    }
    session_.inserted_.push_back(object);
    session_.numbered_.push_back(numbered ? 1 : 0);
    if (mapper.integer_key != nullptr) {
        store.identities.place(mapper.integer_key->view(object).integer) = object;
    } else {
        session_.remember_identity(object);
    }
}

std::uint64_t UnitOfWork::changed_columns(const Mapper& mapper, void* object) const {
    std::uint64_t mask = 0;
    for (auto at = header_of(object).change; at != 0; at = session_.changes_[at].previous) {
        const Change& change = session_.changes_[at];
        const Attribute& attribute = mapper.attributes[change.attribute];
        if (!change.known || !same_value(change.old, attribute.view(object)))
            mask |= std::uint64_t{1} << change.attribute;
    }
    return mask;
}

void UnitOfWork::update_all(engines::Connection& connection, Task& task) {
    const Mapper& mapper = *task.store->mapper;
    if (mapper.integer_key != nullptr) {
        auto by_key = [&](void* a, void* b) {
            return mapper.integer_key->view(a).integer < mapper.integer_key->view(b).integer;
        };
        if (!std::is_sorted(task.updates.begin(), task.updates.end(), by_key)) {
            std::sort(task.updates.begin(), task.updates.end(), by_key);
        }
    }
    for (void* object : task.updates) {
        if (header_of(object).deleting || header_of(object).state != ObjectState::persistent) continue;
        if (auto mask = changed_columns(mapper, object)) update_one(connection, mapper, object, mask);
    }
}

namespace {

[[noreturn]] void refuse_null(const Mapper& mapper, const Attribute& attribute) {
    std::string name = std::string(mapper.name()) + "." + std::string(attribute.name);
    throw IntegrityError("foreign-key-not-null"_code,
                         name + " would become NULL, because the object it points at goes away, but it cannot be NULL.",
                         "delete the " + std::string(mapper.name()) +
                             " first, make the column std::optional, or declare foreign_key<…, on_delete::cascade>",
                         {.sqlstate = "23502"}, mapper.table_name + "." + attribute.column_name);
}

}  // namespace

void UnitOfWork::update_one(engines::Connection& connection, const Mapper& mapper, void* object, std::uint64_t mask) {
    views_.clear();
    bool rekeyed = false;
    const bool doubles = connection.dialect().keeps_decimals_as_doubles();
    if (mapper.generated) mask = add_generated(mapper, object, mask);
    for (const auto& attribute : mapper.attributes) {
        if ((mask >> attribute.index & 1) == 0) continue;
        views_.push_back(attribute.view(object));
        check_value(views_.back(), {mapper.name(), attribute.name, attribute.sql_type, doubles});
        if (views_.back().is_null() && !attribute.nullable) refuse_null(mapper, attribute);
        rekeyed |= attribute.options.primary_key;
    }
    identity_of(session_.changes_, mapper, object, views_);
    std::int64_t rows = connection.run(mapper.texts->update(connection.dialect(), mask), views_);
    if (rows != 1) {
        throw StaleDataError("stale-data"_code,
                             "an UPDATE of one " + std::string(mapper.name()) + " met " + std::to_string(rows) +
                                 " rows: its row was deleted or its key changed meanwhile.",
                             "rollback(), then read the object again");
    }
    if (rekeyed) session_.rekey(object);
    if (mapper.generated) expire_generated(mapper, object, mask);
}

// What onupdate gives to columns that the UPDATE does not set itself.
std::uint64_t UnitOfWork::add_generated(const Mapper& mapper, void* object, std::uint64_t mask) {
    for (const auto& attribute : mapper.attributes) {
        const auto bit = std::uint64_t{1} << attribute.index;
        if (!attribute.options.computed.empty()) mask &= ~bit;
        const auto* made = attribute.options.onupdate;
        if (made == nullptr || made->is_sql() || (mask & bit) != 0) continue;
        if ((attribute.state(object) & cell_touched) == 0) session_.note_change(object, attribute);
        const std::uint8_t touched = attribute.state(object) & cell_touched;
        attribute.load(object, made->make_value().view());
        attribute.state(object) |= touched;
        mask |= bit;
    }
    return mask;
}

// What the database made is read when somebody looks.
void UnitOfWork::expire_generated(const Mapper& mapper, void* object, std::uint64_t mask) {
    for (const auto& attribute : mapper.attributes) {
        const auto* made = attribute.options.onupdate;
        bool by_sql = made != nullptr && made->is_sql() && (mask >> attribute.index & 1) == 0;
        if (!by_sql && attribute.options.computed.empty()) continue;
        attribute.state(object) |= cell_expired;
        header_of(object).expired = true;
    }
}

namespace {

/// In a table that refers to itself children go before their parents.
void order_children_first(const Mapper& mapper, std::vector<void*>& objects) {
    std::unordered_map<std::int64_t, void*> by_key;
    for (void* object : objects) by_key[mapper.keys[0]->view(object).integer] = object;
    auto parents_above = [&](void* object) {
        std::size_t above = 0;
        for (const auto& attribute : mapper.attributes) {
            if (attribute.options.foreign_key.target == nullptr || &attribute.options.foreign_key.target() != &mapper)
                continue;
            void* at = object;
            for (std::size_t steps = 0; steps < objects.size(); ++steps) {
                auto parent = attribute.is_set(at) ? by_key.find(attribute.view(at).integer) : by_key.end();
                if (attribute.view(at).is_null() || parent == by_key.end()) break;
                at = parent->second;
                ++above;
            }
        }
        return above;
    };
    struct Placed {
        std::size_t above;
        std::size_t order;
        void* object;
    };
    std::vector<Placed> placed;
    for (void* object : objects) placed.push_back({parents_above(object), placed.size(), object});
    std::sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
        return a.above != b.above ? a.above > b.above : a.order < b.order;
    });
    for (std::size_t i = 0; i < objects.size(); ++i) objects[i] = placed[i].object;
}

}  // namespace

void UnitOfWork::delete_all(engines::Connection& connection, Task& task) {
    const Mapper& mapper = *task.store->mapper;
    bool to_itself = std::find(mapper.parents.begin(), mapper.parents.end(), &mapper) != mapper.parents.end();
    if (to_itself && mapper.integer_key != nullptr && task.deletes.size() > 1)
        order_children_first(mapper, task.deletes);
    delete_rows(connection, mapper, task.deletes);
}

void UnitOfWork::delete_rows(engines::Connection& connection, const Mapper& mapper, const std::vector<void*>& objects) {
    if (objects.empty()) return;
    remove_associations(connection, mapper, objects);
    for (void* object : objects) {
        views_.clear();
        identity_of(session_.changes_, mapper, object, views_);
        connection.run(mapper.texts->remove(connection.dialect()), views_);
    }
}

void UnitOfWork::finish() noexcept {
    auto& changes = session_.changes_.all();
    for (std::size_t i = session_.changes_.flushed(); i < changes.size(); ++i) {
        void* object = changes[i].object;
        header_of(object).change = 0;
        slab_of(object)->mapper->attributes[changes[i].attribute].state(object) &=
            static_cast<std::uint8_t>(~cell_touched);
    }
    session_.changes_.set_flushed();
    for (auto& store : session_.stores_) {
        if (store != nullptr) store->pending.clear();
    }
    session_.pending_count_ = 0;
    session_.links_.clear();
    session_.associations_.clear();
    session_.early_.clear();
    for (void* object : session_.deleting_) {
        session_.forget_identity(object);
        header_of(object).state = ObjectState::deleted;
        header_of(object).deleting = false;
        session_.gone_.push_back(object);
    }
    session_.deleting_.clear();
}

}  // namespace retort::orm
