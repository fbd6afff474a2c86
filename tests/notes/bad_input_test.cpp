// Malformed requests of every shape against a running notes program: each gets the right refusal, hides no second
// request, and the server keeps serving.

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "binary.hpp"
#include "server.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace notes;
using namespace std::string_literals;
using Statuses = std::vector<int>;

struct Malformed {
    std::string bytes;
    Statuses statuses;
};

/// A server with one user and one bookmark.
struct Running {
    TemporaryFolder folder;
    Server server{binary, folder / "notes.db"};

    Running() { REQUIRE(post("/users", "application/json", R"({"nombre":"Ana","email":"ana@ex.com"})").status == 201); }
    Answer post(const std::string& path, const std::string& type, const std::string& body) const {
        return server.ask(request_text("POST " + path + " HTTP/1.1", body, "Content-Type: " + type + "\r\n"));
    }
    Answer get(const std::string& path) const { return server.ask(request_text("GET " + path + " HTTP/1.1")); }
    std::string users() const { return get("/users").body; }
};

std::string printable(std::string_view bytes) {
    std::string text;
    for (char c : bytes.substr(0, 300))
        text += c == '\r' ? "\\r" : c == '\n' ? "\\n" : c >= 0 && c < ' ' ? "?" : std::string(1, c);
    return text;
}

bool is_one_of(int status, const Statuses& statuses) { return std::ranges::find(statuses, status) != statuses.end(); }

/// Sends the bytes and a sound request behind them: there must be one refusal, and then the end.
void check_refused(const Server& server, const Malformed& malformed) {
    INFO(printable(malformed.bytes));
    Client client{server.port()};
    client.send(malformed.bytes + "GET /page HTTP/1.1\r\nHost: a\r\n\r\n");
    auto answer = client.read();
    CHECK_MESSAGE(answer.has_value(), "there is an answer");
    if (answer) CHECK_MESSAGE(is_one_of(answer->status, malformed.statuses), answer->status_line);
    if (answer) CHECK_MESSAGE(answer->closes(), "it says that the connection closes");
    CHECK_MESSAGE(client.ends(), "the connection ends there");
    CHECK(server.serves());
}

void check_all_refused(const std::vector<Malformed>& list) {
    Running running;
    auto before = running.users();
    for (auto& malformed : list) check_refused(running.server, malformed);
    CHECK(running.users() == before);
    CHECK(running.server.stop() == 0);
}

std::string post_with(const std::string& headers, const std::string& rest = "") {
    return "POST /users HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" + headers + "\r\n" + rest;
}

std::string get_with(const std::string& headers) { return "GET /hola HTTP/1.1\r\n" + headers + "\r\n"; }

std::string chunked(const std::string& body) { return post_with("Transfer-Encoding: chunked\r\n", body); }

const Statuses bad{400};

}  // namespace

TEST_SUITE_BEGIN("bad_input");

