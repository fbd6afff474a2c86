// What an upgrade tries first: rehearsals with their backups, several databases, replicas that run it at once.
#include <sys/wait.h>

#include <filesystem>

#include "program.hpp"

using namespace migrate_test;
namespace fs = std::filesystem;

TEST_CASE("an upgrade is tried on a copy first, and a backup stays") {
    Program program;
    auto file = program.database.folder.path() + "/test.db";
    program.environment().file_of = [&](const engines::Engine&) { return file; };
    int copies = 0;
    program.environment().open_file = [&](const std::string& path) {
        ++copies;
        return create_engine("sqlite:///" + path);
    };
    user_model(program, false);
    CHECK(program.code("init") == 0);
    CHECK(program.code("migrate --rev-id aaaa1") == 0);
    program.build();
    CHECK(program.code("upgrade") == 0);
    CHECK(copies == 0);  // there was nothing to lose
    program.database.run("INSERT INTO user (username) VALUES ('ada')");
    auto conflict = script("aaaa2", {"aaaa1"}, {{ops::AlterColumn{"user", "email", {.nullable = false}}}}, {});
    program.built.push_back(conflict);
    CHECK(program.code("upgrade") == 1);
    CHECK(program.errors("upgrade").find("it is NULL in row id = 1") != std::string::npos);
    CHECK(copies == 2);
    CHECK(program.heads() == Names{"aaaa1"});
    CHECK(fs::exists(file + ".before-aaaa2.bak"));
    program.built.back() =
        script("aaaa2", {"aaaa1"}, {{ops::AlterColumn{"user", "email", {.nullable = false, .backfill = "''"}}}}, {});
    CHECK(program.code("upgrade") == 0);
    CHECK(program.heads() == Names{"aaaa2"});
    CHECK(program.database.count("SELECT count(*) FROM user WHERE email = ''") == 1);
    auto backup = create_engine("sqlite:///" + file + ".before-aaaa2.bak");
    CHECK(backup.connect()->execute("SELECT count(*) FROM user WHERE email IS NULL").scalar_one<std::int64_t>() == 1);
    for (const auto& entry : fs::directory_iterator(program.database.folder.path())) {
        CHECK(entry.path().string().find("rehearsal") == std::string::npos);
    }
}

TEST_CASE("a rehearsal counts rows: what is lost unsaid is refused, what is said is told") {
    Program program;
    program.rehearses();
    program.database.run(
        "CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY); CREATE TABLE c (x);"
        "INSERT INTO b VALUES (1), (2), (3); INSERT INTO c VALUES (1), (2);"
        "CREATE TRIGGER tr AFTER INSERT ON a BEGIN DELETE FROM b WHERE id >= NEW.id; DELETE FROM c WHERE x = 1; END;");
    auto was = contents(program.database);
    CHECK(program.code("init") == 0);
    Operations quiet;
    quiet.rename_table("b", "d");
    quiet.rename_table("d", "e");
    quiet.insert_rows("a", {"id"}, {{2}});
    SUBCASE("nobody says so") {
        program.built.push_back(script("aaaa1", {}, quiet.list(), {}));
        CHECK(program.code("upgrade") == 1);
        CHECK(
            program.last.errors.find("would lose rows that no step of it speaks of: table c has 2 rows, and would have "
                                     "1; table e has 3 rows, and would have 1") != std::string::npos);
        CHECK(program.last.errors.find("op.delete_rows") != std::string::npos);
        CHECK(contents(program.database) == was);
        CHECK(program.heads().empty());
        CHECK(program.code("upgrade --no-rehearsal") == 0);
        CHECK(program.database.count("SELECT count(*) FROM e") == 1);
    }
    SUBCASE("SQL names one of them") {
        quiet.execute("DELETE FROM \"E\" WHERE id = 1");
        program.built.push_back(script("aaaa1", {}, quiet.list(), {}));
        CHECK(program.code("upgrade") == 1);
        CHECK(program.last.errors.find("speaks of: table c has 2 rows, and would have 1\n") != std::string::npos);
    }
    SUBCASE("rows are deleted by a step") {
        quiet.delete_rows("c", {"x"}, {{2}});
        quiet.delete_rows("e", {"id"}, {{1}});
        quiet.drop_table("a");
        program.built.push_back(script("aaaa1", {}, quiet.list(), {}));
        CHECK(program.code("upgrade") == 0);
        CHECK(program.database.count("SELECT count(*) FROM e") == 0);
    }
    SUBCASE("a step in C++ may do anything") {
        quiet.run([](engines::Connection&) {});
        program.built.push_back(script("aaaa1", {}, quiet.list(), {}));
        CHECK(program.code("upgrade") == 0);
    }
}

TEST_CASE("no database changes before the upgrade of all was tried") {
    Program program;
    program.rehearses();
    TestDatabase second;
    program.environment().databases = [&] {
        return std::vector<Place>{{"", program.database.engine, &program.models},
                                  {"two", second.engine, &program.models}};
    };
    for (const auto* one : {&program.database, &second}) one->run("CREATE TABLE t (x); INSERT INTO t VALUES (NULL)");
    CHECK(program.code("init") == 0);
    Operations both;
    both.add_column("t", Column{"y", Integer(), nullable()});
    both.on("two").alter_column("t", "x", {.nullable = false});
    program.built.push_back(script("aaaa1", {}, both.list(), {}));
    CHECK(program.code("upgrade") == 1);
    CHECK(program.last.errors.find("it is NULL in row") != std::string::npos);
    CHECK(program.heads().empty());
}

