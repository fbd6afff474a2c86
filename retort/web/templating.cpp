// render_template and its kin: finding an app's templates, and putting together what they see.
#include "retort/web/templating.hpp"

#include "retort/template/compiled.hpp"
#include "retort/web/application.hpp"
#include "retort/web/embedded.hpp"
#include "retort/web/response.hpp"
#include "retort/web/signals.hpp"
#include "retort/web/stream_with_context.hpp"
#include "retort/web/templating_state.hpp"

namespace retort {

namespace templates {
NamedValue::NamedValue(const NamedValue& other) = default;
NamedValue::NamedValue(NamedValue&& other) noexcept = default;
NamedValue::~NamedValue() = default;
NamedValue::NamedValue(std::string_view named, std::initializer_list<Value> items)
    : name(named), value(list(std::vector<Value>(items))) {}

void Values::add(const json& document) {
    for (auto& [name, value] : document.items()) emplace_back(name, from_json(value));
}
}  // namespace templates

namespace detail {

namespace {

/// The embedded files of one folder, by their names in it.
std::unique_ptr<templates::Loader> embedded_templates(const std::string& folder) {
    std::map<std::string, std::string> texts;
    auto beginning = folder + "/";
    for (auto& file : EmbeddedFiles::all()) {
        if (file.name.starts_with(beginning)) texts.emplace(file.name.substr(beginning.size()), file.text);
    }
    return templates::text_loader(std::move(texts));
}

std::vector<templates::Argument> borrowed(const templates::Values& values) {
    std::vector<templates::Argument> arguments;
    for (auto& value : values) arguments.emplace_back(value.name, value.value.alias());
    return arguments;
}
std::vector<templates::Argument> borrowed(const json& document) {
    std::vector<templates::Argument> arguments;
    for (auto& [name, value] : document.items()) arguments.emplace_back(name, templates::borrow_json(value));
    return arguments;
}

bool has_listeners() {
    return signals::before_render_template.has_receivers() || signals::template_rendered.has_receivers();
}

}  // namespace

Templating::Templating(Application& app) : app_(app) {}

templates::Environment& Templating::environment() {
    std::lock_guard lock(mutex_);
    if (environment_) return *environment_;
    auto made = std::make_unique<templates::Environment>();
    bool debug = app_.config.get<bool>("DEBUG", false);
    made->options().auto_reload = app_.config.get<bool>("TEMPLATES_AUTO_RELOAD", debug);
    for (auto& folder : folders_) made->add_loader(folder_on_disk(folder));
    for (auto& folder : folders_) made->add_loader(embedded_templates(folder));
    add_web_globals(*made, app_);
    for (auto& addition : additions_) addition(*made);
    environment_ = std::move(made);
    return *environment_;
}

std::unique_ptr<templates::Loader> Templating::folder_on_disk(const std::string& folder) const {
    return templates::folder_loader(folder.starts_with('/') ? folder : app_.root_path + "/" + folder);
}

void Templating::when_made(std::function<void(templates::Environment&)> addition) {
    std::lock_guard lock(mutex_);
    if (environment_) return addition(*environment_);
    additions_.push_back(std::move(addition));
}

void Templating::add_folder(std::string folder) {
    std::lock_guard lock(mutex_);
    if (environment_) {
        environment_->add_loader(folder_on_disk(folder));
        environment_->add_loader(embedded_templates(folder));
    }
    folders_.push_back(std::move(folder));
}

void Templating::add_processor(ContextProcessor processor, std::string_view blueprint) {
    processors_.push_back({std::string{blueprint}, std::move(processor)});
}

templates::Values Templating::processed() const {
    templates::Values all;
    auto take = [&](std::string_view blueprint) {
        for (auto& processor : processors_) {
            if (processor.blueprint != blueprint) continue;
            for (auto& value : processor.function()) all.push_back(std::move(value));
        }
    };
    // The last wins: the app's first, then those of the blueprints from the outside in.
    take({});
    auto blueprints = has_request_context() ? current_request().blueprints() : std::vector<std::string>{};
    for (auto name = blueprints.rbegin(); name != blueprints.rend(); ++name) take(*name);
    return all;
}

std::string Templating::render(const templates::CompiledTemplate& compiled,
                               const templates::TemplateArguments& arguments) {
    std::string out = take_spare_text();
    if (processors_.empty() && !has_listeners()) {
        environment().render_to(out, compiled, arguments);
    } else {
        with_all(compiled, arguments, [&](auto& all) { environment().render_to(out, compiled, all); });
    }
    return out;
}

void Templating::stream(const templates::CompiledTemplate& compiled, const templates::TemplateArguments& arguments,
                        const std::function<void(std::string_view)>& write) {
    with_all(compiled, arguments, [&](auto& all) { environment().stream(compiled, all, write); });
}

void Templating::with_all(const templates::CompiledTemplate& compiled, const templates::TemplateArguments& arguments,
                          const std::function<void(const templates::TemplateArguments&)>& render) {
    auto values = processed();
    auto all = borrowed(values);
    all.insert(all.end(), arguments.all().begin(), arguments.all().end());
    templates::TemplateArguments seen{std::span<const templates::Argument>(all)};
    SignalEvent event{.app = *app_.self};
    event.template_name = compiled.name;
    event.context = &seen;
    signals::before_render_template.send(event);
    render(seen);
    signals::template_rendered.send(event);
}

}  // namespace detail

detail::KeptArguments::KeptArguments(const templates::Values& values) : arguments_(borrowed(values)) {}
detail::KeptArguments::KeptArguments(const json& document) : arguments_(borrowed(document)) {}
detail::KeptArguments::~KeptArguments() = default;
detail::KeptArguments::operator templates::TemplateArguments() const {
    return templates::TemplateArguments(std::span<const templates::Argument>(arguments_));
}

std::string render_template(std::string_view name, const templates::TemplateArguments& arguments) {
    auto& templating = detail::app_context().app.templating();
    auto compiled = templating.environment().get(name);
    return templating.render(*compiled, arguments);
}

std::string render_first_template(std::initializer_list<std::string_view> names,
                                  const templates::TemplateArguments& arguments) {
    auto& environment = detail::app_context().app.templating().environment();
    for (auto name : names) {
        if (environment.find(name) != nullptr) return render_template(name, arguments);
    }
    environment.throw_not_found(names.size() == 0 ? std::string_view{} : names.begin()[names.size() - 1]);
}

std::string render_template_string(std::string_view source, const templates::TemplateArguments& arguments) {
    auto& templating = detail::app_context().app.templating();
    auto compiled = templating.environment().from_string(source);
    return templating.render(*compiled, arguments);
}

namespace {

/// The template, compiled while the view still runs: one that is missing or wrong is an error page, not half an answer.
Response stream_compiled(std::shared_ptr<const templates::CompiledTemplate> compiled, templates::Values values) {
    auto write = [compiled = std::move(compiled), values = std::move(values)](http::BodyWriter& body) {
        auto arguments = detail::borrowed(values);
        detail::app_context().app.templating().stream(*compiled, templates::TemplateArguments(arguments),
                                                      [&](std::string_view piece) { body.write(piece); });
    };
    return Response::stream(stream_with_context(std::move(write)));
}

}  // namespace

Response stream_template(std::string_view name, templates::Values values) {
    return stream_compiled(detail::app_context().app.templating().environment().get(name), std::move(values));
}

Response stream_template_string(std::string_view source, templates::Values values) {
    return stream_compiled(detail::app_context().app.templating().environment().from_string(source), std::move(values));
}

}  // namespace retort
