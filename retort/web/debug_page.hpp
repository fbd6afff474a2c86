// The page for an exception in debug, and how exceptions are logged.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "retort/web/response.hpp"

namespace retort {
class Request;
}

namespace retort::detail {

/// What an extension has to say on a debug page: a table, and remarks before it.
struct DebugSection {
    std::string title;
    std::vector<std::string> remarks;
    std::vector<std::vector<std::string>> rows;
};

/// What was thrown with its mend, where, by which request, and what the extensions know. Never shown outside of debug.
Response debug_page(Request& request, const std::exception_ptr& thrown, const std::vector<DebugSection>& sections);
/// "Exception on /users [POST] at 20/Nov/2026 21:40:53" and what it was; in debug also where in the application it was
/// thrown.
void log_exception(Request& request, const std::exception_ptr& thrown);
void log_exception(std::string_view path, std::string_view method, const std::exception_ptr& thrown);

}  // namespace retort::detail
