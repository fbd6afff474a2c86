// What views may return, against what Flask was recorded to make of it.

#include <algorithm>
#include <map>

#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;
constexpr const char* html = "text/html; charset=utf-8";

App responses_app() {
    App app{"resp"};
    app.get("/str", [] { return "h\xc3\xa9"; });
    app.get("/bytes", [] { return std::string("\xff\0", 2); });
    app.get("/dict", [] { return json{{"b", 1}, {"a", json{1, 2.5, nullptr, true, "é<&>\xe2\x80\xa8"}}}; });
    app.get("/list", [] { return json::array({1, json{{"z", 1}, {"a", 2}}}); });
    app.get("/emptylist", [] { return json::array(); });
    app.get("/tuple_status", [] { return Response{"x", 201}; });
    app.get("/tuple_status_str", [] { return Response{"x", "299 Weird Thing"}; });
    app.get("/tuple_headers", [] { return Response{"x", {{"X-A", "1"}}}; });
    app.get("/tuple_headers_list", [] { return Response{"x", {{"X-A", "1"}, {"X-A", "2"}}}; });
    app.get("/tuple3", [] { return Response{"x", 202, {{"X-A", "1"}, {"Content-Type", "text/plain"}}}; });
    app.get("/dict_status", [] { return Response{json{{"a", 1}}, 400}; });
    app.get("/two_lists", [] { return Response{json::array({1}), {{"X-A", "1"}}}; });
    app.get("/gen", [] {
        return Response::stream([](http::BodyWriter& body) {
            body.write("a");
            body.write("b");
        });
    });
    app.get("/jsonify_kw", [] { return jsonify({{"b", 1}, {"a", 2}}); });
    app.get("/jsonify_args", [] { return jsonify(1, 2); });
    app.get("/jsonify_none", [] { return jsonify(); });
    app.get("/jsonify_null", [] { return jsonify(nullptr); });
    app.get("/jsonify_str", [] { return jsonify("Hola"); });
    app.get("/jsonify_intkeys", [] { return jsonify(std::map<int, std::string>{{2, "b"}, {1, "a"}}); });
    app.get("/redirect", [] { return redirect("/x?a=1&b=<>"); });
    app.get("/redirect301", [] { return redirect("http://ex.com/é", 301); });
    app.get("/make_response", [] { return make_response("x", 201, http::Headers{{"X", "y"}}); });
    app.get("/del_cookie", [] {
        Response response{"c"};
        response.delete_cookie("a");
        return response;
    });
    app.get("/head_len", [] { return "12345"; });
    app.get("/unicode_header", [] { return Response{"x", {{"X-A", "é"}}}; });
    app.get("/resp_tuple", [] { return Response{Response{"z", 203}, 204, {{"X-B", "1"}}}; });
    app.get("/abort_resp", []() -> Response { abort(Response{"own", 409}); });
    return app;
}

struct RecordedCase {
    std::string name, status;
    Headers headers;
    std::string body;
};

const Headers json_of(const char* length) { return {{"Content-Type", "application/json"}, {"Content-Length", length}}; }
const Headers html_of(const char* length) { return {{"Content-Type", html}, {"Content-Length", length}}; }

std::string redirect_page(const std::string& link, const std::string& shown) {
    return "<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n<p>You should be "
           "redirected automatically to the target URL: <a href=\"" +
           link + "\">" + shown + "</a>. If not, click the link.\n";
}

Headers sorted(Headers headers) {
    std::sort(headers.begin(), headers.end());
    return headers;
}

}  // namespace

