// Tables, types and indexes that no recording shows, against what SQLAlchemy 2.0.10 writes for them.
#include "ddl_cases.hpp"
#include "retort/sql/sql.hpp"

namespace {

using namespace ddl_cases;
using retort::sql::column;
using retort::sql::function;
using retort::sql::literal_column;
namespace func = retort::sql::func;

const Column a = integer("a");
const Column b = integer("b");

Column with(Column base, void (*change)(Column&)) {
    change(base);
    return base;
}
Column key(std::string name) { return {.name = std::move(name), .type = Integer(), .primary_key = true}; }
Column counted(std::string name) {
    return with(key(std::move(name)), [](Column& one) { one.autoincrement = Autoincrement::yes; });
}
Column texts(std::string name, int length) { return {.name = std::move(name), .type = String(length)}; }
Column defaults_to(std::string name, Type type, retort::sql::Expression value, bool nullable = true) {
    return {.name = std::move(name), .type = std::move(type), .nullable = nullable, .server_default = std::move(value)};
}
Table of(std::vector<Column> columns, std::vector<Constraint> constraints = {}, std::vector<Index> indexes = {}) {
    return {.name = "t",
            .columns = std::move(columns),
            .constraints = std::move(constraints),
            .indexes = std::move(indexes)};
}
Table optioned(Options options) {
    Table table = of({id});
    table.options = std::move(options);
    return table;
}
ForeignKey to_p(std::string name = {}, std::string schema = {}) {
    return {.name = std::move(name),
            .columns = {"a"},
            .referred_table = "p",
            .referred_columns = {"id"},
            .referred_schema = std::move(schema)};
}
Column identified(Column base, Identity identity) {
    base.identity = identity;
    return base;
}

Table fk_rules() {
    ForeignKey key = to_p();
    key.on_delete = Action::cascade;
    key.on_update = Action::set_null;
    return of({a}, {key});
}
Table fk_timed(bool deferrable, std::string initially, std::string name) {
    ForeignKey key = to_p(std::move(name));
    key.deferrable = deferrable;
    key.initially = std::move(initially);
    return of({a}, {key});
}
Table fk_match() {
    ForeignKey key = to_p("z");
    key.match = "SIMPLE";
    key.on_delete = Action::restrict_;
    key.deferrable = true;
    return of({a}, {key});
}
Table in_schema(Table table) {
    table.schema = "s";
    return table;
}
Table pk_deferred() {
    Table table = of({counted("a")});
    table.primary_key = {.name = "c", .columns = {"a"}, .deferral = {true, {}}};
    return table;
}
Table on_conflict() {
    Column strict = with(b, [](Column& one) {
        one.nullable = false;
        one.options = {{"sqlite_on_conflict_not_null", "REPLACE"}};
    });
    Unique unique{.name = "", .columns = {"a"}, .options = {{"sqlite_on_conflict", "ABORT"}}};
    Check check{.name = "", .condition = text("a>1"), .options = {{"sqlite_on_conflict", "ROLLBACK"}}};
    Table table = of({key("a"), strict}, {unique, check});
    table.primary_key = {.name = "", .columns = {"a"}, .options = {{"sqlite_on_conflict", "FAIL"}}};
    return table;
}
Table commented() {
    Table table = of({id, with(integer("x"), [](Column& one) { one.comment = "it's a col"; })});
    table.comment = "it's a table";
    return table;
}
Table sequenced(bool optional) {
    Column one = key("id");
    one.sequence = Sequence{.name = "sq", .optional = optional};
    return of({one});
}
Table server_defaults() {
    return of({defaults_to("a", Integer(), "5"), defaults_to("b", String(5), "x"),
               defaults_to("c", DateTime(), func::now()), defaults_to("d", Integer(), text("1+1")),
               defaults_to("e", Boolean(), retort::sql::true_()),
               defaults_to("f", DateTime(), func::current_timestamp()),
               defaults_to("g", Boolean(), retort::sql::false_(), false),
               defaults_to("h", Integer(), literal_column("7")), defaults_to("i", Integer(), function("foo", {1}))});
}
Table timestamps() {
    Column strict{.name = "b", .type = Named("TIMESTAMP"), .nullable = false};
    return of({{.name = "a", .type = Named("TIMESTAMP")}, strict, defaults_to("d", Named("TIMESTAMP"), func::now())});
}
Table computed_not_null() {
    return of({a, {.name = "c", .type = Integer(), .nullable = false, .computed = Computed{"a*3", true}}});
}
Table reserved() {
    Table table = of({integer("select"), integer("From"), integer("user"), integer("a b")},
                     {Unique{"My Name", {"select", "a b"}}});
    table.name = "order";
    return table;
}
Index named_index(std::vector<IndexPart> parts, Options options = {}) {
    return {.name = "ix", .parts = std::move(parts), .options = std::move(options)};
}
Table index_pg() {
    Index index = named_index({"a"}, {{"postgresql_include", "b"},
                                      {"postgresql_concurrently", "true"},
                                      {"postgresql_with", "fillfactor = 50"},
                                      {"postgresql_tablespace", "ts"}});
    index.where_on = {{"postgresql", text("b > 1")}};
    return of({texts("a", 5), b}, {}, {index});
}
Table index_where() {
    Index index = named_index({"a"});
    index.where_on.emplace("postgresql", column("b") > 1);
    index.where_on.emplace("sqlite", column("b") > 1 && column("a") == "x");
    return of({texts("a", 5), b}, {}, {index});
}
Table check_columns() {
    Column first = with(a, [](Column& one) { one.checks = {Check{"n", text("a > 5")}}; });
    Column second = defaults_to("b", Integer(), "1", false);
    second.checks = {Check{"", text("b>0")}};
    return of({first, second});
}
Table check_expression() { return of({a, texts("b", 5)}, {Check{"", column("a") > 5 && column("b").in_({"x", "y"})}}); }
Table long_index() {
    Table table = of({a}, {}, {Index{"", {"a"}}});
    table.name = std::string(70, 't');
    return table;
}
Table indexes() {
    Index unique{.name = "", .parts = {"c"}, .unique = true};
    return of({a, b, integer("c")}, {Unique{"", {"a"}}}, {Index{"", {"b"}}, unique});
}

constexpr recorded::Case<Table> tables[] = {
    {"auto_comp", [] { return of({counted("id"), key("b")}); }},
    {"auto_second", [] { return of({key("a"), counted("b")}); }},
    {"small_pk", [] { return of({{.name = "id", .type = SmallInteger(), .primary_key = true}}); }},
    {"big_pk", [] { return of({{.name = "id", .type = BigInteger(), .primary_key = true}}); }},
    {"identity", [] { return of({identified(id, {})}); }},
    {"identity_all",
     [] {
         Counting all{.start = 5, .increment = 2, .min_value = 1, .max_value = 100, .cache = 10, .cycle = true};
         return of({identified(id, {true, all})});
     }},
    {"identity_beside", [] { return of({id, identified(integer("x"), {true, {}})}); }},
    {"sequence", [] { return sequenced(false); }},
    {"sequence_optional", [] { return sequenced(true); }},
    {"fk_rules", fk_rules},
    {"fk_deferred", [] { return fk_timed(true, "DEFERRED", ""); }},
    {"fk_immediate", [] { return fk_timed(false, "IMMEDIATE", "fkx"); }},
    {"fk_match", fk_match},
    {"fk_schema", [] { return of({a}, {to_p("", "s")}); }},
    {"fk_same_schema", [] { return in_schema(of({a}, {to_p("", "s")})); }},
    {"fk_pk", [] { return of({key("a")}, {to_p()}); }},
    {"uq_deferred", [] { return of({a}, {Unique{"u", {"a"}, {true, "DEFERRED"}}}); }},
    {"ck_deferred", [] { return of({a}, {Check{.name = "c", .condition = text("a>1"), .deferral = {true, {}}}}); }},
    {"pk_deferred", pk_deferred},
    {"indexes", indexes},
    {"on_conflict", on_conflict},
    {"without_rowid", [] { return optioned({{"sqlite_with_rowid", "false"}}); }},
    {"sqlite_auto_fk",
     [] {
         Table table = of({id, integer("x")}, {ForeignKey{"", {"x"}, "t", {"id"}}});
         table.options = {{"sqlite_autoincrement", "true"}};
         return table;
     }},
    {"temporary",
     [] {
         Table table = of({id});
         table.prefixes = {"TEMPORARY"};
         return table;
     }},
    {"schema", [] { return in_schema(of({id, integer("x")}, {}, {Index{"", {"x"}}})); }},
    {"comments", commented},
    {"mysql_options", [] { return optioned({{"mysql_engine", "InnoDB"}}); }},
    {"pg_options",
     [] {
         return optioned({{"postgresql_tablespace", "ts"},
                          {"postgresql_inherits", "base"},
                          {"postgresql_partition_by", "RANGE (id)"},
                          {"postgresql_on_commit", "PRESERVE ROWS"}});
     }},
    {"collations",
     [] { return of({{.name = "a", .type = String(5, "NOCASE")}, {.name = "b", .type = Text(-1, "de_DE")}}); }},
    {"server_defaults", server_defaults},
    {"timestamps", timestamps},
    {"computed_not_null", computed_not_null},
    {"reserved", reserved},
    {"index_text", [] { return of({texts("a", 5)}, {}, {named_index({text("lower(a)")})}); }},
    {"index_expressions",
     [] { return of({texts("a", 5), b}, {}, {named_index({func::lower(column("a")), column("b").desc()})}); }},
    {"index_sum", [] { return of({texts("a", 5), b}, {}, {named_index({column("b") + 1})}); }},
    {"index_gin",
     [] {
         return of({texts("a", 5)}, {},
                   {named_index({"a"}, {{"postgresql_using", "gin"}, {"postgresql_ops:a", "gin_trgm_ops"}})});
     }},
    {"index_pg", index_pg},
    {"index_where", index_where},
    {"index_length",
     [] {
         return of({texts("a", 5), texts("b", 9)}, {},
                   {named_index({"a", "b"}, {{"mysql_length:a", "3"}, {"mysql_length:b", "4"}})});
     }},
    {"index_fulltext",
     [] {
         return of({texts("a", 5)}, {},
                   {named_index({"a"}, {{"mysql_length", "3"},
                                        {"mysql_using", "hash"},
                                        {"mysql_prefix", "FULLTEXT"},
                                        {"mysql_with_parser", "ngram"}})});
     }},
    {"check_columns", check_columns},
    {"check_expression", check_expression},
    {"check_types",
     [] {
         return of({{.name = "c", .type = Boolean("ck")}, {.name = "d", .type = Enum({"a", "b"}, "en", true, true)}});
     }},
    {"enum_quotes", [] { return of({{.name = "c", .type = Enum({"it's", "b"}, "q q")}}); }},
    {"long_index", long_index},
    {"system", [] { return of({with(a, [](Column& one) { one.system = true; }), b}); }},
};

const std::map<std::string, Type> types = {
    {"String(50)", String(50)},
    {"Integer", Integer()},
    {"SmallInteger", SmallInteger()},
    {"Unicode(50)", Unicode(50)},
    {"UnicodeText", UnicodeText()},
    {"Date", Date()},
    {"Time", Time()},
    {"Time(timezone=True)", Time(true)},
    {"DateTime(timezone=True)", DateTime(true)},
    {"Float(53)", Float(53)},
    {"Numeric(10,2)", Numeric(10, 2)},
    {"Double", Double()},
    {"LargeBinary(100)", LargeBinary(100)},
    {"Enum('a','b',native_enum=False)", Enum({"a", "b"}, "", false)},
    {"Enum('a','b',native_enum=False,length=20)", Enum({"a", "b"}, "", false, false, 20)},
    {"Uuid", Uuid()},
    {"Uuid(native_uuid=False)", Uuid(false)},
    {"CHAR", Named("CHAR")},
    {"CHAR(5)", Named("CHAR", 5)},
    {"VARCHAR(10)", Named("VARCHAR", 10)},
    {"NCHAR(5)", Named("NCHAR", 5)},
    {"NVARCHAR(10)", Named("NVARCHAR", 10)},
    {"TEXT", Named("TEXT")},
    {"TIMESTAMP", Named("TIMESTAMP")},
    {"DATETIME", Named("DATETIME")},
    {"DATE", Named("DATE")},
    {"TIME", Named("TIME")},
    {"INTEGER", Named("INTEGER")},
    {"BIGINT", Named("BIGINT")},
    {"NUMERIC(5,2)", Named("NUMERIC", 5, 2)},
    {"DECIMAL", Named("DECIMAL")},
    {"FLOAT", Named("FLOAT")},
    {"REAL", Named("REAL")},
    {"DOUBLE", Named("DOUBLE")},
    {"BOOLEAN", Named("BOOLEAN")},
    {"BLOB", Named("BLOB")},
    {"BLOB(10)", Named("BLOB", 10)},
    {"BINARY", Named("BINARY")},
    {"ARRAY(Integer)", Array(Integer())},
    {"ARRAY(String(5))", Array(String(5))},
    {"ARRAY(Integer,dimensions=2)", Array(Integer(), 2)},
    {"postgresql.JSONB", JSONB()},
};

const Differences differences = {
    // Only "INTEGER" counts up in SQLite.
    {{"small_pk", "sqlite"}, "CREATE TABLE t (\n\tid INTEGER NOT NULL, \n\tPRIMARY KEY (id)\n)"},
    {{"big_pk", "sqlite"}, "CREATE TABLE t (\n\tid INTEGER NOT NULL, \n\tPRIMARY KEY (id)\n)"},
    // A JSONB is a JSON where there is no binary form.
    {{"type postgresql.JSONB", "sqlite"}, "CREATE TABLE t (\n\tc JSON\n)"},
    {{"type postgresql.JSONB", "mysql"}, "CREATE TABLE t (\n\tc JSON\n)"},
};

}  // namespace

