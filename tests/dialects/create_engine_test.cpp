// URLs: how they are read, and which file they mean.
#include "retort/dialects/create_engine.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "retort/base/error.hpp"
#include "retort/engine/errors.hpp"
#include "retort/engine/result.hpp"
#include "retort/engine/url.hpp"
#include "scratch.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

std::string code_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return std::string(error.code());
    }
    return "nothing";
}

std::string opening(const std::string& url) {
    return code_of([&] { create_engine(url).connect(); });
}

}  // namespace

TEST_CASE("relative files are in the instance folder, as with Flask-SQLAlchemy 3") {
    scratch::Folder root;
    auto instance = root.path("instance");
    auto resolved = [&](std::string_view uri) { return resolve_database_uri(uri, instance); };
    CHECK(resolved("sqlite:///x.db") == "sqlite:///" + instance + "/x.db");
    CHECK(std::filesystem::is_directory(instance));
    CHECK(resolved("sqlite:///../x.db") == "sqlite:///" + instance + "/../x.db");
    CHECK(resolved("sqlite:///x y.db") == "sqlite:///" + instance + "/x y.db");
    CHECK(resolved("sqlite:///file:x.db?uri=true") == "sqlite:///file:" + instance + "/x.db?uri=true");
    CHECK(resolved("sqlite:///file::memory:?uri=true") == "sqlite:///file:" + instance + "/:memory:?uri=true");
}

TEST_CASE("what names no relative file stays as it is") {
    scratch::Folder root;
    auto instance = root.path("instance");
    for (std::string_view uri : {"sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:////var/x.db",
                                 "sqlite:///file:/var/x.db?uri=true", "mysql://u:p@h/db"}) {
        CHECK(resolve_database_uri(uri, instance) == uri);
    }
    CHECK_FALSE(std::filesystem::exists(instance));
}

TEST_CASE("what is no database URL is refused") {
    CHECK(code_of([] { create_engine("x.db"); }) == "invalid-database-url");
    CHECK(code_of([] { create_engine("://x"); }) == "invalid-database-url");
    CHECK(code_of([] { create_engine("sqlite://x.db"); }) == "invalid-sqlite-url");
    CHECK(code_of([] { resolve_database_uri("sqlite://x.db", "/tmp"); }) == "invalid-sqlite-url");
    CHECK(code_of([] { create_engine("mysql://u:p@h/db"); }) == "unknown-dialect");
    CHECK(code_of([] { create_engine("sqlite+pysqlcipher:///x.db"); }) == "unknown-dialect");
    CHECK(code_of([] { create_engine("sqlite+pysqlite://"); }) == "nothing");
    CHECK(code_of([] { create_engine(std::string_view("sqlite:///x\0.db", 15)); }) == "invalid-database-url");
    CHECK(code_of([] { create_engine("sqlite://?timeout=soon"); }) == "invalid-sqlite-url");
    try {
        create_engine("sqlit:///x.db");
        FAIL("nothing was thrown");
    } catch (const ArgumentError& error) {
        CHECK(error.hint().find("sqlite") != std::string::npos);
    }
}

TEST_CASE("a refused URL shows no password") {
    CHECK(code_of([] { engines::Url::parse("my sql://u:secret@h/db"); }) == "invalid-database-url");
    try {
        engines::Url::parse("mysql://u:secret@h:port/db");
        FAIL("nothing was thrown");
    } catch (const ArgumentError& error) {
        CHECK(std::string(error.what()).find("secret") == std::string::npos);
    }
}

TEST_CASE("URLs come apart and together") {
    auto url = engines::Url::parse("postgresql+psycopg2://scott:t%40g%2Fer@[::1]:5432/db?ssl=yes&x=a%20b");
    CHECK(url.dialect == "postgresql");
    CHECK(url.driver == "psycopg2");
    CHECK(url.username == "scott");
    CHECK(url.password == "t@g/er");
    CHECK(url.host == "::1");
    CHECK(url.port == 5432);
    CHECK(url.database == "db");
    CHECK(url.option("x") == "a b");
    CHECK(url.to_string() == "postgresql+psycopg2://scott:***@[::1]:5432/db?ssl=yes&x=a%20b");
    CHECK(engines::Url::parse(url.to_string(true)).password == "t@g/er");
    CHECK(engines::Url::parse("sqlite:////a@b/c.db").database == "/a@b/c.db");
}

TEST_CASE("what is wrong with a path is said") {
    scratch::Folder folder;
    CHECK(opening(folder.url("missing/x.db")) == "missing-folder");
    std::filesystem::create_directory(folder.path("folder.db"));
    CHECK(opening(folder.url("folder.db")) == "database-is-a-folder");
    std::ofstream(folder.path("text.db")) << std::string(5000, 'x');
    CHECK(opening(folder.url("text.db")) == "not-a-database");
    CHECK(opening("sqlite:////proc/x.db") != "nothing");
}

// Root may write everywhere, so a child that is nobody tries.
TEST_CASE("a folder and a file without the right to write are told as such") {
    namespace fs = std::filesystem;
    scratch::Folder folder;
    fs::create_directory(folder.path("closed"));
    {
        create_engine(folder.url("readable.db")).connect()->run("CREATE TABLE t (a)");
    }
    fs::permissions(folder.path("readable.db"), fs::perms::owner_read | fs::perms::others_read);
    fs::permissions(folder.path("closed"), fs::perms(0555));
    fs::permissions(folder.path("."), fs::perms(0755));
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        constexpr uid_t nobody = 65534;
        if (::geteuid() == 0 && ::setuid(nobody) != 0) ::_exit(2);
        bool told = opening(folder.url("closed/x.db")) == "unwritable-folder" &&
                    opening(folder.url("readable.db")) == "unwritable-database";
        ::_exit(told ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WEXITSTATUS(status) == 0);
    fs::permissions(folder.path("closed"), fs::perms(0755));
}

TEST_CASE("a damaged database is told as such") {
    scratch::Folder folder;
    {
        auto engine = create_engine(folder.url("x.db"));
        auto connection = engine.connect();
        connection->run("CREATE TABLE t (a)");
        for (int i = 0; i < 200; ++i) connection->run("INSERT INTO t VALUES (hex(randomblob(500)))");
        connection.reset();
        engine.dispose();
    }
    {
        std::fstream file(folder.path("x.db"), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(4096 + 10);
        file << std::string(60000, '\x7f');
    }
    auto engine = create_engine(folder.url("x.db"));
    CHECK(code_of([&] { engine.connect()->execute("SELECT sum(length(a)) FROM t"); }) == "damaged-database");
}

TEST_CASE("nothing is opened before it is used") {
    scratch::Folder folder;
    auto engine = create_engine(folder.url("x.db"));
    CHECK(folder.files() == 0);
    CHECK(engine.url() == folder.url("x.db"));
    engine.connect();
    CHECK(folder.files() > 0);
    engine.dispose();
    CHECK(folder.files() == 1);
    CHECK(engine.connect()->execute("SELECT 1").scalar_one<int>() == 1);
}
