// Trying an upgrade out.
#include "retort/migrate/rehearsal.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "retort/engine/dialect.hpp"

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

/// Beside the database, the newest three.
void keep_backup(const std::string& copy, const std::string& file, const std::string& revision) {
    std::error_code error;
    auto name = file + ".before-" + revision + ".bak";
    fs::remove(name, error);
    fs::copy_file(copy, name, error);
    std::vector<fs::path> all;
    auto start = fs::path(file).filename().string() + ".before-";
    for (const auto& entry : fs::directory_iterator(fs::path(file).parent_path(), error)) {
        auto own = entry.path().filename().string();
        if (own.starts_with(start) && own.ends_with(".bak")) all.push_back(entry.path());
    }
    auto age = [](const fs::path& path) {
        std::error_code ignored;
        return fs::last_write_time(path, ignored);
    };
    std::sort(all.begin(), all.end(), [&](auto& a, auto& b) { return age(a) > age(b); });
    for (std::size_t i = 3; i < all.size(); ++i) fs::remove(all[i], error);
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
    keep_backup(copy.path(), file, path.front());
    work.tell("Trying the upgrade on a copy of " + file);
    auto engine = work.environment.open_file(copy.path());
    try {
        MigrateOptions options;
        options.bind = place.bind;
        options.allow_drift = work.call.flag("allow_drift");
        Migrator(engine, work.graph, options).upgrade(target);
    } catch (...) {
        engine.dispose();
        throw;
    }
    engine.dispose();
}

}  // namespace retort::migrations
