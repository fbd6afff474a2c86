// Environment: what the commands know of the program they are part of.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/command_line.hpp"
#include "retort/engine/engine.hpp"
#include "retort/migrate/folder.hpp"
#include "retort/migrate/revision.hpp"
#include "retort/schema/ddl.hpp"
#include "retort/schema/metadata.hpp"

namespace retort::migrations {

/// A database of the program, and the tables that its models want.
struct Place {
    /// "" is the main one.
    std::string bind;
    engines::Engine engine;
    const schemas::MetaData* metadata = nullptr;
};

/// Filled by whoever offers the commands: the extension `Migrate`, or a test.
struct Environment {
    /// The migrations folder, when no -d says another.
    std::string directory = "migrations";
    std::function<std::vector<Place>()> databases;
    /// The revisions; those compiled into the program when it is empty.
    std::function<std::vector<Script>()> scripts = {};
    /// An engine for a URL, for `diff`.
    std::function<engines::Engine(const std::string& url)> open = {};
    /// The file of a database that is one; empty for all others.
    std::function<std::string(const engines::Engine& engine)> file_of = {};
    /// An engine for such a file: rehearsals.
    std::function<engines::Engine(const std::string& path)> open_file = {};
    /// The dialect of that name, for `--sql --dialect`; null when there is none.
    std::function<const schemas::DdlCompiler*(std::string_view name)> dialect = {};
    /// Whether this takes part in autogenerate: "table", "column", "index", "constraint"; its name, its table.
    std::function<bool(std::string_view kind, std::string_view name, std::string_view table)> include = {};
    /// Asks a person; empty when there is none to ask.
    std::function<std::optional<bool>(const std::string& question)> ask = {};
    /// Sees, and may change, each new revision before it is written.
    std::function<void(NewRevision&)> on_new_revision = {};
    /// Told each revision that has run: "upgrade" or "downgrade".
    std::function<void(std::string_view bind, std::string_view direction, const Script&)> on_run = {};
    /// Whether upgrades are tried on a copy first, where the database can be copied.
    bool rehearse = true;
};

/// Adds init, migrate, upgrade, downgrade and all others to a group, usually `db`.
void add_commands(commands::Group& group, std::shared_ptr<const Environment> environment);

/// Asks on the terminal, when there is one.
std::optional<bool> ask_on_terminal(const std::string& question);

}  // namespace retort::migrations
