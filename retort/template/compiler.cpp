// Compiling: each name becomes a place, text is joined and escaped, filters are looked up.
#include <algorithm>

#include "retort/template/compiled.hpp"
#include "retort/template/environment.hpp"
#include "retort/template/fold.hpp"
#include "retort/template/parser.hpp"
#include "retort/template/symbols.hpp"
#include "retort/template/walk.hpp"

namespace retort::templates {

Block* CompiledTemplate::find_block(std::string_view block) const noexcept {
    for (Block* known : blocks) {
        if (known->name == block) return known;
    }
    return nullptr;
}

namespace {

/// What is known of the place where a node stands.
struct Scope {
    Symbols symbols;
    bool top_level = false;   ///< what is set here is exported
    bool root_level = false;  ///< not even in an {% if %}
    bool soft = false;        ///< in an {% if %}, where a filter that there is not matters only when it is used
    bool checks_parent = false;

    Scope inner(int level_step = 1) const { return inner(symbols.code(), symbols.level() + level_step); }
    Scope inner(FunctionCode& code, int level) const {
        Scope scope{Symbols(*places, code, &symbols, level), false, false, false, checks_parent, places};
        return scope;
    }
    Scope softened() const {
        Scope scope = *this;
        scope.root_level = false;
        scope.soft = true;
        return scope;
    }
    Places* places;
};

class Compiler {
  public:
    Compiler(const Environment& environment, CompiledTemplate& made)
        : environment_(environment), made_(made), arena_(made.arena) {
        escaping_ = made.autoescape ? Escaping::html : Escaping::none;
    }

    void run(Body body) {
        body_ = body;
        for (auto* statement : body) collect_blocks(*statement);
        compile_root();
        for (auto* block : made_.blocks) compile_block_code(*block);
    }

  private:
    [[noreturn]] void fail(std::string message, int line, std::string hint = {}) {
        TemplateAssertionError error("template-assertion"_code, std::move(message), std::move(hint));
        error.locate(made_.name, line, made_.source);
        throw error;
    }

    void collect_blocks(const Node& node) {
        auto note = [this](const Node& found) {
            if (found.kind == NodeKind::extends) has_extends_ = true;
            if (found.kind != NodeKind::block) return;
            auto& block = const_cast<Block&>(static_cast<const Block&>(found));
            if (made_.find_block(block.name) != nullptr) {
                fail("block '" + std::string{block.name} + "' defined twice", block.line);
            }
            made_.blocks.push_back(&block);
        };
        note(node);
        walk(node, note);
    }

    // Functions

    Scope function_scope(FunctionCode& code) {
        return {Symbols(places_, code, nullptr, 0), false, false, false, false, &places_};
    }

    void compile_root() {
        auto scope = function_scope(made_.root);
        made_.root.name = "root";
        if (is_undeclared(nodes_of(body_), "self")) {
            made_.root.self_place = scope.symbols.declare_parameter("self").place;
        }
        analyze(body_, scope.symbols);
        scope.top_level = scope.root_level = true;
        scope.checks_parent = has_extends_;
        made_.root.body = body_;
        compile(body_, scope);
        made_.root.entries = scope.symbols.entries(arena_);
    }

    void compile_block_code(Block& block) {
        auto scope = function_scope(block.code);
        block.code.name = block.name;
        auto specials = undeclared(nodes_of(block.body), {"self", "super"});
        for (auto name : specials) {
            (name == "self" ? block.code.self_place : block.code.super_place) =
                scope.symbols.declare_parameter(name).place;
        }
        analyze(block, scope.symbols);
        block.code.body = block.body;
        compile(block.body, scope);
        block.code.entries = scope.symbols.entries(arena_);
    }

    /// A function inside of another one, whose variables it sees.
    void begin_function(FunctionCode& code, std::string_view name, FunctionCode& outer) {
        code.name = name;
        code.outer = &outer;
        outer.has_inner = true;
    }

    // Statements

    void compile(Body body, Scope& scope) {
        for (auto* statement : body) compile(*statement, scope);
    }

