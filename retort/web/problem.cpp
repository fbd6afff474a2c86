// The two forms of an error, and who gets which.
#include "retort/web/problem.hpp"

#include "retort/base/text.hpp"
#include "retort/web/accept.hpp"
#include "retort/web/context.hpp"
#include "retort/web/errors.hpp"
#include "retort/web/request.hpp"

namespace retort::detail {
namespace {

Request* request_here() {
    auto* context = current_context();
    return context == nullptr ? nullptr : context->request;
}

std::string page(const HttpException& error) {
    auto title = html_escape(error.title());
    std::string text;
    for (char c : html_escape(error.description())) c == '\n' ? text += "<br>" : text += c;
    return "<!doctype html>\n<html lang=en>\n<title>" + std::to_string(error.status()) + " " + title +
           "</title>\n<h1>" + title + "</h1>\n<p>" + text + "</p>\n";
}

}  // namespace

bool wants_json() {
    auto* request = request_here();
    if (request == nullptr || !request->headers().contains("Accept")) return false;
    auto accept = request->accept_mimetypes();
    auto best = accept.best_match({"text/html", "application/problem+json", "application/json"}, "text/html");
    return best != "text/html";
}

Response problem_response(int status, std::string_view title, std::string_view detail, json more) {
    json document{{"type", "about:blank"}, {"title", title}, {"status", status}, {"detail", detail}};
    if (more.is_object()) {
        for (auto& [key, value] : more.items()) document[key] = std::move(value);
    }
    Response response{document};
    response.set_status(status);
    response.set_content_type("application/problem+json");
    return response;
}

Response negotiated_response(const HttpException& error, const json& more) {
    // Who sent JSON reads the problems of its fields, unless it asks for a page.
    auto* request = request_here();
    bool sent_json = more.is_object() && request != nullptr && request->is_json();
    constexpr const char* own = "application/json";
    bool as_json =
        wants_json() || (sent_json && request->accept_mimetypes().best_match({own, "text/html"}, own) == own);
    Response response = as_json ? problem_response(error.status(), error.title(), error.description(), more)
                                : Response{page(error), error.status()};
    if (request != nullptr && request->headers().contains("Accept")) response.vary("Accept");
    return response;
}

}  // namespace retort::detail
