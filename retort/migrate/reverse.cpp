// The inverse of each operation.
#include <algorithm>

#include "retort/base/text.hpp"
#include "retort/migrate/schema_state.hpp"
#include "retort/schema/compare.hpp"

namespace retort::migrations {

std::string zero_of(const sql::Type& type) {
    switch (type.kind()) {
        case sql::TypeKind::boolean: return "false";  // PostgreSQL makes no boolean of a number
        case sql::TypeKind::small_integer:
        case sql::TypeKind::integer:
        case sql::TypeKind::big_integer:
        case sql::TypeKind::floating:
        case sql::TypeKind::numeric: return "0";
        case sql::TypeKind::date: return "'1970-01-01'";
        case sql::TypeKind::time: return "'00:00:00.000000'";
        case sql::TypeKind::datetime:
        case sql::TypeKind::interval: return "'1970-01-01 00:00:00.000000'";
        case sql::TypeKind::json: return "'null'";
        case sql::TypeKind::uuid: return "'00000000000000000000000000000000'";
        case sql::TypeKind::large_binary: return "x''";
        case sql::TypeKind::enumeration:
            if (type.details() && !type.details()->values.empty()) {
                return expression_sql(
                    sql::literal(sql::Value(sql::ValueView::of(std::string_view(type.details()->values.front())))));
            }
            return "''";
        default: return "''";
    }
}

bool gives_value(const schemas::Column& column) {
    if (column.server_default.is_empty()) return false;
    auto sql = default_sql(column.server_default);
    return !iequals(sql, "NULL") && !iequals(sql, "(NULL)");
}

std::string filling_of(const schemas::Column& column) {
    return gives_value(column) ? default_sql(column.server_default) : zero_of(column.type);
}

namespace {

using OperationList = std::vector<Operation>;

/// Undoes one operation that is about a table which was there before.
struct Reverser {
    const SchemaState& before;
    const schemas::DdlCompiler& compiler;
    const std::string& schema;

    const schemas::Table& table(const std::string& name) const {
        const auto* found = before.find(name, schema);
        // Replaying the operation itself says the same, with the nearest name.
        if (found == nullptr) SchemaState(before).apply({ops::DropTable{name}, {}, {}, schema}, compiler);
        return *found;
    }

    /// Only of a key a database tells whether it numbers the rows, so a new one that shall not must say it again.
    static OperationList numbering(const schemas::Table& old) {
        OperationList out;
        for (const auto& name : old.primary_key_columns()) {
            const auto* column = old.find(name);
            bool plain = column && column->autoincrement == schemas::Autoincrement::no;
            if (plain) out.push_back({ops::AlterColumn{old.name, name, {.autoincrement = column->autoincrement}}});
        }
        return out;
    }

