// What the models know of themselves.
#include "app/models.hpp"

#include "app/app.hpp"

using namespace retort;

std::vector<Ptr<Bookmark>> Bookmark::newest(int count) {
    return Bookmark::query().order_by(Bookmark::c.date.desc()).limit(count).all();
}

void Bookmark::set_tags(std::string_view names) {
    std::vector<Ptr<Tag>> wanted;
    while (!names.empty()) {
        auto comma = std::min(names.find(','), names.size());
        auto name = names.substr(0, comma);
        while (name.starts_with(' ')) name.remove_prefix(1);
        while (name.ends_with(' ')) name.remove_suffix(1);
        if (!name.empty()) wanted.push_back(Tag::get_or_create(name));
        names.remove_prefix(std::min(comma + 1, names.size()));
    }
    tags = wanted;
}

std::string Bookmark::repr() const {
    return "<Bookmark '" + description.value().value_or("None") + "': '" + url.value() + "'>";
}

json Bookmark::to_json() const {
    auto names = json::array({});
    for (const auto& tag : tags) names.push_back(tag->name.value());
    return {{"id", id}, {"url", url}, {"description", description}, {"user", user->username}, {"tags", names}};
}

Ptr<User> User::get_by_username(std::string_view name) {
    return User::query().filter(User::c.username == name).first();
}

Ptr<Tag> Tag::get_or_create(std::string_view name) {
    if (auto tag = Tag::query().filter(Tag::c.name == name).first()) return tag;
    return db.session.add(Tag{.name = std::string(name)});
}

void listen_to_bookmarks() {
    event::set<Bookmark>(Bookmark::c.url, [](const Ptr<Bookmark>&, const std::string& url, const std::string&) {
        if (url.empty()) throw ArgumentError("invalid-text"_code, "a bookmark needs an URL");
    });
    event::before_insert<Bookmark>([](const Ptr<Bookmark>& bookmark) {
        if (bookmark->url.value().find("://") == std::string::npos) bookmark->url = "http://" + bookmark->url.value();
    });
}
