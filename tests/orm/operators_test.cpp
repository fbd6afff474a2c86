// Bits, CASE by value, functions in FROM, lists in text and nesting CTEs, run and as text.

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct Switch : Model<Switch> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int> bits;
    Column<json> data;
};

struct Switches : TestDatabase {
    Switches() {
        create<Switch>();
        session.add_all({Switch{.name = "a", .bits = 5, .data = json{1, 2, 3}},
                         Switch{.name = "b", .bits = 6, .data = json{4, 0}},
                         Switch{.name = "c", .bits = 0, .data = json::array()}});
        session.commit();
        statements.clear();
    }
    template <class Query>
    auto values(const Query& query) {
        return session.scalars(query).all();
    }
    Session session{engine};
};

}  // namespace

TEST_CASE_FIXTURE(Switches, "operators: bits") {
    auto names = [&](const Condition& condition) {
        std::string all;
        for (const auto& one : session.scalars(select<Switch>().where(condition).order_by(Switch::c.id))) {
            all += one->name;
        }
        return all;
    };
    CHECK(names(Switch::c.bits.bitwise_and(4) != 0) == "ab");
    CHECK(names(Switch::c.bits.bitwise_or(1) == 7) == "b");
    CHECK(names(Switch::c.bits.bitwise_and(4).bitwise_rshift(2) == 1) == "ab");
    CHECK(names(Switch::c.bits.op("&", 1) == 1) == "a");
    CHECK(names(Switch::c.bits.bool_op("&", 2)) == "b");
    CHECK(values(select(Switch::c.bits.bitwise_lshift(1)).order_by(Switch::c.id)) == std::vector<int>{10, 12, 0});
    CHECK(values(select(Switch::c.bits.bitwise_not()).order_by(Switch::c.id)) == std::vector<int>{-6, -7, -1});
    CHECK(values(select((Switch::c.bits + 1).bitwise_or(8).op("&", 14)).order_by(Switch::c.id)) ==
          std::vector<int>{14, 14, 8});
}

TEST_CASE_FIXTURE(Switches, "operators: CASE by value") {
    auto size = case_of(Switch::c.name).when("a", 1).when("b", 2).else_(0);
    CHECK(values(select(size).order_by(Switch::c.id)) == std::vector<int>{1, 2, 0});
    CHECK(work()[0] ==
          "SELECT CASE switch.name WHEN ? THEN ? WHEN ? THEN ? ELSE ? END AS anon_1 FROM switch ORDER BY "
          "switch.id | 'a' | 1 | 'b' | 2 | 0");
    auto open = case_of(func::length(Switch::c.name)).when(1, Switch::c.name);
    CHECK(values(select(open)).size() == 3);
    static_assert(std::is_same_v<decltype(open)::value_type, std::optional<std::string>>);
    static_assert(std::is_same_v<decltype(size)::value_type, int>);
}

TEST_CASE_FIXTURE(Switches, "operators: a function that gives rows") {
    auto each = table_valued<int, int>("json_each", {"key", "value"}, Switch::c.data);
    auto [key, value] = each.columns();
    auto query = select(Switch::c.name, key, value).join(each, true_()).where(value > 1).order_by(value);
    std::string all;
    for (const auto& [name, at, number] : session.execute(query)) {
        all += name + std::to_string(at) + std::to_string(number) + " ";
    }
    CHECK(all == "a12 a23 b04 ");
    CHECK(work()[0] ==
          "SELECT switch.name, anon_1.\"key\", anon_1.value FROM switch JOIN json_each(switch.data) AS "
          "anon_1 ON 1 = 1 WHERE anon_1.value > ? ORDER BY anon_1.value | 1");
    CHECK_THROWS_AS(((void)table_valued<int, int>("json_each", {"key"}, Switch::c.data)), ArgumentError);
}

TEST_CASE("operators: one column of a function's rows") {
    auto text = [](const auto& query) {
        auto made = sql::Compiler().compile(query.statement().ref()).text;
        for (std::size_t at = 0; (at = made.find('\n', at)) != made.npos;) made.erase(at, 1);
        return made;
    };
    auto value = scalar_table_valued<int>("jsonb_each", "value", Switch::c.data);
    static_assert(std::is_same_v<decltype(value)::value_type, int>);
    CHECK(text(select(value)) == "SELECT (jsonb_each(switch.data)).value FROM switch");
    CHECK(text(select(Switch::c.name, value + 1).where(value == 3).order_by(value)) ==
          "SELECT switch.name, (jsonb_each(switch.data)).value + ? AS anon_1 FROM switch "
          "WHERE (jsonb_each(switch.data)).value = ? ORDER BY (jsonb_each(switch.data)).value");
    CHECK(text(select(scalar_table_valued<int>("f", "select", 1).label("x"))) == "SELECT (f(?)).\"select\" AS x");
    auto inner = select(Switch::c.name, value).subquery();
    CHECK(text(select(std::get<1>(inner.columns()))) ==
          "SELECT anon_1.value FROM (SELECT switch.name AS name, (jsonb_each(switch.data)).value FROM switch) "
          "AS anon_1");
}

TEST_CASE_FIXTURE(Switches, "operators: lists in text") {
    auto named = [&](const std::vector<std::string>& names) {
        return values(
                   select<Switch>().where(text("name IN :names AND bits > :least", {{"names", names}, {"least", 5}})))
            .size();
    };
    CHECK(named({"a", "b", "c"}) == 1);
    CHECK(work()[0].ends_with("WHERE name IN (?, ?, ?) AND bits > ? | 'a' | 'b' | 'c' | 5"));
    CHECK(named({}) == 0);
    CHECK(work()[0].ends_with("WHERE name IN (SELECT 1 FROM (SELECT 1) WHERE 1!=1) AND bits > ? | 5"));
    auto ids = text("SELECT id FROM switch WHERE id NOT IN :ids ORDER BY id").columns<int>();
    CHECK_THROWS_AS((void)session.scalars(ids), Error);
    auto others = [&](const std::vector<int>& left_out) {
        return values(text("SELECT id FROM switch WHERE id NOT IN :ids ORDER BY id")
                          .bindparams({{"ids", left_out}})
                          .columns<int>());
    };
    CHECK(others({1, 3}) == std::vector<int>{2});
    CHECK(others({}) == std::vector<int>{1, 2, 3});
    CHECK(session.execute(text("UPDATE switch SET bits = 9 WHERE id IN :ids", {{"ids", std::vector{1, 2}}}))
              .rows_affected() == 2);
}

TEST_CASE_FIXTURE(Switches, "operators: a nesting CTE") {
    auto low = select(Switch::c.id).where(Switch::c.bits < 6).cte("low", false, true);
    auto count = select(func::count()).select_from(low).scalar_subquery();
    CHECK(values(select(count)) == std::vector<std::optional<std::int64_t>>{2});
    CHECK(work()[0] ==
          "SELECT (WITH low AS (SELECT switch.id AS id FROM switch WHERE switch.bits < ?) SELECT count(*) AS "
          "count_1 FROM low) AS anon_1 | 6");
    auto [id] = low.columns();
    auto above = select<Switch>().where(Switch::c.bits > 1, Switch::c.id.in_(select(id).where(id < 9)));
    CHECK(values(above).size() == 1);
    CHECK(
        work()[0].ends_with("WHERE switch.bits > ? AND switch.id IN (WITH low AS (SELECT switch.id AS id FROM switch "
                            "WHERE switch.bits < ?) "
                            "SELECT low.id FROM low WHERE low.id < ?) | 1 | 6 | 9"));
}
