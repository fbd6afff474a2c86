// The models: users, and the bookmarks that they keep.
#pragma once

#include <retort/retort.hpp>

struct Bookmark;

struct Usuarios : retort::Model<Usuarios> {
    retort::Column<int, retort::primary_key> id;
    retort::Column<retort::String<80>> nombre;
    retort::Column<std::optional<retort::String<120>>, retort::unique_key> email;
    retort::Many<Bookmark, retort::lazy::dynamic> bookmarks;

    retort::json to_json() const { return {{"id", id}, {"nombre", nombre}, {"email", email}}; }
};

struct Bookmark : retort::Model<Bookmark> {
    retort::Column<int, retort::primary_key> id;
    retort::Column<retort::Text> url;
    retort::Column<std::optional<retort::DateTime>> date = retort::utc_now;
    retort::Column<std::optional<retort::String<300>>> description;
    retort::Column<int, retort::foreign_key<Usuarios>> user_id;
    retort::One<Usuarios> user;

    retort::json to_json() const {
        return {{"id", id}, {"url", url}, {"date", date}, {"description", description}, {"user_id", user_id}};
    }
};
