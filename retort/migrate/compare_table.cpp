// Comparing one table: columns, constraints, indexes, settings.
#include <algorithm>

#include "retort/base/text.hpp"
#include "retort/migrate/compare.hpp"
#include "retort/schema/compare.hpp"

namespace retort::migrations {

namespace {

using schemas::Difference;
using schemas::Subject;
using schemas::Table;

schemas::Options without_marks(schemas::Options options) {
    options.erase("renamed_from");
    return options;
}

std::string values_of(const sql::Type& type) {
    if (type.kind() != sql::TypeKind::enumeration || !type.details()) return {};
    return join(type.details()->values, "\n");
}

class TableComparison {
  public:
    TableComparison(const Table& is, const Table& wanted, const schemas::DdlCompiler& compiler,
                    const CompareOptions& options, const std::vector<std::string>& created)
        : is_(is), wanted_(wanted), compiler_(compiler), options_(options), created_(created) {
        differences_ = schemas::compare_tables(is, wanted, compiler);
    }

    std::vector<Operation> run() {
        pair_constraints();
        pair_indexes();
        for (const auto& name : dropped_indexes_) add(ops::DropIndex{is_.name, name});
        for (const auto& one : dropped_) drop(one);
        // Before its columns, which would take it with them.
        if (wanted_.primary_key_columns().empty()) primary_key();
        for (const auto& column : wanted_.columns) {
            if (!is_.find(column.name) && included("column", column.name)) add_column(column);
        }
        for (const auto& column : is_.columns) {
            if (const auto* other = wanted_.find(column.name)) alter_column(column, *other);
        }
        for (const auto& column : is_.columns) {
            if (!wanted_.find(column.name) && included("column", column.name)) drop_column(column);
        }
        if (!wanted_.primary_key_columns().empty()) primary_key();
        for (const auto& one : added_) {
            if (const auto* key = std::get_if<schemas::ForeignKey>(&one)) part_from_nothing(*key);
            add(ops::AddConstraint{is_.name, any_of_constraint(one)});
        }
        for (const auto& index : added_indexes_) add(ops::CreateIndex{is_.name, index});
        settings();
        return std::move(out_);
    }

  private:
    void add(Step step, std::string note = {}) { out_.push_back({std::move(step), {}, std::move(note)}); }

    bool included(std::string_view kind, std::string_view name) const {
        return !options_.include || options_.include(kind, name, is_.name);
    }

    const Difference* difference(Subject subject, const std::string& name) const {
        for (const auto& one : differences_) {
            if (one.subject == subject && one.name == name) return &one;
        }
        return nullptr;
    }

    void add_column(schemas::Column column) {
        column.options = without_marks(column.options);
        column.primary_key = false;
        bool needs = !column.nullable && !gives_value(column) && !column.computed;
        if (!needs) return add(ops::AddColumn{is_.name, column});
        auto number = number_of_row(column);
        auto backfill = number.empty() ? zero_of(column.type) : number;
        add(ops::AddColumn{is_.name, column, backfill}, "Rows that are there already get " +
                                                            (number.empty() ? backfill : "their number") + " in " +
                                                            column.name + ": change it as you like.");
    }

    /// Where each row must have another value, and the database numbers its rows.
    std::string number_of_row(const schemas::Column& column) const {
        std::string number(compiler_.row_id());
        auto kind = column.type.kind();
        bool text = kind == sql::TypeKind::string || kind == sql::TypeKind::text;
        bool fits =
            text || column.type.is_integer() || kind == sql::TypeKind::floating || kind == sql::TypeKind::numeric;
        bool none = number.empty() || is_.find(number) || is_.option("sqlite_with_rowid") == "false";
        if (none || !fits || !is_alone_unique(column.name)) return {};
        return text ? "'' || " + number : number;
    }

