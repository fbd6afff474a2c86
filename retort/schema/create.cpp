// create_all and drop_all.
#include "retort/schema/create.hpp"

#include <algorithm>

namespace retort::schemas {

namespace {

/// A foreign key can only be left for later when it can be added and named then.
bool can_wait(const SortedTables::Late& late, const DdlTarget& target) {
    return target.compiler().can_alter_constraints() && !late.key->name.empty();
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
}

}  // namespace

void create_all(const MetaData& metadata, DdlTarget& target, bool checkfirst) {
    SortedTables sorted = sort_tables(metadata);
    std::vector<const Table*> made;
    for (const Table* table : sorted.tables) {
        if (!checkfirst || !target.has_table(table->name, table->schema)) made.push_back(table);
    }
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
        if (!checkfirst || target.has_table((*table)->name, (*table)->schema)) there.push_back(*table);
    }
    for (const auto& late : sorted.late) {
        if (!can_wait(late, target) || std::find(there.begin(), there.end(), late.table) == there.end()) continue;
        target.run(target.compiler().compile(DropConstraint{late.table->name, late.key->name, late.table->schema}));
    }
    for (const Table* table : there) target.run(target.compiler().compile(DropTable{table->name, table->schema}));
}

}  // namespace retort::schemas
