// SQLite's grammar of CREATE TABLE and CREATE INDEX, as far as a statement that SQLite took can need it.
#include "retort/dialects/sqlite/create_statement.hpp"

#include <algorithm>
#include <utility>

#include "retort/base/text.hpp"
#include "retort/dialects/sqlite/catalogue.hpp"
#include "retort/dialects/sqlite/token_reader.hpp"
#include "retort/sql/expression.hpp"

namespace retort::dialects::sqlite {

namespace {

using schemas::Token;
using schemas::TokenKind;
using Tokens = std::span<const Token>;

/// Words that end a column's type; all of them are reserved, so no type has them.
constexpr std::string_view after_type[] = {"CONSTRAINT", "PRIMARY", "NOT",        "NULL", "UNIQUE",    "CHECK",
                                           "DEFAULT",    "COLLATE", "REFERENCES", "AS",   "DEFERRABLE"};

sql::Expression verbatim(const std::string& text) { return sql::literal_column(text); }

/// text() takes `:name` for a parameter, so colons are marked.
sql::Expression bare(std::string_view text) {
    std::string out;
    for (char c : text) {
        if (c == ':') out += '\\';
        out += c;
    }
    return sql::text(out);
}

/// A constant that stands behind DEFAULT without parentheses: `5`, `-1.5`, `'x'`, `NULL`, `CURRENT_DATE`.
bool is_constant(Tokens tokens) {
    bool sign = tokens.size() == 2 && (tokens[0].is('-') || tokens[0].is('+'));
    if (sign) return tokens[1].kind == TokenKind::number;
    if (tokens.size() != 1) return false;
    if (tokens[0].kind == TokenKind::number || tokens[0].kind == TokenKind::string) return true;
    constexpr std::string_view words[] = {"NULL", "TRUE", "FALSE", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP"};
    return std::any_of(std::begin(words), std::end(words), [&](auto word) { return tokens[0].is(word); });
}

class TableReader {
  public:
    explicit TableReader(std::string_view sql) : in_(sql) {}

    schemas::Table read() {
        in_.expect("CREATE");
        if (!in_.take("TEMP")) in_.take("TEMPORARY");
        in_.expect("TABLE");
        if (in_.take("IF", "NOT")) in_.expect("EXISTS");
        table_.name = in_.name();
        if (in_.take('.')) table_.name = in_.name();
        in_.expect('(');
        while (!in_.take(')')) {
            if (at_table_constraint()) {
                table_constraint();
            } else {
                column();
            }
            // SQLite asks for no comma between constraints of the table.
            if (!in_.take(',') && !in_.sees(')') && !at_table_constraint()) in_.refuse();
        }
        options();
        settle_names();
        settle_primary_key();
        return std::move(table_);
    }

  private:
    bool at_table_constraint() const {
        for (std::string_view word : {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"}) {
            if (in_.sees(word)) return true;
        }
        return false;
    }

    void options() {
        while (!in_.at_end() && !in_.take(';')) {
            if (in_.take("WITHOUT")) {
                in_.expect("ROWID");
                table_.options["sqlite_with_rowid"] = "false";
            } else {
                in_.expect("STRICT");
                table_.options["sqlite_strict"] = "true";
            }
            in_.take(',');
        }
    }

    bool at_type_end() const {
        if (!in_.sees(TokenKind::word)) return !in_.sees(TokenKind::quoted_name) && !in_.sees(TokenKind::string);
        return std::any_of(std::begin(after_type), std::end(after_type), [&](auto word) { return in_.sees(word); });
    }

    std::string declaration() {
        std::string out;
        while (!at_type_end()) {
            if (!out.empty()) out += ' ';
            bool quoted = !in_.sees(TokenKind::word);
            auto name = in_.name();
            out += quoted ? quoted_name(name) : name;
        }
        // To SQLite's grammar they are words of the type; what is left of it is trimmed again.
        constexpr std::string_view generated = "GENERATED ALWAYS";
        auto rest = out.size() - std::min(out.size(), generated.size());
        if (iequals(std::string_view(out).substr(rest), generated))
            out = std::string(trim(std::string_view(out).substr(0, rest)));
        if (!out.empty() && in_.sees('(')) out += '(' + text_of(in_.parenthesised()) + ')';
        return out;
    }

    void column() {
        schemas::Column column;
        column.name = in_.name();
        declarations_.push_back(declaration());
        column.type = type_of_declaration(declarations_.back());
        std::string name;
        while (column_constraint(column, name)) {
        }
        table_.columns.push_back(std::move(column));
    }

    /// One part behind a column's type; false where there is none. `name` is what CONSTRAINT said before it.
    bool column_constraint(schemas::Column& column, std::string& name) {
        if (in_.take("CONSTRAINT")) {
            name = in_.name();
            return true;
        }
        auto own = std::exchange(name, {});
        if (in_.take("PRIMARY", "KEY")) return column_key(column, std::move(own)), true;
        if (in_.take("UNIQUE")) return column_unique(column, std::move(own)), true;
        if (in_.take("CHECK")) {
            column.checks.push_back({.name = std::move(own), .condition = verbatim(text_of(in_.parenthesised()))});
            return true;
        }
        if (in_.take("REFERENCES")) return reference(std::move(own), {column.name}), true;
        return column_property(column);
    }

    /// What has no name of its own that counts.
    bool column_property(schemas::Column& column) {
        if (in_.take("NOT", "NULL")) {
            column.nullable = false;
            conflict(column.options, "sqlite_on_conflict_not_null");
        } else if (in_.take("NULL")) {
            schemas::Options ignored;
            conflict(ignored, "");
        } else if (in_.take("DEFAULT")) {
            column.server_default = default_value();
        } else if (in_.take("COLLATE")) {
            column.collation = in_.name();
        } else if (in_.take("GENERATED", "ALWAYS") || in_.sees("AS")) {
            computed(column);
        } else if (in_.sees("DEFERRABLE") || in_.sees("NOT")) {
            deferral();
        } else {
            return false;
        }
        return true;
    }

    void column_key(schemas::Column& column, std::string name) {
        table_.primary_key.name = std::move(name);
        table_.primary_key.columns = {column.name};
        in_.take("ASC");
        if (in_.take("DESC")) table_.primary_key.options["sqlite_descending"] = "true";
        conflict(table_.primary_key.options, "sqlite_on_conflict");
        if (in_.take("AUTOINCREMENT")) table_.options["sqlite_autoincrement"] = "true";
    }

    void column_unique(const schemas::Column& column, std::string name) {
        schemas::Unique unique{std::move(name), {column.name}};
        conflict(unique.options, "sqlite_on_conflict");
        table_.constraints.emplace_back(std::move(unique));
    }

    void computed(schemas::Column& column) {
        in_.expect("AS");
        column.computed = schemas::Computed{text_of(in_.parenthesised()), false};
        if (in_.take("STORED")) column.computed->stored = true;
        in_.take("VIRTUAL");
    }

    /// `DEFAULT (expression)`, a constant, or a name, which stands for itself as a text.
    sql::Expression default_value() {
        if (in_.sees('(')) {
            auto inside = in_.parenthesised();
            auto text = text_of(inside);
            return is_constant(inside) ? bare(text) : verbatim(text);
        }
        std::string sign;
        if (in_.sees('-') || in_.sees('+')) sign = in_.take().text;
        const Token& token = in_.take();
        if (!sign.empty() || is_constant({&token, 1})) return bare(sign + std::string(token.text));
        std::string text = "'";
        for (char c : token.name()) text.append(c == '\'' ? 2 : 1, c);
        return bare(text + '\'');
    }

    void conflict(schemas::Options& options, const std::string& key) {
        if (in_.take("ON", "CONFLICT")) options[key] = in_.word();
    }

    void table_constraint() {
        std::string name;
        while (in_.take("CONSTRAINT")) name = in_.name();
        if (in_.take("PRIMARY", "KEY")) return table_key(std::move(name));
        if (in_.take("UNIQUE")) return table_unique(std::move(name));
        if (in_.take("CHECK")) return table_check(std::move(name));
        if (in_.take("FOREIGN", "KEY")) {
            auto columns = names(in_.parenthesised());
            in_.expect("REFERENCES");
            return reference(std::move(name), std::move(columns));
        }
        if (!in_.sees(',') && !in_.sees(')')) in_.refuse();
    }

    void table_key(std::string name) {
        auto inside = in_.parenthesised();
        if (!inside.empty() && inside.back().is("AUTOINCREMENT")) {
            table_.options["sqlite_autoincrement"] = "true";
            inside = inside.first(inside.size() - 1);
        }
        table_.primary_key.name = std::move(name);
        table_.primary_key.columns = names(inside);
        keep_parts(table_.primary_key.options, inside);
        conflict(table_.primary_key.options, "sqlite_on_conflict");
    }

    void table_unique(std::string name) {
        auto inside = in_.parenthesised();
        schemas::Unique unique{std::move(name), names(inside)};
        keep_parts(unique.options, inside);
        conflict(unique.options, "sqlite_on_conflict");
        table_.constraints.emplace_back(std::move(unique));
    }

    void table_check(std::string name) {
        schemas::Check check{.name = std::move(name), .condition = verbatim(text_of(in_.parenthesised()))};
        conflict(check.options, "sqlite_on_conflict");
        table_.constraints.emplace_back(std::move(check));
    }

    std::vector<std::string> names(Tokens tokens) const {
        std::vector<std::string> out;
        for (Tokens part : split_at_commas(tokens)) {
            auto first = std::find_if(part.begin(), part.end(), [](const Token& token) { return !token.is('('); });
            if (first == part.end()) in_.refuse();
            out.push_back(first->name());
        }
        return out;
    }

    /// Keys may be sorted and collated: `(a COLLATE NOCASE DESC, b)`. What is more than names is kept as it stands.
    static void keep_parts(schemas::Options& options, Tokens tokens) {
        for (Tokens part : split_at_commas(tokens)) {
            if (part.size() > 1) options["sqlite_parts"] = text_of(tokens);
        }
    }

    void reference(std::string name, std::vector<std::string> columns) {
        schemas::ForeignKey key{.name = std::move(name),
                                .columns = std::move(columns),
                                .referred_table = in_.name(),
                                .referred_columns = {}};
        if (!key.columns.empty() && in_.sees('(')) key.referred_columns = names(in_.parenthesised());
        while (true) {
            if (in_.take("MATCH")) {
                key.match = in_.word();
            } else if (in_.take("ON", "DELETE")) {
                key.on_delete = action();
            } else if (in_.take("ON", "UPDATE")) {
                key.on_update = action();
            } else if (in_.take("ON", "INSERT")) {
                action();
            } else {
                break;
            }
        }
        table_.constraints.emplace_back(std::move(key));
        if (in_.sees("DEFERRABLE") || (in_.sees("NOT") && in_.sees("DEFERRABLE", 1))) deferral();
    }

    schemas::Action action() {
        if (in_.take("SET", "NULL")) return schemas::Action::set_null;
        if (in_.take("SET", "DEFAULT")) return schemas::Action::set_default;
        if (in_.take("CASCADE")) return schemas::Action::cascade;
        if (in_.take("RESTRICT")) return schemas::Action::restrict_;
        in_.expect("NO");
        in_.expect("ACTION");
        return schemas::Action::no_action;
    }

    /// Of the foreign key that was read last.
    void deferral() {
        bool deferrable = !in_.take("NOT");
        in_.expect("DEFERRABLE");
        std::string initially = in_.take("INITIALLY") ? in_.word() : std::string();
        auto* key = table_.constraints.empty() ? nullptr : std::get_if<schemas::ForeignKey>(&table_.constraints.back());
        if (key == nullptr) return;
        key->deferrable = deferrable;
        key->initially = std::move(initially);
    }

    /// Names in keys as the columns themselves are spelt.
    void settle_names() {
        spell(table_.primary_key.columns);
        for (schemas::Constraint& constraint : table_.constraints) {
            if (auto* key = std::get_if<schemas::ForeignKey>(&constraint)) spell(key->columns);
            if (auto* unique = std::get_if<schemas::Unique>(&constraint)) spell(unique->columns);
        }
    }

    void spell(std::vector<std::string>& names) const {
        for (std::string& name : names) {
            for (const schemas::Column& column : table_.columns) {
                if (iequals(column.name, name)) name = column.name;
            }
        }
    }

    /// Which columns the key makes NOT NULL, and whether SQLite numbers the rows by it.
    void settle_primary_key() {
        const auto& key = table_.primary_key.columns;
        bool strict = table_.has_option("sqlite_strict");
        bool rowid = table_.options.find("sqlite_with_rowid") == table_.options.end();
        for (std::size_t i = 0; i < table_.columns.size(); ++i) {
            schemas::Column& column = table_.columns[i];
            if (std::find(key.begin(), key.end(), column.name) == key.end()) continue;
            column.primary_key = true;
            bool numbers = key.size() == 1 && rowid && iequals(declarations_[i], "INTEGER") &&
                           !table_.primary_key.options.contains("sqlite_descending");
            if (numbers || strict || !rowid) column.nullable = false;
            if (column.nullable) column.options["sqlite_nullable_key"] = "true";
            if (table_.has_option("sqlite_autoincrement")) column.autoincrement = schemas::Autoincrement::yes;
            if (numbers || key.size() != 1 || !column.type.is_integer()) continue;
            column.autoincrement = schemas::Autoincrement::no;
            // Written as INTEGER it would number the rows.
            if (iequals(declarations_[i], "INT")) column.type = sql::types::Named("INT");
        }
    }

    TokenReader in_;
    schemas::Table table_;
    std::vector<std::string> declarations_;
};

/// A part of an index: a column, a column that is sorted downwards, or an expression as it stands.
schemas::IndexPart index_part(Tokens part, const schemas::Table& table) {
    if (part.size() > 1 && part.back().is("ASC")) part = part.first(part.size() - 1);
    bool down = part.size() > 1 && part.back().is("DESC");
    Tokens inside = down ? part.first(part.size() - 1) : part;
    if (inside.size() == 1 && inside[0].kind != TokenKind::symbol) {
        auto name = inside[0].name();
        for (const schemas::Column& column : table.columns) {
            if (!iequals(column.name, name)) continue;
            if (!down) return column.name;
            return sql::desc(sql::column(column.name));
        }
    }
    return verbatim(text_of(part));
}

}  // namespace

schemas::Table read_create_table(std::string_view sql) { return TableReader(sql).read(); }

schemas::Index read_create_index(std::string_view sql, const schemas::Table& table) {
    TokenReader in(sql);
    schemas::Index index;
    in.expect("CREATE");
    index.unique = in.take("UNIQUE");
    in.expect("INDEX");
    if (in.take("IF", "NOT")) in.expect("EXISTS");
    index.name = in.name();
    if (in.take('.')) index.name = in.name();
    in.expect("ON");
    in.name();
    for (Tokens part : split_at_commas(in.parenthesised())) {
        if (part.empty()) in.refuse();
        index.parts.push_back(index_part(part, table));
    }
    if (!in.take("WHERE")) return index;
    std::vector<Token> condition;
    while (!in.at_end() && !in.sees(';')) condition.push_back(in.take());
    index.where = verbatim(text_of(condition));
    return index;
}

std::string virtual_module(std::string_view sql) {
    TokenReader in(sql);
    std::vector<Token> module;
    while (!in.take("USING")) in.take();
    while (!in.at_end()) module.push_back(in.take());
    return text_of(module);
}

}  // namespace retort::dialects::sqlite
