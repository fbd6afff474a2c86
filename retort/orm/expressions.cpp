// SQL text and VALUES as parts of typed queries.
#include "retort/orm/expressions.hpp"

#include "retort/sql/nodes.hpp"

namespace retort {

namespace {

std::vector<std::pair<std::string, sql::Value>> pairs(std::initializer_list<TextParameter> parameters) {
    std::vector<std::pair<std::string, sql::Value>> all;
    for (const auto& parameter : parameters) all.emplace_back(parameter.name, parameter.value);
    return all;
}

}  // namespace

TextClause text(std::string_view sql, std::initializer_list<TextParameter> parameters) {
    return TextClause(sql::text(sql, pairs(parameters)));
}

TextClause TextClause::bindparams(std::initializer_list<TextParameter> parameters) const {
    const auto& text = static_cast<const sql::TextNode&>(*node());
    auto all = text.parameters;
    for (auto& [name, value] : pairs(parameters)) {
        std::erase_if(all, [&](const auto& known) { return known.first == name; });
        all.emplace_back(name, value);
    }
    return TextClause(sql::text(text.sql, std::move(all)));
}

namespace orm {

SelectCore text_rows(const sql::Expression& text, std::vector<std::string_view> names, std::vector<sql::Type> types) {
    SelectCore core;
    std::vector<sql::Expression> columns;
    for (std::size_t at = 0; at < types.size(); ++at) {
        if (at < names.size()) columns.push_back(sql::column(names[at], types[at]));
        core.add_part();
    }
    core.set_statement(sql::Select(sql::NodeRef(new sql::TextualNode(text, std::move(columns)))));
    return core;
}

SubqueryCore value_rows(std::string_view name, std::initializer_list<std::string_view> names,
                        std::vector<sql::Type> types, std::vector<std::vector<sql::Expression>> rows) {
    std::vector<sql::Expression> columns;
    auto type = types.begin();
    for (auto column : names) columns.push_back(sql::column(column, type == types.end() ? sql::Type() : *type++));
    if (names.size() != types.size()) {
        throw ArgumentError("row-length"_code,
                            "values() has " + std::to_string(types.size()) + " columns, but " +
                                std::to_string(names.size()) + " names.",
                            "give every column one name");
    }
    std::vector<RowPart> parts(types.size());
    return {sql::values(std::move(columns), std::move(rows), name, false, true), std::move(parts)};
}

}  // namespace orm
}  // namespace retort
