// Templates that use others: extends, blocks, include, import.
#include "retort/template/render.hpp"

namespace retort::templates {

namespace {

Value run_block(const BlockCode& code, Context& context, std::size_t level);

/// One level of a block: `super`, `super.super`, `self.name`.
class BlockReference final : public Thing {
  public:
    BlockReference(std::string_view name, Ref<Context> context, std::size_t level)
        : Thing(Kind::other), name_(name), context_(std::move(context)), level_(level) {}
    std::string_view type_name() const override { return "jinja2.runtime.BlockReference"; }
    bool callable() const override { return true; }
    bool attribute(std::string_view name, Value& out) override {
        if (name != "super") return false;
        out = super_of(*context_, name_, level_);
        return true;
    }
    void repr(std::string& out, int) const override { out += "<jinja2.runtime.BlockReference object at 0x0>"; }
    Value call(const Call& call) override {
        Parameters(call, "super", {});
        return run_block((*context_->blocks_of(name_))[level_], *context_, level_);
    }
    void clear() override { context_ = {}; }

  private:
    std::string_view name_;
    Ref<Context> context_;
    std::size_t level_;
};

class SelfReference final : public Thing {
  public:
    explicit SelfReference(Ref<Context> context) : Thing(Kind::other), context_(std::move(context)) {}
    std::string_view type_name() const override { return "jinja2.runtime.TemplateReference"; }
    void repr(std::string& out, int) const override {
        out += "<TemplateReference ";
        context_->compiled.name.empty() ? (void)(out += "None") : append_text_repr(out, context_->compiled.name);
        out += '>';
    }
    bool item(const Value& key, Value& out) override {
        auto* blocks = key.is_text() ? context_->blocks_of(key.text()) : nullptr;
        if (blocks == nullptr) return false;
        out = Value::thing(make<BlockReference>(blocks->front().block->name, context_, 0));
        return true;
    }
    void clear() override { context_ = {}; }

  private:
    Ref<Context> context_;
};

/// What a template exports, and its text.
class Module final : public Thing {
  public:
    Module(Ref<Context> context, std::string text)
        : Thing(Kind::other), context_(std::move(context)), text_(std::move(text)) {}
    std::string_view type_name() const override { return "jinja2.environment.TemplateModule"; }
    void repr(std::string& out, int) const override {
        out += "<TemplateModule ";
        context_->compiled.name.empty() ? (void)(out += "memory:0x0") : append_text_repr(out, context_->compiled.name);
        out += '>';
    }
    void str(std::string& out, int) const override { out += text_; }
    bool holds_html() const override { return true; }
    bool attribute(std::string_view name, Value& out) override {
        for (auto& variable : context_->variables) {
            if (variable.exported && variable.name == name) return out = variable.value, true;
        }
        return false;
    }
    const std::string& name() const { return context_->compiled.name; }
    void clear() override { context_ = {}; }

