// Names, ranges and steps in the history of revisions.
#include <algorithm>

#include "support.hpp"

using namespace migrate_test;

namespace {

Script at(std::string id, Names down, Names labels = {}, Names depends = {}) {
    return {.id = std::move(id),
            .down_revisions = std::move(down),
            .branch_labels = std::move(labels),
            .depends_on = std::move(depends)};
}

/// a1 – a2 – a3 ┬ b1 – b2 ┬ m1
///              └ c1 (two) ┘          d1 (own), which depends on a2
RevisionGraph diamond() {
    return RevisionGraph({at("aaaa1", {}), at("aaaa2", {"aaaa1"}), at("aaaa3", {"aaaa2"}), at("bbbb1", {"aaaa3"}),
                          at("bbbb2", {"bbbb1"}), at("cccc1", {"aaaa3"}, {"two"}), at("mmmm1", {"bbbb2", "cccc1"}),
                          at("dddd1", {}, {"own"}, {"aaaa2"})});
}

template <class F>
std::string code_of(F&& work) {
    try {
        work();
    } catch (const retort::Error& error) {
        return std::string(error.code());
    }
    return "no error";
}

}  // namespace

TEST_CASE("heads, bases and branch points") {
    auto graph = diamond();
    CHECK(graph.heads() == Names{"mmmm1", "dddd1"});
    CHECK(graph.real_heads() == Names{"mmmm1", "dddd1"});
    CHECK(graph.bases() == Names{"aaaa1", "dddd1"});
    CHECK(graph.is_branch_point("aaaa3"));
    CHECK(graph.is_merge_point("mmmm1"));
    CHECK(graph.branch_labels("cccc1") == std::set<std::string>{"two"});
    CHECK(graph.branch_labels("mmmm1") == std::set<std::string>{"two"});
}

TEST_CASE("a branch's label ends above the merge that it begins at") {
    RevisionGraph graph({at("aaaa1", {}), at("bbbb1", {}), at("mmmm1", {"aaaa1", "bbbb1"}), at("mmmm2", {"mmmm1"}),
                         at("cccc1", {"mmmm2"}, {"two"})});
    CHECK(graph.branch_labels("mmmm2") == std::set<std::string>{"two"});
    CHECK(graph.branch_labels("mmmm1").empty());
    // A dependency makes a branch of it too.
    RevisionGraph other(
        {at("aaaa1", {}), at("aaaa2", {"aaaa1"}), at("aaaa3", {"aaaa2"}, {"two"}), at("dddd1", {}, {}, {"aaaa2"})});
    CHECK(other.branch_labels("aaaa3") == std::set<std::string>{"two"});
    CHECK(other.branch_labels("aaaa2").empty());
    CHECK(diamond().branch_labels("dddd1") == std::set<std::string>{"own"});
}

TEST_CASE("names lead to revisions") {
    auto graph = diamond();
    CHECK(graph.resolve("aaaa1") == Names{"aaaa1"});
    CHECK(code_of([&] { (void)graph.resolve("bbbb"); }) == "ambiguous-revision");
    CHECK(graph.resolve("cccc") == Names{"cccc1"});
    CHECK(code_of([&] { (void)graph.resolve("ccc"); }) == "unknown-revision");
    CHECK(graph.resolve("two") == Names{"cccc1"});
    CHECK(graph.resolve("own@head") == Names{"dddd1"});
    CHECK(graph.resolve("two@head") == Names{"mmmm1"});
    CHECK(code_of([&] { (void)graph.resolve("head"); }) == "multiple-heads");
    CHECK(graph.resolve("heads").size() == 2);
    CHECK(graph.resolve("base").empty());
    CHECK(code_of([&] { (void)graph.resolve("mmmm1-1"); }) == "ambiguous-walk");
    CHECK(graph.resolve("bbbb2-1") == Names{"bbbb1"});
    CHECK(graph.resolve("aaaa1+2") == Names{"aaaa3"});
    CHECK(graph.resolve("aaaa1, bbbb1") == Names{"aaaa1", "bbbb1"});
    CHECK(code_of([&] { (void)graph.resolve("own@aaaa1"); }) == "not-on-branch");
    CHECK(code_of([&] { (void)graph.resolve("nothing"); }) == "unknown-revision");
    CHECK(graph.resolve("own@head") == Names{"dddd1"});
    CHECK(graph.resolve("own@head-1").empty());
    CHECK(graph.resolve("own@-1").empty());
    CHECK(code_of([&] { (void)graph.resolve("own@bbbb1-1"); }) == "not-on-branch");
    CHECK(code_of([&] { (void)graph.resolve("own@-9"); }) == "bad-relative-revision");
}

TEST_CASE("paths up") {
    auto graph = diamond();
    CHECK(graph.upgrade_path("bbbb1", {}) == Names{"aaaa1", "aaaa2", "aaaa3", "bbbb1"});
    CHECK(graph.upgrade_path("mmmm1", {"bbbb1"}) == Names{"bbbb2", "cccc1", "mmmm1"});
    CHECK(graph.upgrade_path("aaaa1", {"bbbb1"}).empty());
    CHECK(graph.upgrade_path("dddd1", {}) == Names{"aaaa1", "aaaa2", "dddd1"});
    CHECK(graph.upgrade_path("+1", {"aaaa1"}) == Names{"aaaa2"});
    CHECK(graph.upgrade_path("+2", {"aaaa1"}) == Names{"aaaa2", "aaaa3"});
    CHECK(graph.upgrade_path("two@+1", {"aaaa3"}) == Names{"cccc1"});
    CHECK(code_of([&] { (void)graph.upgrade_path("+1", {"aaaa3"}); }) == "ambiguous-walk");
    CHECK(code_of([&] { (void)graph.upgrade_path("+1", {"mmmm1"}); }) == "bad-relative-revision");
    CHECK(code_of([&] { (void)graph.upgrade_path("-1", {"aaaa3"}); }) == "bad-relative-revision");
    CHECK(graph.upgrade_path("heads", {"mmmm1"}) == Names{"dddd1"});
    CHECK(graph.upgrade_path("own@head", {"aaaa3"}) == Names{"dddd1"});
}

