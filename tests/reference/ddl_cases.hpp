// The comparison of recorded tables, their types and their indexes with ours.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "recorded.hpp"
#include "retort/dialects/mysql/ddl.hpp"
#include "retort/dialects/postgresql/ddl.hpp"
#include "retort/dialects/sqlite/ddl.hpp"
#include "retort/schema/schema.hpp"
#include "tests/doctest.hpp"

namespace ddl_cases {

using namespace retort::schemas;
using namespace retort::sql::types;
using retort::sql::text;
using retort::sql::Type;

inline const Column id{.name = "id", .type = Integer(), .primary_key = true};
inline Column integer(std::string name) { return {.name = std::move(name), .type = Integer()}; }

inline const std::map<std::string, const DdlCompiler*>& compilers() {
    static const std::map<std::string, const DdlCompiler*> all = {
        {"sqlite", &retort::dialects::sqlite::sqlite_ddl()},
        {"postgresql", &retort::dialects::postgresql::postgresql_ddl()},
        {"mysql", &retort::dialects::mysql::mysql_ddl()},
    };
    return all;
}

/// "-" for what cannot be written.
inline std::string text_of(const DdlCompiler& compiler, const DdlStatement& statement) {
    try {
        return compiler.compile(statement);
    } catch (const retort::sql::CompileError&) {
        return "-";
    }
}

/// What Retort writes on purpose where the original writes something else (docs/differences.md).
using Differences = std::map<std::pair<std::string, std::string>, std::string>;

inline void check_table(const recorded::Record& record, const Table& table, const Differences& differences = {}) {
    for (const auto& [dialect, compiler] : compilers()) {
        CAPTURE(dialect);
        auto ours = differences.find({record.subject, dialect});
        std::string expected = ours == differences.end() ? record.one(dialect) : ours->second;
        CHECK(text_of(*compiler, CreateTable{table}) == expected);
        if (record.one(dialect) == "-") continue;
        std::vector<std::string> indexes;
        for (const Index& index : table.indexes) {
            indexes.push_back(text_of(*compiler, CreateIndex{table.name, index, table.schema}));
        }
        CHECK(indexes == record.all(dialect + "_ix"));
    }
}

}  // namespace ddl_cases
