// Fields that models share without being each other's kinds: mixins, hybrids, expressions that are read as columns.

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct Canvas : Model<Canvas> {
    Column<int, primary_key> id;
    Column<std::string> name;
};

// --- Mixins ----------------------------------------------------------------------------------------------------------

struct Timestamped {
    Column<int> created = 7;
    Column<std::optional<int>> updated;
};
struct Owned {
    Column<std::optional<int>, foreign_key<Canvas>> canvas_id;
    One<Canvas> canvas;
};
struct Leaflet : Model<Leaflet, Timestamped, Owned> {
    Column<int, primary_key> id;
    Column<std::string> title;
    static constexpr auto fields() { return Fields<&Leaflet::id, &Leaflet::title>(); }
};
struct Common {
    Column<int, primary_key> id;
    Column<std::string> name;
};
struct Bare : Model<Bare, Common> {};

TEST_CASE_FIXTURE(TestDatabase, "mixins give their fields to many models") {
    create<Canvas, Leaflet, Bare>();
    Session session{engine};
    auto canvas = session.add(Canvas{.name = "s"});
    Leaflet page{.title = "t"};
    page.canvas = canvas;
    auto added = session.add(std::move(page));
    session.commit();
    CHECK(added->created == 7);
    CHECK(added->canvas_id == canvas->id);
    added->updated = 8;
    session.commit();
    CHECK(session.execute(select(Leaflet::c.title, Leaflet::c.created, Leaflet::c.updated)).one() ==
          std::tuple("t", 7, std::optional(8)));
    CHECK(session.scalars(select<Leaflet>().where(Leaflet::c.canvas == canvas)).one() == added);
    Bare bare;
    bare.name = "b";
    session.add(std::move(bare));
    session.commit();
    CHECK(session.query<Bare>().filter(Bare::c.name == "b").one()->id == 1);
    CHECK(orm::metadata().table("leaflet").columns[0].name == "created");
}

// --- Hybrids ---------------------------------------------------------------------------------------------------------

struct Span : Model<Span> {
    Column<int, primary_key> id;
    Column<int> first;
    Column<int> last;

    int length() const { return last - first; }
    auto length() const volatile { return last - first; }
    bool has(int at) const { return first <= at && at < last; }
    auto has(int at) const volatile { return first <= at && at < last; }
};

TEST_CASE_FIXTURE(TestDatabase, "a hybrid is a value on objects and SQL in queries") {
    create<Span>();
    Session session{engine};
    session.add(Span{.first = 2, .last = 5});
    session.add(Span{.first = 1, .last = 9});
    session.commit();
    auto longest = session.scalars(select<Span>().order_by(Span::c.length().desc())).first();
    CHECK(longest->length() == 8);
    CHECK(longest->has(8));
    CHECK(session.scalars(select<Span>().where(Span::c.length() > 3)).all().size() == 1);
    CHECK(session.scalars(select<Span>().where(Span::c.has(4))).all().size() == 2);
    CHECK(session.scalars(select<Span>().where(Span::c.has(8))).all().size() == 1);
}

// --- Expressions -----------------------------------------------------------------------------------------------------

struct Verse;
struct Poet : Model<Poet> {
    static sql::Expression count_marks();
    static sql::Expression shout() { return func::upper(Poet::c.name); }
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int, column_property<&Poet::count_marks>> marks_count;
    Column<std::string, column_property<&Poet::shout>> loud;
    Many<Verse> marks;
};
struct Verse : Model<Verse> {
    Column<int, primary_key> id;
    Column<int> stars = 1;
    Column<int, foreign_key<Poet>> poet_id;
    One<Poet, lazy::joined> poet;
};
sql::Expression Poet::count_marks() {
    return select(func::count(Verse::c.id))
        .where(Verse::c.poet_id == Poet::c.id, Verse::c.stars > 0)
        .statement()
        .scalar_subquery();
}

TEST_CASE_FIXTURE(TestDatabase, "a column_property is read with its object") {
    create<Poet, Verse>();
    CHECK(orm::metadata().table("poet").columns.size() == 2);
    Session session{engine};
    auto ada = session.add(Poet{.name = "ada"});
    auto bob = session.add(Poet{.name = "bob"});
    ada->marks.append(Verse{});
    ada->marks.append(Verse{.stars = 0});
    session.commit();
    (void)work();
    auto all = session.scalars(select<Poet>().order_by(Poet::c.marks_count.desc())).all();
    CHECK(work() == Lines{"SELECT poet.id, poet.name, (SELECT count(verse.id) AS count_1 FROM verse WHERE "
                          "verse.poet_id = poet.id AND verse.stars > ?) AS marks_count, upper(poet.name) AS loud "
                          "FROM poet ORDER BY (SELECT count(verse.id) AS count_2 FROM verse WHERE verse.poet_id = "
                          "poet.id AND verse.stars > ?) DESC | 0 | 0"});
    CHECK(all[0]->marks_count == 1);
    CHECK(all[0]->loud == "ADA");
    CHECK(work().empty());
    ada->name = "eve";
    session.flush();
    CHECK(ada->loud == "EVE");
    session.commit();
    CHECK(session.scalars(select<Poet>().where(Poet::c.loud == "BOB")).one() == bob);
    session.close();
    auto verse = session.scalars(select<Verse>()).first();
    CHECK(verse->poet->name == "eve");
    CHECK(verse->poet->marks_count == 1);
    session.close();
    CHECK(session.get<Poet>(2)->marks_count == 0);
    using other = aliased<Poet, "other">;
    CHECK(session.execute(select(other::c.name, Poet::c.loud).where(other::c.id > Poet::c.id)).one() ==
          std::tuple("bob", "EVE"));
    CHECK(session.query<Poet>().count() == 2);
    CHECK(session.query<Poet>().limit(1).all().size() == 1);
    (void)work();
    CHECK(session.scalars(select(other::c.loud).where(other::c.marks_count > 0)).all() == Lines{"EVE"});
    CHECK(work() == Lines{"SELECT upper(other.name) AS upper_1 FROM poet AS other WHERE (SELECT count(verse.id) AS "
                          "count_1 FROM verse WHERE verse.poet_id = other.id AND verse.stars > ?) > ? | 0 | 0"});
    auto pairs = select(Poet::c.marks_count, other::c.marks_count).join<other>(Poet::c.id < other::c.id);
    CHECK(session.execute(pairs).one() == std::tuple(1, 0));
    CHECK(session.scalars(select<other>().where(other::c.loud == "BOB")).one()->marks_count == 0);
}

}  // namespace
