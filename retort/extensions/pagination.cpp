// The arithmetic of pages, as Flask-SQLAlchemy 3.0 does it.
#include "retort/extensions/pagination.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "retort/web/context.hpp"
#include "retort/web/errors.hpp"
#include "retort/web/request.hpp"

namespace retort {

int PageNumbers::pages() const {
    if (!total || *total == 0 || per_page <= 0) return 0;
    return static_cast<int>((*total + per_page - 1) / per_page);
}

std::optional<int> PageNumbers::prev_num() const { return has_prev() ? std::optional(page - 1) : std::nullopt; }

std::optional<int> PageNumbers::next_num() const { return has_next() ? std::optional(page + 1) : std::nullopt; }

std::int64_t PageNumbers::first() const {
    return items_on_page_ == 0 ? 0 : (static_cast<std::int64_t>(page) - 1) * per_page + 1;
}

std::int64_t PageNumbers::last() const { return std::max(first(), first() + items_on_page_ - 1); }

std::vector<std::optional<int>> PageNumbers::iter_pages(IterPagesOptions options) const {
    std::vector<std::optional<int>> shown;
    int end = pages() + 1;
    int next = 1;
    auto run = [&](int from, int to) {
        if (from > next) shown.push_back(std::nullopt);
        for (int number = std::max(from, next); number < to; ++number) shown.push_back(number);
        next = std::max(next, to);
    };
    run(1, std::min(1 + options.left_edge, end));
    if (next < end) run(std::max(next, page - options.left_current), std::min(page + options.right_current + 1, end));
    if (next < end) run(std::max(next, end - options.right_edge), end);
    return shown;
}

namespace detail {

namespace {

/// Empty when the query has none; 0, which no page is, when it is no number.
std::optional<int> asked_for(std::string_view name) {
    if (!has_request_context()) return std::nullopt;
    auto text = request.args.get(name);
    if (!text) return std::nullopt;
    auto number = text_to_integer(*text);
    // More than anybody can count: max_per_page takes it down, and there is no such page.
    if (!number && text->find_first_not_of("0123456789") == std::string::npos && !text->empty()) number = INT64_MAX;
    if (number && *number > std::numeric_limits<int>::max()) return std::numeric_limits<int>::max();
    return number && std::in_range<int>(*number) ? static_cast<int>(*number) : 0;
}

int at_least_one(std::optional<int> number, int otherwise, bool error_out) {
    if (!number) return otherwise;
    if (*number >= 1) return *number;
    if (error_out) abort(404);
    return otherwise;
}

}  // namespace

PageRequest page_request(const PaginateOptions& options) {
    int page = at_least_one(options.page ? options.page : asked_for("page"), 1, options.error_out);
    int per_page = at_least_one(options.per_page ? options.per_page : asked_for("per_page"), 20, options.error_out);
    if (options.max_per_page) per_page = std::min(per_page, *options.max_per_page);
    return {page, per_page};
}

std::int64_t count_rows(orm::SessionCore& session, const orm::SelectCore& query) { return session.count(query); }

void abort_404(std::string_view description) { abort(404, std::string(description)); }

void refuse_empty_page(const PaginateOptions& options, int page, bool empty) {
    if (empty && page != 1 && options.error_out) abort(404);
}

}  // namespace detail
}  // namespace retort
