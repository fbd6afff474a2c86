// What says of which kind a row is, as the value of an enum.
#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

enum class PartyKind { person, company };

struct Party : Model<Party> {
    Column<int, primary_key> id;
    Column<PartyKind, polymorphic_on> kind;
    Column<std::string> name;
    static constexpr PartyKind polymorphic_identity = PartyKind::person;
};
struct Company : Model<Company, single_table<Party>> {
    Column<std::string> tax_number;
    static constexpr PartyKind polymorphic_identity = PartyKind::company;
    static constexpr auto fields() { return Fields<&Company::tax_number>(); }
};

}  // namespace

TEST_CASE_FIXTURE(TestDatabase, "a kind's identity may be the value of an enum") {
    create<Party>();
    {
        Session session{engine};
        session.add(Party{.name = "Ada"});
        Company company{.tax_number = "B1"};
        company.name = "Lovelace & Co";
        session.add(std::move(company));
        session.commit();
    }
    Session session{engine};
    auto all = session.scalars(select<Party>().order_by(Party::c.id)).all();
    REQUIRE(all.size() == 2);
    CHECK(all[0]->kind == PartyKind::person);
    CHECK(all[1]->kind == PartyKind::company);
    CHECK(session.execute(text("SELECT kind FROM party WHERE name = 'Ada'")).scalar_one<std::string>() == "person");
    CHECK(session.scalars(select<Company>()).one()->tax_number == "B1");
}
