// What two tables differ in, by content: as the dialect writes it, not as it was spelt.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "retort/schema/ddl.hpp"

namespace retort::schemas {

/// What a difference is about.
enum class Subject : std::uint8_t {
    column,  ///< added or removed as a whole
    column_order,
    type,
    nullable,
    server_default,
    computed,
    collation,
    comment,  ///< of a column, or without a name of the table
    primary_key,
    foreign_key,
    unique,
    check,
    exclude,
    index,
    options,  ///< of a column, or without a name of the table
};

/// One thing that is not the same in two tables.
struct Difference {
    Subject subject;
    /// Of the column, constraint or index; empty for those of the table and for constraints without a name.
    std::string name;
    /// As DDL; empty where it was not there.
    std::string before;
    std::string after;
    friend bool operator==(const Difference&, const Difference&) = default;
};

/// What must change to make `after` of `before`; empty when they are the same. Names of tables do not count. Two
/// spellings that mean the same do not differ: types that the dialect writes alike, `NO ACTION` and no action,
/// `a>0` and `(a > 0)`. Constraints are told apart by content first and by name then.
std::vector<Difference> compare_tables(const Table& before, const Table& after, const DdlCompiler& compiler);

/// A constraint or index without its name, in a form that all spellings of one meaning share; empty for what the
/// database does not have, such as the CHECK of a boolean where there are booleans.
std::string content_of(const Constraint& constraint, const Table& table, const DdlCompiler& compiler);
/// `table` is the name that may stand before columns and means nothing.
std::string content_of(const Check& check, std::string_view table, const DdlCompiler& compiler);
std::string content_of(const Index& index, std::string_view table, const DdlCompiler& compiler);

/// For a person: `unique uq_a: UNIQUE (a) -> UNIQUE (a, b)`.
std::string to_string(const Difference& difference);

}  // namespace retort::schemas
