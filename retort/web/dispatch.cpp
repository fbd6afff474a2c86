// The way of a request: before, view, error handlers, after, teardown, in the order of Flask.
#include "retort/base/log.hpp"
#include "retort/base/multi_dict.hpp"
#include "retort/base/text.hpp"
#include "retort/http/error.hpp"
#include "retort/template/errors.hpp"
#include "retort/web/application.hpp"
#include "retort/web/debug_page.hpp"
#include "retort/web/errors.hpp"
#include "retort/web/signals.hpp"
#include "retort/web/stack_trace.hpp"

namespace retort::detail {
namespace {

/// The hooks of one level after the other, outermost first: the app's, then those of the blueprints inwards.
template <class Visit>
bool inwards(const Hooks& app, const RegisteredBlueprint* blueprint, Visit& visit) {
    if (blueprint == nullptr) return visit(app);
    return inwards(app, blueprint->outer, visit) || visit(blueprint->core->hooks);
}

/// The other way round: from the innermost blueprint out to the app.
template <class Visit>
void outwards(const Hooks& app, const RegisteredBlueprint* blueprint, Visit visit) {
    for (; blueprint != nullptr; blueprint = blueprint->outer) visit(blueprint->core->hooks);
    visit(app);
}

const RegisteredBlueprint* blueprint_of(Request& request) {
    auto* endpoint = request.routing().endpoint;
    return endpoint == nullptr ? nullptr : endpoint->blueprint;
}

/// Runs one teardown function; what it throws is told and stops neither the others nor the answer.
void run_teardown(const TeardownHook& hook, const std::exception_ptr& failure) noexcept {
    try {
        hook(failure);
    } catch (...) {
        logger().error("a teardown function threw " + describe_exception(std::current_exception()).to_string());
    }
}

void run_reversed(const std::vector<TeardownHook>& hooks, const std::exception_ptr& failure) noexcept {
    for (auto hook = hooks.rbegin(); hook != hooks.rend(); ++hook) run_teardown(*hook, failure);
}

/// What a receiver throws stops nothing either.
void tell_end(const Signal& signal, App& app, const std::exception_ptr& failure) noexcept {
    try {
        signal.send({.app = app, .error = failure});
    } catch (...) {
        logger().error("a receiver of a signal threw " + describe_exception(std::current_exception()).to_string());
    }
}

/// The error as the kind of error that is an answer; null when it is none.
const HttpException* as_http_exception(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const HttpException& error) {
        // The exception lives as long as `thrown` does.
        return &error;
    } catch (...) {
        return nullptr;
    }
}

/// Errors of other layers that are an answer all the same: a key that the client left out, a body that it broke.
std::exception_ptr translate(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const KeyError& error) {
        return std::make_exception_ptr(BadRequestKeyError(error.message()));
    } catch (const http::ProtocolError& error) {
        try {
            abort(error.status());
        } catch (const HttpException&) {
            return std::current_exception();
        } catch (const ArgumentError&) {
            return std::make_exception_ptr(BadRequest());
        }
    } catch (...) {
    }
    return nullptr;
}

}  // namespace

namespace {

class WholeBody final : public http::BodyWriter {
  public:
    explicit WholeBody(std::string& text) : text_(text) {}
    void write(std::string_view bytes) override { text_ += bytes; }

  private:
    std::string& text_;
};

/// Writes a streamed body while the contexts of its request are there still.
void send_within(http::Request& message, http::Response& answer) {
    if (message.channel != nullptr) return message.channel->send(answer);
    auto write = std::exchange(answer.stream, nullptr);
    WholeBody body{answer.body};
    if (message.method != "HEAD") write(body);
}

}  // namespace

void Application::handle(http::Request& message, http::Response& answer, Failures failures) {
    Request request{*this, message};
    Routing routing;
    Context context{*this, &request};
    handle(request, routing, context, answer, failures);
}

void Application::handle(Request& request, Routing& routing, Context& context, http::Response& answer,
                         Failures failures) {
    std::exception_ptr unhandled;
    try {
        match(request, routing);
        respond(request, failures, unhandled).release_into(answer);
        if (answer.stream && request.keeps_contexts_) send_within(request.message(), answer);
    } catch (...) {
        end_request(request, context, std::current_exception());
        throw;
    }
    end_request(request, context, unhandled);
}

void Application::tell_doubts() {
    if (std::exchange(doubts_told_, true)) return;
    for (auto& line : config.doubts()) logger().warning(line);
}

void Application::begin_first_request() {
    std::lock_guard lock{starting_};
    if (started_.load(std::memory_order_relaxed)) return;
    tell_doubts();
    if (config.settings().debug) keep_stacks_of_throws();
    for (auto& function : before_first_request) function();
    started_.store(true, std::memory_order_release);
}

