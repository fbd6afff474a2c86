// The expressions of templates, by precedence.
#include <charconv>
#include <cstdlib>

#include "retort/base/text.hpp"
#include "retort/template/parser.hpp"

namespace retort::templates {

Expression* Parser::expression(bool conditional) {
    Nesting nesting(*this);
    return conditional ? parse_conditional() : parse_or();
}

Expression* Parser::parse_conditional() {
    Nesting nesting(*this);
    int begins = line();
    auto* first = parse_or();
    while (skip_name("if")) {
        nesting.deeper();
        auto* test = parse_or();
        Expression* otherwise = skip_name("else") ? parse_conditional() : nullptr;
        first = arena_.make<Conditional>(begins, test, first, otherwise);
        begins = line();
    }
    return first;
}

Expression* Parser::parse_or() {
    Nesting nesting(*this);
    int begins = line();
    auto* left = parse_and();
    while (skip_name("or")) {
        nesting.deeper();
        left = arena_.make<Binary>(NodeKind::or_, begins, left, parse_and());
        begins = line();
    }
    return left;
}

Expression* Parser::parse_and() {
    Nesting nesting(*this);
    int begins = line();
    auto* left = parse_not();
    while (skip_name("and")) {
        nesting.deeper();
        left = arena_.make<Binary>(NodeKind::and_, begins, left, parse_not());
        begins = line();
    }
    return left;
}

Expression* Parser::parse_not() {
    Nesting nesting(*this);
    int begins = line();
    if (skip_name("not")) return arena_.make<Unary>(NodeKind::not_, begins, parse_not());
    return parse_compare();
}

bool Parser::comparison(Comparison& op) {
    if (at_name("in")) {
        op = Comparison::in;
    } else if (at_name("not") && look_name("in")) {
        next();
        op = Comparison::not_in;
    } else if (current().kind >= TokenKind::eq && current().kind <= TokenKind::lteq) {
        constexpr Comparison by_token[] = {Comparison::eq,   Comparison::ne, Comparison::gt,
                                           Comparison::gteq, Comparison::lt, Comparison::lteq};
        op = by_token[static_cast<int>(current().kind) - static_cast<int>(TokenKind::eq)];
    } else {
        return false;
    }
    next();
    return true;
}

Expression* Parser::parse_compare() {
    int begins = line();
    auto* first = parse_sum();
    std::vector<Operand> rest;
    for (Comparison op; comparison(op);) {
        rest.push_back({op, parse_sum()});
        begins = line();
    }
    return rest.empty() ? first : arena_.make<Compare>(begins, first, arena_.copy(rest));
}

Expression* Parser::parse_sum() {
    Nesting nesting(*this);
    int begins = line();
    auto* left = parse_concat();
    while (at(TokenKind::add) || at(TokenKind::sub)) {
        nesting.deeper();
        auto op = next().kind == TokenKind::add ? Operator::add : Operator::sub;
        left = arena_.make<Binary>(NodeKind::arithmetic, begins, left, parse_concat(), op);
        begins = line();
    }
    return left;
}

Expression* Parser::parse_concat() {
    int begins = line();
    std::vector<Expression*> items{parse_product()};
    while (skip(TokenKind::tilde)) items.push_back(parse_product());
    return items.size() == 1 ? items[0] : arena_.make<Several>(NodeKind::concat, begins, arena_.copy(items));
}

Expression* Parser::parse_product() {
    Nesting nesting(*this);
    int begins = line();
    auto* left = parse_power();
    while (at(TokenKind::mul) || at(TokenKind::div) || at(TokenKind::floordiv) || at(TokenKind::mod)) {
        nesting.deeper();
        auto kind = next().kind;
        auto op = kind == TokenKind::mul        ? Operator::mul
                  : kind == TokenKind::div      ? Operator::div
                  : kind == TokenKind::floordiv ? Operator::floordiv
                                                : Operator::mod;
        left = arena_.make<Binary>(NodeKind::arithmetic, begins, left, parse_power(), op);
        begins = line();
    }
    return left;
}

Expression* Parser::parse_power() {
    Nesting nesting(*this);
    int begins = line();
    auto* left = parse_unary();
    while (skip(TokenKind::pow)) {
        nesting.deeper();
        left = arena_.make<Binary>(NodeKind::arithmetic, begins, left, parse_unary(), Operator::pow);
        begins = line();
    }
    return left;
}

Expression* Parser::parse_unary(bool with_filter) {
    Nesting nesting(*this);
    int begins = line();
    Expression* node;
    if (skip(TokenKind::sub)) {
        node = arena_.make<Unary>(NodeKind::negative, begins, parse_unary(false));
    } else if (skip(TokenKind::add)) {
        node = arena_.make<Unary>(NodeKind::positive, begins, parse_unary(false));
    } else {
        node = parse_primary();
    }
    node = postfix(node);
    return with_filter ? filters_and_tests(node) : node;
}

Expression* Parser::name_or_constant() {
    auto& token = next();
    auto& name = token.text;
    if (name == "true" || name == "True") return constant(token.line, Value::boolean(true));
    if (name == "false" || name == "False") return constant(token.line, Value::boolean(false));
    if (name == "none" || name == "None") return constant(token.line, Value());
    return arena_.make<Name>(token.line, arena_.text(name));
}

Expression* Parser::text_constant() {
    int begins = line();
    std::string text;
    while (at(TokenKind::text)) text += next().text;
    return constant(begins, Value::view(arena_.text(text)));
}

Expression* Parser::number_constant() {
    auto& token = next();
    if (token.kind == TokenKind::real)
        return constant(token.line, Value::real(std::strtod(token.text.c_str(), nullptr)));
    std::string_view digits = token.text;
    int base = 10;
    if (digits.size() > 2 && !is_ascii_digit(digits[1])) {
        char prefix = ascii_lower(digits[1]);
        base = prefix == 'b' ? 2 : prefix == 'o' ? 8 : 16;
        digits.remove_prefix(2);
    }
    std::int64_t number = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
    if (error != std::errc{}) fail("The number " + token.text + " does not fit into 64 bits.", token.line);
    return constant(token.line, Value::integer(number));
}

Expression* Parser::parse_primary() {
    switch (current().kind) {
        case TokenKind::name: return name_or_constant();
        case TokenKind::text: return text_constant();
        case TokenKind::integer:
        case TokenKind::real: return number_constant();
        case TokenKind::lbracket: return parse_list();
        case TokenKind::lbrace: return parse_dict();
        case TokenKind::lparen: {
            next();
            auto* node = parse_tuple({.parentheses = true});
            expect(TokenKind::rparen);
            return node;
        }
        default: fail("unexpected " + repr(Value::text(describe(current()))));
    }
}

bool Parser::tuple_ends(std::string_view end) const {
    return at(TokenKind::variable_end) || at(TokenKind::block_end) || at(TokenKind::rparen) ||
           (!end.empty() && at_name(end));
}

Expression* Parser::parse_tuple(TupleRules rules) {
    Nesting nesting(*this);
    int begins = line();
    std::vector<Expression*> items;
    bool is_tuple = false;
    while (true) {
        if (!items.empty()) expect(TokenKind::comma);
        if (tuple_ends(rules.end)) break;
        items.push_back(rules.simple ? parse_primary() : expression(rules.conditional));
        if (!at(TokenKind::comma)) break;
        is_tuple = true;
        begins = line();
    }
    if (!is_tuple) {
        if (!items.empty()) return items[0];
        if (!rules.parentheses) fail("Expected an expression, got " + repr(Value::text(describe(current()))));
    }
    return arena_.make<Several>(NodeKind::tuple, begins, arena_.copy(items));
}

Expression* Parser::parse_list() {
    int begins = next().line;
    std::vector<Expression*> items;
    while (!at(TokenKind::rbracket)) {
        if (!items.empty()) expect(TokenKind::comma);
        if (at(TokenKind::rbracket)) break;
        items.push_back(expression());
    }
    expect(TokenKind::rbracket);
    return arena_.make<Several>(NodeKind::list, begins, arena_.copy(items));
}

Expression* Parser::parse_dict() {
    int begins = next().line;
    std::vector<PairNode> pairs;
    while (!at(TokenKind::rbrace)) {
        if (!pairs.empty()) expect(TokenKind::comma);
        if (at(TokenKind::rbrace)) break;
        auto* key = expression();
        expect(TokenKind::colon);
        pairs.emplace_back(key, expression());
    }
    expect(TokenKind::rbrace);
    return arena_.make<DictNode>(begins, arena_.copy(pairs));
}

Expression* Parser::postfix(Expression* of) {
    for (Nesting nesting(*this);; nesting.deeper()) {
        if (at(TokenKind::dot) || at(TokenKind::lbracket)) {
            of = subscript(of);
        } else if (at(TokenKind::lparen)) {
            of = parse_call(of);
        } else {
            return of;
        }
    }
}

Expression* Parser::filters_and_tests(Expression* of) {
    for (Nesting nesting(*this);; nesting.deeper()) {
        if (at(TokenKind::pipe)) {
            of = parse_filter(of);
        } else if (at_name("is")) {
            of = parse_test(of);
        } else if (at(TokenKind::lparen)) {
            of = parse_call(of);
        } else {
            return of;
        }
    }
}

Expression* Parser::subscript(Expression* of) {
    auto& token = next();
    int begins = token.line;
    if (token.kind == TokenKind::dot) {
        if (at(TokenKind::name)) return arena_.make<Attribute>(begins, of, arena_.text(next().text));
        if (!at(TokenKind::integer)) {
            int wrong = line();
            next();
            fail("expected name or number", wrong);
        }
        return arena_.make<Item>(begins, of, number_constant());
    }
    std::vector<Expression*> keys;
    while (!at(TokenKind::rbracket)) {
        if (!keys.empty()) expect(TokenKind::comma);
        keys.push_back(subscribed());
    }
    expect(TokenKind::rbracket);
    auto* key = keys.size() == 1 ? keys[0] : arena_.make<Several>(NodeKind::tuple, begins, arena_.copy(keys));
    return arena_.make<Item>(begins, of, key);
}

Expression* Parser::subscribed() {
    int begins = line();
    Expression* start = nullptr;
    if (!at(TokenKind::colon)) {
        start = expression();
        if (!at(TokenKind::colon)) return start;
    }
    next();
    auto* node = arena_.make<Slice>(begins);
    auto ends = [this] { return at(TokenKind::rbracket) || at(TokenKind::comma); };
    node->start = start;
    if (!at(TokenKind::colon) && !ends()) node->stop = expression();
    if (skip(TokenKind::colon) && !ends()) node->step = expression();
    return node;
}

void Parser::call_argument(std::vector<Expression*>& positional, std::vector<KeywordNode>& keywords, Arguments& all,
                           int begins) {
    auto ensure = [&](bool good) {
        if (!good) fail("invalid syntax for function call expression", begins);
    };
    if (skip(TokenKind::mul)) {
        ensure(all.more == nullptr && all.more_keywords == nullptr);
        all.more = expression();
    } else if (skip(TokenKind::pow)) {
        ensure(all.more_keywords == nullptr);
        all.more_keywords = expression();
    } else if (at(TokenKind::name) && look().kind == TokenKind::assign) {
        ensure(all.more_keywords == nullptr);
        auto name = arena_.text(next().text);
        next();
        for (auto& before : keywords) {
            if (before.name == name) fail("keyword argument repeated: " + std::string{name}, begins);
        }
        keywords.push_back({name, expression()});
    } else {
        ensure(all.more == nullptr && all.more_keywords == nullptr && keywords.empty());
        positional.push_back(expression());
    }
}

Arguments Parser::call_arguments() {
    Nesting nesting(*this);
    int begins = expect(TokenKind::lparen).line;
    Arguments all;
    std::vector<Expression*> positional;
    std::vector<KeywordNode> keywords;
    for (bool first = true; !at(TokenKind::rparen); first = false) {
        if (!first) expect(TokenKind::comma);
        if (at(TokenKind::rparen)) break;
        call_argument(positional, keywords, all, begins);
    }
    expect(TokenKind::rparen);
    all.positional = arena_.copy(positional);
    all.keywords = arena_.copy(keywords);
    return all;
}

Expression* Parser::parse_call(Expression* callee) {
    int begins = line();
    return arena_.make<CallNode>(begins, callee, call_arguments());
}

std::string Parser::dotted_name() {
    std::string name = expect(TokenKind::name).text;
    while (skip(TokenKind::dot)) name += "." + expect(TokenKind::name).text;
    return name;
}

Applied* Parser::parse_filter(Expression* of, bool inline_start) {
    Applied* made = nullptr;
    Nesting nesting(*this);
    while (at(TokenKind::pipe) || inline_start) {
        nesting.deeper();
        if (!inline_start) next();
        inline_start = false;
        int begins = line();
        auto name = arena_.text(dotted_name());
        Arguments arguments;
        if (at(TokenKind::lparen)) arguments = call_arguments();
        of = made = arena_.make<Applied>(NodeKind::filter, begins, of, name, arguments);
    }
    return made;
}

bool Parser::argument_follows() const {
    switch (current().kind) {
        case TokenKind::name: return !at_name("else") && !at_name("or") && !at_name("and");
        case TokenKind::text:
        case TokenKind::integer:
        case TokenKind::real:
        case TokenKind::lbracket:
        case TokenKind::lbrace: return true;
        default: return false;
    }
}

Expression* Parser::parse_test(Expression* of) {
    int begins = next().line;
    bool negated = skip_name("not");
    auto name = arena_.text(dotted_name());
    Arguments arguments;
    if (at(TokenKind::lparen)) {
        arguments = call_arguments();
    } else if (argument_follows()) {
        if (at_name("is")) fail("You cannot chain multiple tests with is");
        arguments.positional = arena_.copy(std::vector<Expression*>{postfix(parse_primary())});
    }
    Expression* node = arena_.make<Applied>(NodeKind::test, begins, of, name, arguments);
    return negated ? arena_.make<Unary>(NodeKind::not_, begins, node) : node;
}

}  // namespace retort::templates
