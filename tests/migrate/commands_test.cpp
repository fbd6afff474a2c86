// The commands, in sessions: effects and exit codes as recorded of Flask-Migrate, and ours.
#include <filesystem>
#include <fstream>

#include "program.hpp"
#include "retort/engine/errors.hpp"

using namespace migrate_test;
namespace fs = std::filesystem;

TEST_CASE("a session as recorded: from nothing to branches and back") {
    Program program;
    user_model(program, false);
    bookmark_model(program);
    CHECK(program.code("migrate") == 1);
    CHECK(program.errors("migrate").find("Path doesn't exist") != std::string::npos);
    for (const auto* line : {"upgrade", "downgrade", "stamp", "current", "history", "heads", "branches", "show",
                             "check", "edit", "merge heads"}) {
        CHECK(program.code(line) == 1);
        CHECK(program.errors(line).find("Path doesn't exist") != std::string::npos);
    }
    CHECK(program.code("frobnicate") == 2);
    CHECK(program.code("init") == 0);
    CHECK(program.code("init") == 1);
    CHECK(fs::exists(program.database.folder.path() + "/migrations/versions"));
    CHECK(program.code("list-templates") == 0);

    CHECK(program.code("migrate -m 'users y bookmarks: creación!' --rev-id aaaaaaaaaaa1") == 0);
    CHECK(program.versions() == "aaaaaaaaaaa1_users_y_bookmarks_creación.cpp\n");
    CHECK(program.code("migrate") == 1);  // target not up to date
    CHECK(program.errors("migrate").find("Target database is not up to date") != std::string::npos);
    CHECK(program.errors("migrate").find("not built yet") != std::string::npos);
    CHECK(program.code("upgrade") == 1);  // not built
    program.build();
    CHECK(program.code("check") == 1);
    auto sql = program.output("upgrade --sql");
    CHECK(sql.find("CREATE TABLE alembic_version") == 0);
    CHECK(sql.find("-- Running upgrade  -> aaaaaaaaaaa1") != std::string::npos);
    CHECK(sql.find("INSERT INTO alembic_version (version_num) VALUES ('aaaaaaaaaaa1');") != std::string::npos);
    CHECK(program.heads().empty());
    CHECK(program.code("upgrade") == 0);
    CHECK(program.heads() == Names{"aaaaaaaaaaa1"});
    CHECK(program.output("current") == "aaaaaaaaaaa1 (head)\n");
    auto verbose = program.output("current -v");
    CHECK(verbose.find("Current revision(s) for sqlite:///") == 0);
    CHECK(verbose.find("Rev: aaaaaaaaaaa1 (head)\nParent: <base>\nPath: /") != std::string::npos);
    CHECK(program.output("check") == "No new upgrade operations detected.\n");
    program.database.run(
        "INSERT INTO user (username, email) VALUES ('reindert', 'r@ex.com'), ('b', 'b@ex.com'); "
        "INSERT INTO bookmark (url, user_id) VALUES ('http://a', 1)");

    user_model(program, true);
    CHECK(program.code("check") == 1);
    CHECK(program.code("migrate -m 'add bio' --rev-id aaaaaaaaaaa2") == 0);
    program.build();
    CHECK(program.code("upgrade") == 0);
    CHECK(program.database.count("SELECT count(*) FROM user") == 2);
    CHECK(program.code("migrate -m none") == 0);
    CHECK(program.heads() == Names{"aaaaaaaaaaa2"});
    CHECK(program.output("history") ==
          "aaaaaaaaaaa1 -> aaaaaaaaaaa2 (head), add bio\n<base> -> aaaaaaaaaaa1, users y bookmarks: creación!\n");
    CHECK(program.output("history -r :current -i").find("aaaaaaaaaaa2 (head) (current), add bio") != std::string::npos);
    CHECK(program.output("history -r aaaaaaaaaaa2:") == "aaaaaaaaaaa1 -> aaaaaaaaaaa2 (head), add bio\n");
    CHECK(program.code("history -r nonsense") == 1);
    CHECK(program.output("show aaaaaaaaaaa2").find("Rev: aaaaaaaaaaa2 (head)\nParent: aaaaaaaaaaa1\n") == 0);
    CHECK(program.output("upgrade --sql aaaaaaaaaaa1:aaaaaaaaaaa2") ==
          "-- Running upgrade aaaaaaaaaaa1 -> aaaaaaaaaaa2\n\nALTER TABLE user ADD COLUMN bio TEXT;\n\n"
          "UPDATE alembic_version SET version_num='aaaaaaaaaaa2' WHERE alembic_version.version_num = "
          "'aaaaaaaaaaa1';\n\n");
    CHECK(program.output("downgrade --sql").find("-- Running downgrade aaaaaaaaaaa2 -> aaaaaaaaaaa1") == 0);
    CHECK(program.code("upgrade aaaaaaaaaaa1:aaaaaaaaaaa2") == 1);

    CHECK(program.code("downgrade nosuch") == 1);
    CHECK(program.code("stamp nosuch") == 1);
    CHECK(program.code("downgrade base") == 0);
    CHECK(program.heads().empty());
    CHECK(program.code("upgrade +1") == 0);
    CHECK(program.heads() == Names{"aaaaaaaaaaa1"});
    CHECK(program.code("upgrade head") == 0);
    // What the downgrade took was kept.
    CHECK(program.database.text("SELECT group_concat(username) FROM (SELECT username FROM user ORDER BY id)") ==
          "reindert,b");

    CHECK(program.code("revision -m 'branch one' --rev-id bbbbbbbbbbb1") == 0);
    CHECK(program.code("revision -m 'branch two' --rev-id bbbbbbbbbbb2 --head aaaaaaaaaaa2") == 1);
    CHECK(program.code(
              "revision -m 'branch two' --rev-id bbbbbbbbbbb2 --head aaaaaaaaaaa2 --splice --branch-label two") == 0);
    program.build();
    CHECK(program.output("heads") == "bbbbbbbbbbb1 (head)\nbbbbbbbbbbb2 (two) (head)\n");
    CHECK(program.output("branches").find("aaaaaaaaaaa2 (branchpoint)\n             -> bbbbbbbbbbb1 (head)\n") == 0);
    CHECK(program.output("branches -v").find(" -> bbbbbbbbbbb2 (two) (head), branch two\n") != std::string::npos);
    CHECK(program.code("migrate") == 1);
    CHECK(program.code("upgrade") == 1);  // several heads
    CHECK(program.errors("upgrade").find("Multiple head revisions are present") != std::string::npos);
    CHECK(program.code("upgrade heads") == 0);
    CHECK(program.heads() == Names{"bbbbbbbbbbb1", "bbbbbbbbbbb2"});
    CHECK(program.code("merge -m 'merge them' --rev-id bbbbbbbbbbb3 heads") == 0);
    program.build();
    CHECK(program.code("upgrade") == 0);
    CHECK(program.heads() == Names{"bbbbbbbbbbb3"});
    CHECK(program.code("downgrade two@-1") == 1);
    CHECK(program.errors("downgrade two@-1").find("Ambiguous walk") != std::string::npos);
    CHECK(program.code("merge") == 1);
    CHECK(program.code("stamp aaaaaaaaaaa2") == 0);
    CHECK(program.heads() == Names{"aaaaaaaaaaa2"});
    CHECK(
        program.output("stamp --sql head").find("INSERT INTO alembic_version (version_num) VALUES ('bbbbbbbbbbb3');") !=
        std::string::npos);
    program.database.run("UPDATE alembic_version SET version_num = 'deadbeef0000'");
    for (const char* line : {"migrate", "upgrade", "current", "check", "downgrade", "stamp head"}) {
        CAPTURE(line);
        CHECK(program.code(line) == 1);
        CHECK(program.errors(line).find("Can't locate revision identified by 'deadbeef0000'") != std::string::npos);
    }
    CHECK(program.code("stamp --purge head") == 0);
    CHECK(program.heads() == Names{"bbbbbbbbbbb3"});
    CHECK(program.code("migrate -d " + program.database.folder.path() + "/mig2") == 1);
    CHECK(program.code("init -d " + program.database.folder.path() + "/mig2 --multidb") == 0);
}

