// The parts of queries that need no types: the current session, examples, counting.
#include "retort/orm/query.hpp"

#include "retort/sql/sql.hpp"

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
        if (attribute.is_set(defaults) && (attribute.state(defaults) & cell_defaulted) == 0) {
            throw ArgumentError(
                "ambiguous-filter-by"_code,
                "filter_by cannot tell whether " + std::string(mapper.name()) + "." + std::string(attribute.name) +
                    " was given or has its default.",
                "use filter(" + std::string(mapper.name()) + "::c." + std::string(attribute.name) + " == …)");
        }
        if (!attribute.is_set(example) || (attribute.state(example) & cell_defaulted) != 0) continue;
        auto value = sql::Expression(sql::Value(attribute.view(example)));
        condition = condition && Condition(sql::Expression::compare(sql::Operator::eq, attribute.column, value));
    }
    return condition;
}

sql::Select count_of(const sql::Select& statement) {
    return sql::select({sql::func::count()}).select_from(statement.subquery());
}

}  // namespace retort::orm
