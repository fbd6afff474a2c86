// Models that inherit from models: one table, joined tables, a table each; and fields that come from mixins.

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

// --- One table -------------------------------------------------------------------------------------------------------

struct Squad;

struct Employee : Model<Employee> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<String<20>, polymorphic_on> type;
    Column<std::optional<int>, foreign_key<Squad>> squad_id;
    One<Squad> squad;
};
struct Manager : Model<Manager, single_table<Employee>> {
    Column<std::string> department;
    static constexpr auto fields() { return Fields<&Manager::department>(); }
};
struct Director : Model<Director, single_table<Manager>> {
    Column<int> shares = 0;
    static constexpr std::string_view polymorphic_identity = "boss";
    static constexpr auto fields() { return Fields<&Director::shares>(); }
};
struct Engineer : Model<Engineer, single_table<Employee>> {
    Column<std::optional<std::string>> language;
    static constexpr auto fields() { return Fields<&Engineer::language>(); }
};
struct Squad : Model<Squad> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Many<Employee, order_by<"id">> members;
};

Manager new_manager(std::string name, std::string department) {
    Manager manager{.department = department};
    manager.name = name;
    return manager;
}
Engineer new_engineer(std::string name, std::optional<std::string> language) {
    Engineer engineer{.language = language};
    engineer.name = name;
    return engineer;
}

struct Staff : TestDatabase {
    Session session{engine};
    Staff() {
        create<Squad, Employee>();
        Session filling{engine};
        filling.add(Employee{.name = "eve"});
        filling.add(new_manager("mia", "sales"));
        filling.add(new_engineer("ann", "C++"));
        filling.add(new_engineer("bob", std::nullopt));
        Director director;
        director.name = "dot";
        director.department = "all";
        director.shares = 7;
        filling.add(std::move(director));
        filling.commit();
        statements.clear();
    }
};

TEST_CASE("kinds of one table: one table with all their columns, which others may leave NULL") {
    const auto& table = orm::metadata().table("employee");
    std::vector<std::string> names;
    for (const auto& column : table.columns) names.push_back(column.name);
    CHECK(names == Lines{"id", "name", "type", "squad_id", "shares", "language", "department"});
    CHECK(table.column("department").nullable);
    CHECK_FALSE(table.column("name").nullable);
    for (const auto* model : {&orm::mapper_of<Manager>(), &orm::mapper_of<Director>()}) {
        CHECK(model->table_name == "employee");
    }
}

TEST_CASE_FIXTURE(Staff, "a new object is given its kind") {
    CHECK(session.add(new_manager("m", "d"))->type == "manager");
    CHECK(session.add(Director{})->type == "boss");
    CHECK(session.add(Employee{})->type == "employee");
    Manager wrong = new_manager("m", "d");
    wrong.type = "engineer";
    CHECK_THROWS_AS(session.add(std::move(wrong)), ArgumentError);
}

TEST_CASE_FIXTURE(Staff, "a query for the base gives objects of each kind") {
    auto all = session.scalars(select<Employee>().order_by(Employee::c.id)).all();
    REQUIRE(all.size() == 5);
    CHECK(work() == Lines{"SELECT employee.id, employee.name, employee.type, employee.squad_id FROM employee "
                          "ORDER BY employee.id"});
    CHECK_FALSE(all[0].as<Manager>());
    CHECK(all[1].as<Manager>()->name == "mia");
    CHECK(all[2].as<Engineer>()->name == "ann");
    CHECK(all[4].as<Director>());
    CHECK(all[4].as<Manager>() == all[4]);
    CHECK(work().empty());
    SUBCASE("what the base has not is read for all of a kind at once") {
        CHECK(all[2].as<Engineer>()->language == "C++");
        CHECK(all[3].as<Engineer>()->language == std::nullopt);
        CHECK(work() ==
              Lines{"SELECT employee.id, employee.language FROM employee WHERE employee.id IN (?, ?) | 3 | 4"});
        CHECK(all[4].as<Director>()->department == "all");
        CHECK(all[4].as<Director>()->shares == 7);
        CHECK(work().size() == 1);
    }
    SUBCASE("they are the session's only objects for these rows") {
        CHECK(session.get<Employee>(2) == all[1]);
        CHECK(session.get<Manager>(2) == all[1]);
        CHECK_FALSE(session.get<Engineer>(2));
        auto managers = session.scalars(select<Manager>().order_by(Manager::c.id)).all();
        REQUIRE(managers.size() == 2);
        CHECK(managers[0] == all[1]);
        CHECK(managers[1] == all[4]);
        (void)work();
        CHECK(managers[0]->department == "sales");
        CHECK(work().empty());
    }
}

