// Names: of tables after their classes, and of constraints after their tables and columns.
#pragma once

#include <string>
#include <string_view>

#include "retort/schema/table.hpp"

namespace retort::schemas {

/// Flask-SQLAlchemy's rule: `MyHTTPServer` is `my_http_server`.
std::string table_name_of(std::string_view class_name);

/// How constraints without a name are called. Tokens, as SQLAlchemy's: `%(table_name)s`, `%(column_0_name)s`,
/// `%(column_0_N_name)s` (all columns, joined by `_`), `%(column_0_label)s`, `%(referred_table_name)s`,
/// `%(constraint_name)s`. An empty template leaves its kind alone.
struct NamingConvention {
    std::string index = "ix_%(column_0_label)s";
    std::string unique;
    std::string check;
    std::string foreign_key;
    std::string primary_key;

    /// Names everything, so that a migration can drop it: what models get.
    static NamingConvention for_models();
};

/// A name that fits: what is too long is cut, and ends in four digits of its MD5, as SQLAlchemy cuts it.
std::string short_name(const std::string& name, std::size_t longest);

/// Names what has no name yet, and passes names of checks through their template.
/// Throws ArgumentError("unnamed-check") where the template needs a name and there is none, and
/// ArgumentError("unknown-naming-token") for a token that does not exist.
void name_constraints(Table& table, const NamingConvention& convention);

}  // namespace retort::schemas
