// Connections over time: slow clients, idle ones, shutdown.
#include "retort/http/connection.hpp"

#include <atomic>

#include "live_server.hpp"
#include "retort/fiber/fiber.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using namespace retort::http;
using namespace retort::http::testing;
using std::chrono::milliseconds;

namespace {

void hello(Request&, Response& response) { response.body = "hello"; }

}  // namespace

TEST_CASE("an idle connection is small") { CHECK(sizeof(detail::Connection) <= 240); }

TEST_CASE("an idle connection is closed without a word") {
    ServerOptions options = quick_options();
    options.idle_timeout = milliseconds{400};
    LiveServer server{hello, options};
    const auto port = server.start().port();
    Client fresh{port};
    CHECK(fresh.ended());
    Client used{port};
    CHECK(used.ask(get("/")).body == "hello");
    CHECK(used.ended());
}

TEST_CASE("a head that comes too slowly is answered 408") {
    ServerOptions options = quick_options();
    options.header_timeout = milliseconds{40};
    LiveServer server{hello, options};
    const auto port = server.start().port();
    Client slow{port};
    slow.send("GET / HTTP/1.1\r\nHo");
    const Answer answer = slow.receive();
    CHECK(answer.status == 408);
    CHECK(answer.header("Connection") == "close");
    CHECK(slow.ended());
    Client dripping{port};
    for (int i = 0; i < 200 && dripping.send("G"); ++i) std::this_thread::sleep_for(milliseconds{1});
    CHECK(dripping.receive().status == 408);
    Client second{port};
    second.send(get("/") + "GET ");
    CHECK(second.receive().body == "hello");
    CHECK(second.receive().status == 408);
}

TEST_CASE("a body that comes too slowly is answered 408") {
    ServerOptions options = quick_options();
    options.body_timeout = milliseconds{40};
    LiveServer server{[](Request& request, Response& response) { response.body = read_body(request); }, options};
    Client client{server.start().port()};
    client.send(post("/", "12345").substr(0, post("/", "12345").size() - 2));
    CHECK(client.receive().status == 408);
    CHECK(client.ended());
}

TEST_CASE("a body that drips is answered 408, however steadily it comes") {
    ServerOptions options = quick_options();
    options.body_timeout = milliseconds{60};
    LiveServer server{[](Request& request, Response& response) { response.body = read_body(request); }, options};
    const std::string whole = post("/", std::string(400, 'x'));
    Client dripping{server.start().port()};
    dripping.send(whole.substr(0, whole.size() - 390));
    for (int i = 0; i < 40 && dripping.send("x"); ++i) std::this_thread::sleep_for(milliseconds{10});
    CHECK(dripping.receive().status == 408);
    options.min_body_rate = 0;
    options.body_timeout = milliseconds{300};  // shorter than the whole, longer than a pause of a busy machine
    LiveServer patient{[](Request& request, Response& response) { response.body = read_body(request); }, options};
    Client slow{patient.start().port()};
    slow.send(whole.substr(0, whole.size() - 40));
    for (int i = 0; i < 40; ++i) {
        std::this_thread::sleep_for(milliseconds{10});
        slow.send("x");
    }
    CHECK(slow.receive().body.size() == 400);
}

TEST_CASE("a client that takes no bytes is cut off") {
    std::atomic<bool> ended{false};
    ServerOptions options = quick_options();
    options.write_timeout = milliseconds{40};
    LiveServer server{[&](Request&, Response& response) {
                          response.stream = [&](BodyWriter& writer) {
                              struct Guard {
                                  std::atomic<bool>& flag;
                                  ~Guard() { flag = true; }
                              } guard{ended};
                              for (;;) writer.write(std::string(1'000'000, 'x'));
                          };
                      },
                      options};
    Client client{server.start().port(), 4096};
    client.send(get("/"));
    while (!ended) std::this_thread::yield();
    CHECK(ended);
}

TEST_CASE("stopping finishes what is under way and closes what is idle") {
    std::atomic<bool> entered{false};
    LiveServer server{[&](Request& request, Response& response) {
        if (request.path == "/slow") {
            entered = true;
            fibers::sleep_for(milliseconds{50});
        }
        response.body = "done";
    }};
    const auto port = server.start().port();
    Client idle{port}, busy{port};
    CHECK(idle.ask(get("/")).status == 200);
    busy.send(get("/slow"));
    while (!entered) std::this_thread::yield();
    server.server().stop();
    CHECK(idle.ended());
    const Answer answer = busy.receive();
    CHECK(answer.body == "done");
    CHECK(answer.header("Connection") == "close");
    CHECK(busy.ended());
    server.join();
    CHECK_FALSE(Client{port}.connected);
}

TEST_CASE("stopping lets a body that is being sent arrive") {
    std::atomic<bool> entered{false};
    LiveServer server{[&](Request& request, Response& response) {
        entered = true;
        response.body = read_body(request);
    }};
    Client client{server.start().port()};
    const std::string request = post("/", "the whole body");
    client.send(request.substr(0, request.size() - 5));
    while (!entered) std::this_thread::yield();
    server.server().stop();
    client.send(request.substr(request.size() - 5));
    CHECK(client.receive().body == "the whole body");
}

TEST_CASE("what does not finish in time is cut") {
    std::atomic<bool> entered{false};
    ServerOptions options = quick_options();
    options.shutdown_timeout = milliseconds{40};
    LiveServer server{[&](Request& request, Response&) {
                          entered = true;
                          read_body(request);
                      },
                      options};
    Client client{server.start().port()};
    client.send(post("/", "never whole").substr(0, 60));
    while (!entered) std::this_thread::yield();
    server.stop();
    CHECK(client.receive().status != 200);
}

TEST_CASE("a server that is stopped before it runs returns at once") {
    Server server{quick_options(), hello};
    server.stop();
    server.run();
    CHECK_FALSE(Client{server.port()}.connected);
}

TEST_CASE("a client that leaves at any point does no harm") {
    LiveServer server{[](Request& request, Response& response) {
        response.body = read_body(request);
        fibers::sleep_for(milliseconds{1});
    }};
    const auto port = server.start().port();
    const std::string request = post("/a", "some body") + get("/b");
    for (std::size_t size = 0; size <= request.size(); size += 3) {
        Client client{port};
        client.send(std::string_view{request}.substr(0, size));
    }
    CHECK(Client{port}.ask(post("/", "still here")).body == "still here");
}