TEST_CASE("merge asks only where the branches meet") {
    Program program;
    CHECK(program.code("init") == 0);
    auto adds = [](const char* table, const char* column) {
        return std::vector<Operation>{{ops::AddColumn{table, Column{column, Text(), nullable()}}}};
    };
    program.built.push_back(script("aaaa1", {}, {{ops::Execute{{{"", "SELECT 1"}}}}}, {}));
    program.built.push_back(script("bbbb1", {"aaaa1"}, adds("user", "a"), {}));
    auto other = [&](std::vector<Operation> steps) {
        program.built.push_back(script("bbbb2", {"aaaa1"}, std::move(steps), {}));
    };
    SUBCASE("different tables") {
        other(adds("post", "b"));
        program.answer = false;
        CHECK(program.code("merge") == 0);
        CHECK(program.questions.empty());
        CHECK(program.written[0].down_revisions == Names{"bbbb1", "bbbb2"});
        CHECK(program.written[0].notes.empty());
        CHECK(program.written[0].message == "merge bbbb1 and bbbb2");
    }
    SUBCASE("one table, and the answer is no") {
        other(adds("user", "b"));
        program.answer = false;
        CHECK(program.code("merge heads") == 1);
        CHECK(program.last.errors.find("Nothing was merged") != std::string::npos);
        CHECK(program.questions.size() == 1);
        CHECK(program.versions().empty());
    }
    SUBCASE("one table, and the answer is yes") {
        other(adds("user", "b"));
        program.answer = true;
        CHECK(program.code("merge bbbb1 bbbb2 -m both --rev-id cccc1") == 0);
        CHECK(program.written[0].notes[0].find("Both sides change table user") != std::string::npos);
        CHECK(program.versions() == "cccc1_both.cpp\n");
    }
    SUBCASE("one table under its new name, and nobody to ask") {
        other({{ops::RenameTable{"person", "user"}}});
        CHECK(program.code("merge") == 0);
        CHECK(program.written[0].notes[0].find("Both sides change table user") != std::string::npos);
    }
    SUBCASE("a foreign key to a table that the other side renames") {
        other({{ops::RenameTable{"person", "human"}}});
        const ForeignKey key{.columns = {"a"}, .referred_table = "person", .referred_columns = {"id"}};
        program.built.push_back(script("bbbb3", {"bbbb1"}, {{ops::AddConstraint{"user", key}}}, {}));
        CHECK(program.code("merge") == 0);
        REQUIRE(program.written[0].notes.size() == 1);
        CHECK(program.written[0].notes[0].find("bbbb3 refers to table person, which side bbbb2 drops or renames") !=
              std::string::npos);
    }
    SUBCASE("SQL may change any table") {
        other({{ops::Execute{{{"", "UPDATE user SET a = 1"}}}}});
        program.answer = false;
        CHECK(program.code("merge") == 1);
    }
}

