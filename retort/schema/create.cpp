// create_all and drop_all.
#include "retort/schema/create.hpp"

#include <algorithm>

namespace retort::schemas {

namespace {

/// A foreign key can only be left for later when it can be added and named then.
bool can_wait(const SortedTables::Late& late, const DdlTarget& target) {
    return target.compiler().can_alter_constraints() && !late.key->name.empty();
}

void comment(const Table& table, DdlTarget& target) {
    if (!table.comment.empty()) {
        target.run(target.compiler().compile(SetTableComment{table.name, table.comment, table.schema}));
    }
    for (const Column& column : table.columns) {
        if (column.comment.empty()) continue;
        target.run(target.compiler().compile(SetColumnComment{table.name, column, table.schema}));
    }
}

/// The enums of the tables that are types of the database's own, each once.
std::vector<std::pair<sql::Type, std::string>> enums_of(const std::vector<const Table*>& tables) {
    std::vector<std::pair<sql::Type, std::string>> out;
    for (const Table* table : tables) {
        for (const Column& column : table->columns) {
            const auto* details = column.type.details();
            bool own = column.type.kind() == sql::TypeKind::enumeration && details && details->native;
            auto same = [&](const auto& known) { return known.first.details()->name == details->name; };
            if (own && std::none_of(out.begin(), out.end(), same)) out.emplace_back(column.type, table->schema);
        }
    }
    return out;
}

void create_types(const std::vector<const Table*>& tables, DdlTarget& target, bool checkfirst) {
    if (target.compiler().makes_enums()) {
        for (const auto& [type, schema] : enums_of(tables)) {
            if (checkfirst && target.has_enum(type.details()->name, schema)) continue;
            target.run(target.compiler().compile(CreateEnum{type, schema}));
        }
    }
    if (!target.compiler().has_sequences()) return;
    for (const Table* table : tables) {
        for (const Column& column : table->columns) {
            bool wanted = column.sequence && !column.sequence->optional;
            if (wanted) target.run(target.compiler().compile(CreateSequence{*column.sequence, checkfirst}));
        }
    }
}

void drop_types(const std::vector<const Table*>& tables, DdlTarget& target, bool checkfirst) {
    if (target.compiler().has_sequences()) {
        for (const Table* table : tables) {
            for (const Column& column : table->columns) {
                bool made = column.sequence && !column.sequence->optional;
                if (!made) continue;
                DropSequence statement{column.sequence->name, column.sequence->schema, checkfirst};
                target.run(target.compiler().compile(statement));
            }
        }
    }
    if (!target.compiler().makes_enums()) return;
    for (const auto& [type, schema] : enums_of(tables)) {
        target.run(target.compiler().compile(DropEnum{type.details()->name, schema, checkfirst}));
    }
}

void create_one(const Table& table, const SortedTables& sorted, DdlTarget& target) {
    CreateTable statement{.table = table};
    for (const auto& late : sorted.late) {
        if (late.table == &table && can_wait(late, target)) statement.without.push_back(late.key->name);
    }
    target.run(target.compiler().compile(statement));
    for (const Index& index : table.indexes) {
        target.run(target.compiler().compile(CreateIndex{table.name, index, table.schema}));
    }
    if (target.compiler().comments_apart()) comment(table, target);
}

}  // namespace

void create_all(const MetaData& metadata, DdlTarget& target, bool checkfirst) {
    SortedTables sorted = sort_tables(metadata);
    std::vector<const Table*> made;
    for (const Table* table : sorted.tables) {
        if (table->view) continue;
        if (!checkfirst || !target.has_table(table->name, table->schema)) made.push_back(table);
    }
    create_types(made, target, checkfirst);
    for (const Table* table : made) create_one(*table, sorted, target);
    for (const auto& late : sorted.late) {
        if (!can_wait(late, target) || std::find(made.begin(), made.end(), late.table) == made.end()) continue;
        target.run(target.compiler().compile(AddForeignKey{late.table->name, *late.key, late.table->schema}));
    }
}

void drop_all(const MetaData& metadata, DdlTarget& target, bool checkfirst) {
    SortedTables sorted = sort_tables(metadata);
    std::vector<const Table*> there;
    for (auto table = sorted.tables.rbegin(); table != sorted.tables.rend(); ++table) {
        if ((*table)->view) continue;
        if (!checkfirst || target.has_table((*table)->name, (*table)->schema)) there.push_back(*table);
    }
    for (const auto& late : sorted.late) {
        if (!can_wait(late, target) || std::find(there.begin(), there.end(), late.table) == there.end()) continue;
        target.run(target.compiler().compile(
            DropConstraint{late.table->name, late.key->name, late.table->schema, ConstraintKind::foreign_key}));
    }
    for (const Table* table : there) target.run(target.compiler().compile(DropTable{table->name, table->schema}));
    drop_types(there, target, checkfirst);
}

}  // namespace retort::schemas
