// Operations carried out.
#include "retort/migrate/live_schema.hpp"

#include <algorithm>
#include <chrono>

#include "retort/base/text.hpp"
#include "retort/engine/dialect.hpp"
#include "retort/engine/errors.hpp"
#include "retort/engine/result.hpp"
#include "retort/migrate/errors.hpp"
#include "retort/migrate/schema_state.hpp"
#include "retort/schema/compare.hpp"

namespace retort::migrations {

LiveSchema::LiveSchema(engines::Connection& connection, std::string revision, bool upgrade, const RunOptions& options)
    : connection_(connection),
      upgrade_(upgrade),
      options_(options),
      kept_(connection, std::move(revision), upgrade, options.report),
      inspector_(connection.dialect().inspect(connection)) {}

void LiveSchema::run(const std::string& statement) { connection_.run(statement); }

void LiveSchema::touch(const std::string& table) {
    if (std::find(touched_.begin(), touched_.end(), table) == touched_.end()) touched_.push_back(table);
}

std::vector<std::string> LiveSchema::trigger_statements(const std::string& table) {
    std::vector<std::string> out;
    for (auto& trigger : inspector_->get_triggers(table)) out.push_back(std::move(trigger.sql));
    return out;
}

void LiveSchema::apply(const Operation& operation) {
    refuse_schema(operation, connection_.dialect().ddl());
    const auto& step = operation.step;
    if (const auto* one = std::get_if<ops::CreateTable>(&step)) return create_table(*one);
    if (const auto* one = std::get_if<ops::DropTable>(&step)) return drop_table(*one);
    if (const auto* one = std::get_if<ops::RenameTable>(&step)) return rename_table(*one);
    if (const auto* one = std::get_if<ops::RenameColumn>(&step)) return rename_column(*one);
    if (const auto* one = std::get_if<ops::Run>(&step)) {
        flush();
        touched_everything_ = true;
        return one->work(connection_);
    }
    bool data = std::holds_alternative<ops::InsertRows>(step) || std::holds_alternative<ops::DeleteRows>(step) ||
                std::holds_alternative<ops::Execute>(step);
    if (!data) return gather(operation);
    flush();
    bool there = std::holds_alternative<ops::InsertRows>(step) &&
                 std::find(given_back_.begin(), given_back_.end(), table_of(operation)) != given_back_.end();
    if (there) return;
    for (const auto& statement : statements_of(operation, connection_.dialect().ddl())) run(statement);
    if (is_opaque(operation)) {
        touched_everything_ = true;
    } else {
        touch(table_of(operation));
    }
}

void LiveSchema::finish() {
    flush();
    kept_.forget_returned();
}

void LiveSchema::create_table(const ops::CreateTable& one) {
    flush();
    const auto& compiler = connection_.dialect().ddl();
    if (inspector_->has_table(one.table.name)) {
        throw MigrationError("table-exists"_code, "The database has a table \"" + one.table.name + "\" already",
                             "if create_all() made it, tell the database which revision it has: `db stamp <revision>`");
    }
    run(compiler.compile(schemas::CreateTable{one.table}));
    if (!fills_ && kept_.give_back_table(one.table)) given_back_.push_back(one.table.name);
    for (const auto& index : one.table.indexes) {
        run(compiler.compile(schemas::CreateIndex{one.table.name, index, one.table.schema}));
    }
    for (const auto& trigger : kept_.kept_triggers(one.table.name)) run(trigger);
    if (options_.verify) verify(one.table);
}

void LiveSchema::drop_table(const ops::DropTable& one) {
    flush();
    auto table = inspector_->get_table(one.table);
    if (options_.keep) {
        kept_.keep_table(table);
        kept_.keep_triggers(one.table, trigger_statements(one.table));
    }
    run(connection_.dialect().ddl().compile(schemas::DropTable{one.table}));
    touch(one.table);
}

void LiveSchema::rename_table(const ops::RenameTable& one) {
    flush();
    (void)inspector_->get_table(one.table);
    for (const auto& sql : migrations::rename_table(connection_.dialect().ddl(), {}, one.table, one.to)) run(sql);
}

void LiveSchema::rename_column(const ops::RenameColumn& one) {
    flush();
    auto wanted = inspector_->get_table(one.table);
    const auto& compiler = connection_.dialect().ddl();
    apply_to_table({one}, wanted, compiler);
    run("ALTER TABLE " + compiler.quoted(one.table) + " RENAME COLUMN " + compiler.quoted(one.column) + " TO " +
        compiler.quoted(one.to));
}

LiveSchema::Pending& LiveSchema::pending(const std::string& table) {
    if (pending_ && pending_->change.before.name != table) flush();
    if (!pending_) {
        auto before = inspector_->get_table(table);
        auto sources = schemas::plain_sources(before, before);
        pending_.emplace().change = {before, before, std::move(sources), trigger_statements(table)};
    }
    return *pending_;
}

void LiveSchema::gather(const Operation& operation) {
    if (const auto* one = std::get_if<ops::AddColumn>(&operation.step)) return gather_column(*one);
    if (const auto* one = std::get_if<ops::AlterColumn>(&operation.step)) return gather_column(*one);
    if (const auto* one = std::get_if<ops::DropColumn>(&operation.step)) return gather_column(*one);
    apply_to_table(operation, pending(table_of(operation)).change.after, connection_.dialect().ddl());
}

void LiveSchema::gather_column(const ops::AddColumn& one) {
    // A column that went a moment ago must be gone before another comes by its name.
    if (pending_ && pending_->change.before.name == one.table && pending_->change.before.find(one.column.name)) flush();
    auto& own = pending(one.table);
    apply_to_table({one}, own.change.after, connection_.dialect().ddl());
    auto kept = kept_.column_source(own.change.before, one.column.name);
    auto backfill = one.backfill;
    // Rows that came since have nothing kept, and take what a new row would take.
    bool needs_value = !kept.empty() && backfill.empty() && !one.column.nullable;
    if (needs_value && !one.column.server_default.is_empty()) {
        backfill = connection_.dialect().ddl().server_default(one.column);
    }
    own.change.sources.push_back({one.column.name, {}, kept, backfill});
}

void LiveSchema::gather_column(const ops::DropColumn& one) {
    auto& own = pending(one.table);
    apply_to_table({one}, own.change.after, connection_.dialect().ddl());
    std::erase_if(own.change.sources, [&](auto& source) { return source.column == one.column; });
    std::erase_if(own.kept_values, [&](auto& values) { return values.column == one.column; });
    if (own.change.before.find(one.column)) own.kept_columns.push_back(one.column);
}

namespace {

/// Whether every value of the first type comes back from the second one as it was.
bool is_lossless(const schemas::Column& from, const schemas::Column& to) {
    using sql::TypeKind;
    auto a = from.type.kind();
    auto b = to.type.kind();
    if (a == b) return true;
    auto words = [](TypeKind kind) { return kind == TypeKind::string || kind == TypeKind::text; };
    if (words(a) && words(b)) return true;
    if (from.type.is_integer()) return (to.type.is_integer() && a < b) || words(b) || b == TypeKind::numeric;
    return (a == TypeKind::enumeration || a == TypeKind::uuid || a == TypeKind::date) && words(b);
}

}  // namespace

void LiveSchema::gather_column(const ops::AlterColumn& one) {
    auto found =
        pending_ && pending_->change.before.name == one.table ? pending_->change.source_of(one.column) : nullptr;
    const auto& change = one.change;
    // Whether it numbers the rows is nothing to those that are there.
    bool numbers_only = change.autoincrement && !change.type && !change.nullable && !change.computed &&
                        !change.server_default && change.using_sql.empty() && change.backfill.empty();
    bool twice = found && !numbers_only && (!found->using_sql.empty() || !found->backfill.empty());
    // The rows take what a new column gives them before it changes.
    bool is_new = found && found->from.empty() && !numbers_only;
    if (twice || is_new) flush();
    auto& own = pending(one.table);
    apply_to_table({one}, own.change.after, connection_.dialect().ddl());
    if (numbers_only) return;
    const auto& before = own.change.before.column(one.column);
    const auto& after = own.change.after.column(one.column);
    auto source = std::find_if(own.change.sources.begin(), own.change.sources.end(),
                               [&](auto& each) { return each.column == one.column; });
    const auto& compiler = connection_.dialect().ddl();
    source->using_sql = one.change.using_sql;
    source->backfill = one.change.backfill;
    if (one.change.type && source->using_sql.empty()) source->using_sql = compiler.conversion(before, after);
    bool computes = after.computed && !before.computed;
    bool lossy = !source->using_sql.empty() || computes || (one.change.type && !is_lossless(before, after));
    // NULL too becomes something else.
    bool fills = !source->backfill.empty() || computes || !one.change.using_sql.empty();
    auto name = compiler.quoted(one.column);
    // What only becomes NOT NULL undoes a step that took nothing away: what is kept is another step's.
    bool tightens = one.change.nullable == false && !one.change.type && !computes && one.change.using_sql.empty();
    auto plain = source->using_sql.empty() ? name : source->using_sql;
    auto returned = tightens ? std::string() : kept_.value_source(own.change.before, one.column, plain);
    if (!returned.empty()) source->using_sql = returned;
    if (options_.keep && returned.empty() && (lossy || fills) && !before.computed) {
        own.kept_values.push_back({one.column, lossy && fills ? "1 = 1"
                                               : lossy        ? name + " IS NOT NULL"
                                                              : name + " IS NULL"});
    }
    bool shorter = after.type.length() > 0 && (before.type.length() < 0 || before.type.length() > after.type.length());
    if (lossy || shorter) own.converted.push_back(one.column);
}

namespace {

/// Whether all that happens is that columns and indexes come, which hurts no reference and no view.
bool only_adds(const schemas::TableChange& change, const schemas::DdlCompiler& compiler) {
    auto found = schemas::compare_tables(change.before, change.after, compiler);
    return std::all_of(found.begin(), found.end(), [](const schemas::Difference& one) {
        return one.before.empty() &&
               (one.subject == schemas::Subject::column || one.subject == schemas::Subject::index);
    });
}

}  // namespace

void LiveSchema::flush() {
    if (!pending_) return;
    auto own = std::move(*pending_);
    pending_.reset();
    connection_.savepoint("retort_change");
    try {
        carry_out(own);
    } catch (const OperationalError&) {
        throw;  // a full disk, a lock: no row is to blame, and the transaction may be gone already
    } catch (const DatabaseError&) {
        connection_.rollback_to_savepoint("retort_change");
        explain_failure(connection_, own.change);
        throw;
    }
    connection_.release_savepoint("retort_change");
    if (options_.verify) verify(own.change.after);
}

std::string LiveSchema::rows_text(const schemas::Table& table) {
    auto count = connection_.execute("SELECT count(*) FROM " + connection_.dialect().ddl().quoted(table.name))
                     .scalar_one<std::int64_t>();
    return std::to_string(count) + (count == 1 ? " row" : " rows");
}

void LiveSchema::carry_out(Pending& own) {
    const auto& table = own.change.before;
    refuse_numbering(connection_, own.change);
    if (options_.keep) {
        for (const auto& column : own.kept_columns) kept_.keep_column(own.change, column);
        for (const auto& values : own.kept_values) kept_.keep_values(own.change, values.column, values.condition);
    }
    kept_.keep_homeless();
    auto statements = connection_.dialect().ddl().change_table(own.change);
    // More than one statement moves the rows; a long one is announced.
    bool moves = options_.report && statements.size() > 4;
    auto start = std::chrono::steady_clock::now();
    if (moves) options_.report("making table " + table.name + " anew, " + rows_text(table));
    for (const auto& statement : statements) run(statement);
    auto took = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - start).count();
    if (moves && took > 0) options_.report("made table " + table.name + " anew in " + std::to_string(took) + " s");
    if (!only_adds(own.change, connection_.dialect().ddl())) touch(table.name);
    for (const auto& values : own.kept_values) kept_.note_new_values(own.change.after.name, values.column);
    check_converted(own);
}

