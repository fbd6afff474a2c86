// The texts of queries by their shape: most programs send the same few with other values.
#include "retort/orm/compile.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <mutex>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "retort/orm/selectable.hpp"
#include "retort/orm/statement_shape.hpp"
#include "retort/sql/walk.hpp"

namespace retort::orm {

sql::Compiled compile(const engines::Dialect& dialect, const sql::NodeRef& statement) {
    auto compiled = dialect.compile(statement);
    for (const auto& [name, position] : compiled.named) {
        if (!compiled.parameters[position].is_null()) continue;
        throw ArgumentError("missing-statement-parameter"_code, "the parameter :" + name + " has no value.",
                            "give it one with the text, {{\"" + name + "\", …}}; a colon that means itself is \\:");
    }
    return compiled;
}

std::string compile_text(const engines::Dialect& dialect, const sql::NodeRef& statement) {
    return dialect.compiler()->compile(statement).text;
}

bool keeps_order(std::span<const sql::ValueView> shape, std::span<const sql::ValueView> parameters) {
    constexpr std::size_t most_values = 32;
    if (shape.size() > most_values) return false;
    if (!std::equal(shape.begin(), shape.end(), parameters.begin(), parameters.end(), same_value)) return false;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            if (same_value(shape[i], shape[k])) return false;
        }
    }
    return true;
}

namespace {

constexpr std::size_t most_kept = 512;

struct Kept {
    std::string shape;
    std::shared_ptr<const std::string> text;
    sql::NodeRef statement;  ///< so that no other table comes to stand where one of its own stood
    bool single = false;
};

thread_local std::unordered_map<std::string_view, std::unique_ptr<Kept>> kept_queries;

const Kept* find_kept(const StatementShape& shape) {
    auto known = kept_queries.find(shape.bytes());
    return known == kept_queries.end() ? nullptr : known->second.get();
}

void keep(const StatementShape& shape, const CompiledQuery& query) {
    if (kept_queries.size() >= most_kept) kept_queries.clear();
    auto kept = std::make_unique<Kept>(
        Kept{std::string(shape.bytes()), query.shared_text(), query.statement(), query.is_single()});
    std::string_view key = kept->shape;
    kept_queries.emplace(key, std::move(kept));
}

/// `User::c.id == 3`, where that is the whole primary key.
bool asks_for_key(const Mapper& mapper, const Condition& condition) {
    const auto* binary = sql::node_cast<sql::BinaryNode>(condition.node());
    if (binary == nullptr || binary->op != sql::Operator::eq || mapper.keys.size() != 1) return false;
    return binary->left.node() == mapper.keys[0]->column.node() && binary->right.node()->kind() == sql::NodeKind::bind;
}

bool reads_only(const SelectCore& select, const sql::Node* table) {
    bool only = true;
    for (const auto& condition : select.noted()) {
        sql::for_each_table(condition, [&](const sql::NodeRef& each) { only = only && each.get() == table; });
    }
    return only;
}

// Of an alias, or beside another table, the key tells nothing of how many rows there are.
bool is_single(const SelectCore& select) {
    const Mapper* mapper = select.parts()[0].mapper;
    const auto* table = mapper == nullptr ? nullptr : mapper->table.node();
    if (table == nullptr || select.parts().size() != 1 || select.entities()[0].table.node() != table) return false;
    return reads_only(select, table) && std::any_of(select.noted().begin(), select.noted().end(),
                                                    [&](const auto& each) { return asks_for_key(*mapper, each); });
}

CompiledQuery compile_new(const engines::Dialect& dialect, const sql::NodeRef& statement, const StatementShape* shape,
                          bool single = false) {
    require_one_bind(statement);
    auto compiled = compile(dialect, statement);
    bool keeps = shape != nullptr && compiled.named.empty() && keeps_order(shape->values().view(), compiled.parameters);
    CompiledQuery query(std::make_shared<const std::string>(std::move(compiled.text)), ValueList(compiled.parameters),
                        statement, single);
    if (keeps) keep(*shape, query);
    return query;
}

}  // namespace

CompiledQuery compile_query(const engines::Dialect& dialect, const sql::NodeRef& statement) {
    StatementShape shape;
    shape.add_pointer(&dialect);
    if (!shape.take(*statement)) return compile_new(dialect, statement, nullptr);
    if (const auto* kept = find_kept(shape)) return {kept->text, shape.values(), statement};
    return compile_new(dialect, statement, &shape);
}

