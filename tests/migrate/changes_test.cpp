// Single changes: found, carried out, undone, and no row lost on either way.
#include <functional>

#include "retort/migrate/operation_json.hpp"
#include "retort/migrate/words.hpp"
#include "support.hpp"
#include "tests/sanitized.hpp"

using namespace migrate_test;

namespace {

using Tables = std::vector<schemas::Table>;

schemas::Table table(std::string name, std::initializer_list<TablePart> parts) {
    Operations op;
    op.create_table(std::move(name), parts);
    return std::get<ops::CreateTable>(op.list().front().step).table;
}

struct Case {
    std::string name;
    Tables before;
    std::string rows;
    Tables after;
};

schemas::Table parent() {
    return table("p", {Column{"id", Integer(), primary_key()}, Column{"x", Integer(), nullable()}});
}

schemas::Table with(std::initializer_list<TablePart> parts) {
    auto out = table("t", {Column{"id", Integer(), primary_key()}});
    for (const auto& part : parts) part.apply(out);
    return out;
}

Column id() { return {"id", Integer(), primary_key()}; }

std::string insert_a(const std::string& value) { return "INSERT INTO t (id, a) VALUES (1, " + value + ")"; }

/// From one column `a` to another.
Case change_a(std::string name, Column before, Column after, const std::string& value) {
    return {std::move(name), {with({before})}, insert_a(value), {with({after})}};
}

std::vector<Case> column_cases() {
    std::vector<Case> out{
        {"add a column", {with({})}, "INSERT INTO t VALUES (1)", {with({Column{"a", String(5), nullable()}})}},
        {"add a NOT NULL column", {with({})}, "INSERT INTO t VALUES (1)", {with({Column{"a", String(5)}})}},
        {"add with a default",
         {with({})},
         "INSERT INTO t VALUES (1)",
         {with({Column{"a", Integer(), server_default{"5"}}})}},
        {"add with a text default",
         {with({})},
         "INSERT INTO t VALUES (1)",
         {with({Column{"a", Text(), server_default{"'it''s'"}}})}},
        {"add with CURRENT_TIMESTAMP",
         {with({})},
         "INSERT INTO t VALUES (1)",
         {with({Column{"a", DateTime(), nullable(), server_default{"CURRENT_TIMESTAMP"}}})}},
        {"add NOT NULL with CURRENT_TIMESTAMP",
         {with({})},
         "INSERT INTO t VALUES (1)",
         {with({Column{"a", DateTime(), server_default{"CURRENT_TIMESTAMP"}}})}},
        {"add with an expression",
         {with({})},
         "INSERT INTO t VALUES (1)",
         {with({Column{"a", Text(), nullable(), server_default{"(lower('A'))"}}})}},
        {"add a virtual column",
         {with({Column{"b", Integer()}})},
         "INSERT INTO t VALUES (1, 2)",
         {with({Column{"b", Integer()}, Column{"a", Integer(), nullable(), computed{"b * 2"}}})}},
        {"add a stored column",
         {with({Column{"b", Integer()}})},
         "INSERT INTO t VALUES (1, 2)",
         {with({Column{"b", Integer()}, Column{"a", Integer(), nullable(), computed{"b * 2", true}}})}},
        {"add an enum",
         {with({})},
         "INSERT INTO t VALUES (1)",
         {with({Column{"a", Enum({"x", "y"}, "e"), nullable()}})}},
        {"add a unique column",
         {with({})},
         "INSERT INTO t VALUES (1)",
         {with({Column{"a", Integer(), nullable()}, Unique{"uq_t_a", {"a"}}})}},
        {"add an indexed column",
         {with({})},
         "INSERT INTO t VALUES (1)",
         {with({Column{"a", Integer(), nullable()}, Index{.name = "ix_t_a", .parts = {"a"}}})}},
        {"add a column with a check",
         {with({})},
         "INSERT INTO t VALUES (1)",
         {with({Column{"a", Integer(), nullable()}, Check{"ck_t_a", "a > 0"}})}},
        {"add two columns",
         {with({})},
         "INSERT INTO t VALUES (1)",
         {with({Column{"a", Integer(), nullable()}, Column{"b", Text(), nullable()}})}},
        {"drop a column", {with({Column{"a", Integer(), nullable()}})}, insert_a("7"), {with({})}},
        {"drop a NOT NULL column", {with({Column{"a", Text()}})}, insert_a("'x'"), {with({})}},
        {"drop a column with a default",
         {with({Column{"a", Text(), server_default{"'d'"}}})},
         insert_a("'x'"),
         {with({})}},
        {"drop a unique column", {with({Column{"a", Text()}, Unique{"uq", {"a"}}})}, insert_a("'x'"), {with({})}},
        {"drop an indexed column",
         {with({Column{"a", Text()}, Index{.name = "ix", .parts = {"a"}}})},
         insert_a("'x'"),
         {with({})}},
        {"drop a computed column",
         {with({Column{"b", Integer()}, Column{"a", Integer(), nullable(), computed{"b + 1"}}})},
         "INSERT INTO t (id, b) VALUES (1, 2)",
         {with({Column{"b", Integer()}})}},
        {"drop and add",
         {with({Column{"a", Integer(), nullable()}})},
         insert_a("7"),
         {with({Column{"zz", JSON(), nullable()}})}},
        {"a column collates otherwise",
         {with({Column{"a", Text(), nullable()}})},
         insert_a("'x'"),
         {with({Column{"a", Text(), nullable(), collation{"NOCASE"}}})}},
        {"a column collates no more",
         {with({Column{"a", Text(), nullable(), collation{"NOCASE"}}})},
         insert_a("'x'"),
         {with({Column{"a", Text(), nullable()}})}},
        {"what computes changes",
         {with({Column{"b", Integer()}, Column{"a", Integer(), nullable(), computed{"b + 1"}}})},
         "INSERT INTO t (id, b) VALUES (1, 2)",
         {with({Column{"b", Integer()}, Column{"a", Integer(), nullable(), computed{"b + 2"}}})}},
        {"computed becomes stored",
         {with({Column{"b", Integer()}, Column{"a", Integer(), nullable(), computed{"b + 1"}}})},
         "INSERT INTO t (id, b) VALUES (1, 2)",
         {with({Column{"b", Integer()}, Column{"a", Integer(), nullable(), computed{"b + 1", true}}})}},
        {"computed becomes plain",
         {with({Column{"b", Integer()}, Column{"a", Integer(), nullable(), computed{"b + 1"}}})},
         "INSERT INTO t (id, b) VALUES (1, 2)",
         {with({Column{"b", Integer()}, Column{"a", Integer(), nullable()}})}},
        {"plain becomes computed",
         {with({Column{"b", Integer()}, Column{"a", Integer(), nullable()}})},
         "INSERT INTO t (id, b, a) VALUES (1, 2, 9)",
         {with({Column{"b", Integer()}, Column{"a", Integer(), nullable(), computed{"b + 1"}}})}},
        {"add a unique NOT NULL column",
         {with({Column{"b", Integer()}})},
         "INSERT INTO t VALUES (1, 2), (2, 2), (7, 2)",
         {with({Column{"b", Integer()}, Column{"a", Integer()}, Unique{"uq", {"a"}}})}},
        {"add a NOT NULL column with a unique index",
         {with({})},
         "INSERT INTO t VALUES (1), (2)",
         {with({Column{"a", String(20)}, Index{.name = "ix", .parts = {"a"}, .unique = true}})}},
        {"a primary key of its own",
         {table("t", {Column{"code", Text()}, PrimaryKey{"pk", {"code"}}})},
         "INSERT INTO t VALUES ('x'), ('y')",
         {table("t", {Column{"code", Text()}, Column{"id", Integer()}, PrimaryKey{"pk", {"id"}}})}},
        {"add NOT NULL with DEFAULT NULL",
         {with({})},
         "INSERT INTO t VALUES (1)",
         {with({Column{"a", Integer(), server_default{"NULL"}}})}},
        change_a("NULL to NOT NULL with DEFAULT NULL", {"a", Integer(), nullable()},
                 {"a", Integer(), server_default{"NULL"}}, "NULL"),
        {"plain with NULL becomes computed",
         {with({Column{"b", Integer()}, Column{"a", Integer(), nullable()}})},
         "INSERT INTO t (id, b, a) VALUES (1, 2, NULL), (2, 2, 9)",
         {with({Column{"b", Integer()}, Column{"a", Text(), nullable(), computed{"'x' || b"}}})}},
        change_a("NULL to NOT NULL", {"a", String(5), nullable()}, {"a", String(5)}, "'x'"),
        change_a("NULL to NOT NULL with a NULL", {"a", String(5), nullable()}, {"a", String(5)}, "NULL"),
        change_a("NULL to NOT NULL with a default", {"a", Integer(), nullable()}, {"a", Integer(), server_default{"3"}},
                 "NULL"),
        change_a("NOT NULL to NULL", {"a", String(5)}, {"a", String(5), nullable()}, "'x'"),
        change_a("a default comes", {"a", Integer(), nullable()}, {"a", Integer(), nullable(), server_default{"1"}},
                 "7"),
        change_a("a default goes", {"a", Integer(), nullable(), server_default{"1"}}, {"a", Integer(), nullable()},
                 "7"),
        change_a("a default changes", {"a", Integer(), nullable(), server_default{"1"}},
                 {"a", Integer(), nullable(), server_default{"2"}}, "7"),
        change_a("an enum grows", {"a", Enum({"x", "y"}, "e"), nullable()},
                 {"a", Enum({"x", "y", "z"}, "e"), nullable()}, "'x'"),
        change_a("an enum gets a longer word", {"a", Enum({"x", "y"}, "e"), nullable()},
                 {"a", Enum({"x", "y", "longer"}, "e"), nullable()}, "'x'"),
        change_a("an enum loses a word", {"a", Enum({"x", "yy"}, "e"), nullable()}, {"a", Enum({"x"}, "e"), nullable()},
                 "'yy'"),
    };
    return out;
}

std::vector<Case> type_cases() {
    struct Sample {
        const char* name;
        sql::Type type;
        std::vector<std::string> values;
    };
    const std::vector<Sample> samples{
        {"SmallInteger", SmallInteger(), {"7", "0", "-1"}},
        {"Integer", Integer(), {"7", "0", "1"}},
        {"BigInteger", BigInteger(), {"9007199254740993", "1"}},
        {"Float", Float(), {"1.5", "2.0"}},
        {"Numeric", Numeric(10, 2), {"1.5", "12"}},
        {"String", String(20), {"'x'", "'7'", "'007'", "'1.50'", "'2024-01-02'"}},
        {"Text", Text(), {"'a longer text than twenty characters'", "''", "'1'"}},
        {"Boolean", Boolean(), {"1", "0"}},
        {"Date", Date(), {"'2024-01-02'"}},
        {"DateTime", DateTime(), {"'2024-01-02 03:04:05.000006'"}},
        {"LargeBinary", LargeBinary(), {"x'00ff'", "x'41'"}},
        {"JSON", JSON(), {"'{\"a\":1}'", "'5'"}},
    };
    std::vector<Case> out;
    for (const auto& from : samples) {
        std::string rows;
        int id = 0;
        for (const auto& value : from.values) {
            rows += "INSERT INTO t (id, a) VALUES (" + std::to_string(++id) + ", " + value + ");";
        }
        rows += "INSERT INTO t (id, a) VALUES (100, NULL)";
        for (const auto& to : samples) {
            if (from.name == to.name) continue;
            out.push_back({std::string(from.name) + " becomes " + to.name,
                           {with({Column{"a", from.type, nullable()}})},
                           rows,
                           {with({Column{"a", to.type, nullable()}})}});
        }
    }
    out.push_back(change_a("String gets a length", {"a", String(), nullable()}, {"a", String(9), nullable()}, "'x'"));
    out.push_back(
        change_a("String loses its length", {"a", String(9), nullable()}, {"a", String(), nullable()}, "'x'"));
    out.push_back(
        change_a("String gets shorter", {"a", String(9), nullable()}, {"a", String(2), nullable()}, "'too long'"));
    out.push_back(
        change_a("Numeric gets wider", {"a", Numeric(10, 2), nullable()}, {"a", Numeric(12, 4), nullable()}, "1.5"));
    out.push_back(change_a("text in an integer that must be", {"a", String(5)}, {"a", Integer()}, "'x'"));
    return out;
}

std::vector<Case> constraint_cases() {
    const Column a{"a", Integer(), nullable()};
    const Column b{"b", Integer(), nullable()};
    const Column p_id{"p_id", Integer(), nullable()};
    const std::string two = "INSERT INTO t (id, a, b) VALUES (1, 7, 8), (2, 9, NULL)";
    const std::string child = "INSERT INTO p VALUES (1, 5); INSERT INTO t (id, p_id) VALUES (1, 1)";
    auto key = [](const char* name, Action action = Action::unspecified) {
        return ForeignKey{
            .name = name, .columns = {"p_id"}, .referred_table = "p", .referred_columns = {"id"}, .on_delete = action};
    };
    auto deferred = key("fk");
    deferred.deferrable = true;
    deferred.initially = "DEFERRED";
    auto updating = key("fk");
    updating.on_update = Action::cascade;
    return {
        {"add a unique constraint", {with({a, b})}, two, {with({a, b, Unique{"uq", {"a"}}})}},
        {"add an unnamed unique constraint", {with({a, b})}, two, {with({a, b, Unique{"", {"a"}}})}},
        {"add a wide unique constraint", {with({a, b})}, two, {with({a, b, Unique{"uq", {"a", "b"}}})}},
        {"drop a unique constraint", {with({a, b, Unique{"uq", {"a"}}})}, two, {with({a, b})}},
        {"drop an unnamed unique constraint", {with({a, b, Unique{"", {"a"}}})}, two, {with({a, b})}},
        {"a unique constraint gets other columns",
         {with({a, b, Unique{"uq", {"a"}}})},
         two,
         {with({a, b, Unique{"uq", {"a", "b"}}})}},
        {"a unique constraint turns round",
         {with({a, b, Unique{"uq", {"a", "b"}}})},
         two,
         {with({a, b, Unique{"uq", {"b", "a"}}})}},
        {"a unique constraint is renamed",
         {with({a, b, Unique{"uq1", {"a"}}})},
         two,
         {with({a, b, Unique{"uq2", {"a"}}})}},
        {"add a check", {with({a, b})}, two, {with({a, b, Check{"ck", "a > 0"}})}},
        {"add an unnamed check", {with({a, b})}, two, {with({a, b, Check{"", "a > 0"}})}},
        {"drop a check", {with({a, b, Check{"ck", "a > 0"}})}, two, {with({a, b})}},
        {"drop an unnamed check", {with({a, b, Check{"", "a > 0"}})}, two, {with({a, b})}},
        {"a check changes", {with({a, b, Check{"ck", "a > 0"}})}, two, {with({a, b, Check{"ck", "a > 1"}})}},
        {"an unnamed check changes", {with({a, b, Check{"", "a > 0"}})}, two, {with({a, b, Check{"", "a > 1"}})}},
        {"a check survives",
         {with({a, Column{"b", String(5), nullable()}, Check{"ck", "a > 0"}})},
         "INSERT INTO t (id, a, b) VALUES (1, 7, 'x')",
         {with({a, Column{"b", String(9), nullable()}, Check{"ck", "a > 0"}})}},
        {"add a foreign key", {parent(), with({p_id})}, child, {parent(), with({p_id, key("fk")})}},
        {"add an unnamed foreign key", {parent(), with({p_id})}, child, {parent(), with({p_id, key("")})}},
        {"add a foreign key to a new table",
         {with({Column{"q_id", Integer(), nullable()}})},
         "INSERT INTO t (id, q_id) VALUES (1, 7), (2, NULL)",
         {with({Column{"q_id", Integer(), nullable()},
                ForeignKey{.name = "fk", .columns = {"q_id"}, .referred_table = "q", .referred_columns = {"id"}}}),
          table("q", {id()})}},
        {"drop a foreign key", {parent(), with({p_id, key("fk")})}, child, {parent(), with({p_id})}},
        {"drop an unnamed foreign key", {parent(), with({p_id, key("")})}, child, {parent(), with({p_id})}},
        {"a foreign key cascades",
         {parent(), with({p_id, key("fk")})},
         child,
         {parent(), with({p_id, key("fk", Action::cascade)})}},
        {"an unnamed foreign key cascades",
         {parent(), with({p_id, key("")})},
         child,
         {parent(), with({p_id, key("", Action::cascade)})}},
        {"a foreign key cascades no more",
         {parent(), with({p_id, key("fk", Action::cascade)})},
         child,
         {parent(), with({p_id, key("fk")})}},
        {"a foreign key sets NULL",
         {parent(), with({p_id, key("fk")})},
         child,
         {parent(), with({p_id, key("fk", Action::set_null)})}},
        {"a foreign key follows updates",
         {parent(), with({p_id, key("fk")})},
         child,
         {parent(), with({p_id, updating})}},
        {"a foreign key is deferred", {parent(), with({p_id, key("fk")})}, child, {parent(), with({p_id, deferred})}},
        {"a foreign key is renamed", {parent(), with({p_id, key("fk1")})}, child, {parent(), with({p_id, key("fk2")})}},
        {"add a column with a foreign key",
         {parent(), with({})},
         "INSERT INTO t VALUES (1)",
         {parent(), with({p_id, key("fk")})}},
        {"add a column with an unnamed foreign key",
         {parent(), with({})},
         "INSERT INTO t VALUES (1)",
         {parent(), with({p_id, key("")})}},
        {"drop a column with a foreign key", {parent(), with({p_id, key("fk")})}, child, {parent(), with({})}},
        {"drop a column with an unnamed foreign key", {parent(), with({p_id, key("")})}, child, {parent(), with({})}},
        {"the parent changes under ON DELETE CASCADE",
         {parent(), with({p_id, key("fk", Action::cascade)})},
         child,
         {table("p", {id(), Column{"x", Text(), nullable()}}), with({p_id, key("fk", Action::cascade)})}},
        {"a table that refers to itself",
         {with({Column{"up", Integer(), nullable()}, Column{"a", String(5), nullable()},
                ForeignKey{.name = "fk",
                           .columns = {"up"},
                           .referred_table = "t",
                           .referred_columns = {"id"},
                           .on_delete = Action::cascade}})},
         "INSERT INTO t VALUES (1, 1, 'x'), (2, 1, 'y')",
         {with({Column{"up", Integer(), nullable()}, Column{"a", String(9), nullable()},
                ForeignKey{.name = "fk",
                           .columns = {"up"},
                           .referred_table = "t",
                           .referred_columns = {"id"},
                           .on_delete = Action::cascade}})}},
        {"no change: a name for the primary key",
         {table("t", {id(), Column{"a", Integer(), nullable()}})},
         "INSERT INTO t VALUES (1, 2)",
         {table("t", {id(), Column{"a", Integer(), nullable()}, PrimaryKey{"pk_t", {"id"}}})}},
        {"the primary key gets wider",
         {table("t", {Column{"x", Integer()}, Column{"y", Integer()}, PrimaryKey{"pk", {"x"}}})},
         "INSERT INTO t VALUES (1, 2), (2, 2)",
         {table("t", {Column{"x", Integer()}, Column{"y", Integer()}, PrimaryKey{"pk", {"x", "y"}}})}},
        {"the primary key turns round",
         {table("t", {Column{"x", Integer()}, Column{"y", Integer()}, PrimaryKey{"pk", {"x", "y"}}})},
         "INSERT INTO t VALUES (1, 2), (2, 2)",
         {table("t", {Column{"x", Integer()}, Column{"y", Integer()}, PrimaryKey{"pk", {"y", "x"}}})}},
        {"another column is the primary key",
         {table("t", {Column{"x", Integer()}, Column{"y", Text(), nullable()}, PrimaryKey{"pk", {"x"}}})},
         "INSERT INTO t VALUES (1, 'a'), (2, 'b')",
         {table("t", {Column{"x", Integer()}, Column{"y", Text()}, PrimaryKey{"pk", {"y"}}})}},
        {"a primary key comes",
         {table("t", {Column{"x", Integer()}, Column{"y", Text()}})},
         "INSERT INTO t VALUES (1, 'a')",
         {table("t", {Column{"x", Integer()}, Column{"y", Text()}, PrimaryKey{"pk", {"x"}}})}},
        {"a primary key goes",
         {table("t", {Column{"x", Integer()}, Column{"y", Text()}, PrimaryKey{"pk", {"x"}}})},
         "INSERT INTO t VALUES (1, 'a')",
         {table("t", {Column{"x", Integer()}, Column{"y", Text()}})}},
        {"a column of the primary key goes",
         {table("t", {Column{"x", Integer()}, Column{"y", Text()}, PrimaryKey{"pk", {"x", "y"}}})},
         "INSERT INTO t VALUES (1, 'a'), (2, 'b')",
         {table("t", {Column{"x", Integer()}, PrimaryKey{"pk", {"x"}}})}},
    };
}

std::vector<Case> index_cases() {
    const Column a{"a", Text(), nullable()};
    const Column b{"b", Text(), nullable()};
    const std::string rows = "INSERT INTO t (id, a, b) VALUES (1, 'x', 'y'), (2, 'z', NULL)";
    auto case_of = [&](const char* name, std::vector<Index> before, std::vector<Index> after) {
        auto make = [&](const std::vector<Index>& indexes) {
            auto out = with({a, b});
            out.indexes = indexes;
            return out;
        };
        return Case{name, {make(before)}, rows, {make(after)}};
    };
    const Index ix{.name = "ix", .parts = {"a"}};
    return {
        case_of("add an index", {}, {ix}),
        case_of("drop an index", {ix}, {}),
        case_of("rename an index", {ix}, {{.name = "ix2", .parts = {"a"}}}),
        case_of("an index becomes unique", {ix}, {{.name = "ix", .parts = {"a"}, .unique = true}}),
        case_of("an index is unique no more", {{.name = "ix", .parts = {"a"}, .unique = true}}, {ix}),
        case_of("an index gets wider", {ix}, {{.name = "ix", .parts = {"a", "b"}}}),
        case_of("an index turns round", {{.name = "ix", .parts = {"a", "b"}}}, {{.name = "ix", .parts = {"b", "a"}}}),
        case_of("add an index of an expression", {}, {{.name = "ix", .parts = {sql_part("lower(a)")}}}),
        case_of("drop an index of an expression", {{.name = "ix", .parts = {sql_part("lower(a)")}}}, {}),
        case_of("an index's expression changes", {{.name = "ix", .parts = {sql_part("lower(a)")}}},
                {{.name = "ix", .parts = {sql_part("upper(a)")}}}),
        case_of("add a partial index", {}, {{.name = "ix", .parts = {"a"}, .where = sql_condition("b IS NOT NULL")}}),
        case_of("an index becomes partial", {ix},
                {{.name = "ix", .parts = {"a"}, .where = sql_condition("b IS NOT NULL")}}),
        case_of("an index's condition changes", {{.name = "ix", .parts = {"a"}, .where = sql_condition("b > 'a'")}},
                {{.name = "ix", .parts = {"a"}, .where = sql_condition("b > 'b'")}}),
        case_of("an index sorts downwards", {ix}, {{.name = "ix", .parts = {sql::desc(sql::column("a"))}}}),
        case_of("two indexes change places", {ix, {.name = "iy", .parts = {"b"}}},
                {{.name = "ix", .parts = {"b"}}, {.name = "iy", .parts = {"a"}}}),
    };
}

std::vector<Case> table_cases() {
    auto t = table("t", {id(), Column{"a", String(5), nullable()}});
    auto rows = insert_a("'x'");
    auto optioned = [&](const char* name, const char* value) {
        auto out = t;
        out.options[name] = value;
        return out;
    };
    auto full = table(
        "t", {id(), Column{"a", String(5), nullable()}, Column{"b", Integer()}, Column{"p_id", Integer(), nullable()},
              ForeignKey{.name = "fk", .columns = {"p_id"}, .referred_table = "p", .referred_columns = {"id"}},
              Unique{"uq", {"b"}}, Check{"ck", "b > 0"}, Index{.name = "ix", .parts = {"a"}}});
    auto strict = table("t", {id(), Column{"a", Text(), nullable()}, option{"sqlite_strict", "true"}});
    auto reserved = [](int length) {
        return table("t",
                     {id(), Column{"order", String(length), nullable()}, Column{"group by", Integer(), nullable()}});
    };
    return {
        {"no change", {parent(), t}, rows, {parent(), t}},
        {"add a table", {parent()}, "INSERT INTO p VALUES (1, 2)", {parent(), t}},
        {"add a table with everything", {parent()}, "INSERT INTO p VALUES (1, 2)", {parent(), full}},
        {"drop a table", {parent(), t}, rows, {parent()}},
        {"drop a table with everything",
         {parent(), full},
         "INSERT INTO p VALUES (1, 2); INSERT INTO t VALUES (1, 'x', 5, 1)",
         {parent()}},
        {"drop both tables", {parent(), full}, "INSERT INTO p VALUES (1, 2); INSERT INTO t VALUES (1, 'x', 5, 1)", {}},
        {"another table by another name",
         {parent(), t},
         rows,
         {parent(), table("t2", {id(), Column{"a", String(5), nullable()}})}},
        {"tables that refer to each other",
         {},
         "",
         {table("x",
                {id(), Column{"y_id", Integer(), nullable()},
                 ForeignKey{.name = "fx", .columns = {"y_id"}, .referred_table = "y", .referred_columns = {"id"}}}),
          table("y",
                {id(), Column{"x_id", Integer(), nullable()},
                 ForeignKey{.name = "fy", .columns = {"x_id"}, .referred_table = "x", .referred_columns = {"id"}}})}},
        {"rows are counted strictly", {t}, rows, {optioned("sqlite_autoincrement", "true")}},
        {"rows are counted strictly no more", {optioned("sqlite_autoincrement", "true")}, rows, {t}},
        {"a table becomes strict", {table("t", {id(), Column{"a", Text(), nullable()}})}, rows, {strict}},
        {"a table is strict no more", {strict}, rows, {table("t", {id(), Column{"a", Text(), nullable()}})}},
        {"a table loses its rowid", {t}, rows, {optioned("sqlite_with_rowid", "false")}},
        {"a table gets a rowid", {optioned("sqlite_with_rowid", "false")}, rows, {t}},
        {"reserved words", {reserved(5)}, "INSERT INTO t VALUES (1, 'x', 7)", {reserved(9)}},
        {"a table without a key",
         {table("t", {Column{"a", Integer(), nullable()}, Column{"b", Text(), nullable()}})},
         "INSERT INTO t VALUES (1, 'x'), (1, 'x')",
         {table("t", {Column{"a", Text(), nullable()}})}},
        {"many things at once",
         {parent(), full},
         "INSERT INTO p VALUES (1, 2); INSERT INTO t VALUES (1, 'x', 5, 1), (2, NULL, 6, 1)",
         {table("p", {id(), Column{"x", Text()}, Column{"y", Integer(), server_default{"4"}}}),
          table("t", {id(), Column{"a", Text()}, Column{"b", Integer(), nullable()}, Column{"c", Boolean()},
                      Unique{"uq", {"a", "b"}}, Index{.name = "ix", .parts = {"b"}}}),
          table("u",
                {id(), Column{"t_id", Integer(), nullable()},
                 ForeignKey{.name = "fu", .columns = {"t_id"}, .referred_table = "t", .referred_columns = {"id"}}})}},
    };
}

std::vector<Case> all_cases() {
    std::vector<Case> out;
    for (const auto& list : {column_cases(), type_cases(), constraint_cases(), index_cases(), table_cases()}) {
        out.insert(out.end(), list.begin(), list.end());
    }
    return out;
}

std::vector<Operation> creating(const Tables& tables) {
    std::vector<Operation> out;
    for (const auto& table : tables) out.push_back({ops::CreateTable{table}});
    return out;
}

}  // namespace

