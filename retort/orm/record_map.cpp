// The identity map of records: finding, changing and forgetting rows that no struct describes.
#include "retort/orm/record_map.hpp"

#include <algorithm>
#include <utility>

#include "retort/engine/result.hpp"
#include "retort/engine/statement_event.hpp"
#include "retort/orm/errors.hpp"
#include "retort/orm/session_core.hpp"
#include "retort/sql/nodes.hpp"
#include "retort/sql/update.hpp"

namespace retort::orm {

namespace {

std::size_t place_of_column(const RecordType& type, std::string_view column) {
    return static_cast<std::size_t>(&type.table().column(column) - type.table().columns.data());
}

/// NULL in a key stands for no row.
bool identifies(std::span<const sql::ValueView> key) {
    return !key.empty() && std::none_of(key.begin(), key.end(), [](const auto& value) { return value.is_null(); });
}

[[noreturn]] void refuse_gone_record(const RecordType& type, const char* what) {
    throw StaleDataError("stale-data"_code,
                         "a record of " + type.name() + " was to be " + what + ", but its row is gone.",
                         "rollback(), then read the records again");
}

}  // namespace

void RecordRow::take(const engines::Row& row) {
    values.clear();
    for (const auto& value : row.values()) values.emplace_back(value);
    expired = false;
}

std::vector<sql::ValueView> RecordRow::key() const {
    std::vector<sql::ValueView> out;
    for (const auto& name : type->table().primary_key_columns()) {
        out.push_back(values[place_of_column(*type, name)].view());
    }
    return out;
}

sql::Expression RecordRow::key_condition() const {
    std::vector<sql::Expression> conditions;
    for (const auto& name : type->table().primary_key_columns()) {
        auto value = sql::literal(values[place_of_column(*type, name)]);
        conditions.push_back(sql::Expression::compare(sql::Operator::eq, (*type)[name], value));
    }
    return sql::and_(std::move(conditions));
}

bool RecordRow::differs(const std::string& column, const sql::Expression& value) const {
    const auto* bind = sql::node_cast<sql::BindNode>(value.node());
    return expired || bind == nullptr || !same_value(bind->value.view(), values[place_of_column(*type, column)].view());
}

void RecordRow::read_again(SessionCore& by) {
    auto rows =
        by.transaction().of(type->bind_key()).reader().execute(type->query().where(key_condition()).statement());
    if (rows.empty()) refuse_gone_record(*type, "read again");
    take(rows[0]);
}

RecordMap::Row RecordMap::find(const RecordType& type, std::span<const sql::ValueView> key) const {
    auto [from, to] = rows_.equal_range(hash_key(key));
    for (auto at = from; at != to; ++at) {
        const RecordRow& row = *at->second;
        if (row.type.get() != &type) continue;
        auto own = row.key();
        if (std::equal(own.begin(), own.end(), key.begin(), key.end(), same_value)) return at->second;
    }
    return nullptr;
}

void RecordMap::place(const Row& row) {
    auto key = row->key();
    if (identifies(key)) rows_.emplace(hash_key(key), row);
}

void RecordMap::take_out(const RecordRow& row) {
    auto [from, to] = rows_.equal_range(hash_key(row.key()));
    auto found = std::find_if(from, to, [&](const auto& each) { return each.second.get() == &row; });
    if (found != to) rows_.erase(found);
}

RecordMap::Row RecordMap::meet(const RecordType& type, const engines::Row& row) {
    auto read = std::make_shared<RecordRow>();
    read->type = type.kept();
    read->session = session_;
    read->take(row);
    Row known = find(type, read->key());
    if (known == nullptr) {
        place(read);
        return read;
    }
    if (known->expired) known->take(row);
    return known;
}

RecordMap::Row RecordMap::inserted(const RecordType& type, const engines::Row& row) {
    Row made = meet(type, row);
    inserted_.push_back(made);
    return made;
}

void RecordMap::attach(const Row& row) {
    if (row->session == session_) return;
    if (row->session != nullptr || find(*row->type, row->key()) != nullptr) {
        throw InvalidRequestError(
            "other-session"_code,
            "a record of " + row->type->name() + " is to be written by a session that " +
                (row->session != nullptr ? "it does not belong to." : "has another record of its row."),
            "read it by the session that writes it");
    }
    row->session = session_;
    place(row);
    if (!row->changes.empty()) note_change(row);
}

void RecordMap::note_change(const Row& row) {
    if (std::find(dirty_.begin(), dirty_.end(), row) == dirty_.end()) dirty_.push_back(row);
}

void RecordMap::note_deleted(const Row& row) {
    std::erase(dirty_, row);
    row->changes.clear();
    take_out(*row);
    row->session = nullptr;
    gone_.push_back(row);
}

void RecordMap::flush() {
    for (const auto& row : std::exchange(dirty_, {})) write_changes(row);
}

void RecordMap::write_changes(const Row& row) {
    std::vector<sql::Assignment> assignments;
    for (const auto& [column, value] : row->changes) {
        if (row->differs(column, value)) assignments.push_back({column, value});
    }
    row->changes.clear();
    if (assignments.empty()) return;
    std::vector<sql::Expression> columns;
    for (const auto& column : row->type->table().columns) columns.push_back((*row->type)[column.name]);
    auto statement = sql::update(row->type->table().ref())
                         .values(std::move(assignments))
                         .where(row->key_condition())
                         .returning(std::move(columns));
    auto rows = session_->write_rows(row->type->bind_key(), statement.ref());
    if (rows.empty()) refuse_gone_record(*row->type, "updated");
    take_out(*row);
    row->take(rows[0]);
    place(row);
}

void RecordMap::expire() noexcept {
    for (auto& [hash, row] : rows_) {
        row->expired = true;
        row->changes.clear();
    }
    dirty_.clear();
}

void RecordMap::expire_unchanged() noexcept {
    for (auto& [hash, row] : rows_) row->expired = true;
}

void RecordMap::undo_deletes() noexcept {
    for (const auto& row : std::exchange(gone_, {})) {
        row->session = session_;
        row->expired = true;
        place(row);
    }
}

void RecordMap::finish(bool committed) noexcept {
    if (!committed) {
        undo_deletes();
        for (const auto& row : inserted_) {
            take_out(*row);
            row->session = nullptr;  // it has its values still, and no row
        }
    }
    inserted_.clear();
    gone_.clear();
}

void RecordMap::forget() noexcept {
    for (auto& [hash, row] : rows_) row->session = nullptr;
    rows_.clear();
    dirty_.clear();
    inserted_.clear();
    gone_.clear();
}

}  // namespace retort::orm