TEST_CASE_FIXTURE(Staff, "a query for a kind gives it and those below") {
    auto managers = session.scalars(select<Manager>().where(Manager::c.name != "x").order_by(Manager::c.id)).all();
    CHECK(
        work() ==
        Lines{"SELECT employee.id, employee.name, employee.type, employee.squad_id, employee.department FROM employee "
              "WHERE employee.type IN (?, ?) AND employee.name != ? ORDER BY employee.id | 'boss' | 'manager' | 'x'"});
    REQUIRE(managers.size() == 2);
    CHECK(managers[0]->department == "sales");
    CHECK(managers[1].as<Director>()->shares == 7);
    CHECK_FALSE(session.get<Engineer>(1));
    CHECK(session.get<Director>(5) == managers[1]);
    CHECK(session.execute(select(Engineer::c.language).order_by(Engineer::c.id)).all().size() == 2);
}

TEST_CASE_FIXTURE(Staff, "changes, deletes and rollbacks of a kind") {
    auto ann = session.scalars(select<Engineer>()).first();
    ann->language = "Rust";
    ann->name = "anna";
    session.flush();
    CHECK(work()[1] == "UPDATE employee SET name=?, language=? WHERE employee.id = ? | 'anna' | 'Rust' | 3");
    session.rollback();
    CHECK(ann->language == "C++");
    session.delete_(ann);
    session.commit();
    CHECK(session.query<Employee>().count() == 4);
    CHECK(session.query<Engineer>().count() == 1);
}

TEST_CASE_FIXTURE(Staff, "a relationship to the base holds objects of each kind") {
    auto squad = session.add(Squad{.name = "one"});
    auto mia = session.get<Manager>(2);
    squad->members.append(mia);
    auto carl = squad->members.append(new_engineer("carl", "C"));
    session.commit();
    CHECK(carl->squad_id == squad->id);
    session.close();
    for (auto load : {selectinload(Squad::c.members), joinedload(Squad::c.members), subqueryload(Squad::c.members)}) {
        auto found = session.scalars(select<Squad>().options(load)).one();
        statements.clear();
        REQUIRE(found->members.size() == 2);
        CHECK(found->members[0].as<Manager>());
        CHECK(found->members[1].as<Engineer>());
        CHECK(work().empty());
        CHECK(found->members[1].as<Engineer>()->language == "C");
        CHECK(found->members[0]->squad == found);
        session.close();
    }
    CHECK(session.scalars(select<Squad>().where(Squad::c.members.any(Employee::c.name == "carl"))).all().size() == 1);
    CHECK(session.scalars(select<Engineer>().join(Engineer::c.squad).where(Squad::c.name == "one")).all().size() == 1);
}

TEST_CASE_FIXTURE(Staff, "a row of a kind that no model has") {
    run("INSERT INTO employee (name, type) VALUES ('x', 'ghost')");
    CHECK_THROWS_WITH_AS((void)session.scalars(select<Employee>()).all(), doctest::Contains("\"ghost\""),
                         InvalidRequestError);
}

// --- Joined tables ---------------------------------------------------------------------------------------------------

struct Garage;

struct Vehicle : Model<Vehicle> {
    Column<int, primary_key> id;
    Column<std::string> maker;
    Column<int, polymorphic_on> kind;
    Column<std::optional<int>, foreign_key<Garage>> garage_id;
    One<Garage> garage;
    static constexpr int polymorphic_identity = 0;
};
struct Car : Model<Car, joined_table<Vehicle>> {
    Column<int> doors;
    Column<std::optional<std::string>> colour;
    static constexpr int polymorphic_identity = 1;
    static constexpr auto fields() { return Fields<&Car::doors, &Car::colour>(); }
};
struct Taxi : Model<Taxi, joined_table<Car>> {
    Column<std::string> licence;
    static constexpr int polymorphic_identity = 2;
    static constexpr auto fields() { return Fields<&Taxi::licence>(); }
};
struct Boat : Model<Boat, joined_table<Vehicle>> {
    Column<double> length;
    static constexpr int polymorphic_identity = 3;
    static constexpr auto fields() { return Fields<&Boat::length>(); }
};
struct Garage : Model<Garage> {
    Column<int, primary_key> id;
    Column<std::string> town;
    Many<Vehicle, order_by<"id">> vehicles;
    Many<Car, viewonly, order_by<"id">> cars;
};

