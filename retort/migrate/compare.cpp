// Comparing schemas: which tables came, went or were renamed, and in which order all of it can happen.
#include "retort/migrate/compare.hpp"

#include <algorithm>

#include "retort/base/suggest.hpp"
#include "retort/base/text.hpp"
#include "retort/schema/metadata.hpp"

namespace retort::migrations {

using schemas::Table;

double likeness(const schemas::Column& a, const schemas::Column& b) {
    if (a.type.kind() != b.type.kind()) return 0;
    double same = 0.4;
    if (a.type == b.type) same += 0.2;
    if (a.nullable == b.nullable) same += 0.1;
    auto longest = std::max<std::size_t>(1, std::max(a.name.size(), b.name.size()));
    return same + 0.3 * (1 - static_cast<double>(edit_distance(a.name, b.name)) / static_cast<double>(longest));
}

double likeness(const Table& a, const Table& b) {
    double same = 0;
    for (const auto& column : a.columns) {
        const auto* other = b.find(column.name);
        if (other) same += other->type.kind() == column.type.kind() ? 1 : 0.5;
    }
    return same / static_cast<double>(std::max<std::size_t>(1, std::max(a.columns.size(), b.columns.size())));
}

namespace {

std::string mark_of(const schemas::Options& options) {
    auto found = options.find("renamed_from");
    return found == options.end() ? std::string() : found->second;
}

class SchemaComparison {
  public:
    SchemaComparison(const std::vector<Table>& is, const std::vector<const Table*>& wanted,
                     const schemas::DdlCompiler& compiler, const CompareOptions& options)
        : wanted_(wanted), compiler_(compiler), options_(options) {
        for (const auto& table : is) {
            if (included(table.name)) state_.put(completed(table));
        }
        std::erase_if(wanted_, [&](const Table* table) { return !included(table->name); });
        changes_.known_tables = state_.tables().size();
    }

    Changes run() {
        rename_tables();
        create_tables();
        for (const auto* table : wanted_) {
            if (std::find(created_.begin(), created_.end(), table->name) == created_.end()) change(*table);
        }
        for (const auto& operation : late_) take(operation, {});
        drop_tables();
        return std::move(changes_);
    }

  private:
    bool included(const std::string& name) const { return !options_.include || options_.include("table", name, name); }

    void take(const Operation& operation, const std::string& detected) {
        state_.apply(operation, compiler_);
        changes_.operations.push_back(operation);
        if (!detected.empty()) changes_.detected.push_back(detected);
    }

    const Table* wanted(std::string_view name) const {
        for (const auto* table : wanted_) {
            if (table->name == name) return table;
        }
        return nullptr;
    }

    /// With what the database itself cannot keep: words of enums, comments.
    Table completed(Table table) const {
        const auto* described = options_.described ? options_.described->find(table.name) : nullptr;
        const auto* model = described ? described : wanted(table.name);
        bool comments = compiler_.has_comments();
        if (model && !comments) table.comment = model->comment;
        for (auto& column : table.columns) {
            const auto* own = model ? model->find(column.name) : nullptr;
            if (own && !comments) column.comment = own->comment;
            if (!described || !own) continue;
            auto type = compiler_.normal_type(compiler_.column_type(column, table));
            bool same = compiler_.normal_type(compiler_.column_type(*own, *described)) == type;
            if (!same || own->collation != column.collation) continue;
            column.type = own->type;
            // A SMALLINT is INTEGER where it numbers the rows only.
            same = compiler_.normal_type(compiler_.column_type(column, table)) == type;
            if (!same) column.autoincrement = own->autoincrement;
        }
        return table;
    }

    bool asked(const std::string& question, const std::string& doubt) {
        if (options_.ask) return options_.ask(question);
        changes_.doubts.push_back(doubt);
        return false;
    }

    void rename_tables() {
        for (const auto* table : wanted_) {
            if (state_.find(table->name, table->schema)) continue;
            auto from = renamed_from(*table);
            if (from.empty()) continue;
            take({ops::RenameTable{from, table->name}, {}, {}, table->schema},
                 "renamed table '" + from + "' to '" + table->name + '\'');
        }
    }

