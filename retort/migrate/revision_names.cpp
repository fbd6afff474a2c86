// Finding revisions by what a person types: parts of identifiers, head, base, branches, steps up and down.
#include <algorithm>
#include <charconv>

#include "retort/base/text.hpp"
#include "retort/migrate/errors.hpp"
#include "retort/migrate/revision_graph.hpp"

namespace retort::migrations {

using Names = RevisionGraph::Names;

namespace {

/// `label@symbol` in two.
std::pair<std::string_view, std::string_view> split_label(std::string_view name) {
    auto at = name.find('@');
    if (at == std::string_view::npos) return {{}, name};
    return {name.substr(0, at), name.substr(at + 1)};
}

/// `[label@][symbol](+|-)n`
struct Relative {
    std::string_view label;
    std::string_view symbol;
    int steps = 0;
    bool matches = false;
};

Relative relative_of(std::string_view name) {
    Relative out;
    std::string_view rest = name;
    if (auto at = name.find('@'); at != std::string_view::npos) {
        out.label = name.substr(0, at);
        rest = name.substr(at + 1);
    }
    auto sign = rest.find_last_of("+-");
    if (sign == std::string_view::npos || sign + 1 == rest.size()) return out;
    auto digits = rest.substr(sign + 1);
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.steps);
    if (error != std::errc() || end != digits.data() + digits.size()) return out;
    if (rest[sign] == '-') out.steps = -out.steps;
    out.symbol = rest.substr(0, sign);
    out.matches = true;
    return out;
}

[[noreturn]] void refuse_steps(const std::string& told, int steps) {
    throw RevisionError(
        "bad-relative-revision"_code,
        "Relative revision " + told + " didn't produce " + std::to_string(std::abs(steps)) + " migrations",
        "look at `db history` and `db current` for how far it is");
}

[[noreturn]] void refuse_walk(const Names& ways) {
    throw RevisionError("ambiguous-walk"_code, "Ambiguous walk: there are several ways, " + join(ways, " and "),
                        "name the revision, or the branch: label@+1");
}

}  // namespace

std::string RevisionGraph::find_one(std::string_view name, std::string_view label) const {
    std::string found;
    if (auto own = by_label_.find(name); own != by_label_.end()) {
        found = own->second;
    } else if (find(name)) {
        found = name;
    } else {
        Names starts;
        for (const auto& [id, number] : by_id_) {
            if (id.size() > 3 && name.size() > 3 && id.starts_with(name)) starts.push_back(id);
        }
        if (!label.empty()) starts = filter_lineage(starts, label);
        if (starts.size() > 1) {
            throw RevisionError("ambiguous-revision"_code,
                                "Multiple revisions start with '" + std::string(name) + "': " + join(starts, ", "),
                                "write more of the identifier");
        }
        if (starts.empty()) (void)script(name);  // throws
        found = starts.front();
    }
    if (!label.empty() && !shares_lineage(found, {find_one(label, {})})) {
        throw RevisionError("not-on-branch"_code,
                            "Revision " + found + " is not a member of branch '" + std::string(label) + "'",
                            "look at `db branches`");
    }
    return found;
}

Names RevisionGraph::resolve(std::string_view name) const {
    Names out;
    // Several names: `a b`, `a,b`.
    auto cut = name.find_first_of(", ");
    if (cut != std::string_view::npos) {
        out = resolve(name.substr(0, cut));
        auto rest = trim(name.substr(cut + 1));
        if (rest.empty()) return out;
        for (auto& id : resolve(rest)) out.push_back(std::move(id));
        return out;
    }
    auto [label, symbol] = split_label(name);
    if (symbol == "heads") return label.empty() ? real_heads() : filter_lineage(heads(), label);
    if (symbol == "base") return {};
    if (symbol == "head") {
        auto own = label.empty() ? heads() : filter_lineage(heads(), label);
        if (own.size() > 1) {
            throw MultipleHeads("multiple-heads"_code,
                                "Multiple head revisions are present" +
                                    (label.empty() ? std::string() : " on branch '" + std::string(label) + '\'') +
                                    ": " + join(own, ", "),
                                "name one, say `heads` for all, or bring them together with `db merge heads`");
        }
        return own;
    }
    if (auto relative = relative_of(name); relative.matches) {
        if (relative.symbol.empty()) return below_heads(relative.label, relative.steps, std::string(name));
        auto id = walk_from(relative.label, relative.symbol, relative.steps, std::string(name));
        return id.empty() ? Names{} : Names{id};
    }
    return {find_one(symbol, label)};
}

