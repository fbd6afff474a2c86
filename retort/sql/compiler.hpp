// The compiler: statements and expressions to SQL text and its parameters, in one pass over one string.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/sql/delete.hpp"
#include "retort/sql/insert.hpp"
#include "retort/sql/nodes.hpp"
#include "retort/sql/select.hpp"
#include "retort/sql/type_compiler.hpp"
#include "retort/sql/update.hpp"
#include "retort/sql/word_set.hpp"

namespace retort::sql {

/// A statement as a driver takes it.
struct Compiled {
    std::string text;
    /// One for each mark in `text`, in order. Their bytes belong to `statement`, so they live as long as this does.
    std::vector<ValueView> parameters;
    /// Positions in `parameters` whose values are given when it runs (bindparam, Insert::columns), with their names.
    std::vector<std::pair<std::string, std::size_t>> named;
    NodeRef statement;
    /// The columns of a DISTINCT ON were left out, which this database does not have.
    bool lost_distinct_on = false;
    /// Which tables a query in it reads together although no condition links them, in a sentence; empty: none.
    std::string product;

    /// Gives a value to every parameter of that name. `value` must outlive the execution.
    /// Throws ArgumentError("unknown-statement-parameter") when there is none.
    void set(std::string_view name, ValueView value);
};

struct CompileOptions {
    bool literal_values = false;  ///< values stand in the text: for DDL and for people
    bool table_names = true;      ///< columns with their table's name; DDL goes without
};

/// Writes standard SQL. A dialect derives from it and overrides the visits that differ.
///
/// One object compiles one statement at a time; making one is cheap, keeping one saves nothing.
class Compiler {
  public:
    explicit Compiler(CompileOptions options = {});
    virtual ~Compiler();
    Compiler(const Compiler&) = delete;
    Compiler& operator=(const Compiler&) = delete;

    Compiled compile(const Select& statement) { return compile(statement.ref()); }
    Compiled compile(const Insert& statement) { return compile(statement.ref()); }
    Compiled compile(const Update& statement) { return compile(statement.ref()); }
    Compiled compile(const Delete& statement) { return compile(statement.ref()); }
    Compiled compile(const Expression& expression) { return compile(expression.ref()); }
    Compiled compile(const NodeRef& statement);

    /// The name, in quotes when it needs them.
    std::string quoted(const Identifier& name);

    virtual const TypeCompiler& types() const;

