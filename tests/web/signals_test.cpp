// What happens in an app is told to those who listen, and to nobody else.
#include "retort/web/signals.hpp"

#include <stdexcept>

#include "retort/base/log.hpp"
#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

TEST_CASE("a request tells its beginning, its answer and its end, in Flask's order") {
    App app{"told"};
    app.config["SECRET_KEY"] = "dev";
    std::string heard;
    app.before_request([&] { heard += "before "; });
    app.get("/", [] {
        flash("saved", "info");
        return "x";
    });
    app.get("/boom", []() -> std::string { throw std::runtime_error("boom"); });
    {
        Listening started{signals::request_started,
                          [&](const SignalEvent& event) { heard += "started:" + event.app.name() + " "; }};
        Listening finished{signals::request_finished, [&](const SignalEvent& event) {
                               heard += "finished:" + std::to_string(event.response->status_code()) + " ";
                           }};
        Listening failed{signals::got_request_exception, [&](const SignalEvent& event) {
                             heard += "failed:" + describe_exception(event.error).what + " ";
                         }};
        Listening down{signals::request_tearing_down, [&](const SignalEvent&) { heard += "down "; }};
        Listening context{signals::appcontext_tearing_down, [&](const SignalEvent&) { heard += "context "; }};
        Listening flashed{signals::message_flashed, [&](const SignalEvent& event) {
                              heard +=
                                  "flashed:" + std::string{event.category} + ":" + std::string{event.message} + " ";
                          }};
        app.test_client().get("/");
        CHECK(heard == "started:told before flashed:info:saved finished:200 down context ");
        heard.clear();
        logger().set_sink([](LogLevel, std::string_view) {});
        app.test_client().get("/boom");
        logger().set_sink({});
        CHECK(heard == "started:told before failed:boom finished:500 down context ");
        heard.clear();
    }
    app.test_client().get("/");
    CHECK(heard == "before ");
}

TEST_CASE("receivers come and go") {
    static constinit Signal signal;
    App app{"receivers"};
    int first = 0, second = 0;
    auto one = signal.connect([&](const SignalEvent&) { ++first; });
    auto two = signal.connect([&](const SignalEvent&) { ++second; });
    signal.send({app});
    signal.disconnect(one);
    signal.disconnect(one);
    signal.send({app});
    signal.disconnect(two);
    signal.send({app});
    CHECK(first == 1);
    CHECK(second == 2);
}

TEST_CASE("a rendered template tells its name and what it was given, before and after") {
    App app{"rendered"};
    app.context_processor([] { return templates::Values{{"site", "Retort"}}; });
    app.get("/", [] { return render_template_string("{{ site }} {{ user }}", {{"user", "Ana"}}); });
    std::string heard;
    auto tell = [&](const SignalEvent& event) {
        heard += "[" + std::string{event.template_name} + "]";
        for (auto& argument : event.context->all()) {
            heard += " " + std::string{argument.name} + "=" + std::string{argument.value.text()};
        }
        heard += ";";
    };
    Listening before{signals::before_render_template, [&](const SignalEvent& event) {
                         heard += "before";
                         tell(event);
                     }};
    Listening after{signals::template_rendered, tell};
    CHECK(app.test_client().get("/").text() == "Retort Ana");
    CHECK(heard == "before[] site=Retort user=Ana;[] site=Retort user=Ana;");
}
