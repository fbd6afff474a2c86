// MetaData: keeping tables, checking them, and sorting them by their foreign keys.
#include "retort/schema/metadata.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "retort/base/suggest.hpp"

namespace retort::schemas {

namespace {

void check_columns(const Table& table) {
    std::set<std::string_view> names;
    for (const Column& column : table.columns) {
        if (names.insert(column.name).second) continue;
        throw ArgumentError("duplicate-column"_code,
                            "Table \"" + table.full_name() + "\" has two columns \"" + column.name + "\"",
                            "give one of them another name");
    }
}

void check_named_columns(const Table& table) {
    for (const std::string& name : table.primary_key.columns) table.column(name);
    for (const Constraint& constraint : table.constraints) {
        if (const auto* key = std::get_if<ForeignKey>(&constraint)) {
            for (const std::string& name : key->columns) table.column(name);
        } else if (const auto* unique = std::get_if<Unique>(&constraint)) {
            for (const std::string& name : unique->columns) table.column(name);
        }
    }
    for (const Index& index : table.indexes) {
        for (const IndexPart& part : index.parts) {
            if (!part.column.empty()) table.column(part.column);
        }
    }
}

/// The CHECKs that column types ask for, where they ask for one.
void add_type_checks(Table& table) {
    for (const Column& column : table.columns) {
        const auto* details = column.type.details();
        if (!details || !details->create_constraint) continue;
        sql::Expression own = sql::column(column.name);
        std::vector<sql::Value> allowed;
        allowed.reserve(details->values.size());
        for (const std::string& value : details->values)
            allowed.emplace_back(sql::ValueView::of(std::string_view(value)));
        if (column.type.is_boolean())
            allowed = {sql::Value(sql::ValueView::of(std::int64_t{0})),
                       sql::Value(sql::ValueView::of(std::int64_t{1}))};
        // An Enum that is no type of the database's own needs its check everywhere.
        auto kind = column.type.kind();
        if (kind == sql::TypeKind::enumeration && !details->native) kind = sql::TypeKind::unknown;
        table.constraints.push_back(Check{details->name, own.in_(std::move(allowed)), kind});
    }
}

/// An identity always has a value.
void settle_identities(Table& table) {
    for (Column& column : table.columns) column.nullable = column.nullable && !column.identity;
}

void settle_primary_key(Table& table) {
    for (const std::string& name : table.primary_key.columns) table.find(name)->primary_key = true;
    table.primary_key.columns = table.primary_key_columns();
    for (const std::string& name : table.primary_key.columns) table.find(name)->nullable = false;
}

using Dependencies = std::map<const Table*, std::vector<std::pair<const Table*, const ForeignKey*>>>;

Dependencies dependencies(const MetaData& metadata) {
    Dependencies out;
    for (const Table* table : metadata.tables()) {
        auto& needed = out[table];
        for (const ForeignKey* key : table->foreign_keys()) {
            const Table* other = metadata.find(key->referred_table, key->referred_schema);
            if (other && other != table && !key->use_alter) needed.emplace_back(other, key);
        }
    }
    return out;
}

std::vector<const Table*> by_name(const MetaData& metadata) {
    auto out = metadata.tables();
    std::sort(out.begin(), out.end(), [](auto* a, auto* b) { return a->full_name() < b->full_name(); });
    return out;
}

/// Moves every table that needs none of the waiting ones to `done`; false when there is no such table.
bool take_ready(std::vector<const Table*>& waiting, std::vector<const Table*>& done, const Dependencies& needs) {
    std::vector<const Table*> ready;
    std::vector<const Table*> rest;
    for (const Table* table : waiting) {
        bool blocked = false;
        for (const auto& [other, key] : needs.at(table)) {
            blocked = blocked || std::find(waiting.begin(), waiting.end(), other) != waiting.end();
        }
        (blocked ? rest : ready).push_back(table);
    }
    done.insert(done.end(), ready.begin(), ready.end());
    waiting = std::move(rest);
    return !ready.empty();
}

/// The tables of one circle among those that wait for each other.
std::vector<const Table*> find_circle(const std::vector<const Table*>& waiting, const Dependencies& needs) {
    std::vector<const Table*> path{waiting.front()};
    while (true) {
        const Table* next = nullptr;
        for (const auto& [other, key] : needs.at(path.back())) {
            if (std::find(waiting.begin(), waiting.end(), other) != waiting.end()) next = other;
        }
        auto seen = std::find(path.begin(), path.end(), next);
        if (seen != path.end()) return {seen, path.end()};
        path.push_back(next);
    }
}

}  // namespace

MetaData::MetaData() = default;
MetaData::MetaData(NamingConvention convention) : convention_(std::move(convention)) {}

bool MetaData::empty() const { return tables_.empty(); }
void MetaData::clear() { tables_.clear(); }

std::vector<const Table*> MetaData::tables() const {
    std::vector<const Table*> out;
    out.reserve(tables_.size());
    for (const auto& table : tables_) out.push_back(table.get());
    return out;
}

const Table& MetaData::add(Table table) {
    if (find(table.name, table.schema)) {
        throw InvalidRequestError("duplicate-table"_code,
                                  "The metadata has a table \"" + table.full_name() + "\" already",
                                  "give one of the two another name");
    }
    check_columns(table);
    check_named_columns(table);
    settle_primary_key(table);
    settle_identities(table);
    add_type_checks(table);
    name_constraints(table, convention_);
    return *tables_.emplace_back(std::make_unique<Table>(std::move(table)));
}

const Table* MetaData::find(std::string_view name, std::string_view schema) const& {
    for (const auto& table : tables_) {
        if (table->name == name && table->schema == schema) return table.get();
    }
    return nullptr;
}

const Table& MetaData::table(std::string_view name, std::string_view schema) const& {
    if (const Table* found = find(name, schema)) return *found;
    std::vector<std::string_view> known;
    known.reserve(tables_.size());
    for (const auto& table : tables_) known.push_back(table->name);
    throw InvalidRequestError("unknown-table"_code, "The metadata has no table \"" + std::string(name) + "\"",
                              did_you_mean_hint(name, known, "add the table, or include the file of its model"));
}

Table MetaData::table(std::string_view name, std::string_view schema) const&& { return table(name, schema); }

std::vector<const Table*> MetaData::sorted_tables() const {
    Dependencies needs = dependencies(*this);
    std::vector<const Table*> waiting = by_name(*this);
    std::vector<const Table*> done;
    while (!waiting.empty()) {
        if (take_ready(waiting, done, needs)) continue;
        std::string names;
        for (const Table* table : find_circle(waiting, needs)) names += '"' + table->full_name() + "\" -> ";
        names += '"' + find_circle(waiting, needs).front()->full_name() + '"';
        throw CircularDependencyError("circular-tables"_code, "Tables refer to each other in a circle: " + names,
                                      "mark one of these foreign keys with use_alter");
    }
    return done;
}

SortedTables sort_tables(const MetaData& metadata) {
    Dependencies needs = dependencies(metadata);
    std::vector<const Table*> waiting = by_name(metadata);
    SortedTables out;
    while (!waiting.empty()) {
        if (take_ready(waiting, out.tables, needs)) continue;
        for (const Table* table : find_circle(waiting, needs)) {
            std::erase_if(needs[table], [&](const auto& need) {
                bool in_circle = std::find(waiting.begin(), waiting.end(), need.first) != waiting.end();
                if (in_circle) out.late.push_back({table, need.second});
                return in_circle;
            });
        }
    }
    for (const Table* table : metadata.tables()) {
        for (const ForeignKey* key : table->foreign_keys()) {
            if (key->use_alter) out.late.push_back({table, key});
        }
    }
    return out;
}

}  // namespace retort::schemas
