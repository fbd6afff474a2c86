// CMake, called as a person would.
#include "cli/build.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>

#include "retort/base/command_line.hpp"

namespace retort::cli {

namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
    std::string out;
    auto* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) return out;
    char part[4096];
    for (std::size_t size; (size = std::fread(part, 1, sizeof part, file)) > 0;) out.append(part, size);
    std::fclose(file);
    return out;
}

std::optional<std::string> program_of(const fs::path& folder) {
    auto text = read(folder / "CMakeLists.txt");
    constexpr std::string_view blanks = " \t\r\n";
    constexpr std::string_view word = "retort_app";
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        auto line = text.rfind('\n', at) + 1;  // npos + 1 is the beginning
        auto bracket = text.find_first_not_of(" \t", at + word.size());
        bool comment = text.substr(line, at - line).find('#') != std::string::npos;
        if (comment || bracket == std::string::npos || text[bracket] != '(') continue;
        auto start = text.find_first_not_of(blanks, bracket + 1);
        if (start == std::string::npos) return std::nullopt;
        return text.substr(start, text.find_first_of(" \t\r\n)", start) - start);
    }
    return std::nullopt;
}

std::string quoted(const std::string& text) {
    std::string out = "'";
    for (char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + '\'';
}

/// Its output goes to standard error, so that the command's own stays clean.
void call(const std::string& command) {
    if (std::system((command + " >&2").c_str()) == 0) return;  // NOLINT: the words are quoted
    throw CommandError("build-failed"_code, "The application was not built", "mend what the compiler says above");
}

}  // namespace

Project find_project(const std::string& start) {
    std::error_code error;
    for (auto folder = fs::absolute(start, error).lexically_normal();; folder = folder.parent_path()) {
        if (auto program = program_of(folder)) return {folder.string(), *program};
        if (folder == folder.parent_path()) break;
    }
    throw CommandError("no-project"_code, "There is no CMakeLists.txt with a retort_app(…) here or above",
                       "go into the application's folder");
}

std::string build(const Project& project) {
    const char* chosen = std::getenv("RETORT_BUILD");
    auto folder = fs::path(chosen ? chosen : project.folder + "/build");
    if (!fs::exists(folder / "CMakeCache.txt")) {
        call("cmake -S " + quoted(project.folder) + " -B " + quoted(folder.string()));
    }
    call("cmake --build " + quoted(folder.string()) + " --target " + quoted(project.program));
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        auto rights = entry.status().permissions() & fs::perms::owner_exec;
        bool runs = entry.is_regular_file() && rights != fs::perms::none;
        if (runs && entry.path().filename() == project.program) return entry.path().string();
    }
    throw CommandError("build-failed"_code, "The program \"" + project.program + "\" is not in " + folder.string(),
                       "look at the CMakeLists.txt of the application");
}

}  // namespace retort::cli