  protected:
    // What dialects differ in most.
    /// As fragments and hints name it: "sqlite", "postgresql", "mysql".
    virtual std::string_view dialect_name() const { return "default"; }
    virtual char quote_mark() const { return '"'; }
    virtual bool is_reserved(const Identifier& name) const;
    /// The mark of the parameter that comes next: `?`, `$1`, `%s`.
    virtual void write_mark(std::size_t position);
    /// What that parameter is called where marks are names: `name_1`.
    std::string mark_name() const;
    /// Whether `true` and `false` are words, and a boolean column a condition.
    virtual bool has_native_boolean() const { return true; }
    /// Whether `true` and `false` are words at least.
    virtual bool has_boolean_words() const { return has_native_boolean(); }
    virtual bool has_ilike() const { return false; }
    /// Made-up names and labels are cut to fewer characters than this.
    virtual std::size_t longest_label() const { return 9999; }
    virtual std::string_view inner_join() const { return " JOIN "; }
    /// Whether WITH stands before the SELECT of an INSERT instead of before the INSERT.
    virtual bool cte_follows_insert() const { return false; }
    /// Whether UPDATE names all its tables at once: `UPDATE a, b SET a.x = …`.
    virtual bool updates_several_tables() const { return false; }
    virtual void write_text(std::string_view text);
    /// Whether `/` between integers drops the remainder.
    virtual bool divides_integers() const { return true; }
    /// Whether a list of tuples is written `(VALUES (…), (…))`.
    virtual bool has_values_in_tuples() const { return false; }
    /// Whether the columns of VALUES get their names as in `(VALUES (…)) AS v (a, b)`.
    virtual bool has_named_values() const { return true; }
    /// Whether marks are counted off (`?`), so that parameters stand in the order of the text; false for `$1`.
    virtual bool has_positional_marks() const { return true; }
    /// Whether RETURNING names columns with their table.
    virtual bool returning_names_table() const { return true; }
    /// What stands for FROM before a WHERE when no table is named.
    virtual std::string_view no_from() const { return {}; }
    virtual void visit_limit(const QueryNode& query);
    virtual void visit_for_update(const ForUpdate& options);
    virtual void visit_distinct_on(const std::vector<Expression>& expressions);
    /// What stands between the parentheses of IN when there is no value.
    virtual void visit_empty_set(bool negated, std::size_t width);
    /// A query without rows, for an empty list in text.
    virtual void write_empty_list();
    virtual void visit_default_values();
    virtual void visit_returning(const std::vector<Expression>& columns);
    virtual void visit_conflict(const InsertNode& insert);
    /// MySQL's ON DUPLICATE KEY UPDATE.
    virtual void visit_duplicate(const InsertNode& insert);
    virtual void visit_fetch(const QueryNode& query);
    /// A member of a union, in parentheses where it has clauses of its own or is a union.
    virtual void visit_member(const QueryNode& query, bool grouped);
    /// A table with a hint of `with_hint`.
    virtual void visit_hinted(const Node& table, std::string_view hint);
    virtual void visit_write_limit(std::int64_t) {}
    /// Whether the conditions of ON CONFLICT (…) WHERE must be those of the index to the letter.
    virtual bool conflict_target_is_literal() const { return false; }
    virtual void visit_literal(const ValueView& value);
    /// The tables beyond its own that the conditions of an UPDATE or DELETE name.
    virtual void visit_update_froms(const std::vector<const Node*>& froms);
    virtual void visit_delete_froms(const DeleteNode& node, const std::vector<const Node*>& froms);

    // Expressions.
    virtual void visit_column(const ColumnNode& column);
    virtual void visit_bind(const BindNode& bind);
    virtual void visit_constant(const ConstantNode& constant);
    virtual void visit_binary(const BinaryNode& binary);
    virtual void visit_divide(const BinaryNode& binary);
    virtual void visit_floor_divide(const BinaryNode& binary);
    virtual void visit_concat(const BinaryNode& binary);
    virtual void visit_like(const BinaryNode& binary, bool negated);
    virtual void visit_ilike(const BinaryNode& binary, bool negated);
    /// `contains`, `startswith`, `endswith`.
    virtual void visit_affix(const BinaryNode& binary);
    void visit_like_operand(const Expression& side, const Expression& other, Operator outer, bool lowered);
    virtual void visit_affix_pattern(const BinaryNode& binary, bool before, bool after);
    virtual void visit_regexp(const RegexpNode& regexp, bool negated);
    virtual void visit_regexp_replace(const RegexpNode& regexp);
    /// `REGEXP_REPLACE(text, pattern, replacement, flags)`.
    void write_regexp_replace(std::string_view function, const RegexpNode& regexp, bool with_flags = true);
    virtual void visit_match(const BinaryNode& binary);
    virtual void visit_bitwise(const BinaryNode& binary);
    virtual void visit_json(const JsonNode& json);
    virtual void visit_item(const BinaryNode& binary);
    virtual void visit_array(const ArrayNode& array);
    virtual void visit_sequence(const SequenceNode& sequence);
    virtual void visit_distinct_from(const BinaryNode& binary, bool negated);
    virtual void visit_in(const BinaryNode& binary, bool negated);
    virtual void visit_unary(const UnaryNode& unary);
    virtual void visit_list(const ListNode& list);
    virtual void visit_between(const BetweenNode& between);
    virtual void visit_function(const FunctionNode& function);
    virtual void visit_over(const OverNode& over);
    virtual void visit_filter(const FilterNode& filter);
    virtual void visit_ordered(const OrderedNode& ordered);
    virtual void visit_case(const CaseNode& node);
    virtual void visit_cast(const CastNode& cast);
    virtual void visit_extract(const ExtractNode& extract);
    virtual void visit_label(const LabelNode& label);
    virtual void visit_text(const TextNode& text);
    virtual void visit_literal_column(const LiteralColumnNode& literal);
    /// A boolean value where a condition stands: itself, or `x = 1`.
    virtual void visit_as_boolean(const Expression& value, bool wanted);

