// Replays every recorded request of the quickstart on one database, and compares each answer.

#include <string>

#include "binary.hpp"
#include "recorded_data.hpp"
#include "server.hpp"
#include "tests/doctest.hpp"

namespace {

using quickstart::Recorded;

std::string raw_request(const Recorded& recorded) {
    std::string text;
    for (char c : recorded.head) text += c == '\n' ? "\r\n" : std::string(1, c);
    text += "\r\nHost: localhost:5000\r\nConnection: close\r\n";
    if (!recorded.body.empty()) text += "Content-Length: " + std::to_string(recorded.body.size()) + "\r\n";
    return (text += "\r\n").append(recorded.body);
}

}  // namespace

TEST_CASE("every recorded request is answered as the original answered it") {
    notes::TemporaryFolder folder;
    notes::Server server{notes::binary, folder / "quickstart.db"};
    for (auto& recorded : quickstart::recorded) {
        INFO("request ", recorded.name);
        auto answer = server.ask(raw_request(recorded));
        CHECK(answer.status == recorded.status);
        CHECK(answer.header("Location").value_or("") == recorded.location);
        CHECK(answer.header("Content-Type").value_or("") == "text/html; charset=utf-8");
        if (recorded.status == 200) CHECK(answer.body == recorded.answer);
    }
    CHECK(server.stop() == 0);
}

TEST_CASE("a page is escaped, whatever a visitor sends") {
    notes::TemporaryFolder folder;
    notes::Server server{notes::binary, folder / "quickstart.db"};
    std::string body = "username=%22%3E%3Cb%3E%26%27&email=%00";
    auto made = server.ask(
        "POST /users/create HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        "Connection: close\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body);
    CHECK(made.status == 302);
    auto page = server.ask("GET /user/1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    CHECK(page.body.find("<h1>&#34;&gt;&lt;b&gt;&amp;&#39;</h1>") != std::string::npos);
    CHECK(page.body.find("<b>") == std::string::npos);
}