    OperationList operator()(const ops::CreateTable& one) const { return {{ops::DropTable{one.table.name}}}; }
    OperationList operator()(const ops::DropTable& one) const { return {{ops::CreateTable{table(one.table)}}}; }
    OperationList operator()(const ops::RenameTable& one) const { return {{ops::RenameTable{one.to, one.table}}}; }
    OperationList operator()(const ops::AlterTable& one) const {
        TableSettings settings;
        if (one.settings.comment) settings.comment = table(one.table).comment;
        if (one.settings.options) settings.options = table(one.table).options;
        return {{ops::AlterTable{one.table, settings}}};
    }
    OperationList operator()(const ops::AddColumn& one) const {
        return {{ops::DropColumn{one.table, one.column.name}}};
    }
    OperationList operator()(const ops::DropColumn& one) const;
    OperationList operator()(const ops::RenameColumn& one) const {
        return {{ops::RenameColumn{one.table, one.to, one.column}}};
    }
    OperationList operator()(const ops::AlterColumn& one) const;
    OperationList operator()(const ops::AddConstraint& one) const {
        auto name = std::visit([](const auto& own) { return own.name; }, one.constraint);
        OperationList out{{ops::DropConstraint{one.table, name, one.constraint}}};
        // A new key took the place of another, and may have made columns NOT NULL.
        const auto& old = table(one.table);
        bool replaces =
            std::holds_alternative<schemas::PrimaryKey>(one.constraint) && !old.primary_key_columns().empty();
        if (replaces) {
            auto before_it = old.primary_key;
            before_it.columns = old.primary_key_columns();
            out = numbering(old);
            out.push_back({ops::AddConstraint{one.table, before_it}});
        }
        if (const auto* key = std::get_if<schemas::PrimaryKey>(&one.constraint)) {
            for (const auto& column : key->columns) {
                const auto* own = table(one.table).find(column);
                if (own && own->nullable && !own->primary_key) {
                    out.push_back({ops::AlterColumn{one.table, column, {.nullable = true}}});
                }
            }
        }
        return out;
    }
    OperationList operator()(const ops::DropConstraint& one) const {
        const auto& old = table(one.table);
        auto constraint = find_constraint(old, one, compiler);
        OperationList out;
        if (std::holds_alternative<schemas::PrimaryKey>(constraint)) out = numbering(old);
        out.push_back({ops::AddConstraint{one.table, constraint}});
        return out;
    }
    OperationList operator()(const ops::CreateIndex& one) const {
        return {{ops::DropIndex{one.table, one.index.name}}};
    }
    OperationList operator()(const ops::DropIndex& one) const {
        for (const auto& index : table(one.table).indexes) {
            if (index.name == one.name) return {{ops::CreateIndex{one.table, index}}};
        }
        return {};
    }
    OperationList operator()(const ops::InsertRows& one) const {
        return {{ops::DeleteRows{one.table, one.columns, one.rows}}};
    }
    OperationList operator()(const ops::DeleteRows& one) const {
        return {{ops::InsertRows{one.table, one.columns, one.rows}}};
    }
    OperationList operator()(const ops::Execute&) const { return {}; }
    OperationList operator()(const ops::Run&) const { return {}; }
};

/// The column with all that went with it.
OperationList Reverser::operator()(const ops::DropColumn& one) const {
    const auto& old = table(one.table);
    schemas::Table rest = old;
    apply_to_table({one}, rest, compiler);
    schemas::Column column = old.column(one.column);
    bool in_key = column.primary_key;
    column.primary_key = false;
    bool needs_value = !column.nullable && !gives_value(column) && !column.computed;
    std::string next;
    for (std::size_t i = 0; i + 1 < old.columns.size(); ++i) {
        if (old.columns[i].name == one.column) next = old.columns[i + 1].name;
    }
    OperationList out{{ops::AddColumn{one.table, column, needs_value ? zero_of(column.type) : "", next}}};
    if (in_key) {
        auto key = old.primary_key;
        key.columns = old.primary_key_columns();
        out.push_back({ops::AddConstraint{one.table, key}});
    }
    for (const auto& constraint : old.constraints) {
        auto text = schemas::content_of(constraint, old, compiler);
        bool stays = std::any_of(rest.constraints.begin(), rest.constraints.end(), [&](auto& other) {
            return other.index() == constraint.index() && schemas::content_of(other, rest, compiler) == text;
        });
        if (stays) continue;
        std::visit([&](const auto& own) { out.push_back({ops::AddConstraint{one.table, own}}); }, constraint);
    }
    for (const auto& index : old.indexes) {
        bool stays = std::any_of(rest.indexes.begin(), rest.indexes.end(),
                                 [&](auto& other) { return other.name == index.name; });
        if (!stays) out.push_back({ops::CreateIndex{one.table, index}});
    }
    return out;
}

OperationList Reverser::operator()(const ops::AlterColumn& one) const {
    const auto& whole = table(one.table);
    const auto& old = whole.column(one.column);
    const auto& change = one.change;
    ColumnChange back;
    if (change.type) back.type = old.type;
    bool counted = old.autoincrement == schemas::Autoincrement::no || whole.autoincrement_column() == &old;
    if (change.type && counted) back.autoincrement = old.autoincrement;
    if (change.nullable) {
        back.nullable = old.nullable;
        if (!old.nullable) back.backfill = filling_of(old);
    }
    if (change.server_default) back.server_default = default_sql(old.server_default);
    if (change.computed || change.stored) {
        back.computed = old.computed ? old.computed->sql : "";
        if (old.computed) back.stored = old.computed->stored;
    }
    if (change.comment) back.comment = old.comment;
    if (change.collation) back.collation = old.collation;
    if (change.autoincrement) back.autoincrement = old.autoincrement;
    if (change.options) back.options = old.options;
    return {{ops::AlterColumn{one.table, one.column, std::move(back)}}};
}

}  // namespace

std::vector<Operation> reversed(const Operation& operation, const SchemaState& before,
                                const schemas::DdlCompiler& compiler) {
    auto out = std::visit(Reverser{before, compiler, operation.schema}, operation.step);
    for (auto& one : out) {
        one.bind = operation.bind;
        one.schema = operation.schema;
    }
    return out;
}

std::optional<std::vector<Operation>> reversed(const std::vector<Operation>& operations, SchemaState before,
                                               const schemas::DdlCompiler& compiler) {
    std::vector<std::vector<Operation>> parts;
    for (const auto& operation : operations) {
        auto back = reversed(operation, before, compiler);
        if (back.empty()) return std::nullopt;
        parts.push_back(std::move(back));
        before.apply(operation, compiler);
    }
    std::vector<Operation> out;
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) out.insert(out.end(), part->begin(), part->end());
    return out;
}

}  // namespace retort::migrations
