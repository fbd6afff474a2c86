// The access log: one line a request, in Werkzeug's layout, on standard error.
#pragma once

#include <string>
#include <string_view>

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

/// `127.0.0.1 - - [20/Nov/2026 21:40:53] code 400, message The request line does not begin with a method.` and a line
/// of the layout above, where nothing of the request is known.
std::string refusal_lines(std::string_view remote_address, int status, std::string_view problem);

/// The same for programs, with `"problem"` and without what is not known.
std::string refusal_json(std::string_view remote_address, int status, std::string_view problem);

/// Writes them at once.
void log_refusal(std::string_view remote_address, int status, std::string_view problem, bool as_json);

}  // namespace retort::detail
