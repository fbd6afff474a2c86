// Query: the older way to ask for objects, `User::query().filter(…)`, and what a lazy::dynamic relationship is.
#pragma once

#include <cstdint>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "retort/orm/func.hpp"
#include "retort/orm/query_clauses.hpp"
#include "retort/orm/statements.hpp"

namespace retort {

template <class... Row>
class RowQuery;
// The extensions' own.
struct PaginateOptions;
struct KeyPageOptions;

namespace orm {

/// Which session `Model::query()` works on; the extensions set it to the request's own.
using CurrentSession = Session& (*)();
void set_current_session(CurrentSession current) noexcept;
/// Throws InvalidRequestError("no-current-session") when nothing was set.
SessionCore& current_session();

sql::Select count_of(const sql::Select& statement);
/// Whether one object may stand in several rows, because other tables are read beside its own.
bool may_repeat(const SelectCore& select);
/// The statements that write the rows which a query's conditions hold for.
sql::Update update_of(const Mapper& mapper, const sql::Select& query, std::vector<sql::Assignment> assignments);
sql::Delete delete_of(const Mapper& mapper, const sql::Select& query);

template <class... Row>
std::vector<std::tuple<Row...>> rows_of_query(SessionCore& session, const Select<Row...>& select) {
    session.autoflush_for(select.core());
    std::vector<std::tuple<Row...>> rows;
    session.query(select.core(), [&](std::span<void* const> objects, std::span<const ValueView> values) {
        RowCursor(objects, values, select.core().parts()).read_row(rows.emplace_back());
    });
    return rows;
}
template <class... Row>
RowQuery<Row...> row_query(SessionCore& session, Select<Row...> select) {
    return RowQuery<Row...>(session, std::move(select));
}

}  // namespace orm

/// A query for rows of values or of several objects, with the session it runs on: what `with_entities` gives.
template <class... Row>
class RowQuery : public orm::QueryClauses<RowQuery<Row...>, Select<Row...>, std::tuple<Row...>> {
    using Clauses = orm::QueryClauses<RowQuery<Row...>, Select<Row...>, std::tuple<Row...>>;
    using Clauses::select_;
    using Clauses::session_;

  public:
    using Clauses::Clauses;

    [[nodiscard]] std::vector<std::tuple<Row...>> all() const { return orm::rows_of_query(*session_, select_); }
    /// The first of the only row; empty when there is none. Throws MultipleResultsFound.
    [[nodiscard]] auto scalar() const { return Result<Row...>(all(), select_.core()).scalar_one_or_none(); }
    template <class... E>
    [[nodiscard]] auto add_columns(E&&... items) const {
        auto more = select_.add_columns(std::forward<E>(items)...);
        return orm::row_query(*session_, std::move(more));
    }
};

/// A query for objects of one model, with the session it runs on. A value: each clause gives a new one.
template <class T>
class Query : public orm::QueryClauses<Query<T>, Select<Ptr<T>>, Ptr<T>> {
    using Clauses = orm::QueryClauses<Query<T>, Select<Ptr<T>>, Ptr<T>>;
    using Clauses::select_;
    using Clauses::session_;

  public:
    using Clauses::Clauses;

    /// Each object once, whatever is joined; `count()` counts rows.
    [[nodiscard]] std::vector<Ptr<T>> all() const {
        session_->autoflush_for(select_.core());
        std::vector<Ptr<T>> rows;
        session_->query_entities(select_.core(), [&](void* object) { rows.push_back(Ptr<T>::of(object)); });
        if (!orm::may_repeat(select_.core())) return rows;
        return Rows<Ptr<T>>(std::move(rows)).unique().all();
    }
    /// The object with this primary key, loaded as the options say. Throws InvalidRequestError("get-of-some") when the
    /// query has conditions, joins or a limit.
    template <class... Key>
    [[nodiscard]] Ptr<T> get(const Key&... key) const {
        const orm::KeyViews views(key...);
        void* object = session_->get(orm::mapper_of<T>(), views.views, select_.core());
        return object == nullptr ? Ptr<T>() : Ptr<T>::of(object);
    }

    /// The objects a part at a time: `for (const auto& user : User::query().yield_per(100))`.
    [[nodiscard]] Stream<Ptr<T>> yield_per(std::uint32_t rows) const {
        return Stream<Ptr<T>>(std::make_unique<orm::RowStream>(*session_, select_.yield_per(rows).core()));
    }

