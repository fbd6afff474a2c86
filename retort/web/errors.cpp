// The titles and sentences of error pages, abort, and how an unknown exception is told.
#include "retort/web/errors.hpp"

#include <cxxabi.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <typeinfo>
#include <utility>

#include "retort/base/demangle.hpp"
#include "retort/base/text.hpp"
#include "retort/template/errors.hpp"
#include "retort/web/problem.hpp"
#include "retort/web/response.hpp"

namespace retort {
namespace {

struct ErrorStatus {
    int status;
    std::string_view title;
    std::string_view description;
    void (*raise)(std::string description);
};

template <class Exception>
void raise(std::string description) {
    throw Exception(std::move(description));
}

constexpr ErrorStatus statuses[] = {
    {400, "Bad Request", "The server could not make sense of this request.", raise<BadRequest>},
    {401, "Unauthorized", "This needs you to say who you are: the credentials are missing or wrong.",
     raise<Unauthorized>},
    {403, "Forbidden", "You are not allowed to see or do this.", raise<Forbidden>},
    {404, "Not Found", "The requested address was not found on this server. Check its spelling and try again.",
     raise<NotFound>},
    {405, "Method Not Allowed", "This address does not take requests of this method.", raise<MethodNotAllowed>},
    {406, "Not Acceptable", "The server has no form of this that you accept.", raise<NotAcceptable>},
    {408, "Request Timeout", "The request did not arrive whole within the time that the server waits.",
     raise<RequestTimeout>},
    {409, "Conflict", "The request conflicts with a change made meanwhile.", raise<Conflict>},
    {410, "Gone", "What was here is gone, and there is no other address for it.", raise<Gone>},
    {411, "Length Required", "The request must say how long its body is.", raise<LengthRequired>},
    {412, "Precondition Failed", "What the request took for granted is not so.", raise<PreconditionFailed>},
    {413, "Request Entity Too Large", "The body of the request is larger than the server takes.",
     raise<RequestEntityTooLarge>},
    {414, "Request URI Too Large", "The address is longer than the server takes.", raise<RequestUriTooLarge>},
    {415, "Unsupported Media Type", "The server does not take a body of this type here.", raise<UnsupportedMediaType>},
    {416, "Requested Range Not Satisfiable", "The server cannot give the part that was asked for.",
     raise<RequestedRangeNotSatisfiable>},
    {417, "Expectation Failed", "The server cannot do what the Expect header asks.", raise<ExpectationFailed>},
    {418, "I'm a teapot", "This server is a teapot and makes no coffee.", raise<ImATeapot>},
    {422, "Unprocessable Entity", "The request is well formed, but its values cannot be right.",
     raise<UnprocessableEntity>},
    {423, "Locked", "What the request wants is locked.", raise<Locked>},
    {424, "Failed Dependency", "The request hangs on another one, which failed.", raise<FailedDependency>},
    {428, "Precondition Required", "The request must be conditional: send If-Match or If-Unmodified-Since.",
     raise<PreconditionRequired>},
    {429, "Too Many Requests", "These were too many requests; try again later.", raise<TooManyRequests>},
    {431, "Request Header Fields Too Large", "The headers of the request are larger than the server takes.",
     raise<RequestHeaderFieldsTooLarge>},
    {451, "Unavailable For Legal Reasons", "This cannot be shown for legal reasons.",
     raise<UnavailableForLegalReasons>},
    {500, "Internal Server Error", "The server met an error that it was not prepared for. It has been logged.",
     raise<InternalServerError>},
    {501, "Not Implemented", "The server cannot do what the request asks.", raise<NotImplemented>},
    {502, "Bad Gateway", "The server behind this one gave an answer that makes no sense.", raise<BadGateway>},
    {503, "Service Unavailable", "The server cannot answer for now; try again later.", raise<ServiceUnavailable>},
    {504, "Gateway Timeout", "The server behind this one did not answer in time.", raise<GatewayTimeout>},
    {505, "HTTP Version Not Supported", "The server does not speak this version of HTTP.",
     raise<HttpVersionNotSupported>},
};

const ErrorStatus* find_status(int status) {
    auto found =
        std::find_if(std::begin(statuses), std::end(statuses), [&](auto& entry) { return entry.status == status; });
    return found != std::end(statuses) ? found : nullptr;
}

std::string_view title_of(int status) {
    if (auto* known = find_status(status)) return known->title;
    switch (status) {  // those that abort has no class for
        case 402: return "Payment Required";
        case 407: return "Proxy Authentication Required";
        case 421: return "Misdirected Request";
        case 425: return "Too Early";
        case 426: return "Upgrade Required";
        case 506: return "Variant Also Negotiates";
        case 507: return "Insufficient Storage";
        case 508: return "Loop Detected";
        case 510: return "Not Extended";
        case 511: return "Network Authentication Required";
        default: return "Unknown Error";
    }
}

std::string describe(int status, std::string description) {
    if (!description.empty()) return description;
    auto* known = find_status(status);
    return known != nullptr ? std::string{known->description} : std::string{title_of(status)} + ".";
}

std::string told(int status, const std::string& description) {
    if (status < 400 || status > 599) {
        throw ArgumentError("unknown-status"_code, std::to_string(status) + " is not the status of an error",
                            "use one from 400 to 599, or abort(Response{text, status}) for any other");
    }
    return std::to_string(status) + " " + std::string{title_of(status)} + ": " + describe(status, description);
}

std::string name_of_thrown(const std::type_info* type) {
    return type == nullptr ? "an exception of an unknown type" : detail::demangled(type->name());
}

}  // namespace

void HttpException::description(std::string text) {
    description_ = std::move(text);
    told_ = to_string();
}

const char* HttpException::what() const noexcept { return told_.empty() ? message().c_str() : told_.c_str(); }

std::string BadRequestKeyError::details() const { return "  key: \"" + key_ + "\""; }

Unauthorized::Unauthorized(std::string description, std::string challenge)
    : StatusError(std::move(description)), challenge_(std::move(challenge)) {}

MethodNotAllowed::MethodNotAllowed(std::string description) : StatusError(std::move(description)) {}
MethodNotAllowed::MethodNotAllowed(std::vector<std::string> allowed) : allowed_(std::move(allowed)) {}

RequestedRangeNotSatisfiable::RequestedRangeNotSatisfiable(std::string description, std::optional<std::size_t> length)
    : StatusError(std::move(description)), length_(length) {}

InternalServerError::InternalServerError(std::string description, std::exception_ptr original)
    : StatusError(std::move(description)), original_(std::move(original)) {}

std::string ExceptionText::to_string() const { return what.empty() ? type : type + ": " + what; }

HttpException::HttpException(int status, std::string description)
    : Error("http-exception"_code, told(status, description)),
      status_(status),
      description_(describe(status, std::move(description))) {}

HttpException::HttpException(Response response)
    : Error("http-exception"_code, "the view ended with a response of its own: " + response.status()),
      status_(response.status_code()),
      given_(std::make_shared<const Response>(std::move(response))) {}

HttpException::~HttpException() = default;

std::string_view HttpException::title() const noexcept { return title_of(status_); }

std::string HttpException::to_string() const {
    return std::to_string(status_) + " " + std::string{title()} + ": " + description_;
}

Response HttpException::response() const {
    if (given_) return *given_;
    json more;
    add_problem(more);
    Response response = detail::negotiated_response(*this, more);
    add_headers(response);
    return response;
}

void HttpException::add_headers(Response&) const {}
void HttpException::add_problem(json&) const {}

BadRequestKeyError::BadRequestKeyError(std::string key) : key_(std::move(key)) {}

void Unauthorized::add_headers(Response& response) const {
    if (!challenge_.empty()) response.headers().set("WWW-Authenticate", challenge_);
}

void MethodNotAllowed::add_headers(Response& response) const {
    if (!allowed_.empty()) response.headers().set("Allow", join(allowed_, ", "));
}

void RequestedRangeNotSatisfiable::add_headers(Response& response) const {
    if (length_) response.headers().set("Content-Range", "bytes */" + std::to_string(*length_));
}

namespace detail {
template <int Status>
void RetryLater<Status>::add_headers(Response& response) const {
    if (retry_after_) response.headers().set("Retry-After", std::to_string(*retry_after_));
}
template class RetryLater<429>;
template class RetryLater<503>;
}  // namespace detail

void abort(int status, std::string description) {
    auto* known = find_status(status);
    if (known == nullptr) {
        throw ArgumentError(
            "unknown-status"_code, "abort has no error for the status " + std::to_string(status),
            "throw HttpException(status, text) for one from 400 to 599, or abort(Response{text, status})");
    }
    known->raise(std::move(description));
    std::abort();
}

void abort(Response response) { throw HttpException(std::move(response)); }

ExceptionText describe_exception(const std::exception_ptr& thrown) {
    if (!thrown) return {};
    try {
        std::rethrow_exception(thrown);
    } catch (const Error& error) {
        return {name_of_thrown(&typeid(error)), error.Error::what()};
    } catch (const std::exception& error) {
        auto place = template_place(error);
        return {name_of_thrown(&typeid(error)), place.empty() ? error.what() : error.what() + ("\n  " + place)};
    } catch (const std::string& text) {
        return {"std::string", text};
    } catch (const char* text) {
        return {"const char*", text};
    } catch (...) {
        return {name_of_thrown(abi::__cxa_current_exception_type()), ""};
    }
}

}  // namespace retort
