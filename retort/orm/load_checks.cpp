// What a loader option begins at, and leads to.
#include "retort/orm/load_checks.hpp"

#include <algorithm>
#include <string>

#include "retort/orm/errors.hpp"
#include "retort/orm/selectable.hpp"
#include "retort/sql/nodes.hpp"
#include "retort/sql/walk.hpp"

namespace retort::orm {

namespace {

/// Whether an entity's rows are those of a subquery or a CTE: there is no other name for them than the model's.
bool is_queried(const Entity& entity) {
    const auto* alias = sql::node_cast<sql::AliasNode>(entity.table.node());
    const auto* table = alias == nullptr ? entity.table.node() : alias->element.get();
    return table != nullptr && table->kind() != sql::NodeKind::table;
}

}  // namespace

bool begins_at(const LoadOption& option, const Entity& entity) {
    const volatile void* first = nullptr;
    if (!option.steps.empty()) {
        first = option.steps[0].field;
    } else if (!option.columns.empty() && !option.columns[0].fields.empty()) {
        first = option.columns[0].fields[0];
    }
    if (first == nullptr) return true;
    Entity begin = entity_at(first);
    bool own = begin.table.node() == begin.mapper->table.node() &&
               (entity.table.node() == entity.mapper->table.node() || is_queried(entity));
    bool below = !option.steps.empty() && begin.mapper->is_a(*entity.mapper);
    if (own) return below || entity.mapper->is_a(*begin.mapper);
    return begin.mapper == entity.mapper && sql::same_from(begin.table.node(), entity.table.node());
}

namespace {

/// Each step of a path begins at the model that the one before leads to, or at one above or below it.
void require_linked(const LoadOption& option) {
    for (std::size_t i = 1; i < option.steps.size(); ++i) {
        if (option.steps[i - 1].field == nullptr || option.steps[i].field == nullptr) continue;
        const Relationship& before = relationship_at(option.steps[i - 1].field);
        const Mapper& begin = mapper_at(option.steps[i].field);
        if (begin.is_a(*before.target) || before.target->is_a(begin)) continue;
        throw ArgumentError("foreign-loader-option"_code,
                            "a loader option goes on at " + std::string(begin.name()) + ", but " +
                                std::string(before.owner->name()) + "." + std::string(before.name) + " leads to " +
                                std::string(before.target->name()) + ".",
                            "go on with a relationship of " + std::string(before.target->name()) +
                                ", or give the other one an option of its own");
    }
}

}  // namespace

void refuse_foreign(std::span<const LoadOption> options, std::span<const RowPart> parts,
                    std::span<const Entity> entities) {
    for (const auto& option : options) {
        if (option.criteria_of != nullptr) continue;
        std::size_t at = 0;
        bool begins = false;
        for (const auto& part : parts) {
            if (part.mapper != nullptr) begins |= begins_at(option, entities[at++]);
        }
        if (begins) {
            require_linked(option);
            continue;
        }
        throw ArgumentError("foreign-loader-option"_code,
                            "a loader option begins at a model that the query does not select.",
                            "begin at what is selected: select<User>().options(selectinload(User::c.bookmarks)"
                            ".joinedload(Bookmark::c.user))");
    }
}

namespace {

/// Whether the query has this table in its FROM, by a join or because something speaks of it.
bool reads(const sql::SelectNode& query, const sql::TableRef& table) {
    bool found = std::any_of(query.froms.begin(), query.froms.end(),
                             [&](const auto& from) { return sql::from_contains(from.get(), table.node()); });
    auto look = [&](const auto& other) { found = found || sql::same_from(other.get(), table.node()); };
    for (const auto& condition : query.conditions) sql::for_each_table(condition, look);
    for (const auto& column : query.columns) sql::for_each_table(column, look);
    return found;
}

}  // namespace

sql::TableRef contained_table(const LoadStep& step) {
    Entity alias = entity_at(step.contained);
    const auto& relationship = *step.relationship;
    if (alias.mapper->is_a(*relationship.target)) return alias.table;
    throw ArgumentError("foreign-loader-option"_code,
                        "contains_eager takes the objects of " + std::string(relationship.owner->name()) + "." +
                            std::string(relationship.name) + " from an alias of " + std::string(alias.mapper->name()) +
                            ".",
                        "name an alias of " + std::string(relationship.target->name()));
}

void require_contained(const sql::Select& statement, const LoadNode& node) {
    const auto* core = statement.core();
    if (core == nullptr) return;
    for (const auto& step : node.steps) {
        if (!step.in_row()) continue;
        // Of a model that refers to itself, its own name means the owners.
        const bool itself = sql::same_from(step.targets->table.node(), node.table.node());
        if (step.contains_eager && (itself || !reads(*core, step.targets->table))) {
            const auto& relationship = *step.relationship;
            const std::string owner(relationship.owner->name()), name = relationship.full_name();
            const std::string way = owner + "::c." + std::string(relationship.name);
            throw ArgumentError(
                "foreign-loader-option"_code,
                "contains_eager takes the objects of " + name + " from the query's rows, but the query does not join " +
                    (step.contained == nullptr ? std::string(relationship.target->name()) : "the alias that it names") +
                    ".",
                "join it, .outerjoin(" + way + "); say which alias it is, contains_eager<Alias>(" + way +
                    "); or load it, joinedload(" + way + ")");
        }
        require_contained(statement, *step.targets);
    }
}

}  // namespace retort::orm
