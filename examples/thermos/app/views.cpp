// The views: the newest bookmarks, a user's, a tag's, and adding one.
#include "app/views.hpp"

#include <string>

#include "app/app.hpp"
#include "app/models.hpp"

using namespace retort;

namespace views {

std::string index() {
    std::string text;
    for (const auto& bookmark : Bookmark::newest(5)) {
        text += (text.empty() ? "" : "; ") + bookmark->url.value() + " by " + bookmark->user->username.value();
    }
    return text;
}

Response user(std::string username) {
    auto found = User::query().filter(User::c.username == username).first_or_404();
    return jsonify(found->bookmarks.order_by(Bookmark::c.date.desc()).all());
}

Response tag(std::string name) {
    auto found = Tag::query().filter(Tag::c.name == name).first_or_404();
    auto marked = found->bookmarks.query().options(joinedload(Bookmark::c.user), selectinload(Bookmark::c.tags));
    return jsonify(marked.order_by(Bookmark::c.id).all());
}

Response add(std::string username) {
    auto found = User::query().filter(User::c.username == username).first_or_404();
    const json& body = request.json();
    auto bookmark = found->bookmarks.append(Bookmark{.url = body["url"].as<std::string>()});
    if (body.contains("description")) bookmark->description = body["description"].as<std::string>();
    if (body.contains("tags")) bookmark->set_tags(body["tags"].as<std::string>());
    db.session.commit();
    return {jsonify(bookmark), 201};
}

}  // namespace views

Blueprint bookmarks = [] {
    Blueprint blueprint{"bookmarks"};
    blueprint.route<views::index>("/");
    blueprint.route<views::user>("/user/<username>");
    blueprint.route<views::add>("/user/<username>/bookmarks", {POST});
    blueprint.route<views::tag>("/tag/<name>");
    return blueprint;
}();
