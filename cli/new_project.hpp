// A first application in a new folder.
#pragma once

#include <string>
#include <vector>

namespace retort::cli {

/// Writes CMakeLists.txt and one source, named after the folder; returns their paths. Throws
/// CommandError("bad-project-name"), ("folder-not-empty") and ("cannot-write").
std::vector<std::string> make_project(const std::string& folder);

}  // namespace retort::cli
