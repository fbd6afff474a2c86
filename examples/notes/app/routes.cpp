// The views: users, their bookmarks, a page of users, and two that fail on purpose.
#include "app/routes.hpp"

#include <stdexcept>

#include "app/app.hpp"
#include "app/models.hpp"

using namespace retort;

namespace views {

Response hola() { return {jsonify("Hola"), 200}; }

Response get_usuarios() {
    return {jsonify(db.session.execute(select<Usuarios>().order_by(Usuarios::c.id)).scalars()), 200};
}

Response add_usuario() {
    auto data = request.get_json();
    auto user = db.session.add(Usuarios{
        .nombre = data["nombre"].as<std::string>(),
        .email = data.get("email").as<std::optional<std::string>>(),
    });
    db.session.commit();
    return {jsonify(user), 201};
}

Response one_usuario(int id) {
    auto user = db.get_or_404<Usuarios>(id);
    if (request.method() == PUT) {
        for (auto& [key, value] : request.get_json().items()) {
            if (key == "nombre") user->nombre = value.as<std::string>();
            if (key == "email") user->email = value.as<std::optional<std::string>>();
        }
        db.session.commit();
    }
    if (request.method() == DELETE) {
        db.session.delete_(user);
        db.session.commit();
        return {"", 204};
    }
    return jsonify(user);
}

Response bookmarks(int id) {
    auto user = db.get_or_404<Usuarios>(id, "no such user");
    if (request.method() == POST) {
        auto bookmark = db.session.add(Bookmark{
            .url = request.form["url"],
            .description = request.form.get("description"),
            .user = user,
        });
        db.session.commit();
        return {jsonify(bookmark), 201, {{"X-Made", "yes"}}};
    }
    return jsonify({
        {"count", user->bookmarks.count()},
        {"items", user->bookmarks.order_by(Bookmark::c.id.desc()).limit(10).all()},
    });
}

Response page() {
    auto p = db.paginate(select<Usuarios>().order_by(Usuarios::c.id), {.max_per_page = 50});
    auto ids = json::array({});
    for (auto& user : p) ids.push_back(user->id);
    return jsonify({
        {"page", p.page},
        {"per_page", p.per_page},
        {"total", p.total},
        {"pages", p.pages()},
        {"has_next", p.has_next()},
        {"has_prev", p.has_prev()},
        {"next_num", p.next_num()},
        {"prev_num", p.prev_num()},
        {"first", p.first()},
        {"last", p.last()},
        {"items", ids},
        {"iter", p.iter_pages()},
    });
}

Response boom() { throw std::domain_error("division by zero"); }

Response teapot() { abort(418); }

}  // namespace views

Blueprint api_route = [] {
    Blueprint blueprint{"api_route"};
    blueprint.route<views::hola>("/hola", {GET});
    blueprint.route<views::get_usuarios>("/users", {GET});
    blueprint.route<views::add_usuario>("/users", {POST});
    blueprint.route<views::one_usuario>("/users/<int:id>", {GET, PUT, DELETE});
    blueprint.route<views::bookmarks>("/users/<int:id>/bookmarks/", {GET, POST});
    blueprint.route<views::page>("/page");
    blueprint.route<views::boom>("/boom");
    blueprint.route<views::teapot>("/teapot");
    return blueprint;
}();
