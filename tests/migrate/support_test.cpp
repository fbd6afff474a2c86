// The helpers of these tests.
#include "support.hpp"

#include <algorithm>

namespace migrate_test {

std::string contents(const TestDatabase& database) {
    auto connection = database.engine.connect();
    std::string out;
    for (const auto& table : database.tables()) {
        std::vector<std::string> names;
        for (const auto& column : table.columns) names.push_back(column.name);
        std::sort(names.begin(), names.end());
        std::string list;
        for (const auto& name : names) {
            auto quoted = database.compiler().quoted(name);
            list += (list.empty() ? "" : " || ' ' || ") + ("quote(" + quoted + ")");
        }
        out += table.name + ":";
        for (const auto& name : names) out += ' ' + name;
        out += '\n';
        for (const auto& row : connection->execute("SELECT " + list + " FROM " +
                                                   database.compiler().quoted(table.name) + " ORDER BY 1")) {
            out += "  " + row.get<std::optional<std::string>>(0).value_or("?") + '\n';
        }
    }
    return out;
}

std::string schema_text(const TestDatabase& database) {
    std::string out;
    for (const auto& row : database.engine.connect()->execute(
             "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE '\\_retort\\_%' ESCAPE '\\' AND "
             "tbl_name NOT LIKE '\\_retort\\_%' ESCAPE '\\' AND name <> 'alembic_version' ORDER BY type, name")) {
        out += schemas::normal_sql(row.get<std::string>(0)) + '\n';
    }
    return out;
}

std::string everything(const TestDatabase& database) {
    auto connection = database.engine.connect();
    std::string out;
    auto add = [&](const std::string& sql) {
        for (const auto& row : connection->execute(sql)) {
            for (std::size_t i = 0; i < row.size(); ++i) out += sql::to_string(row.get<sql::Value>(i).view()) + '|';
            out += '\n';
        }
    };
    add("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name");
    auto tables = connection->execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    for (const auto& name : tables.scalars<std::string>()) {
        out += name + ":\n";
        add("SELECT * FROM " + database.compiler().quoted(name));
    }
    return out;
}

Told error_of(retort::FunctionRef<void()> work) {
    try {
        work();
    } catch (const retort::Error& error) {
        return {std::string(error.code()), error.message(), error.hint()};
    }
    return {"no error", "", ""};
}

Script script(std::string id, std::vector<std::string> down, std::vector<Operation> up,
              std::vector<Operation> down_operations) {
    Script out{.id = std::move(id), .down_revisions = std::move(down)};
    out.upgrade = [up](Operations& op) {
        for (const auto& one : up) op.add(one);
    };
    out.downgrade = [down_operations](Operations& op) {
        for (const auto& one : down_operations) op.add(one);
    };
    return out;
}

std::string told(const std::vector<schemas::Table>& is, const std::vector<schemas::Table>& wanted,
                 const schemas::DdlCompiler& compiler) {
    std::string out;
    for (const auto& table : wanted) {
        auto own = std::find_if(is.begin(), is.end(), [&](auto& one) { return one.name == table.name; });
        if (own == is.end()) {
            out += "no table " + table.name + '\n';
            continue;
        }
        for (const auto& one : differences(*own, table, compiler)) {
            out += table.name + ": " + schemas::to_string(one) + '\n';
        }
    }
    for (const auto& table : is) {
        bool known = std::any_of(wanted.begin(), wanted.end(), [&](auto& one) { return one.name == table.name; });
        if (!known) out += "too much: table " + table.name + '\n';
    }
    return out;
}

}  // namespace migrate_test
