// Functions around requests: before, after, teardown, and the handlers of errors; erased from what users write.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/web/errors.hpp"
#include "retort/web/response.hpp"
#include "retort/web/view.hpp"

namespace retort::detail {

using BeforeHook = std::function<std::optional<Response>()>;
using AfterHook = std::function<void(Response&)>;
using TeardownHook = std::function<void(const std::exception_ptr&)>;

/// An error handler: for a status, for a type of exception, or for both.
struct ErrorHandler {
    int status = 0;  ///< 0: any
    /// Whether the exception is of the handler's type.
    bool (*matches)(const std::exception_ptr& thrown);
    std::function<Response(const std::exception_ptr& thrown)> handle;
    /// Throws a null pointer to the handler's type: shows which of two handlers is for the more derived one.
    void (*throw_pointer)();
    /// Whether `throw_pointer` of another handler throws a pointer to a type derived from this handler's.
    bool (*catches_pointer)(void (*throw_pointer)());
};

/// Functions of URL values: of what a request's URL gave, or (`defaults`) of what url_for is about to build.
class UrlProcessors {
  public:
    using Call = void (*)(const void* function, std::string_view endpoint, json& values);

    UrlProcessors() noexcept;
    UrlProcessors(const UrlProcessors& other);
    UrlProcessors& operator=(const UrlProcessors&) = delete;
    ~UrlProcessors();

    void add(bool defaults, std::shared_ptr<const void> function, Call call);
    void append(const UrlProcessors& other);
    bool empty() const noexcept { return list_ == nullptr; }
    bool has(bool defaults) const;
    void run(bool defaults, std::string_view endpoint, json& values) const;

  private:
    struct List;
    List* list_;  ///< its own, or null; a pointer, because every application includes this
};

template <class Function>
void add_url_processor(UrlProcessors& processors, bool defaults, Function function) {
    static_assert(
        std::is_invocable_v<const Function&, std::string_view, json&>,
        "a URL processor takes the endpoint and the values: [](std::string_view endpoint, json& values) { … }");
    processors.add(defaults, std::make_shared<const Function>(std::move(function)),
                   [](const void* erased, std::string_view endpoint, json& values) {
                       (*static_cast<const Function*>(erased))(endpoint, values);
                   });
}

/// The functions that an app or a blueprint brings.
struct Hooks {
    std::vector<BeforeHook> before;
    std::vector<AfterHook> after;
    std::vector<TeardownHook> teardown;
    std::vector<ErrorHandler> handlers;
    UrlProcessors url_processors;

    bool empty() const;
    void append(const Hooks& other);
};

/// The handler that Flask would choose of one level: that of the type nearest to what was thrown, the newest of equals.
const ErrorHandler* find_handler(const std::vector<ErrorHandler>& handlers, int status,
                                 const std::exception_ptr& thrown);

template <class Function>
BeforeHook erase_before(Function function) {
    using Result = std::invoke_result_t<Function&>;
    if constexpr (std::is_void_v<Result>) {
        return [function = std::move(function)]() mutable -> std::optional<Response> {
            function();
            return std::nullopt;
        };
    } else if constexpr (std::is_pointer_v<Result> && std::is_convertible_v<Result, std::string_view>) {
        return [function = std::move(function)]() mutable -> std::optional<Response> {
            const Result text = function();
            return text == nullptr ? std::nullopt : std::optional<Response>(text);
        };
    } else {
        static_assert(std::is_convertible_v<Result, std::optional<Response>>,
                      "a before_request function returns nothing, a Response, or an optional Response");
        return BeforeHook(std::move(function));
    }
}

template <class Function>
AfterHook erase_after(Function function) {
    if constexpr (std::is_invocable_r_v<Response, Function&, Response>) {
        return
            [function = std::move(function)](Response& response) mutable { response = function(std::move(response)); };
    } else {
        static_assert(
            std::is_invocable_v<Function&, Response&>,
            "an after_request function takes a Response& and changes it, or takes a Response and returns one");
        return AfterHook(std::move(function));
    }
}

template <class Function>
TeardownHook erase_teardown(Function function) {
    if constexpr (std::is_invocable_v<Function&, const std::exception_ptr&>) {
        return TeardownHook(std::move(function));
    } else {
        static_assert(std::is_invocable_v<Function&>, "a teardown function takes nothing, or the std::exception_ptr");
        return [function = std::move(function)](const std::exception_ptr&) mutable { function(); };
    }
}

template <class Exception>
bool is_a(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const Exception&) {
        return true;
    } catch (...) {
        return false;
    }
}

template <class Exception>
[[noreturn]] void throw_pointer() {
    throw static_cast<const std::remove_cvref_t<Exception>*>(nullptr);
}

