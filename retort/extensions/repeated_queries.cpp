// Which relationship a repeated query loads is read off its table and its condition.
#include "retort/extensions/repeated_queries.hpp"

#include <map>
#include <optional>

#include "retort/orm/mapper.hpp"

namespace retort::detail {
namespace {

/// The condition `column = parameter` of one table, as lazy loading writes it: "bookmark.user_id".
bool asks_for(std::string_view sql, std::string_view table, std::string_view column) {
    auto where = sql.find(" WHERE ");
    if (where == std::string_view::npos) return false;
    auto from = sql.substr(0, where);
    if (!from.ends_with(" FROM " + std::string{table})) return false;
    auto key = std::string{table} + "." + std::string{column};
    auto condition = sql.substr(where + 7);
    return condition.starts_with(key + " = ") || condition == "? = " + key || condition == "$1 = " + key;
}

/// Looking at the schema table by table is no mistake of the application.
bool of_schema(std::string_view sql) {
    for (auto name : {"sqlite_schema", "information_schema", "pg_catalog"}) {
        if (sql.find(name) != std::string_view::npos) return true;
    }
    return false;
}

/// One line without quotes.
std::string flattened(std::string_view sql) {
    std::string text;
    for (char c : sql) {
        bool blank_before = text.ends_with(' ');
        if (c == '\n') c = ' ';
        if (c != '"' && c != '`' && !(c == ' ' && blank_before)) text += c;
    }
    return text;
}

/// The option that would have loaded all of them at once; empty when no relationship fits.
std::string loader_option(std::string_view sql) {
    for (auto* mapper : orm::enrolled_models()) {
        for (auto& relationship : mapper->relationships) {
            if (relationship.child == nullptr || relationship.foreign_key == nullptr) continue;
            if (relationship.secondary != nullptr || relationship.owner != mapper) continue;
            bool children = relationship.is_parent();
            auto& asked = children ? *relationship.child : *relationship.target;
            auto* column = children ? relationship.foreign_key : relationship.referenced;
            if (column == nullptr || !asks_for(sql, asked.table_name, column->column_name)) continue;
            auto option = children ? "selectinload(" : "joinedload(";
            return option + std::string{mapper->name()} + "::c." + std::string{relationship.name} + ")";
        }
    }
    return {};
}

}  // namespace

std::vector<std::string> repeated_query_warnings(const std::vector<RecordedQuery>& queries, std::size_t least) {
    std::map<std::string_view, std::size_t> times;
    std::vector<std::string> warnings;
    for (auto& query : queries) {
        if (!query.statement.starts_with("SELECT") || of_schema(query.statement) || ++times[query.statement] != least)
            continue;
        std::size_t all = 0;
        for (auto& other : queries) all += other.statement == query.statement;
        auto statement = flattened(query.statement);
        auto option = loader_option(statement);
        auto mend = option.empty() ? "load what it gives together with the list"
                                   : "query the list with options(" + option + ")";
        warnings.push_back("N+1: one query ran " + std::to_string(all) + " times; " + mend + ": " + statement);
    }
    return warnings;
}

}  // namespace retort::detail
