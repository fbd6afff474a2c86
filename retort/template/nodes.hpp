// The tree of a template: what the parser makes, the compiler completes and the renderer walks.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/template/operations.hpp"

namespace retort::templates {

/// Memory that is given back all at once; nothing in it has a destructor.
class Arena {
  public:
    void* allocate(std::size_t size);
    template <class T, class... Arguments>
    T* make(Arguments&&... arguments) {
        return new (allocate(sizeof(T))) T(std::forward<Arguments>(arguments)...);
    }
    template <class T>
    std::span<T> copy(const std::vector<T>& items) {
        T* place = static_cast<T*>(allocate(sizeof(T) * items.size()));
        for (std::size_t at = 0; at < items.size(); ++at) new (place + at) T(items[at]);
        return {place, items.size()};
    }
    std::string_view text(std::string_view text);
    /// A value that lives as long as the arena.
    const Value* keep(Value value) { return &values_.emplace_back(std::move(value)); }

  private:
    std::vector<std::unique_ptr<std::byte[]>> blocks_;
    std::deque<Value> values_;
    std::size_t left_ = 0;
    std::byte* next_ = nullptr;
};

enum class NodeKind : std::uint8_t {
    // expressions
    constant,
    name,
    attribute,
    item,
    slice,
    call,
    filter,
    test,
    not_,
    negative,
    positive,
    arithmetic,
    and_,
    or_,
    compare,
    concat,
    conditional,
    list,
    tuple,
    dict,
    space_target,
    data,
    // statements
    output,
    for_,
    if_,
    with,
    autoescape,
    block,
    extends,
    include,
    import,
    from_import,
    set,
    set_block,
    macro,
    call_block,
    filter_block,
    do_,
    break_,
    continue_,
};

struct Node {
    Node(NodeKind kind, int line) : kind(kind), line(line) {}
    NodeKind kind;
    std::int32_t line;
};
struct Expression : Node {
    using Node::Node;
};
using Expressions = std::span<Expression*>;
struct Statement : Node {
    using Node::Node;
};
using Body = std::span<Statement*>;

/// Where a variable lives: so many functions outwards, and its place there.
struct Slot {
    std::uint16_t outward = 0;
    std::uint16_t place = 0;
};

/// How what is printed is escaped: known when compiled, unless {% autoescape %} computes it.
enum class Escaping : std::uint8_t { none, html, computed };

struct Constant : Expression {
    Constant(int line, const Value* value) : Expression(NodeKind::constant, line), value(value) {}
    const Value* value;
};
/// Text between tags.
struct Data : Expression {
    Data(int line, std::string_view text) : Expression(NodeKind::data, line), text(text) {}
    std::string_view text;
};
struct Name : Expression {
    enum class Use : std::uint8_t { load, store, parameter };
    Name(int line, std::string_view name) : Expression(NodeKind::name, line), name(name) {}
    std::string_view name;
    Use use = Use::load;
    Slot slot;
};
/// What `loop` has.
enum class LoopField : std::uint8_t {
    none,
    index,
    index0,
    revindex,
    revindex0,
    first,
    last,
    length,
    depth,
    depth0,
    previtem,
    nextitem,
    cycle,
    changed,
};
struct Attribute : Expression {
    Attribute(int line, Expression* of, std::string_view name)
        : Expression(NodeKind::attribute, line), of(of), name(name) {}
    Expression* of;
    std::string_view name;
    LoopField loop_field = LoopField::none;
    /// The member that was found last; describes constant data, so that any thread may set it.
    mutable std::atomic<const Member*> known{nullptr};
};
struct Item : Expression {
    Item(int line, Expression* of, Expression* key) : Expression(NodeKind::item, line), of(of), key(key) {}
    Expression *of, *key;
};
struct Slice : Expression {
    explicit Slice(int line) : Expression(NodeKind::slice, line) {}
    Expression *start = nullptr, *stop = nullptr, *step = nullptr;
};
struct KeywordNode {
    std::string_view name;
    Expression* value;
};
struct Arguments {
    Expressions positional;
    std::span<KeywordNode> keywords;
    Expression *more = nullptr, *more_keywords = nullptr;
};
struct CallNode : Expression {
    CallNode(int line, Expression* callee, Arguments arguments)
        : Expression(NodeKind::call, line), callee(callee), arguments(arguments) {}
    Expression* callee;
    Arguments arguments;
};
/// A filter, or a test.
struct Applied : Expression {
    Applied(NodeKind kind, int line, Expression* of, std::string_view name, Arguments arguments)
        : Expression(kind, line), of(of), name(name), arguments(arguments) {}
    Expression* of;  ///< null: what the block around it made
    std::string_view name;
    Arguments arguments;
    const Function* function = nullptr;  ///< null: there is none, which matters only when it is called
};
struct Unary : Expression {
    Unary(NodeKind kind, int line, Expression* of) : Expression(kind, line), of(of) {}
    Expression* of;
};
struct Binary : Expression {
    Binary(NodeKind kind, int line, Expression* left, Expression* right, Operator op = Operator::add)
        : Expression(kind, line), left(left), right(right), op(op) {}
    Expression *left, *right;
    Operator op;
};
enum class Comparison : std::uint8_t { eq, ne, lt, lteq, gt, gteq, in, not_in };
struct Operand {
    Comparison op;
    Expression* right;
};
struct Compare : Expression {
    Compare(int line, Expression* first, std::span<Operand> rest)
        : Expression(NodeKind::compare, line), first(first), rest(rest) {}
    Expression* first;
    std::span<Operand> rest;
};
/// Several expressions: a concatenation, a list or a tuple.
struct Several : Expression {
    Several(NodeKind kind, int line, Expressions items) : Expression(kind, line), items(items) {}
    Expressions items;
    Escaping escaping = Escaping::none;
};
struct Conditional : Expression {
    Conditional(int line, Expression* test, Expression* then, Expression* otherwise)
        : Expression(NodeKind::conditional, line), test(test), then(then), otherwise(otherwise) {}
    Expression *test, *then, *otherwise;
};
using PairNode = std::pair<Expression*, Expression*>;
struct DictNode : Expression {
    DictNode(int line, std::span<PairNode> pairs) : Expression(NodeKind::dict, line), pairs(pairs) {}
    std::span<PairNode> pairs;
};
/// `{% set space.name = … %}`.
struct SpaceTarget : Expression {
    SpaceTarget(int line, Name* space, std::string_view name)
        : Expression(NodeKind::space_target, line), space(space), name(name) {}
    Name* space;
    std::string_view name;
};

/// What happens to variables when a scope is entered.
struct Entry {
    enum class From : std::uint8_t { context, outer, nothing };
    std::uint16_t place;
    From from;
    Slot outer;
    std::string_view name;
};
using Entries = std::span<Entry>;
/// A variable under its name, as includes and scoped blocks see it.
struct Local {
    std::string_view name;
    Slot slot;
};
using Locals = std::span<Local>;

/// What is called with variables of its own: a template, a block, a macro, a recursive loop.
struct FunctionCode {
    std::string_view name;
    FunctionCode* outer = nullptr;
    std::uint16_t places = 0;
    bool has_inner = false;
    Entries entries;
    Body body;
    std::int32_t self_place = -1, super_place = -1;
};

struct Output : Statement {
    Output(int line, Expressions parts) : Statement(NodeKind::output, line), parts(parts) {}
    Expressions parts;
    Escaping escaping = Escaping::none;
    bool only_without_parent = false;
};
struct For : Statement {
    explicit For(int line) : Statement(NodeKind::for_, line) {}
    Expression *target = nullptr, *test_target = nullptr, *iterable = nullptr, *test = nullptr;
    Body body, otherwise;
    bool recursive = false;
    std::int32_t loop_place = -1;
    Entries entries, test_entries, else_entries;
    Entries steady_entries;        ///< what no turn of the loop changes
    FunctionCode* code = nullptr;  ///< of a recursive loop
    Escaping escaping = Escaping::none;
};
struct If : Statement {
    explicit If(int line) : Statement(NodeKind::if_, line) {}
    Expression* test = nullptr;
    Body body, otherwise;
    std::span<If*> others;
};
struct With : Statement {
    explicit With(int line) : Statement(NodeKind::with, line) {}
    Expressions targets, values;
    Body body;
    Entries entries;
};
struct Autoescape : Statement {
    explicit Autoescape(int line) : Statement(NodeKind::autoescape, line) {}
    Expression* value = nullptr;
    Body body;
    Entries entries;
};
struct Block : Statement {
    explicit Block(int line) : Statement(NodeKind::block, line) {}
    std::string_view name;
    bool scoped = false, required = false;
    Body body;
    FunctionCode code;
    Locals locals;
    bool only_without_parent = false, never = false;
};
struct Extends : Statement {
    explicit Extends(int line) : Statement(NodeKind::extends, line) {}
    Expression* parent = nullptr;
};
struct Include : Statement {
    explicit Include(int line) : Statement(NodeKind::include, line) {}
    Expression* template_ = nullptr;
    bool ignore_missing = false, with_context = true;
    Locals locals;
};
struct ImportedName {
    std::string_view name;
    Name* target;
};
/// `import … as` and `from … import`.
struct Import : Statement {
    Import(NodeKind kind, int line) : Statement(kind, line) {}
    Expression* template_ = nullptr;
    bool with_context = false, top_level = false;
    Name* target = nullptr;
    std::span<ImportedName> names;
    Locals locals;
};
struct Set : Statement {
    explicit Set(int line) : Statement(NodeKind::set, line) {}
    Expression *target = nullptr, *value = nullptr;
    bool top_level = false;
};
struct SetBlock : Statement {
    explicit SetBlock(int line) : Statement(NodeKind::set_block, line) {}
    Expression* target = nullptr;
    Applied* filter = nullptr;
    Body body;
    Entries entries;
    bool top_level = false;
};
/// A macro, or the body of a call block.
struct MacroNode : Statement {
    MacroNode(NodeKind kind, int line) : Statement(kind, line) {}
    Name* target = nullptr;  ///< null for a call block
    std::span<Name*> parameters;
    Expressions defaults;
    Body body;
    FunctionCode code;
    std::int32_t caller = -1, kwargs = -1, varargs = -1;  ///< the places of the special parameters
    bool explicit_caller = false;
    bool top_level = false;
    CallNode* call = nullptr;  ///< of a call block
    Escaping escaping = Escaping::none;
};
struct FilterBlock : Statement {
    explicit FilterBlock(int line) : Statement(NodeKind::filter_block, line) {}
    Applied* filter = nullptr;
    Body body;
    Entries entries;
    Escaping escaping = Escaping::none;
};
struct Do : Statement {
    Do(int line, Expression* value) : Statement(NodeKind::do_, line), value(value) {}
    Expression* value;
};
struct LoopControl : Statement {
    using Statement::Statement;
};

}  // namespace retort::templates
