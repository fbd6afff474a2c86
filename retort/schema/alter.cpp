// ALTER TABLE as the SQL standard has it, which is PostgreSQL's too.
#include "retort/schema/alter.hpp"

#include <algorithm>

#include "retort/schema/compare.hpp"
#include "retort/schema/ddl.hpp"

namespace retort::schemas {

std::string ColumnSource::value(const DdlCompiler& compiler) const {
    std::string own = using_sql.empty() && !from.empty() ? compiler.quoted(from) : using_sql;
    if (backfill.empty()) return own;
    return own.empty() ? backfill : "coalesce(" + own + ", " + backfill + ')';
}

const ColumnSource* TableChange::source_of(std::string_view column) const {
    auto found = std::find_if(sources.begin(), sources.end(), [&](auto& one) { return one.column == column; });
    return found == sources.end() ? nullptr : &*found;
}

std::vector<ColumnSource> plain_sources(const Table& before, const Table& after) {
    std::vector<ColumnSource> out;
    for (const Column& column : after.columns) {
        if (before.find(column.name)) out.push_back({column.name, column.name});
    }
    return out;
}

namespace {

ConstraintKind kind_of(const Constraint& constraint) {
    if (std::holds_alternative<ForeignKey>(constraint)) return ConstraintKind::foreign_key;
    if (std::holds_alternative<Unique>(constraint)) return ConstraintKind::unique;
    return std::holds_alternative<Check>(constraint) ? ConstraintKind::check : ConstraintKind::unknown;
}

/// All constraints, those beside columns too.
std::vector<Constraint> constraints_of(const Table& table) {
    auto out = table.constraints;
    for (const Column& column : table.columns) {
        for (const Check& check : column.checks) out.emplace_back(check);
    }
    return out;
}

/// ALTER TABLE, statement by statement: what hangs on columns goes first and comes last.
class Alteration {
  public:
    Alteration(const TableChange& change, const DdlCompiler& compiler)
        : change_(change),
          compiler_(compiler),
          before_(change.before),
          after_(change.after),
          start_("ALTER TABLE " + compiler.qualified(before_.schema, before_.name) + ' ') {}

    std::vector<std::string> out;

    void drop_indexes() {
        for (const Index& index : missing_indexes(before_, after_)) {
            out.push_back(compiler_.compile(DropIndex{index.name, before_.name, before_.schema}));
        }
    }

    void drop_constraints() {
        for (const Constraint& one : missing(before_, after_)) {
            need_name(constraint_name(one));
            out.push_back(
                compiler_.compile(DropConstraint{before_.name, constraint_name(one), before_.schema, kind_of(one)}));
        }
        if (same_key() || before_.primary_key_columns().empty()) return;
        need_name(before_.primary_key.name);
        out.push_back(compiler_.compile(
            DropConstraint{before_.name, before_.primary_key.name, before_.schema, ConstraintKind::primary_key}));
    }

    void add_columns() {
        for (const Column& column : after_.columns) {
            if (before_.find(column.name)) continue;
            const auto* source = change_.source_of(column.name);
            auto value = source ? source->value(compiler_) : std::string();
            Column first = column;
            first.checks.clear();
            bool later = !value.empty() && !column.nullable;
            if (later) first.nullable = true;
            out.push_back(start_ + "ADD COLUMN " + compiler_.column_specification(first, after_));
            if (value.empty()) continue;
            out.push_back("UPDATE " + compiler_.qualified(before_.schema, before_.name) + " SET " +
                          compiler_.quoted(column.name) + " = " + value);
            if (later) set_not_null_.emplace_back(first, column);
        }
    }

    const std::vector<std::pair<Column, Column>>& set_not_null() const { return set_not_null_; }

    void drop_columns() {
        for (const Column& column : before_.columns) {
            if (!after_.find(column.name)) out.push_back(start_ + "DROP COLUMN " + compiler_.quoted(column.name));
        }
    }

    void add_constraints() {
        auto key = after_.primary_key;
        key.columns = after_.primary_key_columns();
        if (!same_key() && !key.columns.empty()) {
            out.push_back(compiler_.compile(AddConstraint{after_.name, key, after_.schema}));
        }
        for (const Constraint& one : missing(after_, before_)) {
            AddConstraint statement{after_.name, {}, after_.schema};
            std::visit([&](const auto& own) { statement.constraint = own; }, one);
            out.push_back(compiler_.compile(statement));
        }
    }

    void create_indexes() {
        for (const Index& index : missing_indexes(after_, before_)) {
            out.push_back(compiler_.compile(CreateIndex{after_.name, index, after_.schema}));
        }
    }

    void comment() {
        if (compiler_.has_comments() && before_.comment != after_.comment) {
            out.push_back(compiler_.compile(SetTableComment{after_.name, after_.comment, after_.schema}));
        }
    }

