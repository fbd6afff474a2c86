// Joins as users write them: from single columns, through the same table twice, with oneself; and what is ordered and
// limited beside them.

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct Theme;
struct Poem;
struct Singer : Model<Singer> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<std::optional<int>> age;
    Column<std::optional<int>, foreign_key<Singer>> tutor_id;
    One<Singer> tutor;
    Many<Singer> pupils;
    Many<Poem, order_by<"id">> poems;
};
struct poem_themes : Model<poem_themes> {
    Column<int, primary_key, foreign_key<Poem>> poem_id;
    Column<int, primary_key, foreign_key<Theme>> theme_id;
};
struct Poem : Model<Poem> {
    Column<int, primary_key> id;
    Column<std::string> title;
    Column<int, foreign_key<Singer>> singer_id;
    One<Singer> singer;
    Many<Theme, secondary<poem_themes>> themes;
};
struct Theme : Model<Theme> {
    Column<int, primary_key> id;
    Column<std::string> name;
};
using Second = aliased<Theme, "second">;
using Tutor = aliased<Singer, "tutor">;

/// ann (30), bob (no age, taught by ann), cyd (20); poems a (war, sea) and b (war) of ann, c (none) of bob.
struct Letters : TestDatabase {
    Session session{engine};
    Letters() {
        create<Singer, Poem, Theme, poem_themes>();
        auto war = session.add(Theme{.name = "war"});
        auto sea = session.add(Theme{.name = "sea"});
        auto ann = session.add(Singer{.name = "ann", .age = 30});
        auto a = ann->poems.append(Poem{.title = "a"});
        a->themes.append(war);
        a->themes.append(sea);
        ann->poems.append(Poem{.title = "b"})->themes.append(war);
        auto bob = session.add(Singer{.name = "bob"});
        bob->tutor = ann;
        bob->poems.append(Poem{.title = "c"});
        session.add(Singer{.name = "cyd", .age = 20});
        session.commit();
        session.expunge_all();
        statements.clear();
    }
    template <class Q>
    std::string titles(const Q& query) {
        std::string all;
        for (const auto& poem : session.scalars(query)) all += poem->title;
        return all;
    }
    template <class Q>
    std::string singers(const Q& query) {
        std::string all;
        for (const auto& singer : session.scalars(query)) all += singer->name.substr(0, 1);
        return all;
    }
    template <class Q>
    static std::string code_of(Q&& make) {
        try {
            make();
        } catch (const Error& error) {
            return std::string(error.code());
        }
        return "no error";
    }
};

}  // namespace

TEST_CASE_FIXTURE(Letters, "join: to a model, from single columns and functions of them") {
    CHECK(session.scalars(select(Poem::c.title).join<Singer>().where(Singer::c.name == "bob")).all() == Lines{"c"});
    CHECK(session.scalars(select(Singer::c.name).join<Poem>().order_by(Poem::c.id)).all() ==
          Lines{"ann", "ann", "bob"});
    CHECK(session.scalar(select(func::count(Poem::c.id)).join<Singer>().where(Singer::c.age > 18)) == 2);
    CHECK(session.scalar(select(func::count(Poem::c.id)).select_from<Singer>().outerjoin<Poem>()) == 3);
    CHECK(session.scalars(select(Tutor::c.name).join<Poem>().order_by(Poem::c.id)).all() == Lines{"ann", "ann", "bob"});
    CHECK(code_of([] { (void)select(Theme::c.name).join<Singer>(); }) == "no-foreign-keys");
}

TEST_CASE_FIXTURE(Letters, "join: along two many-to-many relationships through one table") {
    auto both = select<Poem>().join(Poem::c.themes).join<Second>(Poem::c.themes);
    CHECK(titles(both.where(Theme::c.name == "war", Second::c.name == "sea")) == "a");
    // The first of them has the table's own name still.
    CHECK(titles(select<Poem>().join(Poem::c.themes).where(poem_themes::c.theme_id == 2)) == "a");
}

TEST_CASE_FIXTURE(Letters, "join: an outer join of a many-to-many keeps each row of the left side once") {
    auto rows = session.execute(select(Poem::c.title, or_null(Theme::c.name))
                                    .outerjoin(Poem::c.themes.and_(Theme::c.name == "sea"))
                                    .order_by(Poem::c.id));
    using Row = std::tuple<std::string, std::optional<std::string>>;
    CHECK(rows.all() == std::vector<Row>{{"a", "sea"}, {"b", std::nullopt}, {"c", std::nullopt}});
}

