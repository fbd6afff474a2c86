// The tables of a new database, after all of its first revisions.
#include "retort/migrate/beginning.hpp"

#include <algorithm>

#include "retort/engine/dialect.hpp"
#include "retort/engine/inspector.hpp"
#include "retort/migrate/errors.hpp"
#include "retort/migrate/kept_data.hpp"
#include "retort/migrate/live_schema.hpp"
#include "retort/migrate/version_table.hpp"

namespace retort::migrations {

namespace {

bool speaks_of_rows(const Operation& operation) {
    return is_opaque(operation) || std::holds_alternative<ops::InsertRows>(operation.step) ||
           std::holds_alternative<ops::DeleteRows>(operation.step);
}

}  // namespace

Beginning::Beginning(const std::vector<std::vector<Operation>>& revisions, const schemas::DdlCompiler& compiler) {
    auto fits = [](const std::vector<Operation>& one) { return std::none_of(one.begin(), one.end(), speaks_of_rows); };
    auto end = std::find_if_not(revisions.begin(), revisions.end(), fits);
    try {
        for (auto one = revisions.begin(); one != end; ++one, ++count_) {
            for (const auto& operation : *one) state_.apply(operation, compiler);
        }
    } catch (const MigrationError&) {
        // Those before it can still begin.
        *this = Beginning({revisions.begin(), revisions.begin() + static_cast<std::ptrdiff_t>(count_)}, compiler);
    }
}

bool Beginning::fits(engines::Connection& connection) {
    auto inspector = connection.dialect().inspect(connection);
    auto tables = inspector->get_table_names();
    std::erase(tables, VersionTable::name);
    return tables.empty() && inspector->get_view_names().empty() && KeptData::list(connection).empty();
}

void Beginning::run(engines::Connection& connection) const {
    const auto& compiler = connection.dialect().ddl();
    for (const auto& table : tables()) {
        refuse_schema({ops::CreateTable{table}, {}, {}, table.schema}, compiler);
        connection.run(compiler.compile(schemas::CreateTable{table}));
        for (const auto& index : table.indexes) {
            connection.run(compiler.compile(schemas::CreateIndex{table.name, index, table.schema}));
        }
    }
}

}  // namespace retort::migrations
