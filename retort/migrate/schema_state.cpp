// Replaying operations on tables as values.
#include "retort/migrate/schema_state.hpp"

#include <algorithm>
#include <functional>

#include "retort/base/suggest.hpp"
#include "retort/base/text.hpp"
#include "retort/migrate/errors.hpp"
#include "retort/schema/compare.hpp"
#include "retort/schema/sql_tokens.hpp"

namespace retort::migrations {

namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& wrong, const std::vector<std::string>& known) {
    std::vector<std::string_view> names(known.begin(), known.end());
    throw MigrationError("operation-does-not-fit"_code, what,
                         did_you_mean_hint(wrong, names, "look at the revisions before this one, and at the database"));
}

std::vector<std::string> column_names(const schemas::Table& table) {
    std::vector<std::string> out;
    out.reserve(table.columns.size());
    for (const auto& column : table.columns) out.push_back(column.name);
    return out;
}

schemas::Column& column_of(schemas::Table& table, const std::string& name) {
    if (auto* column = table.find(name)) return *column;
    refuse("Table \"" + table.name + "\" has no column \"" + name + '"', name, column_names(table));
}

bool has(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

void replace(std::vector<std::string>& names, const std::string& from, const std::string& to) {
    std::replace(names.begin(), names.end(), from, to);
}

/// SQL with one name exchanged; strings stay as they are. `written` is the new name with quotes where it needs them.
std::string renamed_in(const std::string& sql, const std::string& from, const std::string& to,
                       const std::string& written) {
    std::string out;
    auto inside = [&](char quote) {
        std::string name(1, quote);
        for (char c : to) name.append(c == quote ? 2 : 1, c);
        return name;
    };
    const char* last = sql.data();
    for (const auto& token : schemas::tokenize(sql)) {
        bool name = token.kind == schemas::TokenKind::word || token.kind == schemas::TokenKind::quoted_name;
        if (!name || !iequals(token.name(), from)) continue;
        out.append(last, token.text.data());
        bool quoted = token.kind == schemas::TokenKind::quoted_name;
        out += quoted ? inside(token.text.front()) + token.text.back() : written;
        last = token.text.data() + token.text.size();
    }
    return out.append(last, sql.data() + sql.size());
}

/// Changes every piece of SQL that a table says: `change` makes the new text of the old.
class TextChange {
  public:
    using Change = std::function<std::string(const std::string&)>;
    explicit TextChange(Change change) : change_(std::move(change)) {}

    void operator()(schemas::Table& table) const {
        for (auto& column : table.columns) {
            for (auto& check : column.checks) (*this)(check.condition);
            if (column.computed) column.computed->sql = change_(column.computed->sql);
        }
        for (auto& constraint : table.constraints) {
            if (auto* check = std::get_if<schemas::Check>(&constraint)) (*this)(check->condition);
            if (auto* exclude = std::get_if<schemas::Exclude>(&constraint)) (*this)(*exclude);
        }
        for (auto& index : table.indexes) {
            for (auto& part : index.parts) (*this)(part.expression);
            (*this)(index.where);
        }
    }

  private:
    void operator()(schemas::Exclude& exclude) const {
        for (auto& element : exclude.elements) (*this)(element.first);
        (*this)(exclude.where);
    }
    void operator()(sql::Expression& expression) const {
        if (expression.is_empty()) return;
        auto sql = expression_sql(expression);
        auto changed = change_(sql);
        if (changed != sql) expression = condition_of(changed);
    }

    Change change_;
};

/// The column's name where its own table lists it.
struct ColumnRenaming {
    const std::string& from;
    const std::string& to;
    std::string written;

    void operator()(schemas::ForeignKey& key) const { replace(key.columns, from, to); }
    void operator()(schemas::Unique& unique) const {
        replace(unique.columns, from, to);
        rename_parts(unique.options);
    }
    void operator()(schemas::Check&) const {}
    void operator()(schemas::Exclude&) const {}
    void operator()(schemas::Index& index) const {
        for (auto& part : index.parts) {
            if (part.column == from) part.column = to;
        }
    }
    void rename_parts(schemas::Options& options) const {
        auto parts = options.find("sqlite_parts");
        if (parts != options.end()) parts->second = renamed_in(parts->second, from, to, written);
    }
};

void rename_column(schemas::Table& table, const ops::RenameColumn& one, const schemas::DdlCompiler& compiler) {
    if (table.find(one.to)) {
        refuse("Table \"" + table.name + "\" has a column \"" + one.to + "\" already", one.to, {});
    }
    column_of(table, one.column).name = one.to;
    ColumnRenaming renaming{one.column, one.to, compiler.quoted(one.to)};
    replace(table.primary_key.columns, one.column, one.to);
    renaming.rename_parts(table.primary_key.options);
    TextChange([&](const std::string& sql) { return renamed_in(sql, one.column, one.to, renaming.written); })(table);
    for (auto& constraint : table.constraints) std::visit(renaming, constraint);
    for (auto& index : table.indexes) renaming(index);
    for (auto& constraint : table.constraints) {
        auto* key = std::get_if<schemas::ForeignKey>(&constraint);
        if (key && key->referred_table == table.name) replace(key->referred_columns, one.column, one.to);
    }
}

/// What hangs on one column goes with it.
void drop_column(schemas::Table& table, const std::string& name) {
    column_of(table, name);
    if (has(table.primary_key.columns, name)) table.primary_key = {};
    std::erase_if(table.constraints, [&](const schemas::Constraint& constraint) {
        if (const auto* key = std::get_if<schemas::ForeignKey>(&constraint)) return has(key->columns, name);
        if (const auto* unique = std::get_if<schemas::Unique>(&constraint)) return has(unique->columns, name);
        return false;
    });
    std::erase_if(table.indexes, [&](const schemas::Index& index) {
        return std::any_of(index.parts.begin(), index.parts.end(), [&](auto& part) { return part.column == name; });
    });
    std::erase_if(table.columns, [&](const schemas::Column& column) { return column.name == name; });
}

void alter_column(schemas::Column& column, const ColumnChange& change) {
    if (change.type) column.type = *change.type;
    if (change.nullable) column.nullable = *change.nullable;
    if (change.server_default) column.server_default = default_of(*change.server_default);
    if (change.computed && change.computed->empty()) {
        column.computed.reset();
    } else if (change.computed) {
        column.computed = schemas::Computed{*change.computed, change.stored};
    } else if (change.stored && column.computed) {
        column.computed->stored = change.stored;
    }
    if (change.comment) column.comment = *change.comment;
    if (change.collation) column.collation = *change.collation;
    if (change.autoincrement) column.autoincrement = *change.autoincrement;
    if (change.options) column.options = *change.options;
}

/// What one operation does to its table.
struct TableChanger {
    schemas::Table& table;
    const schemas::DdlCompiler& compiler;

    void operator()(const ops::AlterTable& one) const {
        if (one.settings.comment) table.comment = *one.settings.comment;
        if (!one.settings.options) return;
        bool had_rowid = table.option("sqlite_with_rowid") != "false";
        bool counted = table.has_option("sqlite_autoincrement");
        table.options = *one.settings.options;
        for (auto& column : table.columns) {
            // A key that AUTOINCREMENT was read of is one like others without it.
            bool read = counted && !table.has_option("sqlite_autoincrement");
            if (read && column.autoincrement == schemas::Autoincrement::yes)
                column.autoincrement = schemas::Autoincrement::automatic;
        }
        if (had_rowid || table.option("sqlite_with_rowid") == "false") return;
        // An INTEGER key that was no rowid is one now, and may count; a SMALLINT never is.
        for (auto& column : table.columns) {
            bool numbers = column.primary_key && column.type.kind() == sql::TypeKind::integer;
            if (numbers) column.autoincrement = schemas::Autoincrement::automatic;
        }
    }
    void operator()(const ops::AddColumn& one) const {
        if (table.find(one.column.name)) {
            refuse("Table \"" + table.name + "\" has a column \"" + one.column.name + "\" already", one.column.name,
                   {});
        }
        auto place = std::find_if(table.columns.begin(), table.columns.end(),
                                  [&](auto& column) { return column.name == one.before; });
        table.columns.insert(place, one.column);
        if (one.column.primary_key) table.primary_key.columns.clear();
    }
    void operator()(const ops::DropColumn& one) const { drop_column(table, one.column); }
    void operator()(const ops::RenameColumn& one) const { rename_column(table, one, compiler); }
    void operator()(const ops::AlterColumn& one) const { alter_column(column_of(table, one.column), one.change); }
    void operator()(const ops::AddConstraint& one) const { add_constraint(table, one.constraint); }
    void operator()(const ops::DropConstraint& one) const {
        remove_constraint(table, find_constraint(table, one, compiler), compiler);
    }
    void operator()(const ops::CreateIndex& one) const {
        for (const auto& index : table.indexes) {
            if (index.name != one.index.name) continue;
            refuse("Table \"" + table.name + "\" has an index \"" + index.name + "\" already", index.name, {});
        }
        table.indexes.push_back(one.index);
    }
    void operator()(const ops::DropIndex& one) const {
        auto found = std::find_if(table.indexes.begin(), table.indexes.end(),
                                  [&](auto& index) { return index.name == one.name; });
        if (found != table.indexes.end()) {
            table.indexes.erase(found);
            return;
        }
        std::vector<std::string> known;
        known.reserve(table.indexes.size());
        for (const auto& index : table.indexes) known.push_back(index.name);
        refuse("Table \"" + table.name + "\" has no index \"" + one.name + '"', one.name, known);
    }
    template <class Other>
    void operator()(const Other&) const {}
};

}  // namespace