TEST_CASE("renames are asked about, marked in the model, and never guessed") {
    Program program;
    user_model(program, false);
    CHECK(program.code("init") == 0);
    CHECK(program.code("migrate --rev-id aaaa1") == 0);
    program.build();
    CHECK(program.code("upgrade") == 0);
    program.database.run("INSERT INTO user (username) VALUES ('ada')");
    auto renamed = [&](const char* mark) {
        Column login{"login", String(80)};
        if (mark != nullptr) login.options["renamed_from"] = mark;
        program.model("user", {Column{"id", Integer(), primary_key()}, login, Column{"email", String(120), nullable()},
                               Unique{"", {"login"}}});
    };
    renamed(nullptr);
    program.answer = false;
    CHECK(program.code("migrate --rev-id aaaa2") == 0);
    CHECK(program.questions.back() == "Was column user.username renamed to login?");
    bool drops = false;
    for (const auto& one : program.written.back().upgrade)
        drops = drops || describe(one) == "drop column user.username";
    CHECK(drops);
    fs::remove_all(program.database.folder.path() + "/migrations/versions");
    fs::create_directory(program.database.folder.path() + "/migrations/versions");
    program.written.clear();
    SUBCASE("asked") { program.answer = true; }
    SUBCASE("marked") { renamed("username"); }
    CHECK(program.code("migrate --rev-id aaaa2") == 0);
    CHECK(describe(program.written.back().upgrade.front()) == "rename column user.username to login");
    program.build();
    CHECK(program.code("upgrade") == 0);
    CHECK(program.database.text("SELECT login FROM user") == "ada");
    CHECK(program.code("check") == 0);
    CHECK(program.code("downgrade") == 0);
    CHECK(program.database.text("SELECT username FROM user") == "ada");
}

