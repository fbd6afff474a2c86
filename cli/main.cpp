// retort, the developer's tool: builds the application in this folder, then runs it.
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "retort/base/command_line.hpp"

#include "cli/build.hpp"

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

void usage(std::FILE* to) {
    std::fputs(
        "Usage: retort COMMAND [ARGS]...\n\n"
        "  Builds the application in this folder or above it, then runs its command.\n\n"
        "Commands:\n"
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
        return run_application(words);
    } catch (const retort::CommandError& error) {
        std::fprintf(stderr, "Error: %s\n  mend: %s\n", error.message().c_str(), error.hint().c_str());
        return error.exit_code();
    }
}
