// The response: statuses, headers and cookies.
#include "retort/web/response.hpp"

#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

TEST_CASE("a status is a number, or text that begins with one") {
    CHECK(Response{"x"}.status() == "200 OK");
    CHECK(Response{"x", 404}.status() == "404 NOT FOUND");
    CHECK(Response{"x", "299 Weird Thing"}.status() == "299 Weird Thing");
    CHECK(Response{"x", "201"}.status() == "201 CREATED");
    CHECK(Response{"x", 599}.status() == "599 UNKNOWN");
    for (int bad : {0, 99, 1000, -1}) CHECK_THROWS_AS((Response{"x", bad}), ArgumentError);
    for (auto bad : {"abc", "", "20x", "200 a\r\nb"}) CHECK_THROWS_AS((Response{"x", bad}), ArgumentError);
}

TEST_CASE("text from what holds text") {
    std::string text = "kept";
    CHECK(Response{text}.text() == "kept");
    CHECK(text == "kept");
    CHECK(Response{std::string_view{"view"}}.text() == "view");
    CHECK(Response{std::string{"moved"}}.text() == "moved");
    const char* none = nullptr;
    CHECK(Response{none}.text() == "");
}

TEST_CASE("JSON forms of jsonify") {
    CHECK(jsonify("Hola").text() == "\"Hola\"\n");
    CHECK(jsonify().text() == "null\n");
    CHECK(jsonify(1, "two").text() == "[1,\"two\"]\n");
    CHECK(jsonify({{"b", 2}, {"a", 1}}).text() == "{\"a\":1,\"b\":2}\n");
    CHECK(jsonify(std::vector<int>{1, 2}).text() == "[1,2]\n");
    CHECK(jsonify(json{{"a", nullptr}}).text() == "{\"a\":null}\n");
    CHECK(jsonify({{"a", 1}}).is_json());
    CHECK(jsonify({{"a", 1}}).get_json() == json{{"a", 1}});
}

TEST_CASE("headers that would split the message are refused") {
    CHECK_THROWS_AS((Response{"x", {{"X-A", "a\nb"}}}), ArgumentError);
    Response response;
    CHECK_THROWS_AS(response.headers().set("X-A", "a\r\nb"), ArgumentError);
    CHECK(redirect("/a\r\nSet-Cookie: x=1").headers().get("Location") == "/a%0D%0ASet-Cookie:%20x=1");
    CHECK(redirect("/caf\u00E9/{x}|\"").headers().get("Location") == "/caf%C3%A9/%7Bx%7D%7C%22");
    CHECK(redirect("/cafe/{x}").headers().get("Location") == "/cafe/{x}");
}

TEST_CASE("what the whole message decides: a Location is encoded, a 304 describes no content") {
    App app{"whole"};
    app.get("/made", [] { return Response{"x", 201, {{"Location", "/é x/100%25"}}}; });
    app.get("/known", [] { return Response{"x", 304, {{"ETag", "\"x\""}, {"Last-Modified", "today"}}}; });
    auto client = app.test_client();
    CHECK(client.get("/made").location() == "/%C3%A9%20x/100%25");
    auto known = client.get("/known");
    CHECK(known.headers().size() == 1);
    CHECK(known.header("ETag") == "\"x\"");
    CHECK(known.text().empty());
}