TEST_CASE("every form of a view's result becomes the recorded response") {
    App app = responses_app();
    auto client = app.test_client();
    const std::vector<RecordedCase> cases{
        {"str", "200 OK", html_of("3"), "h\xc3\xa9"},
        {"bytes", "200 OK", html_of("2"), std::string("\xff\0", 2)},
        {"dict", "200 OK", json_of("48"), "{\"a\":[1,2.5,null,true,\"\\u00e9<&>\\u2028\"],\"b\":1}\n"},
        {"list", "200 OK", json_of("18"), "[1,{\"a\":2,\"z\":1}]\n"},
        {"emptylist", "200 OK", json_of("3"), "[]\n"},
        {"tuple_status_str", "299 Weird Thing", html_of("1"), "x"},
        {"dict_status", "400 BAD REQUEST", json_of("8"), "{\"a\":1}\n"},
        {"two_lists", "200 OK", {{"Content-Type", "application/json"}, {"Content-Length", "4"}, {"X-A", "1"}}, "[1]\n"},
        {"gen", "200 OK", {{"Content-Type", html}}, "ab"},
        {"jsonify_kw", "200 OK", json_of("14"), "{\"a\":2,\"b\":1}\n"},
        {"jsonify_args", "200 OK", json_of("6"), "[1,2]\n"},
        {"jsonify_none", "200 OK", json_of("5"), "null\n"},
        {"jsonify_null", "200 OK", json_of("5"), "null\n"},
        {"jsonify_intkeys", "200 OK", json_of("18"), "{\"1\":\"a\",\"2\":\"b\"}\n"},
        {"redirect",
         "302 FOUND",
         {{"Content-Type", html}, {"Content-Length", "229"}, {"Location", "/x?a=1&b=<>"}},
         redirect_page("/x?a=1&amp;b=&lt;&gt;", "/x?a=1&amp;b=&lt;&gt;")},
        {"redirect301",
         "301 MOVED PERMANENTLY",
         {{"Content-Type", html}, {"Content-Length", "223"}, {"Location", "http://ex.com/%C3%A9"}},
         redirect_page("http://ex.com/%C3%A9", "http://ex.com/é")},
        {"make_response", "201 CREATED", {{"X", "y"}, {"Content-Type", html}, {"Content-Length", "1"}}, "x"},
        {"del_cookie",
         "200 OK",
         {{"Content-Type", html},
          {"Content-Length", "1"},
          {"Set-Cookie", "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/"}},
         "c"},
        {"head_len", "200 OK", html_of("5"), "12345"},
        {"unicode_header", "200 OK", {{"X-A", "é"}, {"Content-Type", html}, {"Content-Length", "1"}}, "x"},
        // Not in the shown half; the same rules at work.
        {"tuple_status", "201 CREATED", html_of("1"), "x"},
        {"tuple_headers_list",
         "200 OK",
         {{"X-A", "1"}, {"X-A", "2"}, {"Content-Type", html}, {"Content-Length", "1"}},
         "x"},
        {"tuple3", "202 ACCEPTED", {{"X-A", "1"}, {"Content-Type", "text/plain"}, {"Content-Length", "1"}}, "x"},
        {"resp_tuple", "204 NO CONTENT", {{"Content-Type", html}, {"X-B", "1"}}, ""},
        {"jsonify_str", "200 OK", json_of("7"), "\"Hola\"\n"},
        {"abort_resp", "409 CONFLICT", html_of("3"), "own"},
    };
    for (auto& each : cases) {
        CAPTURE(each.name);
        auto response = client.get("/" + each.name);
        CHECK(response.status() == each.status);
        CHECK(response.text() == each.body);
        Headers headers;
        for (auto& [name, value] : response.headers()) headers.emplace_back(name, value);
        CHECK(sorted(headers) == sorted(each.headers));
    }
}

TEST_CASE("in debug, JSON is indented by two") {
    App app = responses_app();
    app.config["DEBUG"] = true;
    auto client = app.test_client();
    CHECK(client.get("/emptylist").text() == "[]\n");
    CHECK(client.get("/jsonify_str").text() == "\"Hola\"\n");
    CHECK(client.get("/list").text() == "[\n  1,\n  {\n    \"a\": 2,\n    \"z\": 1\n  }\n]\n");
}
