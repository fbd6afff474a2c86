// What typed statements take from objects: assignments and rows.
#include "retort/orm/statements.hpp"

#include <algorithm>
#include <utility>

#include "retort/orm/errors.hpp"
#include "retort/orm/inheritance_mapping.hpp"
#include "retort/orm/types_check.hpp"
#include "retort/sql/nodes.hpp"

namespace retort::orm {

sql::Update update_rows(const Mapper& mapper) {
    return sql::update(of_one_table(mapper).table).where(mapper.restriction());
}
sql::Delete delete_rows(const Mapper& mapper) {
    return sql::delete_(of_one_table(mapper).table).where(mapper.restriction());
}
sql::Insert insert_rows(const Mapper& mapper) { return sql::insert(of_one_table(mapper).table); }

namespace {

/// What a flush refuses, a statement refuses too: texts that are too long, NaN, …
sql::Assignment checked_assignment(const Mapper& mapper, const Attribute& attribute, void* object) {
    auto view = attribute.view(object);
    check_value(view, {mapper.name(), attribute.name, attribute.sql_type});
    return {attribute.column_name, sql::literal(sql::Value(view))};
}

}  // namespace

std::vector<sql::Assignment> assignments_of(const Mapper& mapper, void* object) {
    if (mapper.discriminator != nullptr) set_kind(mapper, object);
    std::vector<sql::Assignment> assignments;
    for (const auto& attribute : mapper.attributes) {
        const auto* made = attribute.options.insert_default;
        if (attribute.is_set(object)) {
            assignments.push_back(checked_assignment(mapper, attribute, object));
        } else if (made != nullptr) {
            assignments.push_back({attribute.column_name, made->expression()});
        }
    }
    return assignments;
}

sql::Update with_onupdate(const Mapper& mapper, const sql::Update& statement) {
    const auto& given = static_cast<const sql::UpdateNode&>(*statement.ref()).assignments;
    if (!mapper.generated || given.empty()) return statement;
    std::vector<sql::Assignment> more;
    for (const auto& attribute : mapper.attributes) {
        const auto* made = attribute.options.onupdate;
        if (made == nullptr) continue;
        bool set = std::any_of(given.begin(), given.end(),
                               [&](const auto& each) { return each.first.text == attribute.column_name; });
        if (!set) more.push_back({attribute.column_name, made->expression()});
    }
    return more.empty() ? statement : statement.values(std::move(more));
}

std::vector<sql::Assignment> with_defaults(const Mapper& mapper, void* defaults,
                                           const std::vector<Assigned>& assigned) {
    std::vector<sql::Assignment> all;
    all.reserve(assigned.size());
    for (const auto& each : assigned) all.push_back(assignment_for(mapper, each));
    for (auto& made : assignments_of(mapper, defaults)) {
        bool given = std::any_of(all.begin(), all.end(), [&](const auto& each) { return each.column == made.column; });
        if (!given) all.push_back(std::move(made));
    }
    return all;
}

bool tells_given(const Attribute& attribute, void* example, void* defaults) {
    bool constant = attribute.is_set(defaults) && (attribute.state(defaults) & cell_defaulted) == 0;
    return !constant || !same_value(attribute.view(example), attribute.view(defaults));
}

void refuse_untold(const Mapper& mapper, const Attribute& attribute) {
    std::string name(attribute.name);
    throw ArgumentError("ambiguous-values"_code,
                        "an example of " + std::string(mapper.name()) + " cannot tell whether " + name +
                            " was given or has its default.",
                        "write the model's default as `" + name + " = default_(…)`, or name the columns: values(" +
                            std::string(mapper.name()) + "::c." + name + " = …)");
}

std::vector<sql::Assignment> given_of(const Mapper& mapper, void* example, void* defaults) {
    std::vector<sql::Assignment> assignments;
    for (const auto& attribute : mapper.attributes) {
        if (!tells_given(attribute, example, defaults)) refuse_untold(mapper, attribute);
        if (!attribute.is_set(example) || (attribute.state(example) & cell_defaulted) != 0) continue;
        assignments.push_back(checked_assignment(mapper, attribute, example));
    }
    return assignments;
}

// NOLINTNEXTLINE: made for the call
sql::Insert rows_of(const Mapper& mapper, std::vector<void*> objects, sql::Insert statement) {
    if (objects.empty()) {
        throw ArgumentError("no-rows"_code, "an INSERT into " + mapper.table_name + " was given a list without rows.",
                            "ask first whether there are any; values({}) is one row of defaults");
    }
    std::vector<std::string> columns;
    std::vector<std::vector<sql::Expression>> rows;
    for (void* object : objects) {
        std::vector<sql::Expression> row;
        std::vector<std::string> own;
        for (auto& [column, value] : assignments_of(mapper, object)) {
            own.push_back(column);
            row.push_back(std::move(value));
        }
        if (rows.empty()) columns = own;
        if (own != columns) {
            throw ArgumentError("different-rows"_code,
                                "the rows of one INSERT into " + mapper.table_name + " were given different columns.",
                                "give each row the same fields, or insert them one by one with session.add");
        }
        rows.push_back(std::move(row));
    }
    return statement.rows(std::move(columns), std::move(rows));
}

std::vector<sql::Insert> parts_of(const Mapper& mapper, std::span<void* const> objects, const sql::Insert& statement) {
    constexpr std::size_t most_values = 30000;
    const std::size_t most_rows = std::max<std::size_t>(1, most_values / mapper.attributes.size());
    std::vector<sql::Insert> parts;
    for (std::size_t at = 0; at < objects.size(); at += most_rows) {
        auto some = objects.subspan(at, std::min(most_rows, objects.size() - at));
        parts.push_back(rows_of(mapper, {some.begin(), some.end()}, statement));
    }
    return parts;
}

std::vector<sql::Assignment> taken_from(const Mapper& mapper, std::initializer_list<std::string_view> names,
                                        sql::Expression (*refused)(std::string_view column)) {
    std::vector<sql::Assignment> set;
    for (auto name : names) {
        const auto& column = mapper.attribute(name).column_name;
        set.push_back({column, refused(column)});
    }
    return set;
}

sql::Insert from_select(const Mapper& mapper, void* defaults, const sql::Insert& statement,
                        std::vector<std::string> columns, sql::Select query) {
    std::vector<sql::Expression> values;
    std::vector<std::string> own = columns;
    for (auto& [column, value] : assignments_of(mapper, defaults)) {
        if (std::find(columns.begin(), columns.end(), column) != columns.end()) continue;
        own.push_back(column);
        values.push_back(std::move(value));
    }
    if (values.empty()) return statement.from_select(std::move(own), query);
    if (query.core() == nullptr) {  // a union: its rows, as a table
        auto rows = query.subquery();
        query = sql::select(rows.columns()).select_from(rows);
    }
    return statement.from_select(std::move(own), std::move(query).add_columns(std::move(values)));
}

sql::Assignment assignment_for(const Mapper& mapper, const Assigned& assigned) {
    const auto& column = static_cast<const sql::ColumnNode&>(*assigned.column.node());
    if (column.table.get() == mapper.table.node()) {
        const auto* value = sql::node_cast<sql::BindNode>(assigned.value.node());
        for (const auto& attribute : mapper.attributes) {
            if (value == nullptr || attribute.column_name != column.name.text) continue;
            check_value(value->value.view(), {mapper.name(), attribute.name, attribute.sql_type});
        }
        return {column.name.text, assigned.value};
    }
    throw ArgumentError("foreign-column"_code,
                        "\"" + column.name.text + "\" is no column of " + mapper.table_name +
                            ", so a statement for that table cannot set it.",
                        "set columns of " + std::string(mapper.name()) + "::c");
}

std::vector<sql::Assignment> assignments_for(const Mapper& mapper, std::initializer_list<Assigned> assigned) {
    std::vector<sql::Assignment> all;
    for (const auto& each : assigned) all.push_back(assignment_for(mapper, each));
    return all;
}

sql::Expression excluded_column(const volatile void* field) {
    static const sql::TableRef refused("excluded");
    const auto& attribute = attribute_at(field);
    return refused.column(attribute.column_name, attribute.sql_type);
}

}  // namespace retort::orm
