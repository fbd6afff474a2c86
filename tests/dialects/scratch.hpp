// A temporary folder, and a second process, for tests of databases.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>

namespace scratch {

/// A folder that goes away with its object.
class Folder {
  public:
    Folder() {
        auto pattern = (std::filesystem::temp_directory_path() / "retort-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string path(const std::string& name) const { return path_ + "/" + name; }
    std::string url(const std::string& name) const { return "sqlite:///" + path(name); }
    std::size_t files() const {
        std::size_t count = 0;
        for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(path_)) ++count;
        return count;
    }

  private:
    std::string path_;
};

/// Another process: a copy of this one that runs `work` and ends with what it returns. Start it before anything else
/// is open: SQLite's connections must not be carried into a child.
class Process {
  public:
    explicit Process(const std::function<int()>& work) : id_(::fork()) {
        if (id_ == 0) ::_exit(work());
    }
    ~Process() {
        if (id_ > 0) wait();
    }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    pid_t id() const { return id_; }
    /// Its exit code; 128 and the signal's number when one ended it.
    int wait() {
        int status = 0;
        ::waitpid(id_, &status, 0);
        id_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

  private:
    pid_t id_;
};

/// A pipe for one byte at a time: how the two processes take turns.
class Pipe {
  public:
    Pipe() {
        if (::pipe(ends_) != 0) std::abort();
    }
    ~Pipe() {
        ::close(ends_[0]);
        close_writing_end();
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    void send(char byte = '.') const {
        if (::write(ends_[1], &byte, 1) != 1) ::_exit(99);
    }
    char receive() const {
        char byte = 0;
        if (::read(ends_[0], &byte, 1) != 1) return 0;
        return byte;
    }
    int reading_end() const { return ends_[0]; }
    int writing_end() const { return ends_[1]; }
    /// So that reading ends when the other process does.
    void close_writing_end() {
        if (ends_[1] >= 0) ::close(ends_[1]);
        ends_[1] = -1;
    }

  private:
    int ends_[2] = {-1, -1};
};

}  // namespace scratch