    bool is_alone_unique(const std::string& column) const {
        const std::vector<std::string> alone{column};
        if (wanted_.primary_key_columns() == alone) return true;
        bool unique = std::any_of(wanted_.constraints.begin(), wanted_.constraints.end(), [&](auto& one) {
            const auto* own = std::get_if<schemas::Unique>(&one);
            return own && own->columns == alone;
        });
        return unique || std::any_of(wanted_.indexes.begin(), wanted_.indexes.end(), [&](auto& index) {
                   return index.unique && index.parts.size() == 1 && index.parts.front().column == column;
               });
    }

    void drop_column(const schemas::Column& column) {
        add(ops::DropColumn{is_.name, column.name},
            column.computed ? "" : "LOSES DATA: the values of " + column.name + " (kept aside until `db prune`).");
    }

    /// A key by which the database numbers its rows may have another type than it has elsewhere. Whether the column's
    /// type differs, also when all around it is as it is wanted; notes too whether it shall number, where that shows.
    bool key_changes(const schemas::Column& is, const schemas::Column& wanted, ColumnChange& change) const {
        auto key = wanted_.primary_key_columns();
        bool in_key = std::find(key.begin(), key.end(), is.name) != key.end();
        if (!in_key && !is.primary_key) return false;
        Table rest = wanted_;
        auto& own = *rest.find(is.name);
        own.type = is.type;
        auto counted = [&](const Table& table) {
            const auto* column = table.autoincrement_column();
            return column && column->name == is.name;
        };
        auto type = [&](const Table& table) {
            // Of a key with several columns not every database can count one.
            bool refused = counted(table) && !counted(wanted_) && key.size() > 1;
            return refused ? "" : compiler_.normal_type(compiler_.column_type(*table.find(is.name), table));
        };
        // What the revisions say may be more than what can be read in the database.
        const auto* described = options_.described ? options_.described->find(is_.name) : nullptr;
        const auto* said = described ? described->find(is.name) : nullptr;
        auto any = [&](auto holds) {
            own.autoincrement = is.autoincrement;
            if (holds()) return true;
            if (said) own.autoincrement = said->autoincrement;
            return said && holds();
        };
        bool changed = difference(Subject::type, is.name) || any([&] { return type(rest) != type(wanted_); });
        if (changed) own.type = wanted.type;
        bool shows = changed || difference(Subject::options, {});
        if (shows && any([&] { return counted(rest) != counted(wanted_); })) {
            own.autoincrement = *(change.autoincrement = wanted.autoincrement);
        }
        return changed || type(rest) != type(wanted_);
    }

    void alter_column(const schemas::Column& is, const schemas::Column& wanted) {
        if (!included("column", is.name)) return;
        ColumnChange change;
        std::string note;
        bool enumeration = !values_of(is.type).empty() && !values_of(wanted.type).empty();
        bool values = enumeration && values_of(is.type) != values_of(wanted.type);
        bool changed = key_changes(is, wanted, change) || difference(Subject::type, is.name) != nullptr;
        if (changed || values) change.type = wanted.type;
        if (difference(Subject::nullable, is.name)) change.nullable = wanted.nullable;
        if (difference(Subject::server_default, is.name)) change.server_default = default_sql(wanted.server_default);
        if (difference(Subject::computed, is.name)) {
            change.computed = wanted.computed ? wanted.computed->sql : "";
            if (wanted.computed) change.stored = wanted.computed->stored;
        }
        if (difference(Subject::collation, is.name)) change.collation = wanted.collation;
        if (is.comment != wanted.comment) change.comment = wanted.comment;
        if (difference(Subject::options, is.name)) change.options = without_marks(wanted.options);
        bool key = is.primary_key != wanted.primary_key;
        if (key && change.nullable && wanted.primary_key) change.nullable.reset();
        bool nothing = !change.type && !change.nullable && !change.server_default && !change.computed &&
                       !change.comment && !change.collation && !change.options && !change.autoincrement;
        if (nothing) return;
        if (change.type) note = convert(is, wanted, change);
        if (change.nullable == false) note += fill(is, wanted, change);
        if (change.computed && !is.computed) {
            note +=
                "LOSES DATA: the values of " + is.name + " are computed from now on (kept aside until `db prune`).\n";
        }
        add(ops::AlterColumn{is_.name, is.name, std::move(change)}, note);
    }

