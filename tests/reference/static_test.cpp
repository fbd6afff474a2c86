// Static files and send_file, against what Flask was recorded to answer.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// The folder of the recording, made anew.
struct Folder {
    Folder() {
        char name[] = "/tmp/retort-static-XXXXXX";
        path = ::mkdtemp(name);
        ::mkdir((path + "/static").c_str(), 0700);
        ::mkdir((path + "/static/sub").c_str(), 0700);
        write("/static/a.css", "body{}");
        write("/static/sub/x y.txt", "hi");
        write("/static/é.html", "<b>");
        write("/static/n.unknownext", "?");
        write("/secret.txt", "no");
        timespec times[2] = {{1700000000, 0}, {1700000000, 0}};
        ::utimensat(AT_FDCWD, (path + "/static/a.css").c_str(), times, 0);
    }
    ~Folder() {
        for (auto name :
             {"/static/a.css", "/static/sub/x y.txt", "/static/é.html", "/static/n.unknownext", "/secret.txt"}) {
            ::unlink((path + name).c_str());
        }
        for (auto name : {"/static/sub", "/static", ""}) ::rmdir((path + name).c_str());
    }
    void write(const std::string& name, std::string_view text) const { std::ofstream{path + name} << text; }
    std::string path;
};

App static_app(const Folder& folder) {
    App app{"st", {.root_path = folder.path}};
    app.get("/dl", [] { return send_file("static/a.css", {.as_attachment = true, .download_name = "é x.css"}); });
    app.get("/bio", [] { return send_bytes("abc", {.mimetype = "text/plain"}); });
    app.get("/sfd/<path:p>", [](std::string p) { return send_from_directory("static", p); });
    return app;
}

/// All headers but those that differ from run to run; the tag only by its beginning.
Pairs headers_of(const TestResponse& answer) {
    Pairs headers;
    for (auto& header : answer.headers()) {
        std::string value{header.value};
        if (header.name == "ETag") value = value.substr(0, value.rfind('-'));
        headers.emplace_back(header.name, value);
    }
    std::sort(headers.begin(), headers.end());
    return headers;
}

const Pairs css_headers{{"Cache-Control", "no-cache"}, {"Content-Disposition", "inline; filename=a.css"},
                        {"Content-Length", "6"},       {"Content-Type", "text/css; charset=utf-8"},
                        {"ETag", "\"1700000000.0-6"},  {"Last-Modified", "Tue, 14 Nov 2023 22:13:20 GMT"}};

Pairs with(Pairs headers, const Pairs& changes) {
    for (auto& [name, value] : changes) {
        std::erase_if(headers, [&name = name](auto& header) { return header.first == name; });
        if (!value.empty()) headers.emplace_back(name, value);
    }
    std::sort(headers.begin(), headers.end());
    return headers;
}

}  // namespace

TEST_CASE("static files with their headers") {
    Folder folder;
    App app = static_app(folder);
    auto client = app.test_client();
    auto css = client.get("/static/a.css");
    CHECK(css.status() == "200 OK");
    CHECK(css.text() == "body{}");
    CHECK(headers_of(css) == css_headers);
    auto text = client.get("/static/sub/x%20y.txt");
    CHECK(text.header("Content-Disposition") == "inline; filename=\"x y.txt\"");
    CHECK(text.content_type() == "text/plain; charset=utf-8");
    CHECK(client.get("/static/%C3%A9.html").header("Content-Disposition") ==
          "inline; filename=e.html; filename*=UTF-8''%C3%A9.html");
    CHECK(client.get("/static/n.unknownext").content_type() == "application/octet-stream");
    CHECK(client.get("/sfd/a.css").text() == "body{}");
    auto attachment = client.get("/dl");
    CHECK(attachment.header("Content-Disposition") ==
          "attachment; filename=\"e x.css\"; filename*=UTF-8''%C3%A9%20x.css");
    CHECK(headers_of(client.get("/bio")) ==
          Pairs{{"Cache-Control", "no-cache"}, {"Content-Length", "3"}, {"Content-Type", "text/plain; charset=utf-8"}});
}

