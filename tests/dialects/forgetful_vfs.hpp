// A file system that forgets at a crash every write that was not synced: what a loss of power leaves.
#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <string>

namespace forgetful {

/// What would be on the disk: the content of each file when it was last synced.
class Disk {
  public:
    /// Registers the VFS "forgetful" once; all of it goes on to the default one.
    static Disk& get();

    void synced(const std::string& path) {
        std::ifstream file(path, std::ios::binary);
        std::string content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
        std::lock_guard lock(mutex_);
        files_[path] = std::move(content);
    }
    void removed(const std::string& path) {
        std::lock_guard lock(mutex_);
        files_.erase(path);
    }
    /// Writes what survived of `path` and its log under another name.
    void restore(const std::string& path, const std::string& as) {
        std::lock_guard lock(mutex_);
        for (std::string_view suffix : {"", "-wal", "-journal"}) {
            auto found = files_.find(path + std::string(suffix));
            if (found == files_.end()) continue;
            std::ofstream(as + std::string(suffix), std::ios::binary) << found->second;
        }
    }
    std::size_t syncs = 0;

  private:
    std::mutex mutex_;
    std::map<std::string, std::string> files_;
};

}  // namespace forgetful
