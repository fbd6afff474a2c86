// What an app keeps for its templates: their environment, their folders and the context processors.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "retort/template/environment.hpp"
#include "retort/web/templating.hpp"

namespace retort::detail {

class Application;

class Templating {
  public:
    explicit Templating(Application& app);

    /// Made when it is first asked for.
    templates::Environment& environment();
    /// Adds a filter, a test or a variable, now or when the environment is made: one that was made by the first of them
    /// would not see the config that comes behind.
    void when_made(std::function<void(templates::Environment&)> addition);
    /// A folder of the app or of a blueprint, relative to the app's root path.
    void add_folder(std::string folder);
    /// For every request, or for those of one blueprint.
    void add_processor(ContextProcessor processor, std::string_view blueprint = {});

    std::string render(const templates::CompiledTemplate& compiled, const templates::TemplateArguments& arguments);
    /// Writes it piece by piece.
    void stream(const templates::CompiledTemplate& compiled, const templates::TemplateArguments& arguments,
                const std::function<void(std::string_view)>& write);

  private:
    /// Calls with the arguments and what context processors give, and tells the two signals.
    void with_all(const templates::CompiledTemplate& compiled, const templates::TemplateArguments& arguments,
                  const std::function<void(const templates::TemplateArguments&)>& render);
    templates::Values processed() const;
    std::unique_ptr<templates::Loader> folder_on_disk(const std::string& folder) const;

    struct Processor {
        std::string blueprint;
        ContextProcessor function;
    };
    Application& app_;
    std::mutex mutex_;
    std::unique_ptr<templates::Environment> environment_;
    std::vector<std::function<void(templates::Environment&)>> additions_;
    std::vector<std::string> folders_;  ///< the app's first
    std::vector<Processor> processors_;
};

/// A function that templates call on an object: `request.get_json()`. Its first argument is the object.
templates::Member member_function(std::string_view name, templates::Function body);
/// `request`.
void add_request_global(templates::Environment& environment);
/// `session` and get_flashed_messages.
void add_session_globals(templates::Environment& environment);
/// The variables that every template of a web application has: url_for, config, request, g, and those of the session.
void add_web_globals(templates::Environment& environment, Application& app);

}  // namespace retort::detail