TEST_CASE("dropping nearly everything is refused, and models that are there too") {
    Program program;
    user_model(program, false);
    bookmark_model(program);
    CHECK(program.code("init") == 0);
    CHECK(program.code("migrate --rev-id aaaa1") == 0);
    program.build();
    CHECK(program.code("upgrade") == 0);
    program.no_models();
    CHECK(program.errors("migrate").find("the program knows no models") != std::string::npos);
    CHECK(program.code("migrate --rev-id aaaa2 --allow-loss") == 0);
}

TEST_CASE("a database that create_all made is recognised") {
    Program program;
    user_model(program, false);
    schemas::Table user = program.models.table("user");
    program.database.run(program.database.compiler().compile(schemas::CreateTable{user}));
    CHECK(program.code("init") == 0);
    CHECK(program.code("migrate") == 0);
    CHECK(program.written.empty());
    SUBCASE("by a baseline") {
        CHECK(program.code("migrate --baseline --rev-id aaaa1 -m first") == 0);
        CHECK(program.heads() == Names{"aaaa1"});
    }
    SUBCASE("by an upgrade") {
        program.built.push_back(script("aaaa1", {}, {{ops::CreateTable{user}}}, {}));
        CHECK(program.code("upgrade") == 1);
        CHECK(program.errors("upgrade").find("db stamp aaaa1") != std::string::npos);
        CHECK(program.code("stamp aaaa1") == 0);
    }
    program.build();
    CHECK(program.code("check") == 0);
}

TEST_CASE("lost revisions are written again, lines of them squashed") {
    Program program;
    user_model(program, false);
    CHECK(program.code("init") == 0);
    CHECK(program.code("migrate --rev-id aaaa1 -m one") == 0);
    program.build();
    CHECK(program.code("upgrade") == 0);
    user_model(program, true);
    CHECK(program.code("migrate --rev-id aaaa2 -m two") == 0);
    program.build();
    CHECK(program.code("upgrade") == 0);
    auto lost = program.built.back();
    program.built.pop_back();
    fs::remove(program.database.folder.path() + "/migrations/versions/aaaa2_two.cpp");
    CHECK(program.code("current") == 1);
    CHECK(program.code("repair") == 0);
    CHECK(program.versions() == "aaaa1_one.cpp\naaaa2_two.cpp\n");
    CHECK(read_file(program.database.folder.path() + "/migrations/versions/aaaa2_two.cpp")
              ->find("op.add_column(\"user\", Column{\"bio\", Text(), nullable()});") != std::string::npos);
    program.built.push_back(lost);
    CHECK(program.code("squash aaaa1:aaaa2 -m 'both of them'") == 0);
    CHECK(program.versions() == "aaaa2_both_of_them.cpp\n");
    CHECK(program.code("squash nonsense") == 1);
}

