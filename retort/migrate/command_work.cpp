// The ground of the commands.
#include "retort/migrate/command_work.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>

#include "retort/base/log.hpp"
#include "retort/base/text.hpp"
#include "retort/engine/dialect.hpp"
#include "retort/engine/errors.hpp"
#include "retort/engine/result.hpp"
#include "retort/migrate/errors.hpp"

namespace retort::migrations {

namespace {

namespace fs = std::filesystem;

std::string folder_of(const Environment& environment, const commands::Invocation& call) {
    auto given = call.find("directory");
    return given && !given->empty() ? *given : environment.directory;
}

bool same_folder(const std::string& file, const std::string& folder) {
    std::error_code error;
    auto own = fs::weakly_canonical(fs::path(file).parent_path(), error);
    return !error && own == fs::weakly_canonical(folder, error);
}

/// Those compiled in that belong to the folder, and those that lie in it unbuilt.
std::vector<Script> scripts_of(const Environment& environment, const Folder& folder) {
    auto built = environment.scripts ? environment.scripts() : enrolled_revisions();
    auto files = folder.scan();
    std::vector<Script> out;
    for (auto& script : built) {
        auto file = std::find_if(files.begin(), files.end(), [&](auto& one) { return one.id == script.id; });
        std::error_code error;
        bool elsewhere = !script.path.empty() && !same_folder(script.path, folder.versions()) &&
                         (folder.path() != environment.directory || fs::exists(script.path, error));
        if (file == files.end() && elsewhere) continue;
        if (file != files.end()) {
            script.path = file->path;
            files.erase(file);
        }
        out.push_back(std::move(script));
    }
    for (auto& file : files) out.push_back(std::move(file));
    return out;
}

/// Stands for each revision that others follow and that is not there.
void fill_gaps(std::vector<Script>& scripts) {
    std::set<std::string> known, wanted;
    for (const auto& script : scripts) {
        known.insert(script.id);
        known.insert(script.branch_labels.begin(), script.branch_labels.end());
        wanted.insert(script.down_revisions.begin(), script.down_revisions.end());
        wanted.insert(script.depends_on.begin(), script.depends_on.end());
    }
    for (const auto& id : wanted) {
        if (!known.contains(id)) scripts.push_back({.id = id, .built = false});
    }
}

RevisionGraph graph_of(std::vector<Script> scripts, CommandWork::Gaps gaps) {
    if (gaps == CommandWork::Gaps::allowed) fill_gaps(scripts);
    return RevisionGraph(std::move(scripts));
}

std::string told(const Place& place) {
    return place.bind.empty() ? std::string("the main database") : "bind \"" + place.bind + '"';
}

/// Two binds of one file would have one version table, and each would take the other's tables for its own.
void refuse_shared_files(const Environment& environment, const std::vector<Place>& places) {
    std::map<std::string, const Place*> known;
    for (const auto& place : places) {
        auto file = environment.file_of ? environment.file_of(place.engine) : std::string();
        if (file.empty()) continue;
        std::error_code ignored;
        auto [other, fresh] = known.try_emplace(fs::weakly_canonical(file, ignored).string(), &place);
        if (fresh) continue;
        throw MigrationError("binds-share-a-file"_code,
                             "Two databases of the program are one file: " + told(*other->second) + " and " +
                                 told(place) + " are \"" + file +
                                 "\". It has one version table, so each would undo the other's tables",
                             "give each bind a file of its own, or leave its models to the other one's bind");
    }
}

}  // namespace

CommandWork::CommandWork(const Environment& from, const commands::Invocation& invocation, Gaps gaps)
    : environment(from),
      call(invocation),
      folder(folder_of(from, invocation)),
      graph(graph_of(scripts_of(from, folder), gaps)) {}

void CommandWork::tell(const std::string& line) const { logger().info(line); }

std::vector<Place> CommandWork::databases() const {
    auto out = environment.databases();
    refuse_shared_files(environment, out);
    return out;
}

Migrator CommandWork::migrator(const Place& place, MigrateOptions options) const {
    options.bind = place.bind;
    return {place.engine, graph, std::move(options)};
}

std::optional<bool> CommandWork::answer(const std::string& question) const {
    return environment.ask ? environment.ask(question) : ask_on_terminal(question);
}

NewRevision CommandWork::new_revision() const {
    NewRevision out{.id = call.find("rev_id").value_or(new_revision_id())};
    out.message = call.text("message");
    if (auto label = call.find("branch_label")) out.branch_labels = {*label};
    return out;
}

std::optional<bool> ask_on_terminal(const std::string& question) {
    if (::isatty(0) == 0 || ::isatty(2) == 0) return std::nullopt;
    std::fprintf(stderr, "%s [y/N] ", question.c_str());
    std::fflush(stderr);
    char line[16] = "";
    if (std::fgets(line, sizeof line, stdin) == nullptr) return false;
    return line[0] == 'y' || line[0] == 'Y';
}

std::vector<schemas::Table> CommandWork::tables_of(engines::Connection& connection) const {
    auto inspector = connection.dialect().inspect(connection);
    std::vector<schemas::Table> out;
    for (const auto& name : inspector->get_table_names()) {
        if (name == VersionTable::name) continue;
        auto table = inspector->get_table(name);
        if (!table.has_option("sqlite_virtual")) out.push_back(std::move(table));
    }
    return out;
}

Changes CommandWork::changes(const Place& place, Migrator& migrator, bool may_ask) const {
    auto& connection = migrator.connection();
    const auto& compiler = connection.dialect().ddl();
    auto wanted = place.metadata->tables();
    auto state = migrator.state_at(migrator.current());
    CompareOptions options;
    options.include = environment.include;
    if (!state.is_opaque()) options.described = &state;
    options.count = [&](const schemas::Table& table, const std::string& condition) -> std::int64_t {
        try {
            return connection
                .execute("SELECT count(*) FROM " + compiler.qualified(table.schema, table.name) + " WHERE " + condition)
                .scalar_one<std::int64_t>();
        } catch (const DatabaseError&) {
            return 0;  // a table or column that a rename is going to make
        }
    };
    bool asks = may_ask && (environment.ask || (::isatty(0) == 1 && ::isatty(2) == 1));
    if (asks) options.ask = [this](const std::string& question) { return ask(question); };
    auto out = compare_schemas(tables_of(connection), wanted, compiler, options);
    for (auto& operation : out.operations) operation.bind = place.bind;
    return out;
}

std::string CommandWork::file_of(const Script& script) const {
    std::error_code error;
    return script.path.empty() ? script.path : fs::absolute(script.path, error).string();
}

Names CommandWork::parents(const std::string& head, bool splice) const {
    if (graph.empty()) return {};
    auto heads = graph.resolve(head);
    for (const auto& id : heads) {
        if (splice || graph.is_head(id)) continue;
        throw RevisionError("not-a-head"_code,
                            "Revision " + id +
                                " is not a head revision; please specify --splice to create a new "
                                "branch from this revision",
                            "say --splice, or leave --head away");
    }
    return heads;
}

void CommandWork::write(NewRevision revision) const {
    folder.require();
    if (environment.on_new_revision) environment.on_new_revision(revision);
    // Throws where the identifier or a label cannot be.
    auto scripts = graph.scripts();
    scripts.push_back({.id = revision.id,
                       .down_revisions = revision.down_revisions,
                       .branch_labels = revision.branch_labels,
                       .depends_on = revision.depends_on});
    RevisionGraph with(std::move(scripts));
    auto path = folder.write(revision);
    std::error_code error;
    say("Generating " + fs::absolute(path, error).string() + " ...  done");
    auto heads = with.heads();
    if (heads.size() > 1) {
        tell("There are " + std::to_string(heads.size()) + " heads now: " + join(heads, ", ") +
             "; `db merge heads` brings them together.");
    }
}

std::vector<std::string> effects_of(const Operation& operation) {
    std::vector<std::string> out;
    auto say = [&](std::string_view text) { out.emplace_back(text); };
    if (std::holds_alternative<ops::DropTable>(operation.step)) say("drops rows (kept aside until `db prune`)");
    if (std::holds_alternative<ops::DropColumn>(operation.step)) say("drops values (kept aside until `db prune`)");
    if (const auto* one = std::get_if<ops::AddColumn>(&operation.step)) {
        bool empty = !one->column.nullable && one->column.server_default.is_empty() && one->backfill.empty() &&
                     !one->column.computed;
        if (empty) say("NOT NULL without a value for the rows that are there");
    }
    if (const auto* one = std::get_if<ops::AlterColumn>(&operation.step)) {
        if (one->change.type) say("moves every row of the table, which may take long");
        if (one->change.nullable == false && one->change.backfill.empty()) say("fails where there is a NULL");
    }
    if (const auto* one = std::get_if<ops::DropConstraint>(&operation.step)) {
        if (one->name.empty()) say("the constraint has no name, so only SQLite can drop it");
    }
    if (std::holds_alternative<ops::Run>(operation.step)) say("a step in C++: nobody can plan it or print it as SQL");
    return out;
}

std::string one_line(const RevisionGraph& graph, const Script& script, const LineStyle& style) {
    std::string out = script.id;
    if (style.parents) {
        auto below = script.down_revisions.empty() ? std::string("<base>") : join(script.down_revisions, ", ");
        if (!script.depends_on.empty()) below += " (" + join(script.depends_on, ", ") + ')';
        out = below + " -> " + out;
    }
    auto labels = graph.branch_labels(script.id);
    if (style.branches && !labels.empty()) out += " (" + join(Names(labels.begin(), labels.end()), ", ") + ')';
    auto real = graph.real_heads();
    bool is_real = std::find(real.begin(), real.end(), script.id) != real.end();
    if (is_real) out += " (head)";
    if (!is_real && graph.is_head(script.id)) out += " (effective head)";
    if (style.current) out += " (current)";
    if (style.tree && graph.is_branch_point(script.id)) out += " (branchpoint)";
    if (style.tree && graph.is_merge_point(script.id)) out += " (mergepoint)";
    if (!script.built) out += " (not built)";
    if (style.message) out += ", " + (script.message.empty() ? "empty message" : script.message);
    return out;
}

std::string full_text(const CommandWork& work, const Script& script, bool current) {
    const auto& graph = work.graph;
    std::string out = "Rev: " + script.id;
    if (graph.is_head(script.id)) out += " (head)";
    if (graph.is_branch_point(script.id)) out += " (branchpoint)";
    if (graph.is_merge_point(script.id)) out += " (mergepoint)";
    if (current) out += " (current)";
    if (!script.built) out += " (not built)";
    auto below = script.down_revisions.empty() ? std::string("<base>") : join(script.down_revisions, ", ");
    out += graph.is_merge_point(script.id) ? "\nMerges: " : "\nParent: ";
    out += below + '\n';
    if (!script.depends_on.empty()) out += "Also depends on: " + join(script.depends_on, ", ") + '\n';
    if (graph.is_branch_point(script.id)) out += "Branches into: " + join(graph.next(script.id), ", ") + '\n';
    auto labels = graph.branch_labels(script.id);
    if (!labels.empty()) out += "Branch names: " + join(Names(labels.begin(), labels.end()), ", ") + '\n';
    out += "Path: " + work.file_of(script) + "\n\n";
    out += "    " + (script.message.empty() ? "empty message" : script.message) + "\n    \n";
    out += "    Revision ID: " + script.id + "\n    Revises: " + join(script.down_revisions, ", ") +
           "\n    Create Date: " + script.created + '\n';
    return out;
}

commands::Command& CommandList::add(const char* name, const char* help, Work work, CommandWork::Gaps gaps) {
    auto environment = environment_;
    return group_
        .command(name, help,
                 [environment, work, gaps](const commands::Invocation& call) {
                     CommandWork ground(*environment, call, gaps);
                     work(ground);
                 })
        .option({.spellings = {"-d", "--directory"}, .help = "Migration script directory (default is \"migrations\")"});
}

void add_commands(commands::Group& group, std::shared_ptr<const Environment> environment) {
    CommandList list(group, std::move(environment));
    list.add_writing();
    list.add_merging();
    list.add_running();
    list.add_showing();
    list.add_keeping();
    list.add_starting_over();
}

}  // namespace retort::migrations
