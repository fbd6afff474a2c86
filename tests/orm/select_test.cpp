// Typed queries: their SQL, their rows, and the legacy form.
#include "retort/orm/select.hpp"

#include <ranges>

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

enum class Colour { red, green, blue };
struct Site;
struct Member : Model<Member> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int> age;
    Column<bool> active = true;
    Column<std::optional<Colour>> colour;
    Column<std::optional<DateTime>> born;
    Column<std::optional<int>, foreign_key<Member>> manager_id;
    Many<Site> sites;
};
struct Site : Model<Site> {
    Column<int, primary_key> id;
    Column<std::string> url;
    Column<int, foreign_key<Member>> member_id;
};

struct Members : TestDatabase {
    Members() {
        create<Member, Site>();
        session.add(Member{.name = "ada", .age = 36, .colour = Colour::green, .born = DateTime(1815, 12, 10)});
        session.add(Member{.name = "bob", .age = 17, .active = false, .manager_id = 1});
        session.add(Member{.name = "eve", .age = 20, .manager_id = 1});
        session.add(Site{.url = "x", .member_id = 1});
        session.add(Site{.url = "y", .member_id = 1});
        session.commit();
        statements.clear();
    }
    Session session{engine};
    template <class Q>
    std::string text(const Q& query) {
        std::string sql = engine.dialect().compile(query.statement().ref()).text;
        for (std::size_t at = 0; (at = sql.find('\n', at)) != sql.npos;) sql.erase(at, 1);
        return sql.substr(sql.find("FROM"));
    }
};

}  // namespace

TEST_CASE_FIXTURE(Members, "select: objects by a condition, in an order") {
    auto adults = session.scalars(select<Member>().where(Member::c.age >= 18).order_by(Member::c.name.desc())).all();
    REQUIRE(adults.size() == 2);
    CHECK(adults[0]->name == "eve");
    CHECK(adults[1]->colour == Colour::green);
    CHECK(adults[1]->born == DateTime(1815, 12, 10));
    CHECK(adults[1] == session.get<Member>(1));
    CHECK(work() == Lines{"SELECT member.id, member.name, member.age, member.active, member.colour, member.born, "
                          "member.manager_id FROM member WHERE member.age >= ? ORDER BY member.name DESC | 18"});
}

TEST_CASE_FIXTURE(Members, "select: a product of two tables is warned of, once while the text is kept") {
    std::vector<std::string> lines;
    logger().set_sink([&](LogLevel level, std::string_view line) {
        if (level == LogLevel::warning) lines.emplace_back(line);
    });
    for (int i = 0; i < 3; ++i) CHECK(session.execute(select(Member::c.name, Site::c.id)).size() == 6);
    CHECK(session.execute(select(Member::c.name, Site::c.id).join<Site>(true_())).size() == 6);
    logger().set_sink({});
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].find("A query reads member and site with no condition between them") != std::string::npos);
}

TEST_CASE_FIXTURE(Members, "select: conditions in SQL") {
    auto where = [&](const Condition& condition) { return text(select<Member>().where(condition)).substr(12); };
    CHECK(where(18 <= Member::c.age) == "WHERE member.age >= ?");
    CHECK(where(Member::c.active) == "WHERE member.active = 1");
    CHECK(where(!Member::c.active) == "WHERE member.active = 0");
    CHECK(where(Member::c.colour == nullptr) == "WHERE member.colour IS NULL");
    CHECK(where(Member::c.colour.is_not_null()) == "WHERE member.colour IS NOT NULL");
    CHECK(where(Member::c.id.in_({1, 2})) == "WHERE member.id IN (?, ?)");
    const int ids[] = {1, 2};
    CHECK(where(Member::c.id.in_(ids)) == "WHERE member.id IN (?, ?)");
    auto odd = std::views::iota(0, 5) | std::views::filter([](int id) { return id % 2 == 1; });
    CHECK(where(Member::c.id.not_in(odd)) == "WHERE (member.id NOT IN (?, ?))");
    CHECK(where(Member::c.name.like("a%") || Member::c.age < 3) == "WHERE member.name LIKE ? OR member.age < ?");
    CHECK(where(Member::c.age.between(1, 2) && Member::c.active) ==
          "WHERE member.age BETWEEN ? AND ? AND member.active = 1");
    CHECK(where(Member::c.age + 1 > Member::c.id) == "WHERE member.age + ? > member.id");
    auto eve = session.scalars(select<Member>().where(Member::c.name == "eve")).one();
    CHECK(session.scalars(select<Member>().where(Member::c.age == eve->age)).size() == 1);
    CHECK(session.scalars(select<Member>().where(Member::c.colour == Colour::green)).one()->name == "ada");
    Condition none;
    CHECK(session.scalars(select<Member>().where(none && Condition{})).size() == 3);
    Condition collected;
    collected &= Member::c.age > 18;
    collected &= Member::c.name != "eve";
    CHECK(where(collected) == "WHERE member.age > ? AND member.name != ?");
    collected |= Member::c.id == 1;
    CHECK(where(collected) == "WHERE member.age > ? AND member.name != ? OR member.id = ?");
    for (auto& [name, age] : session.execute(select(Member::c.name, Member::c.age)).tuples()) {
        CHECK_FALSE(name.empty());
    }
}

