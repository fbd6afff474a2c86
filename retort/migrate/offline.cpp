// Revisions as a script of SQL, for a database that somebody else runs it on.
#include <algorithm>

#include "retort/base/text.hpp"
#include "retort/engine/dialect.hpp"
#include "retort/engine/inspector.hpp"
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

    /// For reading only: a step in C++ is a remark.
    void show_steps_in_cpp() { shows_ = true; }

    std::vector<std::string> statements(const Operation& operation) {
        refuse_schema(operation, compiler_);
        std::vector<std::string> out;
        const auto& schema = operation.schema;
        if (const auto* one = std::get_if<ops::CreateTable>(&operation.step)) {
            create(one->table, out);
        } else if (const auto* one = std::get_if<ops::DropTable>(&operation.step)) {
            out.push_back(compiler_.compile(schemas::DropTable{one->table, schema}));
        } else if (const auto* one = std::get_if<ops::RenameTable>(&operation.step)) {
            for (auto& sql : migrations::rename_table(compiler_, schema, one->table, one->to))
                out.push_back(std::move(sql));
        } else if (const auto* one = std::get_if<ops::RenameColumn>(&operation.step)) {
            out.push_back("ALTER TABLE " + compiler_.qualified(schema, one->table) + " RENAME COLUMN " +
                          compiler_.quoted(one->column) + " TO " + compiler_.quoted(one->to));
        } else if (std::holds_alternative<ops::Run>(operation.step) && shows_) {
            out.emplace_back("-- a step in C++ runs here");
        } else if (std::holds_alternative<ops::Run>(operation.step)) {
            throw MigrationError("opaque-step"_code, "A step in C++ cannot be written as SQL",
                                 "run the upgrade with the program, or write the step with op.execute");
        } else {
            change(operation, out);
        }
        state_.apply(operation, compiler_);
        return out;
    }

    /// Whether SQLite would delete the rows of a table that goes from under those that refer to it.
    bool acts_on_rows(const Operation& operation) const {
        const auto* drop = std::get_if<ops::DropTable>(&operation.step);
        if (drop == nullptr || compiler_.dialect_name() != "sqlite") return false;
        auto refers = [&](const schemas::Table& table) {
            auto keys = table.foreign_keys();
            return std::any_of(keys.begin(), keys.end(),
                               [&](auto* key) { return iequals(key->referred_table, drop->table); });
        };
        return std::any_of(state_.tables().begin(), state_.tables().end(), refers);
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
    bool shows_ = false;
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

namespace {

/// One revision: what it is, its statements, and its version row.
std::string revision_sql(SqlWriter& writer, const Script& script, bool upgrade, std::string_view bind,
                         const Names& heads, const Names& after) {
    auto below = join(script.down_revisions, ", ");
    std::string out = "-- Running " + std::string(upgrade ? "upgrade " : "downgrade ") +
                      (upgrade ? below + " -> " + script.id : script.id + " -> " + below) + "\n\n";
    auto add = [&](const std::string& statement) { out += statement + ";\n\n"; };
    std::vector<std::string> statements;
    bool acts = false;
    for (const auto& operation : operations_of(script, upgrade)) {
        if (operation.bind != bind) continue;
        acts = acts || writer.acts_on_rows(operation);
        for (auto& statement : writer.statements(operation)) statements.push_back(std::move(statement));
    }
    // Dropping a table would act on the rows that refer to it.
    bool guarded = acts || is_rebuild(statements);
    if (guarded) add("PRAGMA foreign_keys=OFF"), add("BEGIN");
    for (const auto& statement : statements) add(statement);
    for (const auto& statement : VersionTable::change_sql(heads, after)) add(statement);
    if (guarded) add("PRAGMA foreign_key_check"), add("COMMIT"), add("PRAGMA foreign_keys=ON");
    return out;
}

}  // namespace

std::string upgrade_sql(const RevisionGraph& graph, const schemas::DdlCompiler& compiler, const Names& path,
                        Names heads, bool upgrade, std::string_view bind) {
    SqlWriter writer(state_before(graph, heads, compiler, bind), compiler);
    std::string out;
    if (upgrade && heads.empty()) out += VersionTable::create_sql() + ";\n\n";
    for (const auto& id : path) {
        auto after = upgrade ? graph.heads_after_upgrade(heads, id) : graph.heads_after_downgrade(heads, id);
        out += revision_sql(writer, graph.script(id), upgrade, bind, heads, after);
        heads = std::move(after);
    }
    return out;
}

std::vector<PlannedRevision> Migrator::plan(std::string_view target, bool upgrade) {
    auto heads = current();
    if (!upgrade) graph_ = with_remembered(heads);
    refuse_overlap(heads);
    // What is there counts, whoever made it.
    SchemaState state;
    auto inspector = connection_->dialect().inspect(*connection_);
    for (const auto& name : inspector->get_table_names()) state.put(inspector->get_table(name));
    SqlWriter writer(std::move(state), connection_->dialect().ddl());
    writer.show_steps_in_cpp();
    std::vector<PlannedRevision> out;
    for (const auto& id : upgrade ? graph_.upgrade_path(target, heads) : graph_.downgrade_path(target, heads)) {
        const auto& script = graph_.script(id);
        auto after = upgrade ? graph_.heads_after_upgrade(heads, id) : graph_.heads_after_downgrade(heads, id);
        PlannedRevision one{&script, upgrade, operations_for(script, upgrade), {}};
        try {
            one.sql = revision_sql(writer, script, upgrade, options_.bind, heads, after);
        } catch (const MigrationError& error) {
            // It may speak of what SQL or C++ before it makes.
            one.sql = "-- the SQL of revision " + id + " depends on what runs before it: " + error.message() + '\n';
        }
        heads = std::move(after);
        out.push_back(std::move(one));
    }
    return out;
}

}  // namespace retort::migrations
