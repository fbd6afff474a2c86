// Paging by key: every page of many orders, with NULLs and ties, in both directions, against the whole list.
#include "retort/extensions/key_pagination.hpp"

#include <functional>
#include <random>

#include "retort/dialects/create_engine.hpp"
#include "retort/retort.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

Database keyed_db;

struct Shelfmark : Model<Shelfmark> {
    Column<int, primary_key> id;
    Column<std::optional<std::string>> hall;
    Column<std::optional<int>> shelf;
    Column<double> width;
};

App keyed_app() {
    App app{"keyed"};
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://";
    app.config["TESTING"] = true;
    keyed_db.init_app(app);
    app.get("/marks", [] {
        auto page = keyed_db.paginate_by_key(select<Shelfmark>().order_by(Shelfmark::c.shelf), {.per_page = 4});
        return jsonify({{"n", page.items().size()}, {"next", page.next_cursor()}, {"prev", page.prev_cursor()}});
    });
    return app;
}

struct Keyed {
    Keyed() {
        keyed_db.create_all();
        std::mt19937 random(7);
        for (int at = 0; at < 40; ++at) {
            Shelfmark mark{.width = static_cast<double>(random() % 3) / 4};
            if (random() % 3 != 0) mark.hall = std::string(1, static_cast<char>('a' + random() % 3));
            if (random() % 4 != 0) mark.shelf = static_cast<int>(random() % 3);
            keyed_db.session.add(std::move(mark));
        }
        keyed_db.session.commit();
    }
    App app = keyed_app();
    AppContext context = app.app_context();
};

using Ids = std::vector<int>;
using Marks = Select<Ptr<Shelfmark>>;

void add(Ids& ids, const KeyPage<Ptr<Shelfmark>>& page) {
    for (const auto& mark : page) ids.push_back(mark->id);
}

void check_pages(const Marks& query, int per_page) {
    Ids all;
    // The order made total, as paging does it.
    for (const auto& mark : keyed_db.session.scalars(query.order_by(Shelfmark::c.id))) all.push_back(mark->id);
    Ids forward;
    auto page = keyed_db.paginate_by_key(query, {.per_page = per_page});
    CHECK_FALSE(page.has_prev());
    for (add(forward, page); page.has_next(); add(forward, page)) page = page.next();
    CHECK(forward == all);
    Ids backward;
    for (;;) {
        Ids here;
        add(here, page);
        backward.insert(backward.begin(), here.begin(), here.end());
        if (!page.has_prev()) break;
        page = page.prev();
        CHECK(page.has_next());
    }
    CHECK(backward == all);
}

}  // namespace

TEST_CASE_FIXTURE(Keyed, "key pages: any order, NULLs and ties, forwards and back again") {
    const auto& c = Shelfmark::c;
    std::vector<Marks> queries = {
        select<Shelfmark>(),
        select<Shelfmark>().order_by(c.shelf),
        select<Shelfmark>().order_by(c.shelf.desc()),
        select<Shelfmark>().order_by(c.shelf.nulls_last()),
        select<Shelfmark>().order_by(c.shelf.desc().nulls_first(), c.hall.asc().nulls_last()),
        select<Shelfmark>().order_by(c.hall.desc(), c.width, c.shelf.desc()),
        select<Shelfmark>().order_by(c.width.desc(), c.hall.nulls_last()),
        select<Shelfmark>().order_by(func::coalesce(c.shelf, 1).desc(), func::upper(c.hall)),
        select<Shelfmark>().where(c.shelf != 1).order_by(c.hall),
    };
    for (std::size_t at = 0; at < queries.size(); ++at) {
        CAPTURE(at);
        for (int per_page : {1, 3, 7, 20, 40, 50}) {
            CAPTURE(per_page);
            check_pages(queries[at], per_page);
        }
    }
}