TEST_CASE("each change converges, and is undone without losing a row") {
    auto cases = all_cases();
    CHECK(cases.size() >= 239);
    // Under a sanitizer every fourth.
    for (std::size_t place = 0; place < cases.size(); place += sanitized::here ? 4 : 1) {
        const auto& one = cases[place];
        CAPTURE(one.name);
        TestDatabase database;
        auto first = script("a1", {}, creating(one.before), {});
        Migrator(database.engine, RevisionGraph({first})).upgrade();
        if (!one.rows.empty()) database.run(one.rows);
        auto was = contents(database);
        auto was_schema = schema_text(database);

        SchemaState state;
        for (const auto& table : one.before) state.put(table);
        CompareOptions options{.described = &state};
        options.count = [&](const schemas::Table& table, const std::string& condition) {
            try {
                return database.count("SELECT count(*) FROM " + database.compiler().quoted(table.name) + " WHERE " +
                                      condition);
            } catch (const std::exception&) {
                return std::int64_t{0};  // of a table that is going to be made
            }
        };
        std::vector<const schemas::Table*> wanted;
        for (const auto& table : one.after) wanted.push_back(&table);
        auto changes = compare_schemas(database.tables(), wanted, database.compiler(), options);
        CHECK(one.name.starts_with("no change") == changes.operations.empty());
        auto back = reversed(changes.operations, state, database.compiler());
        REQUIRE(back.has_value());
        RevisionGraph graph({first, script("b2", {"a1"}, changes.operations, *back)});
        // What a database keeps of it says the same.
        CHECK(hash_of(operations_of(to_json(changes.operations))) == hash_of(changes.operations));

        try {
            Migrator(database.engine, graph).upgrade();
            CHECK(told(database.tables(), one.after, database.compiler()) == "");
            auto migrator = Migrator(database.engine, graph);
            auto again_state = migrator.state_at({"b2"});
            CompareOptions again{.described = &again_state};
            CHECK(compare_schemas(database.tables(), wanted, database.compiler(), again).operations.empty());
            Migrator(database.engine, graph).downgrade();
            CHECK(told(database.tables(), one.before, database.compiler()) == "");
            CHECK(contents(database) == was);
            Migrator(database.engine, graph).upgrade();
            CHECK(told(database.tables(), one.after, database.compiler()) == "");
        } catch (const std::exception& error) {
            FAIL_CHECK(std::string(error.what()));
        }
        (void)was_schema;
    }
}
