// Parts of JSON documents and arrays, as the standard's compiler shows them, and their paths.

#include "retort/sql/sql.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace retort::sql;

const TableRef t("t");
const ColumnRef data = t.column("data", types::JSON());
const Expression numbers = column("numbers", types::Array(types::Integer()));

std::string sql(const Expression& expression) { return Compiler().compile(expression).text; }

}  // namespace

TEST_CASE("twice the contrary of a part that is true or false is that part") {
    auto on = data["on"].as_boolean();
    CHECK(sql(!!on) == sql(on));
    CHECK(sql(!on).starts_with("NOT "));
}

TEST_CASE("a part of a document knows its type") {
    CHECK(data["k"].type().is_json());
    CHECK(data["k"].as_integer().type() == types::Integer());
    CHECK(data["k"].as_numeric(10, 2).type() == types::Numeric(10, 2));
    CHECK(data["k"][3].as_boolean().type().is_boolean());
    CHECK_THROWS_AS((void)data.as_string(), const retort::ArgumentError&);
}

TEST_CASE("items and slices of arrays") {
    CHECK(sql(numbers[1]) == "numbers[?]");
    CHECK(sql(numbers.slice(1, 3)) == "numbers[?:?]");
    CHECK(numbers[1].type().is_integer());
    CHECK(sql(numbers + array({1})) == "numbers || ARRAY[?]");
    CHECK(sql(5 == any_(numbers)) == "? = ANY (numbers)");
}