TEST_CASE_FIXTURE(Keyed, "key pages: rows that come and go are neither skipped nor shown twice") {
    auto query = select<Shelfmark>().where(Shelfmark::c.hall == "new").order_by(Shelfmark::c.shelf);
    for (int shelf : {10, 20, 30, 40}) keyed_db.session.add(Shelfmark{.hall = "new", .shelf = shelf, .width = 1});
    keyed_db.session.flush();
    auto first = keyed_db.paginate_by_key(query, {.per_page = 2});
    keyed_db.session.add(Shelfmark{.hall = "new", .shelf = 5, .width = 1});
    keyed_db.session.delete_(first.items()[1]);
    auto second = first.next();
    CHECK(second.items()[0]->shelf == 30);
    CHECK(second.prev().items().size() == 2);
    CHECK(second.prev().items()[0]->shelf == 5);
    // Behind the last row there is nothing, but the way back.
    auto end = keyed_db.paginate_by_key(query, {.per_page = 2, .after = second.next_cursor().value_or("")});
    CHECK_FALSE(second.has_next());
    keyed_db.session.execute(delete_<Shelfmark>().where(Shelfmark::c.shelf >= 30));
    auto gone = first.next();
    CHECK(gone.items().empty());
    REQUIRE(gone.has_prev());
    CHECK(gone.prev().items().back()->shelf == 10);
}

TEST_CASE_FIXTURE(Keyed, "key pages: cursors are of one order, and unreadable") {
    auto page = keyed_db.paginate_by_key(select<Shelfmark>().order_by(Shelfmark::c.shelf), {.per_page = 3});
    auto other = select<Shelfmark>().order_by(Shelfmark::c.width);
    auto cursor = page.next_cursor();
    CHECK_THROWS_AS((void)keyed_db.paginate_by_key(other, {.after = cursor}), HttpException);
    for (const std::string& bad :
         {std::string("%%%"), std::string("AAAA"), cursor->substr(1), *cursor + "A", cursor->substr(0, 9)}) {
        CAPTURE(bad);
        CHECK_THROWS_AS(
            (void)keyed_db.paginate_by_key(select<Shelfmark>().order_by(Shelfmark::c.shelf), {.after = bad}),
            HttpException);
    }
    CHECK(keyed_db.paginate_by_key(other, {.per_page = 3, .after = "x", .error_out = false}).items().size() == 3);
    CHECK_THROWS_AS((void)keyed_db.paginate_by_key(select<Shelfmark>().order_by("shelf")), ArgumentError);
    CHECK_THROWS_AS((void)keyed_db.paginate_by_key(select<Shelfmark>().order_by(text("shelf"))), ArgumentError);
    const auto three = select<Shelfmark>().order_by(Shelfmark::c.id).limit(3);
    CHECK_THROWS_WITH_AS((void)keyed_db.paginate_by_key(three), doctest::Contains("a limit or an offset of its own"),
                         ArgumentError);
}

TEST_CASE_FIXTURE(Keyed, "key pages: an order by what several rows make is refused on the first page already") {
    auto grouped = select<Shelfmark>().group_by(Shelfmark::c.id);
    auto refused = doctest::Contains("an aggregate or a window");
    CHECK_THROWS_WITH_AS((void)keyed_db.paginate_by_key(grouped.order_by(func::count())), refused, ArgumentError);
    CHECK_THROWS_WITH_AS((void)keyed_db.paginate_by_key(grouped.order_by(desc(func::max(Shelfmark::c.id) + 1))),
                         refused, ArgumentError);
    auto ranked = select<Shelfmark>().order_by(func::row_number().over({.order_by = Shelfmark::c.id}));
    CHECK_THROWS_WITH_AS((void)keyed_db.paginate_by_key(ranked), refused, ArgumentError);
    CHECK_NOTHROW((void)keyed_db.paginate_by_key(select<Shelfmark>().order_by(func::lower(Shelfmark::c.shelf))));
    CHECK_NOTHROW(
        (void)keyed_db.paginate_by_key(select<Shelfmark>().order_by(func::call<int>("max", Shelfmark::c.id, 2))));
}

TEST_CASE_FIXTURE(Keyed, "key pages: the request says which") {
    auto client = app.test_client();
    auto first = client.get("/marks").json();
    CHECK(first["n"] == 4);
    CHECK(first["prev"] == nullptr);
    auto second = client.get("/marks?after=" + first["next"].text()).json();
    CHECK(second["n"] == 4);
    auto again = client.get("/marks?before=" + second["prev"].text()).json();
    CHECK(again["next"] == first["next"]);
    CHECK(client.get("/marks?after=nonsense").status_code() == 404);
    CHECK(client.get("/marks?before=").json()["next"] == nullptr);
}

TEST_CASE_FIXTURE(Keyed, "key pages: of the older form") {
    auto page = Shelfmark::query()
                    .filter(Shelfmark::c.shelf == 1)
                    .order_by(Shelfmark::c.width)
                    .paginate_by_key(KeyPageOptions{.per_page = 2});
    CHECK(page.items().size() == 2);
    CHECK(page.has_next());
}
