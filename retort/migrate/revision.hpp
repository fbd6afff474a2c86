// Revision: one step of a schema's history, compiled into the program.
#pragma once

#include <exception>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "retort/migrate/operations.hpp"

namespace retort::migrations {

struct Revision;

namespace detail {

/// A revision's place in the program's list of revisions: its existence puts it there.
class Enrolment {
  public:
    explicit Enrolment(const Revision* revision) noexcept;
    ~Enrolment();
    Enrolment(const Enrolment&) = delete;
    Enrolment& operator=(const Enrolment&) = delete;

  private:
    friend class Enrolled;
    const Revision* revision_;
    Enrolment* next_;
};

}  // namespace detail

/// None, one or several identifiers: `"7d1c0a44e1b2"`, `{"7d1c0a44e1b2", "1f3e20a1b0c4"}`.
class Identifiers {
  public:
    Identifiers() = default;
    Identifiers(const char* one);                             // NOLINT: identifiers are meant to convert
    Identifiers(std::string one);                             // NOLINT
    Identifiers(std::initializer_list<const char*> several);  // NOLINT
    Identifiers(std::vector<std::string> several);            // NOLINT
    const std::vector<std::string>& list() const { return list_; }

  private:
    std::vector<std::string> list_;
};

/// `static Revision add_email{.id = "…", .down_revision = "…", .message = "add email", .upgrade = …, .downgrade = …};`
/// in a file of `migrations/versions/`. It enrols itself, so it must be a variable that lives as long as the program.
struct Revision {
    const char* id;
    /// What comes before; none for the first one, several for a merge.
    Identifiers down_revision = {};
    const char* message = "";
    Identifiers branch_labels = {};
    /// Revisions of other branches that must have run before.
    Identifiers depends_on = {};
    /// When it was written: "2026-11-21 09:30:00".
    const char* created = "";
    void (*upgrade)(Operations& op) = nullptr;
    /// Null: it cannot be undone.
    void (*downgrade)(Operations& op) = nullptr;
    /// Where it is written.
    const char* file = __builtin_FILE();
    detail::Enrolment enrolment{this};
};

/// A revision as the graph knows it, wherever it came from: compiled in, read from a file's head, or out of a database.
struct Script {
    std::string id;
    std::vector<std::string> down_revisions = {};
    std::string message = {};
    std::vector<std::string> branch_labels = {};
    std::vector<std::string> depends_on = {};
    std::string created = {};
    /// Of its file; empty when that is not known.
    std::string path = {};
    std::function<void(Operations&)> upgrade = {};
    std::function<void(Operations&)> downgrade = {};
    /// Whether the program has what it does; else only its place in the history is known.
    bool built = true;
};

/// The revisions that the program was built with, in no order. Throws RevisionError("duplicate-revision").
std::vector<Script> enrolled_revisions();

/// What a direction of a revision asks for. Throws MigrationError("not-built"), ("no-downgrade") and, where its
/// function throws, ("revision-failed").
std::vector<Operation> operations_of(const Script& script, bool upgrade);
/// Says which revision threw what the library knows nothing of, as MigrationError("revision-failed").
[[noreturn]] void throw_failed(const Script& script, const std::exception& error);

}  // namespace retort::migrations
