// The application factory.
#include "app/app.hpp"

#include "app/config.hpp"
#include "app/routes.hpp"

using namespace retort;

Database db;
Migrate migrate;

App create_app() {
    App app{"notes"};
    Cors cors{app};
    app.config.from_mapping(config::values());
    app.config.from_prefixed_env();  // RETORT_SQLALCHEMY_DATABASE_URI and others win over the file
    db.init_app(app);
    migrate.init_app(app, db);
    app.register_blueprint(api_route);
    app.before_serving([] { db.create_all(); });
    return app;
}
