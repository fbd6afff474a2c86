// The command line: groups of commands with typed options, help and errors as click lays them out.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/error.hpp"
#include "retort/base/owned.hpp"

namespace retort::commands {

class Command;
class Group;

/// A command that could not do its work; `retort::run` prints it and exits with its code.
class CommandError : public Error {
  public:
    using Error::Error;
    /// 1, or 2 when the command line itself was wrong.
    virtual int exit_code() const noexcept { return 1; }
};

/// The command line itself is wrong: an unknown command or option, or a value that does not fit.
class UsageError : public CommandError {
  public:
    using CommandError::CommandError;
    int exit_code() const noexcept override { return 2; }
};

enum class ParameterKind : std::uint8_t { text, integer, real, flag };

/// `-h, --host TEXT`
struct Option {
    /// All spellings: `{"-h", "--host"}`; for a flag that can be turned off `"--debug/--no-debug"`.
    /// The first long one, without hyphens and with `_` for `-`, is its name in an Invocation.
    std::vector<std::string> spellings;
    std::string help;
    ParameterKind kind = ParameterKind::text;
    std::optional<std::string> default_value;
    /// The environment variable that is read when the option is not given.
    std::string environment;
    /// Bounds of an integer, both included.
    std::optional<std::int64_t> least;
    std::optional<std::int64_t> most;
    bool required = false;
    /// May be given several times.
    bool multiple = false;
    bool hidden = false;
    /// Show the default in the help.
    bool show_default = false;
    /// What stands for the value in the help; empty: TEXT, INTEGER …
    std::string placeholder;

    std::string name() const;
};

/// A value without a name: `NAME`, `[NAME]`, `NAMES...`
struct Argument {
    std::string name;
    ParameterKind kind = ParameterKind::text;
    bool required = true;
    /// Takes all that is left.
    bool variadic = false;
    std::optional<std::string> default_value;
};

/// One call of a command: what was given for its options and arguments.
class Invocation {
  public:
    /// The text given, from the environment or by default; empty when there is none. Throws ArgumentError for an
    /// option that the command does not have.
    std::optional<std::string> find(std::string_view name) const;
    /// The same; "" when there is none.
    std::string text(std::string_view name) const;
    /// Throws UsageError when it was not given and has no default.
    std::int64_t integer(std::string_view name) const;
    double real(std::string_view name) const;
    bool flag(std::string_view name) const;
    std::vector<std::string> list(std::string_view name) const;
    /// Whether it was given on the command line or in the environment, not by default.
    bool given(std::string_view name) const;

    const Command& command() const { return *command_; }
    /// The invocation of the group above, with the group's own options; null at the root.
    const Invocation* parent() const { return parent_; }
    /// "flask db upgrade"
    const std::string& path() const { return path_; }

    /// Writes a line to standard output, or to the test's capture.
    void echo(std::string_view line) const;

  private:
    friend class CommandRunner;
    struct Entry {
        std::string name;
        ParameterKind kind;
        std::vector<std::string> values;
        bool given;
    };
    const Entry& entry(std::string_view name) const;

    const Command* command_ = nullptr;
    const Invocation* parent_ = nullptr;
    std::string path_;
    std::vector<Entry> entries_;
    std::string* output_ = nullptr;
};

/// A command: its options, its arguments and what it does.
class Command {
  public:
    using Callback = std::function<void(const Invocation&)>;

    Command(std::string name, std::string help, Callback callback = {});
    virtual ~Command();
    Command(const Command&) = delete;
    Command& operator=(const Command&) = delete;

    Command& option(Option option);
    Command& argument(Argument argument);
    Command& on_call(Callback callback);
    /// Leaves it out of the help of its group.
    Command& hide(bool hidden = true);

    const std::string& name() const { return name_; }
    const std::string& help() const { return help_; }
    std::span<const Option> options() const;
    std::span<const Argument> arguments() const;
    const Callback& callback() const { return callback_; }
    bool hidden() const { return hidden_; }
    virtual const Group* as_group() const;

    /// The whole help text; `path` is how it was called, "flask run".
    std::string help_text(std::string_view path) const;
    /// "Usage: flask run [OPTIONS]"
    std::string usage(std::string_view path) const;

  private:
    std::string name_, help_;
    Callback callback_;
    std::vector<Option> options_;
    std::vector<Argument> arguments_;
    bool hidden_ = false;
};

/// A command of commands. Its own callback, if any, runs before the chosen command's.
class Group : public Command {
  public:
    Group(std::string name, std::string help, Callback callback = {});
    ~Group() override;

    /// Adds a command, or replaces the one of that name. The reference stays good while the group lives.
    Command& command(std::string name, std::string help, Callback callback);
    /// The same with what looks at nothing of its call: `[] { db.create_all(); }`.
    template <std::invocable Function>
        requires(!std::is_invocable_v<Function&, const Invocation&>)
    Command& command(std::string name, std::string help, Function function) {
        return command(std::move(name), std::move(help),
                       Callback([function = std::move(function)](const Invocation&) mutable { function(); }));
    }
    Group& group(std::string name, std::string help);
    const Command* find(std::string_view name) const;
    Command* find(std::string_view name);
    std::span<const detail::Owned<Command>> commands() const;
    const Group* as_group() const override;

  private:
    Command& adopt(std::unique_ptr<Command> command);

    std::vector<detail::Owned<Command>> commands_;
};

/// Runs what the arguments ask for and gives the exit code. Help goes to standard output; errors of any kind to
/// standard error, with their mend.
int run(const Group& root, int argc, const char* const* argv);

/// What a run printed, for tests.
struct RunResult {
    int exit_code = 0;
    std::string output;
    std::string errors;
};
/// Runs without touching standard output or error: `echo`, help and errors are captured.
RunResult run_captured(const Group& root, std::span<const std::string> arguments, std::string_view program = {});

}  // namespace retort::commands

namespace retort {
using commands::CommandError;
using commands::Invocation;
using commands::ParameterKind;
using commands::UsageError;
}  // namespace retort
