// The parts of queries that need no types: the current session, examples, counting.
#include "retort/orm/query.hpp"

#include <algorithm>

#include "retort/orm/inheritance_mapping.hpp"
#include "retort/sql/nodes.hpp"
#include "retort/sql/sql.hpp"
#include "retort/sql/walk.hpp"

namespace retort::orm {
namespace {

CurrentSession current = nullptr;

}  // namespace

void set_current_session(CurrentSession session) noexcept { current = session; }

SessionCore& current_session() {
    if (current == nullptr) {
        throw InvalidRequestError("no-current-session"_code, "there is no current session for Model::query().",
                                  "use session.query<User>(), or a Database with an app");
    }
    return current().core();
}

void throw_no_row() {
    throw NoResultFound("no-result-found"_code, "the query gave no row, but one is needed.",
                        "use one_or_none() or first() where there may be none");
}

void throw_several_rows(std::size_t rows) {
    throw MultipleResultsFound("multiple-results-found"_code,
                               "the query gave " + std::to_string(rows) + " rows, but one at most is expected.",
                               "narrow the condition, or use first()");
}

void refuse_empty_handle() {
    throw ArgumentError("empty-handle"_code, "an empty handle stands for no object.", "check it first: if (user) …");
}

Condition condition_by_example(const Mapper& mapper, void* example, void* defaults) {
    Condition condition;
    for (const auto& attribute : mapper.attributes) {
        if (!tells_given(attribute, example, defaults)) {
            std::string name(attribute.name);
            throw ArgumentError("ambiguous-filter-by"_code,
                                "filter_by cannot tell whether " + std::string(mapper.name()) + "." + name +
                                    " was given or has its default.",
                                "write the model's default as `" + name +
                                    " = default_(…)`, or name the columns: filter_by(" + std::string(mapper.name()) +
                                    "::c." + name + " = …)");
        }
        if (!attribute.is_set(example) || (attribute.state(example) & cell_defaulted) != 0) continue;
        auto value = sql::Expression(sql::Value(attribute.view(example)));
        condition = condition && Condition(sql::Expression::compare(sql::Operator::eq, attribute.column, value));
    }
    return condition;
}

namespace {

/// The conditions of a query that has nothing else.
const std::vector<sql::Expression>& conditions_of(const Mapper& mapper, const sql::Select& query) {
    const auto* select = query.core();
    auto own = [&](const auto& from) { return from.get() == mapper.table.node(); };
    bool plain = select != nullptr && std::all_of(select->froms.begin(), select->froms.end(), own) &&
                 !select->is_limited() && !select->distinct && select->group_by.empty() && select->having.empty() &&
                 select->order_by.empty();
    if (plain) return select->conditions;
    throw InvalidRequestError(
        "query-not-writable"_code,
        "update() and delete_() take the conditions of a query, and this one has joins, an order, "
        "a limit or groups as well.",
        "say which rows with where(… .in_(select(…)))");
}

}  // namespace

sql::Update update_of(const Mapper& mapper, const sql::Select& query, std::vector<sql::Assignment> assignments) {
    auto statement = sql::update(of_one_table(mapper).table).values(std::move(assignments));
    for (const auto& condition : conditions_of(mapper, query)) statement = std::move(statement).where(condition);
    return with_onupdate(mapper, statement);
}

sql::Delete delete_of(const Mapper& mapper, const sql::Select& query) {
    auto statement = sql::delete_(of_one_table(mapper).table);
    for (const auto& condition : conditions_of(mapper, query)) statement = std::move(statement).where(condition);
    return statement;
}

bool may_repeat(const SelectCore& select) {
    const auto statement = select.statement();
    const auto* core = statement.core();
    if (core == nullptr || select.entities().empty()) return false;
    const auto& entity = select.entities()[0];
    bool only = std::all_of(core->froms.begin(), core->froms.end(), [&](const auto& from) {
        return from.get() == entity.table.node() || from.get() == entity.mapper->source.node();
    });
    for (const auto& condition : core->conditions) {
        sql::for_each_table(condition, [&](const sql::NodeRef& table) {
            only = only && (table.get() == entity.table.node() ||
                            sql::from_contains(entity.mapper->source.node(), table.get()));
        });
    }
    return !only;
}

sql::Select count_of(const sql::Select& statement) {
    return sql::select({sql::func::count()}).select_from(statement.subquery());
}

}  // namespace retort::orm