    std::int64_t count(const std::string& condition) const {
        return options_.count ? options_.count(is_, condition) : 0;
    }

    /// Values that cannot become any of the new type are NULL afterwards, or the type's zero, and said to be so.
    std::string convert(const schemas::Column& is, const schemas::Column& wanted, ColumnChange& change) const {
        auto fits = compiler_.convertible(is, wanted);
        if (fits.empty()) return {};
        auto name = compiler_.quoted(is.name);
        auto wrong = count(name + " IS NOT NULL AND NOT (" + fits + ')');
        if (wrong == 0) return {};
        auto otherwise = wanted.nullable ? std::string("NULL") : zero_of(wanted.type);
        auto value = compiler_.conversion(is, wanted);
        change.using_sql = "CASE WHEN " + fits + " THEN " + (value.empty() ? name : value) + " WHEN " + name +
                           " IS NOT NULL THEN " + otherwise + " END";
        return "LOSES DATA: " + std::to_string(wrong) + " values of " + is.name + " do not convert, and become " +
               otherwise + " (kept aside until `db prune`).\n";
    }

    std::string fill(const schemas::Column& is, const schemas::Column& wanted, ColumnChange& change) const {
        auto nulls = count(compiler_.quoted(is.name) + " IS NULL");
        if (nulls == 0) return {};
        change.backfill = filling_of(wanted);
        return std::to_string(nulls) + " rows have NULL in " + is.name + ", and get " + change.backfill +
               ": change it as you like.\n";
    }

    /// All constraints but the primary key; those beside columns count as the table's, unless their column is new or
    /// goes.
    static std::vector<schemas::Constraint> constraints_of(const Table& table, const Table& other) {
        auto out = table.constraints;
        for (const auto& column : table.columns) {
            if (!other.find(column.name)) continue;
            for (const auto& check : column.checks) out.emplace_back(check);
        }
        return out;
    }

    void pair_constraints() {
        auto is = constraints_of(is_, wanted_);
        auto wanted = constraints_of(wanted_, is_);
        auto left_out = [&](const Table& table) {
            return [&](const schemas::Constraint& one) {
                bool none = schemas::content_of(one, table, compiler_).empty();
                return none || !included("constraint", schemas::constraint_name(one));
            };
        };
        std::erase_if(is, left_out(is_));
        std::erase_if(wanted, left_out(wanted_));
        auto pair = [&](auto same) {
            std::erase_if(is, [&](const schemas::Constraint& one) {
                auto found = std::find_if(wanted.begin(), wanted.end(), [&](auto& other) { return same(one, other); });
                if (found == wanted.end()) return false;
                wanted.erase(found);
                return true;
            });
        };
        auto content = [&](const schemas::Constraint& a, const schemas::Constraint& b) {
            return a.index() == b.index() &&
                   schemas::content_of(a, is_, compiler_) == schemas::content_of(b, wanted_, compiler_);
        };
        pair([&](auto& a, auto& b) {
            return schemas::constraint_name(a) == schemas::constraint_name(b) && content(a, b);
        });
        // A database made elsewhere has no names; what says the same is the same.
        pair([&](auto& a, auto& b) {
            bool bare = schemas::constraint_name(a).empty() || schemas::constraint_name(b).empty();
            return bare && content(a, b);
        });
        dropped_ = std::move(is);
        added_ = std::move(wanted);
    }

    void drop(const schemas::Constraint& one) {
        auto any = any_of_constraint(one);
        auto name = schemas::constraint_name(one);
        add(ops::DropConstraint{is_.name, name, name.empty() ? std::optional(any) : std::nullopt});
    }

