// One rendering: the contexts, the variables of functions that run, and the bounds on all of it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/base/duration.hpp"
#include "retort/template/compiled.hpp"
#include "retort/template/environment.hpp"

namespace retort::templates {

class Render;

/// What outlives a rendering holds this, and asks before it goes back to it.
class Lifeline final : public Counted {
  public:
    explicit Lifeline(Render& render) : render_(&render) {}
    bool is_over() const noexcept { return render_ == nullptr; }
    /// Throws TemplateRuntimeError("template-over").
    Render& render() const {
        if (is_over()) throw_over();
        return *render_;
    }
    /// The rendering ends. What it ran stays for those who hold names and code of it.
    void end(std::vector<std::shared_ptr<const CompiledTemplate>> used) {
        render_ = nullptr;
        used_ = std::move(used);
    }

  private:
    [[noreturn]] static void throw_over();
    Render* render_;
    std::vector<std::shared_ptr<const CompiledTemplate>> used_;
};

/// Counted memory that may be part of a circle; what is left of it is cleared when the rendering ends.
class Tracked : public Counted {
  public:
    explicit Tracked(Render& render);
    ~Tracked() override;
    virtual void clear() = 0;

    /// Throws when it is over: some value of the template was kept.
    Render& render() const { return life_->render(); }

  private:
    friend class Render;
    Ref<Lifeline> life_;
    Tracked *before_ = nullptr, *after_ = nullptr;
};

/// A block as one template has it.
struct BlockCode {
    const Block* block;
    const CompiledTemplate* compiled;
};

/// The names that a template sees: what it was given, what it set at its top level, and its blocks.
class Context final : public Tracked {
  public:
    Context(Render& render, const CompiledTemplate& compiled);
    /// False when there is no such name.
    bool resolve(std::string_view name, Value& out) const;
    void set(std::string_view name, Value value, bool exported);
    void clear() override;
    /// The same names and more, for a scoped block.
    Ref<Context> derived() const;
    std::vector<BlockCode>* blocks_of(std::string_view name);
    void add_blocks(const CompiledTemplate& from);

    struct Variable {
        std::string_view name;
        Value value;
        bool exported;
    };
    const CompiledTemplate& compiled;
    Ref<Context> outer;          ///< whose names are seen too
    bool with_arguments = true;  ///< sees what the rendering was given
    bool autoescape;
    std::vector<Variable> variables;
    std::vector<std::pair<std::string_view, Value>> locals;
    std::vector<std::pair<std::string_view, std::vector<BlockCode>>> blocks;
};

/// The variables of a function that runs.
class Activation final : public Tracked {
  public:
    Activation(Render& render, const FunctionCode& code, Activation* outer);
    ~Activation() override;
    void clear() override;
    /// Lets go of macros that nothing else holds, and so of itself.
    void leave();

    Value& at(Slot slot) {
        Activation* found = this;
        for (auto outward = slot.outward; outward > 0; --outward) found = found->outer_.get();
        return found->places_[slot.place];
    }
    Value& at(std::size_t place) { return places_[place]; }

  private:
    Ref<Activation> outer_;
    std::vector<Value> places_;
};

/// Where code runs.
struct Frame {
    Render& render;
    const CompiledTemplate& compiled;
    Activation& variables;
    Context& context;
    std::string* out;
    std::shared_ptr<const CompiledTemplate>* parent = nullptr;  ///< what {% extends %} found
    const Value* made = nullptr;                                ///< what a filter block filters
    int line = 0;
};

class Render {
  public:
    Render(Environment& environment, std::span<const Argument> arguments);
    ~Render();
    Render(const Render&) = delete;
    Render& operator=(const Render&) = delete;

    /// A whole template with its parents.
    void run(const CompiledTemplate& compiled, Context& context, std::string& out);
    /// Throws RecursionError when little is left of the stack.
    void check_stack() {
        auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
        auto used = here < stack_ ? stack_ - here : here - stack_;
        if (used > environment.options().most_stack) throw_too_deep();
    }
    /// Counts a turn of a loop or a call.
    void step(const std::string& out) {
        ++steps_;
        if (steps_ > most_steps_ || out.size() > most_output_) throw_too_long();
        if (&out == streamed_) write_piece(false);
    }
    bool find(std::string_view name, Value& out, bool with_arguments) const;
    Undefined undefined() const { return environment.options().undefined; }
    /// Keeps a template until the end.
    const CompiledTemplate& keep(std::shared_ptr<const CompiledTemplate> compiled);
    /// A list or dict that holds others, and may come to hold itself.
    void watch(const Value& container);
    const Ref<Lifeline>& life() const { return life_; }
    /// A whole template, its text handed on piece by piece.
    void stream(const CompiledTemplate& compiled, Context& context, const std::function<void(std::string_view)>& write);

    Environment& environment;

  private:
    friend class Tracked;
    [[noreturn]] void throw_too_deep() const;
    [[noreturn]] void throw_too_long() const;
    void write_piece(bool last);
    void forget_all();

    std::span<const Argument> arguments_;
    std::uintptr_t stack_;
    std::uint64_t steps_ = 0, most_steps_;
    std::size_t most_output_;
    Ref<Lifeline> life_;
    const CompiledTemplate* first_ = nullptr;
    std::string* streamed_ = nullptr;  ///< what goes out piece by piece; null mostly
    const std::function<void(std::string_view)>* write_ = nullptr;
    std::chrono::steady_clock::time_point written_{};
    Tracked* tracked_ = nullptr;
    std::vector<std::shared_ptr<const CompiledTemplate>> kept_;
    std::vector<Value> watched_;
};

/// What a statement does to the loop around it.
enum class Flow : std::uint8_t { next, break_, continue_ };

// Expressions (evaluate.cpp)
Value evaluate(const Expression& node, Frame& frame);
/// Without a copy where there is a place already; else in `scratch`.
const Value& peek(const Expression& node, Frame& frame, Value& scratch);
void assign(const Expression& target, Value value, Frame& frame);
/// Throws when nothing can be assigned there, which is asked before the value is computed.
void check_target(const Expression& target, Frame& frame);
Value evaluate_call(const CallNode& node, Frame& frame, const Value* caller);
Value apply(const Applied& node, Frame& frame);
Value call_in(Frame& frame, const Value& function, std::span<const Value> arguments, std::span<const Keyword> keywords,
              std::string_view name);
bool is_html(Escaping escaping, const Frame& frame);
void enter(Entries entries, Frame& frame);

// Statements (statements.cpp, loop.cpp, macro.cpp, inherit.cpp)
Flow execute(Body body, Frame& frame);
Flow execute(const Statement& node, Frame& frame);
Flow execute_for(const For& node, Frame& frame);
void execute_macro(const MacroNode& node, Frame& frame);
void execute_extends(const Extends& node, Frame& frame);
void execute_block(const Block& node, Frame& frame);
void execute_include(const Include& node, Frame& frame);
void execute_import(const Import& node, Frame& frame);
/// Runs it with `out` as what is printed to.
template <class F>
std::string captured(Frame& frame, const F& run) {
    std::string text;
    std::string* before = std::exchange(frame.out, &text);
    try {
        run();
    } catch (...) {
        frame.out = before;
        throw;
    }
    frame.out = before;
    return text;
}
/// `self` of a template.
Value self_of(Context& context);
/// `super` in a block.
Value super_of(Context& context, std::string_view block, std::size_t level);
void run_function(const FunctionCode& code, Frame& frame);
Ref<Context> context_with(Frame& frame, const CompiledTemplate& compiled, Locals locals);
void put_locals(Frame& frame, Locals locals, Context& into);

}  // namespace retort::templates