struct Fleet : TestDatabase {
    Session session{engine};
    Fleet() {
        create<Garage, Vehicle, Car, Taxi, Boat>();
        Session filling{engine};
        auto garage = filling.add(Garage{.town = "Lugo"});
        garage->vehicles.append(Vehicle{.maker = "any"});
        Car car{.doors = 5, .colour = "red"};
        car.maker = "Fiat";
        garage->vehicles.append(std::move(car));
        Taxi taxi{.licence = "L1"};
        taxi.maker = "Seat";
        taxi.doors = 4;
        garage->vehicles.append(std::move(taxi));
        Boat boat{.length = 9.5};
        boat.maker = "Bay";
        filling.add(std::move(boat));
        filling.commit();
        filled = work();
    }
    Lines filled;
};

TEST_CASE_FIXTURE(Fleet, "joined tables: a row in each, the base's first") {
    CHECK(filled == Lines{
                        "INSERT INTO garage (town) VALUES (?) | 'Lugo'",
                        "INSERT INTO vehicle (maker, kind, garage_id) VALUES (?, ?, ?) | 'any' | 0 | 1",
                        "INSERT INTO vehicle (maker, kind, garage_id) VALUES (?, ?, ?) | 'Fiat' | 1 | 1",
                        "INSERT INTO vehicle (maker, kind, garage_id) VALUES (?, ?, ?) | 'Seat' | 2 | 1",
                        "INSERT INTO vehicle (maker, kind) VALUES (?, ?) | 'Bay' | 3",
                        "INSERT INTO car (id, doors, colour) VALUES (?, ?, ?) | 2 | 5 | 'red'",
                        "INSERT INTO car (id, doors) VALUES (?, ?) | 3 | 4",
                        "INSERT INTO boat (id, length) VALUES (?, ?) | 4 | 9.5",
                        "INSERT INTO taxi (id, licence) VALUES (?, ?) | 3 | 'L1'",
                    });
    const auto& table = orm::metadata().table("taxi");
    CHECK(table.columns.size() == 2);
    REQUIRE(table.constraints.size() == 1);
}

TEST_CASE_FIXTURE(Fleet, "a query for a joined model joins its tables") {
    auto cars = session.scalars(select<Car>().where(Car::c.maker != "x", Car::c.doors > 1).order_by(Car::c.id)).all();
    CHECK(work() ==
          Lines{"SELECT vehicle.id, vehicle.maker, vehicle.kind, vehicle.garage_id, car.doors, car.colour FROM "
                "vehicle JOIN car ON vehicle.id = car.id WHERE vehicle.maker != ? AND car.doors > ? ORDER BY "
                "vehicle.id | 'x' | 1"});
    REQUIRE(cars.size() == 2);
    CHECK(cars[0]->colour == "red");
    CHECK(cars[1]->maker == "Seat");
    CHECK(work().empty());
    CHECK(cars[1].as<Taxi>()->licence == "L1");
    CHECK(work() == Lines{"SELECT taxi.id, taxi.licence FROM taxi WHERE taxi.id IN (?) | 3"});
    CHECK(session.get<Taxi>(3) == cars[1]);
    CHECK_FALSE(session.get<Taxi>(2));
    CHECK(session.query<Car>().count() == 2);
    CHECK(session.execute(select(Taxi::c.licence, Taxi::c.maker)).all().size() == 1);
}

TEST_CASE_FIXTURE(Fleet, "a query for the base of joined tables gives each kind") {
    auto all = session.scalars(select<Vehicle>().order_by(Vehicle::c.id)).all();
    CHECK(work().size() == 1);
    REQUIRE(all.size() == 4);
    CHECK(all[1].as<Car>()->doors == 5);
    CHECK(all[2].as<Taxi>()->doors == 4);
    CHECK(all[2].as<Taxi>()->licence == "L1");
    CHECK(all[3].as<Boat>()->length == 9.5);
    CHECK(work().size() == 3);
}

