// Writing structs for tables.
#include "retort/schema/model_source.hpp"

#include <algorithm>

#include "retort/base/text.hpp"
#include "retort/schema/ddl.hpp"
#include "retort/schema/naming.hpp"
#include "retort/schema/public_names.hpp"
#include "retort/sql/nodes.hpp"

namespace retort::schemas {

namespace {

constexpr std::string_view cpp_words[] = {
    "alignas", "alignof",  "and",       "asm",      "auto",     "bool",      "break",    "case",       "catch",
    "char",    "class",    "const",     "continue", "default",  "delete",    "do",       "double",     "else",
    "enum",    "explicit", "export",    "extern",   "false",    "float",     "for",      "friend",     "goto",
    "if",      "inline",   "int",       "long",     "mutable",  "namespace", "new",      "not",        "operator",
    "or",      "private",  "protected", "public",   "register", "requires",  "return",   "short",      "signed",
    "sizeof",  "static",   "struct",    "switch",   "template", "this",      "throw",    "true",       "try",
    "typedef", "typename", "union",     "unsigned", "using",    "virtual",   "void",     "volatile",   "while",
    "xor",     "concept",  "module",    "import",   "c",        "query",     "metadata", "table_args", "table_name",
};

bool is_name(std::string_view text) {
    bool letters = !text.empty() && !is_ascii_digit(text.front());
    return letters &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_ascii_alphanumeric(c) || c == '_'; });
}

bool is_public(std::string_view name) {
    return std::binary_search(std::begin(public_names), std::end(public_names), name);
}

/// A name that C++ takes; what it cannot have is an underscore.
std::string cpp_name(std::string_view text) {
    std::string out;
    for (char c : text) out += is_name(std::string_view(&c, 1)) || is_ascii_digit(c) ? c : '_';
    if (out.empty() || is_ascii_digit(out.front())) out = '_' + out;
    bool taken = std::find(std::begin(cpp_words), std::end(cpp_words), out) != std::end(cpp_words);
    return taken || is_public(out) ? out + '_' : out;
}

