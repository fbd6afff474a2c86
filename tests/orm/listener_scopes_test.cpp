// Listeners to one session, and to the models that share a mixin.

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct Titled {
    Column<std::string> title;
};
struct Touched {
    Column<std::string> touched = default_("");
};
struct Unused {
    Column<std::string> nothing;
};
struct Essay : Model<Essay, Titled, Touched> {
    Column<int, primary_key> id;
    static constexpr auto fields() { return Fields<&Essay::id>(); }
};
struct Picture : Model<Picture, Touched> {
    Column<int, primary_key> id;
    static constexpr auto fields() { return Fields<&Picture::id>(); }
};
struct Painting : Model<Painting, concrete_table<Picture>> {
    Column<std::optional<std::string>> frame;
    static constexpr auto fields() { return Fields<&Painting::frame>(); }
};
struct Plain : Model<Plain> {
    Column<int, primary_key> id;
    Column<std::optional<std::string>> text;
};

}  // namespace

TEST_CASE_FIXTURE(TestDatabase, "listeners: of one session hear of it only, as long as it lives") {
    create<Plain>();
    Lines told;
    auto tell = [&](std::string what) { return [&told, what](Session&) { told.push_back(what); }; };
    Session mine{engine};
    Session other{engine};
    event::after_begin(mine, tell("begin"));
    event::before_flush(mine, [&](Session& session) {
        for (const auto& plain : session.new_<Plain>()) plain->text = "seen";
    });
    event::after_flush(mine, tell("flush"));
    event::before_commit(mine, tell("before"));
    event::after_commit(mine, tell("commit"));
    event::after_rollback(mine, tell("rollback"));
    event::after_soft_rollback(mine, tell("soft"));
    auto plain = mine.add(Plain{});
    mine.commit();
    CHECK(plain->text == "seen");
    CHECK(told == Lines{"before", "begin", "flush", "commit", "begin"});
    told.clear();
    mine.rollback();
    CHECK(told == Lines{"rollback", "soft"});
    told.clear();
    auto quiet = other.add(Plain{});
    other.commit();
    CHECK_FALSE(quiet->text.has_value());
    CHECK(told.empty());
}

TEST_CASE_FIXTURE(TestDatabase, "listeners: what one of a session throws ends its flush") {
    create<Plain>();
    Session session{engine};
    event::after_flush(session, [](Session&) { throw ArgumentError("invalid-text"_code, "not now"); });
    session.add(Plain{});
    CHECK_THROWS_AS(session.commit(), ArgumentError);
    session.rollback();
    Session other{engine};
    CHECK(other.query<Plain>().count() == 0);
}

TEST_CASE_FIXTURE(TestDatabase, "listeners: of a mixin hear of every model that has it") {
    create<Essay, Picture, Painting>();
    event::before_insert<Touched>([](Touched& row) { row.touched = "new"; });
    event::before_update<Touched>([](Touched& row) { row.touched = row.touched + "!"; });
    Session session{engine};
    Essay draft;
    draft.title = "one";
    auto essay = session.add(std::move(draft));
    auto picture = session.add(Picture{});
    auto painting = session.add(Painting{});
    session.commit();
    CHECK(essay->touched == "new");
    CHECK(essay->title == "one");
    CHECK(picture->touched == "new");
    CHECK(painting->touched == "new");
    essay->title = "two";
    session.commit();
    CHECK(essay->touched == "new!");
    CHECK_THROWS_WITH_AS(event::load<Unused>([](Unused&) {}), doctest::Contains("no model takes fields from it"),
                         ArgumentError);
}
