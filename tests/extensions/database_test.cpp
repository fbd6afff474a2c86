// db.session: one for each context, and nothing of it is left for the next, although its memory is used again.
#include "retort/extensions/database.hpp"

#include "retort/retort.hpp"

using namespace retort;

namespace {

Database notes_db;

struct Note : Model<Note> {
    Column<int, primary_key> id;
    Column<std::string> text;
};

App note_app() {
    App app{"database_test"};
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://";
    notes_db.init_app(app);
    auto context = app.app_context();
    notes_db.create_all();
    notes_db.session.add(Note{.text = "first"});
    notes_db.session.commit();
    return app;
}

}  // namespace

TEST_CASE("a context begins with a session that knows nothing of the one before") {
    App app = note_app();
    Ptr<Note> kept;
    {
        auto context = app.app_context();
        kept = notes_db.session.get<Note>(1);
        notes_db.session().core().set_autoflush(false);
        notes_db.session.add(Note{.text = "never committed"});
        notes_db.session.get<Note>(1)->text = "changed";
    }
    auto context = app.app_context();
    Session& session = notes_db.session();
    CHECK(session.core().options().autoflush);
    CHECK(session.new_count() == 0);
    CHECK(session.dirty_count() == 0);
    CHECK_FALSE(session.in_transaction());
    CHECK_FALSE(session.contains(kept));
    auto again = notes_db.session.get<Note>(1);
    CHECK(again != kept);
    CHECK(again->text == "first");
    CHECK(kept->text == "changed");
    CHECK(notes_db.session.get<Note>(2) == nullptr);
}

TEST_CASE("contexts within contexts have sessions of their own, also of another app") {
    App app = note_app();
    App other = note_app();
    auto outer = app.app_context();
    notes_db.session.get<Note>(1)->text = "outer";
    Session* session = &notes_db.session();
    for (int round = 0; round < 3; ++round) {
        auto inner = other.app_context();
        CHECK(&notes_db.session() != session);
        CHECK(notes_db.session.get<Note>(1)->text == "first");
    }
    CHECK(&notes_db.session() == session);
    CHECK(notes_db.session.get<Note>(1)->text == "outer");
}