TEST_CASE("what is no file below the folder is not found") {
    Folder folder;
    App app = static_app(folder);
    auto client = app.test_client();
    for (auto path :
         {"/static/sub/", "/static/sub", "/static/nope", "/static/../secret.txt", "/static/%2e%2e/secret.txt",
          "/static/..%2fsecret.txt", "/static/%2e%2e%2fsecret.txt", "/static/..%5csecret.txt", "/static/a.css%00",
          "/static//etc/passwd", "/static/%2Fetc/passwd", "/sfd/../secret.txt", "/sfd/sub/../../secret.txt"}) {
        INFO(path);
        int status = client.get(path).status_code();
        CHECK((status == 404 || status == 308));
    }
    CHECK(client.get("/static/../secret.txt").status_code() == 404);
    CHECK(client.get("/static/%2e%2e/secret.txt").status_code() == 404);
    CHECK(client.get("/static/..%2fsecret.txt").status_code() == 404);
}

TEST_CASE("conditions") {
    Folder folder;
    App app = static_app(folder);
    auto client = app.test_client();
    std::string tag{client.get("/static/a.css").header("ETag")};
    Pairs left = with(css_headers, {{"Content-Length", ""}, {"Content-Type", ""}, {"Last-Modified", ""}});
    for (auto& header : Pairs{{"If-None-Match", tag},
                              {"If-None-Match", "\"x\", W/" + tag},
                              {"If-None-Match", "*"},
                              {"If-Modified-Since", "Tue, 14 Nov 2023 22:13:20 GMT"},
                              {"If-Modified-Since", "Tuesday, 14-Nov-23 22:13:20 GMT"}}) {
        auto answer = client.get("/static/a.css", {.headers = {header}});
        CHECK(answer.status() == "304 NOT MODIFIED");
        CHECK(answer.text() == "");
        CHECK(headers_of(answer) == left);
    }
    for (auto& header : Pairs{{"If-None-Match", "\"x\""},
                              {"If-Match", tag},
                              {"If-Match", "*"},
                              {"If-Modified-Since", "Tue, 14 Nov 2000 22:13:20 GMT"},
                              {"If-Modified-Since", "nonsense"}}) {
        CHECK(headers_of(client.get("/static/a.css", {.headers = {header}})) == css_headers);
    }
    CHECK(client.get("/static/a.css", {.headers = {{"If-Match", "\"x\""}}}).status_code() == 412);
}

TEST_CASE("ranges") {
    Folder folder;
    App app = static_app(folder);
    auto client = app.test_client();
    struct Case {
        std::string range, content_range, body;
    };
    for (auto& [range, content_range, body] : std::vector<Case>{{"bytes=1-3", "bytes 1-3/6", "ody"},
                                                                {"bytes=-2", "bytes 4-5/6", "{}"},
                                                                {"bytes=2-", "bytes 2-5/6", "dy{}"},
                                                                {"Bytes = 0-99", "bytes 0-5/6", "body{}"}}) {
        auto answer = client.get("/static/a.css", {.headers = {{"Range", range}}});
        CHECK(answer.status() == "206 PARTIAL CONTENT");
        CHECK(answer.text() == body);
        CHECK(headers_of(answer) == with(css_headers, {{"Accept-Ranges", "bytes"},
                                                       {"Content-Length", std::to_string(body.size())},
                                                       {"Content-Range", content_range}}));
    }
    for (std::string range : {"bytes=99-", "bytes=0-1,3-4", "bytes=3-1", "bytes=-0", "bytes=-99", "lines=1-2", "bytes",
                              "bytes=x-", "bytes=99999999999999999999-"}) {
        INFO(range);
        auto answer = client.get("/static/a.css", {.headers = {{"Range", range}}});
        CHECK(answer.status() == "416 REQUESTED RANGE NOT SATISFIABLE");
        CHECK(answer.header("Content-Range") == "bytes */6");
    }
    std::string tag{client.get("/static/a.css").header("ETag")};
    auto ranged = [&](const std::string& condition) {
        return client.get("/static/a.css", {.headers = {{"Range", "bytes=1-3"}, {"If-Range", condition}}})
            .status_code();
    };
    CHECK(ranged(tag) == 206);
    CHECK(ranged("\"x\"") == 200);
    CHECK(ranged("Tue, 14 Nov 2023 22:13:20 GMT") == 206);
    CHECK(ranged("Tue, 14 Nov 2000 22:13:20 GMT") == 200);
}