TEST_CASE("squash takes the whole history, with its labels and what it depends on") {
    Program program;
    CHECK(program.code("init") == 0);
    CHECK(program.code("revision --rev-id bbbb1 -m side --branch-label side") == 0);
    program.build();
    CHECK(program.code("revision --rev-id bbbb2 --head side@head") == 0);
    program.build();
    auto main = [&](const char* line) {
        CHECK(program.code(line) == 0);
        program.build();
    };
    user_model(program, false);
    program.written.push_back({.id = "aaaa1", .message = "one"});
    program.written.back().upgrade = {{ops::CreateTable{*program.models.tables().front()}}};
    program.written.back().downgrade = {{ops::DropTable{"user"}}};
    program.build();
    main("revision --rev-id aaaa2 --head aaaa1 --branch-label main --depends-on bbbb1");
    main("revision --rev-id aaaa3 --head main@head --depends-on bbbb1");
    CHECK(program.errors("squash base:heads").find("means several") != std::string::npos);
    CHECK(program.errors("squash head:base").find("Multiple head") != std::string::npos);
    CHECK(program.errors("squash main@head:base").find("ends before") != std::string::npos);
    CHECK(program.errors("squash bbbb1:main@head").find("not one line") != std::string::npos);
    CHECK(program.errors("squash :side@head").find("aaaa2 depends on bbbb1 in the middle") != std::string::npos);
    CHECK(program.code("squash base:main@head -m all") == 0);
    auto file = *read_file(program.database.folder.path() + "/migrations/versions/aaaa3_all.cpp");
    for (const char* word : {"Revises: <base>", "\"main\"", "\"bbbb1\"", "create_table(\"user\"", "drop_table"}) {
        CAPTURE(word);
        CAPTURE(file);
        CHECK(file.find(word) != std::string::npos);
    }
    CHECK(program.versions() == "aaaa3_all.cpp\nbbbb1_side.cpp\nbbbb2_.cpp\n");
}

TEST_CASE("what cannot be meant is refused, and names are resolved before they are written") {
    Program program;
    CHECK(program.code("init") == 0);
    for (const char* line : {"edit", "edit base", "edit current"}) {
        CHECK(program.code(line) == 1);
        CHECK(program.last.errors.find("There is no file of a revision") != std::string::npos);
    }
    CHECK(program.code("revision --rev-id aaaa1111 --branch-label one") == 0);
    program.build();
    CHECK(program.code("revision --rev-id bbbb1111 --head base --depends-on aaaa1") == 0);
    CHECK(program.written.back().depends_on == Names{"aaaa1111"});
    program.build();
    CHECK(program.code("revision --rev-id cccc1111 --head bbbb1111 --depends-on one") == 0);
    CHECK(program.written.back().depends_on == Names{"one"});
    CHECK(program.code("revision --head bbbb1111 --depends-on base") == 1);
    CHECK(program.code("stamp --sql aaaa1111") == 0);
    CHECK(program.code("stamp --sql --purge aaaa1111") == 1);
    CHECK(program.last.errors.find("--purge") != std::string::npos);
}

TEST_CASE("current names the branches too that others depend on") {
    Program program;
    CHECK(program.code("init") == 0);
    for (const char* line : {"revision --rev-id aaaa1", "revision --rev-id bbbb1 --head base",
                             "revision --rev-id aaaa2 --head aaaa1 --depends-on bbbb1"}) {
        CHECK(program.code(line) == 0);
        program.build();
    }
    CHECK(program.code("upgrade aaaa2") == 0);
    CHECK(program.heads() == Names{"aaaa2"});
    CHECK(program.output("current") == "aaaa2 (head)\nbbbb1 (effective head)\n");
}