/// As a C++ literal.
std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (c == '\n') {
            out += "\\n";
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string list(const std::vector<std::string>& names) {
    std::string out;
    for (const auto& name : names) out += (out.empty() ? "" : ", ") + quoted(name);
    return '{' + out + '}';
}

std::string sized(const char* name, int first, int second = -1) {
    auto out = std::string(name) + '<' + std::to_string(first);
    return out + (second < 0 ? "" : ", " + std::to_string(second)) + '>';
}

/// A word that no type of ours has, by the affinity that SQLite would give it.
std::string type_of_word(const sql::Type& type) {
    auto word = type.details() ? type.details()->name : std::string();
    auto has = [&](std::string_view part) { return word.find(part) != std::string::npos; };
    if (has("INT")) return "std::int64_t";
    if (has("CHAR") && type.length() > 0) return sized("String", type.length());
    if (has("CHAR") || has("CLOB") || has("TEXT")) return "Text";
    if (has("BLOB") || word.empty()) return "LargeBinary";
    if (has("REAL") || has("FLOA") || has("DOUB")) return "double";
    return "Decimal";
}

std::string type_of(const sql::Type& type) {
    switch (type.kind()) {
        case sql::TypeKind::boolean: return "bool";
        case sql::TypeKind::small_integer: return "SmallInteger";
        case sql::TypeKind::integer: return "int";
        case sql::TypeKind::big_integer: return "std::int64_t";
        case sql::TypeKind::floating: return type.is_double() ? "Double" : "double";
        case sql::TypeKind::numeric:
            return type.precision() < 0 ? "Decimal" : sized("Numeric", type.precision(), std::max(type.scale(), 0));
        case sql::TypeKind::string: return type.length() > 0 ? sized("String", type.length()) : "std::string";
        case sql::TypeKind::text: return "Text";
        case sql::TypeKind::large_binary: return "LargeBinary";
        case sql::TypeKind::date: return "Date";
        case sql::TypeKind::time: return "Time";
        case sql::TypeKind::datetime: return type.has_timezone() ? "DateTimeTz" : "DateTime";
        case sql::TypeKind::interval: return "Interval";
        case sql::TypeKind::json: return "json";
        case sql::TypeKind::uuid: return "Uuid";
        case sql::TypeKind::enumeration: return sized("String", std::max(type.length(), 1));
        default: return type_of_word(type);
    }
}

std::string_view action_word(Action action) {
    switch (action) {
        case Action::restrict_: return "restrict";
        case Action::cascade: return "cascade";
        case Action::set_null: return "set_null";
        case Action::set_default: return "set_default";
        default: return {};
    }
}

class Writer {
  public:
    Writer(const Table& table, const MetaData& metadata, const ModelSourceOptions& options)
        : table_(table), metadata_(metadata), options_(options) {}

    std::string write() {
        auto name = class_name_of(table_.name);
        out_ = "struct " + name + " : Model<" + name + "> {" + key_remark() + '\n';
        if (table_name_of(name) != table_.name) line("static constexpr auto table_name = " + quoted(table_.name) + ';');
        for (const auto& column : table_.columns) write_column(column);
        for (const auto* key : table_.foreign_keys()) write_one(*key);
        if (options_.collections) write_collections();
        write_table_args();
        return out_ + "};\n";
    }

  private:
    void line(const std::string& text) { out_ += "    " + text + '\n'; }

    std::string field_name(std::string name) {
        name = cpp_name(name);
        while (std::find(taken_.begin(), taken_.end(), name) != taken_.end()) name += '_';
        taken_.push_back(name);
        return name;
    }

    /// The foreign key of this column alone, when it leads to a model's only key.
    const ForeignKey* key_of(const Column& column) const {
        for (const auto* key : table_.foreign_keys()) {
            bool own = key->columns.size() == 1 && key->columns[0] == column.name;
            if (own && is_simple(*key)) return key;
        }
        return nullptr;
    }

    bool is_simple(const ForeignKey& key) const {
        const Table* target = metadata_.find(key.referred_table, key.referred_schema);
        return key.columns.size() == 1 && target != nullptr && target->primary_key_columns() == key.referred_columns;
    }

    void write_column(const Column& column) {
        std::string type = type_of(column.type);
        if (column.nullable && !column.primary_key) type = "std::optional<" + type + '>';
        std::string options;
        auto add = [&](const std::string& option) { options += ", " + option; };
        auto name = field_name(column.name);
        if (column.primary_key) add("primary_key");
        if (name != column.name) add("column_name<" + quoted(column.name) + '>');
        if (const auto* key = key_of(column)) add(foreign_key(*key));
        if (is_unique(column)) add("unique_key");
        if (!column.server_default.is_empty()) add("server_default<" + quoted(default_of(column)) + '>');
        if (column.computed) {
            add("computed<" + quoted(column.computed->sql) +
                (column.computed->stored.value_or(false) ? ", true>" : ">"));
        }
        if (!column.comment.empty()) add("comment<" + quoted(column.comment) + '>');
        line("Column<" + type + options + "> " + name + ';' + remark(column));
    }

    /// What a model has no word for.
    std::string remark(const Column& column) const {
        std::string out;
        if (!column.collation.empty()) out += ", COLLATE " + column.collation;
        const auto* key = key_of(column);
        if (key && key->deferrable.value_or(false)) out += ", DEFERRABLE INITIALLY " + key->initially;
        if (key && key->on_update == Action::set_default) out += ", ON UPDATE SET DEFAULT";
        return out.empty() ? out : "  // in the database: " + out.substr(2);
    }

    /// Models have their keys in the order of their fields.
    std::string key_remark() const {
        std::vector<std::string> own;
        for (const auto& column : table_.columns) {
            if (column.primary_key) own.push_back(column.name);
        }
        auto names = table_.primary_key_columns();
        return own == names ? std::string() : "  // in the database: PRIMARY KEY (" + join(names, ", ") + ')';
    }

    /// As a model's `server_default` takes it: SQL, an expression in parentheses.
    static std::string default_of(const Column& column) {
        std::string text;
        for (char c : DdlCompiler().expression(column.server_default)) {
            if (c == ':') text += '\\';
            text += c;
        }
        return sql::node_cast<sql::LiteralColumnNode>(column.server_default.node()) ? '(' + text + ')' : text;
    }

    std::string foreign_key(const ForeignKey& key) const {
        std::string out = "foreign_key<" + class_name_of(key.referred_table);
        if (auto word = action_word(key.on_delete); !word.empty()) out.append(", on_delete::").append(word);
        auto updated = action_word(key.on_update);
        if (!updated.empty() && key.on_update != Action::set_default) out.append(", on_update::").append(updated);
        return out + '>';
    }

    bool is_unique(const Column& column) const {
        return std::any_of(table_.constraints.begin(), table_.constraints.end(), [&](const Constraint& one) {
            const auto* unique = std::get_if<Unique>(&one);
            return unique && unique->columns == std::vector{column.name} && is_plain(*unique);
        });
    }

    /// Whether `unique_key` says it all: one column, and no name but the one that models get.
    bool is_plain(const Unique& unique) const {
        if (unique.columns.size() != 1 || !unique.options.empty()) return false;
        return unique.name.empty() || unique.name == "uq_" + table_.name + '_' + unique.columns[0];
    }

    /// How many foreign keys of one table lead to another.
    static std::size_t keys_between(const Table& from, const std::string& to) {
        auto keys = from.foreign_keys();
        return static_cast<std::size_t>(
            std::count_if(keys.begin(), keys.end(), [&](const ForeignKey* key) { return key->referred_table == to; }));
    }

    static std::string subject_of(const ForeignKey& key) {
        const auto& name = key.columns.front();
        return name.ends_with("_id") ? name.substr(0, name.size() - 3) : name + "_row";
    }

    void write_one(const ForeignKey& key) {
        if (!is_simple(key)) return;
        bool several = keys_between(table_, key.referred_table) > 1;
        auto stated = several ? ", foreign_keys<" + quoted(cpp_name(key.columns.front())) + '>' : std::string();
        line("One<" + class_name_of(key.referred_table) + stated + "> " + field_name(subject_of(key)) + ';');
    }

    void write_collections() {
        for (const Table* one : metadata_.tables()) {
            const Table& child = *one;
            if (child.primary_key_columns().empty()) continue;
            for (const auto* key : child.foreign_keys()) {
                if (key->referred_table != table_.name || !Writer(child, metadata_, options_).is_simple(*key)) continue;
                bool several = keys_between(child, table_.name) > 1;
                auto stated =
                    several ? ", foreign_keys<" + quoted(cpp_name(key->columns.front())) + '>' : std::string();
                auto name = table_name_of(class_name_of(child.name)) + "_collection" +
                            (several ? "_by_" + key->columns.front() : std::string());
                line("Many<" + class_name_of(child.name) + stated + "> " + field_name(name) + ';');
            }
        }
    }

    std::string expression(const sql::Expression& of) const {
        return "sql::literal_column(" + quoted(DdlCompiler().expression(of)) + ')';
    }

    std::string constraint(const Constraint& constraint) const {
        if (const auto* unique = std::get_if<Unique>(&constraint)) {
            if (is_plain(*unique)) return {};
            return "schemas::Unique{" + quoted(unique->name) + ", " + list(unique->columns) + '}';
        }
        if (const auto* check = std::get_if<Check>(&constraint)) return check_text(*check);
        const auto* key = std::get_if<ForeignKey>(&constraint);
        if (key == nullptr || is_simple(*key)) return {};
        return key_text(*key);
    }

    static std::string key_text(const ForeignKey& key) {
        auto out = "schemas::ForeignKey{.name = " + quoted(key.name) + ", .columns = " + list(key.columns) +
                   ", .referred_table = " + quoted(key.referred_table) +
                   ", .referred_columns = " + list(key.referred_columns);
        auto rule = [&](const char* member, Action action) {
            auto word = action == Action::restrict_ ? std::string_view("restrict_") : action_word(action);
            if (!word.empty()) out.append(member).append(word);
        };
        rule(", .on_delete = schemas::Action::", key.on_delete);
        rule(", .on_update = schemas::Action::", key.on_update);
        if (key.deferrable) out += *key.deferrable ? ", .deferrable = true" : ", .deferrable = false";
        if (!key.initially.empty()) out += ", .initially = " + quoted(key.initially);
        return out + '}';
    }

    /// Models name their checks `ck_table_name`, and need a name for that.
    std::string check_text(const Check& check) const {
        auto prefix = "ck_" + table_.name + '_';
        auto name = check.name.starts_with(prefix) ? check.name.substr(prefix.size()) : check.name;
        if (name.empty()) name = std::to_string(++checks_);
        return "schemas::Check{.name = " + quoted(name) + ", .condition = " + expression(check.condition) + '}';
    }

    std::string index(const Index& index) const {
        std::string parts;
        for (const auto& part : index.parts) {
            parts +=
                (parts.empty() ? "" : ", ") + (part.column.empty() ? expression(part.expression) : quoted(part.column));
        }
        std::string out = "schemas::Index{.name = " + quoted(index.name) + ", .parts = {" + parts + '}';
        if (index.unique) out += ", .unique = true";
        if (!index.where.is_empty()) out += ", .where = " + expression(index.where);
        return out + '}';
    }

    void write_table_args() {
        std::vector<std::string> constraints, indexes;
        auto add = [](std::vector<std::string>& to, std::string text) {
            if (!text.empty()) to.push_back(std::move(text));
        };
        for (const auto& column : table_.columns) {
            for (const auto& check : column.checks) add(constraints, check_text(check));
        }
        for (const auto& one : table_.constraints) add(constraints, constraint(one));
        for (const auto& one : table_.indexes) add(indexes, index(one));
        std::string options;
        for (const auto& [name, value] : table_.options) {
            options += (options.empty() ? "{" : ", {") + quoted(name) + ", " + quoted(value) + '}';
        }
        if (constraints.empty() && indexes.empty() && options.empty() && table_.comment.empty()) return;
        std::string between = ",\n                          ";
        line("static TableArgs table_args() {");
        std::vector<std::string> members;
        if (!constraints.empty()) members.push_back(".constraints = {" + join(constraints, between) + '}');
        if (!indexes.empty()) members.push_back(".indexes = {" + join(indexes, between) + '}');
        if (!table_.comment.empty()) members.push_back(".comment = " + quoted(table_.comment));
        if (!options.empty()) members.push_back(".options = {" + options + '}');
        line("    return {" + join(members, ",\n                ") + "};");
        line("}");
    }

    const Table& table_;
    const MetaData& metadata_;
    const ModelSourceOptions& options_;
    std::string out_;
    std::vector<std::string> taken_;
    mutable int checks_ = 0;
};

}  // namespace

