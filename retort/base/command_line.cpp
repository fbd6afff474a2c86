// Commands as they are declared and as their help shows them.
#include "retort/base/command_line.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "retort/base/error.hpp"
#include "retort/base/multi_dict.hpp"
#include "retort/base/suggest.hpp"
#include "retort/base/text.hpp"

namespace retort::commands {
namespace {

constexpr std::size_t page_width = 78;
constexpr std::size_t widest_left_column = 30;

std::string_view placeholder_of(ParameterKind kind) {
    switch (kind) {
        case ParameterKind::integer: return "INTEGER";
        case ParameterKind::real: return "FLOAT";
        case ParameterKind::text: return "TEXT";
        case ParameterKind::flag: break;
    }
    return "";
}

std::string range_of(const Option& option) {
    if (!option.least && !option.most) return "";
    std::string range = option.least ? std::to_string(*option.least) + "<=x" : "x";
    if (option.most) range += "<=" + std::to_string(*option.most);
    return range;
}

/// Wraps words to the page; every line but the first starts with `indent` blanks.
void append_wrapped(std::string& out, std::string_view text, std::size_t indent, std::size_t column) {
    bool first = true;
    for (auto word : split(text, ' ')) {
        if (!first && column + 1 + word.size() > page_width) {
            out += '\n';
            out.append(indent, ' ');
            column = indent;
        } else if (!first) {
            out += ' ';
            ++column;
        }
        out.append(word);
        column += utf8_length(word);
        first = false;
    }
}

using Row = std::pair<std::string, std::string>;

void append_table(std::string& out, std::string_view title, const std::vector<Row>& rows) {
    if (rows.empty()) return;
    std::size_t width = 0;
    for (const auto& row : rows) width = std::max(width, row.first.size());
    std::size_t column = std::min(width, widest_left_column) + 4;
    out.append("\n").append(title).append(":\n");
    for (const auto& [left, right] : rows) {
        out.append("  ").append(left);
        if (!right.empty()) {
            bool fits = left.size() + 4 <= column;
            if (!fits) out += '\n';
            out.append(fits ? column - left.size() - 2 : column, ' ');
            append_wrapped(out, right, column, column);
        }
        out += '\n';
    }
}

std::string option_label(const Option& option) {
    std::string label;
    std::string off;
    for (const auto& spelling : option.spellings) {
        auto slash = spelling.find('/');
        label.append(label.empty() ? "" : ", ").append(spelling.substr(0, slash));
        if (slash != std::string::npos) off.append(off.empty() ? " / " : ", ").append(spelling.substr(slash + 1));
    }
    if (option.kind == ParameterKind::flag) return label + off;
    return label + " " + (option.placeholder.empty() ? std::string{placeholder_of(option.kind)} : option.placeholder);
}

std::string option_help(const Option& option) {
    std::vector<std::string> notes;
    if (!option.environment.empty()) notes.push_back("env var: " + option.environment);
    if (option.show_default && option.default_value) notes.push_back("default: " + *option.default_value);
    if (auto range = range_of(option); !range.empty()) notes.push_back(range);
    if (option.required) notes.push_back("required");
    std::string text = option.help;
    if (notes.empty()) return text;
    return text + (text.empty() ? "[" : "  [") + join(notes, "; ") + "]";
}

std::string argument_label(const Argument& argument) {
    std::string label = ascii_upper(argument.name);
    if (!argument.required) label = "[" + label + "]";
    return argument.variadic ? label + "..." : label;
}

std::string short_help(const std::string& help) {
    std::string text = help.substr(0, help.find('\n'));
    auto stop = text.find(". ");
    return stop == std::string::npos ? text : text.substr(0, stop + 1);
}

}  // namespace

std::string Option::name() const {
    std::string_view best = spellings.empty() ? std::string_view{} : std::string_view{spellings.front()};
    for (std::string_view spelling : spellings) {
        if (spelling.starts_with("--")) {
            best = spelling;
            break;
        }
    }
    best = best.substr(0, best.find('/'));
    best.remove_prefix(std::min(best.find_first_not_of('-'), best.size()));
    std::string name{best};
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

Command::Command(std::string name, std::string help, Callback callback)
    : name_(std::move(name)), help_(std::move(help)), callback_(std::move(callback)) {}
Command::~Command() = default;

std::span<const Option> Command::options() const { return options_; }
std::span<const Argument> Command::arguments() const { return arguments_; }
const Group* Command::as_group() const { return nullptr; }

Group::Group(std::string name, std::string help, Callback callback)
    : Command(std::move(name), std::move(help), std::move(callback)) {}
Group::~Group() = default;

std::span<const detail::Owned<Command>> Group::commands() const { return commands_; }
const Group* Group::as_group() const { return this; }

Command& Command::option(Option option) {
    if (option.name().empty()) {
        throw ArgumentError("malformed-option"_code, "an option of the command " + name_ + " has no spelling.",
                            "say how it is written: .spellings = {\"-n\", \"--name\"}");
    }
    options_.push_back(std::move(option));
    return *this;
}

Command& Command::argument(Argument argument) {
    arguments_.push_back(std::move(argument));
    return *this;
}

Command& Command::on_call(Callback callback) {
    callback_ = std::move(callback);
    return *this;
}

Command& Command::hide(bool hidden) {
    hidden_ = hidden;
    return *this;
}

std::string Command::usage(std::string_view path) const {
    std::string line = "Usage: " + std::string{path} + " [OPTIONS]";
    for (const auto& argument : arguments_) line += " " + argument_label(argument);
    if (as_group() != nullptr) line += " COMMAND [ARGS]...";
    return line;
}

std::string Command::help_text(std::string_view path) const {
    std::string out = usage(path) + "\n";
    if (!help_.empty()) out += "\n";
    for (auto paragraph : help_.empty() ? std::vector<std::string_view>{} : split(help_, '\n')) {
        if (!paragraph.empty()) out += "  ";
        append_wrapped(out, paragraph, 2, 2);
        out += '\n';
    }
    std::vector<Row> rows;
    for (const auto& option : options_) {
        if (!option.hidden) rows.emplace_back(option_label(option), option_help(option));
    }
    rows.emplace_back("--help", "Show this message and exit.");
    append_table(out, "Options", rows);
    rows.clear();
    if (const Group* group = as_group()) {
        for (const auto& command : group->commands()) {
            if (!command->hidden()) rows.emplace_back(command->name(), short_help(command->help()));
        }
    }
    std::sort(rows.begin(), rows.end());
    append_table(out, "Commands", rows);
    return out;
}

Command& Group::adopt(std::unique_ptr<Command> command) {
    for (auto& known : commands_) {
        if (known->name() == command->name()) return *(known = std::move(command));
    }
    return *commands_.emplace_back(std::move(command));
}

Command& Group::command(std::string name, std::string help, Callback callback) {
    return adopt(std::make_unique<Command>(std::move(name), std::move(help), std::move(callback)));
}

Group& Group::group(std::string name, std::string help) {
    auto made = std::make_unique<Group>(std::move(name), std::move(help));
    Group& group = *made;
    adopt(std::move(made));
    return group;
}

const Command* Group::find(std::string_view name) const { return const_cast<Group*>(this)->find(name); }
Command* Group::find(std::string_view name) {
    for (auto& command : commands_) {
        if (command->name() == name) return command.get();
    }
    return nullptr;
}

const Invocation::Entry& Invocation::entry(std::string_view name) const {
    std::vector<std::string_view> known;
    for (const auto& entry : entries_) {
        if (entry.name == name) return entry;
        known.push_back(entry.name);
    }
    throw ArgumentError("unknown-parameter"_code,
                        "the command \"" + path_ + "\" has no option or argument \"" + std::string{name} + "\".",
                        did_you_mean_hint(name, known, "declare it with option({…}) or argument({…})"));
}

std::optional<std::string> Invocation::find(std::string_view name) const {
    const auto& found = entry(name);
    return found.values.empty() ? std::nullopt : std::optional{found.values.back()};
}

std::string Invocation::text(std::string_view name) const { return find(name).value_or(""); }

std::int64_t Invocation::integer(std::string_view name) const {
    auto number = detail::text_to_integer(text(name));
    if (number) return *number;
    throw UsageError("missing-parameter"_code, "Missing value for '" + std::string{name} + "'.");
}

double Invocation::real(std::string_view name) const {
    auto number = detail::text_to_real(text(name));
    if (number) return *number;
    throw UsageError("missing-parameter"_code, "Missing value for '" + std::string{name} + "'.");
}

bool Invocation::flag(std::string_view name) const { return detail::text_to_bool(text(name)).value_or(false); }
std::vector<std::string> Invocation::list(std::string_view name) const { return entry(name).values; }
bool Invocation::given(std::string_view name) const { return entry(name).given; }

void Invocation::echo(std::string_view line) const {
    if (output_ != nullptr) {
        output_->append(line).append("\n");
        return;
    }
    std::string whole = std::string{line} + "\n";
    std::fwrite(whole.data(), 1, whole.size(), stdout);
    std::fflush(stdout);
}

}  // namespace retort::commands
