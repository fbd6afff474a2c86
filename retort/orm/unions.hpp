// union_, intersect, except_ and their kin: queries for the same types as one.
#pragma once

#include <vector>

#include "retort/orm/selectable.hpp"

namespace retort {

namespace orm {
template <class... Row>
Compound<Row...> combined_list(SetOperation operation, const std::vector<Select<Row...>>& queries) {
    std::vector<const SelectCore*> cores;
    for (const auto& query : queries) cores.push_back(&query.core());
    return Compound<Row...>(combined(operation, cores));
}
}  // namespace orm
/// The union of queries that were made at run time.
template <class... Row>
[[nodiscard]] Compound<Row...> union_(const std::vector<Select<Row...>>& queries) {
    return orm::combined_list(orm::SetOperation::union_, queries);
}
template <class... Row>
[[nodiscard]] Compound<Row...> union_all(const std::vector<Select<Row...>>& queries) {
    return orm::combined_list(orm::SetOperation::union_all, queries);
}
template <class Q, class... More>
[[nodiscard]] auto union_(const Q& query, const More&... others) {
    return query.combined(orm::SetOperation::union_, others...);
}
template <class Q, class... More>
[[nodiscard]] auto union_all(const Q& query, const More&... others) {
    return query.combined(orm::SetOperation::union_all, others...);
}
template <class Q, class... More>
[[nodiscard]] auto intersect(const Q& query, const More&... others) {
    return query.combined(orm::SetOperation::intersect, others...);
}
template <class Q, class... More>
[[nodiscard]] auto except_(const Q& query, const More&... others) {
    return query.combined(orm::SetOperation::except_, others...);
}
template <class Q, class... More>
[[nodiscard]] auto intersect_all(const Q& query, const More&... others) {
    return query.combined(orm::SetOperation::intersect_all, others...);
}
template <class Q, class... More>
[[nodiscard]] auto except_all(const Q& query, const More&... others) {
    return query.combined(orm::SetOperation::except_all, others...);
}

}  // namespace retort
