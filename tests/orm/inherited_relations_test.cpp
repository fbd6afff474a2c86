// Relationships from and to models of joined tables, in conditions, joins and loader options.

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct Staffer;
struct Memo;
struct Firm : Model<Firm> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Many<Staffer, order_by<"id">> staff;
};
struct Staffer : Model<Staffer> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<std::string, polymorphic_on> kind;
    Column<std::optional<int>, foreign_key<Firm>> firm_id;
    One<Firm> firm;
};
struct Head : Model<Head, joined_table<Staffer>> {
    Column<int> level = 1;
    Many<Memo, order_by<"id">> memos;
    Column<std::optional<int>, foreign_key<Head>> mentor_id;
    One<Head> mentor;
    Many<Head> pupils;
    static constexpr auto fields() {
        return Fields<&Head::level, &Head::memos, &Head::mentor_id, &Head::mentor, &Head::pupils>();
    }
};
struct Coder : Model<Coder, single_table<Staffer>> {
    Column<std::string> language;
    static constexpr auto fields() { return Fields<&Coder::language>(); }
};
struct Memo : Model<Memo> {
    Column<int, primary_key> id;
    Column<std::string> title;
    Column<std::optional<std::string>> body;
    Column<std::optional<int>, foreign_key<Head>> head_id;
    One<Head> head;
};

struct Firms : TestDatabase {
    Session session{engine};
    Firms() {
        create<Firm, Staffer, Head, Memo>();
        Session filling{engine};
        auto big = filling.add(Firm{.name = "big"});
        auto small = filling.add(Firm{.name = "small"});
        auto ann = add_head(*big, "ann", 1);
        auto bob = add_head(*big, "bob", 4);
        Coder coder{.language = "C++"};
        coder.name = "cyd";
        small->staff.append(std::move(coder));
        ann->memos.append(Memo{.title = "a"});
        bob->memos.append(Memo{.title = "b"});
        bob->memos.append(Memo{.title = "c"});
        bob->mentor = ann;
        filling.commit();
        statements.clear();
    }
    static Ptr<Head> add_head(Firm& firm, std::string name, int level) {
        Head head;
        head.name = name;
        head.level = level;
        return firm.staff.append(std::move(head)).as<Head>();
    }
    Lines names(const Select<Ptr<Firm>>& query) {
        Lines all;
        for (const auto& firm : session.scalars(query)) all.push_back(firm->name);
        return all;
    }
};

}  // namespace

TEST_CASE_FIXTURE(Firms, "inheritance: any() of a joined model belongs to its own row") {
    auto heads = session.scalars(select<Head>().where(Head::c.memos.any(Memo::c.title == "c"))).all();
    REQUIRE(heads.size() == 1);
    CHECK(heads[0]->name == "bob");
    CHECK(session.scalars(select<Head>().where(!Head::c.memos.any())).empty());
    CHECK(session.scalars(select<Memo>().where(Memo::c.head.has(Head::c.name == "ann"))).size() == 1);
}

TEST_CASE_FIXTURE(Firms, "inheritance: conditions of a joined model on itself") {
    auto pupils = session.scalars(select<Head>().where(Head::c.mentor.has(Head::c.name == "ann"))).all();
    REQUIRE(pupils.size() == 1);
    CHECK(pupils[0]->name == "bob");
    auto mentors = session.scalars(select<Head>().where(Head::c.pupils.any(Head::c.level == 4))).all();
    REQUIRE(mentors.size() == 1);
    CHECK(mentors[0]->name == "ann");
    CHECK(session.scalars(select<Head>().where(!Head::c.pupils.any())).one()->name == "bob");
}

TEST_CASE_FIXTURE(Firms, "inheritance: any() and joins by a relationship to the base, of one kind") {
    CHECK(names(select<Firm>().where(Firm::c.staff.any<Head>(Head::c.level == 4))) == Lines{"big"});
    CHECK(names(select<Firm>().where(Firm::c.staff.any<Head>(Head::c.level == 5))).empty());
    CHECK(names(select<Firm>().where(Firm::c.staff.any<Coder>())) == Lines{"small"});
    CHECK(names(select<Firm>().join<Head>(Firm::c.staff).where(Head::c.level > 1)) == Lines{"big"});
    CHECK(names(select<Firm>().join<Coder>(Firm::c.staff)) == Lines{"small"});
    using Boss = aliased<Head, "boss">;
    CHECK(names(select<Firm>().join<Boss>(Firm::c.staff).where(Boss::c.level == 1)) == Lines{"big"});
    CHECK_THROWS_AS((void)select<Firm>().join<Memo>(Firm::c.staff), ArgumentError);
}

