// The models of the recorded statements (apps/sql_models.py) in Retort's words, and the comparison of texts.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "recorded.hpp"
#include "retort/dialects/mysql/compiler.hpp"
#include "retort/dialects/postgresql/compiler.hpp"
#include "retort/dialects/sqlite/compiler.hpp"
#include "retort/sql/sql.hpp"
#include "tests/doctest.hpp"

namespace sql_cases {

using namespace retort::sql;

inline const TableRef user("user");
inline const ColumnRef id = user.column("id", types::Integer());
inline const ColumnRef name = user.column("name", types::String(30));
inline const ColumnRef email = user.column("email", types::String());
inline const ColumnRef age = user.column("age", types::Integer());
inline const ColumnRef active = user.column("active", types::Boolean());
inline const ColumnRef created = user.column("created", types::DateTime());
inline const ColumnRef data = user.column("data", types::JSON());
inline const ColumnRef balance = user.column("bal", types::Numeric(10, 2));
inline const ColumnRef manager_id = user.column("manager_id", types::Integer());
inline const Expression user_columns = column_list({id, name, email, age, active, created, data, balance, manager_id});
inline const TableRef post("post");
inline const ColumnRef post_id = post.column("id", types::Integer());
inline const ColumnRef title = post.column("title", types::String());
inline const ColumnRef body = post.column("body", types::Text());
inline const ColumnRef user_id = post.column("user_id", types::Integer());
inline const Expression post_columns = column_list({post_id, title, body, user_id});
inline const TableRef post_tag("post_tag");
inline const TableRef order("Order");
inline const ColumnRef order_select = order.column("Select", types::Integer());
inline const ColumnRef order_a_b = order.column("a b", types::String());
inline const TableRef user_1 = user.alias();
inline const TableRef boss = user.alias("boss");

/// All columns of an alias of `user`.
inline Expression columns_of(const TableRef& alias) {
    std::vector<Expression> out;
    for (const char* one : {"id", "name", "email", "age", "active", "created", "data", "bal", "manager_id"}) {
        out.push_back(alias.column(one));
    }
    return column_list(std::move(out));
}
inline const Expression user_1_columns = columns_of(user_1);

/// A parameter, also where a plain value would be taken for a constant.
inline Expression lit(const Expression& value) { return literal(static_cast<const BindNode&>(*value.node()).value); }

/// What SELECT takes: an expression, or all columns of a subquery.
struct Item {
    template <class T>
        requires std::convertible_to<const T&, Expression>
    Item(const T& expression) : columns{Expression(expression)} {}   // NOLINT: both are
    Item(const Subquery& all) : columns(all.columns()) {}            // NOLINT: meant to convert
    Item(const Select& query) : columns{query.scalar_subquery()} {}  // NOLINT
    std::vector<Expression> columns;
};
inline Select pick(std::initializer_list<Item> items) {
    std::vector<Expression> columns;
    for (const Item& item : items) columns.insert(columns.end(), item.columns.begin(), item.columns.end());
    return select(std::move(columns));
}

using Case = recorded::Case<NodeRef>;
using Cases = std::span<const Case>;

/// The text on one line, with `?` for every parameter.
inline std::string plain(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        bool blank = c == ' ' || c == '\n' || c == '\t';
        if (blank) {
            if (!out.empty() && out.back() != ' ') out += ' ';
        } else if (c == '$' && i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9' && out.back() != 'x') {
            out += '?';
            while (i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9') ++i;
        } else {
            out += c;
        }
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

/// "-" for what cannot be written.
template <class C>
std::string text_of(const NodeRef& statement, CompileOptions options = {}) {
    try {
        return plain(C(options).compile(statement).text);
    } catch (const CompileError&) {
        return "-";
    }
}

inline std::string text_for(const std::string& dialect, const NodeRef& statement) {
    using namespace retort::dialects;
    if (dialect == "sqlite") return text_of<sqlite::SqliteCompiler>(statement);
    if (dialect == "literal") return text_of<sqlite::SqliteCompiler>(statement, {.literal_values = true});
    if (dialect == "postgresql") return text_of<postgresql::PostgresqlCompiler>(statement);
    if (dialect == "mysql") return text_of<mysql::MysqlCompiler>(statement);
    return text_of<Compiler>(statement);
}

/// What Retort writes on purpose where the original writes something else (docs/differences.md).
struct Difference {
    std::string subject;
    std::string dialect;
    std::string ours;
};

inline void check(const recorded::Record& record, const NodeRef& statement,
                  const std::vector<Difference>& differences) {
    for (const auto& [dialect, text] : record.values) {
        std::string expected = plain(text);
        for (const Difference& one : differences) {
            if (one.subject == record.subject && one.dialect == dialect) expected = one.ours;
        }
        CAPTURE(dialect);
        CHECK(text_for(dialect, statement) == expected);
    }
}

/// All of these cases against the texts of sql_neighbours.txt; each must have one.
inline void check_neighbours(Cases cases, const std::vector<Difference>& differences = {}) {
    std::size_t found = 0;
    for (const auto& record : recorded::read("sql_neighbours.txt")) {
        auto one = recorded::find(cases, record.subject);
        if (!one) continue;
        CAPTURE(record.subject);
        ++found;
        check(record, one->make(), differences);
    }
    CHECK(found == cases.size());
}

}  // namespace sql_cases