    std::string renamed_from(const Table& table) {
        auto mark = mark_of(table.options);
        if (!mark.empty() && state_.find(mark) && !wanted(mark)) return mark;
        std::string best;
        double most = 0.6;
        for (const auto& old : state_.tables()) {
            if (wanted(old.name)) continue;
            if (compiler_.is_same_name(old.name, table.name)) return old.name;
            if (likeness(old, table) <= most) continue;
            most = likeness(old, table);
            best = old.name;
        }
        if (best.empty()) return {};
        bool yes = asked("Was table " + best + " renamed to " + table.name + '?',
                         "table '" + best + "' goes and table '" + table.name +
                             "' like it comes: if it was renamed, say {\"renamed_from\", \"" + best +
                             "\"} in the options of its table_args()");
        return yes ? best : std::string();
    }

    void create_tables() {
        schemas::MetaData fresh{schemas::NamingConvention{.index = {}}};
        for (const auto* table : wanted_) {
            if (!state_.find(table->name, table->schema)) fresh.add(*table);
        }
        auto sorted = schemas::sort_tables(fresh);
        for (const auto* table : sorted.tables) {
            Table made = *table;
            made.options.erase("renamed_from");
            for (auto& column : made.columns) column.options.erase("renamed_from");
            for (const auto& late : sorted.late) {
                if (late.table == table) leave_for_later(made, *late.key);
            }
            created_.push_back(made.name);
            take({ops::CreateTable{made}, {}, {}, made.schema}, "added table '" + made.name + '\'');
        }
    }

    /// A foreign key in a circle is added when both tables are there.
    void leave_for_later(Table& table, const schemas::ForeignKey& key) {
        bool named = !key.name.empty();
        if (!named) return;
        std::erase_if(table.constraints,
                      [&](const schemas::Constraint& one) { return schemas::constraint_name(one) == key.name; });
        late_.push_back({ops::AddConstraint{table.name, key}, {}, {}, table.schema});
    }

    void change(const Table& table) {
        rename_columns(table);
        const auto& is = *state_.find(table.name, table.schema);
        for (auto& operation : compare_one(is, table, compiler_, options_, created_)) {
            operation.schema = table.schema;
            take(operation, describe(operation));
        }
    }

    void rename_columns(const Table& table) {
        for (const auto& column : table.columns) {
            if (state_.find(table.name, table.schema)->find(column.name)) continue;
            auto from = renamed_from(table, column);
            if (from.empty()) continue;
            take({ops::RenameColumn{table.name, from, column.name}, {}, {}, table.schema},
                 "renamed column '" + table.name + '.' + from + "' to '" + column.name + '\'');
        }
    }

    std::string renamed_from(const Table& table, const schemas::Column& column) {
        const auto& is = *state_.find(table.name, table.schema);
        auto mark = mark_of(column.options);
        if (!mark.empty() && is.find(mark) && !table.find(mark)) return mark;
        std::string best;
        double most = 0.5;
        for (const auto& old : is.columns) {
            if (table.find(old.name)) continue;
            if (compiler_.is_same_name(old.name, column.name)) return old.name;
            if (likeness(old, column) <= most) continue;
            most = likeness(old, column);
            best = old.name;
        }
        if (best.empty()) return {};
        auto old = table.name + '.' + best;
        bool yes = asked("Was column " + old + " renamed to " + column.name + '?',
                         "column '" + old + "' goes and '" + column.name +
                             "' like it comes: if it was renamed, say renamed_from<\"" + best + "\"> in the model");
        return yes ? best : std::string();
    }

    void drop_tables() {
        schemas::MetaData gone{schemas::NamingConvention{.index = {}}};
        for (const auto& table : state_.tables()) {
            if (!wanted(table.name)) gone.add(table);
        }
        auto sorted = schemas::sort_tables(gone);
        changes_.dropped_tables = sorted.tables.size();
        for (auto table = sorted.tables.rbegin(); table != sorted.tables.rend(); ++table) {
            Operation operation{ops::DropTable{(*table)->name},
                                {},
                                "LOSES DATA: the rows of " + (*table)->name + " (kept aside until `db prune`).",
                                (*table)->schema};
            take(operation, "removed table '" + (*table)->name + '\'');
        }
    }

    std::vector<const Table*> wanted_;
    const schemas::DdlCompiler& compiler_;
    const CompareOptions& options_;
    SchemaState state_;
    Changes changes_;
    std::vector<std::string> created_;
    std::vector<Operation> late_;
};

}  // namespace

Changes compare_schemas(const std::vector<Table>& is, const std::vector<const Table*>& wanted,
                        const schemas::DdlCompiler& compiler, const CompareOptions& options) {
    return SchemaComparison(is, wanted, compiler, options).run();
}

}  // namespace retort::migrations
