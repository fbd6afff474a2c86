// What an operation is about, and its expressions as text.
#include "retort/migrate/operation.hpp"

#include "retort/schema/ddl.hpp"
#include "retort/sql/nodes.hpp"

namespace retort::migrations {

namespace {

template <class... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

constexpr std::string_view constraint_words[] = {"primary key", "foreign key", "unique constraint", "check",
                                                 "exclude constraint"};

std::string described(const AnyConstraint& constraint) {
    std::string out(constraint_words[constraint.index()]);
    auto name = std::visit([](const auto& one) { return one.name; }, constraint);
    return name.empty() ? out : out + ' ' + name;
}

}  // namespace

AnyConstraint any_of_constraint(const schemas::Constraint& constraint) {
    return std::visit([](const auto& one) { return AnyConstraint(one); }, constraint);
}

std::string table_of(const Operation& operation) {
    return std::visit(
        Overloaded{[](const ops::CreateTable& one) { return one.table.name; },
                   [](const ops::Execute&) { return std::string(); }, [](const ops::Run&) { return std::string(); },
                   [](const auto& one) { return one.table; }},
        operation.step);
}

bool is_opaque(const Operation& operation) {
    return std::holds_alternative<ops::Execute>(operation.step) || std::holds_alternative<ops::Run>(operation.step);
}

namespace {

/// The same step with the schema before the table's name.
Step qualified(const Operation& operation) {
    auto out = operation.step;
    std::visit(Overloaded{[&](ops::CreateTable& one) { one.table.name = operation.schema + '.' + one.table.name; },
                          [](ops::Execute&) {}, [](ops::Run&) {},
                          [&](auto& one) { one.table = operation.schema + '.' + one.table; }},
               out);
    return out;
}

}  // namespace

std::string describe(const Operation& operation) {
    if (!operation.schema.empty()) return describe({qualified(operation)});
    return std::visit(
        Overloaded{
            [](const ops::CreateTable& one) { return "create table " + one.table.name; },
            [](const ops::DropTable& one) { return "drop table " + one.table; },
            [](const ops::RenameTable& one) { return "rename table " + one.table + " to " + one.to; },
            [](const ops::AlterTable& one) { return "change table " + one.table; },
            [](const ops::AddColumn& one) { return "add column " + one.table + '.' + one.column.name; },
            [](const ops::DropColumn& one) { return "drop column " + one.table + '.' + one.column; },
            [](const ops::RenameColumn& one) {
                return "rename column " + one.table + '.' + one.column + " to " + one.to;
            },
            [](const ops::AlterColumn& one) { return "change column " + one.table + '.' + one.column; },
            [](const ops::AddConstraint& one) { return "add " + described(one.constraint) + " of " + one.table; },
            [](const ops::DropConstraint& one) {
                auto what = one.constraint ? described(*one.constraint) : "constraint " + one.name;
                return "drop " + what + " of " + one.table;
            },
            [](const ops::CreateIndex& one) { return "create index " + one.index.name + " on " + one.table; },
            [](const ops::DropIndex& one) { return "drop index " + one.name + " on " + one.table; },
            [](const ops::InsertRows& one) {
                return "insert " + std::to_string(one.rows.size()) + " rows into " + one.table;
            },
            [](const ops::DeleteRows& one) {
                return "delete " + std::to_string(one.rows.size()) + " rows of " + one.table;
            },
            [](const ops::Execute& one) { return "execute " + (one.sql.empty() ? "" : one.sql.begin()->second); },
            [](const ops::Run&) { return std::string("run a step in C++"); },
        },
        operation.step);
}

sql::Expression condition_of(const std::string& sql) { return sql::literal_column(sql); }

sql::Expression default_of(const std::string& sql) {
    if (sql.empty()) return {};
    if (sql.front() == '(' && sql.back() == ')') return sql::literal_column(sql.substr(1, sql.size() - 2));
    std::string marked;  // text() takes `:name` for a parameter
    for (char c : sql) {
        if (c == ':') marked += '\\';
        marked += c;
    }
    return sql::text(marked);
}

std::string default_sql(const sql::Expression& value) {
    if (value.is_empty()) return {};
    auto text = expression_sql(value);
    auto kind = value.node()->kind();
    return kind == sql::NodeKind::text || kind == sql::NodeKind::bind ? text : '(' + text + ')';
}

std::string expression_sql(const sql::Expression& expression) {
    return expression.is_empty() ? std::string() : schemas::DdlCompiler().expression(expression);
}

}  // namespace retort::migrations
