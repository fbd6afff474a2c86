// The program's command line: run, routes, runserver, and the commands of the app and its blueprints.
#include <algorithm>
#include <array>

#include "retort/base/command_line.hpp"
#include "retort/base/suggest.hpp"
#include "retort/base/text.hpp"
#include "retort/web/application.hpp"
#include "retort/web/testing.hpp"

namespace retort::detail {
namespace {

RunOptions run_options(const Invocation& call) {
    RunOptions options;
    options.host = call.text("host");
    options.port = static_cast<std::uint16_t>(call.integer("port"));
    options.debug = call.flag("debug");
    return options;
}

commands::Option host_option() {
    return {.spellings = {"-h", "--host"},
            .help = "The address to listen on.",
            .default_value = "127.0.0.1",
            .environment = "RETORT_RUN_HOST",
            .show_default = true};
}

commands::Option port_option() {
    return {.spellings = {"-p", "--port"},
            .help = "The port to listen on; 0 lets the system choose.",
            .kind = commands::ParameterKind::integer,
            .default_value = "5000",
            .environment = "RETORT_RUN_PORT",
            .least = 0,
            .most = 65535,
            .show_default = true};
}

void add_run(commands::Group& root, Application& app) {
    root.command("run", "Serve the application.",
                 [&app](const Invocation& call) {
                     auto options = run_options(call);
                     options.threads = static_cast<unsigned>(call.integer("threads"));
                     options.ssl_context = {call.text("cert"), call.text("key")};
                     if (call.given("debug") && !options.debug) app.config["DEBUG"] = false;
                     app.run(options);
                 })
        .option(host_option())
        .option(port_option())
        .option({.spellings = {"--debug/--no-debug"},
                 .help = "Show errors in the browser.",
                 .kind = commands::ParameterKind::flag,
                 .environment = "RETORT_DEBUG"})
        .option({.spellings = {"--threads"},
                 .help = "Threads that serve; 0: one a core.",
                 .kind = commands::ParameterKind::integer,
                 .default_value = "0",
                 .environment = "RETORT_RUN_THREADS",
                 .least = 0,
                 .most = 1024})
        .option({.spellings = {"--cert"},
                 .help = "Serve HTTPS with this certificate (PEM), or with one made in memory: adhoc.",
                 .default_value = "",
                 .environment = "RETORT_RUN_CERT",
                 .placeholder = "FILE"})
        .option({.spellings = {"--key"},
                 .help = "The certificate's private key (PEM), unless it stands in the same file.",
                 .default_value = "",
                 .environment = "RETORT_RUN_KEY",
                 .placeholder = "FILE"});
}

void add_runserver(commands::Group& root, Application& app) {
    root.command("runserver", "The older name of run.", [&app](const Invocation& call) { app.run(run_options(call)); })
        .option(host_option())
        .option(port_option())
        .option({.spellings = {"-d", "--debug"},
                 .help = "Show errors in the browser.",
                 .kind = commands::ParameterKind::flag})
        .option({.spellings = {"-D", "--no-debug"}, .help = "Do not.", .kind = commands::ParameterKind::flag});
}

std::string shown_methods(const Rule& rule, bool all) {
    std::vector<std::string> shown;
    for (auto& method : rule.methods()) {
        if (all || (method != "HEAD" && method != "OPTIONS")) shown.push_back(method);
    }
    return join(shown, ", ");
}

using Row = std::array<std::string, 3>;

std::string padded(const std::string& text, std::size_t width) {
    return text + std::string(width > text.size() ? width - text.size() : 0, ' ');
}

void print_table(const Invocation& call, const std::vector<Row>& rows) {
    Row titles{"Endpoint", "Methods", "Rule"};
    std::array<std::size_t, 3> widths{};
    for (std::size_t i = 0; i < 3; ++i) {
        widths[i] = titles[i].size();
        for (auto& row : rows) widths[i] = std::max(widths[i], row[i].size());
    }
    call.echo(padded(titles[0], widths[0]) + "  " + padded(titles[1], widths[1]) + "  " + titles[2]);
    call.echo(std::string(widths[0], '-') + "  " + std::string(widths[1], '-') + "  " + std::string(widths[2], '-'));
    for (auto& row : rows) call.echo(padded(row[0], widths[0]) + "  " + padded(row[1], widths[1]) + "  " + row[2]);
}

void sort_rules(std::vector<const Rule*>& rules, const std::string& by) {
    auto order = [&](auto key) {
        // Equal keys keep the order in which the rules were added.
        std::vector<std::pair<decltype(key(*rules[0])), std::size_t>> keys;
        keys.reserve(rules.size());
        for (std::size_t i = 0; i < rules.size(); ++i) keys.emplace_back(key(*rules[i]), i);
        std::sort(keys.begin(), keys.end());
        auto unsorted = rules;
        for (std::size_t i = 0; i < rules.size(); ++i) rules[i] = unsorted[keys[i].second];
    };
    if (by == "endpoint") {
        order([](const Rule& rule) { return rule.endpoint(); });
    } else if (by == "rule") {
        order([](const Rule& rule) { return rule.text(); });
    } else if (by == "methods") {
        order([](const Rule& rule) { return rule.methods(); });
    } else if (by != "match") {
        static constexpr std::array<std::string_view, 4> known{"endpoint", "methods", "rule", "match"};
        throw UsageError("bad-option-value"_code, "--sort cannot be \"" + by + "\"",
                         did_you_mean_hint(by, known, "use endpoint, methods, rule or match"));
    }
}

void add_routes(commands::Group& root, Application& app) {
    root.command("routes", "Show the routes of the application.",
                 [&app](const Invocation& call) {
                     auto rules = app.url_map.rules();
                     if (app.host_map) {
                         for (auto* rule : app.host_map->rules()) rules.push_back(rule);
                     }
                     if (rules.empty()) return call.echo("No routes were registered.");
                     sort_rules(rules, call.text("sort"));
                     std::vector<Row> rows;
                     rows.reserve(rules.size());
                     bool all = call.flag("all_methods");
                     for (auto* rule : rules)
                         rows.push_back({rule->endpoint(), shown_methods(*rule, all),
                                         rule->text().substr(rule->path_at > 0 ? 1 : 0)});
                     print_table(call, rows);
                 })
        .option({.spellings = {"-s", "--sort"},
                 .help = "endpoint, methods, rule, or match: the order in which they were added.",
                 .default_value = "endpoint",
                 .placeholder = "[endpoint|methods|rule|match]"})
        .option({.spellings = {"--all-methods"},
                 .help = "Show HEAD and OPTIONS too.",
                 .kind = commands::ParameterKind::flag});
}

/// Copies the commands of a blueprint, whose own group may be taken up by several apps.
void copy_commands(const commands::Group& from, commands::Group& to) {
    for (auto& command : from.commands()) {
        if (auto* group = command->as_group()) {
            copy_commands(*group, to.group(group->name(), group->help()));
            continue;
        }
        auto& copy = to.command(command->name(), command->help(), command->callback());
        for (auto& option : command->options()) copy.option(option);
        for (auto& argument : command->arguments()) copy.argument(argument);
        copy.hide(command->hidden());
    }
}

}  // namespace

void Application::complete_commands() {
    if (commands.find("run") == nullptr) add_run(commands, *this);
    if (commands.find("runserver") == nullptr) add_runserver(commands, *this);
    if (commands.find("routes") == nullptr) add_routes(commands, *this);
    for (auto& [full_name, blueprint] : blueprints) {
        auto& group = blueprint.core->commands;
        if (!group.commands().empty() && commands.find(full_name) == nullptr) {
            copy_commands(group, commands.group(full_name, "Commands of the blueprint " + full_name + "."));
        }
    }
}

int Application::main(int argc, char** argv) {
    complete_commands();
    AppContext context{shared_from_this()};
    return commands::run(commands, argc, argv);
}

}  // namespace retort::detail
