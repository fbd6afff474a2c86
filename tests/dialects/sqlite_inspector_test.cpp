// The inspector against statements as people write them: all quotes, comments, keywords as names, constraints anywhere.

#include "retort/dialects/create_engine.hpp"
#include "retort/dialects/sqlite/create_statement.hpp"
#include "retort/dialects/sqlite/ddl.hpp"
#include "retort/engine/errors.hpp"
#include "retort/engine/inspector.hpp"
#include "retort/engine/result.hpp"
#include "retort/schema/compare.hpp"
#include "retort/sql/expression.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using namespace retort::engines;
using namespace retort::schemas;
namespace types = retort::sql::types;

namespace {

/// A database in memory after these statements, and its inspector.
struct Place {
    explicit Place(std::initializer_list<std::string_view> statements) {
        for (auto statement : statements) connection->run(statement);
    }
    Engine engine = create_engine("sqlite://");
    std::unique_ptr<Connection> connection = engine.connect();
    std::unique_ptr<Inspector> inspector = inspect(*connection);
};

std::string text(const sql::Expression& expression) {
    return expression.is_empty() ? std::string() : dialects::sqlite::sqlite_ddl().expression(expression);
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("columns: types, NULL, defaults, collations, computed values") {
    Place place{R"(CREATE TABLE t (
        id INTEGER PRIMARY KEY,
        a VARCHAR( 80 ) NOT NULL DEFAULT 'it''s, (so)',
        b numeric(10,2) DEFAULT -1.5 COLLATE nocase,
        c DATETIME DEFAULT CURRENT_TIMESTAMP,
        d DATETIME DEFAULT (datetime('now', 'localtime')),
        e TEXT DEFAULT word,
        f DEFAULT "two words",
        g "my type"(3, 4) NULL,
        h INTEGER GENERATED ALWAYS AS (id * (2 + 1)) STORED,
        i AS (coalesce(a, ',') || ')'),
        j UNSIGNED BIG INT DEFAULT TRUE,
        k BLOB DEFAULT x'00FF',
        l DOUBLE PRECISION DEFAULT 1e-3
    ))"};
    auto columns = place.inspector->get_columns("t");
    REQUIRE(columns.size() == 13);
    CHECK(columns[0].primary_key);
    CHECK_FALSE(columns[0].nullable);
    CHECK(columns[1].type == types::String(80));
    CHECK_FALSE(columns[1].nullable);
    CHECK(text(columns[1].server_default) == "'it''s, (so)'");
    CHECK(columns[2].type == types::Numeric(10, 2));
    CHECK(text(columns[2].server_default) == "-1.5");
    CHECK(columns[2].collation == "nocase");
    CHECK(text(columns[3].server_default) == "CURRENT_TIMESTAMP");
    CHECK(text(columns[4].server_default) == "datetime('now', 'localtime')");
    CHECK(text(columns[5].server_default) == "'word'");
    CHECK(text(columns[6].server_default) == "'two words'");
    CHECK(columns[6].type == types::Named(""));
    CHECK(columns[7].type == types::Named("\"MY TYPE\"", 3, 4));
    CHECK(columns[7].nullable);
    CHECK(columns[8].computed == Computed{"id * (2 + 1)", true});
    CHECK(columns[8].type == types::Integer());
    CHECK(columns[9].computed == Computed{"coalesce(a, ',') || ')'", false});
    CHECK(columns[10].type == types::Named("UNSIGNED BIG INT"));
    CHECK(text(columns[10].server_default) == "TRUE");
    CHECK(text(columns[11].server_default) == "x'00FF'");
    CHECK(columns[12].type == types::Double());
}

TEST_CASE("constraints keep their names, wherever and however they are written") {
    Place place{"CREATE TABLE p (x INTEGER PRIMARY KEY, y TEXT, CONSTRAINT \"p y\" UNIQUE (y))",
                R"(CREATE /* made by hand */ TABLE [my "table"] (
        "Id" INTEGER CONSTRAINT `pk of it` PRIMARY KEY ON CONFLICT ABORT AUTOINCREMENT, -- the key, (really)
        a TEXT CONSTRAINT one CHECK (a <> ')' /* no ) */ ) CONSTRAINT two UNIQUE ON CONFLICT REPLACE
            CONSTRAINT [ref p] REFERENCES p ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
        "check" INT CHECK ("check" > 0 AND "check" IN (1, 2)) NOT NULL ON CONFLICT IGNORE,
        "a ""b""" TEXT
        , CONSTRAINT 'ck' CHECK (length(a) > 1 -- as long
            )
        CONSTRAINT "u q" UNIQUE (a, "a ""b""") ON CONFLICT FAIL
        UNIQUE ("check" COLLATE nocase DESC)
        FOREIGN KEY (A, [a "b"]) REFERENCES P (X, `Y`) MATCH full ON UPDATE CASCADE ON DELETE NO ACTION NOT DEFERRABLE
    ))"};
    auto table = place.inspector->get_table("my \"table\"");
    CHECK(table.primary_key.name == "pk of it");
    CHECK(table.primary_key.columns == Names{"Id"});
    CHECK(table.has_option("sqlite_autoincrement"));
    CHECK(table.primary_key.options.at("sqlite_on_conflict") == "ABORT");
    auto uniques = place.inspector->get_unique_constraints("my \"table\"");
    REQUIRE(uniques.size() == 3);
    CHECK(uniques[0] == Unique{"two", {"a"}, {}, {{"sqlite_on_conflict", "REPLACE"}}});
    CHECK(uniques[1] == Unique{"u q", {"a", "a \"b\""}, {}, {{"sqlite_on_conflict", "FAIL"}}});
    CHECK(uniques[2] == Unique{"", {"check"}, {}, {{"sqlite_parts", "\"check\" COLLATE nocase DESC"}}});
    auto keys = place.inspector->get_foreign_keys("my \"table\"");
    REQUIRE(keys.size() == 2);
    CHECK(keys[0] == ForeignKey{.name = "ref p",
                                .columns = {"a"},
                                .referred_table = "p",
                                .referred_columns = {"x"},
                                .on_delete = Action::set_null,
                                .deferrable = true,
                                .initially = "DEFERRED"});
    CHECK(keys[1] == ForeignKey{.name = "",
                                .columns = {"a", "a \"b\""},
                                .referred_table = "p",
                                .referred_columns = {"x", "y"},
                                .on_delete = Action::no_action,
                                .on_update = Action::cascade,
                                .deferrable = false,
                                .match = "FULL"});
    auto checks = place.inspector->get_check_constraints("my \"table\"");
    REQUIRE(checks.size() == 3);
    CHECK(checks[0].name == "one");
    CHECK(text(checks[0].condition) == "a <> ')'");
    CHECK(checks[1].name.empty());
    CHECK(text(checks[1].condition) == "\"check\" > 0 AND \"check\" IN (1, 2)");
    CHECK(checks[2].name == "ck");
    CHECK(text(checks[2].condition) == "length(a) > 1");
    CHECK(table.column("check").options.at("sqlite_on_conflict_not_null") == "IGNORE");
    CHECK(place.inspector->get_unique_constraints("p")[0].name == "p y");
}