TEST_CASE_FIXTURE(Letters, "join: a model with itself needs another name") {
    CHECK(code_of([] { (void)select<Singer>().join(Singer::c.pupils); }) == "join-with-itself");
    CHECK(code_of([] { (void)select<Singer>().join<Singer>(); }) == "join-with-itself");
    CHECK(singers(select<Singer>().join<Tutor>(Singer::c.tutor)) == "b");
}

TEST_CASE_FIXTURE(Letters, "query: the older form gives each object once, and counts rows") {
    auto query = session.query<Singer>().join(Singer::c.poems);
    CHECK(query.all().size() == 2);
    CHECK(query.count() == 3);
    CHECK(query.filter(Singer::c.name == "ann").one()->age == 30);
    CHECK(session.query<Singer>().filter(Singer::c.id == Poem::c.singer_id).all().size() == 2);
    CHECK(session.scalars(query.select()).size() == 3);
}

TEST_CASE_FIXTURE(Letters, "query: get() loads as the options say, and passes no condition over") {
    auto ann = session.query<Singer>().options(joinedload(Singer::c.poems)).get(1);
    CHECK(ann->poems.size() == 2);
    CHECK(work().size() == 1);
    CHECK(session.query<Singer>().options(selectinload(Singer::c.poems)).order_by(Singer::c.name).get(1) == ann);
    CHECK(work().empty());
    run("UPDATE singer SET age = 31 WHERE id = 1");
    CHECK(session.query<Singer>().populate_existing().get(1)->age == 31);
    CHECK(session.query<Singer>().options(joinedload(Singer::c.poems)).get(9) == nullptr);
    CHECK(code_of([&] { (void)session.query<Singer>().filter(Singer::c.age == 20).get(1); }) == "get-of-some");
    CHECK(code_of([&] { (void)session.query<Singer>().limit(1).get(1); }) == "get-of-some");
    CHECK(code_of([&] { (void)session.query<Singer>().join(Singer::c.poems).get(1); }) == "get-of-some");
    CHECK(code_of([&] { (void)session.query<Singer>().options(joinedload(Singer::c.poems)).get(1, 2); }) ==
          "wrong-key");
}

TEST_CASE_FIXTURE(Letters, "query: exists() selects a constant") {
    auto bob = session.query<Singer>().filter(Singer::c.name == "bob").exists();
    CHECK(session.scalar(select(bob)) == true);
    CHECK(work() == Lines{"SELECT EXISTS (SELECT 1 FROM singer WHERE singer.name = ?) AS anon_1 | 'bob'"});
    CHECK(session.scalar(select(session.query<Poem>().exists())) == true);
    CHECK(work() == Lines{"SELECT EXISTS (SELECT 1 FROM poem) AS anon_1"});
}

TEST_CASE_FIXTURE(Letters, "joinedload: what is limited keeps its order, however it is said") {
    auto limited = select<Singer>().options(joinedload(Singer::c.poems)).limit(2);
    CHECK(singers(limited.order_by(Singer::c.age.desc().nulls_first())) == "ba");
    session.expunge_all();
    CHECK(singers(limited.order_by(Singer::c.age.nulls_last())) == "ca");
    session.expunge_all();
    CHECK(singers(limited.order_by(text("coalesce(age, 99) DESC"), Singer::c.id)) == "ba");
    session.expunge_all();
    CHECK(singers(limited.order_by(func::length(Singer::c.name), Singer::c.id.desc())) == "bc");
}

TEST_CASE_FIXTURE(Letters, "joinedload: of a collection in a limited query for several things is read by IN") {
    auto rows =
        session
            .execute(
                select(Singer::c, Singer::c.name).options(joinedload(Singer::c.poems)).order_by(Singer::c.id).limit(1))
            .all();
    REQUIRE(rows.size() == 1);
    CHECK(work().size() == 2);
    CHECK(std::get<0>(rows[0])->poems.size() == 2);
    CHECK(work().empty());
}

