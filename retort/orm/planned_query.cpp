// Which queries have a shape that their plan can be found by again, and the plans by their shape.
#include "retort/orm/planned_query.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "retort/orm/compile.hpp"
#include "retort/orm/load_plan.hpp"
#include "retort/orm/loader.hpp"
#include "retort/orm/statement_shape.hpp"

namespace retort::orm {
namespace {

constexpr std::size_t most_plans = 256;

/// A plan that serves all queries of one shape, one after the other.
struct KeptPlan {
    std::string shape;
    std::optional<LoadPlan> plan;  ///< none while a query runs by it, and after one that failed
    std::shared_ptr<const std::string> text;
    sql::NodeRef statement;  ///< so that no other table comes to stand where one of its own stood
};

thread_local std::unordered_map<std::string_view, std::shared_ptr<KeptPlan>> kept_plans;

std::shared_ptr<KeptPlan> find_kept(std::string_view shape) {
    auto known = kept_plans.find(shape);
    return known == kept_plans.end() ? nullptr : known->second;
}

void keep(std::string_view shape, LoadPlan plan, std::shared_ptr<const std::string> text) {
    if (kept_plans.size() >= most_plans) kept_plans.clear();
    auto statement = plan.statement.ref();
    auto kept = std::make_shared<KeptPlan>(
        KeptPlan{std::string(shape), std::move(plan), std::move(text), std::move(statement)});
    kept_plans.erase(shape);  // with its key
    kept_plans.emplace(kept->shape, std::move(kept));
}

/// Conditions have values, which would be those of another query; what begins at an alias is not told by its address.
bool is_simple(const LoadOption& option) {
    bool simple = option.kinds.empty() && !option.all_kinds && option.criteria_of == nullptr;
    return simple && option.criteria.is_empty() &&
           std::all_of(option.steps.begin(), option.steps.end(), [](const LoadStepOption& step) {
               return step.contained == nullptr && step.criteria.is_empty();
           });
}

void add_option(StatementShape& shape, const LoadOption& option) {
    shape.add_number(option.steps.size());
    for (const auto& step : option.steps) {
        shape.add_pointer(const_cast<const void*>(step.field));
        shape.add_number(static_cast<std::size_t>(step.loading) << 3 | (step.given ? 4u : 0u) |
                         (step.contains_eager ? 2u : 0u) | (step.innerjoin ? 1u : 0u));
    }
    shape.add_number(option.columns.size());
    for (const auto& columns : option.columns) {
        shape.add_number(columns.at << 2 | static_cast<std::size_t>(columns.choice));
        shape.add_number(columns.fields.size());
        for (const auto* field : columns.fields) shape.add_pointer(const_cast<const void*>(field));
    }
}

/// Writes down all that the plan and its text depend on. False when a plan is to be made each time.
bool take_shape(StatementShape& shape, const engines::Dialect& dialect, const SelectCore& select) {
    if (select.along != nullptr || select.by_name) return false;
    if (!std::all_of(select.options.begin(), select.options.end(), &is_simple)) return false;
    shape.add_pointer(&dialect);
    shape.add_number(select.options.size());
    for (const auto& option : select.options) add_option(shape, option);
    shape.add_number(select.noted_beside() != nullptr ? 1 : 0);
    if (select.noted_beside() != nullptr) return take_noted(shape, select);
    shape.add_number(select.parts().size());
    for (const auto& part : select.parts()) {
        shape.add_pointer(part.mapper);
        shape.add_number(part.width);
    }
    shape.add_number(select.entities().size());
    for (const auto& entity : select.entities()) {
        if (entity.table.node() != entity.mapper->table.node()) return false;
        shape.add_pointer(entity.mapper);
    }
    return shape.take(*select.statement().node());
}

bool serves_others(const LoadPlan& plan) {
    return std::all_of(plan.entities.begin(), plan.entities.end(), [](const LoadNode& node) {
        return node.table.node() == node.mapper->table.node() && node.serves_others();
    });
}

/// A loader leaves its plan as it was, once it has run to its end.
void run_kept(SessionCore& session, KeptPlan& kept, engines::Connection& reader, std::span<const ValueView> values,
              SessionCore::RowSink sink) {
    const auto text = kept.text;
    Loader loader(session, *std::exchange(kept.plan, std::nullopt));
    loader.run(reader, *text, values, sink);
    kept.plan = std::move(loader).plan();
}

}  // namespace

void run_planned(SessionCore& session, const SelectCore& select, SessionCore::RowSink sink) {
    const Mapper* mapper = select.parts().empty() ? nullptr : select.parts()[0].mapper;
    StatementShape shape;
    const bool shaped = mapper != nullptr && take_shape(shape, session.engine().dialect_of(mapper->bind_key()), select);
    const auto kept = shaped ? find_kept(shape.bytes()) : nullptr;
    if (kept != nullptr && kept->plan) {
        return run_kept(session, *kept, session.transaction(*mapper).reader(), shape.values().view(), sink);
    }
    Loader loader(session,
                  make_load_plan(select.statement(), select.parts(), select.entities(), select.options, select.along));
    auto& reader = session.transaction_for(loader.statement()).reader();
    const auto compiled = compile_query(reader.dialect(), loader.statement());
    loader.run(reader, compiled.text(), compiled.parameters(), sink);
    bool keeps = shaped && &reader == &session.transaction(*mapper).reader() &&
                 keeps_order(shape.values().view(), compiled.parameters());
    if (!keeps) return;
    auto plan = std::move(loader).plan();
    if (serves_others(plan)) keep(shape.bytes(), std::move(plan), compiled.shared_text());
}

}  // namespace retort::orm