TEST_CASE("a lost file in the middle of the history is written again") {
    Program program;
    user_model(program, false);
    CHECK(program.code("init") == 0);
    CHECK(program.code("migrate --rev-id aaaa1 -m one") == 0);
    CHECK(program.code("revision --rev-id aaaa2 -m two") == 0);
    program.build();
    CHECK(program.code("upgrade") == 0);
    auto folder = program.database.folder.path() + "/migrations/versions/";
    auto lost = program.built.front();
    std::erase_if(program.built, [](auto& one) { return one.id == "aaaa1"; });
    fs::remove(folder + "aaaa1_one.cpp");
    CHECK(program.errors("history").find("Revision aaaa2 follows revision aaaa1, which is not there") !=
          std::string::npos);
    CHECK(program.output("repair").find("aaaa1_one.cpp") != std::string::npos);
    CHECK(program.versions() == "aaaa1_one.cpp\naaaa2_two.cpp\n");
    CHECK(program.code("history") == 0);
    CHECK(program.output("repair").find("Nothing to repair") != std::string::npos);
    // A copy under another name is told with both files.
    fs::copy_file(folder + "aaaa1_one.cpp", folder + "copy.cpp");
    program.run("history");
    CHECK(program.last.errors.find("aaaa1_one.cpp and " + folder + "copy.cpp") != std::string::npos);
}

TEST_CASE("backup, damage, restore; prune asks") {
    Program program;
    user_model(program, true);
    CHECK(program.code("init") == 0);
    CHECK(program.code("migrate --rev-id aaaa1") == 0);
    program.build();
    CHECK(program.code("upgrade") == 0);
    program.database.run("INSERT INTO user (username, bio) VALUES ('ada', 'countess')");
    auto copy = program.database.folder.path() + "/copy.db";
    CHECK(program.code("backup " + copy) == 0);
    CHECK(program.code("backup " + copy) == 1);  // never over another
    CHECK(fs::exists(copy + ".migrations/versions"));
    program.database.run("DELETE FROM user");
    CHECK(program.code("restore " + copy) == 1);
    CHECK(program.code("restore --yes " + copy) == 0);
    CHECK(program.database.text("SELECT username FROM user") == "ada");
    std::ofstream(program.database.folder.path() + "/bad.db") << "this is no database, however long it may be";
    CHECK(program.code("restore --yes " + program.database.folder.path() + "/bad.db") == 1);
    CHECK(program.database.text("SELECT username FROM user") == "ada");
    auto aside = create_engine("sqlite:///" + program.database.folder.path() + "/test.db.before-restore.bak");
    CHECK(aside.connect()->execute("SELECT count(*) FROM user").scalar_one<std::int64_t>() == 0);
    std::ofstream(program.database.folder.path() + "/empty.db").close();
    CHECK(program.errors("restore --yes " + program.database.folder.path() + "/empty.db").find("is empty") !=
          std::string::npos);
    CHECK(program.code("restore --yes " + program.database.folder.path() + "/test.db") == 1);
    CHECK(program.database.text("SELECT username FROM user") == "ada");

    user_model(program, false);
    CHECK(program.code("migrate --rev-id aaaa2") == 0);
    program.build();
    CHECK(program.output("plan").find("drop column user.bio\n    LOSES DATA") != std::string::npos);
    CHECK(program.code("upgrade --no-keep") == 1);
    CHECK(program.code("upgrade") == 0);
    CHECK(program.code("lint") == 0);
    CHECK(program.output("prune").find("revision aaaa2 took the values of user.bio") == 0);
    CHECK(program.code("prune") == 1);
    CHECK(program.code("downgrade") == 0);
    CHECK(program.database.text("SELECT bio FROM user") == "countess");
    CHECK(program.code("upgrade") == 0);
    CHECK(program.code("prune --yes") == 0);
    CHECK(program.code("diff sqlite:///" + copy) == 1);
    CHECK(program.code("diff sqlite:///" + copy + " sqlite:///" + copy) == 0);
}

