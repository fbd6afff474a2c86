// Paging by key: pages that begin behind the last row of the one before, so that none is counted, skipped or shown
// twice.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "retort/extensions/pagination.hpp"
#include "retort/orm/key_order.hpp"

namespace retort {

/// Which page to show. Without `after` and `before`, and without a number, those of the request's query
/// (`?after=…`, `?before=…`, `?per_page=10`), else the first twenty.
struct KeyPageOptions {
    std::optional<int> per_page = {};
    std::optional<std::string> after = {};   ///< a cursor: the rows behind it; "": the first page
    std::optional<std::string> before = {};  ///< a cursor: the rows before it; "": the last page
    std::optional<int> max_per_page = 100;   ///< empty: no limit
    bool error_out = true;                   ///< 404 for a text that is no cursor of this query; false: the first page
};

namespace detail {

struct KeyPageRequest {
    int per_page;
    bool backward;
    std::optional<orm::KeyPlace> place;
};
/// May abort(404).
KeyPageRequest key_page_request(const KeyPageOptions& options, const orm::KeyOrder& order);

/// What there is around a page.
struct KeyPageEnds {
    std::optional<std::string> prev;
    std::optional<std::string> next;
};
/// Takes `more` rows than the page has off again, turns a page that was read backwards round, and finds its ends.
/// `keys` are the values of the rows' keys, as they were read.
class KeyPageRows {
  public:
    KeyPageRows(orm::SessionCore& session, const orm::SelectCore& query, const KeyPageOptions& options);
    using Sink = FunctionRef<void(std::span<void* const>, std::span<const orm::ValueView>)>;
    void read(Sink sink);
    bool backward() const { return asked_.backward; }
    int per_page() const { return asked_.per_page; }
    KeyPageEnds ends();

  private:
    bool is_beyond(const orm::KeyPlace& place, bool backward);
    std::string cursor(std::size_t row) const;

    orm::SessionCore& session_;
    orm::KeyOrder order_;
    KeyPageRequest asked_;
    std::vector<std::vector<sql::Value>> keys_;
    bool more_ = false;
};

}  // namespace detail

/// One page of objects; iterating gives them.
template <class Item>
class KeyPage {
  public:
    using Fetch = std::function<KeyPage(std::optional<std::string> after, std::optional<std::string> before)>;

    KeyPage(std::vector<Item> items, detail::KeyPageEnds ends, Fetch fetch)
        : items_(std::move(items)), ends_(std::move(ends)), fetch_(std::move(fetch)) {}

    const std::vector<Item>& items() const& { return items_; }
    std::vector<Item> items() && { return std::move(items_); }
    auto begin() const { return items_.begin(); }
    auto end() const { return items_.end(); }
    bool has_next() const { return ends_.next.has_value(); }
    bool has_prev() const { return ends_.prev.has_value(); }
    /// What `?after=` takes to show the page behind this one; empty when there is none.
    const std::optional<std::string>& next_cursor() const { return ends_.next; }
    /// What `?before=` takes to show the page before this one; empty when there is none.
    const std::optional<std::string>& prev_cursor() const { return ends_.prev; }
    /// The pages beside this one, queried anew; without one, the first and the last.
    KeyPage next() const { return fetch_(ends_.next.value_or(""), std::nullopt); }
    KeyPage prev() const { return fetch_(std::nullopt, ends_.prev.value_or("")); }

  private:
    std::vector<Item> items_;
    detail::KeyPageEnds ends_;
    Fetch fetch_;
};

namespace detail {

template <class T>
KeyPage<Ptr<T>> paginate_by_key(orm::SessionCore& session, const Select<Ptr<T>>& select, KeyPageOptions options) {
    KeyPageRows rows(session, select.core(), options);
    std::vector<Ptr<T>> items;
    rows.read([&](auto objects, auto) { items.push_back(Ptr<T>::of(objects[0])); });
    if (rows.backward()) items = {items.rbegin(), items.rend()};
    auto other_page = [&session, select, options](std::optional<std::string> after,
                                                  std::optional<std::string> before) mutable {
        options.after = std::move(after);
        options.before = std::move(before);
        return detail::paginate_by_key(session, select, options);
    };
    return KeyPage<Ptr<T>>(std::move(items), rows.ends(), std::move(other_page));
}

}  // namespace detail

/// `User::query().order_by(User::c.name).paginate_by_key()`
template <class T>
KeyPage<Ptr<T>> paginate_query_by_key(const Query<T>& query, KeyPageOptions options = {}) {
    return detail::paginate_by_key(query.session(), query.select(), std::move(options));
}

}  // namespace retort
