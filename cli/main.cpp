// retort, the developer's tool: builds the application in this folder, then runs it.
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "retort/base/command_line.hpp"

#include "cli/build.hpp"
#include "cli/new_project.hpp"

namespace {

/// What stands behind the first words goes to the application as it is.
int run_application(const std::vector<std::string>& words) {
    auto project = retort::cli::find_project(".");
    auto program = retort::cli::build(project);
    std::vector<char*> arguments{const_cast<char*>(program.c_str())};
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::execv(program.c_str(), arguments.data());
    std::perror(program.c_str());
    return 1;
}

int make_application(const std::vector<std::string>& words) {
    if (words.size() != 2 || words[1].starts_with('-')) {
        std::fputs("Usage: retort new FOLDER\n", stderr);
        return 2;
    }
    for (const auto& made : retort::cli::make_project(words[1])) std::printf("Creating %s\n", made.c_str());
    std::printf(
        "The next steps: cd %s, retort db init, retort db migrate -m \"first\", retort db upgrade, retort run\n",
        words[1].c_str());
    return 0;
}

void usage(std::FILE* to) {
    std::fputs(
        "Usage: retort COMMAND [ARGS]...\n\n"
        "  Builds the application in this folder or above it, then runs its command.\n\n"
        "Commands:\n"
        "  new     a first application in a new folder: retort new notes\n"
        "  db      migrations: retort db migrate -m \"…\", retort db upgrade\n"
        "  run     serve the application\n"
        "  routes  show its routes\n"
        "  …       and every other command of the application\n",
        to);
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::string> words(argv + 1, argv + argc);
    if (words.empty() || words.front() == "--help") {
        usage(words.empty() ? stderr : stdout);
        return words.empty() ? 2 : 0;
    }
    try {
        return words.front() == "new" ? make_application(words) : run_application(words);
    } catch (const retort::CommandError& error) {
        std::fprintf(stderr, "Error: %s\n  mend: %s\n", error.message().c_str(), error.hint().c_str());
        return error.exit_code();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "Error: %s\n", error.what());
        return 1;
    }
}