namespace {

/// `column = value`, or another operator between the two: what most queries for objects ask.
struct ByColumn {
    const SelectCore* begin = nullptr;
    const engines::Dialect* dialect = nullptr;
    const sql::Node* column = nullptr;
    sql::Operator op = sql::Operator::none;
    bool forced = false;
    sql::ValueKind kind = sql::ValueKind::null;

    bool operator==(const ByColumn&) const = default;
};

struct KeptByColumn {
    ByColumn query;
    const std::string* text = nullptr;
    bool single = false;
};

/// A copy that lives as long as the program: as many as its models have columns and operators, at most.
const std::string* lasting(const std::string& text) {
    static std::mutex adding;
    static std::set<std::string, std::less<>> all;
    std::lock_guard lock(adding);
    return &*all.insert(text).first;
}

/// A column of a model itself, which lives as long as the program; those of aliases come and go.
bool is_own_column(const SelectCore& select, const sql::Node* column) {
    const auto& attributes = select.parts()[0].mapper->attributes;
    return std::any_of(attributes.begin(), attributes.end(),
                       [&](const auto& attribute) { return attribute.column.node() == column; });
}

/// One place for all queries whose addresses come to it: the newest stays.
KeptByColumn& place_of(const ByColumn& query) {
    constexpr std::size_t places = 64;
    thread_local std::array<KeptByColumn, places> kept;
    auto bits = std::bit_cast<std::uintptr_t>(query.begin) / 64 + std::bit_cast<std::uintptr_t>(query.column) / 16;
    return kept[(bits + static_cast<std::size_t>(query.op)) % places];
}

/// The value that is compared; null when the query is another one than `column = value`.
const sql::BindNode* take_by_column(const SelectCore& select, ByColumn& query) {
    if (select.begin() == nullptr || select.noted().size() != 1) return nullptr;
    const auto* binary = sql::node_cast<sql::BinaryNode>(select.noted()[0].node());
    if (binary == nullptr || binary->op == sql::Operator::custom || binary->escape != 0 || binary->ignores_case) {
        return nullptr;
    }
    const auto* bind = sql::node_cast<sql::BindNode>(binary->right.node());
    const auto* column = binary->left.node();
    if (bind == nullptr || bind->named || column->kind() != sql::NodeKind::column) return nullptr;
    query.begin = select.begin();
    query.column = column;
    query.op = binary->op;
    query.forced = bind->forced;
    query.kind = bind->value.kind();
    return bind;
}

CompiledQuery compile_by_shape(const engines::Dialect& dialect, const SelectCore& select) {
    if (select.noted_beside() == nullptr) return compile_query(dialect, select.statement().ref());
    StatementShape shape;
    shape.add_pointer(&dialect);
    if (!take_noted(shape, select)) return compile_new(dialect, select.statement().ref(), nullptr);
    if (const auto* kept = find_kept(shape)) return {kept->text, shape.values(), {}, kept->single};
    return compile_new(dialect, select.statement().ref(), &shape, is_single(select));
}

}  // namespace

bool take_noted(StatementShape& shape, const SelectCore& select) {
    const auto take = [&](const sql::Expression& part) { return shape.take(*part.node()); };
    shape.add_begin(select.noted_beside());
    shape.add_number(select.noted().size());
    shape.add_number(select.noted_order().size());
    return std::all_of(select.noted().begin(), select.noted().end(), take) &&
           std::all_of(select.noted_order().begin(), select.noted_order().end(), take);
}

CompiledQuery compile_query(const engines::Dialect& dialect, const SelectCore& select) {
    ByColumn query{.dialect = &dialect};
    const auto* bind = take_by_column(select, query);
    if (bind == nullptr) return compile_by_shape(dialect, select);
    auto& kept = place_of(query);
    if (kept.query == query) return {*kept.text, bind->value.view(), kept.single};
    auto compiled = compile_by_shape(dialect, select);
    if (compiled.parameters().size() == 1 && is_own_column(select, query.column)) {
        kept = {query, lasting(compiled.text()), compiled.is_single()};
    }
    return compiled;
}

}  // namespace retort::orm
