// Counting rows around an upgrade.
#include "retort/migrate/row_counts.hpp"

#include "retort/base/text.hpp"
#include "retort/engine/dialect.hpp"
#include "retort/engine/result.hpp"
#include "retort/migrate/errors.hpp"
#include "retort/schema/sql_tokens.hpp"

namespace retort::migrations {

namespace {

std::int64_t rows_of(engines::Connection& connection, const std::string& table) {
    return connection.execute("SELECT count(*) FROM " + connection.dialect().ddl().quoted(table))
        .scalar_one<std::int64_t>();
}

}  // namespace

RowCounts::RowCounts(engines::Connection& connection, const std::vector<schemas::Table>& tables) {
    for (const auto& table : tables) counts_[table.name] = {rows_of(connection, table.name)};
}

void RowCounts::follow(const std::vector<Operation>& operations) {
    for (const auto& operation : operations) follow(operation);
}

void RowCounts::follow(const Operation& operation) {
    const auto& step = operation.step;
    if (const auto* one = std::get_if<ops::RenameTable>(&step)) {
        auto entry = counts_.extract(one->table);
        if (entry.empty()) return;
        entry.key() = one->to;
        counts_.insert(std::move(entry));
    } else if (std::holds_alternative<ops::DropTable>(step)) {
        counts_.erase(table_of(operation));
    } else if (std::holds_alternative<ops::DeleteRows>(step)) {
        auto found = counts_.find(table_of(operation));
        if (found != counts_.end()) found->second.may_lose = true;
    } else if (const auto* execute = std::get_if<ops::Execute>(&step)) {
        for (const auto& [dialect, sql] : execute->sql) forgive(sql);
    } else if (std::holds_alternative<ops::Run>(step)) {
        for (auto& [table, count] : counts_) count.may_lose = true;
    }
}

/// SQL that names a table speaks of it, whatever it does there.
void RowCounts::forgive(const std::string& sql) {
    for (const auto& token : schemas::tokenize(sql)) {
        for (auto& [table, count] : counts_) count.may_lose = count.may_lose || iequals(token.name(), table);
    }
}

std::vector<std::string> RowCounts::compare(engines::Connection& connection) const {
    std::vector<std::string> told, lost;
    for (const auto& [table, count] : counts_) {
        if (!connection.dialect().inspect(connection)->has_table(table)) continue;  // SQL dropped it
        auto now = rows_of(connection, table);
        if (now >= count.rows) continue;
        auto line =
            "table " + table + " has " + std::to_string(count.rows) + " rows, and would have " + std::to_string(now);
        (count.may_lose ? told : lost).push_back(std::move(line));
    }
    if (lost.empty()) return told;
    throw DataConflict("rows-lost"_code,
                       "The upgrade would lose rows that no step of it speaks of: " + join(lost, "; "),
                       "look at the triggers, and at what the revisions insert; where it is meant, say so with "
                       "op.delete_rows or op.execute, or say --no-rehearsal");
}

}  // namespace retort::migrations
