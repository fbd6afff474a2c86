// Stacks, with functions and lines of source: where an exception was thrown, kept in debug only, and where a thread is.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace retort::detail {

struct StackFrame {
    std::string function;
    std::string file;  ///< empty when the program has no line numbers for it
    int line = 0;
};

/// Whether it is in a source of the application, and not of the library or the system.
bool of_application(const StackFrame& frame);
/// From now on each throw of this program keeps its stack for `stack_of`; costs some microseconds a throw.
void keep_stacks_of_throws();
/// The stack where the exception was thrown, innermost first; empty when it was not kept.
std::vector<StackFrame> stack_of(const std::exception_ptr& thrown);
/// Where this thread is now, innermost first: addresses only, some microseconds.
std::vector<std::uintptr_t> current_places();
/// "notes.cpp:12 (list_notes)": the innermost of these places that is in the application's own source; empty when the
/// program has no line numbers.
std::string application_place(const std::vector<std::uintptr_t>& places);
/// The lines around one of a file, each with its number; empty when the file cannot be read.
std::vector<std::pair<int, std::string>> source_lines(const std::string& file, int line, int around);

}  // namespace retort::detail
