// Pagination: one page of a query's objects, and what a page's navigation needs.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/orm/query.hpp"

namespace retort {

/// How to page. What is left out of `page` and `per_page` comes from the request's query, else is 1 and 20.
struct PaginateOptions {
    std::optional<int> page;
    std::optional<int> per_page;
    std::optional<int> max_per_page = 100;  ///< empty: no limit
    bool error_out = true;  ///< 404 for a page that is not there or no number; false: take the default instead
    bool count = true;      ///< false: `total` stays unknown, and with it the number of pages
};

/// Which pages `iter_pages` shows around the edges and the current page.
struct IterPagesOptions {
    int left_edge = 2;
    int left_current = 2;
    int right_current = 4;
    int right_edge = 2;
};

/// The numbers of a page; `Pagination<T>` adds the objects.
class PageNumbers {
  public:
    int page = 1;
    int per_page = 20;
    std::optional<std::int64_t> total;  ///< of the whole query; empty when it was not counted

    /// 0 when there is nothing, or when it was not counted.
    int pages() const;
    bool has_prev() const { return page > 1; }
    bool has_next() const { return page < pages(); }
    std::optional<int> prev_num() const;
    std::optional<int> next_num() const;
    /// The number of the first object of this page, counted from 1; 0 on an empty page.
    std::int64_t first() const;
    /// The number of the last object of this page; 0 on an empty page.
    std::int64_t last() const;
    /// The pages to link, with an empty place where some are left out: 1 2 … 7 8 [9] 10 … 24 25.
    std::vector<std::optional<int>> iter_pages(IterPagesOptions options = {}) const;

  protected:
    std::int64_t items_on_page_ = 0;
};

namespace detail {
struct PageRequest {
    int page;
    int per_page;
};
/// Page and size out of options and, where there is one, the request's query. May abort(404).
PageRequest page_request(const PaginateOptions& options);
/// abort(404) when a page past the first has nothing.
void refuse_empty_page(const PaginateOptions& options, int page, bool empty);
}  // namespace detail

/// One page of objects (`Item` is a `Ptr<Model>`); iterating gives the objects.
template <class Item>
class Pagination : public PageNumbers {
  public:
    using Fetch = std::function<Pagination(int page, bool error_out)>;

    Pagination(PageNumbers numbers, std::vector<Item> items, Fetch fetch)
        : PageNumbers(std::move(numbers)), items_(std::move(items)), fetch_(std::move(fetch)) {
        items_on_page_ = static_cast<std::int64_t>(items_.size());
    }

    const std::vector<Item>& items() const& { return items_; }
    std::vector<Item> items() && { return std::move(items_); }
    auto begin() const { return items_.begin(); }
    auto end() const { return items_.end(); }
    /// The page before and the page after, queried anew but not counted again. Where there is none: the first one, an
    /// empty one; with `error_out` a 404 answer.
    Pagination prev(bool error_out = false) const { return fetch_(page - 1, error_out); }
    Pagination next(bool error_out = false) const { return fetch_(page + 1, error_out); }

  private:
    std::vector<Item> items_;
    Fetch fetch_;
};

namespace detail {

std::int64_t count_rows(orm::SessionCore& session, const orm::SelectCore& query);

/// One page of a query; `run` gives the rows of a query on that session. `known` is how many rows there are in all.
template <class First, class Run>
Pagination<First> paginate(orm::SessionCore& session, Run run, const Select<First>& select, PaginateOptions options,
                           std::optional<std::int64_t> known = {}) {
    auto [page, per_page] = page_request(options);
    std::vector<First> rows = run(select.limit(per_page).offset((std::int64_t{page} - 1) * per_page));
    refuse_empty_page(options, page, rows.empty());
    PageNumbers numbers;
    numbers.page = page;
    numbers.per_page = per_page;
    numbers.total = known;
    if (options.count && !known) numbers.total = count_rows(session, select.core());
    options.per_page = per_page;
    auto other_page = [&session, run, select, options, total = numbers.total](int number, bool error_out) mutable {
        options.page = number;
        options.error_out = error_out;
        return detail::paginate(session, run, select, options, total);
    };
    return Pagination<First>(numbers, std::move(rows), std::move(other_page));
}

/// abort(404) with this description, or with the usual one.
[[noreturn]] void abort_404(std::string_view description);

template <class T>
Ptr<T> found_or_404(Ptr<T> object, std::string_view description) {
    if (!object) abort_404(description);
    return object;
}

}  // namespace detail

// What `User::query()` offers for the web; the ORM's Query finds these by their names.

template <class T>
Pagination<Ptr<T>> paginate_query(const Query<T>& query, PaginateOptions options = {}) {
    auto run = [query](const Select<Ptr<T>>& select) { return query.with(select).all(); };
    return detail::paginate(query.session(), run, query.select(), options);
}
template <class T>
Ptr<T> query_first_or_404(const Query<T>& query, std::string_view description = {}) {
    return detail::found_or_404(query.first(), description);
}
/// None or several are a 404 answer.
template <class T>
Ptr<T> query_one_or_404(const Query<T>& query, std::string_view description = {}) {
    auto rows = query.limit(2).all();
    return detail::found_or_404(rows.size() == 1 ? rows.front() : Ptr<T>(), description);
}
template <class T, class Key>
Ptr<T> query_get_or_404(const Query<T>& query, const Key& key, std::string_view description = {}) {
    return detail::found_or_404(query.get(key), description);
}

}  // namespace retort