    /// The same query for something else: `with_entities(User::c.name, func::count())`.
    template <class... E>
    [[nodiscard]] auto with_entities(E&&... items) const {
        return orm::row_query(*session_, select_.with_only_columns(std::forward<E>(items)...));
    }
    /// The objects, with more beside them.
    template <class... E>
    [[nodiscard]] auto add_columns(E&&... items) const {
        return orm::row_query(*session_, select_.add_columns(std::forward<E>(items)...));
    }

    /// Changes all rows that the conditions hold for: `update(User::c.active = false)`. Returns how many. Throws
    /// InvalidRequestError("query-not-writable") where the query has more than conditions.
    template <std::same_as<orm::Assigned>... A>
        requires(sizeof...(A) > 0)
    std::int64_t update(const A&... assigned) const {
        return session_->execute_write(orm::update_of(orm::mapper_of<T>(), select_.statement(),
                                                      {orm::assignment_for(orm::mapper_of<T>(), assigned)...})
                                           .ref());
    }
    /// The same by what an example was given: `update({.active = false})`.
    std::int64_t update(T example) const {
        T defaults{};
        const auto& mapper = orm::mapper_of<T>();
        return session_->execute_write(
            orm::update_of(mapper, select_.statement(), orm::given_of(mapper, &example, &defaults)).ref());
    }
    /// Deletes all rows that the conditions hold for; returns how many. It runs no events and no cascades of the ORM.
    std::int64_t delete_() const {
        return session_->execute_write(orm::delete_of(orm::mapper_of<T>(), select_.statement()).ref());
    }

    // What the web extension adds: free functions that are found when they are used.
    auto paginate() const { return paginate_query(*this); }
    auto paginate(const PaginateOptions& options) const { return paginate_query(*this, options); }
    auto paginate_by_key() const { return paginate_query_by_key(*this); }
    auto paginate_by_key(const KeyPageOptions& options) const { return paginate_query_by_key(*this, options); }
    template <class... A>
    Ptr<T> first_or_404(A&&... arguments) const {
        return query_first_or_404(*this, std::forward<A>(arguments)...);
    }
    template <class... A>
    Ptr<T> one_or_404(A&&... arguments) const {
        return query_one_or_404(*this, std::forward<A>(arguments)...);
    }
    template <class Key, class... A>
    Ptr<T> get_or_404(const Key& key, A&&... arguments) const {
        return query_get_or_404(*this, key, std::forward<A>(arguments)...);
    }
};

template <class T, class... Parts>
Query<T> Model<T, Parts...>::query() {
    return Query<T>(orm::current_session(), retort::select<T>());
}

namespace orm {

/// The statement behind a dynamic relationship, and its session. Throws DetachedInstanceError.
struct DynamicQuery {
    SessionCore& session;
    Condition condition;
    const Relationship* relationship;

    /// The query for all of its objects, in its order.
    template <class T>
    Select<Ptr<T>> select() const {
        auto all = retort::select<T>().where(condition);
        auto order = relationship->order_in(relationship->target->table);
        return order.empty() ? all : all.with(all.statement().order_by(std::move(order)));
    }
};
DynamicQuery dynamic_query(const void* cell);

template <class T>
Query<T> DynamicFace<T>::query() const {
    auto dynamic = dynamic_query(this);
    return Query<T>(dynamic.session, dynamic.template select<T>());
}

bool relation_contains(const DynamicQuery& dynamic, const void* object);
/// The condition for a statement that names no table but the targets': with `secondary`, EXISTS (a row between).
Condition own_condition(const DynamicQuery& dynamic);

template <class T>
bool DynamicFace<T>::contains(const Ptr<T>& object) const {
    return relation_contains(dynamic_query(this), object.get());
}
template <class T>
bool WriteOnlyFace<T>::contains(const Ptr<T>& object) const {
    return relation_contains(dynamic_query(this), object.get());
}

template <class T>
auto WriteOnlyFace<T>::update() const {
    return retort::update<T>().where(dynamic_query(this).condition);
}
template <class T>
auto WriteOnlyFace<T>::delete_() const {
    return retort::delete_<T>().where(own_condition(dynamic_query(this)));
}
template <class T>
Select<Ptr<T>> WriteOnlyFace<T>::select() const {
    return dynamic_query(this).template select<T>();
}

}  // namespace orm
}  // namespace retort
