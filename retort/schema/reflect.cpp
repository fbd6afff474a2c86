// Taking tables out of a source into a MetaData.
#include "retort/schema/reflect.hpp"

#include <algorithm>
#include <set>

#include "retort/base/suggest.hpp"
#include "retort/base/text.hpp"
#include "retort/schema/metadata.hpp"

namespace retort::schemas {

namespace {

std::vector<std::string> names_of(TableSource& source, const ReflectOptions& options) {
    auto names = source.get_table_names(options.schema);
    if (!options.views) return names;
    auto views = source.get_view_names(options.schema);
    names.insert(names.end(), views.begin(), views.end());
    return names;
}

[[noreturn]] void refuse(const std::vector<std::string>& missing, const std::vector<std::string>& known) {
    auto near = did_you_mean(missing.front(), known);
    throw InvalidRequestError(
        "cannot-reflect"_code, "The database has no table \"" + join(missing, "\", \"") + '"',
        near.empty() ? "name tables that are there; views need views = true" : "did you mean \"" + near + "\"?");
}

std::vector<std::string> wanted(TableSource& source, const ReflectOptions& options) {
    auto known = names_of(source, options);
    if (options.only.empty()) return known;
    std::vector<std::string> missing;
    for (const auto& name : options.only) {
        if (std::find(known.begin(), known.end(), name) == known.end()) missing.push_back(name);
    }
    if (!missing.empty()) refuse(missing, known);
    return options.only;
}

bool same_columns(const Constraint& constraint, const Constraint& other) {
    if (const auto* key = std::get_if<ForeignKey>(&constraint)) {
        const auto* theirs = std::get_if<ForeignKey>(&other);
        return theirs && theirs->columns == key->columns && theirs->referred_table == key->referred_table;
    }
    if (const auto* unique = std::get_if<Unique>(&constraint)) {
        const auto* theirs = std::get_if<Unique>(&other);
        return theirs && theirs->columns == unique->columns;
    }
    return constraint.index() == other.index() && !constraint_name(constraint).empty() &&
           constraint_name(constraint) == constraint_name(other);
}

/// Adds the constraints and indexes that `own` lacks; those it has take the read form only where that replaces.
void merge_constraints(Table& own, Table& read, bool replace) {
    for (Constraint& constraint : read.constraints) {
        auto same = std::find_if(own.constraints.begin(), own.constraints.end(),
                                 [&](const Constraint& one) { return same_columns(constraint, one); });
        if (same == own.constraints.end()) {
            own.constraints.push_back(std::move(constraint));
        } else if (replace) {
            *same = std::move(constraint);
        }
    }
    for (Index& index : read.indexes) {
        auto same = std::find_if(own.indexes.begin(), own.indexes.end(),
                                 [&](const Index& one) { return one.name == index.name; });
        if (same == own.indexes.end()) {
            own.indexes.push_back(std::move(index));
        } else if (replace) {
            *same = std::move(index);
        }
    }
}

void merge_columns(Table& own, Table& read, bool replace) {
    for (Column& column : read.columns) {
        Column* known = own.find(column.name);
        if (known == nullptr) {
            own.columns.push_back(std::move(column));
        } else if (replace) {
            *known = std::move(column);
        }
    }
}

}  // namespace

void MetaData::take(Table table, const ReflectOptions& options) {
    auto found = std::find_if(tables_.begin(), tables_.end(),
                              [&](const auto& own) { return own->name == table.name && own->schema == table.schema; });
    if (found == tables_.end()) {
        tables_.push_back(std::make_unique<Table>(std::move(table)));
        return;
    }
    if (!options.extend_existing) return;
    Table& known = **found;
    merge_columns(known, table, options.autoload_replace);
    if (options.autoload_replace || known.primary_key.columns.empty()) known.primary_key = std::move(table.primary_key);
    merge_constraints(known, table, options.autoload_replace);
    for (auto& [name, value] : table.options) known.options[name] = std::move(value);
}

void MetaData::reflect(TableSource& source, const ReflectOptions& options) {
    auto names = wanted(source, options);
    std::set<std::string> done;
    for (std::size_t i = 0; i < names.size(); ++i) {
        auto name = names[i];
        if (!done.insert(name).second || (!options.extend_existing && find(name, options.schema))) continue;
        auto table = source.find_table(name, options.schema);
        if (!table) continue;
        if (options.resolve_fks) {
            for (const auto* key : table->foreign_keys()) names.push_back(key->referred_table);
        }
        take(std::move(*table), options);
    }
}

}  // namespace retort::schemas
