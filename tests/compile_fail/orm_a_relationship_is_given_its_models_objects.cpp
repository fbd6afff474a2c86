// expect: a relationship is given an object of its own model
// expect: a collection is given objects of its own model
// expect: a collection is asked for its objects
// control: GOOD
#include "retort/orm/orm.hpp"

using namespace retort;

struct Bookmark;
struct Tag : Model<Tag> {
    Column<int, primary_key> id;
};
struct User : Model<User> {
    Column<int, primary_key> id;
    Many<Bookmark> bookmarks;
};
struct Bookmark : Model<Bookmark> {
    Column<int, primary_key> id;
    Column<int, foreign_key<User>> user_id;
    One<User> user;
};

#ifdef GOOD
Condition good(const Ptr<User>& user, const Ptr<Bookmark>& bookmark) {
    bookmark->user = user;
    bookmark->user = nullptr;
    user->bookmarks.append(bookmark);
    user->bookmarks.append(Bookmark{});
    return User::c.bookmarks.contains(bookmark) || User::c.bookmarks == nullptr;
}
#else
void key(const Ptr<Bookmark>& bookmark) { bookmark->user = 3; }
void other(const Ptr<Bookmark>& bookmark, const Ptr<Tag>& tag) { bookmark->user = tag; }
void appended(const Ptr<User>& user, const Ptr<Tag>& tag) { user->bookmarks.append(tag); }
void made(const Ptr<User>& user) { user->bookmarks.append(Tag{}); }
Condition compared(const Ptr<User>& user) { return User::c.bookmarks == user; }
#endif
