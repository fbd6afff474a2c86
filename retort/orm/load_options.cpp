// Loader options: how they are put together, step by step.
#include "retort/orm/load_options.hpp"

namespace retort {

namespace {

orm::LoadStepOption every_relationship(orm::Loading loading) {
    orm::LoadStepOption step;
    step.loading = loading;
    return step;
}

}  // namespace

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

Load raiseload(std::string_view, bool sql_only) {
    return Load(every_relationship(sql_only ? orm::Loading::raise_on_sql : orm::Loading::raise));
}
Load lazyload(std::string_view) { return Load(every_relationship(orm::Loading::select)); }
Load noload(std::string_view) { return Load(every_relationship(orm::Loading::noload)); }
Load joinedload(std::string_view) { return Load(every_relationship(orm::Loading::joined)); }
Load selectinload(std::string_view) { return Load(every_relationship(orm::Loading::selectin)); }
Load subqueryload(std::string_view) { return Load(every_relationship(orm::Loading::subquery)); }
Load immediateload(std::string_view) { return Load(every_relationship(orm::Loading::immediate)); }
Load batchload(std::string_view) { return Load(every_relationship(orm::Loading::batch)); }

}  // namespace retort
