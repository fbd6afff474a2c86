// The compiler's frame: entry, names, parameters, and the dispatch over nodes.
#include "retort/sql/compiler.hpp"

#include <charconv>

#include "retort/base/suggest.hpp"
#include "retort/sql/compiler_scope.hpp"
#include "retort/sql/walk.hpp"

namespace retort::sql {

namespace {

constexpr std::string_view reserved_words[] = {
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "between",
    "binary",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "constraint",
    "create",
    "cross",
    "current_date",
    "current_role",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "new",
    "not",
    "notnull",
    "null",
    "off",
    "offset",
    "old",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "overlaps",
    "placing",
    "primary",
    "references",
    "right",
    "select",
    "session_user",
    "set",
    "similar",
    "some",
    "symmetric",
    "table",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "verbose",
    "when",
    "where",
};
constexpr WordSet reserved{reserved_words};

}  // namespace

Compiler::Compiler(CompileOptions options) : options_(options) {}
Compiler::~Compiler() = default;

void Compiled::set(std::string_view name, ValueView value) {
    bool found = false;
    for (const auto& [own, position] : named) {
        if (own != name) continue;
        parameters[position] = value;
        found = true;
    }
    if (found) return;
    std::vector<std::string_view> known;
    known.reserve(named.size());
    for (const auto& [own, position] : named) known.push_back(own);
    throw ArgumentError("unknown-statement-parameter"_code,
                        "The statement has no parameter \"" + std::string(name) + "\"",
                        did_you_mean_hint(name, known, "write it into the statement with bindparam(\"name\")"));
}

void Compiler::start() {
    out_.clear();
    out_.reserve(256);
    parameters_.clear();
    parameters_.reserve(8);
    froms_.clear();
    froms_.reserve(8);
    seen_.clear();
    seen_.reserve(16);
    numbers_.clear();
    numbers_.reserve(8);
    named_.clear();
    made_up_.clear();
    ctes_.clear();
    open_ctes_.clear();
    cte_place_ = 0;
    shortened_ = 0;
    scope_ = nullptr;
    depth_ = 0;
    names_only_ = in_from_ = in_returning_ = in_operator_ = in_lateral_ = false;
    in_literal_values_ = in_member_ = lost_distinct_on_ = false;
    product_.clear();
    queries_ = 0;
    bind_base_ = {};
}

Compiled Compiler::compile(const NodeRef& statement) {
    if (!statement) {
        throw CompileError("empty-statement"_code, "There is nothing to compile: the statement or expression is empty",
                           "build it with select(), insert(), update() or delete_()");
    }
    start();
    visit(*statement);
    if (!ctes_.empty()) prepend_ctes({cte_place_, 0, 0, false}, std::move(ctes_));
    return Compiled{std::move(out_), std::move(parameters_), std::move(named_),
                    statement,       lost_distinct_on_,      std::move(product_)};
}

void Compiler::visit(const Expression& expression) {
    if (expression.is_empty()) {
        throw CompileError("empty-expression"_code, "An empty Expression stands where a value is needed",
                           "leave it out, or write nullptr for NULL");
    }
    const Node& node = *expression.node();
    bool is_query = node.kind() == NodeKind::select || node.kind() == NodeKind::compound;
    is_query ? visit_query(node, false) : visit(node);
}

void Compiler::visit(const Node& node) {
    struct Depth {
        explicit Depth(int& of) : count(of) { ++count; }
        ~Depth() { --count; }
        int& count;
    } depth(depth_);
    if (depth_ > deepest_expression) throw_too_deep();
    switch (node.kind()) {
        case NodeKind::column: return visit_column(static_cast<const ColumnNode&>(node));
        case NodeKind::bind: return visit_bind(static_cast<const BindNode&>(node));
        case NodeKind::constant: return visit_constant(static_cast<const ConstantNode&>(node));
        case NodeKind::value_list: return visit_in_values(static_cast<const ValueListNode&>(node));
        case NodeKind::binary: return visit_binary(static_cast<const BinaryNode&>(node));
        case NodeKind::unary: return visit_unary(static_cast<const UnaryNode&>(node));
        case NodeKind::list: return visit_list(static_cast<const ListNode&>(node));
        case NodeKind::between: return visit_between(static_cast<const BetweenNode&>(node));
        case NodeKind::function: return visit_function(static_cast<const FunctionNode&>(node));
        case NodeKind::over: return visit_over(static_cast<const OverNode&>(node));
        case NodeKind::filter: return visit_filter(static_cast<const FilterNode&>(node));
        case NodeKind::ordered: return visit_ordered(static_cast<const OrderedNode&>(node));
        case NodeKind::array: return visit_array(static_cast<const ArrayNode&>(node));
        case NodeKind::sequence: return visit_sequence(static_cast<const SequenceNode&>(node));
        case NodeKind::case_: return visit_case(static_cast<const CaseNode&>(node));
        case NodeKind::cast: return visit_cast(static_cast<const CastNode&>(node));
        case NodeKind::extract: return visit_extract(static_cast<const ExtractNode&>(node));
        case NodeKind::label: return visit_label(static_cast<const LabelNode&>(node));
        case NodeKind::text: return visit_text(static_cast<const TextNode&>(node));
        case NodeKind::literal_column: return visit_literal_column(static_cast<const LiteralColumnNode&>(node));
        case NodeKind::table: return visit_table(static_cast<const TableNode&>(node));
        case NodeKind::alias: return visit_alias(static_cast<const AliasNode&>(node));
        case NodeKind::join: return visit_join(static_cast<const JoinNode&>(node));
        case NodeKind::cte: return visit_cte(static_cast<const CteNode&>(node));
        case NodeKind::values: return visit_values(static_cast<const ValuesNode&>(node));
        case NodeKind::textual: return visit(static_cast<const TextualNode&>(node).text);
        case NodeKind::select: return visit_select(static_cast<const SelectNode&>(node));
        case NodeKind::compound: return visit_compound(static_cast<const CompoundNode&>(node));
        case NodeKind::insert: return visit_insert(static_cast<const InsertNode&>(node));
        case NodeKind::update: return visit_update(static_cast<const UpdateNode&>(node));
        case NodeKind::delete_: return visit_delete(static_cast<const DeleteNode&>(node));
    }
}

const TypeCompiler& Compiler::types() const {
    static const TypeCompiler standard;
    return standard;
}

bool Compiler::is_reserved(const Identifier& name) const { return reserved.contains(name); }

void Compiler::write_name(const Identifier& name) {
    if (name.plain && !is_reserved(name)) {
        out_.append(name.text);
        return;
    }
    char mark = quote_mark();
    out_ += mark;
    for (char c : name.text) {
        if (c == mark) out_ += mark;
        out_ += c;
    }
    out_ += mark;
}

std::string Compiler::quoted(const Identifier& name) {
    std::string outer = std::exchange(out_, {});
    write_name(name);
    return std::exchange(out_, std::move(outer));
}

void Compiler::visit_names(const std::vector<Identifier>& names) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i != 0) write(", ");
        write_name(names[i]);
    }
}

