// The page for an exception in debug, and how exceptions are logged.
#pragma once

#include <exception>
#include <string_view>

#include "retort/web/response.hpp"

namespace retort {
class Request;
}

namespace retort::detail {

/// What was thrown, with its mend, and by which request. Never shown outside of debug.
Response debug_page(Request& request, const std::exception_ptr& thrown);
/// "Exception on /users [POST]" and what it was.
void log_exception(Request& request, const std::exception_ptr& thrown);

}  // namespace retort::detail
