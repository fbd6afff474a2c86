// The operators of SQL: how each is written, how tightly it binds, what its opposite is.
#pragma once

#include <cstdint>
#include <string_view>

namespace retort::sql {

enum class Operator : std::uint8_t {
    none,
    and_,
    or_,
    not_,
    eq,
    ne,
    lt,
    le,
    gt,
    ge,
    add,
    subtract,
    multiply,
    divide,
    floor_divide,
    modulo,
    concat,
    negate,
    is,
    is_not,
    is_distinct_from,
    is_not_distinct_from,
    in,
    not_in,
    like,
    not_like,
    ilike,
    not_ilike,
    contains,
    not_contains,
    startswith,
    not_startswith,
    endswith,
    not_endswith,
    regexp_match,
    not_regexp_match,
    match,
    not_match,
    between,
    not_between,
    regexp_replace,
    exists,
    distinct,
    asc,
    desc,
    nulls_first,
    nulls_last,
    collate,
    bitwise_and,
    bitwise_or,
    bitwise_xor,
    shift_left,
    shift_right,
    bitwise_not,
    item,       ///< of an array
    slice,      ///< of an array
    json_item,  ///< of a JSON document, by key or position
    json_path,  ///< of a JSON document, several steps at once
    any_of,
    all_of,
    filter,
    comma,
    custom,
    as_boolean,  ///< never written: what a condition that stands alone is grouped against
};

/// As it stands between its operands, with its blanks: ` = `.
std::string_view operator_text(Operator op);

/// Higher binds tighter; SQLAlchemy's numbers.
int operator_precedence(Operator op);

/// Whether `inner` needs parentheses as an operand of `outer`.
bool needs_parentheses(Operator inner, Operator outer);
/// The same for an operator of the database's own.
bool needs_parentheses(int precedence, Operator outer);

/// The operator that says the contrary (`=` and `!=`); none where there is no such one.
Operator negated(Operator op);

/// Whether the operator's result is true or false.
bool is_comparison(Operator op);

}  // namespace retort::sql
