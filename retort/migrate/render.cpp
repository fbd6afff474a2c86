// Writing revisions.
#include "retort/migrate/render.hpp"

#include <algorithm>

#include "retort/base/text.hpp"
#include "retort/sql/nodes.hpp"

namespace retort::migrations {

std::string cpp_literal(std::string_view text) {
    std::string out = "\"";
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (c == '\n') {
            out += "\\n";
        } else if (byte < 0x20 || byte == 0x7f) {
            // Three digits of octal, so that no digit behind it is taken for a part of it.
            out += '\\';
            out += static_cast<char>('0' + byte / 64);
            out += static_cast<char>('0' + byte / 8 % 8);
            out += static_cast<char>('0' + byte % 8);
        } else {
            // `??` would begin a trigraph.
            if (c == '"' || c == '\\' || (c == '?' && out.back() == '?')) out += '\\';
            out += c;
        }
    }
    return out + '"';
}

std::string cpp_name(std::string_view text) {
    std::string out;
    for (char c : ascii_lower(text)) {
        bool letter = (c >= 'a' && c <= 'z') || is_ascii_digit(c);
        if (letter) out += c;
        if (!letter && !out.empty() && out.back() != '_') out += '_';
    }
    while (!out.empty() && out.back() == '_') out.pop_back();
    if (out.size() > 40) out.resize(40);
    while (!out.empty() && out.back() == '_') out.pop_back();
    // With a word of its own before it, no name of the language, of the library or of a header can be the same.
    return out.empty() ? "revision" : "revision_" + out;
}

namespace {

std::string list(const std::vector<std::string>& names) {
    std::string out;
    for (const auto& name : names) out += (out.empty() ? "" : ", ") + cpp_literal(name);
    return '{' + out + '}';
}

std::string options(const schemas::Options& options) {
    std::string out;
    for (const auto& [name, value] : options) {
        out += (out.empty() ? "{" : ", {") + cpp_literal(name) + ", " + cpp_literal(value) + '}';
    }
    return '{' + out + '}';
}

std::string call(std::string_view name, std::initializer_list<std::string> arguments) {
    std::string inside;
    for (const auto& argument : arguments) {
        if (!argument.empty()) inside += (inside.empty() ? "" : ", ") + argument;
    }
    return std::string(name) + '(' + inside + ')';
}

std::string number(int value) { return value < 0 ? std::string() : std::to_string(value); }

std::string enumeration(const sql::Type& type) {
    const auto& details = *type.details();
    bool plain = details.native && !details.create_constraint && type.length() < 0;
    if (plain) return "Enum(" + list(details.values) + ", " + cpp_literal(details.name) + ')';
    return "Enum(" + list(details.values) + ", " + cpp_literal(details.name) + ", " +
           (details.native ? "true, " : "false, ") + (details.create_constraint ? "true" : "false") +
           (type.length() < 0 ? ")" : ", " + std::to_string(type.length()) + ')');
}

std::string text_type(std::string_view name, const sql::Type& type) {
    auto collation = type.details() ? type.details()->collation : std::string();
    if (collation.empty()) return call(name, {number(type.length())});
    return std::string(name) + '(' + std::to_string(type.length()) + ", " + cpp_literal(collation) + ')';
}

std::string moment(std::string_view name, const sql::Type& type) {
    if (!type.has_timezone() && type.length() < 0) return std::string(name) + "()";
    return call(name, {type.has_timezone() ? "true" : "false", number(type.length())});
}

std::string named(const sql::Type& type) {
    return call("Named",
                {cpp_literal(type.details() ? type.details()->name : ""), number(type.length()), number(type.scale())});
}

}  // namespace

std::string render(const sql::Type& type) {
    switch (type.kind()) {
        case sql::TypeKind::boolean: {
            bool checked = type.details() && type.details()->create_constraint;
            return checked ? "Boolean(" + cpp_literal(type.details()->name) + ')' : "Boolean()";
        }
        case sql::TypeKind::small_integer: return "SmallInteger()";
        case sql::TypeKind::integer: return "Integer()";
        case sql::TypeKind::big_integer: return "BigInteger()";
        case sql::TypeKind::floating: return type.is_double() ? "Double()" : call("Float", {number(type.precision())});
        case sql::TypeKind::numeric: return call("Numeric", {number(type.precision()), number(type.scale())});
        case sql::TypeKind::string: return text_type("String", type);
        case sql::TypeKind::text: return text_type("Text", type);
        case sql::TypeKind::large_binary: return call("LargeBinary", {number(type.length())});
        case sql::TypeKind::date: return "Date()";
        case sql::TypeKind::time: return moment("Time", type);
        case sql::TypeKind::datetime: return moment("DateTime", type);
        case sql::TypeKind::interval: return "Interval()";
        case sql::TypeKind::json: return type.is_binary_json() ? "JSONB()" : "JSON()";
        case sql::TypeKind::uuid: return type.details() && !type.details()->native ? "Uuid(false)" : "Uuid()";
        case sql::TypeKind::enumeration: return enumeration(type);
        case sql::TypeKind::array: return "Array(" + render(*type.details()->item) + ')';
        default: return named(type);
    }
}

