// The one-file application: the Flask-SQLAlchemy quickstart with JSON in place of templates.
#include <retort/retort.hpp>
using namespace retort;

Database db;

struct User : Model<User> {
    Column<int, primary_key> id;
    Column<std::string, unique_key> username;  // NOT NULL, because it is not optional
    Column<std::optional<std::string>> email;

    json to_json() const { return {{"id", id}, {"username", username}, {"email", email}}; }
};

Response user_list() { return jsonify(db.session.scalars(select<User>().order_by(User::c.username))); }

Response user_detail(int id) { return jsonify(db.get_or_404<User>(id)); }

Response user_create() {
    if (request.method() == POST) {
        auto user = db.session.add(User{.username = request.form["username"], .email = request.form.get("email")});
        db.session.commit();
        return redirect(url_for<user_detail>(user->id));
    }
    return "POST username and email";
}

Response user_delete(int id) {
    auto user = db.get_or_404<User>(id);
    if (request.method() == POST) {
        db.session.delete_(user);
        db.session.commit();
        return redirect(url_for<user_list>());
    }
    return "POST to delete";
}

App create_app() {
    App app{"quickstart"};
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///testes.db";  // in the instance folder
    db.init_app(app);
    app.route<user_list>("/users");
    app.route<user_create>("/users/create", {GET, POST});
    app.route<user_detail>("/user/<int:id>");  // a consteval rule: checked against user_detail(int) when compiled
    app.route<user_delete>("/user/<int:id>/delete", {GET, POST});
    app.before_serving([] { db.create_all(); });
    Blueprint pages{"pages", {.template_folder = "pages"}};
    app.register_blueprint(pages);
    app.cli.command("about", "Prints a page.", [](const Invocation& call) {
        call.echo(render_template("about.html", {{"program", "quickstart"}}));
    });
    return app;
}

int main(int argc, char** argv) { return create_app().main(argc, argv); }
