// jsonify of models: by their own to_json, and by a list of columns.
#include "retort/retort.hpp"

using namespace retort;

namespace {

Database jsonify_db;

struct Account : Model<Account> {
    Column<int, primary_key> id;
    Column<std::string> username;
    Column<std::string> password;
    Column<std::optional<Date>> birthday;
};

App account_app() {
    App app{"accounts"};
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://";
    jsonify_db.init_app(app);
    return app;
}

}  // namespace

TEST_CASE("only the columns that are named leave the program") {
    static App app = account_app();
    auto context = app.app_context();
    jsonify_db.create_all();
    auto ada = jsonify_db.session.add(Account{.username = "ada", .password = "secret", .birthday = Date{1815, 12, 10}});
    jsonify_db.session.add(Account{.username = "bob", .password = "secret"});
    jsonify_db.session.commit();

    CHECK(jsonify(ada, Account::c.id, Account::c.username).text() == "{\"id\":1,\"username\":\"ada\"}\n");
    CHECK(jsonify(ada, Account::c.birthday).text() == "{\"birthday\":\"Sun, 10 Dec 1815 00:00:00 GMT\"}\n");
    CHECK(jsonify(Ptr<Account>(), Account::c.id).text() == "null\n");
    auto all = jsonify_db.session.scalars(select<Account>().order_by(Account::c.id));
    CHECK(jsonify(all, Account::c.username, Account::c.birthday).text() ==
          "[{\"birthday\":\"Sun, 10 Dec 1815 00:00:00 "
          "GMT\",\"username\":\"ada\"},{\"birthday\":null,\"username\":\"bob\"}]\n");
}