TEST_CASE_FIXTURE(Letters, "options: every relationship of what is selected, and below a path") {
    for (auto option : {joinedload("*"), subqueryload("*"), immediateload("*"), selectinload("*")}) {
        session.expunge_all();
        auto ann = session.scalars(select<Singer>().options(option).order_by(Singer::c.id)).first();
        statements.clear();
        CHECK(ann->poems.size() == 2);
        CHECK(work().empty());
    }
    session.expunge_all();
    auto ann = session.scalars(select<Singer>().options(selectinload(Singer::c.poems).raiseload("*"))).first();
    CHECK_THROWS_AS((void)ann->poems[0]->themes.size(), InvalidRequestError);
}

TEST_CASE_FIXTURE(Letters, "options: criteria count, too") {
    auto query = session.query<Singer>().options(with_loader_criteria<Singer>(Singer::c.age > 18));
    CHECK(query.all().size() == 2);
    CHECK(query.count() == 2);
}

TEST_CASE_FIXTURE(Letters, "options: criteria stand in the join that brings the rows, as SQLAlchemy has them") {
    auto only = with_loader_criteria<Poem>(Poem::c.title != "b");
    CHECK(session.execute(select(Singer::c.name).join(Singer::c.poems).options(only)).size() == 2);
    CHECK(work() == Lines{"SELECT singer.name FROM singer JOIN poem ON singer.id = poem.singer_id AND poem.title != ? "
                          "| 'b'"});
    CHECK(singers(select<Singer>().join(Singer::c.poems).options(only).order_by(Poem::c.id)) == "ab");
    auto outer = select<Singer, Poem>().outerjoin(Singer::c.poems).options(only);
    CHECK(session.execute(outer).size() == 3);
    CHECK(work()[1] ==
          "SELECT singer.id, singer.name, singer.age, singer.tutor_id, poem.id AS id_1, poem.title, "
          "poem.singer_id FROM singer LEFT OUTER JOIN poem ON singer.id = poem.singer_id AND "
          "poem.title != ? | 'b'");
    auto war = with_loader_criteria<Theme>(Theme::c.name == "war");
    CHECK(
        session.execute(select(Poem::c.title, or_null(Theme::c.name)).outerjoin(Poem::c.themes).options(war)).size() ==
        3);
    CHECK(session.query<Singer>().join(Singer::c.poems).options(only).count() == 2);
}

TEST_CASE_FIXTURE(Letters, "options: criteria hold for single columns") {
    auto only = with_loader_criteria<Singer>(Singer::c.age > 25);
    CHECK(session.scalars(select(Singer::c.name).options(only)).all() == Lines{"ann"});
    CHECK(work() == Lines{"SELECT singer.name FROM singer WHERE singer.age > ? | 25"});
    CHECK(session.scalar(select(func::count(Singer::c.id)).options(only)) == 1);
    auto both = select(Poem::c.title, Singer::c.name).join(Poem::c.singer).options(only);
    CHECK(session.execute(both).size() == 2);
    CHECK(code_of([&] { session.scalars(select(Singer::c.name).options(joinedload(Poem::c.singer))); }) ==
          "foreign-loader-option");
}

TEST_CASE_FIXTURE(Letters, "contains_eager: of a model that refers to itself it needs the alias") {
    auto query = select<Singer>().join<Tutor>(Singer::c.tutor);
    CHECK_THROWS_WITH_AS((void)session.scalars(query.options(contains_eager(Singer::c.tutor))),
                         doctest::Contains("contains_eager<Alias>(Singer::c.tutor)"), const ArgumentError&);
    auto bob = session.scalars(query.options(contains_eager<Tutor>(Singer::c.tutor))).one();
    statements.clear();
    CHECK(bob->name == "bob");
    CHECK(bob->tutor->name == "ann");
    CHECK(work().empty());
}

