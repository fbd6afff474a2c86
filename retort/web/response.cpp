// How responses are put together: status lines, headers, JSON, redirects.
#include "retort/web/response.hpp"

#include <charconv>
#include <utility>

#include "retort/base/text.hpp"
#include "retort/web/conditional.hpp"
#include "retort/web/cookie.hpp"
#include "retort/web/errors.hpp"
#include "retort/web/file_body.hpp"
#include "retort/web/iri.hpp"
#include "retort/web/settings.hpp"

namespace retort {
namespace {

constexpr std::string_view html_line = "Content-Type: text/html; charset=utf-8\r\n";
constexpr std::string_view json_line = "Content-Type: application/json\r\n";

[[noreturn]] void refuse_status(std::string status) {
    throw ArgumentError("invalid-status"_code, std::move(status) + " is no HTTP status",
                        "use a number from 100 to 999, or text that begins with one, such as \"299 Weird Thing\"");
}

/// The place of the last response's text, for the thread's next JSON.
thread_local std::string spare_text;

void keep_text(std::string& text) {
    constexpr std::size_t most = 64 * 1024;
    if (text.capacity() > most || text.capacity() == std::string{}.capacity()) return;
    text.clear();
    spare_text = std::move(text);
}

/// What only the finished message can be asked for; answers with status 200 need none of it.
void finish_headers(http::Response& message) {
    if (message.status == 304) detail::remove_entity_headers(message.headers);
    if (auto location = message.headers.get("Location")) {
        auto uri = detail::iri_to_uri(*location);
        if (uri != *location) message.headers.set("Location", uri);
    }
}

}  // namespace

std::string detail::take_spare_text() noexcept { return std::exchange(spare_text, {}); }

Status::Status(Checked, long long code) : code_(static_cast<int>(code)) {
    if (code < 100 || code > 999) refuse_status(std::to_string(code));
}

Status::Status(Checked, std::string_view text) {
    auto words = trim(text);
    auto end = std::min(words.find(' '), words.size());
    auto number = words.substr(0, end);
    auto [stop, failure] = std::from_chars(number.data(), number.data() + number.size(), code_);
    bool whole = failure == std::errc{} && stop == number.data() + number.size();
    if (!whole || code_ < 100 || code_ > 999) refuse_status("\"" + std::string{text} + "\"");
    for (unsigned char c : words) {
        if (c < 32 || c == 127) refuse_status("\"" + std::string{text} + "\", which holds a control character,");
    }
    if (end < words.size()) reason_ = words.substr(end + 1);
}

Response::Response(const Response& other) = default;
Response::Response(Response&& other) noexcept = default;
Response& Response::operator=(const Response& other) = default;
Response& Response::operator=(Response&& other) noexcept = default;
Response::~Response() = default;

http::Response Response::release() && {
    if (message_.status != 200) finish_headers(message_);
    return std::move(message_);
}

Response::Response() { message_.headers.add_content_type_line(html_line); }

Response::Response(FromText, std::string&& text) : Response() { message_.body = std::move(text); }

// Not in the list of members: the compiler would fill the whole message with zeros first.
Response::Response(FromText, std::string&& text, std::initializer_list<http::HeaderView> headers) {
    for (auto& header : headers) message_.headers.add(header.name, header.value);
    message_.body = std::move(text);
    if (!message_.headers.has_content_type()) message_.headers.add_content_type_line(html_line);
}

Response::Response(FromText, std::string&& text, const http::Headers& headers) {
    message_.headers = headers;
    message_.body = std::move(text);
    if (!headers.has_content_type()) message_.headers.add_content_type_line(html_line);
}

Response::Response(FromJson, const json& value) {
    auto& settings = detail::current_settings();
    if (settings.json_mimetype.empty()) {
        message_.headers.add_content_type_line(json_line);
    } else {
        message_.headers.add("Content-Type", settings.json_mimetype);
    }
    message_.body = std::move(spare_text);
    value.dump_to(message_.body, settings.json_format());
    message_.body += '\n';
}

Response Response::stream(std::function<void(http::BodyWriter&)> write, std::string_view content_type) {
    Response response;
    response.set_content_type(content_type);
    response.message_.stream = std::move(write);
    return response;
}

std::string Response::status() const {
    auto reason = message_.reason.empty() ? http::reason_phrase(message_.status) : std::string_view{message_.reason};
    return std::to_string(message_.status) + " " + std::string{reason};
}

void Response::set_status(Status status) {  // NOLINT: made for the call
    message_.status = status.code();
    message_.reason = status.reason();
}

void Response::merge_headers(const http::Headers& headers) {
    for (auto& header : headers) message_.headers.remove(header.name);
    message_.headers.add(headers);
}

void Response::release_into(http::Response& message) && {
    if (message_.status != 200) finish_headers(message_);
    message.status = message_.status;
    message.headers = std::move(message_.headers);
    message.body = std::move(message_.body);
    keep_text(message_.body);
    message.close = message_.close;
    // Both are rare, and a test costs less than moving nothing.
    if (!message.reason.empty() || !message_.reason.empty()) message.reason = std::move(message_.reason);
    if (message.stream || message_.stream) message.stream = std::move(message_.stream);
}

std::string_view Response::mimetype() const { return trim(content_type().substr(0, content_type().find(';'))); }

void Response::set_text(std::string text) {
    message_.body = std::move(text);
    message_.stream = nullptr;
}

void Response::set_stream(std::function<void(http::BodyWriter&)> write) {
    message_.body.clear();
    message_.stream = std::move(write);
}

bool Response::is_json() const {
    auto type = mimetype();
    return type == "application/json" || (type.starts_with("application/") && type.ends_with("+json"));
}

http::Headers Response::headers() && { return std::move(message_.headers); }
std::string Response::text() && { return std::move(const_cast<std::string&>(text())); }
json Response::get_json() const { return json::parse(text()); }

void Response::read_file() const {
    auto* file = message_.stream.target<detail::FileBody>();
    if (file == nullptr) {
        throw InvalidRequestError("streamed-body"_code,
                                  "a response's text was asked for, and its body is written while it is sent",
                                  "leave such a response alone, if (response.is_streamed()), or put another stream "
                                  "around it: take_stream() and set_stream(…)");
    }
    message_.body = file->text();
    message_.stream = nullptr;
}

void Response::set_cookie(std::string_view name, std::string_view value, const CookieOptions& options) {
    message_.headers.add("Set-Cookie", dump_cookie(name, value, options));
}

void Response::delete_cookie(std::string_view name, CookieOptions options) {
    options.expires = DateTime::from_microseconds(0);
    options.max_age = std::chrono::seconds{0};
    set_cookie(name, "", options);
}

void Response::vary(std::string_view header) {
    auto known = message_.headers.get("Vary").value_or("");
    for (auto word : split(known, ',')) {
        if (iequals(trim(word), header)) return;
    }
    message_.headers.set("Vary", known.empty() ? std::string{header} : std::string{known} + ", " + std::string{header});
}

Response redirect(std::string_view location, int status) {
    auto uri = detail::iri_to_uri(location);
    Response response{
        "<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n"
        "<p>You should be redirected automatically to the target URL: <a href=\"" +
            html_escape(uri) + "\">" + html_escape(location) + "</a>. If not, click the link.\n",
        status};
    response.headers().set("Location", uri);
    return response;
}

Response jsonify(const json& value) { return Response{value}; }

}  // namespace retort