TEST_CASE("tables beside the recorded ones are written as SQLAlchemy writes them") {
    auto records = recorded::read("ddl_neighbours.txt");
    CHECK(records.size() == std::size(tables) + types.size());
    for (const auto& record : records) {
        CAPTURE(record.subject);
        bool typed = record.subject.compare(0, 5, "type ") == 0;
        MetaData metadata;
        if (typed) {
            REQUIRE(types.count(record.subject.substr(5)) == 1);
            check_table(record, metadata.add(of({{.name = "c", .type = types.at(record.subject.substr(5))}})),
                        differences);
        } else {
            auto found = recorded::find(std::span<const recorded::Case<Table>>(tables), record.subject);
            REQUIRE(found);
            check_table(record, metadata.add(found->make()), differences);
        }
    }
}

TEST_CASE("an index that was made under a cut name is dropped under it") {
    std::string name(70, 'y');
    CHECK(text_of(*compilers().at("postgresql"), DropIndex{.name = name, .schema = "s"}) ==
          "DROP INDEX s." + std::string(55, 'y') + "_4e8d");
    CHECK(text_of(*compilers().at("mysql"), DropIndex{.name = name, .table = "t"}) ==
          "DROP INDEX " + std::string(56, 'y') + "_4e8d ON t");
    CHECK(text_of(*compilers().at("sqlite"), DropIndex{.name = name}) == "DROP INDEX " + name);
}

TEST_CASE("included columns are quoted as others are") {
    Index index = named_index({"a"}, {{"postgresql_include", "order, b, \"x y\""}});
    CHECK(text_of(*compilers().at("postgresql"), CreateIndex{"t", index}) ==
          "CREATE INDEX ix ON t (a) INCLUDE (\"order\", b, \"x y\")");
    index.options["postgresql_include"] = "\"a, b\", \"c \"\" , d\",e";
    CHECK(text_of(*compilers().at("postgresql"), CreateIndex{"t", index}) ==
          "CREATE INDEX ix ON t (a) INCLUDE (\"a, b\", \"c \"\" , d\", e)");
}
