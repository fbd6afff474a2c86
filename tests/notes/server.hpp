// The notes program as a process of the tests: started on a free port, signalled, waited for.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client.hpp"

namespace notes {

/// A folder that goes away with the object.
class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

/// A running program; killed and reaped with the object. What it prints goes into a file.
class Process {
  public:
    /// Runs `command` in `folder` with `database_uri` as RETORT_SQLALCHEMY_DATABASE_URI.
    Process(const std::vector<std::string>& command, const std::string& database_uri,
            const std::filesystem::path& folder);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    void signal(int number);
    /// Its exit code, or 128 and the signal that ended it; none while it runs on after `patience`.
    std::optional<int> wait(std::chrono::milliseconds patience = std::chrono::seconds{30});
    bool running() { return !wait(std::chrono::milliseconds{0}); }
    /// What it has printed so far, on both streams.
    std::string output() const;

  private:
    pid_t pid_ = -1;
    std::optional<int> exit_code_;
    std::filesystem::path log_;
};

/// A port below the system's own range, on which nobody listens now.
std::uint16_t free_port();

/// "sqlite:////tmp/x.db"
std::string sqlite_uri(const std::filesystem::path& database);

/// `BINARY run --host 127.0.0.1 --port …` on a database, ready to serve once made.
class Server {
  public:
    /// Throws std::runtime_error with what the program printed when it does not get as far as serving.
    Server(const std::string& binary, const std::filesystem::path& database);

    std::uint16_t port() const { return port_; }
    Process& process() { return process_; }
    /// Sends one request on a connection of its own. Throws std::runtime_error when no whole answer comes.
    Answer ask(std::string_view request) const;
    bool serves() const;
    /// Asks it to end, and returns its exit code; -1 when it does not end.
    int stop();

  private:
    std::uint16_t port_;
    Process process_;
};

}  // namespace notes