    void compile(Statement& node, Scope& scope) {
        switch (node.kind) {
            case NodeKind::output: return output(static_cast<Output&>(node), scope);
            case NodeKind::for_: return loop(static_cast<For&>(node), scope);
            case NodeKind::if_: return branch(static_cast<If&>(node), scope);
            case NodeKind::with: return with(static_cast<With&>(node), scope);
            case NodeKind::autoescape: return autoescape(static_cast<Autoescape&>(node), scope);
            case NodeKind::block: return block(static_cast<Block&>(node), scope);
            case NodeKind::extends: return extends(static_cast<Extends&>(node), scope);
            case NodeKind::include: return include(static_cast<Include&>(node), scope);
            case NodeKind::import:
            case NodeKind::from_import: return import(static_cast<Import&>(node), scope);
            case NodeKind::set: return set(static_cast<Set&>(node), scope);
            case NodeKind::set_block: return set_block(static_cast<SetBlock&>(node), scope);
            case NodeKind::macro:
            case NodeKind::call_block: return macro(static_cast<MacroNode&>(node), scope);
            case NodeKind::filter_block: return filter_block(static_cast<FilterBlock&>(node), scope);
            case NodeKind::do_: return expression(*static_cast<Do&>(node).value, scope);
            default: return;
        }
    }

    void output(Output& node, Scope& scope) {
        node.escaping = escaping_;
        if (scope.checks_parent && known_extends_) {
            node.parts = {};
            return;
        }
        node.only_without_parent = scope.checks_parent;
        for (auto*& part : node.parts) part = folded(part, scope);
        node.parts = join_constants(arena_, node.parts, escaping_);
    }

    void loop(For& node, Scope& scope) {
        walk(node, [this](const Node& found) {
            if (found.kind != NodeKind::name) return;
            auto& name = static_cast<const Name&>(found);
            if (name.use != Name::Use::load && name.name == "loop") {
                fail("Can't assign to special loop variable in for-loop target", name.line);
            }
        });
        FunctionCode& outer = scope.symbols.code();
        node.iterable = folded(node.iterable, scope);
        if (node.recursive) {
            node.code = arena_.make<FunctionCode>();
            begin_function(*node.code, "loop", outer);
        }
        FunctionCode& code = node.recursive ? *node.code : outer;
        int level = scope.symbols.level() + 1;
        auto body = scope.inner(code, level), otherwise = scope.inner(code, level), test = scope.inner(code, -level);
        if (needs_loop(node)) node.loop_place = body.symbols.declare_parameter("loop").place;
        analyze(node, body.symbols);
        node.escaping = escaping_;
        if (node.test != nullptr) {
            analyze(node, test.symbols, LoopPart::test);
            target(*node.test_target, test);
            node.test = folded(node.test, test);
            node.test_entries = test.symbols.entries(arena_);
        }
        target(*node.target, body);
        compile(node.body, body);
        node.entries = body.symbols.entries(arena_, false);
        node.steady_entries = body.symbols.entries(arena_, true);
        analyze(node, otherwise.symbols, LoopPart::otherwise);
        compile(node.otherwise, otherwise);
        node.else_entries = otherwise.symbols.entries(arena_);
    }

    static bool needs_loop(const For& node) {
        if (node.recursive || is_undeclared(nodes_of(node.body), "loop")) return true;
        bool scoped = false;
        walk(node, [&](const Node& found) {
            scoped = scoped || (found.kind == NodeKind::block && static_cast<const Block&>(found).scoped);
        });
        return scoped;
    }

    void branch(If& node, Scope& scope) {
        auto soft = scope.softened();
        node.test = folded(node.test, soft);
        compile(node.body, soft);
        for (auto* other : node.others) {
            other->test = folded(other->test, soft);
            compile(other->body, soft);
        }
        compile(node.otherwise, soft);
    }

    void with(With& node, Scope& scope) {
        auto inner = scope.inner();
        analyze(node, inner.symbols);
        for (auto*& value : node.values) value = folded(value, scope);
        for (auto* each : node.targets) target(*each, inner);
        compile(node.body, inner);
        node.entries = inner.symbols.entries(arena_);
    }