TEST_CASE("two opinions about where a request ends") {
    std::vector<Malformed> list{
        {post_with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), bad},
        {post_with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), bad},
        {post_with("Content-Length: 5\r\nContent-Length: 6\r\n", "{}   "), bad},
        {post_with("Content-Length: 2, 3\r\n", "{} "), bad},
        {post_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n"), {400, 501}},
        {post_with("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), {400, 501}},
        {post_with("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"), {400, 501}},
        {"POST /users HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", bad},
    };
    for (std::string value : {"+2", "-2", "2a", "0x2", "2 2", "", "2;", "99999999999999999999", "18446744073709551618"})
        list.push_back({post_with("Content-Length: " + value + "\r\n", "{}"), {400, 413}});
    for (std::string value : {"xchunked", "identity", "gzip", "chunke", "\vchunked", "\"chunked\"", "chunked;a", ""})
        list.push_back({post_with("Transfer-Encoding: " + value + "\r\n", "0\r\n\r\n"), {400, 501}});
    check_all_refused(list);
}

TEST_CASE("chunks that are none") {
    std::vector<Malformed> list;
    for (std::string body : {"g\r\n", "-1\r\n", "0x2\r\n{}\r\n0\r\n\r\n", " 2\r\n{}\r\n0\r\n\r\n", "\r\n",
                             "2\n{}\r\n0\r\n\r\n", "2\r\n{}0\r\n\r\n", "2\r\n{}\n0\r\n\r\n", "2\r\n{}x\r\n0\r\n\r\n",
                             "FFFFFFFFFFFFFFFFF\r\n", "2;a\nb\r\n{}\r\n0\r\n\r\n", "0\r\nnot a trailer\r\n\r\n"})
        list.push_back({chunked(body), {400, 413}});
    list.push_back({chunked("2;" + std::string(100'000, 'a') + "\r\n"), {400, 413, 431}});
    check_all_refused(list);
}

TEST_CASE("header lines that are none") {
    std::vector<Malformed> list;
    for (auto headers :
         {"Host : a\r\n"s, "Host: a\r\nContent-Length : 2\r\n"s, "Host: a\r\n folded: 1\r\n"s,
          "Host: a\r\nX: 1\r\n\tfolded\r\n"s, "Host: a\r\nno colon\r\n"s, "Host: a\r\n: no name\r\n"s,
          "Host: a\r\nX(Y): 1\r\n"s, "Host: a\r\nX: a\0b\r\n"s, "Host: a\r\nX\0: b\r\n"s, "Host: a\r\nX: a\rb\r\n"s,
          "Host: a\r\nX: \x01\r\n"s, "Host: a\r\nX\xe9: 1\r\n"s, " Host: a\r\n"s})
        list.push_back({get_with(headers), bad});
    list.push_back({"GET /hola HTTP/1.1\nHost: a\n\n", bad});
    list.push_back({"GET /hola HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", bad});
    check_all_refused(list);
}

TEST_CASE("hosts that are none") {
    std::vector<Malformed> list;
    for (std::string headers : {"", "Host: a\r\nHost: a\r\n", "Host: a\r\nHost: b\r\n", "Host: a b\r\n",
                                "Host: a/b\r\n", "Host: a@b\r\n", "Host: a,b\r\n", "Host: a:port\r\n"})
        list.push_back({get_with(headers), bad});
    check_all_refused(list);
}

TEST_CASE("request lines that are none") {
    std::vector<Malformed> list;
    for (auto line : {"GET  /hola HTTP/1.1"s,
                      "GET /hola  HTTP/1.1"s,
                      " GET /hola HTTP/1.1"s,
                      "GET\t/hola\tHTTP/1.1"s,
                      "GET /hola"s,
                      "GET"s,
                      "GET /hola HTTP/1.1 x"s,
                      "GET hola HTTP/1.1"s,
                      "GET * HTTP/1.1"s,
                      "GET /ho\0la HTTP/1.1"s,
                      "GET /ho\x7fla HTTP/1.1"s,
                      "G(T /hola HTTP/1.1"s,
                      "G\0T /hola HTTP/1.1"s,
                      "GET /hola http/1.1"s,
                      "GET /hola HTTP/1.10"s,
                      "GET /hola HTTP/1"s,
                      "GET /hola HTTP/x.y"s,
                      "GET /hola FTP/1.1"s,
                      "\x16\x03\x01\x02\x01"s,
                      "GET http:// HTTP/1.1"s,
                      "CONNECT HTTP/1.1"s})
        list.push_back({line + "\r\nHost: a\r\n\r\n", bad});
    list.push_back({"GET /hola HTTP/2.0\r\nHost: a\r\n\r\n", {400, 505}});
    list.push_back({"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 505}});
    list.push_back({"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", {400, 405, 501}});
    check_all_refused(list);
}

TEST_CASE("requests beyond the limits") {
    std::vector<Malformed> list{
        {"GET /" + std::string(100'000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", {414, 431}},
        {get_with("Host: a\r\nX: " + std::string(100'000, 'a') + "\r\n"), {431}},
        {std::string(100'000, 'A') + " /hola HTTP/1.1\r\nHost: a\r\n\r\n", {400, 414, 431, 501}},
        {post_with("Content-Length: 9000000000000\r\n"), {413}},
        {post_with("Expect: the impossible\r\nContent-Length: 2\r\n", "{}"), {417}},
    };
    std::string many = "Host: a\r\n";
    for (int i = 0; i < 2000; ++i) many += "X" + std::to_string(i) + ": 1\r\n";
    list.push_back({get_with(many), {431}});
    check_all_refused(list);
}

TEST_CASE("a malformed body that nobody reads hides no request") {
    Running running;
    for (std::string body : {"g\r\n", "2\r\n{}x\r\n0\r\n\r\n", "2\n{}\r\n0\r\n\r\n"})
        for (std::string path : {"/hola", "/nope", "/boom"}) {
            INFO(path, " ", printable(body));
            Client client{running.server.port()};
            client.send("POST " + path + " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
            client.send("GET /page HTTP/1.1\r\nHost: a\r\n\r\n");
            auto answer = client.read();
            CHECK((answer && answer->status >= 400));
            CHECK(client.ends());
        }
    CHECK(running.server.serves());
}

TEST_CASE("a body that nobody reads is not taken for the next request") {
    Running running;
    auto hidden = "GET /boom HTTP/1.1\r\nHost: a\r\n\r\n"s;
    for (std::size_t size : {hidden.size(), std::size_t{300'000}}) {
        INFO(size, " bytes");
        Client client{running.server.port()};
        hidden.resize(size, 'x');
        client.send(request_text("POST /nope HTTP/1.1", hidden) + request_text("GET /hola HTTP/1.1"));
        auto answer = client.read();
        CHECK((answer && answer->status == 404));
        if (answer && answer->closes()) continue;
        auto next = client.read();
        CHECK((next && next->body == "\"Hola\"\n"));
    }
}

TEST_CASE("requests that break off") {
    Running running;
    auto before = running.users();
    auto whole = post_with("Content-Length: 40\r\n", R"({"nombre": "Half", "email": "h@ex.com"})");
    for (std::size_t size : {1u, 10u, 30u, 90u, 100u, 120u}) {
        INFO("after ", size, " bytes");
        Client ended{running.server.port()};
        ended.send(whole.substr(0, size));
        ended.finish_sending();
        if (auto answer = ended.read()) CHECK(is_one_of(answer->status, {400, 408}));
        CHECK_MESSAGE(ended.ends(), "a request that can never be whole ends the connection");
        Client reset{running.server.port()};
        reset.send(whole.substr(0, size));
        reset.reset();
        CHECK(running.server.serves());
    }
    for (std::string part : {"5\r\n{\"n", "2\r\n{}\r\n", "2\r\n{}\r\n0\r\n"}) {
        Client client{running.server.port()};
        client.send(chunked(part));
        client.finish_sending();
        if (auto answer = client.read()) CHECK(is_one_of(answer->status, {400, 408}));
        CHECK(client.ends());
    }
    CHECK(running.users() == before);
}

TEST_CASE("many slow clients do not keep the others from being served") {
    Running running;
    std::vector<std::unique_ptr<Client>> slow;
    for (int i = 0; i < 200; ++i) {
        slow.push_back(std::make_unique<Client>(running.server.port()));
        slow.back()->send(i % 2 ? "GET /hola HT" : post_with("Content-Length: 1000\r\n", "{"));
    }
    for (char c : "TP/1.1\r\nHost: a\r\n"s) {
        for (std::size_t i = 1; i < slow.size(); i += 20) slow[i]->send(std::string(1, c));
        CHECK(running.server.serves());
    }
    slow[1]->send("\r\n");
    auto answer = slow[1]->read();
    CHECK(answer.has_value());
    if (answer) CHECK(answer->body == "\"Hola\"\n");
    slow.resize(100);
    CHECK(running.server.serves());
}

TEST_CASE("any split of a request is the same request") {
    Running running;
    auto text = request_text("GET /users/1 HTTP/1.1") + request_text("GET /hola HTTP/1.1");
    for (std::size_t cut = 1; cut < text.size(); cut += 3) {
        Client client{running.server.port()};
        client.send(text.substr(0, cut));
        client.send(text.substr(cut));
        auto first = client.read(), second = client.read();
        CHECK((first && first->body == "{\"email\":\"ana@ex.com\",\"id\":1,\"nombre\":\"Ana\"}\n"));
        CHECK((second && second->body == "\"Hola\"\n"));
    }
}

TEST_CASE("paths that lead nowhere") {
    Running running;
    for (std::string path : {"/users/99999999999999999999",
                             "/users/9223372036854775808",
                             "/users/2147483648",
                             "/users/-1",
                             "/users/+1",
                             "/users/1.0",
                             "/users/0x1",
                             "/users/1%00",
                             "/users/%31%32%33",
                             "/users/1/../2x",
                             "/%",
                             "/%zz",
                             "/%4",
                             "/%00",
                             "/%ff%fe",
                             "/%c0%ae%c0%ae/",
                             "/hola/x",
                             "/..%2f..%2fetc%2fpasswd",
                             "/static/../../etc/passwd",
                             "/static/%2e%2e/%2e%2e/etc/passwd",
                             "/hola%20",
                             "/hola;a=b",
                             "/caf%C3%A9",
                             "/users/1/bookmarks/1",
                             "/HOLA"}) {
        INFO(path);
        auto answer = running.get(path);
        CHECK_MESSAGE(is_one_of(answer.status, {400, 404}), answer.status_line);
        CHECK(running.server.serves());
    }
    CHECK(running.get("/users/0001").status == 200);
    CHECK(running.get("/hola?%zz=%&=&&%00=%ff").status == 200);
    CHECK(is_one_of(running.get("//").status, {308, 404}));
    CHECK(is_one_of(running.get("//users//1").status, {308}));
    for (std::string query :
         {"page=99999999999999999999", "page=-1", "page=1e3", "page=%ff", "page=", "per_page=0&page=2"})
        CHECK_MESSAGE(is_one_of(running.get("/page?" + query).status, {404, 200}), query);
    for (std::string query : {"per_page=99999999999999999999", "per_page=-5", "per_page=%00", "per_page=x"})
        CHECK_MESSAGE(is_one_of(running.get("/page?" + query).status, {200, 404}), query);
    CHECK(running.server.serves());
}

TEST_CASE("raw bytes in the path") {
    Running running;
    for (std::string path : {"/\xff\xfe", "/caf\xc3\xa9", "/hola\"<>", "/hola|", "/h\\ola"}) {
        INFO(printable(path));
        Client client{running.server.port()};
        client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
        auto answer = client.read();
        CHECK((answer && is_one_of(answer->status, {400, 404})));
        CHECK(running.server.serves());
    }
}

TEST_CASE("JSON that is none") {
    Running running;
    auto before = running.users();
    for (auto body : {"{"s,
                      "{\"nombre\":"s,
                      "nombre"s,
                      "{'nombre': 'x'}"s,
                      "{\"nombre\": \"x\",}"s,
                      "{\"nombre\": \"x\"} x"s,
                      "{\"nombre\": \"\xff\"}"s,
                      "{\"nombre\": \"\xc0\x80\"}"s,
                      "{\"nombre\": \"\xed\xa0\x80\"}"s,
                      "{\"nombre\": \"a\nb\"}"s,
                      "{\"nombre\": \"\\x\"}"s,
                      "{\"nombre\": \"\\u12\"}"s,
                      "{\"nombre\": NaN}"s,
                      "{\"nombre\": 01}"s,
                      "{\"nombre\": +1}"s,
                      "{\"nombre\": .5}"s,
                      "{\"nombre\" \"x\"}"s,
                      "{nombre: 1}"s,
                      "\0"s,
                      "{\"nombre\": \"x\"}\0"s,
                      " "s,
                      "[1, 2"s,
                      "tru"s,
                      "/**/{}"s,
                      "\"open"s}) {
        INFO(printable(body));
        auto answer = running.post("/users", "application/json", body);
        CHECK_MESSAGE(answer.status == 400, answer.status_line);
    }
    for (auto deep : {std::string(1'000'000, '['), std::string(100'000, '[') + std::string(100'000, ']')}) {
        auto answer = running.post("/users", "application/json", deep);
        CHECK_MESSAGE(is_one_of(answer.status, {400, 413, 500}), answer.status_line);
        CHECK(running.server.serves());
    }
    CHECK(running.users() == before);
}

TEST_CASE("JSON of the wrong shape stores nothing") {
    Running running;
    auto before = running.users();
    for (std::string body : {"[]", "{}", "null", "3", "\"x\"", "true", "[{\"nombre\": \"x\"}]", R"({"nombre": {}})",
                             R"({"nombre": []})", R"({"nombre": null})", R"({"Nombre": "x"})",
                             R"({"nombre": "x", "email": []})", R"({"nombre": "x", "email": {"a": 1}})"}) {
        INFO(body);
        auto answer = running.post("/users", "application/json", body);
        CHECK_MESSAGE(is_one_of(answer.status, {400, 415, 422, 500}), answer.status_line);
        CHECK(running.server.serves());
    }
    CHECK(running.users() == before);
}

TEST_CASE("bodies of the wrong type") {
    Running running;
    auto before = running.users();
    auto json = R"({"nombre": "x", "email": "x@ex.com"})";
    for (std::string type : {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application",
                             "application/jsonx", ";;", "\"application/json\""}) {
        INFO(type);
        auto answer = running.post("/users", type, json);
        CHECK_MESSAGE(is_one_of(answer.status, {400, 415}), answer.status_line);
    }
    CHECK(is_one_of(running.post("/users/1/bookmarks/", "application/json", json).status, {400, 415}));
    CHECK(is_one_of(running.post("/users/1/bookmarks/", "text/plain", "url=x").status, {400, 415}));
    CHECK(is_one_of(running.post("/users/1/bookmarks/", "multipart/form-data", "url=x").status, {400, 415}));
    CHECK(running.users() == before);
    CHECK(running.get("/users/1/bookmarks/").body == "{\"count\":0,\"items\":[]}\n");
    CHECK(running.server.serves());
}

TEST_CASE("forms with broken escapes and encodings") {
    Running running;
    for (auto form : {"url=%"s, "url=%zz"s, "url=%ff%fe"s, "url=\xff"s, "url=%00"s, "url"s, "url=a&url=b"s,
                      "&&url=a&&"s, "url=a=b=c"s, "url=" + std::string(400'000, 'a')}) {
        INFO(printable(form));
        auto answer = running.post("/users/1/bookmarks/", "application/x-www-form-urlencoded", form);
        CHECK_MESSAGE(is_one_of(answer.status, {201, 400, 413}), answer.status_line);
        CHECK(running.server.serves());
    }
    for (auto form : {""s, "="s, "%75r=x"s, "URL=x"s, "&"s, "url%00=x"s}) {
        INFO(printable(form));
        auto answer = running.post("/users/1/bookmarks/", "application/x-www-form-urlencoded", form);
        CHECK_MESSAGE(answer.status == 400, answer.status_line);
    }
    auto listed = running.get("/users/1/bookmarks/");
    CHECK(listed.status == 200);
    CHECK(std::ranges::all_of(listed.body, [](char c) { return c == '\n' || (c >= ' ' && c < 0x7f); }));
}

TEST_CASE("texts that SQL or JSON could trip over come back as they went in") {
    Running running;
    long id = 1;
    for (std::string json : {R"("'; DROP TABLE usuarios; --")", R"("\u0000")", R"("\u0000after")", R"("\ud83d\ude00")",
                             R"("\"\\\/")", R"("\u007f\u0080")", R"("\u2028\uffff")", R"("")"}) {
        INFO(json);
        auto answer = running.post("/users", "application/json", "{\"nombre\": " + json + "}");
        CHECK_MESSAGE(answer.status == 201, answer.status_line);
        if (answer.status != 201) continue;
        CHECK(running.get("/users/" + std::to_string(++id)).body == answer.body);
    }
    auto lone = running.post("/users", "application/json", R"({"nombre": "\ud800"})");
    CHECK_MESSAGE(is_one_of(lone.status, {400, 500}), lone.status_line);
    CHECK(running.get("/users").status == 200);
}

TEST_CASE("a keep-alive connection goes on after a refusal by the application") {
    Running running;
    Client client{running.server.port()};
    for (auto text : {request_text("GET /nope HTTP/1.1"), request_text("DELETE /hola HTTP/1.1"),
                      request_text("POST /users HTTP/1.1", "{", "Content-Type: application/json\r\n"),
                      request_text("GET /boom HTTP/1.1"), request_text("GET /teapot HTTP/1.1")}) {
        client.send(text);
        auto answer = client.read();
        CHECK((answer && answer->status >= 400));
        CHECK((answer && !answer->closes()));
    }
    client.send(request_text("GET /hola HTTP/1.1"));
    auto answer = client.read();
    CHECK((answer && answer->body == "\"Hola\"\n"));
}

TEST_SUITE_END();
