// What every database tells about itself: the tables of models as they were made, found, reflected and compared.
#include <algorithm>

#include "databases.hpp"
#include "models.hpp"
#include "retort/engine/dialect.hpp"
#include "retort/engine/result.hpp"
#include "retort/orm/automap.hpp"
#include "retort/schema/compare.hpp"

using namespace retort;

TEST_CASE("what create_all makes is what the models say") {
    suite::on_every_database([](const engines::Engine& engine) {
        auto inspector = inspect(engine);
        for (const auto* one : orm::metadata().tables()) {
            const auto& table = *one;
            CAPTURE(table.name);
            std::string told;
            for (const auto& one :
                 schemas::compare_tables(table, inspector->get_table(table.name), engine.dialect().ddl()))
                told += schemas::to_string(one) + '\n';
            CHECK(told == "");
        }
    });
}

TEST_CASE("an inspector names tables, columns, keys and constraints") {
    suite::on_every_database([](const engines::Engine& engine) {
        auto inspector = inspect(engine);
        auto names = inspector->get_table_names();
        CHECK(std::is_sorted(names.begin(), names.end()));
        CHECK(std::find(names.begin(), names.end(), "suite_author") != names.end());
        CHECK(inspector->has_table("suite_post"));
        CHECK_FALSE(inspector->has_table("suite_posts"));
        CHECK_FALSE(inspector->find_table("suite_posts").has_value());
        CHECK_THROWS_AS((void)inspector->get_columns("suite_posts"), const NoSuchTableError&);
        CHECK(inspector->get_pk_constraint("suite_author").name == "pk_suite_author");
        CHECK(inspector->get_unique_constraints("suite_author")[0].columns == std::vector<std::string>{"name"});
        auto keys = inspector->get_foreign_keys("suite_post");
        REQUIRE(keys.size() == 1);
        CHECK(keys[0].name == "fk_suite_post_author_id_suite_author");
        CHECK(keys[0].referred_table == "suite_author");
        auto sorted = inspector->get_sorted_table_names();
        auto place = [&](const char* name) { return std::find(sorted.begin(), sorted.end(), name); };
        CHECK(place("suite_author") < place("suite_post"));
    });
}

TEST_CASE("a MetaData is filled by reflection, and makes the same tables again") {
    suite::on_every_database([](const engines::Engine& engine) {
        schemas::MetaData metadata;
        metadata.reflect(*inspect(engine), {.only = {"suite_post"}});
        CHECK(metadata.tables().size() == 2);
        auto connection = engine.connect();
        connection->begin();
        connection->run("DROP TABLE suite_post");
        connection->run(engine.dialect().ddl().compile(schemas::CreateTable{metadata.table("suite_post")}));
        connection->commit();
        auto again = inspect(engine)->get_table("suite_post");
        CHECK(schemas::compare_tables(metadata.table("suite_post"), again, engine.dialect().ddl()).empty());
    });
}

TEST_CASE("an automap reads what a session wrote, and the other way round") {
    suite::on_every_database([](const engines::Engine& engine) {
        Session session(engine);
        session.add(SuiteAuthor{.name = "ada"})->posts.append(SuitePost{.title = "one"});
        auto base = automap(engine);
        auto ada = base["suite_author"].query().one(session);
        CHECK(ada.get<std::string>("name") == "ada");
        CHECK(ada.many("suite_post_collection").count(session) == 1);
        base["suite_post"].add(session, {{"title", "two"}, {"author_id", ada["id"]}});
        ada.set("age", 40);
        ada.save(session);
        session.commit();
        auto author = session.scalars(select<SuiteAuthor>()).one();
        CHECK(author->age == 40);
        CHECK(author->posts.size() == 2);
    });
}