TEST_CASE("self-references, missing targets, and keys of several columns") {
    Place place{
        "CREATE TABLE tree (a INT, b INT, pa INT, pb INT, gone REFERENCES nowhere, "
        "PRIMARY KEY (b, a), FOREIGN KEY (pb, pa) REFERENCES TREE)"};
    auto keys = place.inspector->get_foreign_keys("tree");
    REQUIRE(keys.size() == 2);
    CHECK(keys[0].columns == Names{"gone"});
    CHECK(keys[0].referred_columns.empty());
    CHECK(keys[1].referred_table == "tree");
    CHECK(keys[1].referred_columns == Names{"b", "a"});
    CHECK(place.inspector->get_pk_constraint("Tree").columns == Names{"b", "a"});
    // SQLite lets such a key hold NULL; that is kept when the table is made anew.
    CHECK(place.inspector->get_columns("tree")[0].nullable);
    auto made = dialects::sqlite::sqlite_ddl().compile(CreateTable{place.inspector->get_table("tree")});
    CHECK(made.find("\ta INTEGER, ") != std::string::npos);
    CHECK(made.find("FOREIGN KEY(gone) REFERENCES nowhere") != std::string::npos);
}

TEST_CASE("which key SQLite numbers") {
    Place place{"CREATE TABLE a (id INTEGER PRIMARY KEY)",
                "CREATE TABLE b (id INT PRIMARY KEY)",
                "CREATE TABLE c (id BIGINT, PRIMARY KEY (id))",
                "CREATE TABLE d (id INTEGER PRIMARY KEY) WITHOUT ROWID",
                "CREATE TABLE e (id INTEGER, PRIMARY KEY (id AUTOINCREMENT)) STRICT",
                "CREATE TABLE f (id INTEGER PRIMARY KEY DESC)"};
    auto counted = [&](const char* name) { return place.inspector->get_table(name).autoincrement_column() != nullptr; };
    CHECK(counted("a"));
    CHECK_FALSE(counted("b"));
    CHECK_FALSE(counted("c"));
    CHECK_FALSE(counted("d"));
    CHECK(counted("e"));
    CHECK_FALSE(counted("f"));
    CHECK(place.inspector->get_columns("b")[0].type == types::Named("INT"));
    CHECK(place.inspector->get_table_options("d") == Options{{"sqlite_with_rowid", "false"}});
    CHECK(place.inspector->get_table_options("e") ==
          Options{{"sqlite_autoincrement", "true"}, {"sqlite_strict", "true"}});
    CHECK_FALSE(place.inspector->get_columns("d")[0].nullable);
    CHECK(place.inspector->get_columns("b")[0].nullable);
}

