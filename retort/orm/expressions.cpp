// SQL text and VALUES as parts of typed queries.
#include "retort/orm/expressions.hpp"

#include <cmath>

#include "retort/base/text.hpp"
#include "retort/orm/errors.hpp"
#include "retort/sql/nodes.hpp"

namespace retort {

namespace {

bool is_word_letter(char c) { return is_ascii_alphanumeric(c) || c == '_'; }

/// Whether `:name` stands in the text.
bool names_parameter(std::string_view sql, const std::string& name) {
    for (auto at = sql.find(":" + name); at != sql.npos; at = sql.find(":" + name, at + 1)) {
        auto end = at + 1 + name.size();
        if (end == sql.size() || !is_word_letter(sql[end])) return true;
    }
    return false;
}

/// What no database keeps as it is.
void check_parameter(const std::string& name, const sql::Value& value) {
    auto view = value.view();
    if (view.kind == sql::ValueKind::text && !is_utf8(view.text())) {
        throw InvalidValueError("invalid-text"_code, "the parameter :" + name + " holds bytes that are no UTF-8 text.",
                                "mend the text: replace_invalid_utf8(text)");
    }
    if (view.kind == sql::ValueKind::real && std::isnan(view.real)) {
        throw InvalidValueError(
            "not-a-number"_code,
            "the parameter :" + name + " is NaN, which databases do not keep (SQLite would make it NULL).",
            "give it nullptr where there is no number");
    }
}

/// The text with these parameters in place of those of the same names that it had.
TextClause text_with(std::string_view sql, std::vector<std::pair<std::string, sql::Value>> values,
                     std::vector<std::pair<std::string, std::vector<sql::Value>>> lists,
                     std::initializer_list<TextParameter> parameters) {
    for (const auto& parameter : parameters) {
        if (!names_parameter(sql, parameter.name)) {
            throw ArgumentError("unknown-statement-parameter"_code,
                                "the text has no parameter :" + parameter.name + ".",
                                "name it in the text, or take the value away: " + std::string(sql));
        }
        check_parameter(parameter.name, parameter.value);
        for (const auto& each : parameter.list) check_parameter(parameter.name, each);
        auto same = [&](const auto& known) { return known.first == parameter.name; };
        std::erase_if(values, same);
        std::erase_if(lists, same);
        parameter.is_list ? static_cast<void>(lists.emplace_back(parameter.name, parameter.list))
                          : static_cast<void>(values.emplace_back(parameter.name, parameter.value));
    }
    return TextClause(sql::text(sql, std::move(values), std::move(lists)));
}

}  // namespace

TextClause text(std::string_view sql, std::initializer_list<TextParameter> parameters) {
    return text_with(sql, {}, {}, parameters);
}

TextClause TextClause::bindparams(std::initializer_list<TextParameter> parameters) const {
    const auto& text = static_cast<const sql::TextNode&>(*node());
    return text_with(text.sql, text.parameters, text.lists, parameters);
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

static std::vector<sql::Expression> typed_columns(std::initializer_list<std::string_view> names,
                                                  const std::vector<sql::Type>& types, const char* function) {
    if (names.size() != types.size()) {
        throw ArgumentError("row-length"_code,
                            std::string(function) + " has " + std::to_string(types.size()) + " columns, but " +
                                std::to_string(names.size()) + " names.",
                            "give every column one name");
    }
    std::vector<sql::Expression> columns;
    for (auto name : names) columns.push_back(sql::column(name, types[columns.size()]));
    return columns;
}

SubqueryCore value_rows(std::string_view name, std::initializer_list<std::string_view> names,
                        std::vector<sql::Type> types,  // NOLINT: made for the call
                        std::vector<std::vector<sql::Expression>> rows) {
    auto columns = typed_columns(names, types, "values()");
    return {sql::values(std::move(columns), std::move(rows), name, false, true), std::vector<RowPart>(types.size())};
}

SubqueryCore function_rows(const sql::Expression& function, std::initializer_list<std::string_view> names,
                           std::vector<sql::Type> types) {  // NOLINT: made for the call
    auto columns = typed_columns(names, types, "table_valued()");
    return {sql::table_valued(function, std::move(columns)), std::vector<RowPart>(types.size())};
}

}  // namespace orm
}  // namespace retort
