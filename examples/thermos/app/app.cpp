// The application factory.
#include "app/app.hpp"

#include "app/commands.hpp"
#include "app/models.hpp"
#include "app/views.hpp"

using namespace retort;

Database db;
Migrate migrate;

App create_app() {
    App app{"thermos"};
    app.config["SECRET_KEY"] = "change me: python -c 'import secrets; print(secrets.token_hex())'";
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///thermos.db";
    app.config["SQLALCHEMY_RECORD_QUERIES"] = true;  // for the command `lazy`
    app.config.from_prefixed_env();                  // RETORT_SQLALCHEMY_DATABASE_URI and others win
    db.init_app(app);
    migrate.init_app(app, db);
    static const bool listening = (listen_to_bookmarks(), true);  // for all sessions of the program, once
    static_cast<void>(listening);
    app.register_blueprint(bookmarks);
    add_commands(app);
    return app;
}
