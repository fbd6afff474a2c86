// What the tool finds of an application, and what it makes of a new one.
#include "cli/build.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cli/new_project.hpp"
#include "retort/base/command_line.hpp"
#include "tests/doctest.hpp"

using namespace retort;
namespace fs = std::filesystem;

namespace {

/// A folder that goes with the test.
struct Folder {
    std::string path = (fs::temp_directory_path() / "retort_cli_XXXXXX").string();
    Folder() { path = ::mkdtemp(path.data()); }
    ~Folder() { fs::remove_all(path); }
    void write(const std::string& name, const std::string& text) const {
        fs::create_directories(fs::path(path + '/' + name).parent_path());
        std::ofstream(path + '/' + name) << text;
    }
};

std::string code_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const CommandError& error) {
        CHECK_FALSE(error.hint().empty());
        return std::string(error.code());
    }
    return "no error";
}

}  // namespace

TEST_CASE("an application is found by its retort_app, here and above") {
    Folder folder;
    folder.write("CMakeLists.txt",
                 "project(x)\n# retort_app(commented out)\nset(my_retort_app 1)\nretort_app( \n  shop shop.cpp)\n");
    fs::create_directories(folder.path + "/a/b");
    for (const char* start : {"", "/a", "/a/b", "/a/../a/b/"}) {
        CAPTURE(start);
        auto found = cli::find_project(folder.path + start);
        CHECK(found.folder == folder.path);
        CHECK(found.program == "shop");
    }
    folder.write("a/CMakeLists.txt", "retort_app(inner inner.cpp)");
    CHECK(cli::find_project(folder.path + "/a/b").program == "inner");
    Folder none;
    CHECK(code_of([&] { (void)cli::find_project(none.path); }) == "no-project");
}

TEST_CASE("a new project is one that is found") {
    Folder folder;
    for (const char* name : {"shop", "my-shop_2", "a/b/deep/"}) {
        CAPTURE(name);
        auto made = cli::make_project(folder.path + '/' + name);
        REQUIRE(made.size() == 2);
        auto own = fs::path(folder.path + '/' + name).lexically_normal();
        if (own.filename().empty()) own = own.parent_path();
        CHECK(cli::find_project(own.string()).program == own.filename().string());
        CHECK(fs::exists(own / (own.filename().string() + ".cpp")));
    }
    CHECK(code_of([&] { cli::make_project(folder.path + "/shop"); }) == "folder-not-empty");
    for (const char* name : {"1st", "two words", "é", "a@b", "-x", "a;b", "all", "install"}) {
        CAPTURE(name);
        CHECK(code_of([&] { cli::make_project(folder.path + '/' + name); }) == "bad-project-name");
        CHECK_FALSE(fs::exists(folder.path + '/' + name));
    }
    folder.write("file", "");
    CHECK(code_of([&] { cli::make_project(folder.path + "/file/x"); }) == "cannot-write");
}
