// Folder: the migrations folder on disk: its files, what they say of themselves, and new ones.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/migrate/revision.hpp"

namespace retort::migrations {

/// What a new revision's file says.
struct NewRevision {
    std::string id;
    std::vector<std::string> down_revisions = {};
    std::string message = {};
    std::vector<std::string> branch_labels = {};
    std::vector<std::string> depends_on = {};
    std::vector<Operation> upgrade = {};
    /// Empty: it cannot be undone, and says so.
    std::optional<std::vector<Operation>> downgrade = std::vector<Operation>{};
    /// Comments above the revision.
    std::vector<std::string> notes = {};
};

/// `migrations/`, with its `versions/`.
class Folder {
  public:
    explicit Folder(std::string path) : path_(std::move(path)) {}

    const std::string& path() const { return path_; }
    std::string versions() const { return path_ + "/versions"; }
    bool exists() const;
    /// Throws MigrationError("no-migrations-folder").
    void require() const;
    /// Makes it, with a README and the template of a file; returns what was made. Throws
    /// MigrationError("folder-not-empty") and ("unknown-template").
    std::vector<std::string> make(std::string_view template_name) const;
    static std::vector<std::pair<std::string, std::string>> templates();

    /// The heads of the files that lie in it: what they do is not known. A file that says no `.id` is left out.
    std::vector<Script> scan() const;
    /// Of a file's text; empty when it holds no revision.
    static std::optional<Script> read_head(std::string_view text);

    /// The text by the folder's template.
    std::string text_of(const NewRevision& revision) const;
    /// Writes the file; returns its path. Throws MigrationError("cannot-write").
    std::string write(const NewRevision& revision) const;
    std::string path_of(const NewRevision& revision) const;

  private:
    std::string path_;
};

/// "7d1c0a44e1b2": twelve hexadecimal digits by chance.
std::string new_revision_id();
/// A message as a part of a file's name.
std::string slug_of(std::string_view message);
/// "2026-11-21 09:30:00.000000", the wall clock's.
std::string now_text();

/// Reads a whole file; empty when there is none.
std::optional<std::string> read_file(const std::string& path);
/// Throws MigrationError("cannot-write").
void write_file(const std::string& path, std::string_view text);

}  // namespace retort::migrations