TEST_CASE_FIXTURE(Fleet, "with_polymorphic reads the columns of the models below at once") {
    auto all = session.scalars(select<Vehicle>().options(with_polymorphic()).order_by(Vehicle::c.id)).all();
    CHECK(
        work() ==
        Lines{"SELECT vehicle.id, vehicle.maker, vehicle.kind, vehicle.garage_id, boat.length, car.doors, car.colour, "
              "taxi.licence FROM vehicle LEFT OUTER JOIN boat ON vehicle.id = boat.id LEFT OUTER JOIN car ON "
              "vehicle.id = car.id LEFT OUTER JOIN taxi ON vehicle.id = taxi.id ORDER BY vehicle.id"});
    CHECK(all[1].as<Car>()->colour == "red");
    CHECK(all[2].as<Taxi>()->doors == 4);
    CHECK(all[2].as<Taxi>()->licence == "L1");
    CHECK(all[3].as<Boat>()->length == 9.5);
    CHECK(work().empty());
    session.close();
    auto cars = session.scalars(select<Vehicle>().options(with_polymorphic<Car>()).where(Car::c.doors == 5)).all();
    REQUIRE(cars.size() == 1);
    (void)work();
    CHECK(cars[0].as<Car>()->colour == "red");
    CHECK(work().empty());
    session.close();
    auto garage =
        session.scalars(select<Garage>().options(joinedload(Garage::c.vehicles).with_polymorphic()).limit(1)).one();
    (void)work();
    REQUIRE(garage->vehicles.size() == 3);
    CHECK(garage->vehicles[2].as<Taxi>()->licence == "L1");
    CHECK(work().empty());
}

TEST_CASE_FIXTURE(Fleet, "options may speak of what a model has from its base") {
    auto car = session.scalars(select<Car>().options(joinedload(Vehicle::c.garage)).limit(1)).first();
    (void)work();
    CHECK(car->garage->town == "Lugo");
    CHECK(work().empty());
}

TEST_CASE_FIXTURE(Fleet, "statements for a kind") {
    CHECK_THROWS_AS((void)update<Car>(), InvalidRequestError);
    CHECK_THROWS_AS((void)delete_<Taxi>(), InvalidRequestError);
    CHECK_THROWS_AS((void)insert<Boat>(), InvalidRequestError);
    CHECK(session.execute(update<Vehicle>().set(Vehicle::c.maker, "x")) == 4);
}

TEST_CASE_FIXTURE(Staff, "statements for a kind of one table") {
    CHECK(session.execute(update<Engineer>().set(Engineer::c.language, "D")) == 2);
    CHECK(session.execute(delete_<Manager>().where(Manager::c.department == "sales")) == 1);
    Engineer engineer = new_engineer("new", "Zig");
    session.execute(insert<Engineer>().values(engineer));
    CHECK(session.query<Engineer>().count() == 3);
    auto all = session.scalars(select<Employee>().options(with_polymorphic<Director>())).all();
    (void)work();
    for (auto& one : all) {
        if (auto director = one.as<Director>()) CHECK(director->shares == 7);
    }
    CHECK(work().empty());
}

TEST_CASE_FIXTURE(Fleet, "an update writes the tables whose columns changed, a delete all of them") {
    auto taxi = session.get<Taxi>(3);
    (void)work();
    taxi->licence = "L2";
    session.flush();
    CHECK(work() == Lines{"UPDATE taxi SET licence=? WHERE taxi.id = ? | 'L2' | 3"});
    taxi->maker = "VW";
    taxi->doors = 3;
    session.commit();
    CHECK(work() == Lines{"UPDATE vehicle SET maker=? WHERE vehicle.id = ? | 'VW' | 3",
                          "UPDATE car SET doors=? WHERE car.id = ? | 3 | 3"});
    session.delete_(taxi);
    session.commit();
    auto lines = work();
    CHECK(Lines(lines.end() - 3, lines.end()) == Lines{"DELETE FROM taxi WHERE taxi.id = ? | 3",
                                                       "DELETE FROM car WHERE car.id = ? | 3",
                                                       "DELETE FROM vehicle WHERE vehicle.id = ? | 3"});
    CHECK(session.query<Vehicle>().count() == 3);
}