    void autoescape(Autoescape& node, Scope& scope) {
        auto inner = scope.inner();
        analyze(node, inner.symbols);
        node.value = folded(node.value, inner);
        auto before = escaping_;
        if (node.value->kind == NodeKind::constant) {
            escaping_ = truth(*static_cast<Constant*>(node.value)->value) ? Escaping::html : Escaping::none;
        } else {
            escaping_ = Escaping::computed;
        }
        compile(node.body, inner);
        escaping_ = before;
        node.entries = inner.symbols.entries(arena_);
    }

    void block(Block& node, Scope& scope) {
        if (scope.top_level && known_extends_) {
            node.never = true;
            return;
        }
        node.only_without_parent = scope.top_level && extends_so_far_ > 0;
        if (node.scoped) node.locals = scope.symbols.locals(arena_);
    }

    void extends(Extends& node, Scope& scope) {
        if (!scope.top_level) fail("cannot use extend from a non top-level scope", node.line);
        node.parent = folded(node.parent, scope);
        if (scope.root_level) known_extends_ = true;
        ++extends_so_far_;
    }

    void include(Include& node, Scope& scope) {
        node.template_ = folded(node.template_, scope);
        if (node.with_context) node.locals = scope.symbols.locals(arena_);
    }

    void import(Import& node, Scope& scope) {
        node.template_ = folded(node.template_, scope);
        node.top_level = scope.top_level;
        if (node.with_context) node.locals = scope.symbols.locals(arena_);
        if (node.target != nullptr) resolve(*node.target, scope);
        for (auto& imported : node.names) resolve(*imported.target, scope);
    }

    void set(Set& node, Scope& scope) {
        node.value = folded(node.value, scope);
        target(*node.target, scope);
        node.top_level = scope.top_level;
    }

    void set_block(SetBlock& node, Scope& scope) {
        auto inner = scope.inner();
        inner.checks_parent = false;
        analyze(node, inner.symbols);
        compile(node.body, inner);
        if (node.filter != nullptr) expression(*node.filter, inner);
        target(*node.target, scope);
        node.top_level = scope.top_level;
        node.entries = inner.symbols.entries(arena_);
    }

    void macro(MacroNode& node, Scope& scope) {
        begin_function(node.code, node.target == nullptr ? std::string_view{"caller"} : node.target->name,
                       scope.symbols.code());
        auto inner = scope.inner(node.code, scope.symbols.level() + 1);
        inner.checks_parent = false;
        analyze(node, inner.symbols);
        special_parameters(node, inner);
        analyze(node, inner.symbols);
        for (auto* parameter : node.parameters) resolve(*parameter, inner);
        for (auto*& value : node.defaults) value = folded(value, inner);
        node.escaping = escaping_;
        node.code.body = node.body;
        compile(node.body, inner);
        node.code.entries = inner.symbols.entries(arena_);
        node.top_level = scope.top_level;
        if (node.target != nullptr) resolve(*node.target, scope);
        if (node.call != nullptr) expression(*node.call, scope);
    }

    void special_parameters(MacroNode& node, Scope& inner) {
        std::size_t first_default = node.parameters.size() - node.defaults.size();
        for (std::size_t at = 0; at < node.parameters.size(); ++at) {
            if (node.parameters[at]->name == "caller") node.explicit_caller = true;
        }
        auto has = [&](std::string_view name) {
            return std::any_of(node.parameters.begin(), node.parameters.end(),
                               [&](Name* parameter) { return parameter->name == name; });
        };
        for (auto name : undeclared(nodes_of(node.body), {"caller", "kwargs", "varargs"})) {
            if (has(name)) {
                bool no_default = name == "caller" &&
                                  node.parameters[first_default == 0 ? 0 : first_default - 1]->name == name &&
                                  first_default > 0;
                if (no_default) {
                    fail(
                        "When defining macros or call blocks the special \"caller\" argument must be omitted or be "
                        "given a default.",
                        node.line);
                }
                continue;
            }
            auto& place = name == "caller" ? node.caller : name == "kwargs" ? node.kwargs : node.varargs;
            place = inner.symbols.declare_parameter(name).place;
        }
    }

