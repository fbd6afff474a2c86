// Listeners to models that add, change and delete other objects while a flush is prepared.
#include <string>

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

// The audit's model comes first, so that its objects come into a list that was walked already.
struct AddedAudit : Model<AddedAudit> {
    Column<int, primary_key> id;
    Column<std::string> what;
    Column<std::string> stamp;
};
struct AddedArticle : Model<AddedArticle> {
    Column<int, primary_key> id;
    Column<std::string> title;
};

void listen_once() {
    static const bool done = [] {
        auto note = [](const Ptr<AddedArticle>& article, const char* what) {
            object_session(article)->add(AddedAudit{.what = what + (" " + article->title.value())});
        };
        event::before_insert<AddedArticle>([=](const Ptr<AddedArticle>& article) { note(article, "new"); });
        event::before_update<AddedArticle>([=](const Ptr<AddedArticle>& article) { note(article, "changed"); });
        event::before_delete<AddedArticle>([=](const Ptr<AddedArticle>& article) { note(article, "gone"); });
        event::before_insert<AddedAudit>([](const Ptr<AddedAudit>& audit) { audit->stamp = "stamped"; });
        return true;
    }();
    (void)done;
}

}  // namespace

TEST_CASE("events: what a listener adds is told of too, whatever its model") {
    listen_once();
    TestDatabase database;
    database.create<AddedAudit, AddedArticle>();
    Session session{database.engine};
    auto article = session.add(AddedArticle{.title = "one"});
    session.commit();
    article->title = "two";
    session.commit();
    session.delete_(article);
    session.commit();
    std::string told;
    for (const auto& audit : session.scalars(select<AddedAudit>().order_by(AddedAudit::c.id))) {
        CHECK(audit->stamp == "stamped");
        told += audit->what + ";";
    }
    CHECK(told == "new one;changed two;gone two;");
}
