// How the repeated statements of a mapper are built.
#include "retort/orm/statement_texts.hpp"

#include <utility>
#include <vector>

#include "retort/engine/dialect.hpp"
#include "retort/orm/compile.hpp"
#include "retort/orm/mapper.hpp"
#include "retort/orm/types_defaults.hpp"
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

/// The column of the mapper's own table: that of a joined-table model has its base's key too.
sql::ColumnRef own_column(const Mapper& mapper, const Attribute& attribute) {
    return mapper.table.column(attribute.column_name, attribute.sql_type);
}

sql::Expression key_condition(const Mapper& mapper, const std::vector<const Attribute*>& keys, bool own = true) {
    sql::Expression condition;
    for (const auto* key : keys) {
        auto one = sql::Expression::compare(sql::Operator::eq, own ? own_column(mapper, *key) : key->column,
                                            sql::bindparam("key_" + key->column_name, key->sql_type));
        condition = condition.is_empty() ? one : std::move(condition) && one;
    }
    return condition;
}

/// What the database makes a value of. Its constants stand in the text, for what is bound there are the row's values.
sql::Expression made_by(const engines::Dialect& dialect, const ColumnSource& source) {
    auto compiler = dialect.compiler({.literal_values = true});
    return sql::literal_column(compiler->compile(source.expression().ref()).text);
}

sql::Select related_to(const Relationship& relationship) {
    std::vector<sql::Expression> key;
    key.reserve(relationship.pairs.size());
    for (const auto& pair : relationship.pairs)
        key.push_back(sql::bindparam("key_" + std::to_string(key.size()), pair.referenced->sql_type));
    auto statement = sql::select(relationship.target->columns()).where(relationship.condition_for(key));
    if (!relationship.target->is_plain()) {
        statement = std::move(statement)
                        .select_from(relationship.target->source)
                        .where(relationship.target->fixed_restriction());
    }
    auto order = relationship.order_in(relationship.target->table);
    return order.empty() ? statement : std::move(statement).order_by(std::move(order));
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

// What a row that is to be written must still have: its key, and its version where it has one.
std::vector<const Attribute*> StatementTexts::row_keys() const {
    auto keys = mapper_.keys;
    if (mapper_.has_version()) keys.push_back(mapper_.version);
    return keys;
}

std::string StatementTexts::compile(const engines::Dialect& dialect, Kind kind, std::uint64_t mask) const {
    auto attributes = kind == Kind::related ? std::vector<const Attribute*>{} : chosen(mapper_, mask);
    switch (kind) {
        case Kind::select: {
            std::vector<sql::Expression> columns;
            columns.reserve(attributes.size());
            for (const auto* attribute : attributes) columns.push_back(attribute->column);
            if (columns.empty()) columns = mapper_.columns();
            bool own = mapper_.is_plain() || (mask != 0 && (mask & ~mapper_.local) == 0);
            auto statement = sql::select(std::move(columns)).where(key_condition(mapper_, mapper_.keys, own));
            if (!own) statement = std::move(statement).select_from(mapper_.source).where(mapper_.fixed_restriction());
            return compile_text(dialect, statement.ref());
        }
        case Kind::insert: {
            std::vector<std::string> names;
            std::vector<sql::Assignment> row;
            for (const auto& attribute : mapper_.attributes) {
                bool key = mapper_.above != nullptr && attribute.options.primary_key;
                if (!key && (mapper_.local >> attribute.index & 1) == 0) continue;
                bool given = (mask >> attribute.index & 1) != 0;
                const auto* made = attribute.options.insert_default;
                if (given) names.push_back(attribute.column_name);
                if (given)
                    row.push_back({attribute.column_name, sql::bindparam(attribute.column_name, attribute.sql_type)});
                if (!given && made != nullptr) row.push_back({attribute.column_name, made_by(dialect, *made)});
            }
            auto statement = sql::insert(mapper_.table);
            if (row.size() > names.size()) return compile_text(dialect, statement.values(std::move(row)).ref());
            return compile_text(dialect, names.empty() ? statement.ref() : statement.columns(names).ref());
        }
        case Kind::update:
        case Kind::update_by_key:
        case Kind::update_raising: {
            std::vector<sql::Assignment> assignments;
            for (const auto& attribute : mapper_.attributes) {
                if ((mapper_.local >> attribute.index & 1) == 0) continue;
                const auto* made = attribute.options.onupdate;
                if ((mask >> attribute.index & 1) != 0) {
                    assignments.push_back(
                        {attribute.column_name, sql::bindparam(attribute.column_name, attribute.sql_type)});
                } else if (kind == Kind::update_raising && &attribute == mapper_.version) {
                    assignments.push_back(
                        {attribute.column_name, own_column(mapper_, attribute) + sql::literal_column("1")});
                } else if (made != nullptr && made->is_sql()) {
                    assignments.push_back({attribute.column_name, made_by(dialect, *made)});
                }
            }
            auto keys = kind == Kind::update ? row_keys() : mapper_.keys;
            auto statement =
                sql::update(mapper_.table).values(std::move(assignments)).where(key_condition(mapper_, keys));
            return compile_text(dialect, statement.ref());
        }
        case Kind::remove_where: {
            auto statement = sql::delete_(mapper_.table).where(key_condition(mapper_, attributes));
            return compile_text(dialect, statement.ref());
        }
        case Kind::related: return compile_text(dialect, related_to(mapper_.relationships[mask]).ref());
        case Kind::remove: break;
    }
    return compile_text(dialect, sql::delete_(mapper_.table).where(key_condition(mapper_, row_keys())).ref());
}

}  // namespace retort::orm
