// TableChange: a table as it is and as it shall be, and where the values of its columns come from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "retort/schema/table.hpp"

namespace retort::schemas {

/// Where the values of a column of the changed table come from.
struct ColumnSource {
    std::string column;
    /// The column before; empty for a new one.
    std::string from;
    /// SQL over the row before, instead of its plain value.
    std::string using_sql = {};
    /// SQL for rows that would have NULL otherwise.
    std::string backfill = {};

    /// SQL for the value; empty where the column's default is meant.
    std::string value(const class DdlCompiler& compiler) const;
};

/// A change of one table that keeps its rows. Names of columns stay, but for those that `sources` lead elsewhere.
struct TableChange {
    Table before;
    Table after;
    std::vector<ColumnSource> sources;
    /// The statements that made the table's triggers, for databases where a table is made anew.
    std::vector<std::string> triggers = {};

    /// Null for a column that takes its default.
    const ColumnSource* source_of(std::string_view column) const;
};

/// The sources when every column that both tables have keeps its values.
std::vector<ColumnSource> plain_sources(const Table& before, const Table& after);

}  // namespace retort::schemas