TEST_CASE("cookies are written as Werkzeug writes them") {
    Response response{"c"};
    response.set_cookie("a", "b c;é");
    response.set_cookie("k", "v",
                        {.expires = DateTime{2024, 1, 2},
                         .path = "/p",
                         .domain = "ex.com",
                         .secure = true,
                         .httponly = true,
                         .samesite = "lax"});
    response.set_cookie("e", "v", {.expires = DateTime::from_microseconds(0), .path = {}});
    auto cookies = response.headers().get_all("Set-Cookie");
    REQUIRE(cookies.size() == 3);
    CHECK(cookies[0] == "a=\"b c\\073\\303\\251\"; Path=/");
    CHECK(cookies[1] ==
          "k=v; Domain=ex.com; Expires=Tue, 02 Jan 2024 00:00:00 GMT; Secure; HttpOnly; Path=/p; SameSite=Lax");
    CHECK(cookies[2] == "e=v; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
    response.set_cookie("p", "v", {.domain = "ex.com:5000"});
    CHECK(response.headers().get_all("Set-Cookie")[3] == "p=v; Domain=ex.com; Path=/");
    CHECK_THROWS_AS(response.set_cookie("a b", "x"), ArgumentError);
    CHECK_THROWS_AS(response.set_cookie("a", "x", {.samesite = "Perhaps"}), ArgumentError);
    CHECK_THROWS_AS(response.set_cookie("a", "x", {.path = "/", .domain = "a;b"}), ArgumentError);
}

TEST_CASE("the JSON of the configuration") {
    App app{"json"};
    app.config["JSON_SORT_KEYS"] = false;
    app.config["JSON_AS_ASCII"] = false;
    app.config["JSONIFY_MIMETYPE"] = "application/x-json";
    auto context = app.app_context();
    auto response = jsonify({{"b", "é"}, {"a", 1}});
    CHECK(response.text() == "{\"b\":\"é\",\"a\":1}\n");
    CHECK(response.content_type() == "application/x-json");
}

TEST_CASE("the text of a stream is refused, and not empty") {
    auto response = Response::stream([](http::BodyWriter& body) { body.write("piece"); });
    CHECK_THROWS_AS((void)response.text(), InvalidRequestError);
    CHECK_THROWS_AS((void)response.get_json(), InvalidRequestError);
    CHECK(response.is_streamed());
}

TEST_CASE("a stream gets no tag of a body that is not there yet") {
    auto response = Response::stream([](http::BodyWriter& body) { body.write("piece"); });
    response.add_etag();
    CHECK(!response.headers().contains("ETag"));
}

TEST_CASE("make_response takes headers in braces") {
    auto made = make_response(jsonify("x"), 201, {{"X-Made", "yes"}});
    CHECK(made.status_code() == 201);
    CHECK(made.headers().get("X-Made") == "yes");
    CHECK(made.content_type() == "application/json");
    CHECK(make_response("x", {{"X-Made", "no"}}).headers().get("X-Made") == "no");
    CHECK(make_response("x", 404).status_code() == 404);
}

TEST_CASE("seconds are a number or a duration") {
    Response response;
    response.set_cookie("a", "b", {.max_age = 60});
    response.set_cookie("a", "b", {.max_age = std::chrono::minutes{1}});
    for (auto& header : response.headers().get_all("Set-Cookie")) {
        CHECK(header.find("Max-Age=60;") != std::string_view::npos);
    }
    std::optional<std::chrono::seconds> time = CookieOptions{.max_age = 5}.max_age;
    CHECK(time == std::chrono::seconds{5});
}

TEST_CASE("what is set in cache_control() is written back") {
    Response response;
    response.cache_control().max_age = 60;
    response.cache_control().is_public = true;
    CHECK(response.headers().get("Cache-Control") == "public, max-age=60");
    CHECK(response.cache_control().max_age == std::chrono::seconds{60});
    {
        auto control = response.cache_control();
        control.max_age = {};
        control.no_store = true;
    }
    CHECK(response.headers().get("Cache-Control") == "no-store, public");
    response.headers().set("Cache-Control", "private, of=mine");
    CHECK(response.cache_control().is_private);
    CHECK(response.headers().get("Cache-Control") == "private, of=mine");
}

TEST_CASE("headers by their names in brackets") {
    Response response{"x"};
    response.headers()["X-Seen"] = "once";
    response.headers()["x-seen"] = std::string{"twice"};
    response.headers()["X-Copy"] = response.headers()["X-Seen"];
    CHECK(response.headers().get_all("X-Seen").size() == 1);
    std::string_view copy = response.headers()["X-Copy"];
    CHECK(copy == "twice");
    CHECK(response.headers()["X-Copy"] == "twice");
    CHECK_THROWS_AS((void)std::as_const(response).headers()["X-None"], KeyError);
    CHECK_THROWS_AS(response.headers()["X-Bad"] = "a\nb", ArgumentError);
    App app{"headers"};
    app.get("/", [] { return Response{"x", {{"X-A", "1"}}}; });
    auto answer = app.test_client().get("/");
    CHECK(answer.headers()["X-A"] == "1");
}

TEST_CASE("an ETag is given without its quotes") {
    Response response{"x"};
    for (std::string tag : {"\"x\"", "W/\"x\"", "a\"b", "a b", "a\nb"}) {
        CHECK_THROWS_WITH_AS(response.set_etag(tag), doctest::Contains("an ETag holds no quote"), ArgumentError);
    }
    response.set_etag("v1", true);
    CHECK(response.headers().get("ETag") == "W/\"v1\"");
}

TEST_CASE("Expires and Location have functions of their own") {
    Response response;
    response.set_expires(DateTime{2024, 1, 2});
    response.set_location("/next");
    CHECK(response.headers().get("Expires") == "Tue, 02 Jan 2024 00:00:00 GMT");
    CHECK(response.headers().get("Location") == "/next");
}

TEST_CASE("what is asked of a response without a name is a value of its own") {
    static_assert(std::is_same_v<decltype(make_response("x").text()), std::string>);
    static_assert(std::is_same_v<decltype(std::declval<Response&>().text()), const std::string&>);
    static_assert(std::is_same_v<decltype(Markup("<b>").html()), std::string>);
    auto made = [] {
        auto response = make_response(std::string(200, 'x'));
        response.headers()["X-Long"] = std::string(200, 'y');
        return response;
    };
    const auto& text = made().text();
    CHECK(text == std::string(200, 'x'));
    std::size_t size = 0;
    for (auto [name, value] : made().headers()) size += name == "X-Long" ? value.size() : 0;
    CHECK(size == 200);
}
