// jsonify of models by a list of columns: what is not named does not leave the program.
#pragma once

#include "retort/orm/chosen_columns.hpp"
#include "retort/web/response.hpp"

namespace retort {

/// `jsonify(user, User::c.id, User::c.username)`
template <class T, orm::AnyColumn First, orm::AnyColumn... More>
Response jsonify(const Ptr<T>& object, const volatile First& first, const volatile More&... more) {
    return jsonify(orm::chosen_columns(object, first, more...));
}
/// `jsonify(db.session.scalars(select<User>()), User::c.id, User::c.username)`: an array.
template <class Range, orm::AnyColumn First, orm::AnyColumn... More>
    requires requires(const Range& objects) { objects.begin()->get(); }
Response jsonify(const Range& objects, const volatile First& first, const volatile More&... more) {
    auto rows = json::array({});
    for (const auto& object : objects) rows.push_back(orm::chosen_columns(object, first, more...));
    return jsonify(rows);
}

}  // namespace retort
