// Result: what a statement gave, with all its rows read; no cursor stays open behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "retort/engine/row.hpp"

namespace retort {
class json;
}

namespace retort::engines {

/// Throws ArgumentError("no-such-row").
[[noreturn]] void throw_no_such_row(std::size_t number, std::size_t rows);

/// The rows of a statement, the number of rows it changed, and the id it made. Copies share the rows.
class Result {
  public:
    Result(std::shared_ptr<const detail::Rows> rows, std::int64_t rows_affected, std::int64_t last_insert_id)
        : rows_(std::move(rows)), rows_affected_(rows_affected), last_insert_id_(last_insert_id) {}

    /// Whether the statement gives rows at all (a SELECT, or RETURNING).
    bool returns_rows() const { return !rows_->names().empty(); }
    const std::vector<std::string>& columns() const { return rows_->names(); }
    std::size_t size() const { return rows_->size(); }
    bool empty() const { return size() == 0; }
    /// Rows changed by an INSERT, UPDATE or DELETE.
    std::int64_t rows_affected() const { return rows_affected_; }
    /// The rowid that the last INSERT of the connection made.
    std::int64_t last_insert_id() const { return last_insert_id_; }

    RowIterator begin() const { return RowIterator(Row(rows_, 0)); }
    RowIterator end() const { return RowIterator(Row(rows_, size())); }
    /// Throws ArgumentError("no-such-row").
    Row operator[](std::size_t number) const;

    std::vector<Row> all() const;
    /// The first row, if there is one.
    std::optional<Row> first() const;
    /// The only row. Throws NoResultFound or MultipleResultsFound.
    Row one() const;
    /// The only row, or none. Throws MultipleResultsFound.
    std::optional<Row> one_or_none() const;

    /// The first column of the first row; empty when there is no row.
    template <class T = sql::Value>
    std::optional<T> scalar() const {
        if (empty()) return std::nullopt;
        return Row(rows_, 0).template get<T>(0);
    }
    /// The first column of the only row. Throws NoResultFound or MultipleResultsFound.
    template <class T = sql::Value>
    T scalar_one() const {
        return one().template get<T>(0);
    }
    template <class T = sql::Value>
    std::optional<T> scalar_one_or_none() const {
        auto row = one_or_none();
        if (!row) return std::nullopt;
        return row->template get<T>(0);
    }
    /// The first column of all rows.
    template <class T = sql::Value>
    std::vector<T> scalars() const {
        std::vector<T> values;
        values.reserve(size());
        for (const auto& row : *this) values.push_back(row.template get<T>(0));
        return values;
    }

    /// Each row as an object of JSON, by the names of its columns: `jsonify(result.mappings())`.
    std::vector<json> mappings() const;

  private:
    std::shared_ptr<const detail::Rows> rows_;
    std::int64_t rows_affected_;
    std::int64_t last_insert_id_;
};

}  // namespace retort::engines
