// The arithmetic of pages: the recorded cases of Flask-SQLAlchemy 3.0, and every page of many sizes.
#include "retort/extensions/pagination.hpp"

#include "retort/retort.hpp"

using namespace retort;

namespace {

using Pages = std::vector<std::optional<int>>;
constexpr std::nullopt_t gap = std::nullopt;

PageNumbers numbers(int page, int per_page, std::int64_t total) {
    PageNumbers made;
    made.page = page;
    made.per_page = per_page;
    made.total = total;
    return made;
}

Database pages_db;

struct Todo : Model<Todo> {
    Column<int, primary_key> id;
    Column<std::string> title;
};

struct PageStep;
struct PagePlan : Model<PagePlan> {
    Column<int, primary_key> id;
    Many<PageStep, lazy::dynamic, order_by<"id">> steps;
};
struct PageStep : Model<PageStep> {
    Column<int, primary_key> id;
    Column<int, foreign_key<PagePlan>> plan_id;
    One<PagePlan> plan;
};

App todo_app() {
    App app{"todos"};
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://";
    app.config["TESTING"] = true;
    pages_db.init_app(app);
    return app;
}

App& app_with_250() {
    static App app = [] {
        App made = todo_app();
        auto context = made.app_context();
        pages_db.create_all();
        for (int number = 1; number <= 250; ++number) pages_db.session.add(Todo{.title = "todo"});
        pages_db.session.commit();
        return made;
    }();
    return app;
}

json told(const Pagination<Ptr<Todo>>& page) {
    return {{"page", page.page},           {"per_page", page.per_page},   {"total", page.total},
            {"pages", page.pages()},       {"n", page.items().size()},    {"has_next", page.has_next()},
            {"has_prev", page.has_prev()}, {"next_num", page.next_num()}, {"prev_num", page.prev_num()},
            {"first", page.first()},       {"last", page.last()}};
}

json page_of(PaginateOptions options) { return told(pages_db.paginate(select<Todo>().order_by(Todo::c.id), options)); }

json expected(int page, int per_page, int pages, int n, json next, json prev, int first, int last) {
    return {{"page", page},
            {"per_page", per_page},
            {"total", 250},
            {"pages", pages},
            {"n", n},
            {"has_next", !next.is_null()},
            {"has_prev", !prev.is_null()},
            {"next_num", next},
            {"prev_num", prev},
            {"first", first},
            {"last", last}};
}

}  // namespace

TEST_CASE("iter_pages shows the edges and the surroundings of the page") {
    CHECK(numbers(1, 10, 250).iter_pages() == Pages{1, 2, 3, 4, 5, gap, 24, 25});
    CHECK(numbers(2, 10, 250).iter_pages() == Pages{1, 2, 3, 4, 5, 6, gap, 24, 25});
    CHECK(numbers(3, 10, 250).iter_pages() == Pages{1, 2, 3, 4, 5, 6, 7, gap, 24, 25});
    CHECK(numbers(12, 10, 250).iter_pages() == Pages{1, 2, gap, 10, 11, 12, 13, 14, 15, 16, gap, 24, 25});
    CHECK(numbers(25, 10, 250).iter_pages() == Pages{1, 2, gap, 23, 24, 25});
    CHECK(numbers(1, 10, 0).iter_pages().empty());
    CHECK(numbers(1, 10, 5).iter_pages() == Pages{1});
}

TEST_CASE("iter_pages counts up, names every edge page once and leaves no gap of nothing") {
    for (int pages = 1; pages < 40; ++pages) {
        for (int page = 1; page <= pages; ++page) {
            int last = 0;
            bool after_gap = false;
            for (auto& shown : numbers(page, 1, pages).iter_pages()) {
                if (!shown) {
                    CHECK_FALSE(after_gap);
                    after_gap = true;
                    continue;
                }
                CHECK((after_gap ? *shown > last + 1 : *shown == last + 1));
                after_gap = false;
                last = *shown;
            }
            CHECK(last == pages);
        }
    }
}

