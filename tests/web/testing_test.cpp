// The test client: cookies, redirects, queries, streams.
#include "retort/web/testing.hpp"

#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

TEST_CASE("cookies are kept, sent back and forgotten") {
    App app{"cookies"};
    app.get("/set", [] {
        Response response{"set"};
        response.set_cookie("name", "a b");
        return response;
    });
    app.get("/get", [] { return request.cookies.get("name", "none"); });
    app.get("/forget", [] {
        Response response{"forgotten"};
        response.delete_cookie("name");
        return response;
    });
    auto client = app.test_client();
    CHECK(client.get("/get").text() == "none");
    client.get("/set");
    CHECK(client.get("/get").text() == "a b");
    CHECK(client.cookie("name") == "a b");
    client.get("/forget");
    CHECK(client.get("/get").text() == "none");
    client.set_cookie("name", "x;y");
    CHECK(client.get("/get").text() == "x;y");
    CHECK(app.test_client().get("/get").text() == "none");
}

TEST_CASE("redirects are followed when asked, with method and body where the status keeps them") {
    App app{"redirects"};
    app.route("/old", "old", [] { return redirect("/new?from=old"); }, {GET, POST});
    app.route("/kept", "kept", [] { return redirect("/new", 307); }, {POST});
    app.route("/circle", "circle", [] { return redirect("/circle"); });
    app.route("/new", "new",
              [] { return request.method().to_string() + " " + request.full_path() + " " + request.data(); },
              {GET, POST});
    app.route("/folder/", "folder", [] { return "folder"; });
    auto client = app.test_client();
    CHECK(client.get("/old").status() == "302 FOUND");
    CHECK(client.post("/old", {.data = "x", .follow_redirects = true}).text() == "GET /new?from=old ");
    auto kept = client.post("/kept", {.data = "x", .follow_redirects = true});
    CHECK(kept.text() == "POST /new? x");
    REQUIRE(kept.history().size() == 1);
    CHECK(kept.history()[0].status_code() == 307);
    auto folder = client.get("/folder?x=1");
    CHECK(folder.status() == "308 PERMANENT REDIRECT");
    CHECK(folder.location() == "http://localhost/folder/?x=1");
    CHECK(client.get("/folder", {.follow_redirects = true}).text() == "folder");
    CHECK_THROWS_AS(client.get("/circle", {.follow_redirects = true}), InvalidRequestError);
}

TEST_CASE("redirects lead where a browser would go, and the answer says where that was") {
    App app{"ways"};
    app.route("/a/from", "from", [] { return redirect(request.args["to"]); }, {GET, HEAD});
    app.get("/<path:path>", "end", [](std::string) {
        return std::string{request.method()} + " " + request.url() + " " + std::string{request.remote_addr()};
    });
    auto client = app.test_client();
    auto way = [&](std::string to) {
        return client.get("/a/from", {.query = {{"to", to}}, .remote_addr = "1.2.3.4", .follow_redirects = true});
    };
    CHECK(way("/b").text() == "GET http://localhost/b 1.2.3.4");
    CHECK(way("b?x=1").text() == "GET http://localhost/a/b?x=1 1.2.3.4");
    CHECK(way("//api.localhost/c").text() == "GET http://api.localhost/c 1.2.3.4");
    CHECK(way("https://localhost/c").text() == "GET https://localhost/c 1.2.3.4");
    CHECK(way("/b?x=1").request().path == "/b");
    CHECK(way("/b?x=1").request().url == "http://localhost/b?x=1");
    CHECK(way("/b").history()[0].request().path == "/a/from");
    auto head = client.head("/a/from", {.query = {{"to", "/b"}}, .follow_redirects = true});
    CHECK(head.request().method == "HEAD");
    CHECK(client.get("/a/from?to=?to=/b").location() == "?to=/b");
    CHECK(way("?to=/b").text() == "GET http://localhost/b 1.2.3.4");
}

TEST_CASE("a name and its password are sent as HTTP Basic") {
    App app{"basic"};
    app.get("/", [] { return request.authorization()->username + " " + request.authorization()->password; });
    CHECK(app.test_client().get("/", {.auth = {{"ada", "love: lace"}}}).text() == "ada love: lace");
}

