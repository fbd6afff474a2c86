// Where an exception was thrown: the stack at that moment, kept in debug only, with functions and lines of source.
#pragma once

#include <exception>
#include <string>
#include <vector>

namespace retort::detail {

struct StackFrame {
    std::string function;
    std::string file;  ///< empty when the program has no line numbers for it
    int line = 0;
};

/// From now on each throw of this program keeps its stack for `stack_of`; costs some microseconds a throw.
void keep_stacks_of_throws();
/// The stack where the exception was thrown, innermost first; empty when it was not kept.
std::vector<StackFrame> stack_of(const std::exception_ptr& thrown);
/// The lines around one of a file, each with its number; empty when the file cannot be read.
std::vector<std::pair<int, std::string>> source_lines(const std::string& file, int line, int around);

}  // namespace retort::detail
