// How requests are read, against what Flask was recorded to read.

#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

json maybe(std::string_view text) { return text.empty() ? json{} : json{text}; }

json echoed_files() {
    json files = json::object();
    for (auto& file : request.files) {
        files[file.name()].push_back(json::array({file.filename(), file.content_type(), file.text()}));
    }
    return files;
}

App echo_app() {
    App app{"req"};
    app.route("/echo", "echo",
              [] {
                  return jsonify({{"method", request.method()},
                                  {"args", request.args},
                                  {"form", request.form},
                                  {"files", echoed_files()},
                                  {"path", request.path()},
                                  {"full_path", request.full_path()},
                                  {"url", request.url()},
                                  {"base_url", request.base_url()},
                                  {"host", request.host()},
                                  {"host_url", request.host_url()},
                                  {"root_path", request.root_path()},
                                  {"script_root", request.script_root()},
                                  {"qs", request.query_string()},
                                  {"is_json", request.is_json()},
                                  {"mimetype", request.mimetype()},
                                  {"ct", maybe(request.content_type())},
                                  {"cl", request.content_length()},
                                  {"values", request.values},
                                  {"endpoint", request.endpoint()},
                                  {"remote", request.remote_addr()},
                                  {"scheme", request.scheme()},
                                  {"is_secure", request.is_secure()},
                                  {"cookies", request.cookies},
                                  {"silent", request.get_json({.silent = true})}});
              },
              {GET, POST, PUT});
    app.post("/data", [] { return request.data() + "|" + request.form.to_json().dump(); });
    app.post("/json", [] { return jsonify(request.get_json()); });
    app.post("/force", [] { return jsonify(request.get_json({.force = true})); });
    app.get("/arg", [] {
        return jsonify(request.args.get("x"), request.args.get<int>("x", 5), request.args.getlist("x"),
                       request.args["x"]);
    });
    return app;
}

/// What all recorded echoes have in common, with what is particular to one put over it.
json echoed(const json& particular) {
    json all = json::parse(R"({"args": {}, "base_url": "http://localhost/echo", "cl": null, "cookies": {}, "ct": null,
        "endpoint": "echo", "files": {}, "form": {}, "full_path": "/echo?", "host": "localhost", "host_url": "http://localhost/",
        "is_json": false, "is_secure": false, "method": "GET", "mimetype": "", "path": "/echo", "qs": "",
        "remote": "127.0.0.1", "root_path": "", "scheme": "http", "script_root": "", "silent": null,
        "url": "http://localhost/echo", "values": {}})");
    for (auto& [key, value] : particular.items()) all[key] = value;
    return all;
}

}  // namespace

TEST_CASE("a query string of every shape") {
    App app = echo_app();
    std::string query = "a=1&a=2&b=&c&d=%20+%2B&e=%C3%A9&f=%ff&=x&g=1;h=2";
    auto args = json::parse(R"({"": ["x"], "a": ["1", "2"], "b": [""], "c": [""], "d": ["  +"], "e": ["é"],
                               "f": ["\ufffd"], "g": ["1;h=2"]})");
    auto response = app.test_client().get("/echo?" + query);
    CHECK(response.json() == echoed({{"args", args},
                                     {"values", args},
                                     {"qs", query},
                                     {"full_path", "/echo?" + query},
                                     {"url", "http://localhost/echo?a=1&a=2&b=&c&d=%20++&e=é&f=%FF&=x&g=1;h=2"}}));
}

