// Tables, keys and indexes, read from SQLite's catalogue.
#include "retort/dialects/sqlite/inspector.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include "retort/engine/result.hpp"
#include "retort/sql/expression.hpp"

namespace retort::dialects::sqlite {

namespace {

using engines::Row;

std::string text_of(const Row& row, std::string_view column) {
    return row.get<std::optional<std::string>>(column).value_or("");
}

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

schemas::Action action_of(const std::string& text) {
    if (text == "CASCADE") return schemas::Action::cascade;
    if (text == "SET NULL") return schemas::Action::set_null;
    if (text == "SET DEFAULT") return schemas::Action::set_default;
    if (text == "RESTRICT") return schemas::Action::restrict_;
    return schemas::Action::unspecified;
}

class SqliteInspector final : public engines::Inspector {
  public:
    explicit SqliteInspector(engines::Connection& connection) : connection_(connection) {}

    std::vector<std::string> table_names(std::string_view schema) override;
    bool has_table(std::string_view name, std::string_view schema) override;
    std::optional<schemas::Table> table(std::string_view name, std::string_view schema) override;

  private:
    engines::Result ask(std::string_view sql, std::string_view table, std::string_view schema);
    void read_columns(schemas::Table& table);
    void read_foreign_keys(schemas::Table& table);
    void read_indexes(schemas::Table& table);
    std::vector<std::string> index_columns(std::string_view index, std::string_view schema);