TEST_CASE("queries are encoded, addresses may be whole") {
    App app{"queries"};
    app.get("/", [] { return request.url() + " " + request.args.get("q", "none"); });
    auto client = app.test_client();
    CHECK(client.get("/", {.query = {{"q", "a b&c"}}}).text() == "http://localhost/?q=a+b%26c a b&c");
    CHECK(client.get("https://example.com/?q=1").text() == "https://example.com/?q=1 1");
}

TEST_CASE("what stands behind # stays with the browser, and a request has one body") {
    App app{"bodies"};
    app.get("/echo", [] { return request.args.get("a").value_or("none"); });
    app.post("/echo", [] { return std::string(request.data()); });
    auto client = app.test_client();
    CHECK(client.get("/echo#f", {.query = {{"a", "1"}}}).text() == "1");
    CHECK(client.get("/echo?a=2#f").text() == "2");
    CHECK_THROWS_WITH_AS(client.post("/echo", {.json = json{{"a", 1}}, .form = {{"a", "1"}}}),
                         doctest::Contains("one body"), ArgumentError);
    CHECK_THROWS_AS(client.post("/echo", {.json = json{{"a", 1}}, .data = "x"}), ArgumentError);
}

TEST_CASE("a Host among the headers is the one that is asked") {
    App app{"hosts"};
    app.get("/", [] { return request.host_url(); });
    CHECK(app.test_client().get("/", {.headers = {{"host", "ex.com:81"}}}).text() == "http://ex.com:81/");
}

TEST_CASE("bodies and lengths are those that the server sends") {
    App app{"lengths"};
    app.get("/none", [] { return Response{"x", 204}; });
    app.get("/wrong", [] { return Response{"hello", {{"Content-Length", "99"}}}; });
    auto client = app.test_client();
    CHECK(client.get("/none").text().empty());
    CHECK(client.get("/none").header("Content-Length") == "");
    CHECK(client.get("/wrong").header("Content-Length") == "5");
    CHECK(client.head("/wrong").header("Content-Length") == "5");
}

TEST_CASE("a streamed response is taken whole") {
    App app{"streams"};
    app.get("/", [] {
        return Response::stream(
            [](http::BodyWriter& body) {
                for (int i = 0; i < 3; ++i) body.write(std::to_string(i));
            },
            "text/plain");
    });
    auto response = app.test_client().get("/");
    CHECK(response.text() == "012");
    CHECK(response.content_type() == "text/plain");
    CHECK(response.header("Content-Length") == "");
}

TEST_CASE("a kept context is that of the last request, until the next or its own end") {
    App app{"kept"};
    app.config["TESTING"] = true;
    app.config["SECRET_KEY"] = "key";
    int torn = 0;
    app.teardown_request([&](const std::exception_ptr&) { ++torn; });
    app.get("/<int:number>", "number", [](int number) {
        session["number"] = number;
        g.set("number", number);
        return std::to_string(number);
    });
    app.get("/boom", "boom", []() -> std::string { throw std::runtime_error("boom"); });
    auto client = app.test_client();
    {
        auto kept = client.keep_context();
        CHECK_FALSE(has_request_context());
        CHECK_THROWS_AS(static_cast<void>(client.keep_context()), InvalidRequestError);
        client.get("/1?x=one");
        CHECK(torn == 1);
        CHECK(request.path() == "/1");
        CHECK(request.args["x"] == "one");
        CHECK(request.view_args().dump() == "{\"number\":1}");
        CHECK(session.get<int>("number") == 1);
        CHECK(g.get<int>("number") == 1);
        CHECK(url_for("number", {{"number", 3}}) == "/3");
        auto other = client;
        other.get("/7");
        CHECK(request.path() == "/1");
        client.get("/2");
        CHECK(g.get<int>("number") == 2);
        CHECK(request.path() == "/2");
        CHECK_THROWS_AS(client.get("/boom"), std::runtime_error);
        CHECK_FALSE(has_request_context());
        client.get("/4");
        CHECK(torn == 7);  // five requests and another client's, and two contexts that were kept
    }
    CHECK(torn == 8);
    CHECK_FALSE(has_request_context());
    CHECK_FALSE(has_app_context());
    auto again = client.keep_context();
    client.get("/5");
    CHECK(session.get<int>("number") == 5);
}

