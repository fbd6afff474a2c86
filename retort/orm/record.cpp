// Records: reading, writing and following rows of tables that no struct describes.
#include <algorithm>

#include "retort/base/suggest.hpp"
#include "retort/engine/result.hpp"
#include "retort/orm/automap.hpp"
#include "retort/sql/delete.hpp"
#include "retort/sql/nodes.hpp"
#include "retort/sql/update.hpp"

namespace retort {

namespace {

using Kind = AutomapRelationship::Kind;

sql::Expression equal(const sql::Expression& column, const sql::Expression& value) {
    return sql::Expression::compare(sql::Operator::eq, column, value);
}

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
    auto& core = session.core();
    core.autoflush();
    std::optional<engines::Result> result;
    core.transaction().of(bind_key).write(
        [&](engines::Connection& connection) { result = connection.execute(statement); });
    core.expire_all();
    return std::move(*result);
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
    auto found = query();
    for (std::size_t i = 0; i < key.size(); ++i) found = found.where(equal((*this)[names[i]], key[i]));
    return found.first(session);
}

Record RecordType::add(Session& session, std::vector<sql::Assignment> values) const {
    for (const auto& [column, value] : values) (void)table_.column(column);
    auto statement = sql::insert(table_.ref()).values(std::move(values)).returning(columns_of(*this));
    Record record(*this);
    record.take(write(session, bind_key_, statement)[0]);
    return record;
}

sql::Value Record::operator[](std::string_view column) const {
    const auto& own = type_->table().column(column);
    auto changed = changes_.find(column);
    if (changed == changes_.end()) return values_[static_cast<std::size_t>(&own - type_->table().columns.data())];
    const auto* value = sql::node_cast<sql::BindNode>(changed->second.node());
    if (value != nullptr) return value->value;
    throw InvalidRequestError("value-not-known"_code,
                              "the new value of " + type_->name() + "." + own.name + " is an expression of SQL.",
                              "save() first: the database works it out");
}

void Record::set(std::string_view column, sql::Expression value) {
    const auto& own = type_->table().column(column);
    changes_.insert_or_assign(own.name, std::move(value));
}

void Record::take(const engines::Row& row) {
    values_.clear();
    for (const auto& value : row.values()) values_.emplace_back(value);
    changes_.clear();
}

sql::Expression Record::key_condition() const {
    std::vector<sql::Expression> conditions;
    for (const auto& name : type_->table().primary_key_columns()) {
        auto at = static_cast<std::size_t>(&type_->table().column(name) - type_->table().columns.data());
        conditions.push_back(equal((*type_)[name], sql::literal(values_[at])));
    }
    return sql::and_(std::move(conditions));
}

void Record::save(Session& session) {
    if (changes_.empty()) return;
    std::vector<sql::Assignment> assignments;
    for (const auto& [column, value] : changes_) assignments.push_back({column, value});
    auto statement = sql::update(type_->table().ref())
                         .values(std::move(assignments))
                         .where(key_condition())
                         .returning(columns_of(*type_));
    auto rows = write(session, type_->bind_key_, statement);
    if (rows.empty()) refuse_stale(*type_, "updated");
    take(rows[0]);
}

void Record::delete_(Session& session) {
    auto statement = sql::delete_(type_->table().ref()).where(key_condition());
    if (write(session, type_->bind_key_, statement).rows_affected() == 0) refuse_stale(*type_, "deleted");
}

void Record::refresh(Session& session) {
    auto rows = read(session, type_->bind_key_, type_->query().where(key_condition()).statement());
    if (rows.empty()) refuse_stale(*type_, "read again");
    take(rows[0]);
}

std::optional<Record> Record::one(Session& session, std::string_view name) const {
    const auto& relationship = type_->relationship(name);
    for (const auto& column : relationship.columns) {
        if ((*this)[column].is_null()) return std::nullopt;
    }
    return many(name).first(session);
}

RecordQuery Record::many(std::string_view name) const {
    const auto& relationship = type_->relationship(name);
    const RecordType& target = *relationship.target;
    auto query = target.query();
    if (relationship.kind != Kind::many_to_many) {
        for (std::size_t i = 0; i < relationship.columns.size(); ++i) {
            auto own = sql::literal((*this)[relationship.columns[i]]);
            query = query.where(equal(target[relationship.target_columns[i]], own));
        }
        return query;
    }
    // Another name for the table between, which may be the target's own.
    auto between = sql::TableRef(relationship.between, type_->table().schema).alias("between_1");
    for (std::size_t i = 0; i < relationship.columns.size(); ++i) {
        auto own = sql::literal((*this)[relationship.columns[i]]);
        query = query.where(equal(between.column(relationship.between_columns[i]), own));
    }
    for (std::size_t i = 0; i < relationship.target_columns.size(); ++i) {
        query = query.where(
            equal(target[relationship.target_columns[i]], between.column(relationship.between_target_columns[i])));
    }
    return query;
}

const AutomapRelationship& Record::between(std::string_view name, const Record& other) const {
    const auto& relationship = type_->relationship(name);
    if (relationship.kind == Kind::many_to_many && relationship.target == other.type_) return relationship;
    throw ArgumentError(
        "no-table-between"_code,
        type_->name() + "." + relationship.name + " is no many-to-many with " + other.type_->name() + ".",
        "set the foreign key: record.set(\"…_id\", other[\"id\"])");
}

void Record::link(Session& session, std::string_view name, const Record& other) const {
    const auto& relationship = between(name, other);
    std::vector<sql::Assignment> values;
    for (std::size_t i = 0; i < relationship.columns.size(); ++i) {
        values.push_back({relationship.between_columns[i], sql::literal((*this)[relationship.columns[i]])});
    }
    for (std::size_t i = 0; i < relationship.target_columns.size(); ++i) {
        values.push_back({relationship.between_target_columns[i], sql::literal(other[relationship.target_columns[i]])});
    }
    auto table = sql::TableRef(relationship.between, type_->table().schema);
    write(session, type_->bind_key_, sql::insert(table).values(std::move(values)));
}

void Record::unlink(Session& session, std::string_view name, const Record& other) const {
    const auto& relationship = between(name, other);
    auto table = sql::TableRef(relationship.between, type_->table().schema);
    auto statement = sql::delete_(table);
    for (std::size_t i = 0; i < relationship.columns.size(); ++i) {
        auto own = sql::literal((*this)[relationship.columns[i]]);
        statement = statement.where(equal(table.column(relationship.between_columns[i]), own));
    }
    for (std::size_t i = 0; i < relationship.target_columns.size(); ++i) {
        auto theirs = sql::literal(other[relationship.target_columns[i]]);
        statement = statement.where(equal(table.column(relationship.between_target_columns[i]), theirs));
    }
    write(session, type_->bind_key_, statement);
}

namespace {

json json_of(const sql::Value& value) {
    auto view = value.view();
    switch (view.kind) {
        case sql::ValueKind::null: return nullptr;
        case sql::ValueKind::boolean: return view.integer != 0;
        case sql::ValueKind::integer: return view.integer;
        case sql::ValueKind::real: return view.real;
        case sql::ValueKind::text: return std::string(view.text());
        default: return sql::to_string(view);
    }
}

}  // namespace

json Record::to_json(std::initializer_list<std::string_view> columns) const {
    auto out = json::object();
    for (auto column : columns) out[column] = json_of((*this)[column]);
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

std::vector<Record> RecordQuery::all(Session& session) const {
    std::vector<Record> out;
    for (const auto& row : read(session, type_->bind_key_, statement_)) {
        Record record(*type_);
        record.take(row);
        out.push_back(std::move(record));
    }
    return out;
}

std::optional<Record> RecordQuery::first(Session& session) const {
    auto found = limit(1).all(session);
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

Record RecordQuery::one(Session& session) const {
    auto rows = read(session, type_->bind_key_, limit(2).statement());
    Record record(*type_);
    record.take(rows.one());
    return record;
}

std::int64_t RecordQuery::count(Session& session) const {
    auto counted = sql::select({sql::func::count()}).select_from(statement_.subquery());
    return read(session, type_->bind_key_, counted).scalar<std::int64_t>().value_or(0);
}

}  // namespace retort
