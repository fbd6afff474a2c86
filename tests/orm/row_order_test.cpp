// Rows that refer to each other: the order of writing and deleting, whatever their keys are, and chains of any length.

#include "support.hpp"
#include "tests/doctest.hpp"
#include "tests/sanitized.hpp"

namespace {

using namespace orm_test;

struct Place : Model<Place> {
    Column<std::string, primary_key> code;
    Column<std::optional<std::string>, foreign_key<Place>> within_code;
    One<Place> within;
    Many<Place, cascade<"all, delete-orphan">> parts;
};
struct Folder : Model<Folder> {
    Column<Uuid, primary_key> id = Uuid::random;
    Column<std::optional<Uuid>, foreign_key<Folder>> parent_id;
    One<Folder> parent;
    Many<Folder, cascade<"all">> folders;
};
struct Cell : Model<Cell> {
    Column<int, primary_key> row;
    Column<int, primary_key> column;
    Column<std::string> text;
};
struct Link : Model<Link> {
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<Link>> before_id;
    One<Link> before;
    Many<Link, cascade<"all">> after;

    static TableArgs table_args() { return {.indexes = {schemas::Index{"ix_link_before", {"before_id"}}}}; }
};
struct Pilot;
struct Plane : Model<Plane> {
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<Pilot>> pilot_id;
    One<Pilot, foreign_keys<"pilot_id">> pilot;
};
struct Pilot : Model<Pilot> {
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<Plane>> plane_id;
    One<Plane, foreign_keys<"plane_id">> plane;
};
struct Middle;
struct Last;
struct First : Model<First> {
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<Middle>> middle_id;
    One<Middle, lazy::immediate> middle;
};
struct Middle : Model<Middle> {
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<Last>> last_id;
    One<Last, lazy::immediate> last;
};
struct Last : Model<Last> {
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<First>> first_id;
    One<First, lazy::immediate> first;
};

}  // namespace

TEST_CASE_FIXTURE(TestDatabase, "row order: a tree with a key of text goes from its leaves") {
    create<Place>();
    Session session{engine};
    auto world = session.add(Place{.code = "world"});
    world->parts.append(Place{.code = "asia"})->parts.append(Place{.code = "japan"});
    session.commit();
    session.expunge_all();
    log();
    session.delete_(session.get<Place>("world"));
    session.commit();
    auto ran = work();
    REQUIRE(ran.size() == 7);
    CHECK(ran[4] == "DELETE FROM place WHERE place.code = ? | 'japan'");
    CHECK(ran[6] == "DELETE FROM place WHERE place.code = ? | 'world'");
}

TEST_CASE_FIXTURE(TestDatabase, "row order: so does one whose objects are named in any order") {
    create<Folder>();
    Session session{engine};
    auto top = session.add(Folder{});
    auto middle = top->folders.append(Folder{});
    auto low = middle->folders.append(Folder{});
    session.commit();
    for (const auto& folder : {middle, top, low}) session.delete_(folder);
    session.commit();
    CHECK(session.query<Folder>().count() == 0);
}

TEST_CASE_FIXTURE(TestDatabase, "row order: what a row refers to is what stands in the database") {
    create<Link>();
    Session session{engine};
    auto first = session.add(Link{});
    auto second = first->after.append(Link{});
    session.commit();
    CHECK(second->before_id == first->id);
    second->before_id = nullptr;  // not written: the row goes
    session.delete_(first);
    session.delete_(second);
    session.commit();
    CHECK(session.query<Link>().count() == 0);
}

TEST_CASE_FIXTURE(TestDatabase, "row order: tables that refer to each other") {
    create<Plane, Pilot>();
    Session session{engine};
    auto plane = session.add(Plane{});
    auto pilot = session.add(Pilot{});
    session.commit();
    plane->pilot = pilot;
    session.commit();
    session.delete_(pilot);
    session.delete_(plane);
    session.commit();
    pilot = session.add(Pilot{.plane = make<Plane>({})});
    session.commit();
    plane = pilot->plane.get();
    session.delete_(plane);
    session.delete_(pilot);
    session.commit();
    CHECK(session.query<Plane>().count() + session.query<Pilot>().count() == 0);
}

