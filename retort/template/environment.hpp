// Environment: the templates that there are, and what they may use. As jinja2.Environment.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retort/template/arguments.hpp"
#include "retort/template/errors.hpp"
#include "retort/template/lexer.hpp"
#include "retort/template/loader.hpp"

namespace retort::templates {

class CompiledTemplate;

/// Compiles templates once and renders them. May be used by several threads when it is set up.
///
///     Environment environment;
///     environment.add_loader(folder_loader("templates"));
///     std::string page = environment.render("hello.html", {{"name", "Ana"}});
class Environment {
  public:
    explicit Environment(Options options = Options());
    ~Environment();
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

    const Options& options() const { return options_; }
    /// For what is set before the first template is loaded.
    Options& options() { return options_; }

    /// Asked in the order in which they were added.
    void add_loader(std::unique_ptr<Loader> loader);
    void add_filter(std::string name, Function filter);
    void add_test(std::string name, Function test);
    /// A variable that every template sees. Lists and dicts of it cannot be changed by templates.
    void add_global(std::string name, Value value);
    void add_global(std::string name, Function function);

    /// Throws TemplateNotFound, TemplateSyntaxError, and what rendering throws.
    std::string render(std::string_view name, const TemplateArguments& arguments = {});
    std::string render_string(std::string_view source, const TemplateArguments& arguments = {});
    /// The first of these that there is.
    std::string render_first(std::span<const std::string_view> names, const TemplateArguments& arguments = {});
    /// Appends to `out`.
    void render_to(std::string& out, const CompiledTemplate& compiled, const TemplateArguments& arguments);
    /// Hands the text on in pieces while it comes into being.
    void stream(const CompiledTemplate& compiled, const TemplateArguments& arguments,
                const std::function<void(std::string_view)>& write);

    /// The compiled template; throws TemplateNotFound("template-not-found").
    std::shared_ptr<const CompiledTemplate> get(std::string_view name);
    std::shared_ptr<const CompiledTemplate> find(std::string_view name);
    std::shared_ptr<const CompiledTemplate> from_string(std::string_view source);
    /// Every name that the loaders know.
    std::vector<std::string> names() const;
    [[noreturn]] void throw_not_found(std::string_view name) const;

    bool autoescapes(std::string_view name) const;
    const Function* find_filter(std::string_view name) const;
    const Function* find_test(std::string_view name) const;
    bool find_global(std::string_view name, Value& out) const;
    std::string filter_hint(std::string_view wrong) const;
    std::string test_hint(std::string_view wrong) const;

  private:
    struct Cached {
        std::shared_ptr<const CompiledTemplate> compiled;
        std::string stamp;
        const Loader* loader = nullptr;
    };
    std::shared_ptr<const CompiledTemplate> load(std::string_view name);

    Options options_;
    std::vector<std::unique_ptr<Loader>> loaders_;
    std::map<std::string, Function, std::less<>> filters_;
    std::map<std::string, Function, std::less<>> tests_;
    std::map<std::string, Value, std::less<>> globals_;
    std::map<std::string, Cached, std::less<>> cache_;
    std::mutex mutex_;
};

}  // namespace retort::templates
