// Errors that are answers: NotFound, Forbidden, … one class a status, and abort, which throws them.
#pragma once

#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/base/error.hpp"

namespace retort {

class Response;
class json;

/// An error that is an answer: thrown from a view, it becomes the page of its status (or what an error handler makes).
class HttpException : public Error {
  public:
    /// Throws ArgumentError("unknown-status") when `status` is none of an error.
    explicit HttpException(int status, std::string description = {});
    /// Answers with `response` as it is.
    explicit HttpException(Response response);
    HttpException(const HttpException&) = default;
    ~HttpException() override;

    /// 404
    int status() const noexcept { return status_; }
    /// "Not Found"
    std::string_view title() const noexcept;
    /// What the page says; the standard sentence unless another was given.
    const std::string& description() const noexcept { return description_; }
    void description(std::string text);
    /// "404 Not Found: The requested URL …", as Flask's `str(error)`.
    std::string to_string() const;
    /// The same: nothing of it is for the program alone, so that it may be shown. Logs and the debug page say more.
    const char* what() const noexcept override;
    /// The page with its headers, or the response that was given.
    Response response() const;
    /// Whether it ends the view with a response of its own, which no error handler sees.
    bool has_own_response() const noexcept { return given_ != nullptr; }

  protected:
    /// Puts this error's own headers to its page, such as Allow.
    virtual void add_headers(Response& response) const;
    /// Puts further members to the problem document that who asks for JSON is given.
    virtual void add_problem(json& document) const;

  private:
    int status_;
    std::string description_;
    std::string told_;  ///< with a description that was changed; else empty
    std::shared_ptr<const Response> given_;
};

namespace detail {
template <int Status>
class StatusError : public HttpException {
  public:
    static constexpr int status_of_class = Status;
    explicit StatusError(std::string description = {}) : HttpException(Status, std::move(description)) {}
};
}  // namespace detail

// clang-format off
class BadRequest : public detail::StatusError<400> { public: using StatusError::StatusError; };
class Forbidden : public detail::StatusError<403> { public: using StatusError::StatusError; };
class NotFound : public detail::StatusError<404> { public: using StatusError::StatusError; };
class NotAcceptable : public detail::StatusError<406> { public: using StatusError::StatusError; };
class RequestTimeout : public detail::StatusError<408> { public: using StatusError::StatusError; };
class Conflict : public detail::StatusError<409> { public: using StatusError::StatusError; };
class Gone : public detail::StatusError<410> { public: using StatusError::StatusError; };
class LengthRequired : public detail::StatusError<411> { public: using StatusError::StatusError; };
class PreconditionFailed : public detail::StatusError<412> { public: using StatusError::StatusError; };
class RequestEntityTooLarge : public detail::StatusError<413> { public: using StatusError::StatusError; };
class RequestUriTooLarge : public detail::StatusError<414> { public: using StatusError::StatusError; };
class UnsupportedMediaType : public detail::StatusError<415> { public: using StatusError::StatusError; };
class ExpectationFailed : public detail::StatusError<417> { public: using StatusError::StatusError; };
class ImATeapot : public detail::StatusError<418> { public: using StatusError::StatusError; };
class UnprocessableEntity : public detail::StatusError<422> { public: using StatusError::StatusError; };
class Locked : public detail::StatusError<423> { public: using StatusError::StatusError; };
class FailedDependency : public detail::StatusError<424> { public: using StatusError::StatusError; };
class PreconditionRequired : public detail::StatusError<428> { public: using StatusError::StatusError; };
class RequestHeaderFieldsTooLarge : public detail::StatusError<431> { public: using StatusError::StatusError; };
class UnavailableForLegalReasons : public detail::StatusError<451> { public: using StatusError::StatusError; };
class NotImplemented : public detail::StatusError<501> { public: using StatusError::StatusError; };
class BadGateway : public detail::StatusError<502> { public: using StatusError::StatusError; };
class GatewayTimeout : public detail::StatusError<504> { public: using StatusError::StatusError; };
class HttpVersionNotSupported : public detail::StatusError<505> { public: using StatusError::StatusError; };
// clang-format on

/// `request.args["x"]`, `request.form["x"]` without an x: 400, and in debug the page names the key.
class BadRequestKeyError : public BadRequest {
  public:
    explicit BadRequestKeyError(std::string key);
    const std::string& key() const noexcept { return key_; }

  protected:
    std::string details() const override;

  private:
    std::string key_;
};

/// 401, with a challenge for the WWW-Authenticate header if one is given.
class Unauthorized : public detail::StatusError<401> {
  public:
    explicit Unauthorized(std::string description = {}, std::string challenge = {});

  protected:
    void add_headers(Response& response) const override;

  private:
    std::string challenge_;
};

/// 405, with the methods that would do as the Allow header.
class MethodNotAllowed : public detail::StatusError<405> {
  public:
    explicit MethodNotAllowed(std::string description = {});
    explicit MethodNotAllowed(std::vector<std::string> allowed);
    const std::vector<std::string>& allowed() const noexcept { return allowed_; }

  protected:
    void add_headers(Response& response) const override;

  private:
    std::vector<std::string> allowed_;
};

/// 416, with the length of what was asked for.
class RequestedRangeNotSatisfiable : public detail::StatusError<416> {
  public:
    explicit RequestedRangeNotSatisfiable(std::string description = {}, std::optional<std::size_t> length = {});

  protected:
    void add_headers(Response& response) const override;

  private:
    std::optional<std::size_t> length_;
};

namespace detail {
/// The errors that may say when to come back.
template <int Status>
class RetryLater : public StatusError<Status> {
  public:
    explicit RetryLater(std::string description = {}, std::optional<long> retry_after_seconds = {})
        : StatusError<Status>(std::move(description)), retry_after_(retry_after_seconds) {}

  protected:
    void add_headers(Response& response) const override;

  private:
    std::optional<long> retry_after_;
};
extern template class RetryLater<429>;
extern template class RetryLater<503>;
}  // namespace detail

class TooManyRequests : public detail::RetryLater<429> {
  public:
    using RetryLater::RetryLater;
};

class ServiceUnavailable : public detail::RetryLater<503> {
  public:
    using RetryLater::RetryLater;
};

/// 500. What a view threw is `original_exception()`; handlers for 500 receive this class.
class InternalServerError : public detail::StatusError<500> {
  public:
    explicit InternalServerError(std::string description = {}, std::exception_ptr original = {});
    /// Null when 500 was thrown itself.
    const std::exception_ptr& original_exception() const noexcept { return original_; }

  private:
    std::exception_ptr original_;
};

/// Throws the error of that status: `abort(404)`, `abort(400, "no such colour")`.
/// A status that is none of an error throws ArgumentError("unknown-status").
[[noreturn]] void abort(int status, std::string description = {});
/// Ends the view with this response.
[[noreturn]] void abort(Response response);

/// `request`, `g` or `current_app` was used where there is none.
class OutsideContextError : public InvalidRequestError {
  public:
    using InvalidRequestError::InvalidRequestError;
};

/// A rule, an endpoint, a blueprint or a handler does not fit what is registered already, or came too late.
class SetupError : public InvalidRequestError {
  public:
    using InvalidRequestError::InvalidRequestError;
};

/// An exception of any type, told: "std::out_of_range: vector::at" or "int".
struct ExceptionText {
    std::string type;
    std::string what;
    std::string to_string() const;
};

/// What an exception is, without its being known here. For an Error, `what` has the mend and the page too.
ExceptionText describe_exception(const std::exception_ptr& thrown);

}  // namespace retort
