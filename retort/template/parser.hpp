// Reading the words of a template into its tree, by the grammar of Jinja.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "retort/template/errors.hpp"
#include "retort/template/lexer.hpp"
#include "retort/template/nodes.hpp"

namespace retort::templates {

/// Reads one template. Throws TemplateSyntaxError, with its place.
class Parser {
  public:
    Parser(std::string_view name, std::string_view source, const Options& options, Arena& arena);
    Body parse();

  private:
    using Names = std::span<const std::string_view>;

    // Words (parser.cpp)
    const Token& current() const { return tokens_[at_]; }
    const Token& look() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
    const Token& next();
    bool at(TokenKind kind) const { return current().kind == kind; }
    bool at_name(std::string_view name) const { return at(TokenKind::name) && current().text == name; }
    bool at_any(Names names) const;
    bool look_name(std::string_view name) const;
    bool skip(TokenKind kind);
    bool skip_name(std::string_view name);
    const Token& expect(TokenKind kind);
    void expect_name(std::string_view name);
    [[noreturn]] void unexpected(std::string_view wanted);
    [[noreturn]] void fail(std::string message, int line = 0);
    [[noreturn]] void fail_assertion(std::string message, int line);
    void check_error();
    int line() const { return current().line; }

    // Statements (parser.cpp, parser_statements.cpp)
    Body subparse(Names end);
    Statement* statement();
    Statement* known_statement(const std::string& name);
    Body statements(Names end, bool drop = true);
    [[noreturn]] void fail_unknown(const std::string* tag, int line);
    Statement* parse_for();
    If* parse_if();
    Statement* parse_block();
    Statement* parse_extends();
    Statement* parse_print();
    Statement* parse_macro();
    Statement* parse_include();
    Statement* parse_import();
    Statement* parse_from();
    Statement* parse_set();
    Statement* parse_with();
    Statement* parse_autoescape();
    Statement* parse_call_block();
    Statement* parse_filter_block();
    void signature(MacroNode& macro);
    bool import_context(bool& with_context);
    Expression* assign_target(bool with_space, std::string_view end = {});
    Name* name_target();
    void store(Expression* target);
    void check_required(const Block& block);

    // Expressions (parser_expressions.cpp)
    Expression* expression(bool conditional = true);
    Expression* parse_conditional();
    Expression* parse_or();
    Expression* parse_and();
    Expression* parse_not();
    Expression* parse_compare();
    bool comparison(Comparison& op);
    Expression* parse_sum();
    Expression* parse_concat();
    Expression* parse_product();
    Expression* parse_power();
    Expression* parse_unary(bool with_filter = true);
    Expression* parse_primary();
    Expression* name_or_constant();
    Expression* text_constant();
    Expression* number_constant();
    struct TupleRules {
        bool simple = false, conditional = true, parentheses = false;
        std::string_view end;  ///< a name that ends it too
    };
    Expression* parse_tuple(TupleRules rules);
    Expression* parse_tuple() { return parse_tuple(TupleRules{}); }
    bool tuple_ends(std::string_view end) const;
    Expression* parse_list();
    Expression* parse_dict();
    Expression* postfix(Expression* of);
    Expression* filters_and_tests(Expression* of);
    Expression* subscript(Expression* of);
    Expression* subscribed();
    Arguments call_arguments();
    void call_argument(std::vector<Expression*>& positional, std::vector<KeywordNode>& keywords, Arguments& all,
                       int line);
    Expression* parse_call(Expression* callee);
    Applied* parse_filter(Expression* of, bool inline_start = false);
    Expression* parse_test(Expression* of);
    bool argument_follows() const;
    std::string dotted_name();
    Expression* constant(int line, Value value) { return arena_.make<Constant>(line, arena_.keep(std::move(value))); }

    /// Counts how deep expressions and blocks stand in each other.
    class Nesting;

    std::string_view name_, source_;
    const Options& options_;
    Arena& arena_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    int depth_ = 0;
    int loops_ = 0;
    std::vector<std::string> tags_;
    std::vector<Names> ends_;
};

/// How deep blocks and expressions may stand in each other.
inline constexpr int most_template_nesting = 400;

class Parser::Nesting {
  public:
    explicit Nesting(Parser& parser) : parser_(parser), before_(parser.depth_) { deeper(); }
    ~Nesting() { parser_.depth_ = before_; }
    /// One more: `a.b.c` and `a + b + c` are trees that grow to the left.
    void deeper() {
        if (++parser_.depth_ > most_template_nesting) parser_.fail("The template is nested too deeply.");
    }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

  private:
    Parser& parser_;
    int before_;
};

}  // namespace retort::templates