TEST_CASE("paths down") {
    auto graph = diamond();
    CHECK(graph.downgrade_path("-1", {"bbbb2"}) == Names{"bbbb2"});
    CHECK(graph.downgrade_path("aaaa3", {"mmmm1"}).size() == 4);
    CHECK(graph.downgrade_path("aaaa3", {"mmmm1"}).front() == "mmmm1");
    CHECK(graph.downgrade_path("base", {"mmmm1", "dddd1"}).size() == 8);
    CHECK(graph.downgrade_path("own@base", {"mmmm1", "dddd1"}) == Names{"dddd1"});
    CHECK(code_of([&] { (void)graph.downgrade_path("-1", {"mmmm1"}); }) == "ambiguous-walk");
    CHECK(code_of([&] { (void)graph.downgrade_path("two@-1", {"mmmm1"}); }) == "ambiguous-walk");
    CHECK(code_of([&] { (void)graph.downgrade_path("+1", {"mmmm1"}); }) == "bad-relative-revision");
    CHECK(code_of([&] { (void)graph.downgrade_path("-1", {}); }) == "bad-relative-revision");
    CHECK(code_of([&] { (void)graph.downgrade_path("-9", {"aaaa3"}); }) == "bad-relative-revision");
    CHECK(code_of([&] { (void)graph.downgrade_path("bbbb1", {"aaaa3"}); }) == "not-an-ancestor");
    // Several heads: the first by name, with a warning of the command's.
    CHECK(graph.downgrade_path("-1", {"dddd1", "bbbb1"}) == Names{"bbbb1"});
    CHECK(graph.downgrade_path("own@head-1", {"bbbb1", "dddd1"}) == Names{"dddd1"});
    // A branch that has not run has no step down; that of its trunk is not meant.
    CHECK(code_of([&] { (void)graph.downgrade_path("two@-1", {"bbbb1"}); }) != "no error");
    // What depends on it goes too.
    CHECK(graph.downgrade_path("aaaa1", {"aaaa2", "dddd1"}) == Names{"dddd1", "aaaa2"});
}

TEST_CASE("the version table's rows") {
    auto graph = diamond();
    CHECK(graph.heads_after_upgrade({"aaaa3"}, "bbbb1") == Names{"bbbb1"});
    CHECK(graph.heads_after_upgrade({"bbbb1"}, "cccc1") == Names{"bbbb1", "cccc1"});
    CHECK(graph.heads_after_upgrade({"bbbb2", "cccc1"}, "mmmm1") == Names{"mmmm1"});
    CHECK(graph.heads_after_downgrade({"mmmm1"}, "mmmm1") == Names{"bbbb2", "cccc1"});
    CHECK(graph.heads_after_downgrade({"bbbb1", "cccc1"}, "cccc1") == Names{"bbbb1"});
    CHECK(graph.heads_after_downgrade({"aaaa1"}, "aaaa1").empty());
    CHECK(graph.heads_after_stamp({"mmmm1"}, {"aaaa2"}) == Names{"aaaa2"});
    CHECK(graph.heads_after_stamp({"bbbb1"}, {"cccc1"}) == Names{"bbbb1", "cccc1"});
    CHECK(graph.stamped({"bbbb1", "dddd1"}, {"own@base"}) == Names{"bbbb1"});
    CHECK(graph.stamped({"bbbb1", "dddd1"}, {"base"}).empty());
    CHECK(graph.stamped({"bbbb1", "dddd1"}, {"cccc1"}) == Names{"bbbb1", "dddd1", "cccc1"});
    CHECK(code_of([&] { (void)graph.stamped({"bbbb1"}, {"-1"}); }) == "bad-relative-revision");
    CHECK(graph.range("aaaa2", "bbbb1") == Names{"bbbb1", "aaaa3", "aaaa2"});
    CHECK(graph.range("aaaa2", "bbbb1", true) == Names{"bbbb1", "aaaa3"});
    CHECK(graph.range("dddd1", "").size() == 1);
    CHECK(code_of([&] { (void)graph.range("bbbb1", "aaaa2"); }) == "bad-range");
    CHECK(code_of([&] { (void)graph.range("cccc1", "dddd1"); }) == "bad-range");
    // To depend on a revision is not to stand above it.
    CHECK(code_of([&] { (void)graph.range("aaaa2", "dddd1"); }) == "bad-range");
}

TEST_CASE("a broken history is told") {
    auto code = [&](std::vector<Script> scripts) { return code_of([&] { RevisionGraph graph(std::move(scripts)); }); };
    CHECK(code({at("a", {"b"}), at("b", {"a"})}) == "cyclic-revisions");
    CHECK(code({at("a", {"a"})}) == "cyclic-revisions");
    CHECK(code({at("a", {}, {}, {"b"}), at("b", {"a"})}) == "cyclic-revisions");
    CHECK(code({at("a", {}), at("a", {})}) == "duplicate-revision");
    CHECK(code({at("a", {"gone"})}) == "missing-revision");
    CHECK(code({at("a@b", {})}) == "bad-revision-id");
    CHECK(code({at("a", {}, {"x"}), at("b", {"a"}, {"x"})}) == "duplicate-branch-label");
    CHECK(code({}) == "no error");
}
