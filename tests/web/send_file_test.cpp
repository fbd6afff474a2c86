// send_file and static folders: large files, caching, blueprints, conditions on answers of one's own.
#include "retort/web/send_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using namespace std::chrono_literals;

namespace {

struct Folder {
    Folder() {
        char name[] = "/tmp/retort-send-XXXXXX";
        path = ::mkdtemp(name);
        ::mkdir((path + "/assets").c_str(), 0700);
        for (std::size_t i = 0; i < 1'000'000; ++i) large += static_cast<char>('a' + i % 23);
        std::ofstream{path + "/assets/large.txt"} << large;
        std::ofstream{path + "/assets/a.tar.gz"} << "packed";
    }
    ~Folder() {
        ::unlink((path + "/assets/large.txt").c_str());
        ::unlink((path + "/assets/a.tar.gz").c_str());
        ::rmdir((path + "/assets").c_str());
        ::rmdir(path.c_str());
    }
    std::string path, large;
};

}  // namespace

TEST_CASE("large files are streamed, whole and in part") {
    Folder folder;
    App app{"large", {.root_path = folder.path, .static_folder = "assets", .static_url_path = "/files"}};
    auto client = app.test_client();
    auto whole = client.get("/files/large.txt");
    CHECK(whole.text() == folder.large);
    CHECK(whole.header("Content-Length") == "1000000");
    auto part = client.get("/files/large.txt", {.headers = {{"Range", "bytes=1000-900000"}}});
    CHECK(part.status_code() == 206);
    CHECK(part.text() == folder.large.substr(1000, 899'001));
    auto head = client.head("/files/large.txt");
    CHECK(head.header("Content-Length") == "1000000");
    CHECK(head.text() == "");
    auto context = app.test_request_context("/");
    CHECK(url_for("static", {{"filename", "a b.css"}}) == "/files/a%20b.css");
}

TEST_CASE("a file that is known is described as before, one that changed anew") {
    Folder folder;
    App app{"known", {.root_path = folder.path, .static_folder = "assets", .static_url_path = "/files"}};
    app.get("/saved", [] { return send_file("assets/a.tar.gz", {.as_attachment = true}); });
    auto client = app.test_client();
    auto first = client.get("/files/a.tar.gz"), second = client.get("/files/a.tar.gz");
    for (auto name : {"Content-Type", "Content-Disposition", "Content-Encoding", "Content-Length", "Last-Modified",
                      "Cache-Control", "ETag"}) {
        CHECK_FALSE(first.header(name).empty());
        CHECK(second.header(name) == first.header(name));
    }
    CHECK(client.get("/saved").header("Content-Disposition").starts_with("attachment"));
    CHECK(client.get("/files/a.tar.gz").header("Content-Disposition") == first.header("Content-Disposition"));
    std::ofstream{folder.path + "/assets/a.tar.gz"} << "packed anew";
    auto third = client.get("/files/a.tar.gz");
    CHECK(third.header("ETag") != first.header("ETag"));
    CHECK(third.text() == "packed anew");
    ::unlink((folder.path + "/assets/a.tar.gz").c_str());
    CHECK(client.get("/files/a.tar.gz").status_code() == 404);
}

TEST_CASE("how long browsers keep a file") {
    Folder folder;
    App app{"caching", {.root_path = folder.path}};
    app.get("/kept", [] { return send_file("assets/a.tar.gz", {.max_age = 1h}); });
    app.get("/plain", [] { return send_file("assets/a.tar.gz", {.as_attachment = true, .etag = false}); });
    auto client = app.test_client();
    auto kept = client.get("/kept");
    CHECK(kept.header("Cache-Control") == "public, max-age=3600");
    CHECK(kept.header("Expires") != "");
    CHECK(kept.header("Content-Encoding") == "gzip");
    CHECK(kept.content_type() == "application/x-tar");
    auto plain = client.get("/plain");
    CHECK(plain.header("Content-Encoding") == "");
    CHECK(plain.header("ETag") == "");
    CHECK(plain.header("Cache-Control") == "no-cache");
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 60;
    CHECK(client.get("/plain").header("Cache-Control") == "public, max-age=60");
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 0;
    CHECK(client.get("/plain").header("Cache-Control") == "no-cache, max-age=0");
    app.config["USE_X_SENDFILE"] = true;
    CHECK(client.get("/plain").header("X-Sendfile") == folder.path + "/assets/a.tar.gz");
    CHECK(client.get("/plain").text() == "");
}

TEST_CASE("a blueprint has a folder of its own") {
    Folder folder;
    App app{"blueprints", {.root_path = folder.path, .static_folder = ""}};
    Blueprint admin{"admin", {.url_prefix = "/admin", .static_folder = "assets"}};
    app.register_blueprint(admin);
    auto client = app.test_client();
    CHECK(client.get("/admin/assets/a.tar.gz").text() == "packed");
    CHECK(client.get("/static/a.tar.gz").status_code() == 404);
    auto context = app.test_request_context("/");
    CHECK(url_for("admin.static", {{"filename", "a.css"}}) == "/admin/assets/a.css");
    CHECK_THROWS_AS(url_for("static", {{"filename", "a.css"}}), BuildError);
}

TEST_CASE("answers of one's own under conditions") {
    App app{"own"};
    app.route("/x", "x",
              [] {
                  Response answer{"content"};
                  answer.add_etag();
                  answer.set_cache_control({.max_age = 60s, .is_public = true});
                  return answer.make_conditional(*request, true);
              },
              {GET, POST});
    auto client = app.test_client();
    auto first = client.get("/x");
    CHECK(first.header("ETag") == "\"040f06fd774092478d450774f5ba30c5da78acc8\"");
    CHECK(first.header("Cache-Control") == "public, max-age=60");
    std::string tag{first.header("ETag")};
    CHECK(client.get("/x", {.headers = {{"If-None-Match", tag}}}).status_code() == 304);
    CHECK(client.post("/x", {.headers = {{"If-None-Match", tag}}}).status_code() == 200);
    auto part = client.get("/x", {.headers = {{"Range", "bytes=2-3"}}});
    CHECK(part.text() == "nt");
    CHECK(part.header("Content-Length") == "2");
}

TEST_CASE("Cache-Control is read and written") {
    auto control = CacheControl::parse("Public, max-age=\"60\", no-transform, x=y, s-maxage=5,");
    CHECK(control.is_public);
    CHECK(control.max_age == 60s);
    CHECK(control.s_maxage == 5s);
    CHECK(control.to_string() == "no-transform, public, max-age=60, s-maxage=5");
    CHECK(CacheControl{}.to_string() == "");
}

TEST_CASE("bytes need a type or a name") {
    CHECK_THROWS_AS(send_bytes("x", {}), ArgumentError);
    CHECK(send_bytes("x", {.download_name = "a.json"}).content_type() == "application/json");
}

TEST_CASE("a tag of one's own") {
    App app{"tags"};
    app.get("/bytes", [] { return send_bytes("x", {.mimetype = "text/plain", .etag = "abc"}); });
    app.get("/none", [] { return send_bytes("x", {.mimetype = "text/plain"}); });
    app.get("/file", [] { return send_file("/proc/self/exe", {.etag = std::string{"of-mine"}}); });
    app.get("/bare", [] { return send_file("/proc/self/exe", {.etag = false}); });
    auto client = app.test_client();
    CHECK(client.get("/bytes").header("ETag") == "\"abc\"");
    CHECK(client.get("/bytes", {.headers = {{"If-None-Match", "\"abc\""}}}).status_code() == 304);
    CHECK(client.get("/none").header("ETag") == "");
    CHECK(client.head("/file").header("ETag") == "\"of-mine\"");
    CHECK(client.head("/bare").header("ETag") == "");
}

TEST_CASE("the text of a large file is its content, so that nothing of it gets lost") {
    Folder folder;
    App app{"footer", {.root_path = folder.path, .static_folder = ""}};
    app.get("/large", [] { return send_file("assets/large.txt", {.etag = false}); });
    app.after_request([](Response& response) { response.set_text(response.text() + "footer"); });
    auto client = app.test_client();
    auto whole = client.get("/large");
    CHECK(whole.text() == folder.large + "footer");
    CHECK(whole.header("Content-Length") == std::to_string(folder.large.size() + 6));
    auto part = client.get("/large", {.headers = {{"Range", "bytes=10-19999"}}});
    CHECK(part.text() == folder.large.substr(10, 19990) + "footer");
}

TEST_CASE("a file without a tag gets its own, not that of an empty body") {
    Folder folder;
    App app{"tags", {.root_path = folder.path, .static_folder = ""}};
    app.get("/own", [] { return send_file("assets/large.txt"); });
    app.get("/late", [] {
        auto response = send_file("assets/large.txt", {.etag = false});
        response.add_etag();
        return response;
    });
    auto client = app.test_client();
    CHECK(client.get("/late").header("ETag") == client.get("/own").header("ETag"));
    CHECK(client.get("/late").text() == folder.large);
}

TEST_CASE("how long a file is kept is a number of seconds too") {
    Folder folder;
    App app{"age", {.root_path = folder.path, .static_folder = ""}};
    app.get("/x", [] { return send_from_directory("assets", "a.tar.gz", {.max_age = 3600}); });
    CHECK(app.test_client().get("/x").header("Cache-Control") == "public, max-age=3600");
}