    // What stands in FROM.
    virtual void visit_table(const TableNode& table);
    virtual void visit_alias(const AliasNode& alias);
    virtual void visit_join(const JoinNode& join);
    virtual void visit_cte(const CteNode& cte);

    // Statements.
    virtual void visit_select(const SelectNode& select);
    virtual void visit_compound(const CompoundNode& compound);
    virtual void visit_insert(const InsertNode& insert);
    virtual void visit_update(const UpdateNode& update);
    virtual void visit_delete(const DeleteNode& node);

    // What overrides write with.
    void write(std::string_view text) { out_.append(text); }
    void write(char c) { out_.push_back(c); }
    void write_integer(std::int64_t number);
    void write_name(const Identifier& name);
    void write_name(const std::string& name) { write_name(Identifier(name)); }
    /// By its kind, without grouping.
    void visit(const Expression& expression);
    void visit(const Node& node);
    /// In parentheses where it needs them as an operand of `outer`.
    /// `precedence`: of an operator of the database's own.
    void visit_operand(const Expression& operand, Operator outer, int precedence = 0);
    /// In parentheses unless it is a single word.
    void visit_grouped(const Expression& operand);
    void visit_condition(const Expression& condition, Operator outer);
    void visit_conditions(const std::vector<Expression>& conditions);
    void visit_delimited(const std::vector<Expression>& expressions, Operator outer = Operator::none);
    void visit_parenthesised(const std::vector<Expression>& expressions);
    /// One side of an operator; a parameter there is named after the other side.
    void visit_side(const Expression& side, const Expression& other, Operator outer, int precedence = 0);
    void visit_generic(const BinaryNode& binary, std::string_view symbol);
    /// Whether what is written now is an operand of another operator.
    bool in_operator() const { return in_operator_; }
    void visit_limit_rows(const QueryNode& query);
    void visit_offset_rows(const QueryNode& query);
    static bool has_limit(const QueryNode& query);
    static bool has_offset(const QueryNode& query);
    void visit_froms(const std::vector<const Node*>& froms);
    void visit_assignments(const std::vector<std::pair<Identifier, Expression>>& assignments, std::string_view equals);
    /// The name under which columns of that table stand.
    void write_column_table(const Node& table);
    /// A parameter that the compiler makes up, such as a LIMIT.
    void visit_value(ValueView value);
    void visit_names(const std::vector<Identifier>& names);
    const CompileOptions& options() const { return options_; }
    const std::string& output() const { return out_; }

  private:
    struct Scope;
    struct Seen;
    struct Number;
    struct WrittenCte;
    /// `base_number_item`, without what is 0; views of names that nodes own.
    struct MarkName {
        std::string_view base = "param";
        int number = 0;
        std::size_t item = 0;
    };

    void start();

    // Expressions.
    void visit_symbol(const SymbolNode& node);
    void visit_in_values(const ValueListNode& list);
    void visit_branches(const CaseNode& node);
    void visit_frame(const Frame& frame);
    void visit_bound(std::optional<std::int64_t> bound, bool start);
    void visit_tuples(const ListNode& list);
    void visit_query(const Node& query, bool in_from);
    bool needs_group(const Node& operand, Operator outer, int precedence) const;
    void visit_escape(char escape);
    void write_alias_name(const AliasNode& alias);
    const std::string& made_up_name(const AliasNode& alias);
    const std::string& made_up_name(const Node& node, std::string_view base);
    const std::string& made_up_label(const Node& column);
    std::string shortened(std::string name);
    void write_function_name(const FunctionNode& function);
    void visit_special_column(const ColumnNode& column);
    int next_number(std::string_view base);
    void write_mark_for(ValueView value, MarkName name);

