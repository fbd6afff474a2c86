// The erased part of typed queries: what they select and how they join.
#include "retort/orm/select.hpp"

#include <utility>

namespace retort::orm {

SelectCore::SelectCore() = default;
SelectCore::SelectCore(const SelectCore& other) = default;
SelectCore::SelectCore(SelectCore&& other) noexcept = default;
SelectCore& SelectCore::operator=(const SelectCore& other) = default;
SelectCore& SelectCore::operator=(SelectCore&& other) noexcept = default;
SelectCore::~SelectCore() = default;

void SelectCore::add_entity(const Entity& entity) {
    bool own = entity.table.node() == entity.mapper->table.node();
    auto columns = own ? entity.mapper->columns() : entity.mapper->columns(entity.table);
    parts.push_back({entity.mapper, static_cast<std::uint32_t>(columns.size())});
    statement = std::move(statement).add_columns(std::move(columns));
    if (own && !entity.mapper->is_plain()) restrict_to(*entity.mapper);
    entities.push_back(entity);
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

void SelectCore::join_target(const Entity& target, const Condition& on, bool outer) {
    bool own = target.table.node() == target.mapper->table.node() && !target.mapper->is_plain();
    sql::From right = own ? target.mapper->source : target.table;
    Condition all = own ? on && Condition(target.mapper->restriction()) : on;
    statement = outer ? std::move(statement).outerjoin(right, all) : std::move(statement).join(right, all);
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

void SelectCore::join_relationship(const volatile void* field, bool outer) {
    configure_mappers();
    Entity from = entity_at(field);
    const auto& relationship = relationship_at(field);
    sql::TableRef between;
    if (relationship.secondary != nullptr) between = relationship.secondary->table;
    auto joins = relationship.joins(from.table, relationship.target->table, between);
    if (joins.size() == 2) {
        auto& [table, on] = joins[0];
        statement = outer ? std::move(statement).outerjoin(table, on) : std::move(statement).join(table, on);
    }
    join_target({relationship.target, relationship.target->table}, joins.back().on, outer);
}

void SelectCore::join_by_key(const Entity& target, bool outer) {
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
    join_target(target, on, outer);
}

}  // namespace retort::orm
