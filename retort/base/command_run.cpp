// Reading a command line and running what it asks for.
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "retort/base/command_line.hpp"
#include "retort/base/multi_dict.hpp"
#include "retort/base/suggest.hpp"
#include "retort/base/text.hpp"

namespace retort::commands {
namespace {

std::string quoted(std::string_view text) { return "'" + std::string{text} + "'"; }

/// "'-p' / '--port'"
std::string label(const Option& option) {
    std::string out;
    for (const auto& spelling : option.spellings) {
        out += (out.empty() ? "" : " / ") + quoted(std::string_view{spelling}.substr(0, spelling.find('/')));
    }
    return out;
}

std::string label(const Argument& argument) { return quoted(ascii_upper(argument.name)); }

/// One option's spelling as it was found: which way a flag was turned.
struct Found {
    const Option* option = nullptr;
    bool on = true;
};

Found find_option(const Command& command, std::string_view spelling) {
    for (const auto& option : command.options()) {
        for (std::string_view both : option.spellings) {
            auto slash = both.find('/');
            if (both.substr(0, slash) == spelling) return {&option, true};
            if (slash != std::string_view::npos && both.substr(slash + 1) == spelling) return {&option, false};
        }
    }
    return {};
}

[[noreturn]] void no_such_option(const Command& command, std::string_view spelling) {
    std::vector<std::string> known{"--help"};
    for (const auto& option : command.options()) {
        for (std::string_view both : option.spellings) {
            for (auto one : split(both, '/')) known.emplace_back(one);
        }
    }
    auto near = spelling.starts_with("--") ? did_you_mean(spelling, known) : std::string{};
    throw UsageError("no-such-option"_code,
                     "No such option: " + std::string{spelling} + (near.empty() ? "" : " Did you mean " + near + "?"));
}

[[noreturn]] void bad_value(const std::string& of, const std::string& why) {
    throw UsageError("bad-option-value"_code, "Invalid value for " + of + ": " + why);
}

void check_value(const std::string& of, ParameterKind kind, const std::string& value, const Option* option) {
    if (kind == ParameterKind::real && !detail::text_to_real(value))
        bad_value(of, quoted(value) + " is not a valid float.");
    if (kind == ParameterKind::flag && !detail::text_to_bool(value))
        bad_value(of, quoted(value) + " is not a valid boolean.");
    if (kind != ParameterKind::integer) return;
    auto number = detail::text_to_integer(value);
    if (!number) bad_value(of, quoted(value) + " is not a valid integer.");
    if (option == nullptr) return;
    bool low = option->least && *number < *option->least, high = option->most && *number > *option->most;
    if (!low && !high) return;
    std::string range = option->least ? std::to_string(*option->least) + "<=x" : "x";
    if (option->most) range += "<=" + std::to_string(*option->most);
    bad_value(of, std::to_string(*number) + " is not in the range " + range + ".");
}

}  // namespace

/// One run: it walks down the groups and calls what is there.
class CommandRunner {
  public:
    CommandRunner(std::span<const std::string> arguments, std::string* captured)
        : rest_(arguments), captured_(captured) {}

    void run(const Command& command, const Invocation* parent, std::string path) {
        now_ = &command;
        path_ = path;
        Invocation call;
        call.command_ = &command;
        call.parent_ = parent;
        call.path_ = std::move(path);
        call.output_ = captured_;
        prepare(call);
        const Group* group = command.as_group();
        bool bare = group != nullptr && rest_.empty();
        if (!parse(call) || bare) return call.echo(trim(command.help_text(call.path_)));
        finish(call);
        if (command.callback()) command.callback()(call);
        if (group != nullptr) descend(*group, call);
    }

    std::string usage() const { return now_->usage(path_) + "\nTry '" + path_ + " --help' for help.\n\n"; }

  private:
    static void prepare(Invocation& call) {
        for (const auto& option : call.command_->options())
            call.entries_.push_back({option.name(), option.kind, {}, false});
        for (const auto& argument : call.command_->arguments()) {
            call.entries_.push_back({argument.name, argument.kind, {}, false});
        }
    }

    /// False when help was asked for.
    bool parse(Invocation& call) {
        bool options_end = false;
        while (!rest_.empty()) {
            std::string_view word = rest_.front();
            bool is_option = !options_end && word.size() > 1 && word[0] == '-';
            if (!is_option && call.command_->as_group() != nullptr) return true;
            rest_ = rest_.subspan(1);
            if (!is_option) {
                positional_.emplace_back(word);
            } else if (word == "--") {
                options_end = true;
            } else if ((word == "--help" || word == "-?") && find_option(*call.command_, word).option == nullptr) {
                return false;
            } else if (word.starts_with("--")) {
                long_option(call, word);
            } else {
                short_options(call, word);
            }
        }
        return true;
    }

    static Invocation::Entry& entry(Invocation& call, const std::string& name) {
        return const_cast<Invocation::Entry&>(call.entry(name));
    }

    static void store(Invocation& call, const Option& option, std::string value) {
        auto& place = entry(call, option.name());
        if (!option.multiple) place.values.clear();
        place.values.push_back(std::move(value));
        place.given = true;
    }

    std::string following(std::string_view spelling) {
        if (rest_.empty()) {
            throw UsageError("missing-parameter"_code, "Option " + quoted(spelling) + " requires an argument.");
        }
        std::string value = rest_.front();
        rest_ = rest_.subspan(1);
        return value;
    }