TEST_CASE_FIXTURE(TestDatabase, "row order: a chain may be longer than the stack") {
    create<Link>();
    auto connection = engine.connect();
    connection->run("CREATE INDEX ix_link_before ON link (before_id)");
    constexpr int length = sanitized::here ? 2'000 : 20'000;
    Session session{engine};
    auto first = session.add(Link{});
    auto last = first;
    for (int i = 1; i < length; ++i) last = last->after.append(Link{});
    session.commit();
    CHECK(session.query<Link>().count() == length);
    CHECK(last->id == length);
    session.delete_(first);
    session.commit();
    CHECK(session.query<Link>().count() == 0);
}

TEST_CASE_FIXTURE(TestDatabase, "row order: so may what comes immediately") {
    create<First, Middle, Last>();
    auto connection = engine.connect();
    connection->run("PRAGMA foreign_keys=OFF");
    constexpr int length = sanitized::here ? 2'000 : 20'000;
    const std::string end = std::to_string(length);
    for (std::string table : {"first", "middle", "last"}) {
        std::string next = table == "last" ? "CASE WHEN i < " + end + " THEN i + 1 ELSE 1 END" : "i";
        connection->run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + end +
                        ") INSERT INTO " + table + " SELECT i, " + next + " FROM n");
    }
    log();
    Session session{engine};
    auto first = session.get<First>(1);
    CHECK(work().size() == 3 * length);
    int steps = 0;
    auto at = first;
    do {
        at = at->middle->last->first;
    } while (++steps < 2 * length && at != first);
    CHECK(steps == length);
    CHECK(work().empty());
}

TEST_CASE_FIXTURE(TestDatabase, "row order: after a rollback an object is found under its old key") {
    create<Place, Cell>();
    Session session{engine};
    auto place = session.add(Place{.code = "old"});
    auto cell = session.add(Cell{.row = 1, .column = 2, .text = "x"});
    session.commit();
    place->code = "new";
    cell->row = 3;
    session.flush();
    place->code = "newer";
    cell->row = 5;
    cell->column = 6;
    session.flush();
    CHECK(session.get<Place>("newer") == place);
    CHECK(session.get<Cell>(5, 6) == cell);
    session.rollback();
    CHECK(session.get<Place>("old") == place);
    CHECK(session.get<Place>("newer") == nullptr);
    CHECK(session.get<Cell>(1, 2) == cell);
    CHECK(session.get<Cell>(5, 6) == nullptr);
    cell->column = 9;
    session.rollback();
    CHECK(session.query<Cell>().first() == cell);
    auto nested = session.begin_nested();
    place->code = "nested";
    session.flush();
    nested.rollback();
    CHECK(session.query<Place>().first() == place);
}

TEST_CASE_FIXTURE(TestDatabase, "row order: a parent that was taken back makes no circle") {
    create<Link>();
    Session session{engine};
    auto a = session.add(Link{});
    auto b = session.add(Link{.before = a});
    b->before = nullptr;
    a->before = b;
    session.flush();
    CHECK(a->before_id == b->id);
    CHECK(b->before_id == nullptr);
    auto c = session.add(Link{});
    auto d = session.add(Link{});
    c->after.append(d);
    c->after.remove(d);
    d->after.append(c);
    auto e = session.add(Link{.before = d});
    e->before = c;
    session.commit();
    CHECK(c->before == d);
    CHECK(d->before == nullptr);
    CHECK(e->before == c);
    auto f = session.add(Link{});
    auto g = session.add(Link{.before = f});
    f->before = g;
    CHECK_THROWS_AS(session.flush(), schemas::CircularDependencyError);
}
