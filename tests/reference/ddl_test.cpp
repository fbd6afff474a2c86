// DDL against what SQLAlchemy 2.0.10 wrote for SQLite, PostgreSQL and MySQL.
#include "ddl_cases.hpp"

namespace {

using namespace ddl_cases;
using retort::sql::func::now;

const std::map<std::string, Type> types = {
    {"BigInteger", BigInteger()},
    {"String", String()},
    {"Text", Text()},
    {"Text(100)", Text(100)},
    {"Boolean", Boolean()},
    {"DateTime", DateTime()},
    {"Interval", Interval()},
    {"Float", Float()},
    {"Numeric", Numeric()},
    {"Numeric(10)", Numeric(10)},
    {"LargeBinary", LargeBinary()},
    {"JSON", JSON()},
    {"PickleType", LargeBinary()},
    {"Enum('a','b',name='e')", Enum({"a", "b"}, "e")},
    {"Enum('a','b',name='e',native_enum=False,create_constraint=True)", Enum({"a", "b"}, "e", false, true)},
    {"Enum(Col)", Enum({"red", "green"}, "col")},
    {"DECIMAL(5,2)", Named("DECIMAL", 5, 2)},
    {"CLOB", Named("CLOB")},
    {"BINARY(4)", Named("BINARY", 4)},
    {"VARBINARY(4)", Named("VARBINARY", 4)},
};

Table key_of_two(std::string name) {
    Column a{.name = "a", .type = Integer(), .primary_key = true};
    Column b{.name = "b", .type = Integer(), .primary_key = true};
    return {.name = std::move(name), .columns = {a, b}};
}

Table without_autoincrement() {
    Column key = id;
    key.autoincrement = Autoincrement::no;
    return {.name = "pk_noauto", .columns = {key}};
}

Table text_key() { return {.name = "pk_str", .columns = {{.name = "id", .type = String(5), .primary_key = true}}}; }

Table named_key() {
    Table table = key_of_two("pk_constraint");
    table.primary_key.name = "pkx";
    return table;
}

Table composite_foreign_key() {
    ForeignKey key{"fkc", {"a", "b"}, "parent", {"id", "x"}};
    return {.name = "fk_comp", .columns = {integer("a"), integer("b")}, .constraints = {key}};
}

Table self_reference() {
    ForeignKey key{"", {"p"}, "fk_self", {"id"}};
    return {.name = "fk_self", .columns = {id, integer("p")}, .constraints = {key}};
}

Table uniques() {
    return {.name = "uq",
            .columns = {integer("a"), integer("b"), integer("c")},
            .constraints = {Unique{"", {"b", "c"}}, Unique{"uqn", {"a", "b"}}, Unique{"", {"a"}}}};
}

Table checks() {
    Column a = integer("a");
    a.checks = {Check{"", text("a > 0")}};
    return {.name = "ck",
            .columns = {a, integer("b")},
            .constraints = {Check{"ckn", text("b > a")}, Check{"", text("b != 3")}}};
}

Table defaults() {
    auto with = [](std::string name, Type type, retort::sql::Expression value, bool nullable = true) {
        return Column{.name = std::move(name), .type = std::move(type), .nullable = nullable, .server_default = value};
    };
    return {.name = "defaults",
            .columns = {with("a", Integer(), "5"), with("b", String(), "x'y"), with("c", DateTime(), now()),
                        with("d", Integer(), text("(1+1)")), with("e", Boolean(), retort::sql::true_()), integer("f"),
                        with("g", String(), ""), with("h", Integer(), text("0"), false),
                        with("i", DateTime(), text("CURRENT_TIMESTAMP"))}};
}

Table computed() {
    Column b = integer("b");
    b.computed = Computed{"a*2"};
    Column c = integer("c");
    c.computed = Computed{"a*3", true};
    return {.name = "computed", .columns = {integer("a"), b, c}};
}

Table partial() {
    Index index{.name = "ixp", .parts = {"a"}, .unique = true, .where = text("b > 1")};
    return {.name = "partial", .columns = {integer("a"), integer("b")}, .indexes = {index}};
}

Table named() {
    ForeignKey key{"", {"p"}, "parent", {"id"}};
    return {.name = "named",
            .columns = {id,
                        {.name = "a", .type = String()},
                        integer("b"),
                        integer("p"),
                        {.name = "ok", .type = Boolean("okb")}},
            .constraints = {Check{"pos", text("b>1")}, Unique{"", {"a"}}, key},
            .indexes = {Index{"", {"b"}}}};
}

Table autoincrement() {
    return {.name = "pk_sqlite_auto", .columns = {id}, .options = {{"sqlite_autoincrement", "true"}}};
}

constexpr recorded::Case<Table> tables[] = {
    {"pk_auto", [] { return Table{.name = "pk_auto", .columns = {id}}; }},
    {"pk_noauto", without_autoincrement},
    {"pk_str", text_key},
    {"pk_comp", [] { return key_of_two("pk_comp"); }},
    {"pk_sqlite_auto", autoincrement},
    {"pk_constraint", named_key},
    {"fk_comp", composite_foreign_key},
    {"fk_self", self_reference},
    {"uq", uniques},
    {"ck", checks},
    {"defaults", defaults},
    {"computed", computed},
    {"nopk", [] { return Table{.name = "nopk", .columns = {integer("a")}}; }},
    {"empty", [] { return Table{.name = "empty", .columns = {}}; }},
    {"partial", partial},
    {"named", named},
};

Table typed_table(const std::string& subject) {
    auto gap = subject.find(' ');
    auto type = types.find(subject.substr(gap + 1));
    REQUIRE(type != types.end());
    return {.name = subject.substr(0, gap), .columns = {{.name = "c", .type = type->second}}};
}

/// The convention that the recorded table `named` was made with.
NamingConvention recorded_convention() {
    return {.index = "ix_%(column_0_label)s",
            .unique = "uq_%(table_name)s_%(column_0_name)s",
            .check = "ck_%(table_name)s_%(constraint_name)s",
            .foreign_key = "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            .primary_key = "pk_%(table_name)s"};
}

}  // namespace

TEST_CASE("tables are written as SQLAlchemy writes them") {
    auto records = recorded::read("ddl.txt");
    CHECK(records.size() == types.size() + std::size(tables));
    for (const auto& record : records) {
        CAPTURE(record.subject);
        bool typed = record.subject.find(' ') != std::string::npos;
        auto found = recorded::find(std::span<const recorded::Case<Table>>(tables), record.subject);
        REQUIRE((typed || found));
        MetaData metadata(record.subject == "named" ? recorded_convention() : NamingConvention{});
        check_table(record, metadata.add(typed ? typed_table(record.subject) : found->make()));
    }
}
