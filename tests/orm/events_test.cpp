// Listeners: when they run, and what they may do.
#include "retort/orm/events.hpp"

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct Watched : Model<Watched> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<std::optional<std::string>> slug;
};
struct AuditEntry : Model<AuditEntry> {
    Column<int, primary_key> id;
    Column<std::string> text;
};

Lines* heard = nullptr;

void hear(std::string what) {
    if (heard != nullptr) heard->push_back(std::move(what));
}

/// Once for the program, as an application does when it starts.
void listen() {
    static const bool done = [] {
        event::before_insert<Watched>(
            [](const Ptr<Watched>& object) { object->slug = "slug of " + object->name.value(); });
        event::after_insert<Watched>(
            [](const Ptr<Watched>& object) { hear("inserted " + std::to_string(object->id)); });
        event::before_update<Watched>([](const Ptr<Watched>& object) { hear("updating " + object->name.value()); });
        event::after_update<Watched>([](const Ptr<Watched>& object) { hear("updated " + object->name.value()); });
        event::before_delete<Watched>([](const Ptr<Watched>&) { hear("deleting"); });
        event::after_delete<Watched>([](const Ptr<Watched>&) { hear("deleted"); });
        event::load<Watched>([](const Ptr<Watched>& object) { hear("loaded " + object->name.value()); });
        event::before_flush([](Session& session) {
            if (heard == nullptr || session.new_<Watched>().empty()) return;
            session.add(AuditEntry{.text = "flush"});
            hear("before flush");
        });
        event::before_commit([](Session&) { hear("before commit"); });
        event::after_commit([](Session&) { hear("after commit"); });
        event::after_rollback([](Session&) { hear("after rollback"); });
        return true;
    }();
    (void)done;
}

struct Listening : TestDatabase {
    Listening() {
        listen();
        create<Watched, AuditEntry>();
        heard = &lines;
    }
    ~Listening() { heard = nullptr; }
    Lines taken() { return std::exchange(lines, {}); }
    Lines lines;
    Session session{engine};
};

}  // namespace

TEST_CASE_FIXTURE(Listening, "events: around an insert, an update and a delete") {
    auto object = session.add(Watched{.name = "a"});
    session.commit();
    CHECK(taken() == Lines{"before commit", "before flush", "inserted 1", "after commit"});
    CHECK(object->slug == "slug of a");
    CHECK(session.scalars(select<AuditEntry>()).size() == 1);
    object->name = "b";
    session.flush();
    CHECK(taken() == Lines{"updating b", "updated b"});
    session.delete_(object);
    session.commit();
    CHECK(taken() == Lines{"before commit", "deleting", "deleted", "after commit"});
    session.rollback();
    CHECK(taken() == Lines{"after rollback"});
}

TEST_CASE_FIXTURE(Listening, "events: loading, told when the rows have been read") {
    session.add(Watched{.name = "a"});
    session.add(Watched{.name = "b"});
    session.commit();
    session.expunge_all();
    taken();
    CHECK(session.scalars(select<Watched>().order_by(Watched::c.id)).size() == 2);
    CHECK(taken() == Lines{"loaded a", "loaded b"});
    (void)session.get<Watched>(1);
    CHECK(taken().empty());
}

TEST_CASE_FIXTURE(Listening, "events: a listener that throws after the writing takes it back, in a commit too") {
    static bool refuses = false;
    static const bool once = [] {
        event::after_insert<AuditEntry>([](const Ptr<AuditEntry>&) {
            if (refuses) throw std::runtime_error("no audit today");
        });
        return true;
    }();
    (void)once;
    refuses = true;
    session.add(AuditEntry{.text = "x"});
    CHECK_THROWS_AS(session.commit(), std::runtime_error);
    CHECK_THROWS_AS(session.commit(), PendingRollbackError);
    session.rollback();
    refuses = false;
    CHECK(session.scalars(select<AuditEntry>()).empty());
}
