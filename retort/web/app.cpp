// App's functions: each hands on to the implementation.
#include "retort/web/app.hpp"

#include "retort/web/application.hpp"
#include "retort/web/uncaught.hpp"

namespace retort {

App::App(std::string name, AppOptions options)
    : App(std::make_shared<detail::Application>(std::move(name), std::move(options))) {
    detail::report_uncaught_errors();
    // The implementation knows its own handle, which must not keep it alive.
    app_->self.reset(new App(std::shared_ptr<detail::Application>(std::shared_ptr<void>{}, app_.get())));
}

App::App(std::shared_ptr<detail::Application> app)
    : Scaffold(app), config(app->config), extensions(app->extensions), app_(std::move(app)) {}

App::App(const App& other) = default;
App::App(App&& other) noexcept = default;
App::~App() = default;

const std::string& App::name() const { return app_->name; }
const std::string& App::root_path() const { return app_->root_path; }
const std::string& App::instance_path() const { return app_->instance_path; }
bool App::debug() const { return app_->config.settings().debug; }
bool App::testing() const { return app_->config.settings().testing; }

void App::register_blueprint(const Blueprint& blueprint, const RegisterOptions& options) {
    app_->register_blueprint(blueprint.blueprint_, options, nullptr);
}

void App::add_converter(std::string name, ConverterFactory factory) {
    app_->check_open("add_converter");
    if (app_->host_map) app_->host_map->add_converter(name, factory);
    app_->converters.emplace_back(name, factory);
    app_->url_map.add_converter(std::move(name), std::move(factory));
}

void App::trust_proxies(const TrustedProxies& proxies) {
    app_->check_open("trust_proxies");
    app_->proxies = proxies;
}

void App::set_session_interface(std::shared_ptr<SessionInterface> interface) {
    app_->check_open("set_session_interface");
    app_->session_interface = std::move(interface);
}

void App::before_first_request(std::function<void()> function) {
    app_->check_open("before_first_request");
    app_->before_first_request.push_back(std::move(function));
}

void App::before_serving(std::function<void()> function) { app_->before_serving.push_back(std::move(function)); }

void App::add_appcontext_teardown(detail::TeardownHook hook) {
    app_->check_open("teardown_appcontext");
    app_->teardown_appcontext.push_back(std::move(hook));
}

void App::add_template_filter(std::string name, templates::Function filter) {
    app_->check_open("template_filter");
    app_->templating().when_made(
        [name = std::move(name), filter = std::move(filter)](auto& all) { all.add_filter(name, filter); });
}
void App::add_template_test(std::string name, templates::Function test) {
    app_->check_open("template_test");
    app_->templating().when_made(
        [name = std::move(name), test = std::move(test)](auto& all) { all.add_test(name, test); });
}
void App::add_template_global(std::string name, templates::Value value) {
    app_->check_open("template_global");
    app_->templating().when_made(
        [name = std::move(name), value = std::move(value)](auto& all) { all.add_global(name, value); });
}
void App::context_processor(ContextProcessor processor) {
    app_->check_open("context_processor");
    app_->templating().add_processor(std::move(processor));
}
templates::Environment& App::jinja_env() { return app_->templating().environment(); }

void App::on_serve_thread_start(std::function<void()> hook) { app_->serve_thread_start.push_back(std::move(hook)); }
void App::on_serve_thread_stop(std::function<void()> hook) { app_->serve_thread_stop.push_back(std::move(hook)); }
void App::on_shutdown(std::function<void()> hook) { app_->shutdown.push_back(std::move(hook)); }

AppContext App::app_context() { return AppContext{app_}; }

RequestContext App::test_request_context(std::string_view target, RequestBuilder request) {
    return RequestContext{app_, target, std::move(request)};
}

TestClient App::test_client() { return TestClient{app_}; }

TestCliRunner App::test_cli_runner() { return TestCliRunner{app_}; }

void App::run(const RunOptions& options) { app_->run(options); }

int App::main(int argc, char** argv) { return app_->main(argc, argv); }

void App::handle(http::Request& request, http::Response& response) {
    app_->handle(request, response, detail::Failures::become_pages);
}

App& CurrentApp::operator*() const { return *detail::app_context().app.self; }

}  // namespace retort
