// The texts of queries by their shape: most programs send the same few with other values.
#include "retort/orm/compile.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "retort/orm/session_core.hpp"
#include "retort/orm/statement_shape.hpp"

namespace retort::orm {

sql::Compiled compile(const engines::Dialect& dialect, const sql::NodeRef& statement) {
    return dialect.compile(statement);
}

namespace {

constexpr std::size_t most_kept = 512;
constexpr std::size_t most_values = 32;

struct Kept {
    std::string shape;
    std::shared_ptr<const std::string> text;
    sql::NodeRef statement;  ///< so that no other table comes to stand where one of its own stood
};

thread_local std::unordered_map<std::string_view, std::unique_ptr<Kept>> kept_queries;

/// Whether the compiler took the values in the order of the shape. Only values that all differ can tell.
bool keeps_order(const std::vector<sql::ValueView>& shape, const sql::Compiled& compiled) {
    if (!compiled.named.empty() || shape.size() > most_values) return false;
    if (!std::equal(shape.begin(), shape.end(), compiled.parameters.begin(), compiled.parameters.end(), same_value)) {
        return false;
    }
    for (std::size_t i = 0; i < shape.size(); ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            if (same_value(shape[i], shape[k])) return false;
        }
    }
    return true;
}

void keep(const StatementShape& shape, const CompiledQuery& query) {
    if (kept_queries.size() >= most_kept) kept_queries.clear();
    auto kept = std::make_unique<Kept>(Kept{std::string(shape.bytes()), query.text, query.statement});
    std::string_view key = kept->shape;
    kept_queries.emplace(key, std::move(kept));
}

}  // namespace

CompiledQuery compile_query(const engines::Dialect& dialect, const sql::NodeRef& statement) {
    StatementShape shape;
    shape.add_pointer(&dialect);
    bool has_shape = shape.take(*statement);
    if (has_shape) {
        auto known = kept_queries.find(shape.bytes());
        if (known != kept_queries.end()) return {known->second->text, shape.values(), statement};
    }
    auto compiled = compile(dialect, statement);
    bool keeps = has_shape && keeps_order(shape.values(), compiled);
    CompiledQuery query{std::make_shared<const std::string>(std::move(compiled.text)), std::move(compiled.parameters),
                        statement};
    if (keeps) keep(shape, query);
    return query;
}

}  // namespace retort::orm
