// Primary keys that rows show in another way than objects: every way of loading finds the parents.

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct DayEntry;
struct KeyDay : Model<KeyDay> {
    Column<Date, primary_key> day;
    Column<std::string> name;
    Many<DayEntry> entries;
};
struct DayEntry : Model<DayEntry> {
    Column<int, primary_key> id;
    Column<std::optional<Date>, foreign_key<KeyDay>> day;
    One<KeyDay> key_day;
};

struct PriceTag;
struct KeyPrice : Model<KeyPrice> {
    Column<Numeric<10, 2>, primary_key> price;
    Many<PriceTag> tags;
};
struct price_marks;
struct PriceMark : Model<PriceMark> {
    Column<DateTime, primary_key> at;
    Many<KeyPrice, secondary<price_marks>> prices;
};
struct price_marks : Model<price_marks> {
    Column<DateTime, primary_key, foreign_key<PriceMark>> mark_at;
    Column<Numeric<10, 2>, primary_key, foreign_key<KeyPrice>> price;
};
struct PriceTag : Model<PriceTag> {
    Column<int, primary_key> id;
    Column<Numeric<10, 2>, foreign_key<KeyPrice>> price;
};

struct ShiftHour;
struct KeyShift : Model<KeyShift> {
    Column<Date, primary_key> day;
    Column<int, primary_key> number;
    Many<ShiftHour> hours;
};
struct ShiftHour : Model<ShiftHour> {
    Column<int, primary_key> id;
    Column<Date> day;
    Column<int> number;
    One<KeyShift> shift;
    static TableArgs table_args() {
        return {.constraints = {schemas::ForeignKey{"", {"day", "number"}, "key_shift", {"day", "number"}}}};
    }
};

struct Keys : TestDatabase {
    Keys() { create<KeyDay, DayEntry, KeyPrice, PriceTag, PriceMark, price_marks, KeyShift, ShiftHour>(); }
    Session session{engine};
};

}  // namespace

TEST_CASE_FIXTURE(Keys, "keys: dates, moments and decimals are found by every way of loading") {
    auto day = session.add(KeyDay{.day = Date(2024, 1, 1), .name = "first"});
    day->entries.append(DayEntry{});
    day->entries.append(DayEntry{});
    auto price = session.add(KeyPrice{.price = Decimal("9.50")});
    price->tags.append(PriceTag{});
    session.add(PriceMark{.at = DateTime(2024, 1, 1, 12), .prices = {price}});
    session.add(KeyShift{.day = Date(2024, 1, 2), .number = 3})->hours.append(ShiftHour{});
    session.commit();
    for (int way = 0; way < 5; ++way) {
        CAPTURE(way);
        session.expunge_all();
        auto days = select<KeyDay>();
        auto prices = select<KeyPrice>();
        auto marks = select<PriceMark>();
        auto shifts = select<KeyShift>();
        const auto with = [&](auto load) {
            days = days.options(load(KeyDay::c.entries));
            prices = prices.options(load(KeyPrice::c.tags));
            marks = marks.options(load(PriceMark::c.prices));
            shifts = shifts.options(load(KeyShift::c.hours));
        };
        if (way == 0) with([](const auto& field) { return joinedload(field); });
        if (way == 1) with([](const auto& field) { return selectinload(field); });
        if (way == 2) with([](const auto& field) { return subqueryload(field); });
        if (way == 3) with([](const auto& field) { return batchload(field); });
        CHECK(session.scalars(days).unique().one()->entries.size() == 2);
        CHECK(session.scalars(prices).unique().one()->tags.size() == 1);
        CHECK(session.scalars(marks).unique().one()->prices.size() == 1);
        CHECK(session.scalars(shifts).unique().one()->hours.size() == 1);
    }
    CHECK(session.scalars(select<DayEntry>().options(selectinload(DayEntry::c.key_day))).all()[0]->key_day->name ==
          "first");
    auto loaded = session.scalars(select<KeyDay>().options(selectinload(KeyDay::c.entries))).one();
    session.delete_(loaded);
    session.commit();
    CHECK(session.scalars(select<DayEntry>().where(DayEntry::c.day == nullptr)).size() == 2);
}

TEST_CASE_FIXTURE(Keys, "loading: raise_on_sql gives what the session has, also when it has to be read again") {
    auto day = session.add(KeyDay{.day = Date(2024, 1, 1), .name = "first"});
    day->entries.append(DayEntry{});
    session.commit();
    auto entry = session.scalars(select<DayEntry>().options(raiseload(DayEntry::c.key_day, true))).one();
    session.expire(day);
    CHECK(entry->key_day == day);
    CHECK(entry->key_day->name == "first");
    session.expunge_all();
    entry = session.scalars(select<DayEntry>().options(raiseload(DayEntry::c.key_day, true))).one();
    CHECK(code_of([&] { (void)entry->key_day.get(); }) == "lazy-raise");
}