Response Application::respond(Request& request, Failures failures, std::exception_ptr& unhandled) {
    try {
        if (!started_.load(std::memory_order_acquire)) begin_first_request();
        return full_dispatch(request);
    } catch (...) {
        unhandled = std::current_exception();
    }
    return handle_unexpected(request, unhandled, failures);
}

// The response is made where the caller wants it, all the way down to the view: nothing on the way moves it.
Response Application::full_dispatch(Request& request) {
    forget_template_place();
    if (signals::request_started.has_receivers()) signals::request_started.send({*self});
    Response response = dispatch_or_handle(request);
    process_response(request, response);
    if (signals::request_finished.has_receivers())
        signals::request_finished.send({.app = *self, .response = &response});
    return response;
}

Response Application::dispatch_or_handle(Request& request) {
    std::exception_ptr thrown;
    try {
        return dispatch(request);
    } catch (...) {
        thrown = std::current_exception();
    }
    // Outside of the catch block: handlers are user code that may wait, and a fiber parks with no exception in hand.
    return handle_user_exception(request, thrown);
}

/// What the first before_request function that answers gave, outermost level first.
std::optional<Response> Application::before(Request& request) const {
    std::optional<Response> early;
    auto ask = [&](const Hooks& level) {
        for (auto& hook : level.before) {
            if ((early = hook())) return true;
        }
        return false;
    };
    inwards(hooks, blueprint_of(request), ask);
    return early;
}

Response Application::dispatch(Request& request) {
    if (blueprint_of(request) != nullptr || !hooks.url_processors.empty()) preprocess_url(request);
    if (blueprint_of(request) != nullptr || !hooks.before.empty()) {
        if (auto early = before(request)) return std::move(*early);
    }
    auto& routing = request.routing();
    if (routing.error) std::rethrow_exception(routing.error);
    if (routing.endpoint->decorator) [[unlikely]]
        return call_decorated(request);
    return call_view(request);
}

inline Response Application::call_view(Request& request) const {
    auto& routing = request.routing();
    if (routing.match.rule->automatic_options() && request.method() == OPTIONS) return automatic_options(request);
    return routing.endpoint->view(request, routing.match.values);
}

Response Application::call_decorated(Request& request) const {
    return request.routing().endpoint->decorator([&] { return call_view(request); });
}

/// The functions of the app, then those of the blueprints inwards; what they take out or change is so for the view.
void Application::preprocess_url(Request& request) const {
    auto& routing = request.routing();
    bool any = false;
    json values;
    auto run = [&](const Hooks& level) {
        if (!level.url_processors.has(false)) return false;
        if (!std::exchange(any, true)) values = request.view_args();
        level.url_processors.run(false, request.endpoint(), values);
        return false;
    };
    inwards(hooks, blueprint_of(request), run);
    if (!any || routing.endpoint == nullptr) return;
    auto& given = routing.match.values;
    std::erase_if(given, [&](auto& argument) { return !values.contains(argument.name); });
    for (auto& argument : given) {
        auto& value = values[argument.name];
        if (!(json_of(argument.value) == value))
            argument.value = value.is_text() ? RouteValue{value.text()} : RouteValue{value};
    }
    const auto& view = routing.endpoint->view;
    if (given.size() >= view.required() && given.size() <= view.parameters()) return;
    throw RouteError("view-parameters"_code,
                     "the view of endpoint \"" + routing.endpoint->name + "\" takes " +
                         std::to_string(routing.endpoint->view.parameters()) +
                         " values, and after the URL processors " + std::to_string(given.size()) + " are left",
                     "take the other ones out in a url_value_preprocessor: values.erase(\"name\")");
}

void Application::inject_url_defaults(std::string_view endpoint, json& values) const {
    auto run = [&](const Hooks& level) {
        level.url_processors.run(true, endpoint, values);
        return false;
    };
    auto found = endpoints.find(endpoint);
    inwards(hooks, found == endpoints.end() ? nullptr : found->second->blueprint, run);
}

Response Application::automatic_options(Request& request) const {
    Response response;
    auto allowed = allowed_methods(request);
    // A path that only a lenient rule takes for another one's is among nobody's own.
    if (allowed.empty()) allowed = request.routing().match.rule->methods();
    response.headers().set("Allow", join(allowed, ", "));
    return response;
}

Response Application::handle_user_exception(Request& request, const std::exception_ptr& thrown) {
    auto* error = as_http_exception(thrown);
    if (error != nullptr && !config.settings().traps(*error)) return handle_http_exception(request, *error, thrown);
    int status = error == nullptr || error->has_own_response() ? 0 : error->status();
    if (auto* handler = handler_for(request, status, thrown)) return handler->handle(thrown);
    if (error == nullptr) {
        auto answer = translate(thrown);
        if (answer) return handle_http_exception(request, *as_http_exception(answer), answer);
    }
    std::rethrow_exception(thrown);
}

