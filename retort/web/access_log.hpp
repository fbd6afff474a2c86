// The access log: one line a request, in Werkzeug's layout, on standard error.
#pragma once

#include <string>

#include "retort/http/message.hpp"

namespace retort::detail {

/// "20/Nov/2026 21:40:53", local time; good until this thread asks again.
const std::string& log_time();

/// `127.0.0.1 - - [20/Nov/2026 21:40:53] "GET /hola HTTP/1.1" 200 -`
std::string access_line(const http::Request& request, int status);

/// The same for programs: `{"time":"2026-11-20T21:40:53Z","remote":"127.0.0.1","method":"GET","target":"/hola",
/// "protocol":"HTTP/1.1","status":200}`
std::string access_json(const http::Request& request, int status);

/// Writes that line at once.
void log_access(const http::Request& request, int status, bool as_json = false);

}  // namespace retort::detail
