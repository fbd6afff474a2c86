// How the repeated statements of a mapper are built.
#include "retort/orm/statement_texts.hpp"

#include <utility>
#include <vector>

#include "retort/engine/dialect.hpp"
#include "retort/orm/compile.hpp"
#include "retort/orm/mapper.hpp"
#include "retort/sql/sql.hpp"

namespace retort::orm {
namespace {

std::vector<const Attribute*> chosen(const Mapper& mapper, std::uint64_t mask) {
    std::vector<const Attribute*> attributes;
    for (const auto& attribute : mapper.attributes) {
        if ((mask >> attribute.index & 1) != 0) attributes.push_back(&attribute);
    }
    return attributes;
}

sql::Expression key_condition(const Mapper& mapper) {
    sql::Expression condition;
    for (const auto* key : mapper.keys) {
        auto one = sql::Expression::compare(sql::Operator::eq, key->column,
                                            sql::bindparam("key_" + key->column_name, key->sql_type));
        condition = condition.is_empty() ? one : std::move(condition) && one;
    }
    return condition;
}

}  // namespace

StatementTexts::~StatementTexts() {
    for (Entry* entry = first_.load(); entry != nullptr;) delete std::exchange(entry, entry->next);
}

const std::string& StatementTexts::text(const engines::Dialect& dialect, Kind kind, std::uint64_t mask) {
    for (Entry* entry = first_.load(std::memory_order_acquire); entry != nullptr; entry = entry->next) {
        if (entry->kind == kind && entry->mask == mask && entry->dialect == &dialect) return entry->text;
    }
    return add(dialect, kind, mask);
}

const std::string& StatementTexts::add(const engines::Dialect& dialect, Kind kind, std::uint64_t mask) {
    auto* entry = new Entry{&dialect, kind, mask, compile(dialect, kind, mask), nullptr};
    std::lock_guard lock(adding_);
    entry->next = first_.load(std::memory_order_relaxed);
    first_.store(entry, std::memory_order_release);
    return entry->text;
}

std::string StatementTexts::compile(const engines::Dialect& dialect, Kind kind, std::uint64_t mask) const {
    auto attributes = chosen(mapper_, mask);
    switch (kind) {
        case Kind::select: {
            auto statement = sql::select(mapper_.columns()).where(key_condition(mapper_));
            return orm::compile(dialect, statement.ref()).text;
        }
        case Kind::insert: {
            std::vector<std::string> names;
            for (const auto* attribute : attributes) names.push_back(attribute->column_name);
            auto statement = sql::insert(mapper_.table);
            return orm::compile(dialect, names.empty() ? statement.ref() : statement.columns(names).ref()).text;
        }
        case Kind::update: {
            std::vector<sql::Assignment> assignments;
            for (const auto* attribute : attributes) {
                assignments.push_back(
                    {attribute->column_name, sql::bindparam(attribute->column_name, attribute->sql_type)});
            }
            auto statement = sql::update(mapper_.table).values(std::move(assignments)).where(key_condition(mapper_));
            return orm::compile(dialect, statement.ref()).text;
        }
        case Kind::remove: break;
    }
    return orm::compile(dialect, sql::delete_(mapper_.table).where(key_condition(mapper_)).ref()).text;
}

}  // namespace retort::orm
