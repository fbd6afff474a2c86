// Records: reading, writing and following rows of tables that no struct describes.
#include <algorithm>

#include "retort/base/suggest.hpp"
#include "retort/engine/result.hpp"
#include "retort/orm/automap.hpp"
#include "retort/orm/record_map.hpp"
#include "retort/orm/session_core.hpp"
#include "retort/sql/delete.hpp"
#include "retort/sql/nodes.hpp"
#include "retort/sql/update.hpp"
#include "retort/sql/value_types.hpp"

namespace retort {

namespace {

using Kind = AutomapRelationship::Kind;

std::vector<sql::Expression> columns_of(const RecordType& type) {
    std::vector<sql::Expression> out;
    auto table = type.table().ref();
    for (const auto& column : type.table().columns) out.push_back(table.column(column.name, column.type));
    return out;
}

engines::Result read(Session& session, const std::string& bind_key, const sql::Select& statement) {
    auto& core = session.core();
    core.autoflush();
    return core.transaction().of(bind_key).reader().execute(statement);
}

template <class Statement>
engines::Result write(Session& session, const std::string& bind_key, const Statement& statement) {
    session.core().autoflush();
    return session.core().write_rows(bind_key, statement.ref());
}

[[noreturn]] void refuse_stale(const RecordType& type, const char* what) {
    throw StaleDataError("stale-data"_code,
                         "a record of " + type.name() + " was to be " + what + ", but its row is gone.",
                         "rollback(), then read the records again");
}

}  // namespace

const AutomapRelationship& RecordType::relationship(std::string_view name) const {
    std::vector<std::string_view> known;
    for (const auto& one : relationships_) {
        if (one.name == name) return one;
        known.push_back(one.name);
    }
    throw InvalidRequestError("unknown-relationship"_code,
                              name_ + " has no relationship \"" + std::string(name) + "\".",
                              did_you_mean_hint(name, known, "relationships are made of foreign keys only"));
}

sql::ColumnRef RecordType::operator[](std::string_view column) const {
    const auto& own = table_.column(column);
    return table_.ref().column(own.name, own.type);
}

RecordQuery RecordType::query() const { return {*this, sql::select(columns_of(*this))}; }

std::optional<Record> RecordType::get(Session& session, std::vector<sql::Expression> key) const {
    auto names = table_.primary_key_columns();
    if (key.size() != names.size()) {
        throw ArgumentError("wrong-key"_code,
                            name_ + "'s primary key has " + std::to_string(names.size()) + " columns, but " +
                                std::to_string(key.size()) + " values were given.",
                            "give one value for each key column, in their order");
    }
    std::vector<sql::ValueView> values;
    for (const auto& part : key) {
        const auto* bind = sql::node_cast<sql::BindNode>(part.node());
        if (bind != nullptr) values.push_back(bind->value.view());
    }
    auto known = values.size() == key.size() ? session.core().records().find(*this, values) : nullptr;
    if (known != nullptr && !known->expired) return Record(std::move(known));
    auto found = query();
    for (std::size_t i = 0; i < key.size(); ++i) found = found.where((*this)[names[i]] == key[i]);
    return found.first(session);
}

Record RecordType::add(Session& session, std::vector<sql::Assignment> values) const {
    for (const auto& [column, value] : values) (void)table_.column(column);
    auto statement = sql::insert(table_.ref()).values(std::move(values)).returning(columns_of(*this));
    auto rows = write(session, bind_key_, statement);
    return Record(session.core().records().inserted(*this, rows[0]));
}

const RecordType& Record::type() const { return *row_->type; }

sql::Value Record::operator[](std::string_view column) const {
    const auto& own = type().table().column(column);
    auto changed = row_->changes.find(column);
    if (changed == row_->changes.end()) {
        row_->require_fresh();
        return row_->values[static_cast<std::size_t>(&own - type().table().columns.data())];
    }
    const auto* value = sql::node_cast<sql::BindNode>(changed->second.node());
    if (value != nullptr) return value->value;
    throw InvalidRequestError("value-not-known"_code,
                              "the new value of " + type().name() + "." + own.name + " is an expression of SQL.",
                              "flush first: the database works it out");
}

void Record::set(std::string_view column, sql::Expression value) {
    const auto& own = type().table().column(column);
    row_->changes.insert_or_assign(own.name, std::move(value));
    if (row_->session != nullptr) row_->session->records().note_change(row_);
}

bool Record::is_modified() const {
    return std::any_of(row_->changes.begin(), row_->changes.end(),
                       [&](const auto& change) { return row_->differs(change.first, change.second); });
}

void Record::save(Session& session) {
    // Nothing would be written that could tell whether the row is there.
    if (row_->session == nullptr && row_->changes.empty()) row_->read_again(session.core());
    session.core().records().attach(row_);
    session.core().flush();
}

void Record::delete_(Session& session) {
    auto& records = session.core().records();
    if (row_->session != nullptr) records.attach(row_);
    session.core().autoflush();  // first: it may change the key
    auto statement = sql::delete_(type().table().ref()).where(row_->key_condition());
    if (write(session, type().bind_key(), statement).rows_affected() == 0) refuse_stale(type(), "deleted");
    if (row_->session != nullptr) records.note_deleted(row_);
}

void Record::refresh(Session& session) {
    if (row_->session != nullptr) session.core().records().attach(row_);
    row_->changes.clear();
    row_->read_again(session.core());
    session.core().records().attach(row_);
}

std::optional<Record> Record::one(Session& session, std::string_view name) const {
    const auto& relationship = type().relationship(name);
    std::vector<sql::Expression> key;
    for (const auto& column : relationship.columns) {
        auto value = (*this)[column];
        if (value.is_null()) return std::nullopt;
        key.push_back(sql::literal(std::move(value)));
    }
    bool by_key = relationship.target_columns == relationship.target->table().primary_key_columns();
    return by_key ? relationship.target->get(session, std::move(key)) : many(name).first(session);
}

RecordQuery Record::many(std::string_view name) const {
    const auto& relationship = type().relationship(name);
    const RecordType& target = *relationship.target;
    auto query = target.query();
    if (relationship.kind != Kind::many_to_many) {
        for (std::size_t i = 0; i < relationship.columns.size(); ++i) {
            auto own = sql::literal((*this)[relationship.columns[i]]);
            query = query.where(target[relationship.target_columns[i]] == own);
        }
        return query;
    }
    // Another name for the table between, which may be the target's own.
    auto between = sql::TableRef(relationship.between, type().table().schema).alias("between_1");
    for (std::size_t i = 0; i < relationship.columns.size(); ++i) {
        auto own = sql::literal((*this)[relationship.columns[i]]);
        query = query.where(between.column(relationship.between_columns[i]) == own);
    }
    for (std::size_t i = 0; i < relationship.target_columns.size(); ++i) {
        query = query.where(target[relationship.target_columns[i]] ==
                            between.column(relationship.between_target_columns[i]));
    }
    return query;
}

const AutomapRelationship& Record::between(std::string_view name, const Record& other) const {
    const auto& relationship = type().relationship(name);
    if (relationship.kind == Kind::many_to_many && relationship.target == &other.type()) return relationship;
    throw ArgumentError(
        "no-table-between"_code,
        type().name() + "." + relationship.name + " is no many-to-many with " + other.type().name() + ".",
        "set the foreign key: record.set(\"…_id\", other[\"id\"])");
}

void Record::link(Session& session, std::string_view name, const Record& other) const {
    const auto& relationship = between(name, other);
    std::vector<sql::Assignment> values;
    values.reserve(relationship.columns.size() + relationship.target_columns.size());
    for (std::size_t i = 0; i < relationship.columns.size(); ++i) {
        values.push_back({relationship.between_columns[i], sql::literal((*this)[relationship.columns[i]])});
    }
    for (std::size_t i = 0; i < relationship.target_columns.size(); ++i) {
        values.push_back({relationship.between_target_columns[i], sql::literal(other[relationship.target_columns[i]])});
    }
    auto table = sql::TableRef(relationship.between, type().table().schema);
    write(session, type().bind_key(), sql::insert(table).values(std::move(values)));
}

void Record::unlink(Session& session, std::string_view name, const Record& other) const {
    const auto& relationship = between(name, other);
    auto table = sql::TableRef(relationship.between, type().table().schema);
    auto statement = sql::delete_(table);
    for (std::size_t i = 0; i < relationship.columns.size(); ++i) {
        auto own = sql::literal((*this)[relationship.columns[i]]);
        statement = statement.where(table.column(relationship.between_columns[i]) == own);
    }
    for (std::size_t i = 0; i < relationship.target_columns.size(); ++i) {
        auto theirs = sql::literal(other[relationship.target_columns[i]]);
        statement = statement.where(table.column(relationship.between_target_columns[i]) == theirs);
    }
    write(session, type().bind_key(), statement);
}

json Record::to_json(std::initializer_list<std::string_view> columns) const {
    auto out = json::object();
    for (auto column : columns) out[column] = sql::json_of((*this)[column].view());
    return out;
}

RecordQuery RecordQuery::where(sql::Expression condition) const {
    return {*type_, statement_.where(std::move(condition))};
}

RecordQuery RecordQuery::order_by(std::vector<sql::Expression> terms) const {
    return {*type_, statement_.order_by(std::move(terms))};
}

RecordQuery RecordQuery::limit(std::int64_t rows) const { return {*type_, statement_.limit(rows)}; }

RecordQuery RecordQuery::offset(std::int64_t rows) const { return {*type_, statement_.offset(rows)}; }

RecordQuery RecordQuery::with(sql::Select statement) const { return {*type_, std::move(statement)}; }

std::vector<Record> RecordQuery::read(Session& session, const sql::Select& statement) const {
    std::vector<Record> out;
    for (const auto& row : retort::read(session, type_->bind_key(), statement)) {
        out.push_back(Record(session.core().records().meet(*type_, row)));
    }
    return out;
}

std::vector<Record> RecordQuery::all(Session& session) const { return read(session, statement_); }

std::optional<Record> RecordQuery::first(Session& session) const {
    auto found = limit(1).all(session);
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

Record RecordQuery::one(Session& session) const {
    auto rows = retort::read(session, type_->bind_key(), limit(2).statement());
    return Record(session.core().records().meet(*type_, rows.one()));
}

std::int64_t RecordQuery::count(Session& session) const {
    auto counted = sql::select({sql::func::count()}).select_from(statement_.subquery());
    return retort::read(session, type_->bind_key(), counted).scalar<std::int64_t>().value_or(0);
}

}  // namespace retort
