// Statements and expressions as text for people.
#pragma once

#include <concepts>
#include <string>
#include <type_traits>

#include "retort/sql/expression.hpp"

namespace retort::sql {

class Select;
class Insert;
class Update;
class Delete;

/// Standard SQL whose parameters stand as names, `WHERE t.a = :a_1`. A database is sent its own dialect's.
std::string text_of(const NodeRef& statement);

/// What prints as its SQL.
template <class S>
concept Printed = std::derived_from<S, Expression> || std::same_as<S, Select> || std::same_as<S, Insert> ||
                  std::same_as<S, Update> || std::same_as<S, Delete>;

/// `std::cout << select({t.column("a")})`
template <Printed S>
std::string to_string(const S& statement) {
    return text_of(statement.ref());
}
template <class Stream, Printed S>
    requires(std::is_class_v<Stream> && requires(Stream& out, const std::string& text) { out << text; })
Stream& operator<<(Stream& out, const S& statement) {
    out << text_of(statement.ref());
    return out;
}

}  // namespace retort::sql