void add_constraint(schemas::Table& table, const AnyConstraint& constraint) {
    if (const auto* key = std::get_if<schemas::PrimaryKey>(&constraint)) {
        table.primary_key = *key;
        for (auto& column : table.columns) column.primary_key = has(key->columns, column.name);
        for (const auto& name : key->columns) {
            column_of(table, name).nullable = false;
            column_of(table, name).options.erase("sqlite_nullable_key");
        }
    } else if (const auto* key = std::get_if<schemas::ForeignKey>(&constraint)) {
        for (const auto& name : key->columns) column_of(table, name);
        table.constraints.emplace_back(*key);
    } else if (const auto* unique = std::get_if<schemas::Unique>(&constraint)) {
        for (const auto& name : unique->columns) column_of(table, name);
        table.constraints.emplace_back(*unique);
    } else if (const auto* check = std::get_if<schemas::Check>(&constraint)) {
        table.constraints.emplace_back(*check);
    } else {
        table.constraints.emplace_back(std::get<schemas::Exclude>(constraint));
    }
}

namespace {

std::string content(const schemas::Table& table, const AnyConstraint& constraint,
                    const schemas::DdlCompiler& compiler) {
    if (const auto* key = std::get_if<schemas::PrimaryKey>(&constraint)) return join(key->columns, ",");
    schemas::Constraint own;
    std::visit(
        [&](const auto& one) {
            if constexpr (!std::is_same_v<std::decay_t<decltype(one)>, schemas::PrimaryKey>) own = one;
        },
        constraint);
    return schemas::content_of(own, table, compiler);
}

std::vector<AnyConstraint> all_constraints(const schemas::Table& table) {
    std::vector<AnyConstraint> out;
    if (!table.primary_key_columns().empty()) {
        auto key = table.primary_key;
        key.columns = table.primary_key_columns();
        out.emplace_back(std::move(key));
    }
    for (const auto& constraint : table.constraints) out.push_back(any_of_constraint(constraint));
    for (const auto& column : table.columns) {
        for (const auto& check : column.checks) out.emplace_back(check);
    }
    return out;
}

std::string name_of(const AnyConstraint& constraint) {
    return std::visit([](const auto& one) { return one.name; }, constraint);
}

}  // namespace

