// Association proxies: values of the objects in a collection, through a table between and through association objects.
#include "retort/orm/association_proxy.hpp"

#include <algorithm>
#include <ranges>

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct ProxyLabel : Model<ProxyLabel> {
    Column<int, primary_key> id;
    Column<std::string> name;
};
struct ProxyNote;
struct proxy_labels : Model<proxy_labels> {
    Column<int, primary_key, foreign_key<ProxyNote>> note_id;
    Column<int, primary_key, foreign_key<ProxyLabel>> label_id;
};
struct ProxyUse : Model<ProxyUse> {
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<ProxyNote>> note_id;
    Column<std::optional<int>, foreign_key<ProxyLabel>> label_id;
    One<ProxyLabel> label;
};
struct ProxyNote : Model<ProxyNote> {
    Column<int, primary_key> id;
    Many<ProxyLabel, secondary<proxy_labels>, order_by<"id">> labels;
    Many<ProxyUse, cascade<"all, delete-orphan">, order_by<"id">> uses;
    auto label_names() { return association_proxy(labels, &ProxyLabel::name); }
    auto used_labels() { return association_proxy(uses, &ProxyUse::label); }
};

struct Fixture : TestDatabase {
    Fixture() { create<ProxyLabel, ProxyNote, proxy_labels, ProxyUse>(); }
    Session session{engine};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "association proxies: values are read, appended and removed") {
    auto note = session.add(ProxyNote{});
    note->label_names().append("red");
    note->label_names().append("blue");
    session.commit();
    CHECK(note->labels.size() == 2);
    CHECK(note->label_names().all() == std::vector<std::string>{"red", "blue"});
    CHECK(note->label_names()[1] == "blue");
    CHECK(note->label_names().contains("red"));
    CHECK(note->label_names().remove("red"));
    CHECK_FALSE(note->label_names().remove("red"));
    session.commit();
    std::string text;
    for (const auto& name : note->label_names()) text += name;
    CHECK(text == "blue");
    static_assert(std::ranges::input_range<decltype(note->label_names())>);
    CHECK(std::ranges::count(note->label_names(), "blue") == 1);
}

TEST_CASE_FIXTURE(Fixture, "association proxies: a whole list keeps the objects of what stays") {
    auto note = session.add(ProxyNote{});
    note->label_names() = {"red", "blue"};
    session.commit();
    auto blue = note->labels[1];
    note->label_names() = {"blue", "green"};
    session.commit();
    CHECK(note->label_names().all() == std::vector<std::string>{"blue", "green"});
    CHECK(note->labels[0] == blue);
    note->label_names().clear();
    CHECK(note->label_names().empty());
}

TEST_CASE_FIXTURE(Fixture, "association proxies: through association objects") {
    auto note = session.add(ProxyNote{});
    auto red = session.add(ProxyLabel{.name = "red"});
    note->used_labels().append(red);
    session.commit();
    CHECK(session.scalars(select<ProxyUse>()).one()->label == red);
    CHECK(note->used_labels()[0] == red);
    CHECK(note->used_labels().remove(red));
    session.commit();
    CHECK(session.scalars(select<ProxyUse>()).size() == 0);
}