TEST_CASE_FIXTURE(Members, "select: a statement is a value") {
    auto base = select<Member>();
    auto some = base.where(Member::c.age > 18);
    CHECK(session.scalars(base).size() == 3);
    CHECK(session.scalars(some).size() == 2);
    CHECK(session.scalars(some.limit(1)).size() == 1);
    CHECK(session.scalars(base.order_by(Member::c.id).offset(1)).first()->name == "bob");
}

TEST_CASE_FIXTURE(Members, "select: rows of values") {
    auto rows = session.execute(select(Member::c.name, func::count(Site::c.id))
                                    .outerjoin(Member::c.sites)
                                    .group_by(Member::c.id)
                                    .order_by(Member::c.id));
    std::string seen;
    for (auto& [name, n] : rows) seen += name + "=" + std::to_string(n) + " ";
    CHECK(seen == "ada=2 bob=0 eve=0 ");
    CHECK(session.scalar(select(func::count()).select_from<Member>()) == 3);
    CHECK(session.scalar(select(func::max(Member::c.age))) == std::optional<int>(36));
    auto pairs = session.execute(select<Member, Site>().join<Site>().order_by(Site::c.id)).all();
    REQUIRE(pairs.size() == 2);
    CHECK(std::get<0>(pairs[0]) == std::get<0>(pairs[1]));
    CHECK(std::get<1>(pairs[1])->url == "y");
}

TEST_CASE_FIXTURE(Members, "select: joins with an alias of itself") {
    using Manager = aliased<Member, "manager">;
    auto query = select(Member::c.name, Manager::c.name).join<Manager>(Member::c.manager_id == Manager::c.id);
    CHECK(text(query) == "FROM member JOIN member AS manager ON member.manager_id = manager.id");
    CHECK(session.execute(query.order_by(Member::c.id)).all()[0] == std::tuple<std::string, std::string>("bob", "ada"));
}

TEST_CASE_FIXTURE(Members, "select: one row or the other") {
    auto by_name = [](const char* name) { return select<Member>().where(Member::c.name == name); };
    CHECK(session.scalars(by_name("ada")).one()->age == 36);
    CHECK_THROWS_AS((void)session.scalars(by_name("nobody")).one(), NoResultFound);
    CHECK_THROWS_AS((void)session.scalars(select<Member>()).one(), MultipleResultsFound);
    CHECK(session.scalars(by_name("nobody")).one_or_none() == nullptr);
    CHECK(session.scalars(by_name("nobody")).first() == nullptr);
    CHECK(session.execute(select<Member>().order_by(Member::c.id)).scalars().all()[2]->name == "eve");
}

TEST_CASE_FIXTURE(Members, "query: the older form") {
    auto query = session.query<Member>();
    CHECK(query.filter(Member::c.name == "bob").first()->age == 17);
    CHECK(query.count() == 3);
    CHECK(query.get(3)->name == "eve");
    CHECK(session.query<Site>().filter_by({.url = "y"}).one()->id == 2);
    CHECK_THROWS_AS((void)query.filter_by({.name = "bob"}), ArgumentError);  // Member::active has a default
    int seen = 0;
    for (auto& member : query.order_by(Member::c.id)) seen = seen * 10 + member->id;
    CHECK(seen == 123);
    CHECK_THROWS_AS((void)Member::query(), InvalidRequestError);
}
