// The links between revisions, and sets along them.
#include "retort/migrate/revision_graph.hpp"

#include <algorithm>

#include "retort/base/suggest.hpp"
#include "retort/base/text.hpp"
#include "retort/migrate/errors.hpp"

namespace retort::migrations {

using Names = RevisionGraph::Names;

RevisionGraph::RevisionGraph(std::vector<Script> scripts) : scripts_(std::move(scripts)) {
    for (std::size_t i = 0; i < scripts_.size(); ++i) {
        const auto& id = scripts_[i].id;
        bool word = id == "head" || id == "heads" || id == "base" || id == "current";
        if (id.empty() || word || id.find_first_of("@+-:") != std::string::npos) {
            throw RevisionError("bad-revision-id"_code, "\"" + id + "\" cannot be the identifier of a revision",
                                "use letters and digits, without @ + - and :, and no word such as head");
        }
        if (!by_id_.emplace(id, i).second) {
            const auto& other = scripts_[by_id_[id]];
            bool known = !other.path.empty() && !scripts_[i].path.empty();
            auto where = known ? ": " + other.path + " and " + scripts_[i].path : std::string();
            throw RevisionError("duplicate-revision"_code, "Two revisions have the identifier " + id + where,
                                "give one of the files another one, or take away the copy");
        }
    }
    link();
    check_cycles();
}

void RevisionGraph::check_label(const std::string& label, const std::string& id) const {
    auto known = by_label_.find(label);
    if (known == by_label_.end() && !by_id_.contains(label)) return;
    auto other = known == by_label_.end() ? label : known->second;
    throw RevisionError("duplicate-branch-label"_code,
                        "The branch label \"" + label + "\" of revision " + id + " is that of revision " + other,
                        "a label names one branch: take another one");
}

void RevisionGraph::link() {
    for (const auto& script : scripts_) {
        for (const auto& label : script.branch_labels) {
            check_label(label, script.id);
            by_label_[label] = script.id;
        }
        links_[script.id];
    }
    for (const auto& script : scripts_) {
        auto connect = [&](const std::string& id, bool versioned) {
            auto target = by_label_.contains(id) ? by_label_.find(id)->second : id;
            if (!by_id_.contains(target)) {
                throw RevisionError("missing-revision"_code,
                                    "Revision " + script.id + " follows revision " + id + ", which is not there",
                                    "bring its file back, or let `db repair` write it out of a database that ran it");
            }
            auto& own = links_[script.id];
            auto& below = links_[target];
            if (std::find(own.down.begin(), own.down.end(), target) == own.down.end()) {
                own.down.push_back(target);
                below.all_next.push_back(script.id);
            }
            if (versioned) {
                own.versioned.push_back(target);
                below.next.push_back(script.id);
            }
        };
        for (const auto& id : script.down_revisions) connect(id, true);
        for (const auto& id : script.depends_on) connect(id, false);
    }
}

void RevisionGraph::check_cycles() const {
    // Whoever can be taken away bottom up is in no circle.
    std::map<std::string, std::size_t> waiting;
    Names ready;
    for (const auto& [id, links] : links_) {
        waiting[id] = links.down.size();
        if (links.down.empty()) ready.push_back(id);
    }
    std::size_t done = 0;
    while (!ready.empty()) {
        auto id = ready.back();
        ready.pop_back();
        ++done;
        for (const auto& next : links(id).all_next) {
            if (--waiting[next] == 0) ready.push_back(next);
        }
    }
    if (done == links_.size()) return;
    Names circle;
    for (const auto& [id, count] : waiting) {
        if (count > 0) circle.push_back(id);
    }
    throw RevisionError("cyclic-revisions"_code, "Revisions come before themselves: " + join(circle, ", "),
                        "look at their down_revision and depends_on");
}

const RevisionGraph::Links& RevisionGraph::links(std::string_view id) const { return links_.find(id)->second; }

const Script* RevisionGraph::find(std::string_view id) const {
    auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &scripts_[found->second];
}

const Script& RevisionGraph::script(std::string_view id) const {
    if (const auto* found = find(id)) return *found;
    Names known;
    for (const auto& script : scripts_) known.push_back(script.id);
    auto near = did_you_mean(id, known);
    throw RevisionError("unknown-revision"_code, "Can't locate revision identified by '" + std::string(id) + "'",
                        near.empty() ? "look at `db history`; `db repair` writes a lost revision again where a "
                                       "database remembers it"
                                     : "did you mean " + near + "?");
}

Names RevisionGraph::heads() const {
    Names out;
    for (const auto& script : scripts_) {
        if (links(script.id).next.empty()) out.push_back(script.id);
    }
    return out;
}

Names RevisionGraph::real_heads() const {
    Names out;
    for (const auto& script : scripts_) {
        if (links(script.id).all_next.empty()) out.push_back(script.id);
    }
    return out;
}

Names RevisionGraph::bases() const {
    Names out;
    for (const auto& script : scripts_) {
        if (script.down_revisions.empty()) out.push_back(script.id);
    }
    return out;
}

Names RevisionGraph::next(std::string_view id) const { return links(script(id).id).next; }

namespace {

template <class Next>
std::set<std::string> reach(const Names& from, Next next) {
    std::set<std::string> out;
    Names todo = from;
    while (!todo.empty()) {
        auto id = std::move(todo.back());
        todo.pop_back();
        if (!out.insert(id).second) continue;
        for (const auto& other : next(id)) todo.push_back(other);
    }
    return out;
}

}  // namespace

std::set<std::string> RevisionGraph::ancestors(const Names& ids, bool dependencies) const {
    return reach(ids, [&](const std::string& id) { return dependencies ? links(id).down : links(id).versioned; });
}

std::set<std::string> RevisionGraph::descendants(const Names& ids, bool dependencies) const {
    return reach(ids, [&](const std::string& id) { return dependencies ? links(id).all_next : links(id).next; });
}

std::set<std::string> RevisionGraph::applied(const Names& heads) const {
    for (const auto& id : heads) (void)script(id);
    return ancestors(heads);
}

std::set<std::string> RevisionGraph::branch_labels(std::string_view id) const {
    std::set<std::string> out;
    for (const auto& [label, owner] : by_label_) {
        auto branch = descendants({owner}, false);
        if (branch.contains(std::string(id))) out.insert(label);
        auto parts = [&](const std::string& one) {
            return links(one).all_next.size() > 1 || links(one).versioned.size() > 1;
        };
        // A branch that is one line carries the label down to where it leaves another one, or brings some together.
        auto below = owner;
        bool line = std::none_of(branch.begin(), branch.end(), parts);
        while (line && links(below).versioned.size() == 1) {
            below = links(below).versioned.front();
            if (parts(below)) break;
            if (below == id) out.insert(label);
        }
    }
    return out;
}

bool RevisionGraph::shares_lineage(const std::string& id, const Names& with, bool dependencies) const {
    if (with.empty()) return true;
    auto family = descendants({id}, dependencies);
    family.merge(ancestors({id}, dependencies));
    return std::any_of(with.begin(), with.end(), [&](const std::string& one) { return family.contains(one); });
}

Names RevisionGraph::filter_lineage(const Names& ids, std::string_view label) const {
    auto branch = find_one(label, {});
    Names out;
    for (const auto& id : ids) {
        if (shares_lineage(id, {branch})) out.push_back(id);
    }
    return out;
}

Names RevisionGraph::sorted(const std::set<std::string>& ids) const {
    // Depth first along what must run before; the oldest of the file's order goes first.
    Names out;
    std::set<std::string> done;
    for (const auto& script : scripts_) {
        if (!ids.contains(script.id)) continue;
        Names stack{script.id};
        while (!stack.empty()) {
            auto id = stack.back();
            if (done.contains(id)) {
                stack.pop_back();
                continue;
            }
            bool ready = true;
            for (const auto& below : links(id).down) {
                if (done.contains(below) || !ids.contains(below)) continue;
                stack.push_back(below);
                ready = false;
            }
            if (!ready) continue;
            stack.pop_back();
            done.insert(id);
            out.push_back(id);
        }
    }
    return out;
}

Names RevisionGraph::tips(const Names& ids) const {
    Names out;
    for (const auto& id : ids) {
        auto below = [&](const std::string& other) { return other != id && ancestors({other}).contains(id); };
        bool known = std::find(out.begin(), out.end(), id) != out.end();
        if (!known && std::none_of(ids.begin(), ids.end(), below)) out.push_back(id);
    }
    return out;
}

Names RevisionGraph::tips_of_lines(const Names& ids) const {
    Names out = ids;
    std::erase_if(out, [&](const std::string& id) {
        return std::any_of(ids.begin(), ids.end(), [&](const std::string& other) {
            return other != id && find(other) && ancestors({other}, false).contains(id);
        });
    });
    return out;
}

Names RevisionGraph::heads_after_upgrade(const Names& heads, std::string_view id) const {
    Names out;
    const auto& down = links(id).down;
    for (const auto& head : heads) {
        if (std::find(down.begin(), down.end(), head) == down.end()) out.push_back(head);
    }
    out.emplace_back(id);
    return out;
}

Names RevisionGraph::heads_after_downgrade(const Names& heads, std::string_view id) const {
    Names out;
    for (const auto& head : heads) {
        if (head != id) out.push_back(head);
    }
    auto rest = ancestors(out);
    for (const auto& below : tips(links(id).down)) {
        if (!rest.contains(below)) out.push_back(below);
    }
    return out;
}

Names RevisionGraph::heads_after_stamp(const Names& heads, const Names& targets) const {
    Names out = heads;
    for (const auto& target : targets) {
        if (std::find(out.begin(), out.end(), target) != out.end()) continue;
        auto family = descendants({target});
        family.merge(ancestors({target}));
        std::erase_if(out, [&](const std::string& head) { return family.contains(head); });
        out.push_back(target);
    }
    return out;
}

}  // namespace retort::migrations
