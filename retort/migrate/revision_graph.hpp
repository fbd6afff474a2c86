// RevisionGraph: which revision follows which; names, ranges and steps in Alembic's words.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "retort/migrate/revision.hpp"

namespace retort::migrations {

/// The revisions of a program, and how they hang together. Everything that is asked by name takes what Alembic takes:
/// whole and partial identifiers (four characters and more), `head`, `heads`, `base`, branch labels, `label@head`.
class RevisionGraph {
  public:
    using Names = std::vector<std::string>;

    RevisionGraph() = default;
    /// Throws RevisionError: "duplicate-revision", "cyclic-revisions", "missing-revision", "bad-revision-id",
    /// "duplicate-branch-label".
    explicit RevisionGraph(std::vector<Script> scripts);

    bool empty() const { return scripts_.empty(); }
    const Script& script(std::string_view id) const;
    /// Null when there is none of exactly this identifier.
    const Script* find(std::string_view id) const;
    const std::vector<Script>& scripts() const { return scripts_; }

    /// Without followers. Those that another revision depends on count as heads too.
    Names heads() const;
    /// Those of which the version table speaks when everything has run.
    Names real_heads() const;
    Names bases() const;
    /// What directly follows.
    Names next(std::string_view id) const;
    bool is_head(std::string_view id) const { return next(id).empty(); }
    bool is_branch_point(std::string_view id) const { return next(id).size() > 1; }
    bool is_merge_point(std::string_view id) const { return script(id).down_revisions.size() > 1; }
    /// The labels of the branch that the revision is on.
    std::set<std::string> branch_labels(std::string_view id) const;

    /// Throws RevisionError: "unknown-revision" with the nearest one, "ambiguous-revision", MultipleHeads.
    Names resolve(std::string_view name) const;
    /// One revision; empty for the base.
    std::string resolve_one(std::string_view name) const;

    /// What must run so that from these heads the target is reached, in order. `target` may be relative: `+2`,
    /// `label@+1`, `id-1`. Throws RevisionError("ambiguous-walk", "bad-relative-revision", "not-an-ancestor").
    Names upgrade_path(std::string_view target, const Names& heads) const;
    /// What must be undone, in order: `-1`, `label@-1`, an identifier, `base`, `label@base`. Steps from several heads
    /// are taken from the first of them by name.
    Names downgrade_path(std::string_view target, const Names& heads) const;

    /// From the newest to the oldest, as `history` shows them; the bounds are names, "" leaves an end open; `above`
    /// leaves the first of them out. Throws RevisionError("bad-range") where the first is not below the second.
    Names range(std::string_view from, std::string_view to, bool above = false) const;

    /// The heads when one more has run, or one is undone.
    Names heads_after_upgrade(const Names& heads, std::string_view id) const;
    Names heads_after_downgrade(const Names& heads, std::string_view id) const;
    /// The heads after a stamp; `heads` are those now.
    Names heads_after_stamp(const Names& heads, const Names& targets) const;
    /// The same for what was typed: `base` takes all heads away, `label@base` those of the branch.
    Names stamped(const Names& heads, const Names& names) const;
    /// All that have run when these are the heads.
    std::set<std::string> applied(const Names& heads) const;
    /// In an order in which they can run.
    Names sorted(const std::set<std::string>& ids) const;
    /// Without those that come before others of them.
    Names tips(const Names& ids) const;
    /// The same, where only down revisions count. Those that are not known stay.
    Names tips_of_lines(const Names& ids) const;

  private:
    struct Links {
        Names down;       ///< down revisions and dependencies
        Names versioned;  ///< down revisions only
        Names next;       ///< what follows
        Names all_next;   ///< what follows or depends on it
    };
    const Links& links(std::string_view id) const;
    void link();
    void check_cycles() const;
    void check_label(const std::string& label, const std::string& id) const;
    std::set<std::string> ancestors(const Names& ids, bool dependencies = true) const;
    std::set<std::string> descendants(const Names& ids, bool dependencies = true) const;
    bool shares_lineage(const std::string& id, const Names& with, bool dependencies = false) const;
    Names filter_lineage(const Names& ids, std::string_view label) const;
    std::string find_one(std::string_view name, std::string_view label) const;
    std::string walk(std::string start, int steps, std::string_view label, const std::string& told) const;
    std::string walk_from(std::string_view label, std::string_view symbol, int steps, const std::string& told) const;
    Names below_heads(std::string_view label, int steps, const std::string& told) const;
    Names relative_upgrade(std::string_view label, std::string_view symbol, int steps, const Names& heads,
                           const std::string& told) const;
    std::string downgrade_target(std::string_view target, const Names& heads, std::string& label) const;

    std::vector<Script> scripts_;
    std::map<std::string, std::size_t, std::less<>> by_id_;
    std::map<std::string, std::string, std::less<>> by_label_;
    std::map<std::string, Links, std::less<>> links_;
};

}  // namespace retort::migrations
