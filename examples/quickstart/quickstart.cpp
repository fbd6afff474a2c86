// The quickstart of Flask-SQLAlchemy 3.0: users in a list, created, shown and deleted.
#include <retort/retort.hpp>
using namespace retort;

Database db;

struct User : Model<User> {
    Column<int, primary_key> id;
    Column<std::string, unique_key> username;  // NOT NULL, because it is not optional
    Column<std::optional<std::string>> email;
};

Response user_list() {
    auto users = db.session.scalars(select<User>().order_by(User::c.username));
    return render_template("user/list.html", {{"users", users}});
}

Response user_detail(int id) {
    auto user = db.get_or_404<User>(id);
    return render_template("user/detail.html", {{"user", user}});
}

Response user_create() {
    if (request.method() == POST) {
        auto user = db.session.add(User{.username = request.form["username"], .email = request.form["email"]});
        db.session.commit();
        return redirect(url_for<user_detail>(user->id));
    }
    return render_template("user/create.html");
}

Response user_delete(int id) {
    auto user = db.get_or_404<User>(id);
    if (request.method() == POST) {
        db.session.delete_(user);
        db.session.commit();
        return redirect(url_for<user_list>());
    }
    return render_template("user/delete.html", {{"user", user}});
}

App create_app() {
    App app{"quickstart"};
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///testes.db";  // in the instance folder
    app.config.from_prefixed_env();                                 // RETORT_SQLALCHEMY_DATABASE_URI wins
    db.init_app(app);
    app.route<user_list>("/users");
    app.route<user_create>("/users/create", {GET, POST});
    app.route<user_detail>("/user/<int:id>");
    app.route<user_delete>("/user/<int:id>/delete", {GET, POST});
    app.before_serving([] { db.create_all(); });
    return app;
}

int main(int argc, char** argv) { return create_app().main(argc, argv); }
