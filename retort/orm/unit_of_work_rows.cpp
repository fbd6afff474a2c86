// How a flush writes the rows of objects: INSERT, UPDATE of what changed, DELETE.
#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "retort/engine/dialect.hpp"
#include "retort/orm/errors.hpp"
#include "retort/orm/going_rows.hpp"
#include "retort/orm/inheritance_mapping.hpp"
#include "retort/orm/ptr.hpp"
#include "retort/orm/row_levels.hpp"
#include "retort/orm/statement_texts.hpp"
#include "retort/orm/types_check.hpp"
#include "retort/orm/types_defaults.hpp"
#include "retort/orm/unit_of_work.hpp"

namespace retort::orm {
namespace {

[[noreturn]] void refuse_unset(const Mapper& mapper, const Attribute& attribute) {
    std::string name = std::string(mapper.name()) + "." + std::string(attribute.name);
    throw FlushError("required-attribute"_code, name + " was given no value, but its column cannot be NULL.",
                     "give it a value, make it std::optional, or give it a server_default<\"…\">");
}

}  // namespace

std::uint64_t show_row(const Mapper& mapper, void* object, bool doubles, std::vector<ValueView>& views) {
    std::uint64_t mask = 0;
    views.clear();
    if (mapper.version != nullptr && !mapper.version->is_set(object))
        mapper.version->load(object, next_version(mapper, object).view());
    const Attribute* shown = nullptr;
    try {
        for (const auto& attribute : mapper.attributes) {
            if (attribute.is_set(object) && attribute.options.computed.empty()) {
                mask |= std::uint64_t{1} << attribute.index;
                shown = &attribute;
                views.push_back(attribute.type->view(attribute.in(object)));
                check_value(views.back(), {mapper.name(), attribute.name, attribute.sql_type, doubles});
            } else if (attribute.required) {
                refuse_unset(mapper, attribute);
            }
        }
    } catch (const InvalidValueError& error) {
        rethrow_named(error, mapper.name(), shown->name);
    }
    return mask;
}

namespace {

/// Calls `work` for each run of objects of one mapper: most lists are one.
template <class Work>
void each_kind(const Mapper& root, std::span<void* const> objects, Work work) {
    if (!root.polymorphic) return objects.empty() ? void() : work(root, objects);
    while (!objects.empty()) {
        const Mapper* mapper = slab_of(objects[0])->mapper;
        std::size_t count = 1;
        while (count < objects.size() && slab_of(objects[count])->mapper == mapper) ++count;
        work(*mapper, objects.first(count));
        objects = objects.subspan(count);
    }
}

}  // namespace

namespace {

/// Whether the database gives the key of a row of which these columns are written.
bool takes_number(const Mapper& mapper, std::uint64_t mask) {
    return mapper.integer_key != nullptr && (mask >> mapper.integer_key->index & 1) == 0;
}

/// The number that the database tells when it wrote no row is that of another one.
void require_row(const Mapper& mapper, const void* object, std::uint64_t mask, std::int64_t rows) {
    if (rows != 0 || !takes_number(mapper, mask)) return;
    throw FlushError("insert-without-row"_code,
                     "the INSERT of " + repr_of(object) +
                         " wrote no row, so there is no primary key for it: a trigger of " + mapper.table_name +
                         " passed it over.",
                     "let the trigger refuse the row with RAISE(ABORT, …), or give the object its key");
}

}  // namespace

void UnitOfWork::insert_all(engines::Connection& connection, Task& task, std::span<void* const> objects) {
    bool joined = std::any_of(objects.begin(), objects.end(),
                              [](void* object) { return slab_of(object)->mapper->above != nullptr; });
    if (task.store->mapper->polymorphic && joined) return insert_joined(connection, objects);
    each_kind(*task.store->mapper, objects, [&](const Mapper& mapper, std::span<void* const> some) {
        insert_kind(connection, session_.store_of(mapper), some);
    });
}

void UnitOfWork::insert_kind(engines::Connection& connection, Store& store, std::span<void* const> objects) {
    const Mapper& mapper = *store.mapper;
    const std::string* text = nullptr;
    std::uint64_t text_mask = 0;
    store.identities->reserve(objects.size());
    session_.inserted_.reserve(session_.inserted_.size() + objects.size());
    session_.numbered_.reserve(session_.numbered_.size() + objects.size());
    const bool doubles = connection.dialect().keeps_decimals_as_doubles();
    for (void* object : objects) {
        const std::uint64_t mask = show_row(mapper, object, doubles, views_);
        if (text == nullptr || mask != text_mask) {
            text = &mapper.texts->insert(connection.dialect(), mask);
            text_mask = mask;
        }
        require_row(mapper, object, mask, connection.run(*text, views_));
        insert_done(store, object, mask, connection.last_insert_id());
    }
}

namespace {

/// The tables that rows of these objects stand in, each after those that it is joined to.
std::vector<const Mapper*> tables_of(std::span<void* const> objects) {
    std::vector<const Mapper*> tables;
    auto is_above = [](const Mapper* a, const Mapper* b) { return a->levels.size() < b->levels.size(); };
    for (void* object : objects) {
        for (const auto* level : slab_of(object)->mapper->levels) {
            bool known = std::any_of(tables.begin(), tables.end(),
                                     [&](const Mapper* other) { return other->table_name == level->table_name; });
            if (!known) tables.insert(std::upper_bound(tables.begin(), tables.end(), level, is_above), level);
        }
    }
    return tables;
}

}  // namespace

// Table by table, the root's first, which gives the keys.
void UnitOfWork::insert_joined(engines::Connection& connection, std::span<void* const> objects) {
    const bool doubles = connection.dialect().keeps_decimals_as_doubles();
    std::vector<std::uint64_t> masks;
    std::vector<std::int64_t> numbers(objects.size());
    for (void* object : objects) masks.push_back(show_row(*slab_of(object)->mapper, object, doubles, views_));
    for (const auto* table : tables_of(objects)) {
        for (std::size_t i = 0; i < objects.size(); ++i) {
            const Mapper& mapper = *slab_of(objects[i])->mapper;
            for (const auto* level : mapper.levels) {
                if (level->table_name != table->table_name) continue;
                insert_level(connection, *level, objects[i], masks[i], numbers[i]);
            }
        }
    }
    for (std::size_t i = 0; i < objects.size(); ++i) {
        insert_done(session_.store_of(*slab_of(objects[i])->mapper), objects[i], masks[i], numbers[i]);
    }
}

void UnitOfWork::insert_level(engines::Connection& connection, const Mapper& level, void* object, std::uint64_t mask,
                              std::int64_t& number) {
    std::uint64_t here = mask & level.local;
    views_.clear();
    for (const auto& attribute : slab_of(object)->mapper->attributes) {
        const auto bit = std::uint64_t{1} << attribute.index;
        bool key = level.above != nullptr && attribute.options.primary_key;
        if (key) here |= bit;
        if (key && (mask & bit) == 0) {
            views_.push_back(ValueView::of(number));
        } else if ((here & bit) != 0) {
            views_.push_back(attribute.view(object));
        }
    }
    auto rows = connection.run(level.texts->insert(connection.dialect(), here), views_);
    if (level.above != nullptr) return;
    require_row(level, object, mask, rows);
    number = connection.last_insert_id();
}

void UnitOfWork::insert_done(Store& store, void* object, std::uint64_t mask, std::int64_t key) {
    const Mapper& mapper = *store.mapper;
    bool numbered = takes_number(mapper, mask);
    if (numbered) mapper.integer_key->load(object, ValueView::of(key));
    ObjectHeader& header = header_of(object);
    header.state = ObjectState::persistent;
    if (mask != mapper.all()) {
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
        store.identities->place(mapper.integer_key->view(object).integer) = object;
    } else {
        session_.take_identity(object);
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

namespace {

[[noreturn]] void refuse_null(const Mapper& mapper, const Attribute& attribute) {
    std::string name = std::string(mapper.name()) + "." + std::string(attribute.name);
    throw IntegrityError("foreign-key-not-null"_code,
                         name +
                             " would become NULL, because its relationship was emptied or what it points at is "
                             "deleted, but it cannot be NULL.",
                         "delete the " + std::string(mapper.name()) +
                             " first, make the column std::optional, or declare foreign_key<…, on_delete::cascade>",
                         {.sqlstate = "23502"}, mapper.table_name + "." + attribute.column_name);
}

[[noreturn]] void refuse_stale(const Mapper& mapper, void* object, const char* statement, std::int64_t rows) {
    if (mapper.version != nullptr && rows == 0) {
        throw StaleDataError("stale-version"_code,
                             std::string(statement) + " of " + repr_of(object) +
                                 " met no row: somebody else has written or deleted it since it was read.",
                             "rollback(), read the object again, and decide anew");
    }
    throw StaleDataError("stale-data"_code,
                         std::string(statement) + " of " + repr_of(object) + " met " + std::to_string(rows) +
                             " rows: its row was deleted or its key changed meanwhile.",
                         "rollback(), then read the object again");
}

constexpr std::size_t most_in_run = 256;

/// Whether its UPDATE is one statement that sets what the object says and nothing else.
bool runs_together(const Mapper& mapper, std::uint64_t mask) {
    bool plain = mapper.integer_key != nullptr && mapper.above == nullptr && mapper.version == nullptr &&
                 mapper.discriminator == nullptr && !mapper.generated;
    return plain && (mask >> mapper.integer_key->index & 1) == 0;
}

/// The new values of these columns, checked. Throws IntegrityError("foreign-key-not-null") and what check_value does.
bool show_changes(const Mapper& mapper, void* object, std::uint64_t mask, bool doubles,
                  std::vector<ValueView>& values) {
    bool rekeyed = false;
    const Attribute* shown = nullptr;
    try {
        for (const auto& attribute : mapper.attributes) {
            if ((mask >> attribute.index & 1) == 0) continue;
            shown = &attribute;
            values.push_back(attribute.view(object));
            check_value(values.back(), {mapper.name(), attribute.name, attribute.sql_type, doubles});
            if (values.back().is_null() && !attribute.nullable) refuse_null(mapper, attribute);
            rekeyed |= attribute.options.primary_key;
        }
    } catch (const InvalidValueError& error) {
        rethrow_named(error, mapper.name(), shown->name);
    }
    return rekeyed;
}

}  // namespace

/// Rows that the same UPDATE is for.
struct UnitOfWork::UpdateRun {
    std::uint64_t mask = 0;
    std::vector<void*> objects{};
    std::vector<ValueView> values{};
};

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
    UpdateRun run;
    for (void* object : task.updates) {
        if (header_of(object).deleting || header_of(object).state != ObjectState::persistent) continue;
        const Mapper& kind = mapper.polymorphic ? *slab_of(object)->mapper : mapper;
        const auto mask = changed_columns(kind, object);
        if (mask == 0) continue;
        const bool joins = runs_together(kind, mask);
        if (!joins || mask != run.mask || run.objects.size() == most_in_run) end_run(connection, mapper, run);
        if (joins) {
            run.mask = mask;
            run.objects.push_back(object);
            show_changes(kind, object, mask, connection.dialect().keeps_decimals_as_doubles(), run.values);
            run.values.push_back(kind.integer_key->view(object));
        } else {
            update_one(connection, kind, object, mask);
        }
    }
    end_run(connection, mapper, run);
}

void UnitOfWork::end_run(engines::Connection& connection, const Mapper& mapper, UpdateRun& run) {
    if (run.objects.empty()) return;
    const auto& sql = mapper.texts->update(connection.dialect(), run.mask);
    std::int64_t rows = 0;
    auto done = connection.run_updates(sql, run.values, run.values.size() / run.objects.size(), rows);
    if (done < run.objects.size()) refuse_stale(mapper, run.objects[done], "an UPDATE", rows);
    run.objects.clear();
    run.values.clear();
}

void UnitOfWork::update_one(engines::Connection& connection, const Mapper& mapper, void* object, std::uint64_t mask) {
    views_.clear();
    const bool doubles = connection.dialect().keeps_decimals_as_doubles();
    if (mapper.discriminator != nullptr && (mask >> mapper.discriminator->index & 1) != 0)
        require_own_kind(mapper, object);
    if (mapper.generated) mask = add_generated(mapper, object, mask);
    if (mapper.version != nullptr) mask = raise_version(mapper, object, mask);
    const bool rekeyed = show_changes(mapper, object, mask, doubles, views_);
    if (mapper.above != nullptr) {
        update_joined(connection, mapper, object, mask);
        if (rekeyed) session_.follow_key(object);
        if (mapper.generated) expire_generated(mapper, object, mask);
        return;
    }
    identity_of(session_.changes_, mapper, object, views_);
    update_row(connection, mapper, object, mask);
    if (rekeyed) session_.follow_key(object);
    if (mapper.generated) expire_generated(mapper, object, mask);
}

// Each table that has one of the columns. A new key goes to the root's table, and on from there by ON UPDATE CASCADE.
void UnitOfWork::update_joined(engines::Connection& connection, const Mapper& mapper, void* object,
                               std::uint64_t mask) {
    for (const auto* level : mapper.levels) {
        std::uint64_t here = mask & level->local;
        if (here == 0) continue;
        views_.clear();
        for (const auto& attribute : mapper.attributes) {
            if ((here >> attribute.index & 1) != 0) views_.push_back(attribute.view(object));
        }
        identity_of(session_.changes_, mapper, object, views_);
        update_row(connection, *level, object, here);
    }
}

void UnitOfWork::update_row(engines::Connection& connection, const Mapper& level, void* object, std::uint64_t mask) {
    if (level.has_version()) views_.push_back(row_version(level, object));
    std::int64_t rows = connection.run(level.texts->update(connection.dialect(), mask), views_);
    if (rows != 1) refuse_stale(level, object, "an UPDATE", rows);
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

/// What a column has in the database, whatever the object was given since.
ValueView row_value(const ChangeLog& changes, const Attribute& attribute, void* object) {
    ValueView value = attribute.view(object);
    if ((attribute.state(object) & cell_touched) == 0) return value;
    for (auto at = header_of(object).change; at != 0; at = changes[at].previous) {
        if (changes[at].attribute == attribute.index && changes[at].known) value = changes[at].old;
    }
    return value;
}

/// Rows go before those that they refer to.
void order_children_first(const ChangeLog& changes, std::vector<void*>& objects) {
    const GoingRows rows(changes, objects);
    RowLevels levels;
    std::vector<ValueView> key;
    for (void* object : objects) {
        const Mapper& mapper = *slab_of(object)->mapper;
        auto refer = [&](const Mapper& parent) {
            if (void* other = rows.find(parent, key)) levels.add_parent(object, other);
        };
        const auto late = late_columns(mapper);  // these have let go already
        for (const auto& attribute : mapper.attributes) {
            if (attribute.options.foreign_key.target == nullptr || (late >> attribute.index & 1) != 0) continue;
            key.assign(1, row_value(changes, attribute, object));
            refer(attribute.options.foreign_key.target());
        }
        for (const auto& relationship : mapper.relationships) {
            if (relationship.kind != RelationKind::many_to_one || !relationship.is_composite()) continue;
            key.clear();
            for (const auto& pair : relationship.pairs) key.push_back(row_value(changes, *pair.foreign_key, object));
            refer(*relationship.target);
        }
    }
    std::vector<std::pair<std::size_t, std::size_t>> placed;  // clang 19 warns of this library's stable_sort
    placed.reserve(objects.size());
    for (std::size_t i = 0; i < objects.size(); ++i) placed.emplace_back(levels.of(objects[i]), i);
    std::sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    const auto unordered = objects;
    for (std::size_t i = 0; i < objects.size(); ++i) objects[i] = unordered[placed[i].second];
}

bool refers_to_itself(const Mapper& mapper) {
    return std::find(mapper.parents.begin(), mapper.parents.end(), &mapper) != mapper.parents.end();
}

}  // namespace

// Children's tables before their parents'; tables that refer to each other, or to themselves, row by row.
void UnitOfWork::delete_all(engines::Connection& connection, std::vector<void*> Task::* list) {
    for (std::size_t last = tasks_.size(), first = last; last > 0; last = first) {
        const Mapper& mapper = *tasks_[--first].store->mapper;
        while (first > 0 && tasks_[first - 1].store->mapper->rank == mapper.rank) --first;
        std::vector<void*> objects;
        for (std::size_t i = last; i > first; --i) {
            const auto& some = tasks_[i - 1].*list;
            objects.insert(objects.end(), some.begin(), some.end());
        }
        bool ordered = objects.size() < 2 || (last - first == 1 && !refers_to_itself(mapper));
        if (!ordered) order_children_first(session_.changes_, objects);
        delete_rows(connection, objects);
    }
}

void UnitOfWork::delete_rows(engines::Connection& connection, std::span<void* const> objects) {
    while (!objects.empty()) {
        const Mapper& mapper = *slab_of(objects[0])->mapper;
        std::size_t count = 1;
        while (count < objects.size() && slab_of(objects[count])->mapper == &mapper) ++count;
        delete_kind(connection, mapper, objects.first(count));
        objects = objects.subspan(count);
    }
}

void UnitOfWork::delete_kind(engines::Connection& connection, const Mapper& mapper, std::span<void* const> objects) {
    remove_associations(connection, mapper, objects);
    for (void* object : objects) {
        views_.clear();
        identity_of(session_.changes_, mapper, object, views_);
        const std::size_t width = views_.size();
        for (const Mapper* level = &mapper; level != nullptr; level = level->above) {
            views_.resize(width);
            if (level->has_version()) views_.push_back(row_version(mapper, object));
            std::int64_t rows = connection.run(level->texts->remove(connection.dialect()), views_);
            if (level->has_version() && rows != 1) refuse_stale(mapper, object, "a DELETE", rows);
        }
    }
}

}  // namespace retort::orm