TEST_CASE("replicas that run the command at once, each with its rehearsal, upgrade once") {
    Program program;
    program.rehearses();
    program.database.run("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (2)");
    CHECK(program.code("init") == 0);
    for (int i = 0; i < 6; ++i) {
        auto name = "c" + std::to_string(i);
        Names down;
        if (i > 0) down = {"aaaa" + std::to_string(i - 1)};
        program.built.push_back(
            script("aaaa" + std::to_string(i), down, {{ops::AddColumn{"t", Column{name, Text()}, "'v'"}}}, {}));
    }
    auto url = program.database.engine.url();
    std::vector<pid_t> children;
    for (int i = 0; i < 4; ++i) {
        children.push_back(::fork());
        if (children.back() != 0) continue;
        // An engine of its own: a connection does not outlive a fork.
        auto own = create_engine(url, {.busy_timeout = std::chrono::seconds(60)});
        program.environment().databases = [&] { return std::vector<Place>{{"", own, &program.models}}; };
        auto code = program.code("upgrade");
        if (code != 0) std::fprintf(stderr, "%s\n", program.last.errors.c_str());
        ::_exit(code);
    }
    for (auto child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        CHECK(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == 0);
    }
    CHECK(program.heads() == Names{"aaaa5"});
    CHECK(program.database.count("SELECT count(*) FROM t WHERE c0 || c5 = 'vv'") == 2);
    for (const auto& entry : fs::directory_iterator(program.database.folder.path())) {
        CHECK(entry.path().string().find("rehearsal") == std::string::npos);
    }
}

TEST_CASE("without room for the backup there is no upgrade") {
    Program program;
    program.rehearses();
    auto file = program.database.folder.path() + "/test.db";
    program.database.run("CREATE TABLE other (x)");
    program.built.push_back(script("aaaa1", {}, {{ops::Execute{{{"", "CREATE TABLE t (x)"}}}}}, {}));
    fs::create_directories(file + ".before-aaaa1.bak/x");
    CHECK(program.code("init") == 0);
    CHECK(program.errors("upgrade").find("The backup before the upgrade cannot be written") != std::string::npos);
    CHECK(program.heads().empty());
    fs::remove_all(file + ".before-aaaa1.bak");
    CHECK(program.code("upgrade") == 0);
    CHECK(fs::is_regular_file(file + ".before-aaaa1.bak"));
}

TEST_CASE("two binds of one file are refused, however its path is spelt") {
    Program program;
    user_model(program, false);
    auto file = program.database.folder.path() + "/test.db";
    auto link = program.database.folder.path() + "/link.db";
    program.database.run("CREATE TABLE user (id INTEGER PRIMARY KEY)");
    fs::create_symlink(file, link);
    auto second = create_engine("sqlite:///" + link);
    program.environment().databases = [&] {
        return std::vector<Place>{{"", program.database.engine, &program.models}, {"two", second, &program.models}};
    };
    program.environment().file_of = [](const engines::Engine& engine) { return engine.url().substr(10); };
    CHECK(program.code("init") == 0);
    auto was = contents(program.database);
    for (const char* line : {"migrate --baseline", "migrate -m x", "upgrade", "downgrade", "stamp head", "check",
                             "current", "plan", "prune", "repair"}) {
        CAPTURE(line);
        CHECK(program.code(line) == 1);
        auto told = program.last.errors;
        CHECK(told.find("one file: the main database and bind \"two\" are") != std::string::npos);
        CHECK(told.find("give each bind a file of its own") != std::string::npos);
    }
    CHECK(program.versions().empty());
    CHECK(contents(program.database) == was);
    CHECK(program.code("backup " + program.database.folder.path() + "/copy.db") == 0);
    second.dispose();
}

TEST_CASE("a baseline over several databases stamps those that have their tables") {
    Program program;
    TestDatabase second;
    user_model(program, false);
    program.environment().databases = [&] {
        return std::vector<Place>{{"", program.database.engine, &program.models},
                                  {"two", second.engine, &program.models}};
    };
    schemas::Table user = program.models.table("user");
    program.database.run(program.database.compiler().compile(schemas::CreateTable{user}));
    SUBCASE("both have them") {
        second.run(second.compiler().compile(schemas::CreateTable{user}));
        CHECK(program.code("init") == 0);
        CHECK(program.code("migrate --baseline --rev-id aaaa1") == 0);
        REQUIRE(program.written.size() == 1);
        CHECK(program.written[0].upgrade.size() == 2);
        REQUIRE(program.written[0].downgrade);
        CHECK(program.written[0].downgrade->size() == 2);
    }
    SUBCASE("one has them") {
        CHECK(program.code("init") == 0);
        CHECK(program.code("migrate --baseline --rev-id aaaa1") == 0);
        CHECK(program.heads() == Names{"aaaa1"});
        CHECK(VersionTable(*second.engine.connect()).read().empty());
        program.build();
        CHECK(program.code("upgrade") == 0);
        CHECK(inspect(second.engine)->has_table("user"));
    }
}
