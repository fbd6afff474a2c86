// Decimals in rows: they have their column's digits wherever they come from, and sums are no doubles.

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct Payment : Model<Payment> {
    Column<int, primary_key> id;
    Column<std::string> who;
    Column<Numeric<10, 2>> amount;
    Column<std::optional<Numeric<12, 4>>> rate;
};

struct Fixture : TestDatabase {
    Fixture() {
        create<Payment>();
        std::vector<Payment> payments;
        for (int i = 0; i < 2000; ++i) payments.push_back(Payment{.who = i % 2 ? "a" : "b", .amount = Decimal("0.10")});
        session.execute(insert<Payment>(), std::move(payments));
        session.commit();
    }
    template <class Query>
    std::string text(const Query& query) {
        return to_text(session.scalars(query)[0]);
    }
    static std::string to_text(const Decimal& value) { return value.to_string(); }
    static std::string to_text(const std::optional<Decimal>& value) { return value ? value->to_string() : "none"; }
    Session session{engine};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "sums of decimals have the digits of their column") {
    CHECK(text(select(func::sum(Payment::c.amount))) == "200.00");
    CHECK(text(select(func::coalesce(func::sum(Payment::c.amount), Decimal("0")))) == "200.00");
    CHECK(text(select(func::sum(Payment::c.amount).label("total"))) == "200.00");
    CHECK(text(select(func::sum(Payment::c.amount)).where(Payment::c.id < 0)) == "none");
    auto by_person =
        select(Payment::c.who, func::sum(Payment::c.amount)).group_by(Payment::c.who).order_by(Payment::c.who);
    for (const auto& [who, total] : session.execute(by_person)) CHECK(to_text(total) == "100.00");
    CHECK(text(select(cast<Numeric<10, 2>>(func::sum(Payment::c.amount)))) == "200.00");
    CHECK(session.execute(by_person).mappings()[0].dump().find("\"100.00\"") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "single decimals are padded, and lose no digit that is stored") {
    CHECK(text(select(Payment::c.amount)) == "0.10");
    CHECK(text(select(func::max(Payment::c.amount))) == "0.10");
    CHECK(text(select(Payment::c.amount + Payment::c.amount)) == "0.20");
    CHECK(text(select(Payment::c.amount * 3)) == "0.30");
    CHECK(text(select(Payment::c.rate)) == "none");
    run("UPDATE payment SET amount = 12.345, rate = 1.5 WHERE id = 1");
    auto first = [](auto query) { return query.where(Payment::c.id == 1); };
    CHECK(text(first(select(Payment::c.amount))) == "12.345");
    CHECK(text(first(select(Payment::c.rate))) == "1.5000");
    CHECK(text(first(select(Payment::c.amount * Payment::c.amount))) == "152.399025");
    for (auto& amount : session.stream_scalars(select(Payment::c.amount).where(Payment::c.id == 2)))
        CHECK(amount.to_string() == "0.10");
}

TEST_CASE_FIXTURE(Fixture, "what RETURNING and subqueries give has the digits too") {
    auto changed = session.execute(update<Payment>()
                                       .where(Payment::c.id == 3)
                                       .values(Payment::c.amount = Decimal("7"))
                                       .returning(Payment::c.amount));
    CHECK(to_text(std::get<0>(changed[0])) == "7.00");
    auto both = union_all(select(Payment::c.amount).where(Payment::c.id == 3),
                          select(Payment::c.amount).where(Payment::c.id == 4));
    CHECK(to_text(session.scalars(both)[0]) == "7.00");
    auto totals = select(func::sum(Payment::c.amount).label("total")).where(Payment::c.id > 10).subquery("totals");
    CHECK(text(select(totals.c<0>())) == "199.00");
}
