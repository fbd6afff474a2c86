// The table of operators.
#include "retort/sql/operators.hpp"

#include <array>
#include <cstddef>

namespace retort::sql {

namespace {

struct Row {
    Operator op;
    std::string_view text;
    int precedence;
    Operator negated;
};

constexpr int smallest = -100;
constexpr int largest = 100;
using enum Operator;

constexpr Row table[] = {
    {none, "", largest, none},
    {and_, " AND ", 3, none},
    {or_, " OR ", 2, none},
    {not_, "NOT ", 5, none},
    {eq, " = ", 5, ne},
    {ne, " != ", 5, eq},
    {lt, " < ", 5, ge},
    {le, " <= ", 5, gt},
    {gt, " > ", 5, le},
    {ge, " >= ", 5, lt},
    {add, " + ", 7, none},
    {subtract, " - ", 7, none},
    {multiply, " * ", 8, none},
    {divide, " / ", 8, none},
    {floor_divide, " / ", 8, none},
    {modulo, " % ", 8, none},
    {concat, " || ", 6, none},
    {negate, "-", 8, none},
    {is, " IS ", 5, is_not},
    {is_not, " IS NOT ", 5, is},
    {is_distinct_from, " IS DISTINCT FROM ", 5, is_not_distinct_from},
    {is_not_distinct_from, " IS NOT DISTINCT FROM ", 5, is_distinct_from},
    {in, " IN ", 5, not_in},
    {not_in, " NOT IN ", 5, in},
    {like, " LIKE ", 5, not_like},
    {not_like, " NOT LIKE ", 5, like},
    {ilike, " ILIKE ", 5, not_ilike},
    {not_ilike, " NOT ILIKE ", 5, ilike},
    {contains, " LIKE ", smallest, not_contains},
    {not_contains, " NOT LIKE ", smallest, contains},
    {startswith, " LIKE ", smallest, not_startswith},
    {not_startswith, " NOT LIKE ", smallest, startswith},
    {endswith, " LIKE ", smallest, not_endswith},
    {not_endswith, " NOT LIKE ", smallest, endswith},
    {regexp_match, " <regexp> ", 5, not_regexp_match},
    {not_regexp_match, " <not regexp> ", 5, regexp_match},
    {match, " MATCH ", 5, not_match},
    {not_match, " MATCH ", 5, match},
    {between, " BETWEEN ", 5, not_between},
    {not_between, " NOT BETWEEN ", 5, between},
    {regexp_replace, "", 5, none},
    {exists, "EXISTS ", 0, none},
    {distinct, "DISTINCT ", 5, none},
    {asc, " ASC", 3, none},
    {desc, " DESC", 3, none},
    {nulls_first, " NULLS FIRST", smallest, none},
    {nulls_last, " NULLS LAST", smallest, none},
    {collate, " COLLATE ", 4, none},
    {bitwise_and, " & ", 7, none},
    {bitwise_or, " | ", 7, none},
    {bitwise_xor, " ^ ", 7, none},
    {shift_left, " << ", 7, none},
    {shift_right, " >> ", 7, none},
    {bitwise_not, "~", 8, none},
    {item, "", 15, none},
    {slice, ":", 15, none},
    {json_item, "", 15, none},
    {json_path, "", 15, none},
    {any_of, "ANY ", 15, none},
    {all_of, "ALL ", 15, none},
    {filter, "", 6, none},
    {comma, ", ", -1, none},
    {custom, "", 0, none},
    {as_boolean, "", -10, none},
};

constexpr bool in_order() {
    for (std::size_t i = 0; i < std::size(table); ++i) {
        if (static_cast<std::size_t>(table[i].op) != i) return false;
    }
    return true;
}
static_assert(in_order() && std::size(table) == static_cast<std::size_t>(as_boolean) + 1, "one row for each operator");

constexpr const Row& row(Operator op) { return table[static_cast<std::size_t>(op)]; }

}  // namespace

std::string_view operator_text(Operator op) { return row(op).text; }

int operator_precedence(Operator op) { return row(op).precedence; }

bool needs_parentheses(Operator inner, Operator outer) {
    bool chains = inner == add || inner == multiply || inner == concat || inner == Operator::and_ ||
                  inner == Operator::or_ || inner == json_item || inner == json_path;
    if (inner == outer && chains) return false;
    return needs_parentheses(row(inner).precedence, outer);
}

bool needs_parentheses(int precedence, Operator outer) {
    // What has no place in the order takes nothing without parentheses.
    int around = row(outer).precedence == smallest ? largest : row(outer).precedence;
    return precedence <= around;
}

Operator negated(Operator op) { return row(op).negated; }

bool is_comparison(Operator op) { return (op >= eq && op <= ge) || (op >= is && op <= not_between); }

}  // namespace retort::sql
