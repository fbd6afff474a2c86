// The commands of migrations as an application has them.
#include <unistd.h>

#include <filesystem>

#include "retort/retort.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

struct MigratedThing : Model<MigratedThing> {
    static constexpr auto bind_key = "things";
    Column<int, primary_key> id;
    Column<String<20>> name;
};

/// A folder that goes with the test.
struct Folder {
    std::string path = (std::filesystem::temp_directory_path() / "retort_extension_XXXXXX").string();
    Folder() { path = ::mkdtemp(path.data()); }
    ~Folder() { std::filesystem::remove_all(path); }
};

}  // namespace

TEST_CASE("migrate.init_app adds the group db, which works on every database of the app") {
    Folder folder;
    App app{"migrated"};
    Database db;
    Migrate migrate;
    app.config["SQLALCHEMY_BINDS"] = json{{"things", "sqlite:///" + folder.path + "/things.db"}};
    db.init_app(app);
    migrate.init_app(app, db, {.directory = folder.path + "/migrations"});
    auto runner = app.test_cli_runner();
    CHECK(runner.invoke({"db", "init"}).exit_code == 0);
    auto made = runner.invoke({"db", "migrate", "-m", "first", "--rev-id", "aaaa1"});
    CHECK(made.exit_code == 0);
    std::string text;
    auto* file = std::fopen((folder.path + "/migrations/versions/aaaa1_first.cpp").c_str(), "r");
    REQUIRE(file != nullptr);
    for (int c; (c = std::fgetc(file)) != EOF;) text += static_cast<char>(c);
    std::fclose(file);
    CHECK(text.find("op.on(\"things\").create_table(\"migrated_thing\", {") != std::string::npos);
    CHECK(runner.invoke({"db", "upgrade"}).exit_code == 1);  // it was not built
    CHECK(runner.invoke({"db", "upgrade", "--sql", "--dialect", "nothing"}).exit_code == 1);
    CHECK(runner.invoke({"db", "current"}).exit_code == 0);
}
