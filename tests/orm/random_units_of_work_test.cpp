// What random units of work and queries, compared with SQLAlchemy's, found.
#include "retort/orm/inspect.hpp"
#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct Canto;
struct Epic : Model<Epic> {
    Column<int, primary_key> id;
    Column<std::string> title;
    Column<std::optional<int>> year;
    Many<Canto, order_by<"id">, cascade<"all, delete-orphan">> cantos;
};
struct Canto : Model<Canto> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<std::optional<int>, foreign_key<Epic>> epic_id;
    One<Epic> epic;
};

struct Tray;
struct Locker : Model<Locker> {
    Column<std::string, primary_key> hall;
    Column<int, primary_key> number;
    Column<std::optional<std::string>> note;
    Many<Tray, order_by<"id">> trays;
};
struct Tray : Model<Tray> {
    Column<int, primary_key> id;
    Column<std::optional<std::string>> hall;
    Column<std::optional<int>> number;
    One<Locker> locker;

    static TableArgs table_args() {
        return {.constraints = {schemas::ForeignKey{"", {"hall", "number"}, "locker", {"hall", "number"}}}};
    }
};

struct Library : TestDatabase {
    Library() {
        create<Epic, Canto, Locker, Tray>();
        emma = session.add(Epic{.title = "Emma"});
        one = emma->cantos.append(Canto{.name = "one"});
        two = emma->cantos.append(Canto{.name = "two"});
        other = session.add(Epic{.title = "Persuasion"});
        session.commit();
        work();
    }
    Session session{engine};
    Ptr<Epic> emma, other;
    Ptr<Canto> one, two;
};

}  // namespace

TEST_CASE_FIXTURE(Library, "random: what was changed in an expired column is forgotten") {
    emma->title = "changed";  // the value before is not in memory
    session.expire(emma, Epic::c.title);
    CHECK(session.dirty_count() == 0);
    CHECK_FALSE(inspect(emma).modified());
    session.commit();
    CHECK(work().empty());
    CHECK(emma->title == "Emma");

    emma->title = "changed";
    emma->year = 1815;
    session.expire(emma, Epic::c.title);
    emma->title = "Emma!";
    session.commit();
    CHECK(emma->title == "Emma!");
    CHECK(emma->year.value() == 1815);

    emma->year = 1816;
    emma->title = "changed";
    session.expire(emma, Epic::c.year);
    session.flush();
    session.rollback();
    CHECK(emma->year.value() == 1815);
    CHECK(emma->title == "Emma!");
}

TEST_CASE_FIXTURE(Library, "random: exists() of a query whose conditions are queries of their own keeps its FROM") {
    auto some = session.query<Epic>().filter(!Epic::c.cantos.any());
    CHECK(session.scalar(select(some.exists())).value());
    session.delete_(other);
    session.commit();
    CHECK_FALSE(session.scalar(select(some.exists())).value());
    work();
    auto n = session.scalar(select<Epic>().where(Epic::c.cantos.any()).with_only_columns(func::count()));
    CHECK(n.value() == 1);
    CHECK(work() == Lines{"SELECT count(*) AS count_1 FROM epic WHERE EXISTS (SELECT 1 FROM canto WHERE epic.id = "
                          "canto.epic_id)"});
}

TEST_CASE_FIXTURE(Library, "random: contains() of a child goes by the key that its row has when the query runs") {
    auto owner = [&](const Ptr<Canto>& canto) {
        return session.scalars(select<Epic>().where(Epic::c.cantos.contains(canto))).one_or_none();
    };
    session.execute(update<Canto>().where(Canto::c.id == 1).values(Canto::c.epic_id = 2));
    CHECK(owner(one) == other);  // expired
    two->epic = other;
    CHECK(owner(two) == other);  // to be written
    auto three = other->cantos.append(Canto{.name = "three"});
    CHECK(owner(three) == other);  // pending
    session.commit();
    session.expunge_all();
    auto part = session.scalars(select<Canto>().where(Canto::c.id == 1).options(load_only(Canto::c.name))).one();
    CHECK(owner(part)->id == 2);  // not read
}

TEST_CASE_FIXTURE(Library, "random: contains() of a child without a parent holds for none") {
    auto loose = session.add(Canto{.name = "loose"});
    session.flush();
    CHECK(session.scalars(select<Epic>().where(Epic::c.cantos.contains(loose))).empty());
    CHECK(session.scalars(select<Epic>().where(!Epic::c.cantos.contains(loose))).size() == 2);
    auto unknown = make<Canto>({.name = "new"});
    CHECK_THROWS_WITH_AS(Epic::c.cantos.contains(unknown), doctest::Contains("object-without-key"),
                         InvalidRequestError);
}

TEST_CASE_FIXTURE(Library, "random: what a detached object has in memory comes back with it") {
    (void)emma->cantos.size();
    session.expunge_all();
    session.add(emma);
    CHECK(session.contains(one));
    CHECK_FALSE(session.contains(other));
    CHECK(session.get<Canto>(1) == one);
    one->name = "first";
    session.commit();
    CHECK(work().back() == "UPDATE canto SET name=? WHERE canto.id = ? | 'first' | 1");

    (void)emma->cantos.size();
    session.expunge_all();
    session.add(two);
    CHECK(session.contains(emma));
    CHECK(session.contains(one));
}

