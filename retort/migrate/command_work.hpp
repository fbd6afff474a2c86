// CommandWork: what every command of migrations begins with: its folder, its revisions, its databases.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "retort/migrate/compare.hpp"
#include "retort/migrate/environment.hpp"
#include "retort/migrate/migrator.hpp"

namespace retort::migrations {

/// One run of a command.
class CommandWork {
  public:
    /// What revisions follow must be there, but for a command that brings it back.
    enum class Gaps : std::uint8_t { refused, allowed };
    CommandWork(const Environment& environment, const commands::Invocation& call, Gaps gaps = Gaps::refused);

    void say(const std::string& line) const { call.echo(line); }
    /// A line for the person, beside what the command prints.
    void tell(const std::string& line) const;

    /// A program without revisions needs the folder that they would be in; one that has them may run without it.
    void require_history() const {
        if (graph.empty()) folder.require();
    }
    /// Throws MigrationError("binds-share-a-file").
    std::vector<Place> databases() const;
    Migrator migrator(const Place& place, MigrateOptions options = {}) const;
    /// The schema of a database as operations away from its models.
    Changes changes(const Place& place, Migrator& migrator, bool asks = true) const;
    /// Those tables that the program may have a say in.
    std::vector<schemas::Table> tables_of(engines::Connection& connection) const;
    std::string file_of(const Script& script) const;
    /// Writes a revision, and says so.
    void write(NewRevision revision) const;
    /// The heads that a new revision follows, by --head and --splice.
    Names parents(const std::string& head, bool splice) const;
    bool ask(const std::string& question) const { return answer(question).value_or(false); }
    /// Empty where there is nobody to ask.
    std::optional<bool> answer(const std::string& question) const;
    /// With what --rev-id, --message and --branch-label say.
    NewRevision new_revision() const;

    const Environment& environment;
    const commands::Invocation& call;
    Folder folder;
    RevisionGraph graph;
};

/// What a reader of a step should know: what it drops, where it may fail or take long.
std::vector<std::string> effects_of(const Operation& operation);

/// As `history` shows a revision in one line.
struct LineStyle {
    bool branches = false;
    bool message = false;
    bool parents = false;
    bool tree = true;
    bool current = false;
};
std::string one_line(const RevisionGraph& graph, const Script& script, const LineStyle& style);
/// And in full.
std::string full_text(const CommandWork& work, const Script& script, bool current = false);

/// The groups of commands, one file each.
class CommandList {
  public:
    CommandList(commands::Group& group, std::shared_ptr<const Environment> environment)
        : group_(group), environment_(std::move(environment)) {}

    using Work = void (*)(CommandWork&);
    commands::Command& add(const char* name, const char* help, Work work,
                           CommandWork::Gaps gaps = CommandWork::Gaps::refused);

    void add_writing();
    void add_merging();
    void add_running();
    void add_showing();
    void add_keeping();
    void add_starting_over();

  private:
    commands::Group& group_;
    std::shared_ptr<const Environment> environment_;
};

}  // namespace retort::migrations