bool Settings::traps(const HttpException& error) const {
    if (trap_http_exceptions) return true;
    if (trap_bad_request_errors) return *trap_bad_request_errors && dynamic_cast<const BadRequest*>(&error) != nullptr;
    return debug && dynamic_cast<const BadRequestKeyError*>(&error) != nullptr;
}

Response Application::handle_http_exception(Request& request, const HttpException& error,
                                            const std::exception_ptr& thrown) {
    if (error.has_own_response()) return error.response();
    if (auto* handler = handler_for(request, error.status(), thrown)) return handler->handle(thrown);
    return error.response();
}

Response Application::handle_unexpected(Request& request, const std::exception_ptr& thrown, Failures failures) {
    auto& settings = config.settings();
    signals::got_request_exception.send({.app = *self, .error = thrown});
    if (failures == Failures::propagate && settings.propagates()) std::rethrow_exception(thrown);
    log_exception(request, thrown);
    if (settings.debug) return finish_error(request, show_failure(request, thrown));
    auto wrapped = std::make_exception_ptr(InternalServerError({}, thrown));
    auto* handler = handler_for(request, 500, wrapped);
    return finish_error(request, handler == nullptr ? InternalServerError().response() : last_words(*handler, wrapped));
}

/// The page of debug. What an extension fails to tell takes nothing of the rest away.
Response Application::show_failure(Request& request, const std::exception_ptr& thrown) {
    std::vector<DebugSection> told;
    for (auto& section : debug_sections) {
        try {
            told.push_back(section());
        } catch (const std::exception& error) {
            logger().error(std::string{"a section of the debug page failed: "} + error.what());
        }
    }
    return debug_page(request, thrown, told);
}

/// The answer of the handler for 500, unless it throws itself.
Response Application::last_words(const ErrorHandler& handler, const std::exception_ptr& wrapped) {
    try {
        return handler.handle(wrapped);
    } catch (...) {
        logger().error("the error handler for 500 threw " + describe_exception(std::current_exception()).to_string());
    }
    return InternalServerError().response();
}

/// After an error handler, a failing after_request function must not take the answer away.
Response Application::finish_error(Request& request, Response response) {
    try {
        process_response(request, response);
        signals::request_finished.send({.app = *self, .response = &response});
    } catch (...) {
        logger().error("an after_request function threw " + describe_exception(std::current_exception()).to_string());
    }
    return response;
}

const ErrorHandler* Application::handler_for(Request& request, int status, const std::exception_ptr& thrown) const {
    const ErrorHandler* found = nullptr;
    for (int asked : {status, 0}) {
        outwards(hooks, blueprint_of(request), [&](const Hooks& level) {
            if (found == nullptr) found = find_handler(level.handlers, asked, thrown);
        });
        if (found != nullptr || status == 0) break;
    }
    return found;
}

void Application::process_response(Request& request, Response& response) {
    for (auto& function : request.after_) function(response);
    outwards(hooks, blueprint_of(request), [&](const Hooks& level) {
        for (auto hook = level.after.rbegin(); hook != level.after.rend(); ++hook) (*hook)(response);
    });
    save_session(request, response);
}

std::unique_ptr<UserSession> Application::open_session(Request& request) {
    SecureCookieSessions cookies;
    auto& interface = session_interface ? *session_interface : cookies;
    auto opened = interface.open_session(*self, request);
    return opened ? std::move(opened) : UserSession::null();
}

void Application::save_session(Request& request, Response& response) {
    auto* opened = request.opened_session();
    if (opened == nullptr) {
        bool kept = config.settings().has_secret_key || session_interface;
        if (!kept || !request.message().header("Cookie")) return;
        opened = &request.session();
    }
    if (opened->is_null()) return;
    SecureCookieSessions cookies;
    auto& interface = session_interface ? *session_interface : cookies;
    interface.save_session(*self, *opened, response);
}

void Application::end_request(Request& request, Context& context, const std::exception_ptr& failure) {
    outwards(hooks, blueprint_of(request), [&](const Hooks& level) { run_reversed(level.teardown, failure); });
    if (signals::request_tearing_down.has_receivers()) tell_end(signals::request_tearing_down, *self, failure);
    if (context.owns_globals()) end_app_context(failure);
}

void Application::end_app_context(const std::exception_ptr& failure) noexcept {
    run_reversed(teardown_appcontext, failure);
    if (signals::appcontext_tearing_down.has_receivers()) tell_end(signals::appcontext_tearing_down, *self, failure);
}

}  // namespace retort::detail
