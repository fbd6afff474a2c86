// The erased part of what can stand within other queries: unions, subqueries and the names of their columns.
#include "retort/orm/selectable.hpp"

#include <algorithm>

#include "retort/base/text.hpp"
#include "retort/orm/typed.hpp"
#include "retort/sql/nodes.hpp"
#include "retort/sql/walk.hpp"

namespace retort::orm {

sql::Expression over(const sql::Expression& function, const WindowOptions& window) {
    sql::Frame frame;
    if (window.rows.is_given()) frame = window.rows.frame(sql::Frame::Unit::rows);
    if (window.range.is_given()) frame = window.range.frame(sql::Frame::Unit::range);
    return function.over(window.partition_by.terms(), window.order_by.terms(), frame);
}

std::string column_name_of(const volatile void* field) { return attribute_at(field).column_name; }

sql::Expression column_in(const Entity& entity, const volatile void* field) {
    return entity.mapper->attribute(field_name_of(field)).in_table(entity.table);
}

Condition equal_to(const Assigned& assigned) {
    const auto* bind = sql::node_cast<sql::BindNode>(assigned.value.node());
    if (bind != nullptr && bind->value.is_null()) return assigned.column.is_(nullptr);
    return sql::Expression::compare(sql::Operator::eq, assigned.column, assigned.value);
}

std::vector<sql::Expression> selected_columns(const sql::Select& statement) {
    std::vector<sql::Expression> all;
    for (const auto& column : statement.core()->columns) {
        const auto* list = sql::node_cast<sql::ListNode>(column.node());
        if (list != nullptr && list->op == sql::Operator::none) {
            all.insert(all.end(), list->items.begin(), list->items.end());
        } else {
            all.push_back(column);
        }
    }
    return all;
}

namespace {

using Combine = sql::Select (*)(const std::vector<sql::Select>&);
constexpr Combine combining[] = {sql::union_,  sql::union_all,     sql::intersect,
                                 sql::except_, sql::intersect_all, sql::except_all};

}  // namespace

SelectCore combined(SetOperation operation, const std::vector<const SelectCore*>& queries) {
    SelectCore all;
    std::vector<sql::Select> statements;
    statements.reserve(queries.size());
    for (const auto* query : queries) statements.push_back(query->statement());
    all.set_statement(combining[static_cast<std::size_t>(operation)](statements));
    all.set_parts(queries.front()->parts());
    return all;
}

namespace {

/// The columns of a query, lists of them spread.
void spread(const std::vector<sql::Expression>& columns, std::vector<const sql::Node*>& all) {
    for (const auto& column : columns) {
        const auto* list = sql::node_cast<sql::ListNode>(column.node());
        if (list != nullptr && list->op == sql::Operator::none) {
            spread(list->items, all);
        } else {
            all.push_back(column.node());
        }
    }
}

std::vector<const sql::Node*> columns_of(const sql::Node* node) {
    std::vector<const sql::Node*> columns;
    while (const auto* compound = sql::node_cast<sql::CompoundNode>(node)) node = compound->queries.front().get();
    if (const auto* select = sql::node_cast<sql::SelectNode>(node)) spread(select->columns, columns);
    if (const auto* textual = sql::node_cast<sql::TextualNode>(node)) spread(textual->columns, columns);
    return columns;
}

std::string name_of(const sql::Node* node) {
    if (const auto* column = sql::node_cast<sql::ColumnNode>(node)) return column->name.text;
    if (const auto* label = sql::node_cast<sql::LabelNode>(node)) return label->name.text;
    if (const auto* function = sql::node_cast<sql::FunctionNode>(node)) return function->name.text;
    if (const auto* over = sql::node_cast<sql::OverNode>(node)) return name_of(over->function.node());
    if (const auto* cast = sql::node_cast<sql::CastNode>(node)) return name_of(cast->operand.node());
    if (const auto* literal = sql::node_cast<sql::LiteralColumnNode>(node)) return literal->sql.text;
    return "column";
}

RowPart value_part_of(const sql::Expression& expression, int depth);

/// Of a sum the digits of both sides, where both are known; else at least those of one. A product has more than either.
RowPart arithmetic_part(const sql::BinaryNode& binary, int depth) {
    const auto left = value_part_of(binary.left, depth), right = value_part_of(binary.right, depth);
    RowPart part;
    part.scale = std::max(left.scale, right.scale);
    auto known = [](const RowPart& side, const sql::Expression& operand) {
        return side.scale >= 0 || operand.type().kind() == sql::TypeKind::integer;
    };
    const bool adds = binary.op == sql::Operator::add || binary.op == sql::Operator::subtract;
    part.rounds = adds && known(left, binary.left) && known(right, binary.right);
    return part;
}

RowPart value_part_of(const sql::Expression& expression, int depth) {
    if (depth > sql::deepest_expression) sql::throw_too_deep();
    const auto* node = expression.node();
    if (const auto* label = sql::node_cast<sql::LabelNode>(node)) return value_part_of(label->operand, depth + 1);
    const auto type = expression.type();
    RowPart part;
    if (type.kind() != sql::TypeKind::numeric) return part;
    if (const auto* binary = sql::node_cast<sql::BinaryNode>(node)) return arithmetic_part(*binary, depth + 1);
    if (type.scale() < 0) return part;
    part.scale = static_cast<std::int8_t>(type.scale());
    // What is stored may have more digits, and keeps them.
    const auto* column = sql::node_cast<sql::ColumnNode>(node);
    part.rounds = column == nullptr || sql::node_cast<sql::TableNode>(column->table.get()) == nullptr;
    return part;
}

}  // namespace

RowPart value_part(const sql::Expression& expression) { return value_part_of(expression, 0); }

void give_digits(Decimal& value, const RowPart& part) {
    if (part.scale < 0) return;
    if (value.scale() < part.scale || (part.rounds && value.scale() > part.scale)) value = value.rounded(part.scale);
}

std::vector<std::string> part_names(const sql::Select& statement, const std::vector<RowPart>& parts) {
    auto columns = columns_of(statement.node());
    std::vector<std::string> names;
    std::size_t at = 0;
    for (const auto& part : parts) {
        std::string name = part.mapper != nullptr ? std::string(part.mapper->name())
                           : !part.name.empty()   ? std::string(part.name)
                           : at < columns.size()  ? name_of(columns[at])
                                                  : "column";
        auto base = name;
        for (int again = 1; std::find(names.begin(), names.end(), name) != names.end(); ++again) {
            name = base + "_" + std::to_string(again);
        }
        names.push_back(std::move(name));
        at += part.width;
    }
    return names;
}

sql::Expression SubqueryCore::column_at(std::size_t part) const {
    std::size_t at = 0;
    for (std::size_t before = 0; before < part; ++before) at += parts[before].width;
    return from.columns()[at];
}

sql::Expression SubqueryCore::column_named(std::string_view name) const { return from.column(name); }

Entity SubqueryCore::entity(const Mapper& mapper) const {
    for (std::size_t part = 0; part < parts.size(); ++part) {
        if (parts[part].mapper == &mapper) return entity_at(part);
    }
    throw ArgumentError("not-in-subquery"_code,
                        "the subquery does not select " + std::string(mapper.name()) + " as a whole.",
                        "select it: select<" + std::string(mapper.name()) + ">()…subquery()");
}

// Its columns go by their names, which must be its own.
Entity SubqueryCore::entity_at(std::size_t part) const {
    const Mapper& mapper = *parts[part].mapper;
    for (std::size_t before = 0; before < part; ++before) {
        const Mapper* other = parts[before].mapper;
        bool shared =
            other != nullptr && std::any_of(mapper.attributes.begin(), mapper.attributes.end(), [&](auto& own) {
                return std::any_of(other->attributes.begin(), other->attributes.end(),
                                   [&](auto& each) { return each.column_name == own.column_name; });
            });
        if (!shared) continue;
        throw ArgumentError("ambiguous-subquery"_code,
                            "the subquery selects " + std::string(other->name()) + " and " +
                                std::string(mapper.name()) +
                                ", which share names of columns, so the second is no "
                                "entity of its own.",
                            "select the one entity, and single columns of the other with label()");
    }
    return {&mapper, sql::TableRef(from.ref())};
}

}  // namespace retort::orm