TEST_CASE_FIXTURE(Fleet, "a rollback takes back rows of all tables") {
    Car car{.doors = 2};
    car.maker = "new";
    auto added = session.add(std::move(car));
    session.flush();
    CHECK(added->id == 5);
    session.rollback();
    CHECK(session.query<Vehicle>().count() == 4);
    session.add(added);
    session.commit();
    CHECK(session.query<Car>().count() == 3);
}

TEST_CASE_FIXTURE(Fleet, "relationships to a joined model, in every way of loading") {
    for (auto load : {selectinload(Garage::c.cars), joinedload(Garage::c.cars), subqueryload(Garage::c.cars),
                      lazyload(Garage::c.cars), immediateload(Garage::c.cars)}) {
        auto garage = session.scalars(select<Garage>().options(load)).one();
        REQUIRE(garage->cars.size() == 2);
        CHECK(garage->cars[0]->colour == "red");
        CHECK(garage->cars[1].as<Taxi>()->licence == "L1");
        session.close();
    }
    CHECK(session.scalars(select<Garage>().where(Garage::c.cars.any(Car::c.doors == 5))).all().size() == 1);
    CHECK(session.scalars(select<Garage>().where(Garage::c.cars.any(Car::c.maker == "Bay"))).all().empty());
    CHECK(session.execute(select(Garage::c.town, Car::c.doors).join(Garage::c.cars).where(Car::c.maker == "Fiat"))
              .one() == std::tuple("Lugo", 5));
    CHECK(session.scalars(select<Taxi>().options(joinedload(Taxi::c.garage))).one()->garage->town == "Lugo");
    CHECK(session.scalars(select<Car>().join(Car::c.garage).where(Garage::c.town == "Lugo")).all().size() == 2);
    using other = aliased<Car, "other">;
    auto pairs = session.execute(select(Car::c.id, other::c.id).where(Car::c.doors < other::c.doors)).all();
    CHECK(pairs == std::vector{std::tuple(3, 2)});
}

TEST_CASE_FIXTURE(Fleet, "a column within an expression keeps its kind, of joined tables") {
    const std::string cars = " FROM vehicle JOIN car ON vehicle.id = car.id";
    CHECK(session.scalar(select(func::count(Car::c.id))) == 2);
    CHECK(work() == Lines{"SELECT count(vehicle.id) AS count_1" + cars});
    CHECK(session.scalars(select(Car::c.maker.label("x")).order_by("x")).all() == Lines{"Fiat", "Seat"});
    CHECK(work() == Lines{"SELECT vehicle.maker AS x" + cars + " ORDER BY x"});
    CHECK(session.scalar(select(func::min(Car::c.id + 1))) == 3);
    CHECK(session.scalars(select(func::lower(Boat::c.maker))).one() == "bay");
    CHECK(session.scalar(select(func::max(Car::c.doors))) == 5);
    (void)work();
    auto first = select(func::min(Car::c.id)).scalar_subquery();
    CHECK(session.scalars(select<Vehicle>().where(Vehicle::c.id == first)).one()->maker == "Fiat");
    CHECK(session.scalar(select(first)) == 2);
    CHECK(work()[1] == "SELECT (SELECT min(vehicle.id) AS min_1" + cars + ") AS anon_1");
    // The base's are all of them; which of a model's rows an aggregate takes is another matter.
    CHECK(session.scalar(select(func::count(Vehicle::c.id))) == 4);
    CHECK(session.scalars(select(func::count(Car::c.id)).select_from<Car>()).one() == 2);
    auto counted = select(Garage::c.town, func::count(Car::c.id)).join(Garage::c.cars).group_by(Garage::c.id);
    CHECK(session.execute(counted).one() == std::tuple("Lugo", 2));
    auto doors = select<Garage>().join<Car>(Garage::c.vehicles).with_only_columns(func::max(Car::c.doors));
    CHECK(session.scalar(doors) == 5);
    auto own = select(func::count(Car::c.id)).where(Car::c.garage_id == Garage::c.id).scalar_subquery();
    CHECK(session.execute(select(Garage::c.town, own)).one() == std::tuple("Lugo", 2));
}

