// Revisions as a script of SQL, for a database that somebody else runs it on.
#include <algorithm>

#include "retort/base/text.hpp"
#include "retort/migrate/errors.hpp"
#include "retort/migrate/migrator.hpp"

namespace retort::migrations {

namespace {

/// Whether a table is made anew under the eyes of foreign keys, as SQLite's is.
bool is_rebuild(const std::vector<std::string>& statements) {
    return std::any_of(statements.begin(), statements.end(), [](const std::string& statement) {
        return statement.find("PRAGMA legacy_alter_table=ON") != std::string::npos;
    });
}

/// The statements of operations, on tables as the revisions before them left them.
class SqlWriter {
  public:
    SqlWriter(SchemaState state, const schemas::DdlCompiler& compiler)
        : state_(std::move(state)), compiler_(compiler) {}

    std::vector<std::string> statements(const Operation& operation) {
        refuse_schema(operation, compiler_);
        std::vector<std::string> out;
        const auto& schema = operation.schema;
        if (const auto* one = std::get_if<ops::CreateTable>(&operation.step)) {
            create(one->table, out);
        } else if (const auto* one = std::get_if<ops::DropTable>(&operation.step)) {
            out.push_back(compiler_.compile(schemas::DropTable{one->table, schema}));
        } else if (const auto* one = std::get_if<ops::RenameTable>(&operation.step)) {
            out.push_back(compiler_.rename_table(schema, one->table, one->to));
        } else if (const auto* one = std::get_if<ops::RenameColumn>(&operation.step)) {
            out.push_back("ALTER TABLE " + compiler_.qualified(schema, one->table) + " RENAME COLUMN " +
                          compiler_.quoted(one->column) + " TO " + compiler_.quoted(one->to));
        } else if (std::holds_alternative<ops::Run>(operation.step)) {
            throw MigrationError("opaque-step"_code, "A step in C++ cannot be written as SQL",
                                 "run the upgrade with the program, or write the step with op.execute");
        } else {
            change(operation, out);
        }
        state_.apply(operation, compiler_);
        return out;
    }

  private:
    void create(const schemas::Table& table, std::vector<std::string>& out) const {
        out.push_back(compiler_.compile(schemas::CreateTable{table}));
        for (const auto& index : table.indexes) {
            out.push_back(compiler_.compile(schemas::CreateIndex{table.name, index, table.schema}));
        }
    }

    void change(const Operation& operation, std::vector<std::string>& out) {
        for (auto& statement : statements_of(operation, compiler_)) out.push_back(std::move(statement));
        const auto* table = state_.find(table_of(operation), operation.schema);
        bool data = std::holds_alternative<ops::InsertRows>(operation.step) ||
                    std::holds_alternative<ops::DeleteRows>(operation.step) || is_opaque(operation);
        if (data) return;
        if (table == nullptr) return state_.apply(operation, compiler_);  // throws
        schemas::TableChange change{*table, *table, {}};
        apply_to_table(operation, change.after, compiler_);
        change.sources = schemas::plain_sources(change.before, change.after);
        if (const auto* one = std::get_if<ops::AddColumn>(&operation.step)) {
            change.sources.push_back({one->column.name, {}, {}, one->backfill});
        }
        const auto* alter = std::get_if<ops::AlterColumn>(&operation.step);
        for (auto& source : change.sources) {
            if (alter == nullptr || source.column != alter->column) continue;
            source.using_sql = alter->change.using_sql;
            source.backfill = alter->change.backfill;
            if (!alter->change.type || !source.using_sql.empty()) continue;
            source.using_sql =
                compiler_.conversion(change.before.column(source.column), change.after.column(source.column));
        }
        auto statements = compiler_.change_table(change);
        bool anew = is_rebuild(statements);
        if (anew) statements.front() = "-- triggers of " + table->name + " are not kept\n" + statements.front();
        for (auto& statement : statements) out.push_back(std::move(statement));
    }

    SchemaState state_;
    const schemas::DdlCompiler& compiler_;
};

SchemaState state_before(const RevisionGraph& graph, const Names& heads, const schemas::DdlCompiler& compiler,
                         std::string_view bind) {
    SchemaState state;
    for (const auto& id : graph.sorted(graph.applied(heads))) {
        for (const auto& operation : operations_of(graph.script(id), true)) {
            if (operation.bind == bind) state.apply(operation, compiler);
        }
    }
    return state;
}

}  // namespace

std::string upgrade_sql(const RevisionGraph& graph, const schemas::DdlCompiler& compiler, const Names& path,
                        Names heads, bool upgrade, std::string_view bind) {
    SqlWriter writer(state_before(graph, heads, compiler, bind), compiler);
    std::string out;
    auto add = [&](const std::string& statement) { out += statement + ";\n\n"; };
    if (upgrade && heads.empty()) add(VersionTable::create_sql());
    for (const auto& id : path) {
        const auto& script = graph.script(id);
        auto below = join(script.down_revisions, ", ");
        out += "-- Running " + std::string(upgrade ? "upgrade " : "downgrade ") +
               (upgrade ? below + " -> " + id : id + " -> " + below) + "\n\n";
        std::vector<std::string> statements;
        for (const auto& operation : operations_of(script, upgrade)) {
            if (operation.bind != bind) continue;
            for (auto& statement : writer.statements(operation)) statements.push_back(std::move(statement));
        }
        auto after = upgrade ? graph.heads_after_upgrade(heads, id) : graph.heads_after_downgrade(heads, id);
        // Dropping the old table would act on the rows that refer to it.
        bool rebuilds = is_rebuild(statements);
        if (rebuilds) add("PRAGMA foreign_keys=OFF"), add("BEGIN");
        for (const auto& statement : statements) add(statement);
        for (const auto& statement : VersionTable::change_sql(heads, after)) add(statement);
        if (rebuilds) add("PRAGMA foreign_key_check"), add("COMMIT"), add("PRAGMA foreign_keys=ON");
        heads = std::move(after);
    }
    return out;
}

}  // namespace retort::migrations
