// How functions are written, and what makes windows and aggregates of them.
#include "retort/sql/compiler.hpp"
#include "retort/sql/compiler_scope.hpp"

namespace retort::sql {

namespace {

struct Spelling {
    std::string_view name;
    std::string_view text;
};

/// Functions that the standard writes without brackets.
constexpr Spelling bare_functions[] = {
    {"current_date", "CURRENT_DATE"},
    {"current_time", "CURRENT_TIME"},
    {"current_timestamp", "CURRENT_TIMESTAMP"},
    {"current_user", "CURRENT_USER"},
    {"localtime", "LOCALTIME"},
    {"localtimestamp", "LOCALTIMESTAMP"},
    {"session_user", "SESSION_USER"},
    {"sysdate", "sysdate"},
    {"user", "USER"},
    {"count", "count(*)"},
};

/// Those that are words rather than names.
constexpr Spelling words[] = {{"cube", "CUBE"}, {"rollup", "ROLLUP"}, {"grouping_sets", "GROUPING SETS"}};

template <std::size_t count>
std::string_view spelling(const Spelling (&list)[count], std::string_view name) {
    for (const Spelling& one : list) {
        if (one.name == name) return one.text;
    }
    return {};
}

bool is_word(std::string_view name) {
    for (char c : name) {
        bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
        if (!fits) return false;
    }
    return !name.empty();
}

}  // namespace

/// `schema.package.name`; parts that are no words stand in quotes.
void Compiler::write_function_name(const FunctionNode& function) {
    std::string_view name = function.name.text;
    if (std::string_view word = spelling(words, name); !word.empty()) return write(word);
    if (is_word(name)) return write(name);
    while (true) {
        std::size_t dot = name.find('.');
        std::string_view part = name.substr(0, dot);
        is_word(part) ? write(part) : write_name(Identifier(part));
        if (dot == std::string_view::npos) return;
        write('.');
        name.remove_prefix(dot + 1);
    }
}

void Compiler::visit_function(const FunctionNode& function) {
    if (function.arguments.empty()) {
        if (std::string_view text = spelling(bare_functions, function.name.text); !text.empty()) return write(text);
    }
    write_function_name(function);
    write('(');
    for (std::size_t i = 0; i < function.arguments.size(); ++i) {
        if (i != 0) write(", ");
        if (is_bind(function.arguments[i].node())) bind_base_ = function.name.text;
        visit_operand(function.arguments[i], Operator::comma);
    }
    write(')');
}

void Compiler::visit_filter(const FilterNode& filter) {
    visit(filter.function);
    write(" FILTER (WHERE ");
    bool one = filter.conditions.size() == 1;
    one ? visit(filter.conditions.front()) : visit_conditions(filter.conditions);
    write(')');
}

void Compiler::visit_ordered(const OrderedNode& ordered) {
    visit(ordered.operand);
    write(ordered.within_group ? " WITHIN GROUP (ORDER BY " : " ORDER BY ");
    visit_delimited(ordered.order_by, Operator::comma);
    if (ordered.within_group) write(')');
}

void Compiler::visit_bound(std::optional<std::int64_t> bound, bool start) {
    if (bound == 0) return write("CURRENT ROW");
    if (!bound) return write(start ? "UNBOUNDED PRECEDING" : "UNBOUNDED FOLLOWING");
    visit_value(ValueView::of(*bound < 0 ? -*bound : *bound));
    write(*bound < 0 ? " PRECEDING" : " FOLLOWING");
}

void Compiler::visit_frame(const Frame& frame) {
    write(frame.unit == Frame::Unit::rows ? "ROWS BETWEEN " : "RANGE BETWEEN ");
    visit_bound(frame.start, true);
    write(" AND ");
    visit_bound(frame.end, false);
}

void Compiler::visit_over(const OverNode& over) {
    visit(over.function);
    write(" OVER (");
    std::string_view gap;
    if (!over.partition_by.empty()) {
        write("PARTITION BY ");
        visit_delimited(over.partition_by, Operator::comma);
        gap = " ";
    }
    if (!over.order_by.empty()) {
        write(gap);
        write("ORDER BY ");
        visit_delimited(over.order_by, Operator::comma);
        gap = " ";
    }
    if (over.frame.unit != Frame::Unit::none) {
        write(gap);
        visit_frame(over.frame);
    }
    write(')');
}

}  // namespace retort::sql
