// How a table is made of what a mapper says.
#include "retort/orm/mapper_tables.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "retort/orm/errors.hpp"
#include "retort/orm/table_args.hpp"
#include "retort/sql/expression.hpp"

namespace retort::orm {
namespace detail {

void add_table_args(schemas::Table& table, const TableArgs& args) {
    table.constraints.insert(table.constraints.end(), args.constraints.begin(), args.constraints.end());
    table.indexes.insert(table.indexes.end(), args.indexes.begin(), args.indexes.end());
    table.comment = args.comment;
    table.options = args.options;
}

}  // namespace detail

namespace {

/// A number never points at a text.
void require_same_kind(const Mapper& from, const Attribute& attribute, const Mapper& target, const Attribute& key) {
    const auto &own = attribute.sql_type, &theirs = key.sql_type;
    bool differ = (own.is_integer() && theirs.is_text()) || (own.is_text() && theirs.is_integer());
    if (!differ) return;
    throw ArgumentError("foreign-key-type"_code,
                        std::string(from.name()) + "." + std::string(attribute.name) + " holds " +
                            (own.is_integer() ? "integers" : "text") + ", but the key that it points at, " +
                            std::string(target.name()) + "." + std::string(key.name) + ", holds " +
                            (theirs.is_integer() ? "integers." : "text."),
                        "give the column the type of the key");
}

}  // namespace

const Attribute& key_of(const Mapper& target, const Mapper& from, const Attribute& attribute) {
    if (target.keys.size() == 1) {
        require_same_kind(from, attribute, target, *target.keys[0]);
        return *target.keys[0];
    }
    throw ArgumentError("composite-target"_code,
                        std::string(from.name()) + "." + std::string(attribute.name) +
                            " is one column, but the primary key of " + std::string(target.name()) + " has " +
                            std::to_string(target.keys.size()) + ".",
                        "declare the composite key in table_args()");
}

namespace {

schemas::Action action_of(KeyAction action) {
    switch (action) {
        case KeyAction::cascade: return schemas::Action::cascade;
        case KeyAction::set_null: return schemas::Action::set_null;
        case KeyAction::set_default: return schemas::Action::set_default;
        case KeyAction::restrict: return schemas::Action::restrict_;
        case KeyAction::none: break;
    }
    return schemas::Action::unspecified;
}
/// Two kinds of one table may have a column in common, if it is the same.
void share_column(const Mapper& mapper, const Attribute& attribute, const schemas::Column& there) {
    if (there.type == attribute.sql_type) return;
    throw ArgumentError("column-shared"_code,
                        std::string(mapper.name()) + "." + std::string(attribute.name) +
                            " shares its column with another model of the same table, but is of another type.",
                        "give it the same type, or a column of its own by column_name<\"…\">");
}

/// The columns of a model that stand in its own table. A kind's own may be NULL: other kinds have none.
void add_columns(schemas::Table& table, const Mapper& mapper, std::uint64_t chosen) {
    for (const auto& attribute : mapper.attributes) {
        if ((chosen >> attribute.index & 1) == 0) continue;
        auto there = std::find_if(table.columns.begin(), table.columns.end(),
                                  [&](const auto& column) { return column.name == attribute.column_name; });
        if (there != table.columns.end()) {
            share_column(mapper, attribute, *there);
            continue;
        }
        const auto& options = attribute.options;
        schemas::Column column{.name = attribute.column_name, .type = attribute.sql_type};
        column.nullable = attribute.nullable || mapper.model->inheritance == Inheritance::single_table;
        column.primary_key = options.primary_key;
        if (options.has_server_default) column.server_default = sql::text(options.server_default);
        if (!options.computed.empty()) {
            column.computed = schemas::Computed{.sql = std::string(options.computed)};
            if (options.computed_stored >= 0) column.computed->stored = options.computed_stored == 1;
        }
        column.comment = options.comment;
        if (!options.renamed_from.empty()) column.options["renamed_from"] = options.renamed_from;
        table.columns.push_back(std::move(column));
        // No database knows the tables of another one.
        bool within =
            options.foreign_key.target != nullptr && options.foreign_key.target().bind_key() == mapper.bind_key();
        if (within) {
            const Mapper& target = options.foreign_key.target();
            const Attribute& key = key_of(target, mapper, attribute);
            schemas::ForeignKey foreign{.name = {},
                                        .columns = {attribute.column_name},
                                        .referred_table = target.table_name,
                                        .referred_columns = {key.column_name}};
            foreign.on_delete = action_of(options.foreign_key.on_delete);
            foreign.on_update = action_of(options.foreign_key.on_update);
            table.constraints.push_back(std::move(foreign));
        }
        // Of both, one thing remains: an index that is unique.
        if (options.indexed) {
            table.indexes.push_back(
                schemas::Index{.name = {}, .parts = {attribute.column_name}, .unique = options.unique});
        } else if (options.unique) {
            table.constraints.push_back(schemas::Unique{{}, {attribute.column_name}});
        }
    }
    if (mapper.model->add_table_args != nullptr) mapper.model->add_table_args(table);
}

/// The key of a joined-table model's own table is its base's.
void add_base_key(schemas::Table& table, const Mapper& mapper) {
    schemas::ForeignKey foreign{
        .name = {}, .columns = {}, .referred_table = mapper.above->table_name, .referred_columns = {}};
    for (const auto* key : mapper.keys) {
        schemas::Column column{.name = key->column_name, .type = key->sql_type};
        column.nullable = false;
        column.primary_key = true;
        table.columns.push_back(std::move(column));
        foreign.columns.push_back(key->column_name);
        foreign.referred_columns.push_back(key->column_name);
    }
    table.constraints.push_back(std::move(foreign));
}

}  // namespace

schemas::Table make_table(const Mapper& mapper) {
    schemas::Table table{.name = mapper.table_name, .columns = {}};
    if (mapper.above != nullptr) add_base_key(table, mapper);
    add_columns(table, mapper, mapper.local & mapper.all());
    for (const auto* kind : mapper.kinds) {
        bool shares = kind != &mapper && kind->table_name == mapper.table_name;
        if (shares) add_columns(table, *kind, kind->local & kind->all() & ~kind->base->local);
    }
    return table;
}

}  // namespace retort::orm