TEST_CASE("paginate does as recorded") {
    auto context = app_with_250().app_context();
    CHECK(page_of({.page = 1, .per_page = 7}) == expected(1, 7, 36, 7, 2, nullptr, 1, 7));
    CHECK_THROWS_AS(page_of({.page = -1}), NotFound);
    CHECK_THROWS_AS(page_of({.per_page = 0}), NotFound);
    CHECK_THROWS_AS(page_of({.per_page = -1}), NotFound);
    CHECK_THROWS_AS(page_of({.page = 99}), NotFound);
    CHECK(page_of({.page = 0, .error_out = false}) == expected(1, 20, 13, 20, 2, nullptr, 1, 20));
    CHECK(page_of({.page = 99, .error_out = false}) == expected(99, 20, 13, 0, nullptr, 98, 0, 0));
    CHECK(page_of({.per_page = 0, .error_out = false}) == expected(1, 20, 13, 20, 2, nullptr, 1, 20));
    CHECK(page_of({.per_page = 5, .max_per_page = 3}) == expected(1, 3, 84, 3, 2, nullptr, 1, 3));
    CHECK(page_of({.per_page = 1000, .max_per_page = std::nullopt}) ==
          expected(1, 1000, 1, 250, nullptr, nullptr, 1, 250));
}

TEST_CASE("page and size come from the request's query") {
    App& app = app_with_250();
    {
        auto context = app.test_request_context("/?page=%203&per_page=%2B10");
        CHECK(page_of({}) == expected(3, 10, 25, 10, 4, 2, 21, 30));
    }
    {
        auto context = app.test_request_context("/?per_page=99999999999999999999");
        CHECK(page_of({}) == expected(1, 100, 3, 100, 2, nullptr, 1, 100));
    }
    for (auto number : {"99999999999999999999", "-99999999999999999999"}) {
        auto context = app.test_request_context("/?page=" + std::string{number});
        CHECK_THROWS_AS(page_of({}), NotFound);
    }
    auto context = app.test_request_context("/?page=x");
    CHECK_THROWS_AS(page_of({}), NotFound);
    CHECK(page_of({.error_out = false}).at("page") == 1);
}

TEST_CASE("a page leads to its neighbours, and an uncounted one knows no total") {
    auto context = app_with_250().app_context();
    auto page = pages_db.paginate(select<Todo>().order_by(Todo::c.id), {.page = 2, .per_page = 10});
    CHECK(page.next().items().front()->id == 21);
    CHECK(page.prev().items().front()->id == 1);
    CHECK(page.prev().prev().page == 1);
    CHECK(page.prev().prev().items().size() == 10);
    auto last = pages_db.paginate(select<Todo>().order_by(Todo::c.id), {.page = 25, .per_page = 10});
    CHECK(last.next().items().empty());
    CHECK(last.next().total == 250);
    CHECK_THROWS_AS((void)last.next(true), NotFound);
    CHECK_THROWS_AS((void)pages_db.paginate(select<Todo>(), {.per_page = 10}).prev(true), NotFound);
    CHECK(Todo::query().order_by(Todo::c.id).paginate({.page = 2, .per_page = 10}).items().front()->id == 11);
    CHECK(Todo::query().paginate_by_key({.per_page = 10}).items().size() == 10);
    auto early = with_loader_criteria<Todo>(Todo::c.id < 4);
    CHECK(pages_db.paginate(select<Todo>().options(early), {.per_page = 2}).pages() == 2);
    auto uncounted = pages_db.paginate(select<Todo>(), {.count = false});
    CHECK_FALSE(uncounted.total.has_value());
    CHECK(uncounted.pages() == 0);
    CHECK(Todo::query().paginate().items().size() == 20);
}

TEST_CASE("a dynamic relationship has pages") {
    App app = todo_app();
    auto context = app.app_context();
    pages_db.create_all();
    auto plan = pages_db.session.add(PagePlan{});
    for (int i = 0; i < 5; ++i) plan->steps.append(PageStep{});
    pages_db.session.commit();
    const auto page = plan->steps.paginate({.page = 2, .per_page = 2});
    CHECK(page.total == 5);
    CHECK(page.items().size() == 2);
    CHECK(page.items()[0]->id == 3);
    CHECK(plan->steps.paginate().items().size() == 5);
}
