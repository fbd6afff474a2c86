// Reading again what a session has: refresh, populate_existing, locks.
#include <unordered_set>
#include <utility>

#include "retort/orm/column.hpp"
#include "retort/orm/errors.hpp"
#include "retort/orm/inheritance_mapping.hpp"
#include "retort/orm/populating.hpp"
#include "retort/orm/query.hpp"
#include "retort/orm/session_core.hpp"
#include "retort/sql/nodes.hpp"
#include "retort/sql/sql.hpp"

namespace retort::orm {

// One query may bring the same object in several rows; only the first of them starts it anew.
void SessionCore::reread(Store& store, void* object, const ValueView* row, std::uint64_t mask) {
    if (store.mapper->base != nullptr) require_kind(*store.mapper, object);
    bool lives = header_of(object).state == ObjectState::persistent && !header_of(object).deleting;
    if (populating_ != nullptr && lives && populating_->insert(object).second) {
        expire(object);
        forget_reread_relations(object);
    }
    bool partly = store.mapper->base != nullptr && was_read_partly(*store.mapper, object);
    if (header_of(object).expired || partly) read_into(store, object, row, mask);
}

static SelectCore select_by_key(const Mapper& mapper, std::span<const ValueView> key) {
    SelectCore select;
    select.add_entity({&mapper, mapper.table});
    for (std::size_t i = 0; i < key.size(); ++i) {
        auto value = sql::literal(sql::Value(key[i]));
        select.where(sql::Expression::compare(sql::Operator::eq, mapper.keys[i]->column, value));
    }
    return select;
}

void* SessionCore::get_eagerly(const Mapper& mapper, std::span<const ValueView> key, const Relationship* along,
                               const LoadOptions& options) {
    void* found = nullptr;
    SelectCore select = select_by_key(mapper, key);
    select.along = along;
    if (options != nullptr) select.options = *options;
    query(select, [&](std::span<void* const> objects, auto) { found = objects[0]; });
    return found;
}

void* SessionCore::get(const Mapper& mapper, std::span<const ValueView> key, const ReadOptions& options) {
    if (!options.populate_existing && !options.with_for_update.wanted) return get(mapper, key);
    autoflush();
    SelectCore select = select_by_key(mapper, key);
    select.execution.populate_existing = true;
    if (options.with_for_update.wanted)
        select.set_statement(select.take_statement().with_for_update(options.with_for_update.options));
    void* found = nullptr;
    query_entities(select, [&](void* object) { found = object; });
    return found;
}

namespace {

/// An order means nothing for one row; what chooses among rows would be passed over.
void require_all_rows(const Mapper& mapper, const sql::SelectNode* query) {
    bool all = query != nullptr && !query->is_limited() && query->group_by.empty() && query->having.empty();
    for (std::size_t i = 0; all && i < query->froms.size(); ++i) {
        all = query->froms[i].get() == mapper.table.node() || query->froms[i].get() == mapper.source.node();
    }
    std::size_t own = mapper.restriction().is_empty() ? 0 : 1;
    if (all && query->conditions.size() <= own) return;
    throw InvalidRequestError("get-of-some"_code,
                              "get() takes a row by its key alone, but the query has conditions, joins or a limit.",
                              "write .filter(" + std::string(mapper.name()) + "::c." +
                                  std::string(mapper.keys[0]->name) + " == …).one_or_none()");
}

}  // namespace

void* SessionCore::get(const Mapper& mapper, std::span<const ValueView> key, const SelectCore& as) {
    bool begins = as.begin() != nullptr && as.noted().empty();
    const sql::Select statement = begins ? sql::Select() : as.statement();
    if (!begins) require_all_rows(mapper, statement.core());
    ReadOptions read{.populate_existing = as.execution.populate_existing};
    if (!begins && statement.core()->for_update) read.with_for_update = *statement.core()->for_update;
    bool anew = read.populate_existing || read.with_for_update.wanted;
    if (as.options.empty()) return get(mapper, key, read);
    require_key(mapper, key);
    if (as.execution.autoflush) autoflush();
    void* found = anew ? nullptr : find_known(store_of(mapper), key);
    if (found != nullptr) return found;
    SelectCore select = select_by_key(mapper, key);
    select.options = as.options;
    select.execution = as.execution;
    select.execution.populate_existing = anew;
    if (read.with_for_update.wanted) {
        select.set_statement(select.take_statement().with_for_update(read.with_for_update.options));
    }
    query_entities(select, [&](void* object) { found = object; });
    return found;
}

void SessionCore::refresh(void* object, const ReadOptions& options) {
    autoflush();
    (void)known_to_be_persistent(object, "refreshed");
    if (!options.with_for_update.wanted) {
        expire_along(object);
        load_expired(object);
        return;
    }
    const Mapper& mapper = *slab_of(object)->mapper;
    std::vector<ValueView> key;
    key.reserve(mapper.keys.size());
    for (const auto* attribute : mapper.keys) key.push_back(attribute->view(object));
    if (get(mapper, key, options) == nullptr) refuse_gone(object);
}

namespace {

/// The relationship of an object whose model may inherit from the field's; null for a column.
const Relationship* own_relationship(const Mapper& mapper, const volatile void* field) {
    const auto* relationship = find_relationship_at(field);
    if (relationship == nullptr) return nullptr;
    const auto* own = mapper.find_relationship(relationship->name);
    if (own == nullptr) (void)mapper.attribute(relationship->name);  // throws: it is another model's
    return own;
}

}  // namespace

void SessionCore::expire_fields(void* object, std::span<const volatile void* const> fields) {
    if (header_of(object).state != ObjectState::persistent) return;
    const Mapper& mapper = *slab_of(object)->mapper;
    for (const auto* field : fields) {
        if (const auto* relationship = own_relationship(mapper, field)) {
            forget_relation(*relationship, object);
        } else {
            expire(object, mapper.attribute(field_name_of(field)));
        }
    }
    forget_expired_relations();
}

void SessionCore::refresh_fields(void* object, std::span<const volatile void* const> fields) {
    autoflush();
    (void)known_to_be_persistent(object, "refreshed");
    expire_fields(object, fields);
    load_expired(object);
    for (const auto* field : fields) {
        const auto* relationship = own_relationship(*slab_of(object)->mapper, field);
        if (relationship != nullptr && relationship->holds_objects()) load_each(*relationship, {&object, 1});
    }
}

}  // namespace retort::orm