TEST_CASE("indexes: expressions, order, conditions") {
    Place place{"CREATE TABLE t (a TEXT, b TEXT, \"c d\" TEXT)",
                "CREATE UNIQUE INDEX one ON t (a, b DESC, \"c d\" ASC) WHERE a <> ') where b' AND b IS NOT NULL",
                "CREATE INDEX IF NOT EXISTS main.[two 2] ON [t] (lower(a) COLLATE nocase, substr(b, 1, 2) DESC, A)"};
    auto indexes = place.inspector->get_indexes("t");
    REQUIRE(indexes.size() == 2);
    CHECK(indexes[0].name == "one");
    CHECK(indexes[0].unique);
    REQUIRE(indexes[0].parts.size() == 3);
    CHECK(indexes[0].parts[0].column == "a");
    CHECK(text(indexes[0].parts[1].expression) == "b DESC");
    CHECK(indexes[0].parts[2].column == "c d");
    CHECK(text(indexes[0].where) == "a <> ') where b' AND b IS NOT NULL");
    CHECK(indexes[1].name == "two 2");
    CHECK_FALSE(indexes[1].unique);
    REQUIRE(indexes[1].parts.size() == 3);
    CHECK(text(indexes[1].parts[0].expression) == "lower(a) COLLATE nocase");
    CHECK(text(indexes[1].parts[1].expression) == "substr(b, 1, 2) DESC");
    CHECK(indexes[1].parts[2].column == "a");
    CHECK(place.inspector->has_index("t", "two 2"));
    CHECK_FALSE(place.inspector->has_index("t", "two"));
    CHECK_FALSE(place.inspector->has_index("u", "two"));
}

TEST_CASE("views, triggers, virtual tables and what is hidden") {
    Place place{"CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(20))",
                "CREATE TABLE _retort_kept_t_name (a)",
                "CREATE VIEW v AS SELECT id, name FROM t -- all",
                "CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END",
                "CREATE TRIGGER vr INSTEAD OF INSERT ON v BEGIN SELECT 1; END",
                "CREATE VIRTUAL TABLE words USING fts5(title, body)"};
    CHECK(place.inspector->get_table_names() == Names{"t", "words"});
    CHECK(place.inspector->get_view_names() == Names{"v"});
    CHECK(place.inspector->get_view_definition("v") == "CREATE VIEW v AS SELECT id, name FROM t -- all");
    CHECK_FALSE(place.inspector->get_view_definition("t").has_value());
    auto view = place.inspector->get_table("v");
    CHECK(view.view);
    REQUIRE(view.columns.size() == 2);
    CHECK(view.columns[1].type == types::String(20));
    CHECK(place.inspector->get_triggers("T") ==
          std::vector<Trigger>{{"tr", "t", "CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END"}});
    CHECK(place.inspector->get_triggers("v").size() == 1);
    auto words = place.inspector->get_table("words");
    REQUIRE(words.columns.size() == 2);
    CHECK(dialects::sqlite::sqlite_ddl().compile(CreateTable{words}) ==
          "CREATE VIRTUAL TABLE words USING fts5(title, body)");
}

