// QueryClauses: the clauses and the ends of the older form, for objects and for rows alike.
#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "retort/orm/session.hpp"

namespace retort::orm {

/// Runs a query; what it gives lives as long as the iterator.
template <class E>
class QueryIterator {
  public:
    using value_type = E;
    using difference_type = std::ptrdiff_t;
    QueryIterator() = default;
    explicit QueryIterator(std::vector<E> rows) : rows_(std::move(rows)) {}
    const E& operator*() const { return rows_[at_]; }
    const E* operator->() const { return &rows_[at_]; }
    QueryIterator& operator++() {
        ++at_;
        return *this;
    }
    void operator++(int) { ++at_; }
    friend bool operator==(const QueryIterator& it, std::default_sentinel_t) { return it.at_ >= it.rows_.size(); }

  private:
    std::vector<E> rows_;
    std::size_t at_ = 0;
};

/// What a query and its rows have in common: `Self` is the query, `Statement` its typed select, `E` what it gives.
template <class Self, class Statement, class E>
class QueryClauses : public orm::Printable {
  public:
    using RowType = typename Statement::RowType;
    using iterator = QueryIterator<E>;

    QueryClauses(SessionCore& session, Statement select) : session_(&session), select_(std::move(select)) {}

    template <class... C>
    [[nodiscard]] Self where(C&&... conditions) const {
        return with(select_.where(std::forward<C>(conditions)...));
    }
    template <class... C>
    [[nodiscard]] Self filter(C&&... conditions) const {
        return with(select_.where(std::forward<C>(conditions)...));
    }
    /// `filter_by(User::c.name = "ada")`
    template <std::same_as<Assigned>... A>
    [[nodiscard]] Self filter_by(const A&... equal) const {
        return with(select_.filter_by(equal...));
    }
    /// By what an example was given: `filter_by({.name = "ada"})`.
    [[nodiscard]] Self filter_by(typename Statement::Example example) const {
        return with(select_.filter_by(std::move(example)));
    }
    template <class... T>
    [[nodiscard]] Self order_by(T&&... terms) const {
        return with(select_.order_by(std::forward<T>(terms)...));
    }
    [[nodiscard]] Self without_order() const { return with(select_.without_order()); }
    template <class... T>
    [[nodiscard]] Self group_by(T&&... terms) const {
        return with(select_.group_by(std::forward<T>(terms)...));
    }
    template <class... C>
    [[nodiscard]] Self having(C&&... conditions) const {
        return with(select_.having(std::forward<C>(conditions)...));
    }
    [[nodiscard]] Self limit(std::optional<std::int64_t> rows) const { return with(select_.limit(rows)); }
    [[nodiscard]] Self offset(std::optional<std::int64_t> rows) const { return with(select_.offset(rows)); }
    /// Rows from `start` up to, not including, `stop`.
    [[nodiscard]] Self slice(std::int64_t start, std::int64_t stop) const { return with(select_.slice(start, stop)); }
    template <class... T>
    [[nodiscard]] Self distinct(T&&... on) const {
        return with(select_.distinct(std::forward<T>(on)...));
    }

    /// Along a relationship; or to a subquery, with a condition.
    template <class... A>
    [[nodiscard]] Self join(A&&... target) const {
        return with(select_.join(std::forward<A>(target)...));
    }
    template <class... A>
    [[nodiscard]] Self outerjoin(A&&... target) const {
        return with(select_.outerjoin(std::forward<A>(target)...));
    }
    /// To a model or an alias: `join<Bookmark>()`, `join<Bookmark>(condition)`, `join<Manager>(User::c.manager)`.
    template <AnyEntity Target, class... A>
    [[nodiscard]] Self join(A&&... on) const {
        return with(select_.template join<Target>(std::forward<A>(on)...));
    }
    template <AnyEntity Target, class... A>
    [[nodiscard]] Self outerjoin(A&&... on) const {
        return with(select_.template outerjoin<Target>(std::forward<A>(on)...));
    }
    template <AnyEntity Target, class C>
    [[nodiscard]] Self full_join(C&& on) const {
        return with(select_.template full_join<Target>(std::forward<C>(on)));
    }
    template <AnyEntity Target>
    [[nodiscard]] Self select_from() const {
        return with(select_.template select_from<Target>());
    }

    /// `options(joinedload(User::c.bookmarks))`
    template <std::same_as<Load>... L>
    [[nodiscard]] Self options(const L&... options) const {
        return with(select_.options(options...));
    }
    [[nodiscard]] Self execution_options(ExecutionOptions options) const {
        return with(select_.execution_options(options));
    }
    [[nodiscard]] Self populate_existing() const { return with(select_.populate_existing()); }
    template <AnyEntity... Of>
    [[nodiscard]] Self with_for_update(sql::ForUpdate options = {}) const {
        return with(select_.template with_for_update<Of...>(std::move(options)));
    }

    /// The first; empty when there is none.
    [[nodiscard]] Perhaps<E> first() const { return Rows<E>(with(select_.limit(1)).all()).first(); }
    /// The only one. Throws NoResultFound or MultipleResultsFound.
    [[nodiscard]] E one() const { return Rows<E>(self().all()).one(); }
    [[nodiscard]] Perhaps<E> one_or_none() const { return Rows<E>(self().all()).one_or_none(); }
    [[nodiscard]] std::int64_t count() const {
        session_->autoflush_for(select_.core());
        return session_->count(select_.core());
    }
    /// As a condition of another query: whether it gives a row.
    [[nodiscard]] ExistsCondition exists() const {
        return select_.with_only_columns(sql::literal_column("1")).exists();
    }
    [[nodiscard]] auto subquery(std::string_view name = {}) const { return select_.subquery(name); }
    [[nodiscard]] auto cte(std::string_view name = {}, bool recursive = false, bool nesting = false) const {
        return select_.cte(name, recursive, nesting);
    }
    [[nodiscard]] auto scalar_subquery() const { return select_.scalar_subquery(); }

    iterator begin() const { return iterator(self().all()); }
    std::default_sentinel_t end() const { return {}; }

    const Statement& select() const { return select_; }
    sql::Select as_rows() const { return select_.as_rows(); }
    const SelectCore& core() const { return select_.core(); }
    SessionCore& session() const { return *session_; }
    [[nodiscard]] Self with(Statement select) const { return Self(*session_, std::move(select)); }

  protected:
    const Self& self() const { return static_cast<const Self&>(*this); }

    SessionCore* session_;
    Statement select_;
};

}  // namespace retort::orm