std::string class_name_of(std::string_view table_name) {
    std::string out;
    bool start = true;
    for (char c : cpp_name(table_name)) {
        if (c == '_') {
            start = true;
            continue;
        }
        out += start ? ascii_upper(c) : c;
        start = false;
    }
    if (!is_name(out)) return "Table" + out;
    return is_public(out) ? out + '_' : out;
}

std::string to_model_source(const Table& table, const MetaData& metadata, const ModelSourceOptions& options) {
    return Writer(table, metadata, options).write();
}

std::string to_model_source(const MetaData& metadata, const ModelSourceOptions& options) {
    std::vector<const Table*> tables;
    std::string left_out;
    for (const Table* table : sort_tables(metadata).tables) {
        bool model = !table->view && !table->primary_key_columns().empty();
        if (model) tables.push_back(table);
        if (!model) left_out += "// Left out, because it has no primary key: " + table->name + '\n';
    }
    std::string out =
        "// Models of a database, written by to_model_source.\n#pragma once\n\n#include <retort/retort.hpp>\n\n";
    if (!options.namespace_name.empty()) out += "namespace " + options.namespace_name + " {\n\n";
    out += "using namespace retort;\n\n";
    for (const Table* table : tables) out += "struct " + class_name_of(table->name) + ";\n";
    for (const Table* table : tables) out += '\n' + to_model_source(*table, metadata, options);
    if (!left_out.empty()) out += '\n' + left_out;
    if (!options.namespace_name.empty()) out += "\n}  // namespace " + options.namespace_name + '\n';
    return out;
}

}  // namespace retort::schemas