namespace {

/// `.name = value` members of a braced list, those that are said.
class Members {
  public:
    void add(const char* name, const std::string& value) {
        if (!value.empty()) text_ += (text_.empty() ? "." : ", .") + std::string(name) + " = " + value;
    }
    void add_text(const char* name, const std::string& value) {
        if (!value.empty()) add(name, cpp_literal(value));
    }
    void add_flag(const char* name, const std::optional<bool>& value) {
        if (value) add(name, *value ? "true" : "false");
    }
    void add_options(const schemas::Options& own) {
        if (!own.empty()) add("options", options(own));
    }
    void add_deferral(const schemas::Deferral& deferral) {
        if (deferral == schemas::Deferral{}) return;
        Members inside;
        inside.add_flag("deferrable", deferral.deferrable);
        inside.add_text("initially", deferral.initially);
        add("deferral", inside.braced());
    }
    std::string braced() const { return '{' + text_ + '}'; }

  private:
    std::string text_;
};

std::string action(schemas::Action action) {
    constexpr std::string_view words[] = {"", "no_action", "restrict_", "cascade", "set_null", "set_default"};
    auto word = words[static_cast<std::size_t>(action)];
    return word.empty() ? std::string() : "Action::" + std::string(word);
}

std::string condition(const sql::Expression& expression) {
    return expression.is_empty() ? std::string() : "sql_condition(" + cpp_literal(expression_sql(expression)) + ')';
}

struct ConstraintText {
    std::string operator()(const schemas::PrimaryKey& key) const {
        if (key.deferral == schemas::Deferral{} && key.options.empty())
            return "PrimaryKey{" + cpp_literal(key.name) + ", " + list(key.columns) + '}';
        Members members;
        members.add("name", cpp_literal(key.name));
        members.add("columns", list(key.columns));
        members.add_deferral(key.deferral);
        members.add_options(key.options);
        return "PrimaryKey" + members.braced();
    }
    std::string operator()(const schemas::Unique& unique) const {
        if (unique.deferral == schemas::Deferral{} && unique.options.empty())
            return "Unique{" + cpp_literal(unique.name) + ", " + list(unique.columns) + '}';
        Members members;
        members.add("name", cpp_literal(unique.name));
        members.add("columns", list(unique.columns));
        members.add_deferral(unique.deferral);
        members.add_options(unique.options);
        return "Unique" + members.braced();
    }
    std::string operator()(const schemas::ForeignKey& key) const {
        Members members;
        members.add_text("name", key.name);
        members.add("columns", list(key.columns));
        members.add("referred_table", cpp_literal(key.referred_table));
        members.add("referred_columns", list(key.referred_columns));
        members.add_text("referred_schema", key.referred_schema);
        members.add("on_delete", action(key.on_delete));
        members.add("on_update", action(key.on_update));
        members.add_flag("deferrable", key.deferrable);
        members.add_text("initially", key.initially);
        if (key.use_alter) members.add("use_alter", "true");
        members.add_text("match", key.match);
        return "ForeignKey" + members.braced();
    }
    std::string operator()(const schemas::Check& check) const {
        auto sql = cpp_literal(expression_sql(check.condition));
        if (!check.options.empty() || check.deferral != schemas::Deferral{}) {
            Members members;
            members.add("name", cpp_literal(check.name));
            members.add("condition", "sql_condition(" + sql + ')');
            members.add_deferral(check.deferral);
            members.add_options(check.options);
            return "schemas::Check" + members.braced();
        }
        std::string type;
        if (check.type == sql::TypeKind::boolean) type = ", sql::TypeKind::boolean";
        if (check.type == sql::TypeKind::enumeration) type = ", sql::TypeKind::enumeration";
        return "Check{" + cpp_literal(check.name) + ", " + sql + type + '}';
    }
    std::string operator()(const schemas::Exclude& exclude) const {
        std::string elements;
        for (const auto& [expression, with] : exclude.elements) {
            elements += (elements.empty() ? "{" : ", {") + condition(expression) + ", " + cpp_literal(with) + '}';
        }
        Members members;
        members.add_text("name", exclude.name);
        members.add("elements", '{' + elements + '}');
        members.add_text("method", exclude.method);
        members.add("where", condition(exclude.where));
        members.add_deferral(exclude.deferral);
        return "Exclude" + members.braced();
    }
};

std::string constraint_text(const AnyConstraint& constraint) { return std::visit(ConstraintText{}, constraint); }

std::string index_text(const schemas::Index& index) {
    std::string parts;
    for (const auto& part : index.parts) {
        auto own = part.column.empty() ? "sql_part(" + cpp_literal(expression_sql(part.expression)) + ')'
                                       : cpp_literal(part.column);
        parts += (parts.empty() ? "" : ", ") + own;
    }
    Members members;
    members.add("name", cpp_literal(index.name));
    members.add("parts", '{' + parts + '}');
    if (index.unique) members.add("unique", "true");
    members.add("where", condition(index.where));
    std::string on;
    for (const auto& [dialect, where] : index.where_on) {
        on += (on.empty() ? "{" : ", {") + cpp_literal(dialect) + ", " + condition(where) + '}';
    }
    if (!on.empty()) members.add("where_on", '{' + on + '}');
    members.add_options(index.options);
    return "Index" + members.braced();
}

std::string column_text(const schemas::Column& column, bool key_apart = false) {
    std::string out = "Column{" + cpp_literal(column.name) + ", " + render(column.type);
    auto add = [&](const std::string& word) { out += ", " + word; };
    if (column.primary_key && !key_apart) add("primary_key()");
    if (column.nullable) add("nullable()");
    if (!column.server_default.is_empty())
        add("server_default{" + cpp_literal(default_sql(column.server_default)) + '}');
    if (column.computed) {
        add("computed{" + cpp_literal(column.computed->sql) +
            (column.computed->stored.value_or(false) ? ", true}" : "}"));
    }
    if (column.autoincrement != schemas::Autoincrement::automatic) {
        add(column.autoincrement == schemas::Autoincrement::yes ? "autoincrement()" : "autoincrement{false}");
    }
    if (!column.collation.empty()) add("collation{" + cpp_literal(column.collation) + '}');
    if (!column.comment.empty()) add("comment{" + cpp_literal(column.comment) + '}');
    for (const auto& [name, value] : column.options) {
        if (name != "renamed_from") add("option{" + cpp_literal(name) + ", " + cpp_literal(value) + '}');
    }
    return out + '}';
}

std::string cell(const sql::Value& value) {
    auto view = value.view();
    switch (view.kind) {
        case sql::ValueKind::null: return "nullptr";
        case sql::ValueKind::boolean: return view.integer != 0 ? "true" : "false";
        case sql::ValueKind::text: return cpp_literal(view.text());
        default: return sql::to_string(view);
    }
}

template <class Rows>
std::string rows_text(const char* name, const Rows& one) {
    std::string rows;
    for (const auto& row : one.rows) {
        std::string cells;
        for (const auto& value : row) cells += (cells.empty() ? "" : ", ") + cell(value);
        rows += (rows.empty() ? "{" : ", {") + cells + '}';
    }
    return call(name, {cpp_literal(one.table), list(one.columns), '{' + rows + '}'});
}

std::string autoincrement_text(schemas::Autoincrement value) {
    const char* word = value == schemas::Autoincrement::yes ? "yes" : "no";
    return std::string("schemas::Autoincrement::") + (value == schemas::Autoincrement::automatic ? "automatic" : word);
}

std::string change_text(const ColumnChange& change) {
    Members members;
    if (change.type) members.add("type", render(*change.type));
    members.add_flag("nullable", change.nullable);
    if (change.server_default) members.add("server_default", cpp_literal(*change.server_default));
    if (change.computed) members.add("computed", cpp_literal(*change.computed));
    members.add_flag("stored", change.stored);
    if (change.comment) members.add("comment", cpp_literal(*change.comment));
    if (change.collation) members.add("collation", cpp_literal(*change.collation));
    if (change.autoincrement) members.add("autoincrement", autoincrement_text(*change.autoincrement));
    if (change.options) members.add("options", "schemas::Options" + options(*change.options));
    members.add_text("using_sql", change.using_sql);
    members.add_text("backfill", change.backfill);
    return members.braced();
}

class StepText {
  public:
    explicit StepText(std::string_view indent) : indent_(indent) {}

