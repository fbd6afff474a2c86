// How an error is told: a page to a browser, a problem document (RFC 9457) to who asks for JSON.
#pragma once

#include <string>

#include "retort/web/response.hpp"

namespace retort {

class HttpException;

namespace detail {

/// Whether the running request would rather have JSON than a page.
bool wants_json();
/// `{"type": "about:blank", "title": …, "status": …, "detail": …}` with what `more` has beyond it.
Response problem_response(int status, std::string_view title, std::string_view detail, json more = nullptr);
/// The page, or the problem document, of an error.
Response negotiated_response(const HttpException& error, const json& more);

}  // namespace detail
}  // namespace retort