TEST_CASE_FIXTURE(Staff, "a column within an expression keeps its kind, of one table") {
    CHECK(session.scalar(select(func::count(Engineer::c.id))) == 2);
    CHECK(work() ==
          Lines{"SELECT count(employee.id) AS count_1 FROM employee WHERE employee.type IN (?) | 'engineer'"});
    CHECK(session.scalars(select(Director::c.name.label("x"))).all() == Lines{"dot"});
    CHECK(session.scalar(select(func::count(Manager::c.id)).where(Manager::c.name != "mia")) == 1);
    CHECK(session.scalar(select(func::count().filter(Engineer::c.language == "C++")).select_from<Employee>()) == 1);
    CHECK(session.scalar(select<Employee>().with_only_columns(func::count(Engineer::c.id))) == 2);
    auto page = select<Employee>().options(with_polymorphic()).order_by(Engineer::c.language);
    CHECK(session.scalars(page).all().size() == 5);
}

TEST_CASE_FIXTURE(Fleet, "with_polymorphic: columns of the models below stand beside every object") {
    auto doors = func::coalesce(Car::c.doors, 0);
    auto all = session.execute(select(Vehicle::c, doors).options(with_polymorphic()).order_by(Vehicle::c.id)).all();
    REQUIRE(all.size() == 4);
    CHECK(std::get<1>(all[0]) == 0);
    CHECK(std::get<1>(all[2]) == 4);
    auto later = select<Vehicle>().options(with_polymorphic<Car>()).add_columns(doors, or_null(Car::c.colour));
    CHECK(session.execute(later).size() == 4);
    CHECK(session.execute(select(Vehicle::c, doors)).size() == 2);
    CHECK(session.execute(select(Car::c, func::coalesce(Taxi::c.licence, "-")).options(with_polymorphic())).size() ==
          2);
}

TEST_CASE_FIXTURE(Staff, "with_polymorphic: columns of kinds of one table stand beside every object") {
    auto language = func::coalesce(Engineer::c.language, "-");
    CHECK(session.execute(select(Employee::c, language).options(with_polymorphic())).size() == 5);
    CHECK(session.execute(select(Employee::c, language).options(with_polymorphic<Manager>())).size() == 2);
}

struct Plant : Model<Plant> {
    Column<int, primary_key> id;
    Column<std::string, polymorphic_on> kind;
};
struct Woody : Model<Woody, joined_table<Plant>> {
    Column<int> height;
    static constexpr auto fields() { return Fields<&Woody::height>(); }
};
struct Oak : Model<Oak, single_table<Woody>> {
    Column<std::optional<int>> acorns;
    static constexpr auto fields() { return Fields<&Oak::acorns>(); }
};

TEST_CASE_FIXTURE(TestDatabase, "with_polymorphic: a table that several kinds stand in is joined once") {
    create<Plant, Woody>();
    Session session{engine};
    Oak oak{.acorns = 9};
    oak.height = 3;
    session.add(std::move(oak));
    session.add(Plant{});
    session.commit();
    session.expunge_all();
    (void)work();
    auto all = session.scalars(select<Plant>().options(with_polymorphic()).order_by(Plant::c.id)).all();
    CHECK(work() == Lines{"SELECT plant.id, plant.kind, woody.height, woody.acorns FROM plant LEFT OUTER JOIN woody ON "
                          "plant.id = woody.id ORDER BY plant.id"});
    REQUIRE(all.size() == 2);
    CHECK(all[0].as<Oak>()->acorns == 9);
    CHECK(all[0].as<Woody>()->height == 3);
    CHECK(session.scalars(select<Woody>().options(with_polymorphic())).one()->height == 3);
    CHECK(session.scalar(select(func::count(Oak::c.id))) == 1);
}