    // SELECT.
    void collect_froms(const Expression& expression, std::size_t begin);
    void collect_froms(const std::vector<Expression>& expressions, std::size_t begin);
    void add_from(const Node* from, std::size_t begin);
    void settle_froms(Scope& scope, const SelectNode& select);
    void look_for_product(const Scope& scope, const SelectNode& select);
    void hide_joined(Scope& scope);
    bool is_correlated(const Scope& scope, const SelectNode& select, const Node* from) const;
    void correlate(Scope& scope, const SelectNode& select);
    void keep_froms(Scope& scope, const std::vector<bool>& kept);
    bool scope_contains(const Scope& scope, const Node* from) const;
    void visit_select_column(const Expression& column);
    void visit_own_column(const ColumnNode& column);
    void visit_expression_column(const Expression& column);
    void write_qualified_label(const ColumnNode& column);
    void write_made_up_label(const ColumnNode& column);
    std::string label_of(const Node& column, std::string_view base);
    void visit_bounds(const QueryNode& query);
    void write_repeated_label(std::string_view base);
    const Seen* find_seen(std::string_view name) const;
    void visit_froms(const Scope& scope);
    void visit_from(const Node& from);
    void visit_detailed_alias(const AliasNode& alias, const AliasDetails& details);
    void visit_values(const ValuesNode& values);
    void visit_unnamed_values(const AliasNode& alias, const AliasDetails& details);
    void visit_alias_columns(const AliasDetails& details);
    void write_fragments(const std::vector<Fragment>& fragments);
    void write_suffixes(const QueryExtras& extras);
    void write_hints(const std::vector<Fragment>& hints);
    void define_ctes(const std::vector<NodeRef>& ctes);
    void define_cte(const CteNode& cte, const Node* root);
    void write_cte_name(const CteNode& cte);
    void visit_cte_body(const CteNode& cte);
    void visit_select_body(const SelectNode& select, const Scope& scope);
    void visit_order_by(const std::vector<Expression>& expressions);
    void visit_order_term(const Expression& expression, Operator outer);
    void visit_label_reference(const ColumnNode& reference);

    // Other statements.
    void visit_rows(const InsertNode& insert);
    void visit_parameters(const std::vector<Identifier>& columns);
    void visit_conflict_target(const InsertNode& insert);
    void visit_set(const UpdateNode& update, bool several);
    void visit_written(const TableRef& table, const WriteExtras* extras);
    void visit_write_tail(const std::vector<Expression>& conditions, const std::vector<Expression>& returning,
                          const WriteExtras* extras);
    std::vector<const Node*> other_froms(const TableRef& table, const std::vector<Expression>& conditions);
    /// Where a query began, for the WITH of its own: none for a member of a union.
    struct QueryStart {
        std::size_t text, parameters, named;
        bool member;
    };
    QueryStart open_query();
    void close_query(const QueryStart& start);
    void prepend_ctes(const QueryStart& start, std::vector<WrittenCte> ctes);
    void visit_listed(const std::vector<Value>& values, std::string_view name);

    CompileOptions options_;
    std::string out_;
    std::vector<ValueView> parameters_;
    std::vector<std::pair<std::string, std::size_t>> named_;
    std::vector<const Node*> froms_;  ///< of all open SELECTs, each with its own stretch
    std::vector<Seen> seen_;          ///< names of columns of all open SELECTs, likewise
    std::vector<Number> numbers_;     ///< how often each made-up name was used
    std::vector<std::pair<const Node*, std::string>> made_up_;
    std::vector<WrittenCte> ctes_;
    std::vector<const Node*> open_ctes_;  ///< those whose queries are being written
    std::size_t cte_place_ = 0;           ///< where WITH will stand
    int shortened_ = 0;
    Scope* scope_ = nullptr;
    std::string_view bind_base_;
    MarkName mark_name_;
    bool names_only_ = false;  ///< ORDER BY of a union: columns without their tables
    bool in_from_ = false;
    bool in_returning_ = false;
    bool in_operator_ = false;
    bool in_literal_values_ = false;
    bool in_lateral_ = false;
    bool lost_distinct_on_ = false;
    std::string product_;
    bool in_member_ = false;  ///< of a union: a query that has no WITH of its own
    int depth_ = 0;
    int queries_ = 0;  ///< how many are open, one within the other
};

}  // namespace retort::sql