TEST_CASE_FIXTURE(Firms, "inheritance: options name what only some of the objects have") {
    auto all = session.scalars(select<Staffer>().options(selectinload(Head::c.memos)).order_by(Staffer::c.id)).all();
    CHECK(work().size() == 2);
    REQUIRE(all.size() == 3);
    std::size_t memos = 0;
    for (const auto& each : all) {
        if (auto head = each.as<Head>()) memos += head->memos.size();
    }
    CHECK(memos == 3);
    CHECK(work().empty());
    Session other{engine};
    auto path =
        selectinload(Firm::c.staff).with_polymorphic<Head>().selectinload(Head::c.memos).joinedload(Memo::c.head);
    auto firms = other.scalars(select<Firm>().options(path)).all();
    CHECK(work().size() == 3);
    CHECK(firms[0]->staff[1].as<Head>()->level == 4);
    CHECK(firms[0]->staff[1].as<Head>()->memos[1]->title == "c");
    CHECK(work().empty());
}

TEST_CASE_FIXTURE(Firms, "options: columns are chosen wherever they stand on the path") {
    auto memos = selectinload(Head::c.memos).load_only(Memo::c.title).defaultload(Memo::c.head);
    (void)session.scalars(select<Head>().options(memos)).all();
    CHECK(work()[1].starts_with("SELECT memo.id, memo.title, memo.head_id FROM"));
}

TEST_CASE_FIXTURE(Firms, "any: what is asked of a model below the relationship's own is asked of the same object") {
    CHECK(names(select<Firm>().where(Firm::c.staff.any(Head::c.level == 4))) == Lines{"big"});
    CHECK(names(select<Firm>().where(Firm::c.staff.any(Head::c.level == 9))).empty());
    CHECK(names(select<Firm>().where(Firm::c.staff.any(Head::c.level == 9 || Staffer::c.name == "cyd"))) ==
          Lines{"small"});
    CHECK(names(select<Firm>().where(Firm::c.staff.any(exists<Memo>(Memo::c.head_id == Staffer::c.id)))) ==
          Lines{"big"});
}

TEST_CASE_FIXTURE(Firms, "query: rows of one kind in a shared table are changed and deleted") {
    CHECK(session.query<Coder>().update(Coder::c.language = "C") == 1);
    CHECK(session.query<Coder>().filter(Coder::c.language == "C").delete_() == 1);
    CHECK(session.query<Staffer>().count() == 2);
    try {
        session.query<Head>().update(Head::c.level = 2);
        FAIL("rows of two tables");
    } catch (const InvalidRequestError& error) {
        CHECK(error.code() == "joined-statement");
    }
}

TEST_CASE_FIXTURE(Firms, "inherited relations: columns of a kind are chosen where it is loaded along") {
    const auto staff = joinedload(Firm::c.staff);
    auto sql_of = [&](const Load& option) {
        session.expunge_all();
        (void)work();
        (void)session.scalars(select<Firm>().options(option)).all();
        return work()[0];
    };
    CHECK(sql_of(staff.with_polymorphic<Head>()).find("level") != std::string::npos);
    CHECK(sql_of(staff.with_polymorphic<Head>().defer(Head::c.level)).find("level") == std::string::npos);
    const auto only = sql_of(staff.with_polymorphic<Head>().load_only(Staffer::c.name, Head::c.level));
    CHECK(only.find("level") != std::string::npos);
    CHECK(only.find("mentor_id") == std::string::npos);
    CHECK_THROWS_WITH_AS(sql_of(staff.undefer(Head::c.level)), doctest::Contains("Head.level, where Staffer is loaded"),
                         ArgumentError);
}
