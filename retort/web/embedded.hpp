// Files that were embedded into the program when it was built, by `retort_app` in CMake.
#pragma once

#include <cstddef>
#include <span>

#include "retort/template/loader.hpp"

namespace retort {

/// Enrols files of the program; the generated source of `retort_app` has one. They live as long as the program.
class EmbeddedFiles {
  public:
    EmbeddedFiles(const templates::EmbeddedFile* files, std::size_t count);

    /// All of them, in order; names are relative to the application's sources: "templates/base.html".
    static const std::vector<templates::EmbeddedFile>& all();
    /// Null when there is none of this name.
    static const templates::EmbeddedFile* find(std::string_view name);
};

}  // namespace retort
