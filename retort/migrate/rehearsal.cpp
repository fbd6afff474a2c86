// Trying an upgrade out.
#include "retort/migrate/rehearsal.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "retort/engine/dialect.hpp"
#include "retort/migrate/errors.hpp"
#include "retort/migrate/row_counts.hpp"

namespace retort::migrations {

namespace {

namespace fs = std::filesystem;

/// A file that goes with the scope.
class TemporaryFile {
  public:
    explicit TemporaryFile(std::string path) : path_(std::move(path)) { remove(); }
    ~TemporaryFile() { remove(); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    const std::string& path() const { return path_; }

  private:
    void remove() const noexcept {
        std::error_code ignored;
        for (const char* end : {"", "-wal", "-shm", "-journal"}) fs::remove(path_ + end, ignored);
    }

    std::string path_;
};

[[noreturn]] void refuse_backup(const std::string& name, const std::error_code& error) {
    throw MigrationError("cannot-write"_code,
                         "The backup before the upgrade cannot be written to \"" + name + "\": " + error.message(),
                         "make room for it; or go without: --no-rehearsal");
}

/// Beside the database, the newest three.
void keep_backup(const std::string& copy, const std::string& file, const std::string& revision) {
    std::error_code error;
    auto name = file + ".before-" + revision + ".bak";
    fs::rename(copy, name, error);
    if (error) refuse_backup(name, error);
    std::vector<fs::path> all;
    auto folder = fs::path(file).parent_path();
    auto start = fs::path(file).filename().string() + ".before-";
    for (const auto& entry : fs::directory_iterator(folder.empty() ? fs::path(".") : folder, error)) {
        auto own = entry.path().filename().string();
        // What start-over and restore set aside was promised to stay.
        bool kept = own.starts_with(start + "start-over") || own == start + "restore.bak";
        if (own.starts_with(start) && own.ends_with(".bak") && !kept) all.push_back(entry.path());
    }
    auto age = [](const fs::path& path) {
        std::error_code ignored;
        return fs::last_write_time(path, ignored);
    };
    std::sort(all.begin(), all.end(), [&](auto& a, auto& b) { return age(a) > age(b); });
    for (std::size_t i = 3; i < all.size(); ++i) fs::remove(all[i], error);
}

Names heads_of(const engines::Engine& engine) {
    auto connection = engine.connect();
    return VersionTable(*connection).read();
}

void try_on(const engines::Engine& copy, CommandWork& work, const Place& place, const std::string& target,
            const Names& path) {
    MigrateOptions options;
    options.bind = place.bind;
    options.allow_drift = work.call.flag("allow_drift");
    Migrator migrator(copy, work.graph, options);
    RowCounts counts(migrator.connection(), work.tables_of(migrator.connection()));
    for (const auto& id : path) counts.follow(migrator.operations_for(work.graph.script(id), true));
    migrator.upgrade(target);
    for (const auto& line : counts.compare(migrator.connection())) work.tell("On the copy, " + line);
}

}  // namespace

void rehearse(CommandWork& work, const Place& place, const std::string& target) {
    auto file = work.environment.file_of ? work.environment.file_of(place.engine) : std::string();
    if (file.empty() || !work.environment.open_file) return;
    auto migrator = work.migrator(place);
    auto heads = migrator.current();
    auto path = work.graph.upgrade_path(target, heads);
    if (path.empty() || work.tables_of(migrator.connection()).empty()) return;
    TemporaryFile copy(file + ".rehearsal-" + std::to_string(::getpid()));
    place.engine.dialect().back_up(migrator.connection(), copy.path());
    TemporaryFile backup(copy.path() + ".bak");
    std::error_code error;
    fs::copy_file(copy.path(), backup.path(), error);
    if (error) refuse_backup(backup.path(), error);
    auto engine = work.environment.open_file(copy.path());
    if (heads_of(engine) != heads) {
        // Somebody else was faster.
        engine.dispose();
        return rehearse(work, place, target);
    }
    keep_backup(backup.path(), file, path.front());
    work.tell("Trying the upgrade on a copy of " + file);
    try {
        try_on(engine, work, place, target, path);
    } catch (...) {
        engine.dispose();
        throw;
    }
    engine.dispose();
}

}  // namespace retort::migrations
