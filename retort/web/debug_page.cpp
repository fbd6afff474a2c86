// What a developer is shown of an exception.
#include "retort/web/debug_page.hpp"

#include "retort/base/log.hpp"
#include "retort/base/text.hpp"
#include "retort/web/errors.hpp"
#include "retort/web/request.hpp"

namespace retort::detail {

Response debug_page(Request& request, const std::exception_ptr& thrown) {
    auto text = describe_exception(thrown);
    auto type = html_escape(text.type);
    return {"<!doctype html>\n<html lang=en>\n<title>" + type + "</title>\n<h1>" + type + "</h1>\n<pre>" +
                html_escape(text.what) + "</pre>\n<p>" + html_escape(request.method().text()) + " " +
                html_escape(request.full_path()) + "</p>\n",
            500};
}

void log_exception(Request& request, const std::exception_ptr& thrown) {
    LogLine line;
    line << "Exception on ";
    line.untrusted(request.path()) << " [";
    line.untrusted(request.method().text()) << "]";
    logger().error(std::string{line.text()} + "\n" + describe_exception(thrown).to_string());
}

}  // namespace retort::detail