void Compiler::write_integer(std::int64_t number) {
    char buffer[24];
    auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, number);
    out_.append(buffer, end);
}

void Compiler::write_mark(std::size_t) { write('?'); }

std::string Compiler::mark_name() const {
    std::string name(mark_name_.base);
    if (mark_name_.number != 0) name += "_" + std::to_string(mark_name_.number);
    if (mark_name_.item != 0) name += "_" + std::to_string(mark_name_.item);
    return name;
}

void Compiler::write_mark_for(ValueView value, MarkName name) {
    if (options_.literal_values || in_literal_values_) {
        visit_literal(value);
        return;
    }
    parameters_.push_back(value);
    mark_name_ = name;
    write_mark(parameters_.size());
}

void Compiler::visit_value(ValueView value) { write_mark_for(value, {"param", next_number("param")}); }

void Compiler::visit_bind(const BindNode& bind) {
    std::string_view base = std::exchange(bind_base_, {});
    if (bind.named) {
        const std::string& name = static_cast<const NamedBindNode&>(bind).name;
        if (!name.empty() && !options_.literal_values) named_.emplace_back(name, parameters_.size());
        if (!name.empty()) return write_mark_for(bind.value.view(), {name});
    }
    if (base.empty()) base = "param";
    write_mark_for(bind.value.view(), {base, next_number(base)});
}

void Compiler::write_text(std::string_view text) {
    out_ += '\'';
    for (char c : text) {
        if (c == '\'') out_ += '\'';
        out_ += c;
    }
    out_ += '\'';
}

void Compiler::visit_literal(const ValueView& value) {
    switch (value.kind) {
        case ValueKind::boolean:
            return write(has_boolean_words() ? (value.integer ? "true" : "false") : (value.integer ? "1" : "0"));
        case ValueKind::text: return write_text(value.text());
        case ValueKind::blob: {
            constexpr char digits[] = "0123456789ABCDEF";
            write("X'");
            for (char c : value.text()) {
                write(digits[static_cast<unsigned char>(c) >> 4]);
                write(digits[static_cast<unsigned char>(c) & 15]);
            }
            return write('\'');
        }
        default: return write(to_string(value));
    }
}

int Compiler::next_number(std::string_view base) {
    for (Number& number : numbers_) {
        if (number.base == base) return number.next++;
    }
    numbers_.push_back({base, 2});
    return 1;
}

const std::string& Compiler::made_up_name(const Node& node, std::string_view base) {
    for (const auto& [known, name] : made_up_) {
        if (known == &node) return name;
    }
    // `base` is a view of a node's own name, or a constant: `numbers_` keeps it.
    std::string name(base);
    name += '_';
    name += std::to_string(next_number(base));
    made_up_.emplace_back(&node, shortened(std::move(name)));
    return made_up_.back().second;
}

const std::string& Compiler::made_up_name(const AliasNode& alias) {
    const auto* table = node_cast<TableNode>(alias.element.get());
    return made_up_name(alias, table ? std::string_view(table->name.text) : std::string_view("anon"));
}

/// Names that the compiler makes must fit the database; two that are cut alike get different numbers.
std::string Compiler::shortened(std::string name) {
    std::size_t longest = longest_label() - 6;
    if (name.size() <= longest) return name;
    constexpr char digits[] = "0123456789abcdef";
    std::string number;
    for (int left = ++shortened_; left > 0; left /= 16) number.insert(number.begin(), digits[left % 16]);
    while (longest > 0 && (static_cast<unsigned char>(name[longest]) & 0xC0) == 0x80) --longest;
    name.resize(longest);
    return name + '_' + number;
}

}  // namespace retort::sql