    void filter_block(FilterBlock& node, Scope& scope) {
        auto inner = scope.inner();
        analyze(node, inner.symbols);
        node.escaping = escaping_;
        compile(node.body, inner);
        expression(*node.filter, inner);
        node.entries = inner.symbols.entries(arena_);
    }

    // Expressions

    Expression* folded(Expression* node, Scope& scope) {
        expression(*node, scope);
        return fold(arena_, node, escaping_);
    }

    void target(Expression& node, Scope& scope) { expression(node, scope); }

    void resolve(Name& node, Scope& scope) {
        if (scope.symbols.find(node.name) == nullptr) scope.symbols.load(node.name);
        node.slot = scope.symbols.slot_of(*scope.symbols.find(node.name));
    }

    void expression(Expression& node, Scope& scope) {
        switch (node.kind) {
            case NodeKind::name: return resolve(static_cast<Name&>(node), scope);
            case NodeKind::space_target: return resolve(*static_cast<SpaceTarget&>(node).space, scope);
            case NodeKind::filter:
            case NodeKind::test: applied(static_cast<Applied&>(node), scope); break;
            case NodeKind::concat: concat(static_cast<Several&>(node)); break;
            case NodeKind::attribute: mark_loop(static_cast<Attribute&>(node)); break;
            case NodeKind::conditional: {
                auto soft = scope.softened();
                for (Node* child : children(node)) expression(static_cast<Expression&>(*child), soft);
                return;
            }
            default: break;
        }
        for (Node* child : children(node)) expression(static_cast<Expression&>(*child), scope);
    }

    /// Jinja computes what is constant when it compiles, and there it forgets that text was safe.
    void concat(Several& node) { node.escaping = is_constant(node) ? Escaping::none : escaping_; }
    static bool is_constant(const Node& node) {
        if (node.kind == NodeKind::name || node.kind == NodeKind::call) return false;
        if (node.kind == NodeKind::filter) {
            constexpr std::string_view at_run_time[] = {"map",    "select",     "reject",
                                                        "random", "selectattr", "rejectattr"};
            auto name = static_cast<const Applied&>(node).name;
            if (std::find(std::begin(at_run_time), std::end(at_run_time), name) != std::end(at_run_time)) return false;
        }
        auto below = children(node);
        return std::all_of(below.begin(), below.end(), [](Node* child) { return is_constant(*child); });
    }

    static void mark_loop(Attribute& node) {
        constexpr std::string_view names[] = {"",       "index", "index0", "revindex", "revindex0", "first", "last",
                                              "length", "depth", "depth0", "previtem", "nextitem",  "cycle", "changed"};
        bool of_loop = node.of->kind == NodeKind::name && static_cast<Name*>(node.of)->name == "loop";
        auto found = std::find(std::begin(names), std::end(names), node.name);
        if (of_loop && found != std::end(names)) node.loop_field = static_cast<LoopField>(found - std::begin(names));
    }

    void applied(Applied& node, Scope& scope) {
        bool filter = node.kind == NodeKind::filter;
        node.function = filter ? environment_.find_filter(node.name) : environment_.find_test(node.name);
        if (node.function != nullptr || scope.soft) return;
        fail(std::string{"No "} + (filter ? "filter" : "test") + " named '" + std::string{node.name} + "'.", node.line,
             filter ? environment_.filter_hint(node.name) : environment_.test_hint(node.name));
    }

    const Environment& environment_;
    CompiledTemplate& made_;
    Arena& arena_;
    Places places_;
    Body body_;
    Escaping escaping_;
    bool has_extends_ = false, known_extends_ = false;
    int extends_so_far_ = 0;
};

}  // namespace

std::shared_ptr<const CompiledTemplate> compile(const Environment& environment, std::string name, std::string source) {
    auto made = std::make_shared<CompiledTemplate>(std::move(name), std::move(source));
    made->autoescape = environment.autoescapes(made->name);
    Parser parser(made->name, made->source, environment.options(), made->arena);
    Compiler(environment, *made).run(parser.parse());
    return made;
}

}  // namespace retort::templates