TEST_CASE("restore does not wait for ever, and looks at all files first; backup writes files only") {
    Program program;
    TestDatabase second;
    program.environment().databases = [&] {
        return std::vector<Place>{{"", program.database.engine, &program.models}, {"two", second.engine, nullptr}};
    };
    program.database.run("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    second.run("CREATE TABLE u (a)");
    auto copy = program.database.folder.path() + "/copy.db";
    CHECK(program.code("backup " + copy) == 0);
    program.database.run("INSERT INTO t VALUES (2)");
    fs::remove(copy + ".two");
    CHECK(program.code("restore --yes " + copy) == 1);
    CHECK(program.database.count("SELECT count(*) FROM t") == 2);
    for (const char* name : {":memory:", "file:x.db"}) {
        CAPTURE(name);
        CHECK_THROWS_AS(second.engine.dialect().back_up(*second.engine.connect(), name),
                        const retort::OperationalError&);
    }
    CHECK_THROWS_AS(second.engine.dialect().back_up(*second.engine.connect(), ""), const retort::OperationalError&);

    auto impatient = create_engine("sqlite:///" + program.database.folder.path() + "/test.db",
                                   {.busy_timeout = std::chrono::milliseconds(50)});
    program.environment().databases = [&] { return std::vector<Place>{{"", impatient, &program.models}}; };
    auto holder = create_engine("sqlite:///" + program.database.folder.path() + "/test.db");
    auto lock = holder.connect();
    lock->begin();
    lock->run("INSERT INTO t VALUES (3)");
    CHECK(program.errors("restore --yes " + copy).find("locked") != std::string::npos);
    lock->rollback();
    CHECK(program.code("restore --yes " + copy) == 0);
    CHECK(program.database.count("SELECT count(*) FROM t") == 1);
    CHECK(program.code("restore --yes " + program.database.folder.path() + "/test.db.before-restore.bak") == 0);
    CHECK(program.database.count("SELECT count(*) FROM t") == 2);
    impatient.dispose();
    holder.dispose();
}

TEST_CASE("a mark of the template in a message stays text, and a variable clashes with no name") {
    Program program;
    CHECK(program.code("init") == 0);
    CHECK(program.code("revision --rev-id aaaa1 -m 'a ${upgrade} ${message} b'") == 0);
    auto file = program.database.folder.path() + "/migrations/versions/aaaa1_a_upgrade_message_b.cpp";
    CHECK(read_file(file)->find("// a ${upgrade} ${message} b\n") == 0);
    CHECK(read_file(file)->find(".message = \"a ${upgrade} ${message} b\"") != std::string::npos);
    CHECK(program.code("revision --rev-id aaaa2 -m Column") == 0);
    CHECK(read_file(program.database.folder.path() + "/migrations/versions/aaaa2_column.cpp")
              ->find("static Revision revision_column{") != std::string::npos);
}

TEST_CASE("a message becomes a safe name and a safe literal") {
    CHECK(slug_of("Descripción del \"cambio\"") == "descripción_del_cambio");
    CHECK(slug_of("../../etc/passwd; rm -rf /") == "etc_passwd_rm_rf");
    CHECK(slug_of("日本 語") == "日本_語");
    CHECK(slug_of("") == "");
    CHECK(slug_of("a message that is rather longer than forty characters are") ==
          "a_message_that_is_rather_longer_than_");
    Program program;
    CHECK(program.code("init") == 0);
    CHECK(program.code("revision --rev-id aaaa1 -m 'a \" quote \\ and a ?? mark'") == 0);
    CHECK(program.code("heads") == 0);
    CHECK(program.output("show aaaa1").find("a \" quote \\ and a ?? mark") != std::string::npos);
    CHECK(program.code("revision --rev-id a@b") == 1);
}
