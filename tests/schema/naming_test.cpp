// Names of tables after classes, and of constraints after their tables.
#include "retort/schema/naming.hpp"

#include "retort/base/error.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace retort::schemas;
using retort::sql::text;
using namespace retort::sql::types;

Table person() {
    Column age{.name = "age", .type = Integer()};
    age.checks = {Check{"", text("age > 0")}};
    return {.name = "person",
            .columns = {{.name = "id", .type = Integer(), .primary_key = true},
                        age,
                        {.name = "town_id", .type = Integer()}},
            .constraints = {Unique{"", {"age", "town_id"}}, ForeignKey{"", {"town_id"}, "town", {"id"}},
                            Check{"old", text("age < 200")}, Unique{"mine", {"age"}}},
            .indexes = {Index{"", {"age"}}, Index{"own", {"age"}}}};
}

}  // namespace

TEST_CASE("tables are named as Flask-SQLAlchemy 3.0 names them") {
    const std::pair<const char*, const char*> names[] = {
        {"User", "user"},
        {"UserAccount", "user_account"},
        {"MyHTTPServer", "my_http_server"},
        {"HTMLParser", "html_parser"},
        {"User2Name", "user2_name"},
        {"APIKey", "api_key"},
        {"ABTest", "ab_test"},
        {"ABC", "abc"},
        {"AB", "ab"},
        {"ABc", "a_bc"},
        {"foo", "foo"},
        {"IPv4Address", "i_pv4_address"},
        {"CamelCASE", "camel_case"},
        {"__Dunder", "dunder"},
        {"HTTP2Server", "http2_server"},
        {"ÜberUser", "über_user"},
        {"MyABC123", "my_abc123"},
        {"IDUser", "id_user"},
        {"Usuarios", "usuarios"},
        {"Pivot2D", "pivot2_d"},
        {"ÑandúŽluťoučký", "ñandúžluťoučký"},
        {"ПриветМир", "приветмир"},
        {"ΆλφαBeta", "άλφα_beta"},
        {"snake_Case", "snake__case"},
        {"_", ""},
        {"", ""},
    };
    for (const auto& [from, to] : names) CHECK(table_name_of(from) == std::string(to));
}

TEST_CASE("models' constraints all get names") {
    Table table = person();
    name_constraints(table, NamingConvention::for_models());
    CHECK(table.primary_key.name == "pk_person");
    CHECK(table.columns[1].checks[0].name == "ck_person_age");
    CHECK(constraint_name(table.constraints[0]) == "uq_person_age_town_id");
    CHECK(constraint_name(table.constraints[1]) == "fk_person_town_id_town");
    CHECK(constraint_name(table.constraints[2]) == "ck_person_old");
    CHECK(constraint_name(table.constraints[3]) == "mine");
    CHECK(table.indexes[0].name == "ix_person_age");
    CHECK(table.indexes[1].name == "own");
}

TEST_CASE("without a convention only indexes are named") {
    Table table = person();
    name_constraints(table, {});
    CHECK(table.primary_key.name.empty());
    CHECK(constraint_name(table.constraints[0]).empty());
    CHECK(constraint_name(table.constraints[2]) == "old");
    CHECK(table.indexes[0].name == "ix_person_age");
}

TEST_CASE("a name that cannot be made is an error") {
    Table table = person();
    table.constraints.push_back(Check{"", text("1 = 1")});
    CHECK_THROWS_WITH_AS(name_constraints(table, NamingConvention::for_models()), doctest::Contains("has no name"),
                         const retort::ArgumentError&);
    NamingConvention wrong;
    wrong.unique = "uq_%(table_nam)s";
    Table other = person();
    CHECK_THROWS_WITH_AS(name_constraints(other, wrong), doctest::Contains("did you mean \"table_name\""),
                         const retort::ArgumentError&);
}
