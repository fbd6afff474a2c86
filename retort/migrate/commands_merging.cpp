// The command merge: heads brought together, by itself where they change different tables.
#include <algorithm>
#include <set>

#include "retort/base/text.hpp"
#include "retort/migrate/command_work.hpp"
#include "retort/migrate/errors.hpp"

namespace retort::migrations {

namespace {

/// What one side of a merge does to tables, by itself.
struct Side {
    std::string head;
    std::set<std::string> tables;
    /// Those among them that are not there any more, under that name, and those that new foreign keys refer to.
    std::set<std::string> gone, referred;
    /// Revisions with SQL or C++ in them, of which nobody can tell what they change.
    Names opaque;
};

/// The tables that foreign keys which a step makes refer to.
Names referred_by(const Step& step) {
    Names out;
    if (const auto* made = std::get_if<ops::CreateTable>(&step)) {
        for (const auto* key : made->table.foreign_keys()) out.push_back(key->referred_table);
    } else if (const auto* added = std::get_if<ops::AddConstraint>(&step)) {
        if (const auto* key = std::get_if<schemas::ForeignKey>(&added->constraint)) out.push_back(key->referred_table);
    }
    return out;
}

void note_step(Side& side, const Operation& operation) {
    auto full = [&](const std::string& table) { return operation.bind.empty() ? table : operation.bind + ':' + table; };
    const auto table = table_of(operation);
    if (!table.empty()) side.tables.insert(full(table));
    const auto* rename = std::get_if<ops::RenameTable>(&operation.step);
    if (rename != nullptr) side.tables.insert(full(rename->to));
    if (rename != nullptr || std::holds_alternative<ops::DropTable>(operation.step)) side.gone.insert(full(table));
    for (const auto& referred : referred_by(operation.step)) side.referred.insert(full(referred));
}

Side side_of(const RevisionGraph& graph, const std::string& head, const std::set<std::string>& shared) {
    Side out{.head = head};
    for (const auto& id : graph.applied({head})) {
        if (shared.contains(id)) continue;
        bool known = graph.script(id).built;
        for (const auto& operation : known ? operations_of(graph.script(id), true) : std::vector<Operation>{}) {
            known = known && !is_opaque(operation);
            note_step(out, operation);
        }
        if (!known) out.opaque.push_back(id);
    }
    return out;
}

std::vector<Side> sides_of(const RevisionGraph& graph, const Names& heads) {
    std::set<std::string> shared = graph.applied({heads.front()});
    for (const auto& head : heads) {
        auto own = graph.applied({head});
        std::erase_if(shared, [&](const std::string& id) { return !own.contains(id); });
    }
    std::vector<Side> out;
    for (const auto& head : heads) out.push_back(side_of(graph, head, shared));
    return out;
}

/// What a person should look at before the sides come together; none: they have nothing to do with each other.
Names conflicts(const std::vector<Side>& sides) {
    std::set<std::string> seen, twice;
    Names out;
    for (const auto& side : sides) {
        for (const auto& table : side.tables) {
            if (!seen.insert(table).second) twice.insert(table);
        }
        for (const auto& id : side.opaque) {
            out.push_back("Revision " + id + " has SQL or C++ in it, or is not built: look which tables it changes.");
        }
    }
    for (const auto& side : sides) {
        for (const auto& other : sides) {
            for (const auto& table : side.referred) {
                if (&side == &other || !other.gone.contains(table) || twice.contains(table)) continue;
                out.push_back("Side " + side.head + " refers to table " + table + ", which side " + other.head +
                              " drops or renames: let its revision follow.");
            }
        }
    }
    for (const auto& table : twice) {
        out.push_back("Both sides change table " + table + ": look whether they fit together.");
    }
    return out;
}

Names heads_to_merge(const CommandWork& work) {
    auto names = work.call.list("revisions");
    Names heads;
    for (const auto& name : names.empty() ? Names{"heads"} : names) {
        for (auto& id : work.graph.resolve(name)) {
            if (std::find(heads.begin(), heads.end(), id) == heads.end()) heads.push_back(std::move(id));
        }
    }
    if (heads.size() < 2) {
        throw RevisionError("nothing-to-merge"_code, "There is only one head, so there is nothing to merge",
                            "look at `db heads`");
    }
    for (const auto& head : heads) {
        if (work.graph.is_head(head)) continue;
        throw RevisionError("not-a-head"_code, "Revision " + head + " is not a head revision", "look at `db heads`");
    }
    return heads;
}

/// Where nobody can be asked the merge is written, with what to look at above it.
void confirm(const CommandWork& work, const Names& conflicts) {
    for (const auto& line : conflicts) work.tell(line);
    if (conflicts.empty() || work.answer("Merge them all the same?").value_or(true)) return;
    throw MigrationError("not-confirmed"_code, "Nothing was merged",
                         "let one of the heads follow the other: its down_revision says which it follows");
}

void merge(CommandWork& work) {
    work.folder.require();
    auto heads = heads_to_merge(work);
    auto sides = sides_of(work.graph, heads);
    for (const auto& side : sides) {
        Names tables(side.tables.begin(), side.tables.end());
        work.tell(side.head + " changes " + (tables.empty() ? "no table" : join(tables, ", ")));
    }
    auto made = work.new_revision();
    made.notes = conflicts(sides);
    confirm(work, made.notes);
    made.down_revisions = heads;
    if (made.message.empty() && !work.call.given("message")) made.message = "merge " + join(heads, " and ");
    work.write(std::move(made));
}

}  // namespace

void CommandList::add_merging() {
    add("merge", "Merge two revisions together, creating a new revision file", merge)
        .option({.spellings = {"-m", "--message"}, .help = "Merge revision message"})
        .option({.spellings = {"--branch-label"}, .help = "Specify a branch label to apply to the new revision"})
        .option({.spellings = {"--rev-id"}, .help = "Specify a hardcoded revision id instead of generating one"})
        .argument({.name = "revisions", .required = false, .variadic = true});
}

}  // namespace retort::migrations
