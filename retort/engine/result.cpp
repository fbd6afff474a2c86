// Taking all, the first, or the only row of a result.
#include "retort/engine/result.hpp"

#include "retort/base/json.hpp"
#include "retort/engine/errors.hpp"
#include "retort/sql/value_types.hpp"

namespace retort::engines {

std::vector<Row> Result::all() const {
    std::vector<Row> rows;
    rows.reserve(size());
    for (std::size_t i = 0; i < size(); ++i) rows.emplace_back(rows_, i);
    return rows;
}

void throw_no_such_row(std::size_t number, std::size_t rows) {
    throw ArgumentError("no-such-row"_code,
                        "a result of " + std::to_string(rows) + " rows has no row " + std::to_string(number) + ".",
                        "compare with size() first, or use first()");
}

Row Result::operator[](std::size_t number) const {
    if (number >= size()) throw_no_such_row(number, size());
    return Row(rows_, number);
}

std::optional<Row> Result::first() const {
    if (empty()) return std::nullopt;
    return Row(rows_, 0);
}

Row Result::one() const {
    if (auto row = one_or_none()) return *row;
    throw NoResultFound("no-result-found"_code, "the statement gave no row, and exactly one was asked for.",
                        "use one_or_none() or first() where there may be none");
}

std::optional<Row> Result::one_or_none() const {
    if (size() > 1) {
        throw MultipleResultsFound(
            "multiple-results-found"_code,
            "the statement gave " + std::to_string(size()) + " rows, and one at most was asked for.",
            "narrow the condition, or use first()");
    }
    return first();
}

std::vector<json> Result::mappings() const {
    std::vector<json> objects;
    objects.reserve(size());
    for (const auto& row : *this) {
        auto& object = objects.emplace_back(json::object());
        for (std::size_t i = 0; i < row.size(); ++i) object[row.columns()[i]] = sql::json_of(row[i]);
    }
    return objects;
}

}  // namespace retort::engines