TEST_CASE_FIXTURE(Letters, "text: objects of it load as the query says") {
    auto all = text("SELECT * FROM singer ORDER BY id");
    auto ann = session.scalars(select<Singer>().options(joinedload(Singer::c.poems)).from_statement(all)).first();
    CHECK(work().size() == 2);
    CHECK(ann->poems.size() == 2);
    CHECK(work().empty());
    session.expunge_all();
    ann = session.scalars(select<Singer>().options(raiseload("*")).from_statement(all)).first();
    CHECK_THROWS_AS((void)ann->poems.size(), InvalidRequestError);
    auto names = text("SELECT id, name FROM singer ORDER BY id");
    session.expunge_all();
    ann = session.scalars(select<Singer>().options(load_only(Singer::c.name)).from_statement(names)).first();
    CHECK(ann->name == "ann");
    CHECK(ann->age == 30);
    ann->age = 5;
    session.scalars(select<Singer>()
                        .populate_existing()
                        .execution_options({.populate_existing = true, .autoflush = false})
                        .from_statement(all));
    CHECK(ann->age == 30);
}

TEST_CASE_FIXTURE(Letters, "distinct: by columns is refused where it would mean something else") {
    CHECK(code_of([&] { session.scalars(select<Singer>().distinct(Singer::c.name)); }) == "no-distinct-on");
    auto names = select(Singer::c.id).distinct(Singer::c.name);
    CHECK(code_of([&] { session.scalars(select<Singer>().where(Singer::c.id.in_(names))); }) == "no-distinct-on");
}

TEST_CASE_FIXTURE(Letters, "in_: numbers of any size are compared, not refused") {
    std::vector<std::int64_t> ids{1, std::int64_t{1} << 40};
    CHECK(singers(select<Singer>().where(Singer::c.id.in_(ids))) == "a");
    CHECK(singers(select<Singer>().where(Singer::c.id.in_(std::vector<double>{1.5, 2.0}))) == "c");
    CHECK_THROWS_AS((void)(Singer::c.id < ~std::uint64_t{0}), ArgumentError);
}

TEST_CASE_FIXTURE(Letters, "in_: lists with NULL in them, and rows of nearly the same types") {
    CHECK(singers(select<Singer>().where(Singer::c.age.in_(std::vector<std::optional<int>>{30, std::nullopt}))) == "a");
    CHECK(singers(select<Singer>().where(Singer::c.age.not_in(std::vector<std::optional<int>>{30, std::nullopt}))) ==
          "");
    auto ages = select(Singer::c.id, Singer::c.age).where(Singer::c.age > 25);
    CHECK(singers(select<Singer>().where(tuple_(Singer::c.id, literal(30)).in_(ages))) == "a");
    std::vector<std::tuple<int, std::string>> rows{{1, "ann"}};
    CHECK(singers(select<Singer>().where(tuple_(Singer::c.id, Singer::c.name).not_in(rows))) == "cb");
}

TEST_CASE_FIXTURE(Letters, "conditions: an EXISTS that stands in a variable is one") {
    const auto has_poem = exists<Poem>(Poem::c.singer_id == Singer::c.id);
    CHECK(singers(select<Singer>().where(has_poem).order_by(Singer::c.name)) == "ab");
    CHECK(singers(select<Singer>().where(!has_poem)) == "c");
    CHECK(singers(select<Singer>().where(and_(has_poem, Singer::c.age > 18))) == "a");
}

TEST_CASE_FIXTURE(Letters, "joins: a model with itself by a condition, and from one that is not there") {
    auto alone = Singer::c.tutor_id == Singer::c.id;
    CHECK(code_of([&] { (void)select<Singer>().join<Singer>(alone); }) == "join-with-itself");
    CHECK(code_of([&] { (void)select<Theme>().join(Singer::c.poems); }) == "foreign-join");
    CHECK(code_of([&] { (void)select<Singer>().join(Tutor::c.poems); }) == "foreign-join");
    auto twice = select<Singer>().join<Tutor>(Singer::c.tutor_id == Tutor::c.id).join(Tutor::c.poems);
    CHECK(session.scalars(twice).size() == 2);
    auto within = select<Theme>().where(Poem::c.title == "a").join(Poem::c.singer);
    CHECK_FALSE(to_string(within).empty());
}

TEST_CASE_FIXTURE(Letters, "joins: whether a collection is empty") {
    CHECK(session.scalars(select(Singer::c.name).where(Singer::c.poems == nullptr)).all() == Lines{"cyd"});
    CHECK(session.scalars(select(Singer::c.id).where(Singer::c.poems != nullptr)).size() == 2);
    CHECK(session.scalars(select(Poem::c.title).where(Poem::c.themes == nullptr)).all() == Lines{"c"});
}
