// How a flush is planned, and in which order its rows are written.
#include "retort/orm/unit_of_work.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "retort/orm/errors.hpp"
#include "retort/orm/relationship.hpp"
#include "retort/orm/row_levels.hpp"
#include "retort/orm/statement_texts.hpp"
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

namespace {

/// Whether the database's rule for the children's rows is all that is needed; of `passive_deletes`, those in memory are
/// parted from all the same, where their key can be NULL.
bool leaves_children(const Relationship& relationship) {
    const auto& options = relationship.options;
    if (options.passive_deletes_all) return true;
    return relationship.passive() && (!options.passive_deletes || !relationship.foreign_key->nullable);
}

}  // namespace

// A parent that goes lets its children go first: their foreign keys become NULL, unless the database has a rule.
void UnitOfWork::part_from_children(void* parent, std::vector<Link>& parted) {
    for (const auto& relationship : slab_of(parent)->mapper->relationships) {
        if (!relationship.is_parent() || relationship.options.viewonly || leaves_children(relationship)) continue;
        for (void* child : session_.related(relationship, parent, !relationship.passive())) {
            if (child == nullptr || header_of(child).deleting) continue;
            session_.part_from(relationship, parent, child);
            for (const auto& [key, referenced] : relationship.pairs) {
                if (key->options.primary_key) continue;  // of a composite key the other columns are enough
                parted.push_back(
                    {key, referenced, slab_of(child)->mapper, child, nullptr, parent, false, &relationship});
            }
        }
    }
}

void UnitOfWork::part() {
    session_.remove_orphans();
    std::vector<Link> parted;  // apart, for each collection that is read looks through those that wait
    for (; parted_ < session_.deleting_.size(); ++parted_) part_from_children(session_.deleting_[parted_], parted);
    session_.links_.insert(session_.links_.end(), parted.begin(), parted.end());
}

void UnitOfWork::prepare() {
    part();  // what listeners have deleted
    find_switched();
    read_versions();
    read_going_keys();
    (void)session_.transaction();
}

UnitOfWork::Task& UnitOfWork::task_of(const Mapper& mapper) {
    for (auto& task : tasks_) {
        if (task.store->mapper == mapper.root) return task;
    }
    tasks_.push_back({&session_.store_of(*mapper.root), {}, {}, {}, {}, {}});
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
    for (const Link& link : links_) {
        if (!link.late) task_of(*link.child_mapper).links.push_back(&link);
    }
    const std::unordered_set<void*> early(session_.early_.begin(), session_.early_.end());
    for (void* object : session_.deleting_) {
        Task& task = task_of(*slab_of(object)->mapper);
        (early.contains(object) ? task.early : task.deletes).push_back(object);
    }
    std::erase_if(tasks_, [&](const Task& task) { return is_elsewhere(*task.store->mapper); });
    std::sort(tasks_.begin(), tasks_.end(), [](const Task& a, const Task& b) {
        const Mapper& left = *a.store->mapper;
        const Mapper& right = *b.store->mapper;
        return left.rank != right.rank ? left.rank < right.rank : left.index < right.index;
    });
}

bool UnitOfWork::has_rows() const {
    const bool waits = session_.pending_count_ > 0 || !session_.deleting_.empty() || !session_.links_.empty() ||
                       !session_.associations_.empty();
    if (waits) return true;
    const auto& changes = session_.changes_.all();
    for (std::size_t i = session_.changes_.flushed(); i < changes.size(); ++i) {
        void* object = changes[i].object;
        if (header_of(object).state != ObjectState::persistent) continue;
        if (changed_columns(*slab_of(object)->mapper, object) != 0) return true;
    }
    return false;
}

void UnitOfWork::run(engines::Connection& connection) {
    plan();
    delete_all(connection, &Task::early);
    for (std::size_t first = 0; first < tasks_.size();) {
        std::size_t last = first + 1;
        while (last < tasks_.size() && tasks_[last].store->mapper->rank == tasks_[first].store->mapper->rank) ++last;
        run_group(connection, first, last);
        first = last;
    }
    write_late_links(connection);
    write_associations(connection);
    delete_all(connection, &Task::deletes);
}

// Whether a new object of the group takes its key from another new one of it, so that rows must be ordered.
bool UnitOfWork::links_within(std::size_t first, std::size_t last) const {
    auto pending = [](void* object) { return object != nullptr && header_of(object).state == ObjectState::pending; };
    for (std::size_t i = first; i < last; ++i) {
        for (const Link* link : tasks_[i].links) {
            if (!pending(link->parent)) continue;
            for (std::size_t k = first; k < last; ++k) {
                if (slab_of(link->parent)->mapper->root == tasks_[k].store->mapper) return true;
            }
        }
    }
    return false;
}

void UnitOfWork::run_group(engines::Connection& connection, std::size_t first, std::size_t last) {
    if (links_within(first, last)) {
        run_levels(connection, first, last);
        return;
    }
    for (std::size_t i = first; i < last; ++i) {
        Task& task = tasks_[i];
        for (const Link* link : task.links) apply(task, *link);
        update_all(connection, task);
        insert_all(connection, task, task.inserts);
    }
}

std::uint64_t late_columns(const Mapper& mapper) {
    std::uint64_t mask = 0;
    for (const auto& relationship : mapper.relationships) {
        if (relationship.kind != RelationKind::many_to_one || !relationship.is_late()) continue;
        for (const auto& pair : relationship.pairs) mask |= std::uint64_t{1} << pair.foreign_key->index;
    }
    return mask;
}

