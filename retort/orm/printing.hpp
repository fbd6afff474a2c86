// Typed statements as text for people.
#pragma once

#include "retort/orm/column_cell.hpp"
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
/// `std::cout << User::c.name`: the column, as in a query.
template <class Stream, orm::AnyColumn C>
    requires(std::is_volatile_v<C> && std::is_class_v<Stream> &&
             requires(Stream& out, const std::string& text) { out << text; })
Stream& operator<<(Stream& out, C& column) {
    out << sql::text_of(column.expression().ref());
    return out;
}

}  // namespace retort
