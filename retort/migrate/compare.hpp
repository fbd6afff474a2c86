// Comparing what there is with what the models want: the operations that lead from one to the other.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/migrate/schema_state.hpp"

namespace retort::migrations {

/// What the comparison asks of the world outside.
struct CompareOptions {
    /// Whether this takes part: a kind ("table", "column", "index", "constraint"), its name, and its table.
    std::function<bool(std::string_view kind, std::string_view name, std::string_view table)> include = {};
    /// Asked when one thing went and another like it came: "Was table user renamed to account?"
    std::function<bool(const std::string& question)> ask = {};
    /// SQL that holds for rows of a table; how many there are. Without it nobody looks at rows.
    std::function<std::int64_t(const schemas::Table& table, const std::string& condition)> count = {};
    /// Tables that the revisions describe: what a database cannot keep, such as comments on SQLite, is taken from them.
    const SchemaState* described = nullptr;
};

/// What was found.
struct Changes {
    std::vector<Operation> operations;
    /// "added column 'user.bio'", for the log.
    std::vector<std::string> detected;
    /// What may be a rename, where nobody could be asked.
    std::vector<std::string> doubts;
    /// Tables that would be dropped, and all that there were.
    std::size_t dropped_tables = 0;
    std::size_t known_tables = 0;
};

/// The way from `is` to `wanted`. Tables are taken in an order in which they can be made.
Changes compare_schemas(const std::vector<schemas::Table>& is, const std::vector<const schemas::Table*>& wanted,
                        const schemas::DdlCompiler& compiler, const CompareOptions& options = {});

/// The operations that make the second of two tables of one name; `created` are tables that are made before, without
/// rows.
std::vector<Operation> compare_one(const schemas::Table& is, const schemas::Table& wanted,
                                   const schemas::DdlCompiler& compiler, const CompareOptions& options = {},
                                   const std::vector<std::string>& created = {});

/// How alike two tables or columns are: 0 to 1.
double likeness(const schemas::Table& a, const schemas::Table& b);
double likeness(const schemas::Column& a, const schemas::Column& b);

}  // namespace retort::migrations
