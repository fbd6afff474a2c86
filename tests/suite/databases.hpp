// The databases that each behaviour of the suite is run on: one line here for a new dialect.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "retort/retort.hpp"
#include "tests/doctest.hpp"

namespace suite {

/// A folder that goes with the test.
class Folder {
  public:
    Folder() {
        std::string path = (std::filesystem::temp_directory_path() / "retort_suite_XXXXXX").string();
        path_ = ::mkdtemp(path.data());
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

/// A database with the tables of all models of the suite, empty.
class FreshDatabase {
  public:
    explicit FreshDatabase(const std::string& kind);
    ~FreshDatabase() { engine.dispose(); }

    const Folder folder;
    const retort::engines::Engine engine;
};

/// "sqlite in memory", "sqlite in a file": two engines with one behaviour.
const std::vector<std::string>& kinds();

/// Runs a behaviour on each database.
template <class Behaviour>
void on_every_database(Behaviour behaviour) {
    for (auto& kind : kinds()) {
        CAPTURE(kind);
        FreshDatabase database(kind);
        behaviour(database.engine);
    }
}

}  // namespace suite