TEST_CASE("a kept context stands inside of others, and may end before one that came later") {
    App app{"nested"};
    app.get("/<name>", "name", [](const std::string& name) {
        g.set("name", name);
        return name;
    });
    auto client = app.test_client();
    auto outer = app.app_context();
    {
        auto kept = client.keep_context();
        client.get("/a");
        CHECK(g.get<std::string>("name") == "a");  // as in Flask, the request had the g of the context around it
        auto held = app.test_request_context("/held");
        CHECK(request.path() == "/held");
        client.get("/b");
        CHECK(request.path() == "/b");
    }
    CHECK_FALSE(has_request_context());
    CHECK(has_app_context());
    CHECK(g.get<std::string>("name") == "b");
}

TEST_CASE("a kept context takes over the g of one that ends before it") {
    App app{"heir"};
    std::string told;
    app.teardown_request([&](const std::exception_ptr&) { told += g.get<std::string>("name", "none") + "."; });
    app.get("/<name>", "name", [](const std::string& name) {
        g.set("name", name);
        return name;
    });
    auto client = app.test_client();
    {
        auto kept = client.keep_context();
        auto held = app.test_request_context("/held");
        client.get("/b");
    }
    CHECK(told == "b.b.b.");
    CHECK_FALSE(has_app_context());
}

TEST_CASE("a test sends JSON as it is written in braces") {
    App app{"first"};
    app.post("/echo", [] { return jsonify(request.json); });
    auto client = app.test_client();
    CHECK(client.post("/echo", {.json = {{"a", 1}}}).text() == "{\"a\":1}\n");
    CHECK(client.post("/echo", {.json = {{"a", 1}, {"b", {1, 2}}}}).text() == "{\"a\":1,\"b\":[1,2]}\n");
    CHECK(client.post("/echo", {.json = json{{"a", nullptr}}}).text() == "{\"a\":null}\n");
    CHECK(client.post("/echo", {.json = json::array({1})}).text() == "[1]\n");
    CHECK(client.post("/echo", {.json = std::vector<int>{1, 2}}).text() == "[1,2]\n");
    CHECK(client.post("/echo", {.json = "text"}).text() == "\"text\"\n");
    CHECK(client.post("/echo", {.data = "{}"}).status_code() == 400);
}

TEST_CASE("what is asked of an answer without a name outlives it") {
    App app{"names"};
    app.get("/", [] { return Response{std::string(100, 'x'), 302, {{"Location", "/a/place/that/is/no/short/text"}}}; });
    auto client = app.test_client();
    auto where = client.get("/").location();
    auto same = client.get("/").header("location");
    auto type = client.get("/").content_type();
    const auto& text = client.get("/").text();
    const auto& headers = client.get("/").headers();
    const auto& asked = client.get("/").request();
    CHECK(where == "/a/place/that/is/no/short/text");
    CHECK(same == where);
    CHECK(type == "text/html; charset=utf-8");
    CHECK(text == std::string(100, 'x'));
    CHECK(headers.get("Location") == where);
    CHECK(asked.path == "/");
    auto named = client.get("/");
    CHECK(std::string_view{named.header("Location")}.data() == named.location().data());
}

TEST_CASE("a redirect to another host is not followed") {
    App app{"hosts"};
    app.get("/out", [] { return redirect("https://example.com/login"); });
    app.get("/near", [] { return redirect("//localhost:5000/in"); });
    app.get("/below", [] { return redirect("http://api.localhost/in"); });
    app.get("/in", [] { return "in"; });
    auto client = app.test_client();
    CHECK(client.get("/out").location() == "https://example.com/login");
    CHECK_THROWS_WITH_AS(client.get("/out", {.follow_redirects = true}), doctest::Contains("https://example.com/login"),
                         InvalidRequestError);
    CHECK(client.get("/near", {.follow_redirects = true}).text() == "in");
    CHECK(client.get("/below", {.follow_redirects = true}).text() == "in");
}