std::string RevisionGraph::resolve_one(std::string_view name) const {
    auto ids = resolve(name);
    if (ids.size() > 1) {
        throw MultipleHeads("multiple-heads"_code,
                            "'" + std::string(name) + "' means several revisions: " + join(ids, ", "), "name one");
    }
    return ids.empty() ? std::string() : ids.front();
}

/// `-2`: two below each head that has so many below it, of the branch when one is named.
Names RevisionGraph::below_heads(std::string_view label, int steps, const std::string& told) const {
    if (steps >= 0) refuse_steps(told, steps);
    Names out;
    bool reached = false;
    for (const auto& head : label.empty() ? real_heads() : filter_lineage(real_heads(), label)) {
        if (ancestors({head}, false).size() < static_cast<std::size_t>(-steps)) continue;  // the base is one more step
        reached = true;
        auto id = walk(head, steps, {}, told);
        if (!id.empty() && std::find(out.begin(), out.end(), id) == out.end()) out.push_back(id);
    }
    if (!reached) refuse_steps(told, steps);
    return out;
}

/// `label@symbol-2`: down, the revision must be on the branch; up, the branch says which way.
std::string RevisionGraph::walk_from(std::string_view label, std::string_view symbol, int steps,
                                     const std::string& told) const {
    auto name = label.empty() || steps > 0 ? std::string(symbol) : std::string(label) + '@' + std::string(symbol);
    return walk(resolve_one(name), steps, label, told);
}

/// One revision after the other; "" is the base.
std::string RevisionGraph::walk(std::string start, int steps, std::string_view label, const std::string& told) const {
    bool below_base = false;
    for (int i = 0; i < std::abs(steps); ++i) {
        if (below_base) refuse_steps(told, steps);
        Names ways;
        if (steps > 0) {
            ways = start.empty() ? bases() : links(start).next;
            if (!label.empty()) ways = filter_lineage(ways, label);
            if (ways.empty()) refuse_steps(told, steps);
        } else {
            ways = start.empty() ? heads() : links(start).versioned;
        }
        if (ways.size() > 1) refuse_walk(ways);
        below_base = ways.empty();
        start = ways.empty() ? std::string() : ways.front();
    }
    return start;
}

Names RevisionGraph::relative_upgrade(std::string_view label, std::string_view symbol, int steps, const Names& heads,
                                      const std::string& told) const {
    if (!symbol.empty()) {
        auto id = walk_from(label, symbol, steps, told);
        return id.empty() ? Names{} : Names{id};
    }
    if (steps <= 0) refuse_steps(told, steps);
    Names starts = heads;
    if (!label.empty()) {
        starts = filter_lineage(heads, label);
        if (starts.empty()) {
            // Not at a head of the branch: go on from where it was left.
            auto all = ancestors(heads);
            starts = tips(filter_lineage(Names(all.begin(), all.end()), label));
        }
    }
    if (starts.size() > 1) refuse_walk(starts);
    return {walk(starts.empty() ? std::string() : starts.front(), steps, label, told)};
}

Names RevisionGraph::upgrade_path(std::string_view target, const Names& heads) const {
    for (const auto& head : heads) (void)script(head);
    auto relative = relative_of(target);
    Names targets = relative.matches && !find(target)
                        ? relative_upgrade(relative.label, relative.symbol, relative.steps, heads, std::string(target))
                        : resolve(target);
    auto needed = ancestors(targets);
    for (const auto& done : ancestors(heads)) needed.erase(done);
    return sorted(needed);
}

