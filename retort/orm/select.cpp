// The erased part of typed queries: what they select and how they join.
#include "retort/orm/select.hpp"

#include <algorithm>
#include <utility>

#include "retort/sql/walk.hpp"

namespace retort::orm {

SelectCore::SelectCore() = default;
SelectCore::SelectCore(const SelectCore& other) = default;
SelectCore::SelectCore(SelectCore&& other) noexcept = default;
SelectCore& SelectCore::operator=(const SelectCore& other) = default;
SelectCore& SelectCore::operator=(SelectCore&& other) noexcept = default;
SelectCore::~SelectCore() = default;

void SelectCore::add_entity(const Entity& entity) {
    bool own = entity.table.node() == entity.mapper->table.node();
    bool listed = own && !entity.mapper->column_list.is_empty();
    auto columns = listed ? std::vector<sql::Expression>{entity.mapper->column_list}
                   : own  ? entity.mapper->columns()
                          : entity.mapper->columns(entity.table);
    auto width = listed ? entity.mapper->attributes.size() : columns.size();
    auto selected =
        std::count_if(parts.begin(), parts.end(), [](const RowPart& part) { return part.mapper != nullptr; });
    parts.push_back({entity.mapper, static_cast<std::uint32_t>(width)});
    statement = std::move(statement).add_columns(std::move(columns));
    if (own && !entity.mapper->is_plain()) restrict_to(*entity.mapper);
    entities.insert(entities.begin() + selected, entity);
}

// Where the rows of a model stand that inherits from another, and which of them are its.
void SelectCore::restrict_to(const Mapper& mapper) {
    if (restricted == &mapper) return;
    restricted = &mapper;
    statement = std::move(statement).select_from(mapper.source).where(mapper.restriction());
}

void SelectCore::add_field(const volatile void* field) {
    add_column(detail::column_of(field));
    Entity entity = entity_at(field);
    bool own = entity.table.node() == entity.mapper->table.node();
    if (own && !entity.mapper->is_plain()) restrict_to(*entity.mapper);
}

void SelectCore::add_column(const sql::Expression& expression) {
    parts.push_back({});
    statement = std::move(statement).add_columns({expression});
}

void SelectCore::add_from(const Entity& entity) {
    bool own = entity.table.node() == entity.mapper->table.node();
    if (own && !entity.mapper->is_plain()) {
        restrict_to(*entity.mapper);
    } else {
        statement = std::move(statement).select_from(entity.table);
    }
    entities.push_back(entity);
}

void SelectCore::clear_columns() {
    statement = std::move(statement).with_only_columns({});
    parts.clear();
    options.clear();
}

void SelectCore::keep_from() {
    const auto& select = *statement.core();
    if (entities.empty() || !select.froms.empty() || !select.conditions.empty()) return;
    bool mentions = false;
    for (const auto& column : select.columns)
        sql::for_each_table(column, [&](const sql::NodeRef&) { mentions = true; });
    if (!mentions) statement = std::move(statement).select_from(entities[0].table);
}

void SelectCore::join_from(const sql::From& target, const Condition& on, JoinKind kind) {
    statement = kind == JoinKind::inner ? std::move(statement).join(target, on)
                                        : std::move(statement).outerjoin(target, on, kind == JoinKind::full);
}

void SelectCore::join_target(const Entity& target, const Condition& on, JoinKind kind) {
    bool inherits = target.table.node() == target.mapper->table.node() && !target.mapper->is_plain();
    if (inherits) {
        join_from(target.mapper->source, on && Condition(target.mapper->restriction()), kind);
    } else {
        join_from(target.table, on, kind);
    }
    entities.push_back(target);
}

namespace {

/// `parent.id = child.parent_id` for the one foreign key that `child` has to `parent`.
Condition condition_between(const Entity& child, const Entity& parent, int& found) {
    Condition condition;
    for (const auto& attribute : child.mapper->attributes) {
        if (attribute.options.foreign_key.target == nullptr) continue;
        if (!parent.mapper->is_a(attribute.options.foreign_key.target())) continue;
        ++found;
        const auto& key = *parent.mapper->keys[0];
        condition =
            sql::Expression::compare(sql::Operator::eq, key.in_table(parent.table), attribute.in_table(child.table));
    }
    return condition;
}

}  // namespace

void SelectCore::join_relationship(const volatile void* field, JoinKind kind, const Condition& also,
                                   const Entity& target) {
    configure_mappers();
    Entity from = entity_at(field);
    const auto& relationship = relationship_at(field);
    Entity to = target.mapper == nullptr ? Entity{relationship.target, relationship.target->table} : target;
    if (to.mapper != relationship.target) {
        throw ArgumentError("foreign-join-target"_code,
                            std::string(from.mapper->name()) + "." + std::string(relationship.name) + " leads to " +
                                std::string(relationship.target->name()) + ", not to " +
                                std::string(to.mapper->name()) + ".",
                            "join an alias of " + std::string(relationship.target->name()));
    }
    sql::TableRef between;
    if (relationship.secondary != nullptr) between = relationship.secondary->table;
    auto joins = relationship.joins(from.table, to.table, between);
    if (joins.size() == 2) join_from(joins[0].table, joins[0].on, kind);
    join_target(to, Condition(joins.back().on) && also, kind);
}

void SelectCore::join_by_key(const Entity& target, JoinKind kind) {
    int found = 0;
    Condition on;
    for (const auto& from : entities) {
        if (auto one = condition_between(target, from, found); !one.is_empty()) on = one;
        if (from.mapper == target.mapper) continue;
        if (auto one = condition_between(from, target, found); !one.is_empty()) on = one;
    }
    std::string name(target.mapper->name());
    if (found == 0) {
        throw NoForeignKeysError("no-foreign-keys"_code,
                                 "nothing that is selected has a foreign key to or from " + name + ".",
                                 "give the condition: join<" + name + ">(… == …)");
    }
    if (found > 1) {
        throw AmbiguousForeignKeysError("ambiguous-foreign-keys"_code,
                                        "there are several foreign keys to join " + name + " by.",
                                        "give the condition: join<" + name + ">(… == …)");
    }
    join_target(target, on, kind);
}

}  // namespace retort::orm