TEST_CASE("forms, JSON and other bodies") {
    App app = echo_app();
    auto client = app.test_client();
    constexpr auto form_type = "application/x-www-form-urlencoded";
    auto form = json::parse(R"({"a": ["1", "2"], "b": ["é &="]})");
    CHECK(client.post("/echo", {.form = {{"a", "1"}, {"a", "2"}, {"b", "é &="}}}).json() ==
          echoed({{"method", "POST"},
                  {"form", form},
                  {"values", form},
                  {"cl", 23},
                  {"ct", form_type},
                  {"mimetype", form_type}}));
    CHECK(client.put("/echo", {.form = {{"a", "1"}}}).json() == echoed({{"method", "PUT"},
                                                                        {"form", json::parse(R"({"a": ["1"]})")},
                                                                        {"values", json::parse(R"({"a": ["1"]})")},
                                                                        {"cl", 3},
                                                                        {"ct", form_type},
                                                                        {"mimetype", form_type}}));
    CHECK(client.post("/echo", {.data = R"({"k": [1]})", .content_type = "application/json"}).json() ==
          echoed({{"method", "POST"},
                  {"cl", 10},
                  {"ct", "application/json"},
                  {"mimetype", "application/json"},
                  {"is_json", true},
                  {"silent", json::parse(R"({"k": [1]})")}}));
    CHECK(client.post("/echo", {.data = "{}", .content_type = "text/plain"}).json() ==
          echoed({{"method", "POST"}, {"cl", 2}, {"ct", "text/plain"}, {"mimetype", "text/plain"}}));
    CHECK(client.post("/echo?x=1", {.form = {{"x", "2"}}}).json() ==
          echoed({{"method", "POST"},
                  {"args", json::parse(R"({"x": ["1"]})")},
                  {"form", json::parse(R"({"x": ["2"]})")},
                  {"values", json::parse(R"({"x": ["1", "2"]})")},
                  {"cl", 3},
                  {"ct", form_type},
                  {"mimetype", form_type},
                  {"qs", "x=1"},
                  {"full_path", "/echo?x=1"},
                  {"url", "http://localhost/echo?x=1"}}));
    CHECK(client.post("/data", {.form = {{"a", "1"}}}).text() == "a=1|{\"a\":[\"1\"]}");
    CHECK(client.post("/data", {.data = std::string("\0abc", 4), .content_type = "application/octet-stream"}).text() ==
          std::string("\0abc|{}", 7));
}

TEST_CASE("JSON bodies, good and bad") {
    App app = echo_app();
    auto client = app.test_client();
    auto send = [&](std::string_view path, std::string body, std::string type = "application/json") {
        return client.post(path, {.data = std::move(body), .content_type = std::move(type)});
    };
    CHECK(send("/json", "[1]").text() == "[1]\n");
    CHECK(send("/json", "null").text() == "null\n");
    CHECK(send("/json", "12").text() == "12\n");
    CHECK(send("/json", R"({"a":1,"a":2})").text() == "{\"a\":2}\n");
    for (auto bad : {"", "{} x", "\"\xff\"", "{a:1}", "NaN"}) {
        CAPTURE(bad);
        CHECK(send("/json", bad).status() == "400 BAD REQUEST");
    }
    CHECK(send("/json", "{}", "text/plain").status_code() == 400);
    CHECK(send("/force", "{}", "text/plain").text() == "{}\n");
}

TEST_CASE("arguments with types, and without a needed one") {
    App app = echo_app();
    auto client = app.test_client();
    CHECK(client.get("/arg?x=7&x=8").json() == json::parse(R"(["7", 7, ["7", "8"], "7"])"));
    CHECK(client.get("/arg?x=zz").json() == json::parse(R"(["zz", 5, ["zz"], "zz"])"));
    CHECK(client.get("/arg").status() == "400 BAD REQUEST");
}

TEST_CASE("a body beyond MAX_CONTENT_LENGTH is refused") {
    App app = echo_app();
    auto client = app.test_client();
    app.config["MAX_CONTENT_LENGTH"] = 10;
    CHECK(client.post("/echo", {.form = {{"a", std::string(50, 'x')}}}).status() == "413 REQUEST ENTITY TOO LARGE");
    CHECK(client.post("/echo", {.form = {{"a", "x"}}}).status_code() == 200);
    app.config["MAX_CONTENT_LENGTH"] = nullptr;
    CHECK(client.post("/echo", {.form = {{"a", std::string(50, 'x')}}}).status_code() == 200);
}

TEST_CASE("a multipart form with a file") {
    App app = echo_app();
    auto client = app.test_client();
    auto answer = client.post("/echo", {.form = {{"g", "1"}}, .files = {{"f", "a b.txt", "hello"}}});
    auto body = answer.json();
    CHECK(body["files"] == json::parse(R"({"f": [["a b.txt", "text/plain", "hello"]]})"));
    CHECK(body["form"] == json::parse(R"({"g": ["1"]})"));
    CHECK(body["values"] == json::parse(R"({"g": ["1"]})"));
    CHECK(body["mimetype"] == "multipart/form-data");
}