    std::string operator()(const ops::CreateTable& one) const {
        const auto& table = one.table;
        std::vector<std::string> parts;
        parts.reserve(table.columns.size());
        bool key_apart = !table.primary_key.name.empty() || table.primary_key.columns.size() > 1;
        for (const auto& column : table.columns) parts.push_back(column_text(column, key_apart));
        if (key_apart) {
            auto key = table.primary_key;
            key.columns = table.primary_key_columns();
            if (!key.columns.empty()) parts.push_back(constraint_text(key));
        }
        for (const auto& column : table.columns) {
            for (const auto& check : column.checks) parts.push_back(constraint_text(check));
        }
        for (const auto& constraint : table.constraints) parts.push_back(std::visit(ConstraintText{}, constraint));
        for (const auto& index : table.indexes) parts.push_back(index_text(index));
        if (!table.comment.empty()) parts.push_back("comment{" + cpp_literal(table.comment) + '}');
        for (const auto& [name, value] : table.options) {
            if (name != "renamed_from")
                parts.push_back("option{" + cpp_literal(name) + ", " + cpp_literal(value) + '}');
        }
        auto line = "\n" + indent_ + "    ";
        return "create_table(" + cpp_literal(table.name) + ", {" + line + join(parts, "," + line) + ",\n" + indent_ +
               "})";
    }
    std::string operator()(const ops::DropTable& one) const { return call("drop_table", {cpp_literal(one.table)}); }
    std::string operator()(const ops::RenameTable& one) const {
        return call("rename_table", {cpp_literal(one.table), cpp_literal(one.to)});
    }
    std::string operator()(const ops::AlterTable& one) const {
        Members members;
        if (one.settings.comment) members.add("comment", cpp_literal(*one.settings.comment));
        if (one.settings.options) members.add("options", "schemas::Options" + options(*one.settings.options));
        return call("alter_table", {cpp_literal(one.table), members.braced()});
    }
    std::string operator()(const ops::AddColumn& one) const {
        auto backfill = one.backfill.empty() && one.before.empty() ? std::string() : cpp_literal(one.backfill);
        auto before = one.before.empty() ? std::string() : cpp_literal(one.before);
        return call("add_column", {cpp_literal(one.table), column_text(one.column), backfill, before});
    }
    std::string operator()(const ops::DropColumn& one) const {
        return call("drop_column", {cpp_literal(one.table), cpp_literal(one.column)});
    }
    std::string operator()(const ops::RenameColumn& one) const {
        return call("rename_column", {cpp_literal(one.table), cpp_literal(one.column), cpp_literal(one.to)});
    }
    std::string operator()(const ops::AlterColumn& one) const {
        return call("alter_column", {cpp_literal(one.table), cpp_literal(one.column), change_text(one.change)});
    }
    std::string operator()(const ops::AddConstraint& one) const {
        return call("add_constraint", {cpp_literal(one.table), constraint_text(one.constraint)});
    }
    std::string operator()(const ops::DropConstraint& one) const {
        auto what = one.name.empty() && one.constraint ? constraint_text(*one.constraint) : cpp_literal(one.name);
        return call("drop_constraint", {cpp_literal(one.table), what});
    }
    std::string operator()(const ops::CreateIndex& one) const {
        return call("create_index", {cpp_literal(one.table), index_text(one.index)});
    }
    std::string operator()(const ops::DropIndex& one) const {
        return call("drop_index", {cpp_literal(one.table), cpp_literal(one.name)});
    }
    std::string operator()(const ops::InsertRows& one) const { return rows_text("insert_rows", one); }
    std::string operator()(const ops::DeleteRows& one) const { return rows_text("delete_rows", one); }
    std::string operator()(const ops::Execute& one) const {
        if (one.sql.empty()) return "execute(\"\")";
        const auto& [dialect, sql] = *one.sql.begin();
        if (dialect.empty()) return call("execute", {cpp_literal(sql)});
        return call("execute_on", {cpp_literal(dialect), cpp_literal(sql)});
    }
    /// Nobody can write down what a function does.
    std::string operator()(const ops::Run&) const {
        return "run([](engines::Connection&) { throw \"write this step again\"; })";
    }

  private:
    std::string indent_;
};

}  // namespace

std::string render(const std::vector<Operation>& operations, std::string_view indent) {
    std::string out;
    for (const auto& operation : operations) {
        for (auto line : split(operation.note, '\n')) {
            if (!line.empty()) out.append(indent).append("// ").append(line) += '\n';
        }
        auto on = operation.bind.empty() ? std::string("op.") : "op.on(" + cpp_literal(operation.bind) + ").";
        if (!operation.schema.empty()) on += "schema(" + cpp_literal(operation.schema) + ").";
        out.append(indent).append(on).append(std::visit(StepText(indent), operation.step)).append(";\n");
    }
    return out;
}

}  // namespace retort::migrations
