// Loader options: how they are put together, step by step.
#include "retort/orm/load_options.hpp"

#include <algorithm>
#include <cstddef>

namespace retort {

namespace {

orm::LoadStepOption every_relationship(orm::Loading loading) {
    orm::LoadStepOption step;
    step.loading = loading;
    return step;
}

}  // namespace

std::optional<orm::LoadOption> orm::LoadOption::behind(std::size_t first) const {
    LoadOption rest;
    rest.steps.assign(steps.begin() + static_cast<std::ptrdiff_t>(first), steps.end());
    for (const auto& choice : columns) {
        if (choice.at >= first) rest.columns.push_back({choice.choice, choice.fields, choice.at - first});
    }
    if (kinds_at >= first) {
        rest.kinds = kinds;
        rest.all_kinds = all_kinds;
        rest.kinds_at = kinds_at - first;
    }
    // A later statement has not the columns that this query has.
    bool joined =
        std::any_of(rest.steps.begin(), rest.steps.end(), [](const auto& step) { return step.contains_eager; });
    bool empty = rest.steps.empty() && rest.columns.empty() && rest.kinds.empty() && !rest.all_kinds;
    return joined || empty ? std::nullopt : std::optional(std::move(rest));
}

Load::Load(orm::LoadStepOption step) { option_.steps.push_back(std::move(step)); }
Load::Load(orm::ColumnStepOption columns) { option_.columns.push_back(std::move(columns)); }
Load::Load(orm::LoadOption option) : option_(std::move(option)) {}
Load::Load(const Load& other) = default;
Load::Load(Load&& other) noexcept = default;
Load& Load::operator=(const Load& other) = default;
Load& Load::operator=(Load&& other) noexcept = default;
Load::~Load() = default;

Load Load::innerjoin() const {
    Load other(*this);
    if (!other.option_.steps.empty()) other.option_.steps.back().innerjoin = true;
    return other;
}

Load Load::on(orm::LoadStepOption step) const {
    Load other(*this);
    other.option_.steps.push_back(std::move(step));
    return other;
}

Load Load::every(orm::Loading loading) const { return on(every_relationship(loading)); }

Load Load::with(orm::ColumnStepOption columns) const {
    Load other(*this);
    columns.at = option_.steps.size();
    other.option_.columns.push_back(std::move(columns));
    return other;
}

Load raiseload(orm::EveryRelationship, bool sql_only) {
    return Load(every_relationship(sql_only ? orm::Loading::raise_on_sql : orm::Loading::raise));
}
Load lazyload(orm::EveryRelationship) { return Load(every_relationship(orm::Loading::select)); }
Load noload(orm::EveryRelationship) { return Load(every_relationship(orm::Loading::noload)); }
Load joinedload(orm::EveryRelationship) { return Load(every_relationship(orm::Loading::joined)); }
Load selectinload(orm::EveryRelationship) { return Load(every_relationship(orm::Loading::selectin)); }
Load subqueryload(orm::EveryRelationship) { return Load(every_relationship(orm::Loading::subquery)); }
Load immediateload(orm::EveryRelationship) { return Load(every_relationship(orm::Loading::immediate)); }
Load batchload(orm::EveryRelationship) { return Load(every_relationship(orm::Loading::batch)); }

}  // namespace retort
