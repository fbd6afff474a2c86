// Listeners to models that others inherit from, and to changes that come by relationships.

#include <algorithm>

#include "retort/orm/events.hpp"
#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct EventPart;
struct event_part_marks;
struct EventMark : Model<EventMark> {
    Column<int, primary_key> id;
};
struct EventThing : Model<EventThing> {
    Column<int, primary_key> id;
    Column<std::string, polymorphic_on> kind;
    Column<std::string> name;
    Many<EventPart, cascade<"all, delete-orphan">> parts;
};
struct EventMachine : Model<EventMachine, joined_table<EventThing>> {
    Column<int> power = 1;
    static constexpr auto fields() { return Fields<&EventMachine::power>(); }
};
struct EventPart : Model<EventPart> {
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<EventThing>> thing_id;
    One<EventThing> thing;
    Many<EventMark, secondary<event_part_marks>> marks;
};
struct event_part_marks : Model<event_part_marks> {
    Column<int, primary_key, foreign_key<EventPart>> part_id;
    Column<int, primary_key, foreign_key<EventMark>> mark_id;
};

Lines* heard = nullptr;

void hear(std::string what) {
    if (heard != nullptr) heard->push_back(std::move(what));
}

void listen_to_things() {
    event::before_insert<EventThing>([](const Ptr<EventThing>& thing) { hear("inserting " + thing->name); });
    event::before_insert<EventThing>([](const Ptr<EventThing>& thing) { hear(to_string(thing)); }, {.propagate = true});
    event::set<EventThing>(
        EventThing::c.name,
        [](const Ptr<EventThing>&, const std::string& now, const std::string& old) { hear(old + " -> " + now); },
        {.propagate = true});
    event::append<EventThing>(
        EventThing::c.parts,
        [](const Ptr<EventThing>& thing, const Ptr<EventPart>&) { hear(thing->name + " += part"); },
        {.propagate = true});
}

void listen_to_parts() {
    event::before_update<EventPart>([](const Ptr<EventPart>&) { hear("updating part"); });
    event::after_update<EventPart>([](const Ptr<EventPart>&) { hear("updated part"); });
    event::before_delete<EventPart>([](const Ptr<EventPart>&) { hear("deleting part"); });
    event::after_delete<EventPart>([](const Ptr<EventPart>&) { hear("deleted part"); });
    event::models_committed([](Session&, std::span<const ModelChange> changes) {
        for (const auto& change : changes) {
            if (auto thing = change.as<EventThing>()) hear(std::string(change.operation()) + " " + thing->kind);
            if (change.as<EventMachine>()) hear("a machine");
            if (change.as<EventPart>()) hear(std::string(change.operation()) + " part");
        }
    });
}

struct Listening : TestDatabase {
    Listening() {
        static const bool once = (listen_to_things(), listen_to_parts(), true);
        (void)once;
        create<EventMark, EventThing, EventMachine, EventPart, event_part_marks>();
        heard = &lines;
    }
    ~Listening() { heard = nullptr; }
    Ptr<EventMachine> add_machine() {
        EventMachine machine;
        machine.name = "drill";
        return session.add(std::move(machine));
    }
    Lines taken() { return std::exchange(lines, {}); }
    Lines lines;
    Session session{engine};
};

}  // namespace

TEST_CASE_FIXTURE(Listening, "events: listeners to a model hear of those below when they are propagated") {
    auto drill = add_machine();
    drill->name = "saw";
    drill->parts.append(EventPart{});
    CHECK(taken() == Lines{"drill -> saw", "saw += part"});
    session.flush();
    CHECK(taken().size() == 1);  // not "inserting saw"
    session.add(EventThing{.name = "box"});
    session.flush();
    CHECK(taken().front() == "inserting box");
    session.expunge_all();
    session.get<EventThing>(1)->name = "lathe";
    CHECK(taken() == Lines{"saw -> lathe"});
}

TEST_CASE_FIXTURE(Listening, "events: a change of a model below is one of the model's") {
    add_machine();
    session.commit();
    auto all = taken();
    CHECK(Lines(all.begin() + 1, all.end()) == Lines{"insert event_machine", "a machine"});
}

TEST_CASE_FIXTURE(Listening, "events: a row that a relationship changes is an update") {
    auto drill = add_machine();
    auto part = session.add(EventPart{});
    session.commit();
    taken();
    part->thing = drill;
    CHECK(session.dirty<EventPart>().size() == 1);
    session.commit();
    CHECK(taken() == Lines{"drill += part", "updating part", "updated part", "update part"});
    part->marks.append(EventMark{});
    session.commit();
    CHECK(taken() == Lines{"updating part", "updated part", "update part"});
    part->thing = nullptr;
    session.commit();
    CHECK(taken() == Lines{"deleting part", "deleted part", "delete part"});
}

TEST_CASE_FIXTURE(Listening, "events: an orphan that a flush finds is a delete") {
    auto drill = add_machine();
    auto part = drill->parts.append(EventPart{});
    session.commit();
    taken();
    drill->parts.remove(part);
    session.commit();
    CHECK(taken() == Lines{"deleting part", "deleted part", "delete part"});
    CHECK(session.scalars(select<EventPart>()).empty());
}

TEST_CASE_FIXTURE(Listening, "events: merge sets fields as anybody does") {
    session.add(EventThing{.name = "box"});
    session.commit();
    taken();
    session.merge(EventThing{.id = 1, .name = "chest"});
    session.merge(EventThing{.id = 1, .name = "chest"});
    CHECK(taken() == Lines{"box -> chest"});
}

TEST_CASE_FIXTURE(Listening, "events: what a savepoint has undone was not committed") {
    {
        auto nested = session.begin_nested();
        session.add(EventThing{.name = "lost"});
        session.flush();
    }
    session.add(EventThing{.name = "kept"});
    (void)taken();
    session.commit();
    const auto told = taken();
    CHECK(std::count_if(told.begin(), told.end(),
                        [](const auto& line) { return line.starts_with("insert ") && line != "inserting kept"; }) == 1);
}