std::vector<std::string> rename_table(const schemas::DdlCompiler& compiler, std::string_view schema,
                                      const std::string& table, const std::string& to) {
    if (!compiler.is_same_name(table, to)) return {compiler.rename_table(schema, table, to)};
    const auto between = "_retort_renamed_" + to;
    return {compiler.rename_table(schema, table, between), compiler.rename_table(schema, between, to)};
}

AnyConstraint find_constraint(const schemas::Table& table, const ops::DropConstraint& wanted,
                              const schemas::DdlCompiler& compiler) {
    std::vector<std::string> known;
    for (auto& one : all_constraints(table)) {
        bool kind = !wanted.constraint || wanted.constraint->index() == one.index();
        bool named = !wanted.name.empty() && name_of(one) == wanted.name;
        bool same = wanted.name.empty() && wanted.constraint && kind && name_of(one).empty() &&
                    content(table, one, compiler) == content(table, *wanted.constraint, compiler);
        if (kind && (named || same)) return std::move(one);
        known.push_back(name_of(one));
    }
    auto what = wanted.name.empty() ? describe({wanted}).substr(5)
                                    : "constraint \"" + wanted.name + "\" of table \"" + table.name + '"';
    refuse("There is no " + what, wanted.name, known);
}

void remove_constraint(schemas::Table& table, const AnyConstraint& constraint, const schemas::DdlCompiler& compiler) {
    if (std::holds_alternative<schemas::PrimaryKey>(constraint)) {
        table.primary_key = {};
        for (auto& column : table.columns) column.primary_key = false;
        return;
    }
    auto text = content(table, constraint, compiler);
    auto same = [&](const AnyConstraint& one) {
        return one.index() == constraint.index() && name_of(one) == name_of(constraint) &&
               content(table, one, compiler) == text;
    };
    auto found = std::find_if(table.constraints.begin(), table.constraints.end(),
                              [&](auto& one) { return same(any_of_constraint(one)); });
    if (found != table.constraints.end()) {
        table.constraints.erase(found);
        return;
    }
    for (auto& column : table.columns) {
        auto check = std::find_if(column.checks.begin(), column.checks.end(), [&](auto& one) { return same(one); });
        if (check != column.checks.end()) {
            column.checks.erase(check);
            return;
        }
    }
}

