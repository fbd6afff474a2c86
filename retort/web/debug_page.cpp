// What a developer is shown of an exception.
#include "retort/web/debug_page.hpp"

#include "retort/base/log.hpp"
#include "retort/base/text.hpp"
#include "retort/web/access_log.hpp"
#include "retort/web/errors.hpp"
#include "retort/web/problem.hpp"
#include "retort/web/request.hpp"
#include "retort/web/stack_trace.hpp"

namespace retort::detail {
namespace {

constexpr std::string_view style =
    "body{font:15px/1.5 system-ui,sans-serif;margin:0;color:#222;background:#f6f5f2}"
    "header{background:#7a1f1f;color:#fff;padding:1.2em 2em}header h1{font-size:1.3em;margin:0}"
    "header pre{white-space:pre-wrap;margin:.6em 0 0;font-size:1em}section{margin:1.5em 2em}"
    "h2{font-size:1.05em}table{border-collapse:collapse;font:13px/1.4 monospace;background:#fff}"
    "td{border:1px solid #ddd;padding:.2em .6em;vertical-align:top;word-break:break-word}"
    "ol{list-style:none;padding:0}li{margin:.4em 0;background:#fff;border:1px solid #ddd;padding:.4em .8em}"
    "li code{font-size:13px}li pre{margin:.4em 0 0;font-size:13px;overflow-x:auto}mark{background:#ffe3a3}"
    ".theirs{opacity:.55}.remark{background:#fff3cd;border:1px solid #e6cf7c;padding:.5em .8em;margin:.4em 0}";

void add_source(std::string& html, const StackFrame& frame) {
    auto lines = source_lines(frame.file, frame.line, 3);
    if (lines.empty()) return;
    html += "<pre>";
    for (auto& [number, text] : lines) {
        auto line = std::to_string(number) + "  " + html_escape(text) + "\n";
        html += number == frame.line ? "<mark>" + line + "</mark>" : line;
    }
    html += "</pre>";
}

void add_stack(std::string& html, const std::vector<StackFrame>& frames) {
    if (frames.empty()) return;
    html += "<section><h2>Where it was thrown</h2><ol>\n";
    for (auto& frame : frames) {
        bool library = !of_application(frame);  // those stand back
        html += library ? "<li class=theirs><code>" : "<li><code>";
        html += html_escape(frame.function);
        if (!frame.file.empty()) html += "<br>" + html_escape(frame.file) + ":" + std::to_string(frame.line);
        html += "</code>";
        if (!library) add_source(html, frame);
        html += "</li>\n";
    }
    html += "</ol></section>\n";
}

void add_section(std::string& html, const DebugSection& section) {
    html += "<section><h2>" + html_escape(section.title) + "</h2>\n";
    for (auto& remark : section.remarks) html += "<div class=remark>" + html_escape(remark) + "</div>\n";
    if (!section.rows.empty()) html += "<table>\n";
    for (auto& row : section.rows) {
        html += "<tr>";
        for (auto& cell : row) html += "<td>" + html_escape(cell) + "</td>";
        html += "</tr>\n";
    }
    html += section.rows.empty() ? "</section>\n" : "</table></section>\n";
}

DebugSection request_section(Request& request) {
    DebugSection section{request.method().to_string() + " " + request.url(), {}, {}};
    auto endpoint = std::string{request.endpoint()};
    if (!endpoint.empty()) section.rows.push_back({"endpoint", endpoint + "  " + std::string{request.url_rule()}});
    if (!request.view_args().empty()) section.rows.push_back({"arguments", request.view_args().dump()});
    for (auto& [key, value] : request.args()) section.rows.push_back({"?" + key, value});
    // Read only if the view has done so: the page must not wait for a body.
    if (auto* form = request.parsed_form()) {
        for (auto& [key, value] : *form) section.rows.push_back({"form " + key, value});
    }
    for (auto& header : request.headers()) {
        // Who looks over a shoulder must not take over the session.
        bool secret = iequals(header.name, "Cookie") || iequals(header.name, "Authorization");
        section.rows.push_back({std::string{header.name}, secret ? "…" : std::string{header.value}});
    }
    return section;
}

Response debug_document(const ExceptionText& text, const std::vector<StackFrame>& frames) {
    json stack = json::array();
    for (auto& frame : frames) {
        stack.push_back(frame.function +
                        (frame.file.empty() ? "" : " " + frame.file + ":" + std::to_string(frame.line)));
    }
    return problem_response(500, "Internal Server Error", text.what,
                            json::object({{"exception", text.type}, {"stack", std::move(stack)}}));
}

/// A line for each frame in the application's own source.
std::string application_stack(const std::exception_ptr& thrown) {
    std::string lines;
    for (auto& frame : stack_of(thrown)) {
        if (!of_application(frame)) continue;
        lines += "\n  at " + frame.function + " (" + frame.file + ":" + std::to_string(frame.line) + ")";
    }
    return lines;
}

}  // namespace

Response debug_page(Request& request, const std::exception_ptr& thrown, const std::vector<DebugSection>& sections) {
    auto text = describe_exception(thrown);
    auto frames = stack_of(thrown);
    if (wants_json()) return debug_document(text, frames);
    auto type = html_escape(text.type);
    std::string html = "<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n<title>" + type + "</title>\n<style>" +
                       std::string{style} + "</style>\n<header><h1>" + type + "</h1>\n<pre>" + html_escape(text.what) +
                       "</pre></header>\n";
    for (auto& section : sections) {
        if (!section.remarks.empty() || !section.rows.empty()) add_section(html, section);
    }
    add_stack(html, frames);
    add_section(html, request_section(request));
    return {std::move(html), 500};
}

void log_exception(Request& request, const std::exception_ptr& thrown) {
    log_exception(request.path(), request.method().text(), thrown);
}

void log_exception(std::string_view path, std::string_view method, const std::exception_ptr& thrown) {
    LogLine line;
    line << "Exception on ";
    line.untrusted(path) << " [";
    line.untrusted(method) << "] at " << log_time();
    logger().error(std::string{line.text()} + "\n" + describe_exception(thrown).to_string() +
                   application_stack(thrown));
}

}  // namespace retort::detail
