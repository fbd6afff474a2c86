// What a blueprint keeps, and what it refuses.
#include "retort/web/blueprint.hpp"

#include "retort/template/environment.hpp"
#include "retort/web/errors.hpp"

namespace retort {
namespace {

std::shared_ptr<detail::BlueprintCore> make_core(std::string name, BlueprintOptions options) {
    if (name.empty()) {
        throw ArgumentError("empty-name"_code, "a blueprint needs a name",
                            "its endpoints begin with it: Blueprint api{\"api\"}");
    }
    if (name.find('.') != std::string::npos) {
        throw ArgumentError("dot-in-name"_code, "the name of blueprint \"" + name + "\" holds a dot",
                            "dots separate the names of nested blueprints; use register_blueprint on a blueprint");
    }
    auto core = std::make_shared<detail::BlueprintCore>();
    core->name = std::move(name);
    core->options = std::move(options);
    return core;
}

}  // namespace

Blueprint::Blueprint(std::string name, BlueprintOptions options)
    : Blueprint(make_core(std::move(name), std::move(options))) {}

Blueprint::Blueprint(std::shared_ptr<detail::BlueprintCore> core) : Scaffold(core), blueprint_(std::move(core)) {}

const std::string& Blueprint::name() const { return blueprint_->name; }

void Blueprint::register_blueprint(const Blueprint& child, RegisterOptions options) {
    blueprint_->check_open("register_blueprint");
    if (child.blueprint_ == blueprint_) {
        throw ArgumentError("blueprint-in-itself"_code, "blueprint \"" + name() + "\" cannot be registered on itself",
                            "register it on an app or on another blueprint");
    }
    blueprint_->children.push_back({child.blueprint_, std::move(options)});
}

void Blueprint::context_processor(ContextProcessor processor) {
    blueprint_->check_open("context_processor");
    blueprint_->context_processors.push_back(std::move(processor));
}
void Blueprint::app_context_processor(ContextProcessor processor) {
    blueprint_->check_open("app_context_processor");
    blueprint_->app_context_processors.push_back(std::move(processor));
}

void Blueprint::add_template_filter(std::string name, templates::Function filter) {
    blueprint_->check_open("app_template_filter");
    blueprint_->template_additions.push_back(
        [name = std::move(name), filter = std::move(filter)](auto& all) { all.add_filter(name, filter); });
}
void Blueprint::add_template_test(std::string name, templates::Function test) {
    blueprint_->check_open("app_template_test");
    blueprint_->template_additions.push_back(
        [name = std::move(name), test = std::move(test)](auto& all) { all.add_test(name, test); });
}
void Blueprint::add_template_global(std::string name, templates::Value value) {
    blueprint_->check_open("app_template_global");
    blueprint_->template_additions.push_back(
        [name = std::move(name), value = std::move(value)](auto& all) { all.add_global(name, value); });
}

detail::Hooks& Blueprint::app_hooks(std::string_view what) {
    blueprint_->check_open(what);
    return blueprint_->app_hooks;
}

namespace detail {

void BlueprintCore::add_route(RouteOf route) {
    check_open(told(route));
    if (route.options.endpoint.find('.') != std::string::npos) {
        throw ArgumentError("dot-in-name"_code,
                            "endpoint \"" + route.options.endpoint + "\" of blueprint \"" + name + "\" holds a dot",
                            "the blueprint's own name and a dot are put before it anyway");
    }
    routes.push_back(std::move(route));
}

void BlueprintCore::check_open(std::string_view what) const {
    if (!registered) return;
    throw SetupError(
        "late-setup"_code,
        std::string{what} + " of blueprint \"" + name + "\" comes too late: an app has taken it up already",
        "finish the blueprint before app.register_blueprint");
}

}  // namespace detail
}  // namespace retort
