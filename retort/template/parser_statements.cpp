// The statements of templates: {% for %}, {% block %} and so on.
#include <algorithm>
#include <utility>

#include "retort/template/parser.hpp"

namespace retort::templates {

namespace {

using std::string_view;
constexpr string_view for_ends[] = {"endfor", "else"}, for_else_ends[] = {"endfor"};
constexpr string_view if_ends[] = {"elif", "else", "endif"}, else_ends[] = {"endif"};
constexpr string_view set_ends[] = {"endset"}, with_ends[] = {"endwith"}, autoescape_ends[] = {"endautoescape"};
constexpr string_view block_ends[] = {"endblock"}, macro_ends[] = {"endmacro"}, call_ends[] = {"endcall"};
constexpr string_view filter_ends[] = {"endfilter"};

/// As Jinja names what cannot be assigned to.
string_view kind_name(const Expression& target) {
    switch (target.kind) {
        case NodeKind::constant: return "const";
        case NodeKind::list: return "list";
        case NodeKind::dict: return "dict";
        case NodeKind::name: return "name";
        default: return "tuple";
    }
}

/// The first part of a target that cannot be assigned to, or null.
const Expression* not_assignable(const Expression& target) {
    if (target.kind == NodeKind::name) {
        auto name = static_cast<const Name&>(target).name;
        bool reserved =
            name == "true" || name == "false" || name == "none" || name == "True" || name == "False" || name == "None";
        return reserved ? &target : nullptr;
    }
    if (target.kind != NodeKind::tuple) return &target;
    for (auto* item : static_cast<const Several&>(target).items) {
        if (not_assignable(*item) != nullptr) return &target;
    }
    return nullptr;
}

Expression* copy_target(Arena& arena, Expression* target) {
    if (target->kind == NodeKind::name) {
        auto* copy = arena.make<Name>(target->line, static_cast<Name*>(target)->name);
        copy->use = static_cast<Name*>(target)->use;
        return copy;
    }
    std::vector<Expression*> items;
    for (auto* item : static_cast<Several*>(target)->items) items.push_back(copy_target(arena, item));
    return arena.make<Several>(NodeKind::tuple, target->line, arena.copy(items));
}

}  // namespace

void Parser::store(Expression* target) {
    if (target->kind == NodeKind::name) static_cast<Name*>(target)->use = Name::Use::store;
    if (target->kind != NodeKind::tuple) return;
    for (auto* item : static_cast<Several*>(target)->items) store(item);
}

Name* Parser::name_target() {
    auto& token = expect(TokenKind::name);
    auto* target = arena_.make<Name>(token.line, arena_.text(token.text));
    target->use = Name::Use::store;
    if (not_assignable(*target) != nullptr) fail("can't assign to 'name'", target->line);
    return target;
}

Expression* Parser::assign_target(bool with_space, std::string_view end) {
    if (with_space && look().kind == TokenKind::dot) {
        auto& token = expect(TokenKind::name);
        auto* space = arena_.make<Name>(token.line, arena_.text(token.text));
        next();
        return arena_.make<SpaceTarget>(space->line, space, arena_.text(expect(TokenKind::name).text));
    }
    auto* target = parse_tuple({.simple = true, .end = end});
    if (auto* wrong = not_assignable(*target)) {
        fail("can't assign to '" + std::string{kind_name(*wrong)} + "'", target->line);
    }
    store(target);
    return target;
}

Statement* Parser::parse_for() {
    auto* node = arena_.make<For>(next().line);
    node->target = assign_target(false, "in");
    expect_name("in");
    node->iterable = parse_tuple({.conditional = false, .end = "recursive"});
    if (skip_name("if")) {
        node->test = expression();
        node->test_target = copy_target(arena_, node->target);
    }
    node->recursive = skip_name("recursive");
    ++loops_;
    node->body = statements(for_ends, false);
    --loops_;
    if (next().text != "endfor") node->otherwise = statements(for_else_ends);
    return node;
}

If* Parser::parse_if() {
    auto* node = arena_.make<If>(next().line);
    auto* result = node;
    std::vector<If*> others;
    while (true) {
        node->test = parse_tuple({.conditional = false});
        node->body = statements(if_ends, false);
        std::string end = next().text;
        if (end == "else") result->otherwise = statements(else_ends);
        if (end != "elif") break;
        node = arena_.make<If>(line());
        others.push_back(node);
    }
    result->others = arena_.copy(others);
    return result;
}

Statement* Parser::parse_with() {
    auto* node = arena_.make<With>(next().line);
    std::vector<Expression*> targets, values;
    while (!at(TokenKind::block_end)) {
        if (!targets.empty()) expect(TokenKind::comma);
        targets.push_back(assign_target(false));
        expect(TokenKind::assign);
        values.push_back(expression());
    }
    node->targets = arena_.copy(targets);
    node->values = arena_.copy(values);
    node->body = statements(with_ends);
    return node;
}

Statement* Parser::parse_autoescape() {
    auto* node = arena_.make<Autoescape>(next().line);
    node->value = expression();
    node->body = statements(autoescape_ends);
    return node;
}

Statement* Parser::parse_block() {
    auto* node = arena_.make<Block>(next().line);
    node->name = arena_.text(expect(TokenKind::name).text);
    node->scoped = skip_name("scoped");
    node->required = skip_name("required");
    if (at(TokenKind::sub)) {
        fail(
            "Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an "
            "underscore instead.");
    }
    int outer_loops = std::exchange(loops_, 0);
    node->body = statements(block_ends);
    loops_ = outer_loops;
    if (node->required) check_required(*node);
    skip_name(node->name);
    return node;
}

void Parser::check_required(const Block& block) {
    for (auto* statement : block.body) {
        auto* output = statement->kind == NodeKind::output ? static_cast<Output*>(statement) : nullptr;
        bool blank = output != nullptr;
        for (auto* part : blank ? output->parts : Expressions{}) {
            auto* data = part->kind == NodeKind::data ? static_cast<Data*>(part) : nullptr;
            blank = blank && data != nullptr && data->text.find_first_not_of(" \t\r\n\f\v") == data->text.npos;
        }
        if (!blank) fail("Required blocks can only contain comments or whitespace");
    }
}

Statement* Parser::parse_extends() {
    auto* node = arena_.make<Extends>(next().line);
    node->parent = expression();
    return node;
}

Statement* Parser::parse_print() {
    int begins = next().line;
    std::vector<Expression*> parts;
    while (!at(TokenKind::block_end)) {
        if (!parts.empty()) expect(TokenKind::comma);
        parts.push_back(expression());
    }
    return arena_.make<Output>(begins, arena_.copy(parts));
}

bool Parser::import_context(bool& with_context) {
    if (!(at_name("with") || at_name("without")) || !look_name("context")) return false;
    with_context = next().text == "with";
    next();
    return true;
}

Statement* Parser::parse_include() {
    auto* node = arena_.make<Include>(next().line);
    node->template_ = expression();
    if (at_name("ignore") && look_name("missing")) {
        node->ignore_missing = true;
        next(), next();
    }
    import_context(node->with_context);
    return node;
}

Statement* Parser::parse_import() {
    auto* node = arena_.make<Import>(NodeKind::import, next().line);
    node->template_ = expression();
    expect_name("as");
    node->target = name_target();
    import_context(node->with_context);
    return node;
}

Statement* Parser::parse_from() {
    auto* node = arena_.make<Import>(NodeKind::from_import, next().line);
    node->template_ = expression();
    expect_name("import");
    std::vector<ImportedName> names;
    while (true) {
        if (!names.empty()) expect(TokenKind::comma);
        if (!at(TokenKind::name)) unexpected("name");
        if (import_context(node->with_context)) break;
        auto* target = name_target();
        if (target->name.substr(0, 1) == "_") {
            fail_assertion("names starting with an underline can not be imported", target->line);
        }
        names.push_back({target->name, skip_name("as") ? name_target() : target});
        if (import_context(node->with_context) || !at(TokenKind::comma)) break;
    }
    node->names = arena_.copy(names);
    return node;
}

Statement* Parser::parse_set() {
    int begins = next().line;
    auto* target = assign_target(true);
    if (skip(TokenKind::assign)) {
        auto* node = arena_.make<Set>(begins);
        node->target = target;
        node->value = parse_tuple();
        return node;
    }
    auto* node = arena_.make<SetBlock>(begins);
    node->target = target;
    node->filter = parse_filter(nullptr);
    node->body = statements(set_ends);
    return node;
}

void Parser::signature(MacroNode& macro) {
    std::vector<Name*> parameters;
    std::vector<Expression*> defaults;
    expect(TokenKind::lparen);
    while (!at(TokenKind::rparen)) {
        if (!parameters.empty()) expect(TokenKind::comma);
        auto* parameter = name_target();
        parameter->use = Name::Use::parameter;
        for (auto* before : parameters) {
            if (before->name != parameter->name) continue;
            fail("duplicate argument '" + std::string{parameter->name} + "' in the definition of a macro");
        }
        if (skip(TokenKind::assign)) {
            defaults.push_back(expression());
        } else if (!defaults.empty()) {
            fail("non-default argument follows default argument");
        }
        parameters.push_back(parameter);
    }
    expect(TokenKind::rparen);
    macro.parameters = arena_.copy(parameters);
    macro.defaults = arena_.copy(defaults);
}

Statement* Parser::parse_macro() {
    auto* node = arena_.make<MacroNode>(NodeKind::macro, next().line);
    node->target = name_target();
    signature(*node);
    int outer_loops = std::exchange(loops_, 0);
    node->body = statements(macro_ends);
    loops_ = outer_loops;
    return node;
}

Statement* Parser::parse_call_block() {
    auto* node = arena_.make<MacroNode>(NodeKind::call_block, next().line);
    if (at(TokenKind::lparen)) signature(*node);
    auto* call = expression();
    if (call->kind != NodeKind::call) fail("expected call", node->line);
    node->call = static_cast<CallNode*>(call);
    int outer_loops = std::exchange(loops_, 0);
    node->body = statements(call_ends);
    loops_ = outer_loops;
    return node;
}

Statement* Parser::parse_filter_block() {
    auto* node = arena_.make<FilterBlock>(next().line);
    node->filter = parse_filter(nullptr, true);
    node->body = statements(filter_ends);
    return node;
}

}  // namespace retort::templates