// post_update: keys that could not be written with their rows, and those that would hold a row back that goes.
void UnitOfWork::write_late_links(engines::Connection& connection) {
    struct Changed {
        void* object;
        std::uint64_t keys;
    };
    std::vector<Changed> changed;
    auto change = [&](void* object, const Attribute& key, const ValueView& value) {
        if (header_of(object).state != ObjectState::persistent || same_value(key.view(object), value)) return;
        if (is_elsewhere(*slab_of(object)->mapper)) return;
        change_attribute(object, key, value);
        const auto bit = std::uint64_t{1} << key.index;
        auto known = std::find_if(changed.begin(), changed.end(), [&](auto& each) { return each.object == object; });
        if (known == changed.end()) {
            changed.push_back({object, bit});
        } else {
            known->keys |= bit;
        }
    };
    for (const Link& link : links_) {
        if (!link.late || header_of(link.child).deleting) continue;
        bool gone = link.parent == nullptr || header_of(link.parent).deleting;
        change(link.child, *link.foreign_key, gone ? ValueView::null() : link.referenced->view(link.parent));
    }
    for (void* object : session_.deleting_) {
        for (const auto& relationship : slab_of(object)->mapper->relationships) {
            if (relationship.kind != RelationKind::many_to_one || !relationship.is_late()) continue;
            for (const auto& pair : relationship.pairs) change(object, *pair.foreign_key, ValueView::null());
        }
    }
    for (const auto& [object, keys] : changed) {
        const Mapper& mapper = *slab_of(object)->mapper;
        const auto mask = changed_columns(mapper, object) & keys;
        for (const auto* level : mapper.levels) {
            const auto here = mask & level->local;
            if (here == 0) continue;
            views_.clear();
            for (const auto& attribute : mapper.attributes) {
                if ((here >> attribute.index & 1) != 0) views_.push_back(attribute.view(object));
            }
            identity_of(session_.changes_, mapper, object, views_);
            connection.run(level->texts->update_by_key(connection.dialect(), here), views_);
        }
    }
}

namespace {

[[noreturn]] void refuse_circle(void* object) {
    throw schemas::CircularDependencyError(
        "circular-rows"_code,
        "new objects of " + std::string(slab_of(object)->mapper->name()) + " refer to each other in a circle.",
        "flush() one of them first, then set the reference that closes the circle");
}

/// Whether the child was given another parent, or none, after this one.
bool is_taken_back(const Link& link, const std::vector<const Link*>& of_child) {
    auto later = std::find(of_child.begin(), of_child.end(), &link);
    return std::any_of(later + 1, of_child.end(), [&](const Link* other) {
        return other->is_about(link) && other->parent != link.parent &&
               (other->only_after == nullptr || other->only_after == link.parent);
    });
}

}  // namespace

// Mappers that refer to each other, or to themselves: new rows go level by level.
void UnitOfWork::run_levels(engines::Connection& connection, std::size_t first, std::size_t last) {
    RowLevels levels;
    std::unordered_map<void*, std::vector<const Link*>> links_of;
    for (std::size_t i = first; i < last; ++i) {
        for (const Link* link : tasks_[i].links) links_of[link->child].push_back(link);
    }
    for (std::size_t i = first; i < last; ++i) {
        for (const Link* link : tasks_[i].links) {
            if (is_taken_back(*link, links_of[link->child])) continue;
            bool both = link->parent != nullptr && header_of(link->parent).state == ObjectState::pending &&
                        header_of(link->child).state == ObjectState::pending &&
                        slab_of(link->parent)->mapper->rank == link->child_mapper->rank;
            if (both) levels.add_parent(link->child, link->parent);
        }
    }
    std::vector<std::vector<std::pair<Task*, std::vector<void*>>>> rows;
    for (std::size_t i = first; i < last; ++i) {
        for (void* object : tasks_[i].inserts) {
            std::size_t level = levels.of(object, &refuse_circle);
            if (rows.size() <= level) rows.resize(level + 1);
            auto& here = rows[level];
            if (here.empty() || here.back().first != &tasks_[i]) here.push_back({&tasks_[i], {}});
            here.back().second.push_back(object);
        }
    }
    for (auto& level : rows) {
        for (auto& [task, objects] : level) {
            for (void* object : objects) {
                for (const Link* link : links_of[object]) {
                    bool ready = link->parent == nullptr || header_of(link->parent).state != ObjectState::pending;
                    if (ready) apply(*task, *link);
                }
            }
            insert_all(connection, *task, objects);
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

// Whom the child was given to by the link before: its row did not come to have that key, if both are of one flush.
void* UnitOfWork::parent_before(const Link& link) const {
    for (const Link* before = &link; before != links_.data();) {
        --before;
        if (before->is_about(link)) return before->parent;
    }
    return nullptr;
}

// Copies a parent's key into its child's foreign key.
void UnitOfWork::apply(Task& task, const Link& link) {
    ObjectState state = header_of(link.child).state;
    if (state != ObjectState::pending && state != ObjectState::persistent) return;
    if (header_of(link.child).deleting) return;
    const Attribute& key = *link.foreign_key;
    if (link.only_after != nullptr && !same_value(key.view(link.child), link.referenced->view(link.only_after))) {
        bool waits = (key.state(link.child) & cell_expired) != 0 || !key.is_set(link.child);
        if (!waits && parent_before(link) != link.only_after) return;
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

void UnitOfWork::finish() noexcept {
    auto& changes = session_.changes_.all();
    for (std::size_t i = session_.changes_.flushed(); i < changes.size(); ++i) {
        void* object = changes[i].object;
        header_of(object).change = 0;
        if (header_of(object).state == ObjectState::detached) continue;  // expunged: what it has is not written
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
