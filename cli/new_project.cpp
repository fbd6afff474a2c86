// The files of a first application.
#include "cli/new_project.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <string_view>

#include "retort/base/command_line.hpp"

namespace retort::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view cmake_text = R"(cmake_minimum_required(VERSION 3.25)
project(@ LANGUAGES CXX)
find_package(retort REQUIRED)
retort_app(@ @.cpp)
)";

constexpr std::string_view source_text =
    R"(// @: `retort run --debug` serves it, `retort db --help` tells how its database changes.
)"
    "#include <retort/retort.hpp>\n"
    R"(using namespace retort;

Database db;
Migrate migrate;

struct User : Model<User> {
    Column<int, primary_key> id;
    Column<std::string, unique_key> username;

    json to_json() const { return {{"id", id}, {"username", username}}; }
};

Response user_list() { return jsonify(db.session.scalars(select<User>().order_by(User::c.id))); }

App create_app() {
    App app{"@"};
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///@.db";  // in the instance folder
    db.init_app(app);
    migrate.init_app(app, db);
    app.route<user_list>("/users");
    return app;
}

int main(int argc, char** argv) { return create_app().main(argc, argv); }
)";

/// The text with each `@` replaced.
std::string filled(std::string_view text, const std::string& name) {
    std::string out;
    for (char c : text) out += c == '@' ? name : std::string(1, c);
    return out;
}

/// Letters, digits, _ and -, so that CMake, the file and the program can have it.
bool is_name(std::string_view name) {
    bool letter = !name.empty() && ((name[0] | 32) >= 'a' && (name[0] | 32) <= 'z');
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    return letter && name.find_first_not_of(allowed) == std::string_view::npos;
}

/// What CMake calls targets of its own, in any project.
bool is_taken(std::string_view name) {
    constexpr std::string_view taken[] = {"all",        "help",           "clean",      "install",
                                          "preinstall", "test",           "edit_cache", "rebuild_cache",
                                          "package",    "package_source", "retort"};
    return std::find(std::begin(taken), std::end(taken), name) != std::end(taken);
}

void write(const fs::path& path, const std::string& text) {
    auto* file = std::fopen(path.c_str(), "wb");
    bool written = file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
    if (file != nullptr) written = std::fclose(file) == 0 && written;
    if (written) return;
    throw CommandError("cannot-write"_code, "The file \"" + path.string() + "\" cannot be written",
                       "look at the folder's permissions, and whether the disk is full");
}

}  // namespace

std::vector<std::string> make_project(const std::string& folder) {
    std::error_code error;
    auto place = fs::absolute(folder, error).lexically_normal();
    if (place.filename().empty()) place = place.parent_path();
    auto name = place.filename().string();
    if (!is_name(name)) {
        throw CommandError("bad-project-name"_code, "\"" + name + "\" cannot be the name of a program",
                           "begin with a letter, and go on with letters, digits, _ and -");
    }
    if (is_taken(name)) {
        throw CommandError("bad-project-name"_code, "\"" + name + "\" is a name that CMake or Retort has taken",
                           "choose another one, such as " + name + "_app");
    }
    if (fs::exists(place, error) && !fs::is_empty(place, error)) {
        throw CommandError("folder-not-empty"_code, "The folder " + place.string() + " is not empty", "name a new one");
    }
    fs::create_directories(place, error);
    auto list = place / "CMakeLists.txt";
    auto source = place / (name + ".cpp");
    write(list, filled(cmake_text, name));
    write(source, filled(source_text, name));
    return {list.string(), source.string()};
}

}  // namespace retort::cli
