// One rendering from its beginning to its end.
#include "retort/template/render.hpp"

#include <algorithm>

namespace retort::templates {

void Lifeline::throw_over() {
    throw TemplateRuntimeError("template-over"_code, "A value of a template was used after its rendering was over.",
                               "a generator, a macro or a block ends with its rendering; keep {{ values|list }} of it");
}

Tracked::Tracked(Render& of) : life_(of.life()) {
    after_ = of.tracked_;
    if (after_ != nullptr) after_->before_ = this;
    of.tracked_ = this;
}

Tracked::~Tracked() {
    if (life_->is_over()) return;
    if (after_ != nullptr) after_->before_ = before_;
    (before_ == nullptr ? render().tracked_ : before_->after_) = after_;
}

// Context

Context::Context(Render& render, const CompiledTemplate& of)
    : Tracked(render), compiled(of), autoescape(of.autoescape) {
    add_blocks(of);
}

bool Context::resolve(std::string_view name, Value& out) const {
    for (const Context* at = this; at != nullptr; at = at->outer.get()) {
        for (auto& variable : at->variables) {
            if (variable.name == name) return out = variable.value, true;
        }
        for (auto& [known, value] : at->locals) {
            if (known == name) return out = value, true;
        }
        if (!at->outer) return render().find(name, out, at->with_arguments);
    }
    return false;
}

void Context::set(std::string_view name, Value value, bool exported) {
    auto known = std::find_if(variables.begin(), variables.end(), [&](auto& each) { return each.name == name; });
    if (known == variables.end()) {
        variables.push_back({name, std::move(value), exported});
    } else {
        known->value = std::move(value);
        known->exported = exported;
    }
}

void Context::clear() {
    variables.clear();
    locals.clear();
    outer = {};
}

Ref<Context> Context::derived() const {
    auto made = make<Context>(render(), compiled);
    made->outer = Ref<Context>::share(const_cast<Context*>(this));
    made->autoescape = autoescape;
    made->blocks = blocks;
    return made;
}

std::vector<BlockCode>* Context::blocks_of(std::string_view name) {
    for (auto& [known, all] : blocks) {
        if (known == name) return &all;
    }
    return nullptr;
}

void Context::add_blocks(const CompiledTemplate& from) {
    for (auto* block : from.blocks) {
        auto* all = blocks_of(block->name);
        if (all == nullptr) {
            blocks.reserve(std::max<std::size_t>(from.blocks.size(), 2 * blocks.size()));
            all = &blocks.emplace_back(block->name, std::vector<BlockCode>{}).second;
            all->reserve(2);  // most are replaced once
        }
        all->push_back({block, &from});
    }
}

// Activation

Activation::Activation(Render& render, const FunctionCode& code, Activation* outer)
    : Tracked(render), outer_(Ref<Activation>::share(outer)), places_(code.places, Value::missing()) {}
Activation::~Activation() = default;

void Activation::clear() {
    places_.clear();
    outer_ = {};
}

void Activation::leave() {
    if (held_once()) return;
    for (auto& place : places_) {
        if (place.is_thing() && place.thing().held_once()) place = Value::missing();
    }
}

// Render

Render::Render(Environment& of, std::span<const Argument> arguments)
    : environment(of),
      arguments_(arguments),
      stack_(reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0))),
      most_steps_(of.options().most_steps == 0 ? UINT64_MAX : of.options().most_steps),
      most_output_(of.options().most_output),
      life_(make<Lifeline>(*this)) {
    forget_template_place();
}

Render::~Render() {
    for (auto& container : watched_) container.thing().clear();
    watched_.clear();
    forget_all();
    if (life_->held_once()) return;
    if (first_ != nullptr) kept_.push_back(first_->weak_from_this().lock());
    life_->end(std::move(kept_));
}

void Render::forget_all() {
    // Clearing one may end others: each is held while it is cleared.
    std::vector<Ref<Tracked>> left;
    for (auto* each = tracked_; each != nullptr; each = each->after_) left.push_back(Ref<Tracked>::share(each));
    for (auto& each : left) each->clear();
}

bool Render::find(std::string_view name, Value& out, bool with_arguments) const {
    if (with_arguments) {
        for (auto argument = arguments_.rbegin(); argument != arguments_.rend(); ++argument) {
            if (argument->name == name) return out = argument->value, true;
        }
    }
    return environment.find_global(name, out);
}

const CompiledTemplate& Render::keep(std::shared_ptr<const CompiledTemplate> compiled) {
    for (auto& known : kept_) {
        if (known == compiled) return *known;
    }
    return *kept_.emplace_back(std::move(compiled));
}

void Render::watch(const Value& container) {
    if (std::exchange(container.thing().watched, true)) return;
    watched_.push_back(container);
}

void Render::run(const CompiledTemplate& compiled, Context& context, std::string& out) {
    check_stack();
    if (first_ == nullptr) first_ = &compiled;
    auto variables = make<Activation>(*this, compiled.root, nullptr);
    std::shared_ptr<const CompiledTemplate> parent;
    Frame frame{*this, compiled, *variables, context, &out, &parent};
    if (compiled.root.self_place >= 0) {
        variables->at(static_cast<std::size_t>(compiled.root.self_place)) = self_of(context);
    }
    run_function(compiled.root, frame);
    variables->leave();
    if (parent != nullptr) run(keep(parent), context, out);
}

void Render::stream(const CompiledTemplate& compiled, Context& context,
                    const std::function<void(std::string_view)>& write) {
    std::string out;
    streamed_ = &out;
    write_ = &write;
    written_ = std::chrono::steady_clock::now();
    run(compiled, context, out);
    write_piece(true);
    streamed_ = nullptr;
}

/// Large pieces at once, small ones when the last is some time ago: who waits for rows sees those that are there.
void Render::write_piece(bool last) {
    constexpr std::size_t large = 4096;
    constexpr std::chrono::milliseconds patience{10};
    if (!last && streamed_->size() < large && std::chrono::steady_clock::now() - written_ < patience) return;
    if (streamed_->empty()) return;
    (*write_)(*streamed_);
    most_output_ -= streamed_->size();
    streamed_->clear();
    written_ = std::chrono::steady_clock::now();
}

void Render::throw_too_deep() const {
    throw RecursionError("template-recursion"_code, "The template calls itself too deeply.",
                         "a macro, an include or a recursive loop needs an end");
}

void Render::throw_too_long() const {
    throw TemplateRuntimeError(
        "template-too-long"_code,
        steps_ > most_steps_ ? "The template takes too many steps." : "The template prints too much.",
        "the limits are most_steps and most_output in templates::Options");
}

void run_function(const FunctionCode& code, Frame& frame) {
    try {
        enter(code.entries, frame);
        execute(code.body, frame);
    } catch (...) {
        tell_place(frame.compiled.name, frame.line, frame.compiled.source);
        throw;
    }
}

}  // namespace retort::templates
