// Finding, caching and rendering templates.
#include "retort/template/environment.hpp"

#include <algorithm>

#include "retort/base/suggest.hpp"
#include "retort/template/builtins.hpp"
#include "retort/template/compiled.hpp"
#include "retort/template/render.hpp"

namespace retort::templates {

Argument::Argument(std::string_view of, Value given) : name(of), value(std::move(given)) {}
Argument::Argument(std::string_view of, std::initializer_list<Value> items)
    : name(of), value(list(std::vector<Value>(items))) {}
Argument::Argument(const Argument& other) = default;
Argument::~Argument() = default;
TemplateArguments::TemplateArguments(std::initializer_list<Argument> arguments)
    : arguments_(arguments.begin(), arguments.size()) {}
TemplateArguments::TemplateArguments(std::span<const Argument> arguments) : arguments_(arguments) {}

namespace {

constexpr std::string_view escaped_endings[] = {".html", ".htm", ".xml", ".xhtml", ".svg"};

/// Every value inside of a global may be read by several threads at once; nothing may change it.
void freeze(const Value& value, int depth = 0) {
    if (!value.is_thing() || depth > most_nesting) return;
    value.thing().frozen = true;
    if (auto* all = sequence_of(value)) {
        for (auto& item : all->items()) freeze(item, depth + 1);
    } else if (auto* dict = value.as<Dict>()) {
        for (auto& [key, item] : dict->entries()) freeze(item, depth + 1);
        (void)dict->find(Value());  // a large one is indexed by its first search
    }
}

template <class Map>
std::string near(const Map& known, std::string_view wrong) {
    std::vector<std::string_view> names;
    names.reserve(known.size());
    for (auto& [name, value] : known) names.push_back(name);
    return did_you_mean_hint(wrong, names);
}

}  // namespace

Environment::Environment(Options options) : options_(std::move(options)) {
    add_builtin_filters(filters_);
    add_builtin_tests(tests_);
    add_builtin_globals(*this);
}
Environment::~Environment() = default;

void Environment::add_loader(std::unique_ptr<Loader> loader) { loaders_.push_back(std::move(loader)); }
void Environment::add_filter(std::string name, Function filter) { filters_[std::move(name)] = std::move(filter); }
void Environment::add_test(std::string name, Function test) { tests_[std::move(name)] = std::move(test); }
void Environment::add_global(std::string name, Value value) {
    freeze(value);
    globals_[std::move(name)] = std::move(value);
}
void Environment::add_global(std::string name, Function function) {
    Value value = templates::function(name, std::move(function));
    globals_[std::move(name)] = std::move(value);
}

bool Environment::autoescapes(std::string_view name) const {
    if (options_.autoescape) return options_.autoescape(name);
    return name.empty() || std::any_of(std::begin(escaped_endings), std::end(escaped_endings),
                                       [&](auto ending) { return name.ends_with(ending); });
}

const Function* Environment::find_filter(std::string_view name) const {
    auto found = filters_.find(name);
    return found == filters_.end() ? nullptr : &found->second;
}
const Function* Environment::find_test(std::string_view name) const {
    auto found = tests_.find(name);
    return found == tests_.end() ? nullptr : &found->second;
}
bool Environment::find_global(std::string_view name, Value& out) const {
    auto found = globals_.find(name);
    if (found == globals_.end()) return false;
    out = found->second.alias();
    return true;
}
std::string Environment::filter_hint(std::string_view wrong) const { return near(filters_, wrong); }
std::string Environment::test_hint(std::string_view wrong) const { return near(tests_, wrong); }

std::vector<std::string> Environment::names() const {
    std::vector<std::string> all;
    for (auto& loader : loaders_) {
        for (auto& name : loader->names()) all.push_back(std::move(name));
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

void Environment::throw_not_found(std::string_view name) const {
    auto all = names();
    auto nearest = did_you_mean(name, std::span<const std::string>(all));
    throw TemplateNotFound("template-not-found"_code, "There is no template \"" + std::string{name} + "\".",
                           nearest.empty() ? "put it into the templates folder" : "did you mean \"" + nearest + "\"?");
}

std::shared_ptr<const CompiledTemplate> Environment::load(std::string_view name) {
    for (auto& loader : loaders_) {
        auto source = loader->load(name);
        if (!source) continue;
        auto compiled = compile(*this, std::string{name}, std::move(source->text));
        std::lock_guard lock(mutex_);
        cache_[std::string{name}] = {compiled, std::move(source->stamp), loader.get()};
        return compiled;
    }
    return nullptr;
}

std::shared_ptr<const CompiledTemplate> Environment::find(std::string_view name) {
    Cached known;
    {
        std::lock_guard lock(mutex_);
        auto found = cache_.find(name);
        if (found != cache_.end()) {
            if (!options_.auto_reload || found->second.stamp.empty()) return found->second.compiled;
            known = found->second;
        }
    }
    if (known.compiled && known.loader->stamp(name) == known.stamp) return known.compiled;
    return load(name);
}

std::shared_ptr<const CompiledTemplate> Environment::get(std::string_view name) {
    auto found = find(name);
    if (found == nullptr) throw_not_found(name);
    return found;
}

std::shared_ptr<const CompiledTemplate> Environment::from_string(std::string_view source) {
    return compile(*this, {}, std::string{source});
}

void Environment::render_to(std::string& out, const CompiledTemplate& compiled, const TemplateArguments& arguments) {
    Render render(*this, arguments.all());
    auto context = make<Context>(render, compiled);
    auto before = out.size();
    out.reserve(before + compiled.usual_size.load(std::memory_order_relaxed));
    render.run(compiled, *context, out);
    compiled.usual_size.store(out.size() - before + 64, std::memory_order_relaxed);
}

void Environment::stream(const CompiledTemplate& compiled, const TemplateArguments& arguments,
                         const std::function<void(std::string_view)>& write) {
    Render render(*this, arguments.all());
    auto context = make<Context>(render, compiled);
    render.stream(compiled, *context, write);
}

std::string Environment::render(std::string_view name, const TemplateArguments& arguments) {
    auto compiled = get(name);
    std::string out;
    render_to(out, *compiled, arguments);
    return out;
}

std::string Environment::render_string(std::string_view source, const TemplateArguments& arguments) {
    auto compiled = from_string(source);
    std::string out;
    render_to(out, *compiled, arguments);
    return out;
}

std::string Environment::render_first(std::span<const std::string_view> names, const TemplateArguments& arguments) {
    for (auto name : names) {
        if (auto compiled = find(name)) {
            std::string out;
            render_to(out, *compiled, arguments);
            return out;
        }
    }
    throw_not_found(names.empty() ? std::string_view{} : names.back());
}

}  // namespace retort::templates