/// The revision that stays; `label` says which branch is meant.
std::string RevisionGraph::downgrade_target(std::string_view target, const Names& heads, std::string& label) const {
    auto relative = relative_of(target);
    if (!relative.matches || find(target)) {
        auto [own, symbol] = split_label(target);
        label = own;
        return resolve_one(symbol);
    }
    label = relative.label;
    if (relative.steps >= 0 && relative.symbol.empty()) refuse_steps(std::string(target), relative.steps);
    if (!relative.symbol.empty()) {
        return walk_from(relative.label, relative.symbol, relative.steps, std::string(target));
    }
    Names from = label.empty() ? heads : filter_lineage(heads, label);
    if (from.empty() && !label.empty()) {
        // A branch on which another one depends ends below a head.
        auto all = ancestors(heads);
        from = filter_lineage(tips_of_lines(Names(all.begin(), all.end())), label);
    }
    if (from.empty()) refuse_steps(std::string(target), relative.steps);
    if (from.size() > 1 && !label.empty()) refuse_walk(from);
    const auto& start = *std::min_element(from.begin(), from.end());
    if (label.empty()) label = start;
    return walk(start, relative.steps, {}, std::string(target));
}

Names RevisionGraph::downgrade_path(std::string_view target, const Names& heads) const {
    for (const auto& head : heads) (void)script(head);
    std::string label;
    auto stays = downgrade_target(target, heads, label);
    Names roots = stays.empty() ? bases() : links(stays).next;
    if (!label.empty() && roots.size() > 1) {
        auto branch = ancestors({find_one(label, {})}, false);
        std::erase_if(roots, [&](const std::string& root) { return !branch.contains(root); });
        if (roots.empty()) {
            throw RevisionError("not-an-ancestor"_code, "Not a valid downgrade target from current heads",
                                "look at `db current` and `db history`");
        }
    }
    auto active = ancestors(heads);
    std::set<std::string> drop;
    for (const auto& id : descendants(roots)) {
        if (active.contains(id)) drop.insert(id);
    }
    bool at_head = std::find(heads.begin(), heads.end(), stays) != heads.end();
    if (!stays.empty() && drop.empty() && !at_head) {
        throw RevisionError(
            "not-an-ancestor"_code,
            "Destination " + std::string(target) + " is not a valid downgrade target from current head(s)",
            "the database is not above it: look at `db current`");
    }
    auto out = sorted(drop);
    std::reverse(out.begin(), out.end());
    return out;
}

Names RevisionGraph::range(std::string_view from, std::string_view to, bool above) const {
    auto upper = to.empty() ? heads() : resolve(to);
    auto lower = from.empty() ? Names{} : resolve(from);
    if (auto label = split_label(from).first; !label.empty()) upper = filter_lineage(upper, label);
    auto wanted = ancestors(upper);
    for (const auto& id : lower) {
        // A revision that another one only depends on is not below it.
        auto above = descendants({id}, false);
        if (std::any_of(upper.begin(), upper.end(), [&](auto& end) { return above.contains(end); })) continue;
        throw RevisionError(
            "bad-range"_code,
            "Range " + std::string(from) + ':' + std::string(to) + " does not lead from a revision to one above it",
            "the older one stands before the colon: look at `db history`");
    }
    if (!lower.empty()) {
        auto inside = descendants(lower, false);
        if (above) {
            for (const auto& id : lower) inside.erase(id);
        }
        std::erase_if(wanted, [&](const std::string& id) { return !inside.contains(id); });
    }
    auto out = sorted(wanted);
    std::reverse(out.begin(), out.end());
    return out;
}

Names RevisionGraph::stamped(const Names& heads, const Names& names) const {
    Names rest = heads;
    Names targets;
    for (const auto& name : names) {
        auto relative = relative_of(name);
        if (relative.matches && relative.symbol.empty()) refuse_steps(name, relative.steps);
        auto ids = resolve(name);
        targets.insert(targets.end(), ids.begin(), ids.end());
        if (!ids.empty()) continue;
        auto label = split_label(name).first;
        auto branch = label.empty() ? Names{} : Names{find_one(label, {})};
        std::erase_if(rest, [&](const std::string& head) { return shares_lineage(head, branch, true); });
    }
    return heads_after_stamp(rest, tips(targets));
}

}  // namespace retort::migrations
