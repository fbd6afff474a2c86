// The list of files that were embedded into the program.
#include "retort/web/embedded.hpp"

namespace retort {

namespace {
std::vector<templates::EmbeddedFile>& enrolled() {
    static std::vector<templates::EmbeddedFile> files;
    return files;
}
}  // namespace

EmbeddedFiles::EmbeddedFiles(const templates::EmbeddedFile* files, std::size_t count) {
    enrolled().insert(enrolled().end(), files, files + count);
}

const std::vector<templates::EmbeddedFile>& EmbeddedFiles::all() { return enrolled(); }

const templates::EmbeddedFile* EmbeddedFiles::find(std::string_view name) {
    for (auto& file : enrolled()) {
        if (file.name == name) return &file;
    }
    return nullptr;
}

}  // namespace retort