  private:
    void need_name(const std::string& name) const {
        if (!name.empty()) return;
        throw sql::CompileError("cannot-alter"_code,
                                "A constraint of table \"" + before_.name + "\" has no name, so it cannot be dropped",
                                "name the constraints of the table, which a naming convention does");
    }

    bool same_key() const {
        return before_.primary_key_columns() == after_.primary_key_columns() &&
               before_.primary_key.name == after_.primary_key.name;
    }

    /// Those of the first table that the second has not.
    std::vector<Constraint> missing(const Table& of, const Table& with) const {
        auto known = constraints_of(with);
        auto out = constraints_of(of);
        std::erase_if(out, [&](const Constraint& one) {
            auto content = content_of(one, of, compiler_);
            auto same = [&](const Constraint& other) {
                return constraint_name(one) == constraint_name(other) && content == content_of(other, with, compiler_);
            };
            return content.empty() || std::any_of(known.begin(), known.end(), same);
        });
        return out;
    }

    std::vector<Index> missing_indexes(const Table& of, const Table& with) const {
        auto out = of.indexes;
        std::erase_if(out, [&](const Index& one) {
            return std::any_of(with.indexes.begin(), with.indexes.end(), [&](const Index& other) {
                return one.name == other.name &&
                       content_of(one, of.name, compiler_) == content_of(other, with.name, compiler_);
            });
        });
        return out;
    }

    const TableChange& change_;
    const DdlCompiler& compiler_;
    const Table& before_;
    const Table& after_;
    std::string start_;
    std::vector<std::pair<Column, Column>> set_not_null_;
};

}  // namespace

std::string DdlCompiler::conversion(const Column&, const Column&) const { return {}; }
std::string DdlCompiler::convertible(const Column&, const Column&) const { return {}; }
std::string DdlCompiler::misfits(const Column&) const { return {}; }

std::vector<std::string> DdlCompiler::change_table(const TableChange& change) const {
    Alteration alteration(change, *this);
    alteration.drop_indexes();
    alteration.drop_constraints();
    alteration.add_columns();
    for (const auto& [first, column] : alteration.set_not_null()) change_column(alteration.out, change, first, column);
    for (const Column& column : change.after.columns) {
        if (const auto* old = change.before.find(column.name)) change_column(alteration.out, change, *old, column);
    }
    alteration.drop_columns();
    alteration.add_constraints();
    alteration.create_indexes();
    alteration.comment();
    return std::move(alteration.out);
}

void DdlCompiler::change_column(std::vector<std::string>& out, const TableChange& change, const Column& before,
                                const Column& after) const {
    auto start = "ALTER TABLE " + qualified(change.before.schema, change.before.name) + " ALTER COLUMN " +
                 quoted(after.name) + ' ';
    const auto* source = change.source_of(after.name);
    if ((before.autoincrement == Autoincrement::yes) != (after.autoincrement == Autoincrement::yes)) {
        throw sql::CompileError("cannot-alter"_code,
                                "Whether the database counts column \"" + after.name + "\" cannot be changed",
                                "give it a sequence as its default: op.execute(\"CREATE SEQUENCE …\")");
    }
    // Its own type: SERIAL, as which it may have been made, is none.
    auto new_type = type(after.type);
    if (normal_type(type(before.type)) != normal_type(new_type) || before.collation != after.collation) {
        auto collation = after.collation.empty() ? std::string() : " COLLATE " + quoted(after.collation);
        auto using_sql = source && !source->using_sql.empty() ? " USING " + source->using_sql : std::string();
        out.push_back(start + "TYPE " + new_type + collation + using_sql);
    }
    auto old_default = before.server_default.is_empty() ? std::string() : server_default(before);
    auto new_default = after.server_default.is_empty() ? std::string() : server_default(after);
    if (old_default != new_default) {
        out.push_back(start + (new_default.empty() ? "DROP DEFAULT" : "SET DEFAULT " + new_default));
    }
    if (before.computed != after.computed) {
        throw sql::CompileError("cannot-alter"_code, "What computes column \"" + after.name + "\" cannot be changed",
                                "drop the column and add it again");
    }
    if (before.nullable != after.nullable) {
        if (source && !source->backfill.empty() && !source->from.empty()) {
            out.push_back("UPDATE " + qualified(change.before.schema, change.before.name) + " SET " +
                          quoted(after.name) + " = " + source->backfill + " WHERE " + quoted(after.name) + " IS NULL");
        }
        out.push_back(start + (after.nullable ? "DROP NOT NULL" : "SET NOT NULL"));
    }
    if (has_comments() && before.comment != after.comment) {
        out.push_back(compile(SetColumnComment{change.after.name, after, change.after.schema}));
    }
}

}  // namespace retort::schemas
