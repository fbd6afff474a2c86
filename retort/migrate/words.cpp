// What the words do to columns and tables.
#include "retort/migrate/words.hpp"

namespace retort::migrations {

void nullable::apply(schemas::Column& column) const { column.nullable = true; }
void primary_key::apply(schemas::Column& column) const { column.primary_key = true; }
void server_default::apply(schemas::Column& column) const { column.server_default = default_of(sql); }
void computed::apply(schemas::Column& column) const { column.computed = schemas::Computed{sql, stored}; }
void comment::apply(schemas::Column& column) const { column.comment = text; }
void comment::apply(schemas::Table& table) const { table.comment = text; }
void collation::apply(schemas::Column& column) const { column.collation = name; }
void autoincrement::apply(schemas::Column& column) const {
    column.autoincrement = on ? schemas::Autoincrement::yes : schemas::Autoincrement::no;
}
void option::apply(schemas::Column& column) const { column.options[name] = value; }
void option::apply(schemas::Table& table) const { table.options[name] = value; }

Column::Column(std::string name, sql::Type type)
    : schemas::Column{.name = std::move(name), .type = std::move(type), .nullable = false} {}

Check::Check(std::string name, std::string condition, sql::TypeKind type)  // NOLINT: made for the call
    : schemas::Check{.name = std::move(name), .condition = condition_of(condition), .type = type} {}

schemas::IndexPart sql_part(const std::string& sql) { return condition_of(sql); }
sql::Expression sql_condition(const std::string& sql) { return condition_of(sql); }

TablePart::TablePart(schemas::Column column) : part_(std::move(column)) {}
TablePart::TablePart(schemas::PrimaryKey key) : part_(std::move(key)) {}
TablePart::TablePart(schemas::ForeignKey key) : part_(schemas::Constraint(std::move(key))) {}
TablePart::TablePart(schemas::Unique unique) : part_(schemas::Constraint(std::move(unique))) {}
TablePart::TablePart(schemas::Check check) : part_(schemas::Constraint(std::move(check))) {}
TablePart::TablePart(schemas::Exclude exclude) : part_(schemas::Constraint(std::move(exclude))) {}
TablePart::TablePart(schemas::Index index) : part_(std::move(index)) {}
TablePart::TablePart(const migrations::comment& text) : part_(text) {}
TablePart::TablePart(const migrations::option& option) : part_(option) {}

namespace {

struct Adder {
    schemas::Table& table;

    void operator()(const schemas::Column& column) const { table.columns.push_back(column); }
    void operator()(const schemas::PrimaryKey& key) const { table.primary_key = key; }
    void operator()(const schemas::Constraint& constraint) const { table.constraints.push_back(constraint); }
    void operator()(const schemas::Index& index) const { table.indexes.push_back(index); }
    void operator()(const migrations::comment& text) const { text.apply(table); }
    void operator()(const migrations::option& option) const { option.apply(table); }
};

}  // namespace

void TablePart::apply(schemas::Table& table) const { std::visit(Adder{table}, part_); }

}  // namespace retort::migrations
