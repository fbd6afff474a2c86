// Writing operations down.
#include "retort/migrate/operations.hpp"

#include <utility>

namespace retort::migrations {

void Operations::note(Step step) {
    auto schema = std::exchange(schema_, {});
    if (auto* one = std::get_if<ops::CreateTable>(&step)) {
        if (!schema.empty()) one->table.schema = schema;
        schema = one->table.schema;
    }
    list_.push_back({std::move(step), std::exchange(bind_, {}), {}, std::move(schema)});
}
void Operations::add(Operation operation) { list_.push_back(std::move(operation)); }

Operations& Operations::on(std::string bind) {
    bind_ = std::move(bind);
    return *this;
}

Operations& Operations::schema(std::string name) {
    schema_ = std::move(name);
    return *this;
}

void Operations::create_table(schemas::Table table) {
    for (const auto& name : table.primary_key.columns) {
        if (auto* column = table.find(name)) column->primary_key = true;
    }
    note(ops::CreateTable{std::move(table)});
}

void Operations::create_table(std::string name, std::initializer_list<TablePart> parts) {
    schemas::Table table{.name = std::move(name)};
    for (const auto& part : parts) part.apply(table);
    create_table(std::move(table));
}

void Operations::drop_table(std::string name) { note(ops::DropTable{std::move(name)}); }
void Operations::rename_table(std::string name, std::string to) {
    note(ops::RenameTable{std::move(name), std::move(to)});
}

void Operations::alter_table(std::string name, TableSettings settings) {
    note(ops::AlterTable{std::move(name), std::move(settings)});
}

void Operations::add_column(std::string table, schemas::Column column, std::string backfill, std::string before) {
    note(ops::AddColumn{std::move(table), std::move(column), std::move(backfill), std::move(before)});
}

void Operations::drop_column(std::string table, std::string column) {
    note(ops::DropColumn{std::move(table), std::move(column)});
}

void Operations::rename_column(std::string table, std::string column, std::string to) {
    note(ops::RenameColumn{std::move(table), std::move(column), std::move(to)});
}

void Operations::alter_column(std::string table, std::string column, ColumnChange change) {
    note(ops::AlterColumn{std::move(table), std::move(column), std::move(change)});
}

void Operations::create_index(std::string table, schemas::Index index) {
    note(ops::CreateIndex{std::move(table), std::move(index)});
}

void Operations::drop_index(std::string table, std::string name) {
    note(ops::DropIndex{std::move(table), std::move(name)});
}

void Operations::add_constraint(std::string table, AnyConstraint constraint) {
    note(ops::AddConstraint{std::move(table), std::move(constraint)});
}

void Operations::drop_constraint(std::string table, std::string name) {
    note(ops::DropConstraint{std::move(table), std::move(name)});
}

void Operations::drop_constraint(std::string table, AnyConstraint constraint) {
    auto name = std::visit([](const auto& one) { return one.name; }, constraint);
    note(ops::DropConstraint{std::move(table), std::move(name), std::move(constraint)});
}

void Operations::create_primary_key(std::string table, std::string name, std::vector<std::string> columns) {
    add_constraint(std::move(table), schemas::PrimaryKey{.name = std::move(name), .columns = std::move(columns)});
}

namespace {

std::vector<std::vector<sql::Value>> values_of(const std::vector<std::vector<Cell>>& rows) {
    std::vector<std::vector<sql::Value>> out;
    for (const auto& row : rows) {
        auto& values = out.emplace_back();
        for (const auto& cell : row) values.push_back(cell.value());
    }
    return out;
}

}  // namespace

// NOLINTNEXTLINE: made for the call
void Operations::insert_rows(std::string table, std::vector<std::string> columns, std::vector<std::vector<Cell>> rows) {
    note(ops::InsertRows{std::move(table), std::move(columns), values_of(rows)});
}

// NOLINTNEXTLINE: made for the call
void Operations::delete_rows(std::string table, std::vector<std::string> columns, std::vector<std::vector<Cell>> rows) {
    note(ops::DeleteRows{std::move(table), std::move(columns), values_of(rows)});
}

void Operations::execute(std::string sql) { note(ops::Execute{{{"", std::move(sql)}}}); }
void Operations::execute_on(std::string dialect, std::string sql) {
    note(ops::Execute{{{std::move(dialect), std::move(sql)}}});
}

void Operations::run(std::function<void(engines::Connection&)> work) { note(ops::Run{std::move(work)}); }

Cell::Cell(std::nullptr_t) {}
Cell::Cell(bool value) : value_(sql::ValueView::of(value)) {}
Cell::Cell(int value) : value_(sql::ValueView::of(std::int64_t{value})) {}
Cell::Cell(long value) : value_(sql::ValueView::of(std::int64_t{value})) {}
Cell::Cell(long long value) : value_(sql::ValueView::of(static_cast<std::int64_t>(value))) {}
Cell::Cell(double value) : value_(sql::ValueView::of(value)) {}
Cell::Cell(const char* value) : value_(sql::ValueView::of(std::string_view(value))) {}
Cell::Cell(std::string_view value) : value_(sql::ValueView::of(value)) {}

}  // namespace retort::migrations