  private:
    Ref<Context> context_;
    std::string text_;
};

void run_block_to(const BlockCode& code, Context& context, std::size_t level, std::string& out) {
    auto& render = context.render();
    render.check_stack();
    auto& block = code.block->code;
    auto variables = make<Activation>(render, block, nullptr);
    Frame frame{render, *code.compiled, *variables, context, &out};
    frame.line = code.block->line;
    if (block.self_place >= 0) variables->at(static_cast<std::size_t>(block.self_place)) = self_of(context);
    if (block.super_place >= 0) {
        variables->at(static_cast<std::size_t>(block.super_place)) = super_of(context, block.name, level);
    }
    run_function(block, frame);
    variables->leave();
}

Value run_block(const BlockCode& code, Context& context, std::size_t level) {
    std::string text;
    run_block_to(code, context, level, text);
    return Value::text(std::move(text), context.autoescape);
}

[[noreturn]] void throw_none_found(const std::vector<Value>& names) {
    std::string all;
    for (auto& name : names) all += (all.empty() ? "" : ", ") + str(name);
    throw TemplateNotFound("template-not-found"_code, names.empty()
                                                          ? "Tried to select from an empty list of templates."
                                                          : "None of these templates was found: " + all + ".");
}

/// The template of that name, or the first of these; null when there is none.
const CompiledTemplate* find_template(Frame& frame, const Value& name) {
    if (name.is_undefined()) throw_undefined(name);
    if (name.is_none()) return nullptr;  // the same as an empty list
    auto found = name.is_text() ? frame.render.environment.find(name.text()) : nullptr;
    if (name.is_text()) return found == nullptr ? nullptr : &frame.render.keep(found);
    for (auto& each : to_list(name)) {
        if (auto* one = each.is_text() ? find_template(frame, each) : nullptr) return one;
    }
    return nullptr;
}

const CompiledTemplate& get_template(Frame& frame, const Value& name) {
    if (auto* found = find_template(frame, name)) return *found;
    if (name.is_text()) frame.render.environment.throw_not_found(name.text());
    throw_none_found(name.is_none() ? std::vector<Value>{} : to_list(name));
}

/// The name of one template; what `extends` and `import` take.
void check_name(const Value& name, Frame& frame) {
    if (name.is_undefined()) throw_undefined(name);
    (void)hash(name);  // lists are not hashable
    if (!name.is_text()) frame.render.environment.throw_not_found(str(name));
}

}  // namespace

Value self_of(Context& context) { return Value::thing(make<SelfReference>(Ref<Context>::share(&context))); }

Value super_of(Context& context, std::string_view block, std::size_t level) {
    auto* blocks = context.blocks_of(block);
    if (blocks == nullptr || level + 1 >= blocks->size()) {
        return undefined_hint(context.render().undefined(),
                              "there is no parent block called '" + std::string{block} + "'.", "super");
    }
    return Value::thing(make<BlockReference>(block, Ref<Context>::share(&context), level + 1));
}

void put_locals(Frame& frame, Locals locals, Context& into) {
    for (auto& local : locals) {
        Value& value = frame.variables.at(local.slot);
        if (!value.is_missing()) into.locals.emplace_back(local.name, value);
    }
}

Ref<Context> context_with(Frame& frame, const CompiledTemplate& compiled, Locals locals) {
    auto context = make<Context>(frame.render, compiled);
    context->outer = Ref<Context>::share(&frame.context);
    put_locals(frame, locals, *context);
    return context;
}

void execute_extends(const Extends& node, Frame& frame) {
    if (*frame.parent != nullptr) throw_runtime("extended multiple times");
    Value name = evaluate(*node.parent, frame);
    check_name(name, frame);
    *frame.parent = frame.render.environment.get(name.text());
    frame.context.add_blocks(frame.render.keep(*frame.parent));
}

void execute_block(const Block& node, Frame& frame) {
    if (node.never || (node.only_without_parent && frame.parent != nullptr && *frame.parent != nullptr)) return;
    auto context = Ref<Context>::share(&frame.context);
    if (node.scoped) {
        context = frame.context.derived();
        put_locals(frame, node.locals, *context);
    }
    auto& blocks = *frame.context.blocks_of(node.name);
    if (node.required && blocks.size() <= 1) {
        throw_runtime("Required block '" + std::string{node.name} + "' not found");
    }
    run_block_to(BlockCode(blocks.front()), *context, 0, *frame.out);
}

void execute_include(const Include& node, Frame& frame) {
    Value name = evaluate(*node.template_, frame);
    auto* found = node.ignore_missing ? find_template(frame, name) : &get_template(frame, name);
    if (found == nullptr) return;
    frame.render.step(*frame.out);
    if (node.with_context) {
        frame.render.run(*found, *context_with(frame, *found, node.locals), *frame.out);
        return;
    }
    auto context = make<Context>(frame.render, *found);
    context->with_arguments = false;
    frame.render.run(*found, *context, *frame.out);
}

namespace {

Value import_module(const Import& node, Frame& frame) {
    Value name = evaluate(*node.template_, frame);
    check_name(name, frame);
    auto& found = get_template(frame, name);
    auto context = node.with_context ? context_with(frame, found, node.locals) : make<Context>(frame.render, found);
    context->with_arguments = node.with_context;
    std::string text;
    frame.render.run(found, *context, text);
    return Value::thing(make<Module>(std::move(context), std::move(text)));
}

std::string not_exported(const Value& module, std::string_view name, const Import& node, const Frame& frame) {
    std::string text = "the template ";
    append_text_repr(text, static_cast<const Module&>(module.thing()).name());
    text += " (imported on line " + std::to_string(node.line);
    if (!frame.compiled.name.empty()) append_text_repr(text += " in ", frame.compiled.name);
    append_text_repr(text += ") does not export the requested name ", name);
    return text;
}

void put_imported(const Name& target, const Value& value, const Import& node, Frame& frame) {
    frame.variables.at(target.slot) = value;
    if (node.top_level) frame.context.set(target.name, value, false);
}

}  // namespace

void execute_import(const Import& node, Frame& frame) {
    Value module = import_module(node, frame);
    if (node.target != nullptr) return put_imported(*node.target, module, node, frame);
    for (auto& imported : node.names) {
        Value value;
        if (!module.thing().attribute(imported.name, value)) {
            value = undefined_hint(frame.render.undefined(), not_exported(module, imported.name, node, frame),
                                   imported.name);
        }
        put_imported(*imported.target, value, node, frame);
    }
}

}  // namespace retort::templates
