// The views: the newest bookmarks, pages of them, a user's, a tag's, the tags; adding, changing and deleting one.
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

/// `/bookmarks?page=2&per_page=10`, with the tags and the users of a page in two more queries, however long it is.
Response recent() {
    auto query = select<Bookmark>().order_by(Bookmark::c.date.desc(), Bookmark::c.id.desc());
    auto page = db.paginate(query.options(selectinload(Bookmark::c.tags), selectinload(Bookmark::c.user)));
    auto items = json::array({});
    for (const auto& bookmark : page) items.push_back(bookmark->to_json());
    return jsonify(json{{"items", items}, {"page", page.page}, {"pages", page.pages()}, {"total", page.total}});
}

/// Each tag with how many bookmarks it has, the commonest first.
Response tags() {
    auto counted = func::count(bookmark_tags::c.bookmark_id);
    auto query = select(Tag::c.name, counted)
                     .outerjoin<bookmark_tags>(bookmark_tags::c.tag_id == Tag::c.id)
                     .group_by(Tag::c.id)
                     .order_by(counted.desc(), Tag::c.name);
    auto all = json::array({});
    for (const auto& [name, count] : db.session.execute(query)) all.push_back({{"name", name}, {"bookmarks", count}});
    return jsonify(all);
}

Response user(const std::string& username) {
    auto found = User::query().filter(User::c.username == username).first_or_404();
    return jsonify(found->bookmarks.order_by(Bookmark::c.date.desc()).all());
}

Response tag(const std::string& name) {
    auto found = Tag::query().filter(Tag::c.name == name).first_or_404();
    auto marked = found->bookmarks.query().options(joinedload(Bookmark::c.user), selectinload(Bookmark::c.tags));
    return jsonify(marked.order_by(Bookmark::c.id).all());
}

Response add(const std::string& username) {
    auto found = User::query().filter(User::c.username == username).first_or_404();
    const json& body = request.json();
    auto bookmark = found->bookmarks.append(Bookmark{.url = body["url"].as<std::string>()});
    if (body.contains("description")) bookmark->description = body["description"].as<std::string>();
    if (body.contains("tags")) bookmark->set_tags(body["tags"].as<std::string>());
    db.session.commit();
    return {jsonify(bookmark), 201};
}

Response change(int id) {
    auto bookmark = db.get_or_404<Bookmark>(id);
    const json& body = request.json();
    if (body.contains("url")) bookmark->url = body["url"].as<std::string>();
    if (body.contains("description")) bookmark->description = body["description"].as<std::string>();
    if (body.contains("tags")) bookmark->set_tags(body["tags"].as<std::string>());
    db.session.commit();
    return jsonify(bookmark);
}

/// Its rows in bookmark_tags go with it; the tags stay.
Response remove(int id) {
    db.session.delete_(db.get_or_404<Bookmark>(id));
    db.session.commit();
    return {"", 204};
}

}  // namespace views

Blueprint bookmarks = [] {
    Blueprint blueprint{"bookmarks"};
    blueprint.route<views::index>("/");
    blueprint.route<views::user>("/user/<username>");
    blueprint.route<views::add>("/user/<username>/bookmarks", {POST});
    blueprint.route<views::recent>("/bookmarks");
    blueprint.route<views::change>("/bookmarks/<int:id>", {PUT});
    blueprint.route<views::remove>("/bookmarks/<int:id>", {DELETE});
    blueprint.route<views::tags>("/tags");
    blueprint.route<views::tag>("/tag/<name>");
    return blueprint;
}();