TEST_CASE("attached databases are schemas, and each is looked at by itself") {
    Place place{"ATTACH ':memory:' AS \"second db\"",
                "CREATE TABLE t (a)",
                "CREATE TEMP TABLE only_here (a)",
                "CREATE TABLE \"second db\".t (b REFERENCES u)",
                "CREATE TABLE \"second db\".u (k PRIMARY KEY)",
                "CREATE INDEX \"second db\".ix ON t (b)"};
    CHECK(place.inspector->get_schema_names() == Names{"main", "second db"});
    CHECK(place.inspector->has_schema("second db"));
    CHECK(place.inspector->get_table_names() == Names{"t"});
    CHECK(place.inspector->get_table_names("temp") == Names{"only_here"});
    CHECK(place.inspector->get_table_names("second db") == Names{"t", "u"});
    CHECK(place.inspector->get_columns("t", "second db")[0].name == "b");
    CHECK(place.inspector->get_foreign_keys("t", "second db")[0].referred_schema == "second db");
    CHECK(place.inspector->get_foreign_keys("t", "second db")[0].referred_columns == Names{"k"});
    CHECK(place.inspector->has_index("t", "ix", "second db"));
    CHECK_FALSE(place.inspector->has_table("u"));
    CHECK(place.inspector->has_table("U", "second db"));
}

TEST_CASE("what was altered is seen, within a transaction too") {
    Place place{"CREATE TABLE t (a INTEGER)"};
    CHECK(place.inspector->get_columns("t").size() == 1);
    place.connection->begin();
    place.connection->run("ALTER TABLE t ADD COLUMN \"b c\" TEXT DEFAULT 'x' CONSTRAINT k CHECK (\"b c\" <> '')");
    place.connection->run("ALTER TABLE t RENAME TO \"t 2\"");
    place.connection->run("ALTER TABLE \"t 2\" RENAME a TO aa");
    auto table = place.inspector->get_table("t 2");
    CHECK(table.columns[0].name == "aa");
    CHECK(table.columns[1].checks[0].name == "k");
    place.connection->rollback();
    CHECK(place.inspector->get_table_names() == Names{"t"});
    CHECK(place.inspector->get_columns("t").size() == 1);
}

TEST_CASE("a table that is not there is an error with the nearest name, or nothing") {
    Place place{"CREATE TABLE users (a)"};
    CHECK_FALSE(place.inspector->find_table("user").has_value());
    CHECK_THROWS_WITH_AS(place.inspector->get_columns("user"), doctest::Contains("did you mean \"users\"?"),
                         const NoSuchTableError&);
}

TEST_CASE("tables after those they refer to") {
    Place place{"CREATE TABLE a (x REFERENCES b)", "CREATE TABLE b (x REFERENCES c)", "CREATE TABLE c (x)",
                "CREATE TABLE d (x)"};
    CHECK(place.inspector->get_sorted_table_names() == Names{"c", "d", "b", "a"});
}

TEST_CASE("an inspector of an engine keeps its own connection") {
    auto engine = create_engine("sqlite://");
    engine.connect()->run("CREATE TABLE t (a)");
    CHECK(inspect(engine)->get_table_names() == Names{"t"});
}

TEST_CASE("a statement that nobody can read is refused, not guessed") {
    CHECK_THROWS_AS(dialects::sqlite::read_create_table("CREATE TABLE t (a, b"), const InternalError&);
    CHECK_THROWS_AS(dialects::sqlite::read_create_table("CREATE TABLE t (a DEFAULT 'x)"), const InternalError&);
    CHECK_THROWS_AS(dialects::sqlite::read_create_table("CREATE TABLE t (a) WITH THIS"), const InternalError&);
    CHECK_THROWS_AS(dialects::sqlite::read_create_table(""), const InternalError&);
}
