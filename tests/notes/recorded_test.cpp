// Replays every recorded request of the notes application on one database, and compares each answer.

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <string_view>

#include "binary.hpp"
#include "recorded_data.hpp"
#include "server.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace notes;

std::string with_line_breaks(std::string_view lines) {
    std::string text;
    for (char c : lines) text += c == '\n' ? "\r\n" : std::string(1, c);
    return text;
}

std::string raw_request(const Recorded& recorded) {
    std::string text{recorded.line};
    if (text.find(" HTTP/") == std::string::npos) return text + "\r\n\r\n";
    text += "\r\nHost: localhost:5000\r\n" + with_line_breaks(recorded.headers) + "Connection: close\r\n\r\n";
    return text.append(recorded.body);
}

/// Whether `text` looks like `pattern`, in which A stands for a letter and 0 for a digit.
bool looks_like(std::string_view text, std::string_view pattern) {
    return std::ranges::equal(text, pattern, [](unsigned char c, char p) {
        return p == 'A' ? std::isalpha(c) != 0 : p == '0' ? std::isdigit(c) != 0 : c == p;
    });
}

std::string without_dates(std::string_view text) {
    constexpr std::string_view pattern = "AAA, 00 AAA 0000 00:00:00 GMT";
    std::string result;
    while (!text.empty()) {
        bool date = looks_like(text.substr(0, pattern.size()), pattern);
        result += date ? "<date>" : text.substr(0, 1);
        text.remove_prefix(date ? pattern.size() : 1);
    }
    return result;
}

/// "GET, HEAD" in any order becomes the same text.
std::string sorted_words(std::string_view list) {
    std::set<std::string> words;
    for (std::size_t at = 0; at <= list.size();) {
        auto end = std::min(list.find(", ", at), list.size());
        words.emplace(list.substr(at, end - at));
        at = end + 2;
    }
    std::string text;
    for (auto& word : words) text += word + " ";
    return text;
}

bool is_compared(std::string_view name) {
    return name == "Allow" || name == "Location" || name == "X-Made" || name == "Vary" ||
           name.starts_with("Access-Control-");
}

std::string comparable(std::string_view name, std::string_view value) {
    return std::string{name} + ": " + (name == "Allow" ? sorted_words(value) : std::string{value}) + "\n";
}

/// The header lines that count, sorted.
std::multiset<std::string> compared_headers(const Answer& answer) {
    std::multiset<std::string> lines;
    for (auto& [name, value] : answer.headers)
        if (is_compared(name)) lines.insert(comparable(name, value));
    return lines;
}

std::multiset<std::string> compared_headers(std::string_view text) {
    std::multiset<std::string> lines;
    while (!text.empty()) {
        auto line = text.substr(0, text.find('\n'));
        auto colon = line.find(": ");
        lines.insert(comparable(line.substr(0, colon), line.substr(colon + 2)));
        text.remove_prefix(line.size() + 1);
    }
    return lines;
}

void check_framing(const Recorded& recorded, const Answer& answer) {
    bool no_content = answer.status == 204;
    bool head = recorded.line.starts_with("HEAD ");
    CHECK(answer.header("Connection").value_or("") == "close");
    CHECK_FALSE(answer.header("Transfer-Encoding"));
    CHECK(answer.header("Content-Length").has_value() == !no_content);
    if (!no_content && !head) CHECK(answer.header("Content-Length").value_or("") == std::to_string(answer.body.size()));
    CHECK(looks_like(answer.header("Date").value_or(""), "AAA, 00 AAA 0000 00:00:00 GMT"));
}

void check_body(const Recorded& recorded, const Answer& answer) {
    if (!recorded.answer) {
        CHECK_FALSE(answer.body.empty());
        return;
    }
    auto expected = recorded.answer->empty() ? "" : std::string{*recorded.answer} + "\n";
    CHECK(without_dates(answer.body) == expected);
}

void replay(const Server& server, const Recorded& recorded) {
    INFO("request ", recorded.name, ": ", recorded.line);
    Client client{server.port()};
    client.send(raw_request(recorded));
    auto answer = client.read(recorded.line.starts_with("HEAD "));
    CHECK_MESSAGE(answer.has_value(), "there is a whole answer");
    if (!answer) return;
    CHECK_MESSAGE(client.ends(), "the connection is closed, with nothing after the answer");
    CHECK(answer->status_line == "HTTP/1.1 " + std::string{recorded.status});
    if (recorded.source == Source::ours) return;
    CHECK(answer->header("Content-Type").value_or("") == recorded.content_type);
    CHECK(compared_headers(*answer) == compared_headers(recorded.answer_headers));
    check_framing(recorded, *answer);
    check_body(recorded, *answer);
}

}  // namespace

TEST_SUITE_BEGIN("recorded");

TEST_CASE("every recorded request is answered as the original answered it") {
    TemporaryFolder folder;
    Server server{binary, folder / "notes.db"};
    for (auto& recorded : recorded) replay(server, recorded);
    CHECK(server.stop() == 0);
}

TEST_CASE("HEAD tells the length of what GET would send") {
    TemporaryFolder folder;
    Server server{binary, folder / "notes.db"};
    for (std::string path : {"/hola", "/users", "/page", "/nope"}) {
        INFO(path);
        auto get = server.ask(request_text("GET " + path + " HTTP/1.1"));
        auto head = server.ask(request_text("HEAD " + path + " HTTP/1.1"));
        CHECK(head.status == get.status);
        CHECK(head.header("Content-Length").value_or("none") == get.header("Content-Length").value_or("nothing"));
    }
}

TEST_CASE("a query with escapes is kept when a slash is added") {
    TemporaryFolder folder;
    Server server{binary, folder / "notes.db"};
    auto answer = server.ask("GET /users/1/bookmarks?q=a%20b%26c&x HTTP/1.1\r\nHost: ex.com\r\n\r\n");
    CHECK(answer.status == 308);
    CHECK(answer.header("Location").value_or("") == "http://ex.com/users/1/bookmarks/?q=a%20b%26c&x");
}

TEST_SUITE_END();