void LiveSchema::check_converted(const Pending& own) {
    for (const auto& name : own.converted) {
        const auto* column = own.change.after.find(name);
        if (column && !column->computed) refuse_misfits(connection_, own.change.after, name);
    }
}

/// What was asked for and what stands there now are the same, or nothing of it happened.
void LiveSchema::verify(const schemas::Table& wanted) {
    auto is = inspector_->get_table(wanted.name);
    auto differences = schemas::compare_tables(wanted, is, connection_.dialect().ddl());
    if (differences.empty()) return;
    throw DriftError("not-as-described"_code,
                     "Table \"" + wanted.name +
                         "\" did not become what the revision describes: " + schemas::to_string(differences.front()),
                     "this is a fault of Retort: keep the revision, and report it with the table");
}

namespace {

std::string literal(const sql::Value& value, const schemas::DdlCompiler& compiler) {
    return value.is_null() ? "NULL" : compiler.expression(sql::literal(value));
}

std::vector<std::string> insert_sql(const ops::InsertRows& one, const std::string& table,
                                    const schemas::DdlCompiler& compiler) {
    std::string columns;
    for (const auto& column : one.columns) columns += (columns.empty() ? "" : ", ") + compiler.quoted(column);
    std::vector<std::string> out;
    for (const auto& row : one.rows) {
        std::string values;
        for (const auto& value : row) values += (values.empty() ? "" : ", ") + literal(value, compiler);
        out.push_back("INSERT INTO " + table + " (" + columns + ") VALUES (" + values + ')');
    }
    return out;
}

std::vector<std::string> delete_sql(const ops::DeleteRows& one, const std::string& table,
                                    const schemas::DdlCompiler& compiler) {
    std::vector<std::string> out;
    for (const auto& row : one.rows) {
        std::string where;
        for (std::size_t i = 0; i < row.size() && i < one.columns.size(); ++i) {
            auto name = compiler.quoted(one.columns[i]);
            where += (where.empty() ? "" : " AND ") +
                     (row[i].is_null() ? name + " IS NULL" : name + " = " + literal(row[i], compiler));
        }
        out.push_back("DELETE FROM " + table + " WHERE " + where);
    }
    return out;
}

}  // namespace

void refuse_schema(const Operation& operation, const schemas::DdlCompiler& compiler) {
    if (operation.schema.empty() || compiler.has_schemas()) return;
    throw MigrationError("no-schemas"_code,
                         "The step \"" + describe(operation) + "\" is for schema \"" + operation.schema + "\", and " +
                             std::string(compiler.dialect_name()) + " has no schemas",
                         "leave the schema away; a database in a file of its own is a bind: op.on(\"key\")");
}

std::vector<std::string> statements_of(const Operation& operation, const schemas::DdlCompiler& compiler) {
    auto table = compiler.qualified(operation.schema, table_of(operation));
    if (const auto* one = std::get_if<ops::InsertRows>(&operation.step)) return insert_sql(*one, table, compiler);
    if (const auto* one = std::get_if<ops::DeleteRows>(&operation.step)) return delete_sql(*one, table, compiler);
    const auto* execute = std::get_if<ops::Execute>(&operation.step);
    if (execute == nullptr) return {};
    auto own = execute->sql.find(std::string(compiler.dialect_name()));
    if (own == execute->sql.end()) own = execute->sql.find("");
    return own == execute->sql.end() ? std::vector<std::string>{} : std::vector<std::string>{own->second};
}

}  // namespace retort::migrations
