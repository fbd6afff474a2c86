// The models: users, their bookmarks, and the tags of these.
#pragma once

#include <retort/retort.hpp>

#include <string>
#include <string_view>
#include <vector>

struct User;
struct Tag;

/// Which bookmark has which tags.
struct bookmark_tags : retort::Model<bookmark_tags> {
    retort::Column<int, retort::primary_key, retort::foreign_key<struct Bookmark>> bookmark_id;
    retort::Column<int, retort::primary_key, retort::foreign_key<Tag>> tag_id;
};

struct Bookmark : retort::Model<Bookmark> {
    retort::Column<int, retort::primary_key> id;
    retort::Column<retort::Text> url;
    retort::Column<retort::DateTime> date = retort::utc_now;
    retort::Column<std::optional<retort::String<300>>> description;
    retort::Column<int, retort::foreign_key<User>> user_id;
    retort::One<User> user;
    retort::Many<Tag, retort::secondary<bookmark_tags>, retort::order_by<"name">> tags;

    static std::vector<retort::Ptr<Bookmark>> newest(int count);
    /// "news,c++": each tag that is not there yet is made.
    void set_tags(std::string_view names);
    std::string repr() const;
    retort::json to_json() const;
};

struct User : retort::Model<User> {
    retort::Column<int, retort::primary_key> id;
    retort::Column<retort::String<80>, retort::unique_key> username;
    retort::Column<std::optional<retort::String<120>>, retort::unique_key> email;
    retort::Many<Bookmark, retort::lazy::dynamic> bookmarks;
    /// The same objects once more, to be read: a dynamic relationship is a query, this one can be loaded in every way.
    retort::Many<Bookmark, retort::viewonly, retort::order_by<"id">> shelf;

    static retort::Ptr<User> get_by_username(std::string_view name);
    retort::json to_json() const { return {{"id", id}, {"username", username}, {"email", email}}; }
};

struct Tag : retort::Model<Tag> {
    retort::Column<int, retort::primary_key> id;
    retort::Column<retort::String<25>, retort::unique_key> name;
    retort::Many<Bookmark, retort::secondary<bookmark_tags>, retort::lazy::dynamic> bookmarks;

    static retort::Ptr<Tag> get_or_create(std::string_view name);
};

/// What runs when bookmarks are written: an URL without a scheme gets one, one without a word is refused.
void listen_to_bookmarks();