    /// Rows that a new foreign key would lead to no row get NULL in it, where they may, and are said to.
    void part_from_nothing(const schemas::ForeignKey& key) {
        if (key.columns.size() != 1 || key.referred_columns.size() != 1) return;
        const auto* column = is_.find(key.columns[0]);
        if (column == nullptr || !column->nullable) return;
        auto own = compiler_.quoted(is_.name) + '.' + compiler_.quoted(column->name);
        auto there = "EXISTS (SELECT 1 FROM " + compiler_.quoted(key.referred_table) + " AS referred WHERE referred." +
                     compiler_.quoted(key.referred_columns[0]) + " = " + own + ')';
        bool is_new = std::find(created_.begin(), created_.end(), key.referred_table) != created_.end();
        auto orphans = count(own + " IS NOT NULL" + (is_new ? "" : " AND NOT " + there));
        if (orphans == 0) return;
        ColumnChange change;
        change.using_sql = "CASE WHEN " + there + " THEN " + own + " END";
        add(ops::AlterColumn{is_.name, column->name, std::move(change)},
            "LOSES DATA: " + std::to_string(orphans) + " values of " + column->name + " lead to no row of " +
                key.referred_table + ", and become NULL (kept aside until `db prune`).");
    }

    void pair_indexes() {
        // What a name of the same table means, both tables mean.
        auto content = [&](const schemas::Index& index) { return schemas::content_of(index, wanted_.name, compiler_); };
        auto has = [&](const Table& table, const schemas::Index& index) {
            return std::any_of(table.indexes.begin(), table.indexes.end(), [&](auto& other) {
                return other.name == index.name && content(other) == content(index);
            });
        };
        for (const auto& index : is_.indexes) {
            if (!has(wanted_, index) && included("index", index.name)) dropped_indexes_.push_back(index.name);
        }
        for (const auto& index : wanted_.indexes) {
            if (!has(is_, index) && included("index", index.name)) added_indexes_.push_back(index);
        }
    }

    void primary_key() {
        auto is = is_.primary_key_columns();
        auto wanted = wanted_.primary_key_columns();
        const auto& old_name = is_.primary_key.name;
        const auto& new_name = wanted_.primary_key.name;
        bool same_name = old_name == new_name || old_name.empty() || new_name.empty();
        bool found = std::any_of(differences_.begin(), differences_.end(),
                                 [](auto& one) { return one.subject == Subject::primary_key; });
        if (!found || (is == wanted && same_name && is_.primary_key.options == wanted_.primary_key.options)) return;
        if (wanted.empty()) {
            auto key = is_.primary_key;
            key.columns = is;
            return add(ops::DropConstraint{is_.name, old_name, AnyConstraint(key)});
        }
        auto key = wanted_.primary_key;
        key.columns = wanted;
        add(ops::AddConstraint{is_.name, std::move(key)});
    }

    void settings() {
        TableSettings settings;
        if (is_.comment != wanted_.comment) settings.comment = wanted_.comment;
        if (difference(Subject::options, {})) settings.options = without_marks(wanted_.options);
        if (settings.comment || settings.options) add(ops::AlterTable{is_.name, std::move(settings)});
    }

    const Table& is_;
    const Table& wanted_;
    const schemas::DdlCompiler& compiler_;
    const CompareOptions& options_;
    const std::vector<std::string>& created_;
    std::vector<Difference> differences_;
    std::vector<schemas::Constraint> dropped_, added_;
    std::vector<std::string> dropped_indexes_;
    std::vector<schemas::Index> added_indexes_;
    std::vector<Operation> out_;
};

}  // namespace

std::vector<Operation> compare_one(const Table& is, const Table& wanted, const schemas::DdlCompiler& compiler,
                                   const CompareOptions& options, const std::vector<std::string>& created) {
    return TableComparison(is, wanted, compiler, options, created).run();
}

}  // namespace retort::migrations
