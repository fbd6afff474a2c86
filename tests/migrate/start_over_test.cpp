// Beginning again with a database, a history, or both; and what plan and lint tell of what is there.
#include <filesystem>
#include <fstream>

#include "retort/migrate/environment.hpp"
#include "retort/migrate/words.hpp"
#include "support.hpp"

using namespace migrate_test;
namespace fs = std::filesystem;
namespace commands = retort::commands;

namespace {

/// A program with one revision, which has run, and a row.
class Program {
  public:
    Program() {
        environment->directory = database.folder.path() + "/migrations";
        environment->databases = [this] { return std::vector<Place>{{"", database.engine, &models}}; };
        environment->scripts = [this] { return built; };
        environment->file_of = [](const engines::Engine& engine) { return engine.url().substr(10); };
        environment->ask = [this](const std::string& question) -> std::optional<bool> {
            asked += question;
            return answer;
        };
        add_commands(root.group("db", "Migrations."), environment);
        Operations op;
        op.create_table("t", {Column{"id", Integer(), primary_key()}, Column{"a", Text(), nullable()}});
        models.add(std::get<ops::CreateTable>(op.list().front().step).table);
        built = {script("aaaa1", {}, op.list(), {})};
        fs::create_directories(environment->directory + "/versions");
        std::ofstream(environment->directory + "/versions/aaaa1_first.cpp") << "static Revision x{.id = \"aaaa1\"};\n";
        REQUIRE(run({"upgrade"}) == 0);
        database.run("INSERT INTO t VALUES (1, 'x'); CREATE VIEW v AS SELECT a FROM t");
    }

    int run(std::vector<std::string> words) {
        words.insert(words.begin(), "db");
        last = commands::run_captured(root, words, "app");
        return last.exit_code;
    }
    bool has_file(const std::string& name) const { return fs::exists(database.folder.path() + '/' + name); }

    TestDatabase database;
    schemas::MetaData models{schemas::NamingConvention::for_models()};
    std::vector<Script> built;
    std::shared_ptr<Environment> environment = std::make_shared<Environment>();
    std::optional<bool> answer;
    std::string asked;
    commands::RunResult last;

  private:
    commands::Group root{"app", "A program."};
};

}  // namespace

TEST_CASE("starting over asks, and says what it needs") {
    Program program;
    auto was = everything(program.database);
    CHECK(program.run({"start-over"}) == 2);
    CHECK(program.last.errors.find("--database") != std::string::npos);
    CHECK(program.run({"start-over", "--database", "--history"}) == 1);
    CHECK(program.asked == "Empty the database, and set the revisions aside?");
    program.answer = false;
    CHECK(program.run({"start-over", "--history"}) == 1);
    CHECK(program.last.errors.find("Nothing was done") != std::string::npos);
    CHECK(everything(program.database) == was);
    CHECK(program.has_file("migrations/versions/aaaa1_first.cpp"));
    CHECK_FALSE(program.has_file("test.db.before-start-over.bak"));
}

TEST_CASE("the database begins again, and a copy of it stays") {
    Program program;
    CHECK(program.run({"start-over", "--database", "--yes"}) == 0);
    CHECK(program.last.output.find("`db upgrade`") != std::string::npos);
    CHECK(program.database.count("SELECT count(*) FROM sqlite_schema") == 0);
    CHECK(program.run({"upgrade"}) == 0);
    CHECK(program.database.count("SELECT count(*) FROM t") == 0);
    CHECK(program.run({"start-over", "--database", "--yes"}) == 0);
    CHECK(program.has_file("test.db.before-start-over-2.bak"));
    auto copy = create_engine("sqlite:///" + program.database.folder.path() + "/test.db.before-start-over.bak");
    CHECK(copy.connect()->execute("SELECT a FROM v").scalar_one<std::string>() == "x");
    copy.dispose();
}

TEST_CASE("the history begins again, and the data stays") {
    Program program;
    program.answer = true;
    CHECK(program.run({"start-over", "--history"}) == 0);
    CHECK(program.has_file("migrations/versions.before-start-over/aaaa1_first.cpp"));
    CHECK(program.has_file("migrations/versions"));
    CHECK(program.database.count("SELECT count(*) FROM t") == 1);
    program.built.clear();  // the program is built without it
    CHECK(program.run({"migrate", "--baseline", "-m", "first", "--rev-id", "bbbb1"}) == 0);
    CHECK(program.database.text("SELECT version_num FROM alembic_version") == "bbbb1");
    CHECK(program.has_file("migrations/versions/bbbb1_first.cpp"));
}

TEST_CASE("both begin again") {
    Program program;
    CHECK(program.run({"start-over", "--database", "--history", "-y"}) == 0);
    program.built.clear();
    CHECK(program.run({"migrate", "-m", "first", "--rev-id", "bbbb1"}) == 0);
    CHECK(program.has_file("migrations/versions/bbbb1_first.cpp"));
    CHECK(program.database.tables().empty());
}

TEST_CASE("a plan shows steps in C++, and tables that SQL made") {
    Program program;
    program.database.run("CREATE TABLE by_hand (x)");
    Operations op;
    op.add_column("by_hand", Column{"y", Integer(), nullable()});
    op.run([](engines::Connection&) { FAIL("a plan runs nothing"); });
    op.alter_column("t", "a", {.nullable = false});
    program.built.push_back(script("aaaa2", {"aaaa1"}, op.list(), {}));
    Operations unknown;
    unknown.add_column("made_in_cpp", Column{"y", Integer(), nullable()});
    program.built.push_back(script("aaaa3", {"aaaa2"}, unknown.list(), {}));
    auto was = everything(program.database);
    CHECK(program.run({"plan"}) == 0);
    for (const char* text :
         {"upgrade aaaa2", "ALTER TABLE by_hand ADD COLUMN y INTEGER;", "-- a step in C++ runs here;",
          "change column t.a\n    fails where there is a NULL", "INSERT OR ABORT INTO _retort_new_t",
          "-- the SQL of revision aaaa3 depends on what runs before it: There is no table"}) {
        CAPTURE(text);
        CHECK(program.last.output.find(text) != std::string::npos);
    }
    CHECK(everything(program.database) == was);
}

TEST_CASE("lint tells revisions that were changed after they ran") {
    Program program;
    CHECK(program.run({"lint"}) == 0);
    CHECK(program.last.output.find("changed after it ran") == std::string::npos);
    program.built[0] = script("aaaa1", {}, {{ops::Execute{{{"", "SELECT 1"}}}}}, {});
    CHECK(program.run({"lint"}) == 0);
    CHECK(program.last.output.find("aaaa1: it was changed after it ran on ") != std::string::npos);
}
