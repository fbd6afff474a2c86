// Criteria of models, put where the query brings their rows.
#include "retort/orm/load_criteria.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "retort/orm/load_plan.hpp"
#include "retort/orm/selectable.hpp"
#include "retort/sql/nodes.hpp"
#include "retort/sql/walk.hpp"

namespace retort::orm {

sql::Expression those_of(const Mapper& target, const Condition& criteria, const sql::TableRef& targets) {
    std::vector<sql::Expression> keys, own;
    for (const auto* key : target.keys) {
        keys.push_back(key->column);
        own.push_back(key->in_table(targets));
    }
    auto meant = sql::select(keys).where(criteria);
    if (!target.is_plain()) meant = std::move(meant).select_from(target.source);
    return own.size() == 1 ? own[0].in_(meant) : sql::tuple_(own).in_(meant);
}

Condition criteria_for(const Mapper& mapper, std::span<const LoadOption> options) {
    Condition all;
    for (const auto& option : options) {
        if (option.criteria_of != nullptr && mapper.is_a(option.criteria_of())) all = all && option.criteria;
    }
    return all;
}

bool has_model_criteria(std::span<const LoadOption> options) {
    return std::any_of(options.begin(), options.end(), [](auto& option) { return option.criteria_of != nullptr; });
}

namespace {

/// FROM with a further condition in the join that brings these rows; empty when none does.
sql::NodeRef with_condition(const sql::NodeRef& from, const sql::Node* rows, const Condition& also) {
    const auto* join = sql::node_cast<sql::JoinNode>(from.get());
    if (join == nullptr) return {};
    auto changed = [&](const sql::NodeRef& left, const sql::NodeRef& right, const sql::Expression& on) {
        return sql::NodeRef(new sql::JoinNode(join->type, left, right, on));
    };
    if (sql::same_from(join->right.get(), rows)) return changed(join->left, join->right, Condition(join->on) && also);
    if (auto left = with_condition(join->left, rows, also)) return changed(left, join->right, join->on);
    if (auto right = with_condition(join->right, rows, also)) return changed(join->left, right, join->on);
    return {};
}

/// The entities, and the models that inherit of which there are single columns only.
std::vector<Entity> with_kinds(const sql::Select& statement, std::span<const Entity> entities) {
    std::vector<Entity> all(entities.begin(), entities.end());
    for (const auto& column : statement.core()->columns) {
        for_each_kind(column, [&](const Mapper& kind) {
            bool known = std::any_of(all.begin(), all.end(), [&](const Entity& each) { return each.mapper == &kind; });
            if (!known) all.push_back({&kind, kind.table});
        });
    }
    return all;
}

/// Whether its rows are read as those of a model below it, whose criteria are its too.
bool is_covered(const Entity& entity, const std::vector<Entity>& read) {
    return std::any_of(read.begin(), read.end(), [&](const Entity& each) {
        bool own = each.table.node() == each.mapper->table.node();
        return own && each.mapper != entity.mapper && each.mapper->is_a(*entity.mapper);
    });
}

/// A condition on rows of the query: of those that a join brings it stands there, so that an outer join keeps its left
/// side.
sql::Select where_read(const sql::Select& statement, const sql::Node* rows, const Condition& only) {
    const auto& froms = statement.core()->froms;
    for (std::size_t at = 0; at < froms.size(); ++at) {
        auto joined = with_condition(froms[at], rows, only);
        if (!joined) continue;
        auto* select = new sql::SelectNode(*statement.core());
        select->froms[at] = std::move(joined);
        return sql::Select(sql::NodeRef(select));
    }
    return statement.where(only);
}

}  // namespace

sql::Select with_criteria(sql::Select statement, std::span<const RowPart> parts, std::span<const Entity> entities,
                          std::span<const LoadOption> options) {
    if (!has_model_criteria(options) || statement.core() == nullptr) return statement;
    const auto is_entity = [](const RowPart& part) { return part.mapper != nullptr; };
    const auto selected = std::count_if(parts.begin(), parts.end(), is_entity);
    const auto read = entities_read(statement, with_kinds(statement, entities));
    std::vector<const sql::Node*> done;
    for (const auto& entity : read) {
        auto only = criteria_for(*entity.mapper, options);
        const sql::Node* table = entity.table.node();
        const bool own = table == entity.mapper->table.node();
        const bool is_selected = &entity < read.data() + selected;
        const bool again = std::find(done.begin(), done.end(), table) != done.end();
        if (only.is_empty() || again || (!own && !is_selected) || (!is_selected && is_covered(entity, read))) continue;
        done.push_back(table);
        if (!own) only = those_of(*entity.mapper, only, entity.table);
        statement = where_read(statement, own ? entity.mapper->source.node() : table, only);
    }
    return statement;
}

}  // namespace retort::orm
