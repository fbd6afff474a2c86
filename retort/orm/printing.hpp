// Typed statements as text for people.
#pragma once

#include "retort/sql/printing.hpp"

namespace retort {

namespace orm {

/// A typed statement, which prints as its SQL.
struct Printable {};

template <class S>
sql::NodeRef node_of(const S& statement) {
    if constexpr (requires { statement.ref(); }) {
        return statement.ref();
    } else {
        return statement.as_rows().ref();
    }
}

}  // namespace orm

/// The SQL of a statement with named parameters: `WHERE "user".name = :name_1`. A database is sent its own dialect's.
template <std::derived_from<orm::Printable> S>
std::string to_string(const S& statement) {
    return sql::text_of(orm::node_of(statement));
}
/// `std::cout << select<User>().where(User::c.age > 18)`
template <class Stream, std::derived_from<orm::Printable> S>
    requires(std::is_class_v<Stream> && requires(Stream& out, const std::string& text) { out << text; })
Stream& operator<<(Stream& out, const S& statement) {
    out << to_string(statement);
    return out;
}

}  // namespace retort
