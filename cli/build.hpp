// Finding an application's sources, and building its program.
#pragma once

#include <string>

namespace retort::cli {

/// An application: its CMakeLists.txt, and the program that it makes.
struct Project {
    std::string folder;
    /// Of the first `retort_app(NAME …)`.
    std::string program;
};

/// In this folder or the nearest one above it. Throws CommandError("no-project").
Project find_project(const std::string& start);

/// Configures where that was not done yet, builds, and returns the program's path. The build folder is `build`, or what
/// RETORT_BUILD says. Throws CommandError("build-failed").
std::string build(const Project& project);

}  // namespace retort::cli
