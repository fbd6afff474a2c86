// Server-sent events, and streams that see their request.

#include "retort/base/log.hpp"
#include "retort/web/event_stream.hpp"
#include "retort/web/stream_with_context.hpp"
#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using namespace std::chrono_literals;

TEST_CASE("events are written line by line, and nothing in them begins another event") {
    App app{"events"};
    app.get("/events", [] {
        auto from = std::string{last_event_id()};
        return event_stream([from](EventStream& events) {
            events.send("from " + from);
            events.send({.data = "a\r\nb\n", .event = "ev\nent", .id = "7\n\ndata: x", .retry = 2s});
            events.send("c\rd\r\r\ne");
            events.send({.data = "x"});
            events.send({.data = from, .event = "e"});
            events.keep_alive();
        });
    });
    auto answer = app.test_client().get("/events", {.headers = {{"Last-Event-ID", "6"}}});
    CHECK(answer.content_type() == "text/event-stream");
    CHECK(answer.header("Cache-Control") == "no-cache");
    CHECK(answer.text() ==
          "data: from 6\n\nevent: event\nid: 7data: x\nretry: 2000\ndata: a\ndata: b\ndata: \n\ndata: c\ndata: "
          "d\ndata: \n"
          "data: e\n\ndata: x\n\nevent: e\ndata: 6\n\n:\n\n");
}

TEST_CASE("a streamed body sees the contexts of its request when they are kept, and teardown waits for it") {
    App app{"kept"};
    std::string order;
    app.teardown_request([&] { order += "teardown "; });
    app.after_request([&](Response&) { order += "after "; });
    app.get("/kept", [&] {
        g.set("name", std::string{"Ana"});
        return Response::stream(stream_with_context([&](http::BodyWriter& body) {
            order += "write ";
            body.write(g.get<std::string>("name") + " " + request.args["x"]);
        }));
    });
    app.get("/left", [] {
        return Response::stream([](http::BodyWriter& body) { body.write(has_request_context() ? "in" : "out"); });
    });
    CHECK(app.test_client().get("/kept?x=1").text() == "Ana 1");
    CHECK(order == "after write teardown ");
    CHECK(app.test_client().get("/left").text() == "out");
    order.clear();
    CHECK(app.test_client().head("/kept?x=1").text().empty());
    CHECK(order == "after teardown ");
}

TEST_CASE("a template is streamed with what it was given, long after its view") {
    App app{"streamed"};
    app.get("/rows", [] {
        std::vector<std::string> rows{"a", "<b>"};
        return stream_template_string("{% for row in rows %}{{ row }}{{ request.path }},{% endfor %}{{ g.x }}",
                                      {{"rows", std::move(rows)}, {"unused", "y"}});
    });
    app.before_request([] { g.set("x", 3); });
    app.get("/missing", [] { return stream_template("nope.html"); });
    auto answer = app.test_client().get("/rows");
    CHECK(answer.text() == "a/rows,&lt;b&gt;/rows,3");
    CHECK(answer.content_type() == "text/html; charset=utf-8");
    logger().set_sink([](LogLevel, std::string_view) {});
    CHECK(app.test_client().get("/missing").status_code() == 500);
    logger().set_sink({});
}
