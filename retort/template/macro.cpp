// Macros and call blocks: functions that templates write.
#include <algorithm>

#include "retort/template/render.hpp"

namespace retort::templates {

namespace {

class Macro final : public Thing {
  public:
    Macro(const MacroNode& node, Frame& frame)
        : Thing(Kind::other),
          node_(node),
          compiled_(frame.compiled),
          outer_(Ref<Activation>::share(&frame.variables)),
          context_(Ref<Context>::share(&frame.context)),
          autoescape_(frame.context.autoescape) {}

    std::string_view type_name() const override { return "jinja2.runtime.Macro"; }
    void repr(std::string& out, int) const override {
        out += "<Macro ";
        node_.target == nullptr ? (void)(out += "anonymous") : append_text_repr(out, node_.target->name);
        out += '>';
    }
    bool callable() const override { return true; }
    bool attribute(std::string_view name, Value& out) override;
    Value call(const Call& call) override;
    void clear() override { outer_ = {}; }

  private:
    void fill(const Call& call, Frame& frame);
    void fill_parameter(std::size_t at, const Call& call, std::vector<bool>& used, Frame& frame);
    void fill_special(const Call& call, std::vector<bool>& used, Frame& frame);
    void fill_defaults(Frame& frame);
    std::string quoted() const {
        return node_.target == nullptr ? "None" : "'" + std::string{node_.target->name} + "'";
    }

    const MacroNode& node_;
    const CompiledTemplate& compiled_;
    Ref<Activation> outer_;
    Ref<Context> context_;
    bool autoescape_;
};

bool Macro::attribute(std::string_view name, Value& out) {
    if (name == "name") {
        out = node_.target == nullptr ? Value() : Value::view(node_.target->name);
    } else if (name == "arguments") {
        std::vector<Value> names;
        for (auto* parameter : node_.parameters) names.push_back(Value::view(parameter->name));
        out = tuple(std::move(names));
    } else if (name == "catch_kwargs") {
        out = Value::boolean(node_.kwargs >= 0);
    } else if (name == "catch_varargs") {
        out = Value::boolean(node_.varargs >= 0);
    } else if (name == "caller") {
        out = Value::boolean(node_.caller >= 0);
    } else {
        return false;
    }
    return true;
}

void Macro::fill_parameter(std::size_t at, const Call& call, std::vector<bool>& used, Frame& frame) {
    auto& place = frame.variables.at(node_.parameters[at]->slot);
    if (at < call.arguments.size()) {
        place = call.arguments[at];
        return;
    }
    for (std::size_t given = 0; given < call.keywords.size(); ++given) {
        if (call.keywords[given].name != node_.parameters[at]->name) continue;
        place = call.keywords[given].value;
        used[given] = true;
    }
}

void Macro::fill_special(const Call& call, std::vector<bool>& used, Frame& frame) {
    if (node_.caller >= 0) {
        auto& place = frame.variables.at(static_cast<std::size_t>(node_.caller));
        place = undefined_hint(frame.render.undefined(), "No caller defined", "caller");
        for (std::size_t at = 0; at < call.keywords.size(); ++at) {
            if (call.keywords[at].name != "caller") continue;
            used[at] = true;
            if (!call.keywords[at].value.is_none()) place = call.keywords[at].value;
        }
    }
    auto rest = make<Dict>();
    for (std::size_t at = 0; at < call.keywords.size(); ++at) {
        if (used[at]) continue;
        auto name = std::string{call.keywords[at].name};
        if (node_.kwargs < 0 && name == "caller") {
            throw_type_error("macro " + quoted() +
                             " was invoked with two values for the special caller argument. This "
                             "is most likely a bug.");
        }
        if (node_.kwargs < 0) throw_type_error("macro " + quoted() + " takes no keyword argument '" + name + "'");
        rest->set(Value::text(name), call.keywords[at].value);
    }
    if (node_.kwargs >= 0) frame.variables.at(static_cast<std::size_t>(node_.kwargs)) = Value::thing(rest);
}

void Macro::fill_defaults(Frame& frame) {
    std::size_t first_default = node_.parameters.size() - node_.defaults.size();
    for (std::size_t at = 0; at < node_.parameters.size(); ++at) {
        auto* parameter = node_.parameters[at];
        if (!frame.variables.at(parameter->slot).is_missing()) continue;
        Value value;
        if (at >= first_default) {
            value = evaluate(*node_.defaults[at - first_default], frame);
        } else {
            value =
                undefined_hint(frame.render.undefined(),
                               "parameter '" + std::string{parameter->name} + "' was not provided", parameter->name);
        }
        frame.variables.at(parameter->slot) = std::move(value);
    }
}

void Macro::fill(const Call& call, Frame& frame) {
    std::vector<bool> used(call.keywords.size());
    for (std::size_t at = 0; at < node_.parameters.size(); ++at) fill_parameter(at, call, used, frame);
    fill_special(call, used, frame);
    std::size_t count = node_.parameters.size();
    if (node_.varargs >= 0) {
        std::vector<Value> rest;
        if (call.arguments.size() > count) {
            rest.assign(call.arguments.begin() + static_cast<std::ptrdiff_t>(count), call.arguments.end());
        }
        frame.variables.at(static_cast<std::size_t>(node_.varargs)) = tuple(std::move(rest));
    } else if (call.arguments.size() > count) {
        throw_type_error("macro " + quoted() + " takes not more than " + std::to_string(count) + " argument(s)");
    }
}

Value Macro::call(const Call& call) {
    auto& render = context_->render();
    render.check_stack();
    bool html = call.context != nullptr ? call.context->autoescape : autoescape_;
    auto variables = make<Activation>(render, node_.code, outer_.get());
    std::string text;
    Frame frame{render, compiled_, *variables, *context_, &text};
    frame.line = node_.line;
    fill(call, frame);
    try {
        enter(node_.code.entries, frame);
        fill_defaults(frame);
        execute(node_.code.body, frame);
    } catch (...) {
        tell_place(compiled_.name, frame.line, compiled_.source);
        throw;
    }
    variables->leave();
    return Value::text(std::move(text), html);
}

}  // namespace

void execute_macro(const MacroNode& node, Frame& frame) {
    Value macro = Value::thing(make<Macro>(node, frame));
    if (node.call != nullptr) {
        append_str(*frame.out, evaluate_call(*node.call, frame, &macro));
        return;
    }
    frame.variables.at(node.target->slot) = macro;
    if (node.top_level) frame.context.set(node.target->name, std::move(macro), node.target->name[0] != '_');
}

}  // namespace retort::templates