TEST_CASE_FIXTURE(Library, "random: a key of several columns stands for one object of a session") {
    auto old = session.add(Locker{.hall = "a", .number = 1});
    session.commit();
    session.expunge_all();
    auto known = session.get<Locker>("a", 1);
    CHECK_THROWS_WITH_AS(session.add(old), doctest::Contains("identity-in-use"), InvalidRequestError);
    CHECK(session.get<Locker>("a", 1) == known);
    // A statement has taken the row away: the new one's object is found.
    session.execute(delete_<Locker>());
    auto again = session.add(Locker{.hall = "a", .number = 1, .note = "new"});
    session.commit();
    CHECK(session.get<Locker>("a", 1) == again);
}

TEST_CASE_FIXTURE(Library, "random: a rollback brings back an object whose key another one has by now") {
    session.delete_(other);
    session.flush();
    session.execute(insert<Epic>(), {{.id = 2, .title = "Sanditon"}});
    CHECK(session.get<Epic>(2)->title == "Sanditon");
    session.rollback();
    CHECK(session.get<Epic>(2) == other);
    CHECK(other->title == "Persuasion");

    auto nested = session.begin_nested();
    session.delete_(other);
    session.flush();
    session.execute(insert<Epic>(), {{.id = 2, .title = "Sanditon"}});
    (void)session.scalars(select<Epic>()).all();
    nested.rollback();
    CHECK(session.get<Epic>(2) == other);
}

TEST_CASE_FIXTURE(Library, "random: a new object that had expired keeps what it was given, after a rollback") {
    auto epic = session.add(Epic{.title = "Sanditon"});
    session.flush();
    session.expire_all();
    epic->title = "The Watsons";
    session.flush();
    session.rollback();
    session.add(epic);
    session.commit();
    CHECK(epic->title == "The Watsons");

    // One with a row reads it again.
    auto nested = session.begin_nested();
    epic->title = "changed";
    session.flush();
    nested.rollback();
    CHECK(epic->title == "The Watsons");
}

TEST_CASE_FIXTURE(Library, "random: a list that is assigned to a Many is its order in memory") {
    auto three = make<Canto>({.name = "three"});
    emma->cantos = {three, two, one};
    CHECK(emma->cantos.all() == std::vector<Ptr<Canto>>{three, two, one});
    emma->cantos = {one, three, one};
    CHECK(emma->cantos.all() == std::vector<Ptr<Canto>>{one, three});
    auto fresh = make<Epic>({.title = "fresh"});
    auto a = make<Canto>({.name = "a"}), b = make<Canto>({.name = "b"});
    fresh->cantos.append(a);
    fresh->cantos = {b, a};
    session.add(fresh);
    CHECK(fresh->cantos.all() == std::vector<Ptr<Canto>>{b, a});
    session.commit();
    CHECK(emma->cantos.all() == std::vector<Ptr<Canto>>{one, three});
}

TEST_CASE_FIXTURE(Library, "random: merge leaves a collection that a refused new object was never given") {
    auto twin = session.add(Epic{.id = 1, .title = "twin"});
    CHECK_THROWS_AS(session.flush(), IntegrityError);
    session.rollback();
    CHECK(session.merge(twin) == emma);
    session.commit();
    CHECK(emma->title == "twin");
    CHECK(emma->cantos.size() == 2);
}

TEST_CASE_FIXTURE(Library, "random: a limit counts rows before collections, beside what contains_eager has") {
    auto both = select<Canto>()
                    .join(Canto::c.epic)
                    .order_by(Canto::c.id)
                    .limit(2)
                    .options(contains_eager(Canto::c.epic).joinedload(Epic::c.cantos));
    auto cantos = session.scalars(both).all();
    CHECK(cantos == std::vector<Ptr<Canto>>{one, two});
    CHECK(cantos[0]->epic == emma);
    CHECK(work().size() == 2);
    CHECK(emma->cantos.size() == 2);
    CHECK(work().empty());
    auto owners = select<Epic>()
                      .outerjoin(Epic::c.cantos)
                      .order_by(Epic::c.id, Canto::c.id)
                      .limit(2)
                      .options(contains_eager(Epic::c.cantos));
    CHECK(session.scalars(owners.populate_existing()).all() == std::vector<Ptr<Epic>>{emma});
    CHECK(work().size() == 1);
}

TEST_CASE_FIXTURE(Library, "random: what is joined behind a relationship by several columns has a name of its own") {
    auto locker = session.add(Locker{.hall = "a", .number = 1});
    for (int i = 0; i < 2; ++i) locker->trays.append(Tray{});
    session.commit();
    session.expunge_all();
    work();
    auto both = selectinload(Tray::c.locker).joinedload(Locker::c.trays);
    auto trays = session.scalars(select<Tray>().options(both).order_by(Tray::c.id)).all();
    CHECK(trays.size() == 2);
    CHECK(trays[0]->locker->trays.size() == 2);
    CHECK(work().size() == 2);
}
