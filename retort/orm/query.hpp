// Query: the older way to ask for objects, `User::query().filter(…)`, and what a lazy::dynamic relationship is.
#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "retort/orm/func.hpp"
#include "retort/orm/session.hpp"

namespace retort {

namespace orm {

/// Which session `Model::query()` works on; the extensions set it to the request's own.
using CurrentSession = Session& (*)();
void set_current_session(CurrentSession current) noexcept;
/// Throws InvalidRequestError("no-current-session") when nothing was set.
SessionCore& current_session();

/// `a = … AND b = …` for each column that the example was given.
Condition condition_by_example(const Mapper& mapper, void* example, void* defaults);
sql::Select count_of(const sql::Select& statement);

}  // namespace orm

/// A query for objects of one model, with the session it runs on. A value: each clause gives a new one.
template <class T>
class Query {
  public:
    Query(orm::SessionCore& session, Select<Ptr<T>> select) : session_(&session), select_(std::move(select)) {}

    template <class... C>
    [[nodiscard]] Query where(C&&... conditions) const {
        return with(select_.where(std::forward<C>(conditions)...));
    }
    template <class... C>
    [[nodiscard]] Query filter(C&&... conditions) const {
        return with(select_.where(std::forward<C>(conditions)...));
    }
    /// By what an example was given: `filter_by({.username = "ada"})`.
    [[nodiscard]] Query filter_by(T example) const {
        T defaults{};
        return with(select_.where(orm::condition_by_example(orm::mapper_of<T>(), &example, &defaults)));
    }
    template <class... E>
    [[nodiscard]] Query order_by(E&&... terms) const {
        return with(select_.order_by(std::forward<E>(terms)...));
    }
    [[nodiscard]] Query without_order() const { return with(select_.without_order()); }
    [[nodiscard]] Query limit(std::optional<std::int64_t> rows) const { return with(select_.limit(rows)); }
    [[nodiscard]] Query offset(std::optional<std::int64_t> rows) const { return with(select_.offset(rows)); }
    [[nodiscard]] Query distinct() const { return with(select_.distinct()); }
    template <class R>
    [[nodiscard]] Query join(R&& relationship) const {
        return with(select_.join(relationship));
    }
    template <class Target>
    [[nodiscard]] Query join() const {
        return with(select_.template join<Target>());
    }
    template <class Target, class C>
    [[nodiscard]] Query join(C&& on) const {
        return with(select_.template join<Target>(std::forward<C>(on)));
    }

    /// `options(joinedload(User::c.bookmarks))`
    template <std::same_as<Load>... L>
    [[nodiscard]] Query options(const L&... options) const {
        return with(select_.options(options...));
    }

    [[nodiscard]] std::vector<Ptr<T>> all() const {
        session_->autoflush();
        std::vector<Ptr<T>> rows;
        session_->query_entities(select_.core(), [&](void* object) { rows.push_back(Ptr<T>::of(object)); });
        return rows;
    }
    /// The first; empty when there is none.
    [[nodiscard]] Ptr<T> first() const { return Rows<Ptr<T>>(limit(1).all()).first(); }
    /// The only one. Throws NoResultFound or MultipleResultsFound.
    [[nodiscard]] Ptr<T> one() const { return Rows<Ptr<T>>(all()).one(); }
    [[nodiscard]] Ptr<T> one_or_none() const { return Rows<Ptr<T>>(all()).one_or_none(); }
    [[nodiscard]] std::int64_t count() const {
        session_->autoflush();
        return session_->count(select_.statement());
    }
    template <class... Key>
    [[nodiscard]] Ptr<T> get(const Key&... key) const {
        const orm::KeyViews views(key...);
        void* object = session_->get(orm::mapper_of<T>(), views.views);
        return object == nullptr ? Ptr<T>() : Ptr<T>::of(object);
    }

    /// Runs the query; what it gives lives as long as the iterator.
    class iterator {
      public:
        using value_type = Ptr<T>;
        using difference_type = std::ptrdiff_t;
        iterator() = default;
        explicit iterator(std::vector<Ptr<T>> rows) : rows_(std::move(rows)) {}
        const Ptr<T>& operator*() const { return rows_[at_]; }
        const Ptr<T>* operator->() const { return &rows_[at_]; }
        iterator& operator++() {
            ++at_;
            return *this;
        }
        void operator++(int) { ++at_; }
        friend bool operator==(const iterator& it, std::default_sentinel_t) { return it.at_ >= it.rows_.size(); }

      private:
        std::vector<Ptr<T>> rows_;
        std::size_t at_ = 0;
    };
    iterator begin() const { return iterator(all()); }
    std::default_sentinel_t end() const { return {}; }

    // What the web extension adds: free functions that are found when they are used.
    template <class... A>
    auto paginate(A&&... arguments) const {
        return paginate_query(*this, std::forward<A>(arguments)...);
    }
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

    const Select<Ptr<T>>& select() const { return select_; }
    orm::SessionCore& session() const { return *session_; }
    [[nodiscard]] Query with(Select<Ptr<T>> select) const { return Query(*session_, std::move(select)); }

  private:
    orm::SessionCore* session_;
    Select<Ptr<T>> select_;
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

template <class T>
bool DynamicFace<T>::contains(const Ptr<T>& object) const {
    return relation_contains(dynamic_query(this), object.get());
}
template <class T>
bool WriteOnlyFace<T>::contains(const Ptr<T>& object) const {
    return relation_contains(dynamic_query(this), object.get());
}

template <class T>
Select<Ptr<T>> WriteOnlyFace<T>::select() const {
    return dynamic_query(this).template select<T>();
}

}  // namespace orm
}  // namespace retort