void apply_to_table(const Operation& operation, schemas::Table& table, const schemas::DdlCompiler& compiler) {
    std::visit(TableChanger{table, compiler}, operation.step);
}

const schemas::Table* SchemaState::find(std::string_view name, std::string_view schema) const {
    auto same = [&](auto& table) { return table.name == name && table.schema == schema; };
    auto found = std::find_if(tables_.begin(), tables_.end(), same);
    return found == tables_.end() ? nullptr : &*found;
}

schemas::Table* SchemaState::find(std::string_view name, std::string_view schema) {
    return const_cast<schemas::Table*>(std::as_const(*this).find(name, schema));
}

void SchemaState::put(schemas::Table table) {
    if (auto* known = find(table.name, table.schema)) {
        *known = std::move(table);
    } else {
        tables_.push_back(std::move(table));
    }
}

void SchemaState::remove(std::string_view name, std::string_view schema) {
    std::erase_if(tables_, [&](const schemas::Table& table) { return table.name == name && table.schema == schema; });
}

namespace {

/// Foreign keys of other tables follow a name that changes.
void follow_renaming(schemas::Table& table, const Operation& operation) {
    for (auto& constraint : table.constraints) {
        auto* key = std::get_if<schemas::ForeignKey>(&constraint);
        bool other = key == nullptr || key->referred_table != table_of(operation);
        if (other || key->referred_schema != operation.schema) continue;
        if (const auto* one = std::get_if<ops::RenameTable>(&operation.step)) key->referred_table = one->to;
        const auto* one = std::get_if<ops::RenameColumn>(&operation.step);
        if (one && table.name != one->table) replace(key->referred_columns, one->column, one->to);
    }
}

std::vector<std::string> table_names(const std::vector<schemas::Table>& tables) {
    std::vector<std::string> out;
    out.reserve(tables.size());
    for (const auto& table : tables) out.push_back(table.full_name());
    return out;
}

}  // namespace

void SchemaState::apply(const Operation& operation, const schemas::DdlCompiler& compiler) {
    if (migrations::is_opaque(operation)) {
        opaque_ = true;
        return;
    }
    bool data = std::holds_alternative<ops::InsertRows>(operation.step) ||
                std::holds_alternative<ops::DeleteRows>(operation.step);
    if (data) return;
    auto name = table_of(operation);
    const auto& schema = operation.schema;
    auto* table = find(name, schema);
    auto full = schema.empty() ? name : schema + '.' + name;
    if (const auto* create = std::get_if<ops::CreateTable>(&operation.step)) {
        if (table) refuse("There is a table \"" + full + "\" already", full, {});
        tables_.push_back(create->table);
        return;
    }
    if (table == nullptr) refuse("There is no table \"" + full + '"', full, table_names(tables_));
    if (std::holds_alternative<ops::DropTable>(operation.step)) return remove(name, schema);
    const auto* rename = std::get_if<ops::RenameTable>(&operation.step);
    if (rename && find(rename->to, schema)) refuse("There is a table \"" + rename->to + "\" already", rename->to, {});
    if (rename) {
        TextChange([&](const std::string& sql) { return schemas::without_own_name(sql, name); })(*table);
        table->name = rename->to;
    } else {
        apply_to_table(operation, *table, compiler);
    }
    for (auto& other : tables_) follow_renaming(other, operation);
}

}  // namespace retort::migrations
