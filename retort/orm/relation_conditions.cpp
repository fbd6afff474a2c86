// Relationships in queries: any, has, contains, and comparing a One with an object.
#include <utility>

#include "retort/orm/errors.hpp"
#include "retort/orm/query.hpp"
#include "retort/orm/relationship.hpp"
#include "retort/orm/session_core.hpp"
#include "retort/sql/sql.hpp"
#include "retort/sql/walk.hpp"

namespace retort::orm {
namespace {

sql::Expression in_table(const sql::TableRef& table, const Attribute& attribute) { return attribute.in_table(table); }

/// The value of an object's attribute, to be bound. An object without a key cannot be asked for.
sql::Expression value_of(const Attribute& attribute, const void* object) {
    void* at = const_cast<void*>(object);
    ValueView view = attribute.view(at);
    if (view.is_null()) {
        const Mapper& mapper = *slab_of(object)->mapper;
        throw InvalidRequestError("object-without-key"_code,
                                  "this " + std::string(mapper.name()) + " has no " + std::string(attribute.name) +
                                      " yet, so no row can be compared with it.",
                                  "add it and flush() first");
    }
    return sql::literal(sql::Value(view));
}

/// The key of a child as its row has it, or will have it when the query runs: a parent that it was given is written
/// first. Nothing is read for a key that is in memory.
ValueView written_key(const Attribute& key, void* child) {
    auto* session = slab_of(child)->session;
    const auto& header = header_of(child);
    if (session != nullptr) session->autoflush();
    bool expired = (key.state(child) & cell_expired) != 0;
    if (session != nullptr && expired && header.state == ObjectState::persistent) session->load_expired(child, &key);
    return key.view(child);
}

/// What the query around has of the owner: an alias, or all tables that its rows stand in.
std::vector<sql::From> tables_of(const Entity& owner) {
    if (owner.table.node() != owner.mapper->table.node()) return {owner.table};
    std::vector<sql::From> tables;
    tables.reserve(owner.mapper->levels.size());
    for (const auto* level : owner.mapper->levels) tables.emplace_back(level->table);
    return tables;
}

/// Joins the table of a model below the target to the target's rows, which are of other kinds too.
sql::From with_level(const sql::From& rows, const Mapper& target, const Mapper& level) {
    sql::Expression on;
    for (const auto* key : target.keys) {
        on = std::move(on) && sql::Expression::compare(sql::Operator::eq, key->column,
                                                       level.table.column(key->column_name, key->sql_type));
    }
    return rows.outerjoin(level.table, on);
}

/// The target's rows, with what the condition asks of models below it that have tables of their own.
sql::From with_kinds(sql::From rows, const Mapper& target, const Condition& condition) {
    sql::for_each_table(condition, [&](const sql::NodeRef& table) {
        for (const auto* kind : target.kinds) {
            if (kind->table.node() != table.get()) continue;
            for (const auto* level : kind->levels) {
                bool there = sql::from_contains(rows.node(), level->table.node());
                if (!there) rows = with_level(rows, target, *level);
            }
        }
    });
    return rows;
}

/// The rows that tie owners to targets, which are objects of `target`, as a subquery within the owner's query.
sql::Select tied(const Relationship& relationship, const Mapper& target, const Entity& owner,
                 const sql::TableRef& targets, const Condition& condition = {}) {
    sql::TableRef between;
    if (relationship.secondary != nullptr) between = relationship.secondary->table;
    auto joins = relationship.joins(owner.table, targets, between);
    const bool renamed = targets.node() != relationship.target->table.node();
    const sql::From rows = renamed ? sql::From(targets) : with_kinds(target.source, target, condition);
    auto statement = sql::select({sql::literal_column("1")}).select_from(rows);
    for (auto& [table, on] : joins) {
        if (table.node() != targets.node()) statement = std::move(statement).select_from(table);
        statement = std::move(statement).where(std::move(on));
    }
    if (!renamed) statement = std::move(statement).where(target.restriction());
    return std::move(statement).correlate(tables_of(owner));
}

/// Whether the query around has the target's table under the same name.
bool shares_table(const Entity& owner, const Mapper& target) {
    return owner.table.node() == owner.mapper->table.node() && owner.mapper->root == target.root;
}

/// `alias.id IN (SELECT id FROM model WHERE condition)`.
sql::Expression of_those(const Mapper& mapper, const sql::TableRef& alias, const Condition& condition) {
    std::vector<sql::Expression> outer;
    std::vector<sql::Expression> inner;
    for (const auto* key : mapper.keys) {
        outer.push_back(in_table(alias, *key));
        inner.push_back(key->column);
    }
    auto those = sql::select(std::move(inner)).where(condition);
    auto rows = with_kinds(mapper.source, mapper, condition);
    const bool plain = mapper.is_plain() && rows.node() == mapper.table.node();
    if (!plain) those = std::move(those).select_from(rows).where(mapper.restriction());
    auto own = tables_of({&mapper, mapper.table});
    own.push_back(rows);
    those = those.correlate_except(std::move(own));
    return (outer.size() == 1 ? outer[0] : sql::tuple_(std::move(outer))).in_(those);
}

}  // namespace

void require_target(const Relationship& relationship, const Mapper& target) {
    if (target.is_a(*relationship.target)) return;
    throw ArgumentError("foreign-join-target"_code,
                        relationship.full_name() + " leads to " + std::string(relationship.target->name()) +
                            ", not to " + std::string(target.name()) + ".",
                        "name " + std::string(relationship.target->name()) +
                            ", a model that inherits from it, or an alias of one of them");
}

Condition relation_exists(const volatile void* field, const Condition& condition, const Mapper* kind) {
    configure_mappers();
    const auto& relationship = relationship_at(field);
    const Mapper& target = kind == nullptr ? *relationship.target : *kind;
    require_target(relationship, target);
    Entity owner = entity_at(field);
    if (!shares_table(owner, target)) {
        return tied(relationship, target, owner, relationship.target->table, condition).where(condition).exists();
    }
    // Of a model that refers to itself: the conditions speak of the targets by the model's own name, which the query
    // around has too, so they stand in a query of their own.
    auto targets = target.alias();
    auto rows = tied(relationship, target, owner, targets);
    if (condition.is_empty()) return rows.exists();
    return std::move(rows).where(of_those(target, targets, condition)).exists();
}

namespace {

/// The columns of the target's key are those of this object.
Condition is_object(const Mapper& mapper, const void* object) {
    sql::Expression condition;
    for (const auto* key : mapper.keys) condition = std::move(condition) && key->column == value_of(*key, object);
    return condition;
}

/// A key of several columns, compared one by one.
Condition is_parent(const Relationship& relationship, const sql::TableRef& owner, const void* object) {
    sql::Expression all;
    for (const auto& pair : relationship.pairs) {
        auto key = in_table(owner, *pair.foreign_key);
        all = std::move(all) && (object == nullptr ? key == sql::null() : value_of(*pair.referenced, object) == key);
    }
    return all;
}

}  // namespace

Condition relation_has(const volatile void* field, const void* object) {
    configure_mappers();
    const auto& relationship = relationship_at(field);
    Entity owner = entity_at(field);
    bool to_parent = relationship.kind == RelationKind::many_to_one && !relationship.is_custom();
    if (to_parent && relationship.is_composite()) return is_parent(relationship, owner.table, object);
    if (relationship.is_custom() || relationship.is_composite()) {
        if (object == nullptr) return !relation_exists(field, {});
        return relation_exists(field, is_object(*relationship.target, object));
    }
    switch (relationship.kind) {
        case RelationKind::many_to_one: {
            auto key = in_table(owner.table, *relationship.foreign_key);
            if (object == nullptr) return sql::Expression::compare(sql::Operator::eq, key, sql::null());
            return value_of(*relationship.referenced, object) == key;
        }
        case RelationKind::many_to_many: {
            const auto& between = relationship.secondary->table;
            auto rows = sql::select({sql::literal_column("1")})
                            .where(in_table(owner.table, *relationship.referenced) ==
                                   in_table(between, *relationship.foreign_key))
                            .where(value_of(*relationship.target_referenced, object) ==
                                   in_table(between, *relationship.target_key));
            return std::move(rows).correlate(tables_of(owner)).exists();
        }
        default: break;
    }
    if (object == nullptr) return !relation_exists(field, {});
    bool parentless = written_key(*relationship.foreign_key, const_cast<void*>(object)).is_null();
    auto state = header_of(object).state;
    bool has_row = state != ObjectState::transient && state != ObjectState::pending;
    if (parentless && has_row) return sql::false_();
    return in_table(owner.table, *relationship.referenced) == value_of(*relationship.foreign_key, object);
}

Condition relation_has_not(const volatile void* field, const void* object) {
    const auto& relationship = relationship_at(field);
    configure_mappers();
    bool to_parent = relationship.kind == RelationKind::many_to_one && !relationship.is_custom();
    if (!to_parent && object == nullptr) return relation_exists(field, {});
    // A key that is partly NULL is another one's too.
    if (to_parent && relationship.is_composite() && object != nullptr) {
        return !relation_exists(field, is_object(*relationship.target, object));
    }
    if (!to_parent || relationship.is_composite()) return !relation_has(field, object);
    auto key = in_table(entity_at(field).table, *relationship.foreign_key);
    if (object == nullptr) return sql::Expression::compare(sql::Operator::ne, key, sql::null());
    Condition other = sql::Expression::compare(sql::Operator::ne, key, value_of(*relationship.referenced, object));
    Condition none = sql::Expression::compare(sql::Operator::eq, key, sql::null());
    return other || none;
}

bool relation_contains(const DynamicQuery& dynamic, const void* object) {
    const Mapper& target = *dynamic.relationship->target;
    auto statement = sql::select({sql::literal_column("1")})
                         .select_from(target.source)
                         .where(target.restriction())
                         .where(dynamic.condition);
    statement = std::move(statement).where(is_object(target, object));
    return dynamic.session.count(statement) > 0;
}

Condition own_condition(const DynamicQuery& dynamic) {
    if (dynamic.relationship->secondary == nullptr) return dynamic.condition;
    return sql::select({sql::literal_column("1")})
        .select_from(dynamic.relationship->secondary->table)
        .where(dynamic.condition)
        .exists();
}

}  // namespace retort::orm
