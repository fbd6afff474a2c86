// What migrations promise on every database: up, down with all rows, nothing of a revision that fails.
#include "databases.hpp"
#include "models.hpp"
#include "retort/engine/inspector.hpp"
#include "retort/engine/result.hpp"
#include "retort/migrate/errors.hpp"
#include "retort/migrate/migrator.hpp"

namespace steps = retort::migrations;
using retort::engines::Engine;

namespace {

using Work = void (*)(steps::Operations&);

steps::Script revision(const char* id, std::vector<std::string> below, Work up, Work down) {
    steps::Script out{.id = id, .down_revisions = std::move(below)};
    out.upgrade = up;
    out.downgrade = down;
    return out;
}

/// Makes a table with two rows, and one that refers to it.
steps::Script first() {
    return revision(
        "r1", {},
        [](steps::Operations& op) {
            op.create_table("shelf", {steps::Column{"id", steps::Integer()}, steps::Column{"name", steps::String(20)},
                                      steps::Column{"size", steps::Integer(), steps::nullable()},
                                      steps::PrimaryKey{"pk_shelf", {"id"}}});
            op.create_table("book", {steps::Column{"id", steps::Integer()}, steps::Column{"shelf_id", steps::Integer()},
                                     steps::PrimaryKey{"pk_book", {"id"}},
                                     steps::ForeignKey{.name = "fk_book_shelf",
                                                       .columns = {"shelf_id"},
                                                       .referred_table = "shelf",
                                                       .referred_columns = {"id"},
                                                       .on_delete = steps::Action::cascade}});
            op.insert_rows("shelf", {"id", "name", "size"}, {{1, "left", 3}, {2, "right", nullptr}});
            op.insert_rows("book", {"id", "shelf_id"}, {{1, 1}, {2, 2}});
        },
        [](steps::Operations& op) {
            op.drop_table("book");
            op.drop_table("shelf");
        });
}

steps::Script second() {
    return revision(
        "r2", {"r1"},
        [](steps::Operations& op) {
            op.rename_column("shelf", "name", "title");
            op.alter_column("shelf", "title", {.type = steps::Text()});
            op.alter_column("shelf", "size", {.nullable = false, .backfill = "0"});
            op.add_column("shelf", steps::Column{"room", steps::String(10)}, "'hall'");
            op.add_constraint("shelf", steps::Unique{"uq_shelf_title", {"title"}});
            op.create_index("shelf", steps::Index{.name = "ix_shelf_room", .parts = {"room"}});
        },
        [](steps::Operations& op) {
            op.drop_index("shelf", "ix_shelf_room");
            op.drop_constraint("shelf", "uq_shelf_title");
            op.drop_column("shelf", "room");
            op.alter_column("shelf", "size", {.nullable = true});
            op.alter_column("shelf", "title", {.type = steps::String(20)});
            op.rename_column("shelf", "title", "name");
        });
}

std::int64_t count(const Engine& engine, const std::string& condition) {
    return engine.connect()->execute("SELECT count(*) FROM " + condition).scalar_one<std::int64_t>();
}

}  // namespace

TEST_CASE("a database goes up and down its history, and keeps its rows") {
    suite::on_every_database([](const Engine& engine) {
        steps::RevisionGraph graph({first(), second()});
        steps::Migrator(engine, graph).upgrade();
        CHECK(steps::Migrator(engine, graph).current() == steps::Names{"r2"});
        CHECK(count(engine, "shelf WHERE room = 'hall'") == 2);
        CHECK(count(engine, "shelf WHERE size = 0") == 1);
        CHECK(count(engine, "book") == 2);
        CHECK(steps::Migrator(engine, graph).drift({}).empty());
        steps::Migrator(engine, graph).downgrade();
        CHECK(count(engine, "shelf WHERE size IS NULL AND name = 'right'") == 1);
        CHECK(count(engine, "book") == 2);
        CHECK(retort::engines::inspect(engine)->get_columns("shelf").size() == 3);
        steps::Migrator(engine, graph).downgrade("base");
        CHECK_FALSE(retort::engines::inspect(engine)->has_table("shelf"));
        steps::Migrator(engine, graph).upgrade();
        CHECK(count(engine, "shelf WHERE title = 'left'") == 1);
    });
}

TEST_CASE("of a revision that fails nothing happens") {
    suite::on_every_database([](const Engine& engine) {
        auto bad = revision(
            "r2", {"r1"},
            [](steps::Operations& op) {
                op.add_column("shelf", steps::Column{"more", steps::Integer(), steps::nullable()});
                op.alter_column("shelf", "size", {.nullable = false});
            },
            nullptr);
        steps::RevisionGraph graph({first(), bad});
        CHECK_THROWS_AS(steps::Migrator(engine, graph).upgrade(), const steps::DataConflict&);
        CHECK(steps::Migrator(engine, graph).current() == steps::Names{"r1"});
        CHECK(retort::engines::inspect(engine)->get_columns("shelf").size() == 3);
    });
}