template <class Exception>
bool catches_pointer(void (*throw_other)()) {
    try {
        throw_other();
    } catch (const std::remove_cvref_t<Exception>*) {
        return true;
    } catch (...) {
    }
    return false;
}

/// What a handler gives as a response: what a view may return, or what converts to one.
template <class Call>
Response handler_response(const Call& call) {
    using Result = std::invoke_result_t<const Call&>;
    constexpr bool as_of_view = is_view_result<Result>();
    static_assert(as_of_view || std::is_convertible_v<Result, Response>,
                  "an error handler returns what a view may return: text, json or a Response, alone or with a status "
                  "and headers");
    if constexpr (as_of_view) {
        return respond_by(call);
    } else {
        return call();
    }
}

template <class Exception, class Function>
Response call_handler(Function& function, const std::exception_ptr& thrown) {
    if constexpr (std::is_invocable_v<Function&, const Exception&>) {
        try {
            std::rethrow_exception(thrown);
        } catch (const Exception& error) {
            return handler_response([&]() -> decltype(auto) { return function(error); });
        }
    } else {
        static_assert(std::is_invocable_v<Function&>,
                      "an error handler takes nothing, or the exception by const reference");
        return handler_response([&]() -> decltype(auto) { return function(); });
    }
}

/// The class that `abort(Status)` throws; HttpException for a status that has none of its own.
template <int Status>
struct StatusClass {
    static_assert(Status >= 400 && Status < 600, "errorhandler<Status>: errors have a status from 400 to 599");
    using type = HttpException;
};
// clang-format off
template <> struct StatusClass<400> { using type = BadRequest; };
template <> struct StatusClass<401> { using type = Unauthorized; };
template <> struct StatusClass<403> { using type = Forbidden; };
template <> struct StatusClass<404> { using type = NotFound; };
template <> struct StatusClass<405> { using type = MethodNotAllowed; };
template <> struct StatusClass<406> { using type = NotAcceptable; };
template <> struct StatusClass<408> { using type = RequestTimeout; };
template <> struct StatusClass<409> { using type = Conflict; };
template <> struct StatusClass<410> { using type = Gone; };
template <> struct StatusClass<411> { using type = LengthRequired; };
template <> struct StatusClass<412> { using type = PreconditionFailed; };
template <> struct StatusClass<413> { using type = RequestEntityTooLarge; };
template <> struct StatusClass<414> { using type = RequestUriTooLarge; };
template <> struct StatusClass<415> { using type = UnsupportedMediaType; };
template <> struct StatusClass<416> { using type = RequestedRangeNotSatisfiable; };
template <> struct StatusClass<417> { using type = ExpectationFailed; };
template <> struct StatusClass<418> { using type = ImATeapot; };
template <> struct StatusClass<422> { using type = UnprocessableEntity; };
template <> struct StatusClass<423> { using type = Locked; };
template <> struct StatusClass<424> { using type = FailedDependency; };
template <> struct StatusClass<428> { using type = PreconditionRequired; };
template <> struct StatusClass<429> { using type = TooManyRequests; };
template <> struct StatusClass<431> { using type = RequestHeaderFieldsTooLarge; };
template <> struct StatusClass<451> { using type = UnavailableForLegalReasons; };
template <> struct StatusClass<500> { using type = InternalServerError; };
template <> struct StatusClass<501> { using type = NotImplemented; };
template <> struct StatusClass<502> { using type = BadGateway; };
template <> struct StatusClass<503> { using type = ServiceUnavailable; };
template <> struct StatusClass<504> { using type = GatewayTimeout; };
template <> struct StatusClass<505> { using type = HttpVersionNotSupported; };
// clang-format on

/// The status of an exception class; 0 for those that have none, and so are asked last.
template <class Exception>
constexpr int status_of() {
    if constexpr (requires { Exception::status_of_class; }) {
        return Exception::status_of_class;
    } else {
        return 0;
    }
}

template <class Exception, class Function>
ErrorHandler erase_handler(Function function, int status = status_of<Exception>()) {
    return {status, is_a<Exception>,
            [function = std::move(function)](const std::exception_ptr& thrown) mutable {
                return call_handler<Exception>(function, thrown);
            },
            throw_pointer<Exception>, catches_pointer<Exception>};
}

/// A handler for a status takes nothing, the class of that status, or HttpException.
template <int Status, class Function>
ErrorHandler erase_status_handler(Function function) {
    using Class = typename StatusClass<Status>::type;
    if constexpr (std::is_invocable_v<Function&, const Class&> || std::is_invocable_v<Function&>) {
        return erase_handler<Class>(std::move(function), Status);
    } else {
        static_assert(std::is_invocable_v<Function&, const HttpException&>,
                      "the handler of a status takes nothing, const HttpException&, or the class of that status");
        return erase_handler<HttpException>(std::move(function), Status);
    }
}

}  // namespace retort::detail