TEST_CASE_FIXTURE(Fleet, "with_loader_criteria: of a kind's columns, and of the base's they are its too") {
    auto many = with_loader_criteria<Car>(Car::c.doors > 4);
    auto known = with_loader_criteria<Vehicle>(Vehicle::c.maker != "Seat");
    CHECK(session.scalar(select(func::count(Car::c.id)).options(many)) == 1);
    CHECK(session.scalar(select(func::count(Car::c.id)).options(known)) == 1);
    CHECK(session.scalar(select(func::count(Vehicle::c.id)).options(many)) == 4);
    (void)work();
    session.add(Garage{.town = "none"});
    auto outer = select(Garage::c.town, func::count(Car::c.id)).outerjoin<Car>(Garage::c.vehicles).options(known);
    CHECK(session.execute(outer.group_by(Garage::c.id).order_by(Garage::c.id)).all() ==
          std::vector<std::tuple<std::string, std::int64_t>>{{"Lugo", 1}, {"none", 0}});
}

TEST_CASE_FIXTURE(Staff, "a kind is joined by what the join says, once") {
    auto squad = session.add(Squad{.name = "core"});
    squad->members.append(session.get<Employee>(3));
    squad->members.append(session.get<Employee>(2));
    session.add(Squad{.name = "none"});
    session.commit();
    (void)work();
    auto inner = select(Squad::c.name, Engineer::c.name).join<Engineer>(Squad::c.members);
    CHECK(session.execute(inner).one() == std::tuple("core", "ann"));
    CHECK(work() == Lines{"SELECT squad.name, employee.name AS name_1 FROM squad JOIN employee ON squad.id = "
                          "employee.squad_id AND employee.type IN (?) | 'engineer'"});
    auto outer = select(Squad::c.name, func::count(Engineer::c.id)).outerjoin<Engineer>(Squad::c.members);
    CHECK(session.execute(outer.group_by(Squad::c.id).order_by(Squad::c.name)).all() ==
          std::vector<std::tuple<std::string, std::int64_t>>{{"core", 1}, {"none", 0}});
    auto refused = doctest::Contains("is joined with itself");
    CHECK_THROWS_WITH_AS(
        (void)select(Employee::c.id, Engineer::c.language).join<Engineer>(Employee::c.id == Engineer::c.id), refused,
        const ArgumentError&);
    CHECK_THROWS_WITH_AS((void)select<Manager>().join<Engineer>(Manager::c.id < Engineer::c.id), refused,
                         const ArgumentError&);
}

TEST_CASE_FIXTURE(Fleet, "what a model far below the base has is read for all of its kind at once") {
    for (int i = 0; i < 3; ++i) {
        Taxi taxi{.licence = "more"};
        taxi.doors = 2;
        taxi.maker = "m";
        session.add(std::move(taxi));
    }
    session.commit();
    session.expunge_all();
    (void)work();
    int doors = 0;
    for (const auto& vehicle : session.scalars(select<Vehicle>())) {
        if (auto taxi = vehicle.as<Taxi>()) doors += taxi->licence == "more" ? taxi->doors.value() : 0;
    }
    CHECK(doors == 6);
    CHECK(work() == Lines{"SELECT vehicle.id, vehicle.maker, vehicle.kind, vehicle.garage_id FROM vehicle",
                          "SELECT vehicle.id, car.doors, car.colour, taxi.licence FROM vehicle JOIN car ON "
                          "vehicle.id = car.id JOIN taxi ON car.id = taxi.id WHERE vehicle.id IN (?, ?, ?, ?) | 3 | 5 "
                          "| 6 | 7"});
}

// --- A table each ----------------------------------------------------------------------------------------------------

struct Figure : Model<Figure> {
    Column<int, primary_key> id;
    Column<std::string> name;
};
struct Circle : Model<Circle, concrete_table<Figure>> {
    Column<double> radius;
    static constexpr auto fields() { return Fields<&Circle::radius>(); }
};

TEST_CASE_FIXTURE(TestDatabase, "concrete tables share fields and nothing else") {
    create<Figure, Circle>();
    Session session{engine};
    Circle circle{.radius = 2};
    circle.name = "c";
    auto added = session.add(std::move(circle));
    session.add(Figure{.name = "s"});
    session.commit();
    CHECK(added->id == 1);
    CHECK(session.get<Figure>(1)->name == "s");
    CHECK(session.get<Circle>(1) == added);
    CHECK(session.query<Figure>().count() == 1);
    CHECK(orm::metadata().table("circle").columns.size() == 3);
}

}  // namespace
