// Uploaded files: read, saved, spilled to disk, limited; and the names that come with them.
#include "retort/web/files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>

#include "retort/web/mimetype.hpp"
#include "retort/web/spool.hpp"
#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

App upload_app() {
    App app{"uploads"};
    app.post("/form", [] {
        json names = json::array();
        for (auto& file : request.files)
            names.push_back(json::array({file.name(), file.filename(), file.mimetype(), file.size()}));
        return jsonify({{"form", request.form}, {"files", names}});
    });
    return app;
}

std::string contents(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace

TEST_CASE("fields and files arrive, whatever was read before") {
    App app = upload_app();
    auto client = app.test_client();
    auto answer =
        client.post("/form", {.form = {{"a", "1"}, {"a", "é"}}, .files = {{"f", "x y.txt", "hello"}, {"g", "", ""}}});
    CHECK(answer.json() == json::parse(R"({"form": {"a": ["1", "é"]},
        "files": [["f", "x y.txt", "text/plain", 5], ["g", "", "", 0]]})"));
    App both{"both"};
    both.post("/", [] {
        auto size = request.data().size();
        return std::to_string(size) + request.files["f"].text();
    });
    CHECK(both.test_client().post("/", {.files = {{"f", "a", "hello"}}}).text() == "165hello");
}

TEST_CASE("a field in Latin-1 that says so is read as such") {
    App app = upload_app();
    auto part = [&](const std::string& type) {
        return app.test_client()
            .post("/form", {.data = "--B\r\nContent-Disposition: form-data; name=a\r\n" + type + "\r\n\xe9\r\n--B--",
                            .content_type = "multipart/form-data; boundary=B"})
            .json()["form"]["a"][0]
            .text();
    };
    CHECK(part("Content-Type: text/plain; charset=ISO-8859-1\r\n") == "é");
    CHECK(part("Content-Type: text/plain; charset=\"latin1\"\r\n") == "é");
    CHECK(part("Content-Type: text/plain\r\n") == "\xEF\xBF\xBD");
    CHECK(part("") == "\xEF\xBF\xBD");
}

TEST_CASE("a missing file is 400") {
    App app{"missing"};
    app.post("/", [] { return request.files["f"].text(); });
    CHECK(app.test_client().post("/", {.form = {{"f", "x"}}}).status_code() == 400);
    CHECK(app.test_client().post("/", {.data = "x", .content_type = "multipart/form-data"}).status_code() == 400);
}

TEST_CASE("no body at all is an empty form") {
    App app{"empty"};
    app.post("/", [] { return std::to_string(request.form.size() + request.files.size()); });
    for (auto type : {"multipart/form-data", "multipart/form-data; boundary=B", "application/x-www-form-urlencoded"}) {
        CHECK(app.test_client().post("/", {.content_type = type}).text() == "0");
    }
}

TEST_CASE("files are saved, small and large ones") {
    App app{"saving"};
    std::string folder = "/tmp/retort-files-test-" + std::to_string(::getpid());
    ::mkdir(folder.c_str(), 0700);
    app.post("/", [folder] {
        auto file = request.files["f"];
        auto path = folder + "/" + secure_filename(file.filename());
        file.save(path);
        std::string begin(3, ' ');
        CHECK(file.read(begin) == 3);
        file.seek(1);
        CHECK(file.read(begin) == 3);
        return path + " " + begin;
    });
    app.config["TESTING"] = true;
    for (std::size_t size : {10u, 600'000u, 3'000'000u}) {
        std::string content;
        for (std::size_t i = 0; i < size; ++i) content += static_cast<char>(i * i >> 8 ^ i);
        auto answer = app.test_client().post("/", {.files = {{"f", "../../ü b.bin", content}}});
        auto path = folder + "/u_b.bin";
        CHECK(answer.text() == path + " " + content.substr(1, 3));
        CHECK(contents(path) == content);
    }
    std::remove((folder + "/u_b.bin").c_str());
    ::rmdir(folder.c_str());
    CHECK_THROWS_AS(app.test_client().post("/", {.files = {{"f", "a", "x"}}}), FileError);
}

TEST_CASE("the memory for files is shared by all of a form") {
    auto file = std::make_shared<detail::SpoolFile>();
    detail::Spool first{file}, second{file};
    std::size_t left = 10;
    first.write("12345", left);
    CHECK(left == 5);
    second.write("123", left);
    CHECK_FALSE(second.on_disk());
    second.write("456", left);
    CHECK(second.on_disk());
    CHECK(left == 5);
    std::string all(6, ' ');
    CHECK(second.read(all) == 6);
    CHECK(all == "123456");
    CHECK(second.read(all) == 0);
}

TEST_CASE("limits: the body, the fields, the parts") {
    App app = upload_app();
    auto client = app.test_client();
    app.config["MAX_CONTENT_LENGTH"] = 1000;
    CHECK(client.post("/form", {.files = {{"f", "a", std::string(2000, 'x')}}}).status_code() == 413);
    app.config["MAX_CONTENT_LENGTH"] = nullptr;
    app.config["MAX_FORM_MEMORY_SIZE"] = 100;
    CHECK(client.post("/form", {.files = {{"f", "a", std::string(2000, 'x')}}}).status_code() == 200);
    CHECK(client.post("/form", {.form = {{"a", std::string(200, 'x')}}}).status_code() == 413);
    CHECK(client.post("/form", {.form = {{"a", std::string(200, 'x')}}, .files = {{"f", "a", "x"}}}).status_code() ==
          413);
    std::vector<std::pair<std::string, std::string>> many(30, {"abc", "abc"});
    CHECK(client.post("/form", {.form = many, .files = {{"f", "a", "x"}}}).status_code() == 413);
    app.config["MAX_FORM_MEMORY_SIZE"] = nullptr;
    app.config["MAX_FORM_PARTS"] = 30;
    CHECK(client.post("/form", {.form = many, .files = {{"f", "a", "x"}}}).status_code() == 413);
    app.config["MAX_FORM_PARTS"] = 31;
    CHECK(client.post("/form", {.form = many, .files = {{"f", "a", "x"}}}).status_code() == 200);
}

TEST_CASE("names of files are made safe") {
    CHECK(secure_filename("My cool movie.mov") == "My_cool_movie.mov");
    CHECK(secure_filename("../../../etc/passwd") == "etc_passwd");
    CHECK(secure_filename("i contain cool \xc3\xbcml\xc3\xa4uts.txt") == "i_contain_cool_umlauts.txt");
    CHECK(secure_filename("\xef\xac\x81le \xef\xbc\xa1\xc2\xb2\xe2\x80\xa6.txt") == "file_A2....txt");
    CHECK(secure_filename("..\\..\\x") == "x");
    CHECK(secure_filename("...") == "");
    CHECK(secure_filename("\xff\xfe") == "");
    CHECK(secure_filename(std::string("a\0b", 3)) == "ab");
}

TEST_CASE("paths stay inside of their folder") {
    CHECK(safe_join("/s", "a/b.txt") == "/s/a/b.txt");
    CHECK(safe_join("/s", "./a/../b") == "/s/b");
    for (std::string_view path : {"../x", "a/../../x", "/etc/passwd", "..\\x", "a/..\\..\\x", "//x"}) {
        CHECK_FALSE(safe_join("/s", path));
    }
    CHECK_FALSE(safe_join("/s", std::string_view("a\0", 2)));
}

TEST_CASE("types are guessed by the ending") {
    CHECK(guess_mimetype("a.xhtml") == "application/xhtml+xml");
    CHECK(guess_mimetype("a.css") == "text/css");
    CHECK(guess_mimetype("x.y/A.JS") == "text/javascript");
    CHECK(guess_mimetype("a.tar.gz") == "application/x-tar");
    CHECK(guess_encoding("a.tar.gz") == "gzip");
    CHECK(guess_mimetype("x.y/a.TGZ") == "application/x-tar");
    CHECK(guess_encoding("a.tgz") == "gzip");
    CHECK(guess_mimetype("a.svgz") == "image/svg+xml");
    CHECK(guess_mimetype("a.unknownext") == "");
    CHECK(guess_mimetype(".css") == "");
    CHECK(guess_mimetype("noending") == "");
}

TEST_CASE("many files beyond the memory of a form share one on disk, each with its own content") {
    App app{"files"};
    app.post("/", [] {
        std::string all;
        for (auto& file : request.files) all += file.text().substr(0, 7) + std::to_string(file.text().size()) + " ";
        return all;
    });
    RequestBuilder form;
    form.files = {{"f", "large", std::string(600 * 1024, 'x')},
                  {"f", "one", "content"},
                  {"f", "none", ""},
                  {"f", "two", "another"},
                  {"f", "three", std::string(70 * 1024, 'y')},
                  {"f", "four", "last"}};
    CHECK(app.test_client().post("/", form).text() == "xxxxxxx614400 content7 0 another7 yyyyyyy71680 last4 ");
}