    void long_option(Invocation& call, std::string_view word) {
        auto equal = word.find('=');
        auto spelling = word.substr(0, equal);
        auto [option, on] = find_option(*call.command_, spelling);
        if (option == nullptr) no_such_option(*call.command_, spelling);
        bool has_value = equal != std::string_view::npos;
        if (option->kind == ParameterKind::flag) {
            if (has_value)
                throw UsageError("bad-option-value"_code, "Option " + quoted(spelling) + " does not take a value.");
            store(call, *option, on ? "true" : "false");
        } else {
            store(call, *option, has_value ? std::string{word.substr(equal + 1)} : following(spelling));
        }
    }

    /// `-p 80`, `-p80`, and flags in a row: `-ab`.
    void short_options(Invocation& call, std::string_view word) {
        for (std::size_t i = 1; i < word.size(); ++i) {
            std::string spelling{'-', word[i]};
            auto [option, on] = find_option(*call.command_, spelling);
            if (option == nullptr) no_such_option(*call.command_, i == 1 && word.size() > 2 ? word : spelling);
            if (option->kind != ParameterKind::flag) {
                return store(call, *option,
                             i + 1 < word.size() ? std::string{word.substr(i + 1)} : following(spelling));
            }
            store(call, *option, on ? "true" : "false");
        }
    }

    void finish(Invocation& call) {
        for (const auto& option : call.command_->options()) finish_option(entry(call, option.name()), option);
        if (call.command_->as_group() == nullptr) finish_arguments(call);
    }

    static void finish_option(Invocation::Entry& place, const Option& option) {
        const char* outside = option.environment.empty() ? nullptr : std::getenv(option.environment.c_str());
        if (!place.given && outside != nullptr && *outside != '\0') {
            place.values = {outside};
            place.given = true;
        }
        for (const auto& value : place.values) check_value(label(option), option.kind, value, &option);
        if (place.given) return;
        if (option.required) throw UsageError("missing-parameter"_code, "Missing option " + label(option) + ".");
        if (!option.default_value) return;
        check_value("the default of " + label(option), option.kind, *option.default_value, &option);
        place.values = {*option.default_value};
    }

    void finish_arguments(Invocation& call) {
        std::size_t next = 0;
        for (const auto& argument : call.command_->arguments()) {
            auto& place = entry(call, argument.name);
            while (next < positional_.size() && (argument.variadic || place.values.empty())) {
                place.values.push_back(positional_[next++]);
                place.given = true;
                check_value(label(argument), argument.kind, place.values.back(), nullptr);
            }
            if (place.given) continue;
            if (argument.default_value) {
                check_value("the default of " + label(argument), argument.kind, *argument.default_value, nullptr);
                place.values = {*argument.default_value};
            }
            if (argument.required && !argument.default_value) {
                throw UsageError("missing-parameter"_code, "Missing argument " + label(argument) + ".");
            }
        }
        if (next == positional_.size()) return;
        std::vector<std::string> extra(positional_.begin() + static_cast<std::ptrdiff_t>(next), positional_.end());
        throw UsageError("extra-argument"_code, std::string{"Got unexpected extra argument"} +
                                                    (extra.size() > 1 ? "s (" : " (") + join(extra, " ") + ")");
    }

    void descend(const Group& group, const Invocation& call) {
        if (rest_.empty()) throw UsageError("missing-parameter"_code, "Missing command.");
        std::string name = rest_.front();
        const Command* next = group.find(name);
        if (next == nullptr) {
            std::vector<std::string_view> known;
            for (const auto& command : group.commands()) known.push_back(command->name());
            auto near = did_you_mean(name, known);
            throw UsageError("no-such-command"_code, "No such command " + quoted(name) + "." +
                                                         (near.empty() ? "" : " Did you mean " + quoted(near) + "?"));
        }
        rest_ = rest_.subspan(1);
        run(*next, &call, call.path() + " " + name);
    }

    std::span<const std::string> rest_;
    std::string* captured_;
    const Command* now_ = nullptr;
    std::string path_;
    std::vector<std::string> positional_;
};

namespace {

std::string report(const Error& error) {
    return "Error: " + error.message() + "\n" + (error.hint().empty() ? "" : "  mend: " + error.hint() + "\n");
}

RunResult run_with(const Group& root, std::span<const std::string> arguments, std::string_view program, bool capture) {
    RunResult result;
    CommandRunner runner{arguments, capture ? &result.output : nullptr};
    try {
        runner.run(root, nullptr, program.empty() ? root.name() : std::string{program});
    } catch (const UsageError& error) {
        result.errors = runner.usage() + report(error);
        result.exit_code = error.exit_code();
    } catch (const CommandError& error) {
        result.errors = report(error);
        result.exit_code = error.exit_code();
    } catch (const Error& error) {
        result.errors = std::string{error.what()} + "\n";
        result.exit_code = 1;
    } catch (const std::exception& error) {
        result.errors = std::string{"Error: "} + error.what() + "\n";
        result.exit_code = 1;
    } catch (...) {
        result.errors = "Error: the command threw something that is no std::exception\n";
        result.exit_code = 1;
    }
    return result;
}

}  // namespace

int run(const Group& root, int argc, const char* const* argv) {
    std::vector<std::string> arguments;
    for (int i = 1; i < argc; ++i) arguments.emplace_back(argv[i]);
    std::string_view program = argc > 0 ? argv[0] : "";
    program = program.substr(program.rfind('/') + 1);
    auto result = run_with(root, arguments, program, false);
    std::fwrite(result.errors.data(), 1, result.errors.size(), stderr);
    return result.exit_code;
}

RunResult run_captured(const Group& root, std::span<const std::string> arguments, std::string_view program) {
    return run_with(root, arguments, program, true);
}

}  // namespace retort::commands
