// Names of constraints by templates.
#include "retort/schema/naming.hpp"

#include "retort/base/error.hpp"
#include "retort/base/suggest.hpp"

namespace retort::schemas {

namespace {

/// What the tokens of one constraint stand for.
struct Subject {
    const Table& table;
    std::vector<std::string> columns = {};
    std::string given = {};
    std::string_view given_fallback = {};
    const ForeignKey* key = nullptr;
};

constexpr std::string_view known_tokens[] = {
    "table_name",       "column_0_name", "column_0_N_name",     "column_0N_name",  "column_0_label",
    "column_0_N_label", "column_0_key",  "referred_table_name", "constraint_name", "referred_column_0_name",
};

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
    std::string out;
    for (const std::string& part : parts) {
        if (&part != &parts.front()) out += separator;
        out += part;
    }
    return out;
}

std::string first(const std::vector<std::string>& parts) { return parts.empty() ? std::string() : parts.front(); }

std::string given_name(const Subject& subject) {
    if (!subject.given.empty()) return subject.given;
    if (!subject.given_fallback.empty()) return std::string(subject.given_fallback);
    throw ArgumentError(
        "unnamed-check"_code,
        "A check of table \"" + subject.table.full_name() + "\" has no name, and the naming convention needs one",
        "give the check a name, such as \"positive_age\"");
}

/// A column's label is its name behind those of its table and schema.
std::string label_base(const Table& table) {
    return table.schema.empty() ? table.name + '_' : table.schema + '_' + table.name + '_';
}

std::string value_of(std::string_view token, const Subject& subject) {
    if (token == "table_name") return subject.table.name;
    if (token == "column_0_name" || token == "column_0_key") return first(subject.columns);
    if (token == "column_0_N_name") return joined(subject.columns, "_");
    if (token == "column_0N_name") return joined(subject.columns, "");
    if (token == "column_0_label") return label_base(subject.table) + first(subject.columns);
    if (token == "column_0_N_label") {
        std::string base = label_base(subject.table);
        return base + joined(subject.columns, "_" + base);
    }
    if (token == "referred_table_name" && subject.key) return subject.key->referred_table;
    if (token == "referred_column_0_name" && subject.key) return first(subject.key->referred_columns);
    if (token == "constraint_name") return given_name(subject);
    throw ArgumentError("unknown-naming-token"_code,
                        "The naming convention has no token %(" + std::string(token) + ")s for this constraint",
                        did_you_mean_hint(token, known_tokens, "see NamingConvention for the tokens"));
}

std::string filled(std::string_view form, const Subject& subject) {
    std::string out;
    for (std::size_t i = 0; i < form.size();) {
        std::size_t end = form.compare(i, 2, "%(") == 0 ? form.find(")s", i) : std::string_view::npos;
        if (end == std::string_view::npos) {
            out += form[i++];
            continue;
        }
        out += value_of(form.substr(i + 2, end - i - 2), subject);
        i = end + 2;
    }
    return out;
}

/// A given name stays, unless the template makes something of it.
void name(std::string& own, std::string_view form, Subject subject) {
    bool uses_given = form.find("%(constraint_name)s") != std::string_view::npos;
    if (form.empty() || (!own.empty() && !uses_given)) return;
    subject.given = own;
    own = filled(form, subject);
}

std::vector<std::string> columns_of(const Index& index) {
    std::vector<std::string> out;
    for (const IndexPart& part : index.parts) {
        if (!part.column.empty()) out.push_back(part.column);
    }
    return out;
}

}  // namespace

NamingConvention NamingConvention::for_models() {
    return {
        .index = "ix_%(table_name)s_%(column_0_N_name)s",
        .unique = "uq_%(table_name)s_%(column_0_N_name)s",
        .check = "ck_%(table_name)s_%(constraint_name)s",
        .foreign_key = "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        .primary_key = "pk_%(table_name)s",
    };
}

void name_constraints(Table& table, const NamingConvention& convention) {
    std::vector<std::string> key = table.primary_key_columns();
    if (!key.empty()) name(table.primary_key.name, convention.primary_key, {table, key});
    for (Column& column : table.columns) {
        for (Check& check : column.checks) {
            name(check.name, convention.check, {.table = table, .given_fallback = column.name});
        }
    }
    for (Constraint& constraint : table.constraints) {
        if (auto* foreign = std::get_if<ForeignKey>(&constraint)) {
            name(foreign->name, convention.foreign_key, {.table = table, .columns = foreign->columns, .key = foreign});
        } else if (auto* unique = std::get_if<Unique>(&constraint)) {
            name(unique->name, convention.unique, {table, unique->columns});
        } else if (auto* check = std::get_if<Check>(&constraint)) {
            name(check->name, convention.check, {table});
        }
    }
    for (Index& index : table.indexes) name(index.name, convention.index, {table, columns_of(index)});
}

}  // namespace retort::schemas