    engines::Connection& connection_;
};

/// The catalogue's table-valued functions take the table and the schema as parameters.
engines::Result SqliteInspector::ask(std::string_view sql, std::string_view table, std::string_view schema) {
    const sql::ValueView parameters[] = {sql::ValueView::of(table),
                                         sql::ValueView::of(schema.empty() ? std::string_view("main") : schema)};
    return connection_.execute(sql, parameters);
}

std::string catalogue(std::string_view schema) {
    if (schema.empty()) return "sqlite_schema";
    std::string out = "\"";
    for (char c : schema) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\".sqlite_schema";
}

std::vector<std::string> SqliteInspector::table_names(std::string_view schema) {
    auto sql = "SELECT name FROM " + catalogue(schema) +
               " WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name";
    return connection_.execute(sql).scalars<std::string>();
}

bool SqliteInspector::has_table(std::string_view name, std::string_view schema) {
    auto sql = "SELECT 1 FROM " + catalogue(schema) + " WHERE type IN ('table', 'view') AND name = ? COLLATE NOCASE";
    const sql::ValueView parameters[] = {sql::ValueView::of(name)};
    return !connection_.execute(sql, parameters).empty();
}

std::optional<schemas::Table> SqliteInspector::table(std::string_view name, std::string_view schema) {
    if (!has_table(name, schema)) return std::nullopt;
    schemas::Table table;
    table.name = name;
    table.schema = schema;
    read_columns(table);
    read_foreign_keys(table);
    read_indexes(table);
    return table;
}

void SqliteInspector::read_columns(schemas::Table& table) {
    std::map<int, std::string> key;
    auto rows = ask("SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?, ?) ORDER BY cid",
                    table.name, table.schema);
    for (const auto& row : rows) {
        if (row.get<int>("hidden") == 1) continue;
        schemas::Column column;
        column.name = row.get<std::string>("name");
        column.type = type_of_declaration(text_of(row, "type"));
        column.nullable = !row.get<bool>("notnull");
        if (auto text = text_of(row, "dflt_value"); !text.empty()) column.server_default = sql::literal_column(text);
        if (auto place = row.get<int>("pk"); place > 0) {
            column.primary_key = true;
            key[place] = column.name;
        }
        // Hidden 2 and 3 are virtual and stored generated columns, whose expression stands in the table's SQL only.
        if (row.get<int>("hidden") >= 2) column.computed = schemas::Computed{"", row.get<int>("hidden") == 3};
        table.columns.push_back(std::move(column));
    }
    for (auto& [place, name] : key) table.primary_key.columns.push_back(std::move(name));
}

void SqliteInspector::read_foreign_keys(schemas::Table& table) {
    std::map<int, schemas::ForeignKey> keys;
    auto rows =
        ask("SELECT id, seq, \"table\", \"from\", \"to\", on_update, on_delete "
            "FROM pragma_foreign_key_list(?, ?) ORDER BY id, seq",
            table.name, table.schema);
    for (const auto& row : rows) {
        // SQLite numbers them backwards.
        auto& key = keys[-row.get<int>("id")];
        key.referred_table = row.get<std::string>("table");
        key.columns.push_back(row.get<std::string>("from"));
        if (auto to = text_of(row, "to"); !to.empty()) key.referred_columns.push_back(to);
        key.on_delete = action_of(text_of(row, "on_delete"));
        key.on_update = action_of(text_of(row, "on_update"));
    }
    for (auto& [id, key] : keys) table.constraints.emplace_back(std::move(key));
}

std::vector<std::string> SqliteInspector::index_columns(std::string_view index, std::string_view schema) {
    std::vector<std::string> names;
    for (const auto& row : ask("SELECT name FROM pragma_index_info(?, ?) ORDER BY seqno", index, schema)) {
        names.push_back(text_of(row, "name"));
    }
    return names;
}

void SqliteInspector::read_indexes(schemas::Table& table) {
    auto rows =
        ask("SELECT name, \"unique\", origin FROM pragma_index_list(?, ?) ORDER BY name", table.name, table.schema);
    for (const auto& row : rows) {
        auto name = row.get<std::string>("name");
        auto origin = row.get<std::string>("origin");
        auto columns = index_columns(name, table.schema);
        if (origin == "u") {
            table.constraints.emplace_back(schemas::Unique{"", std::move(columns)});
        } else if (origin == "c") {
            schemas::Index index;
            index.name = name;
            index.unique = row.get<bool>("unique");
            for (auto& column : columns) index.parts.emplace_back(std::move(column));
            table.indexes.push_back(std::move(index));
        }
    }
}

struct TypeWord {
    std::string_view word;
    sql::TypeKind kind;
};

constexpr TypeWord type_words[] = {
    {"BIGINT", sql::TypeKind::big_integer}, {"BLOB", sql::TypeKind::large_binary},
    {"BOOL", sql::TypeKind::boolean},       {"BOOLEAN", sql::TypeKind::boolean},
    {"DATE", sql::TypeKind::date},          {"DATETIME", sql::TypeKind::datetime},
    {"FLOAT", sql::TypeKind::floating},     {"INTEGER", sql::TypeKind::integer},
    {"INT", sql::TypeKind::integer},        {"JSON", sql::TypeKind::json},
    {"NUMERIC", sql::TypeKind::numeric},    {"SMALLINT", sql::TypeKind::small_integer},
    {"TEXT", sql::TypeKind::text},          {"TIME", sql::TypeKind::time},
    {"TIMESTAMP", sql::TypeKind::datetime}, {"VARCHAR", sql::TypeKind::string},
};

/// The numbers between the parentheses of `WORD(a, b)`; -1 where there is none.
std::pair<int, int> sizes_of(std::string_view declaration) {
    std::pair<int, int> sizes{-1, -1};
    auto open = declaration.find('(');
    if (open == std::string_view::npos) return sizes;
    const char* end = declaration.data() + declaration.size();
    auto first = std::from_chars(declaration.data() + open + 1, end, sizes.first);
    const char* next = first.ptr;
    while (next != end && (*next == ',' || *next == ' ')) ++next;
    if (next != end) std::from_chars(next, end, sizes.second);
    return sizes;
}

}  // namespace

sql::Type type_of_declaration(std::string_view declaration) {
    auto word = upper(declaration.substr(0, declaration.find('(')));
    while (!word.empty() && word.back() == ' ') word.pop_back();
    auto [length, scale] = sizes_of(declaration);
    for (const auto& known : type_words) {
        if (known.word == word) return sql::Type(known.kind, length, scale);
    }
    if (word.empty()) return sql::Type();
    return sql::types::Named(word, length, scale);
}

std::unique_ptr<engines::Inspector> make_inspector(engines::Connection& connection) {
    return std::make_unique<SqliteInspector>(connection);
}

}  // namespace retort::dialects::sqlite
