// The list of the program's revisions.
#include "retort/migrate/revision.hpp"

#include <algorithm>

#include "retort/migrate/errors.hpp"

namespace retort::migrations {

namespace {

/// Filled before main by the revisions themselves, so it must need no construction of its own.
constinit detail::Enrolment* first = nullptr;

}  // namespace

namespace detail {

Enrolment::Enrolment(const Revision* revision) noexcept : revision_(revision), next_(first) { first = this; }

Enrolment::~Enrolment() {
    auto** link = &first;
    while (*link != nullptr && *link != this) link = &(*link)->next_;
    if (*link == this) *link = next_;
}

/// Walks the list.
class Enrolled {
  public:
    static std::vector<const Revision*> all() {
        std::vector<const Revision*> out;
        for (const auto* one = first; one != nullptr; one = one->next_) out.push_back(one->revision_);
        return out;
    }
};

}  // namespace detail

Identifiers::Identifiers(const char* one) : Identifiers(std::string(one)) {}
Identifiers::Identifiers(std::string one) {
    if (!one.empty()) list_.push_back(std::move(one));
}
Identifiers::Identifiers(std::initializer_list<const char*> several) : list_(several.begin(), several.end()) {}
Identifiers::Identifiers(std::vector<std::string> several) : list_(std::move(several)) {}

std::vector<Script> enrolled_revisions() {
    std::vector<Script> out;
    for (const auto* revision : detail::Enrolled::all()) {
        Script script{.id = revision->id,
                      .down_revisions = revision->down_revision.list(),
                      .message = revision->message,
                      .branch_labels = revision->branch_labels.list(),
                      .depends_on = revision->depends_on.list(),
                      .created = revision->created,
                      .path = revision->file};
        if (revision->upgrade) script.upgrade = revision->upgrade;
        if (revision->downgrade) script.downgrade = revision->downgrade;
        out.push_back(std::move(script));
    }
    // The linker's order is nobody's.
    std::sort(out.begin(), out.end(), [](auto& a, auto& b) { return a.id < b.id; });
    return out;
}

std::vector<Operation> operations_of(const Script& script, bool upgrade) {
    if (!script.built) {
        throw MigrationError("not-built"_code,
                             "The program was built without revision " + script.id + ", which lies in " + script.path,
                             "build the program again: `retort db …` does that first");
    }
    const auto& work = upgrade ? script.upgrade : script.downgrade;
    if (!work && !upgrade) {
        throw MigrationError("no-downgrade"_code, "Revision " + script.id + " says nothing of how it is undone",
                             "write its .downgrade, or restore a backup");
    }
    Operations operations;
    try {
        if (work) work(operations);
    } catch (const Error&) {
        throw;
    } catch (const std::exception& error) {
        throw_failed(script, error);
    }
    return operations.list();
}

void throw_failed(const Script& script, const std::exception& error) {
    auto title = script.message.empty() ? script.id : script.id + " (" + script.message + ')';
    throw MigrationError("revision-failed"_code, "Revision " + title + " threw: " + error.what(),
                         "nothing of it is left, and the revisions before it stay; mend " +
                             (script.path.empty() ? "it" : script.path) + " and build");
}

}  // namespace retort::migrations
