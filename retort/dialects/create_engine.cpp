// Choosing the dialect of a URL.
#include "retort/dialects/create_engine.hpp"

#include <filesystem>
#include <span>

#include "retort/base/error.hpp"
#include "retort/base/suggest.hpp"
#include "retort/dialects/sqlite/place.hpp"
#include "retort/dialects/sqlite/sqlite.hpp"
#include "retort/engine/url.hpp"

namespace retort {

namespace {

constexpr std::string_view dialect_names[] = {"sqlite"};

[[noreturn]] void refuse_dialect(const std::string& name) {
    auto near = did_you_mean(name, std::span<const std::string_view>(dialect_names));
    throw ArgumentError("unknown-dialect"_code, "there is no dialect '" + name + "' in this version.",
                        near.empty() ? "there is: sqlite" : "did you mean '" + near + "'?");
}

void make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error && !std::filesystem::is_directory(folder)) {
        throw ArgumentError("instance-folder-not-made"_code,
                            "the instance folder " + folder.string() + " cannot be made: " + error.message() + ".",
                            "make it by hand, give another instance_path, or use an absolute path in the URL");
    }
}

}  // namespace

Engine create_engine(std::string_view text, EngineOptions options) {
    auto url = engines::Url::parse(text);
    if (url.dialect == "sqlite") return dialects::sqlite::create(url, std::move(options));
    refuse_dialect(url.dialect);
}

std::string resolve_database_uri(std::string_view uri, std::string_view instance_path) {
    auto url = engines::Url::parse(uri);
    if (url.dialect != "sqlite") return std::string(uri);
    dialects::sqlite::check_url(url);
    if (dialects::sqlite::is_memory(url)) return std::string(uri);
    bool is_uri = dialects::sqlite::is_file_uri(url);
    auto path = std::filesystem::path(is_uri ? url.database->substr(5) : *url.database);
    if (path.is_absolute()) return std::string(uri);
    make_folder(instance_path);
    url.database = (is_uri ? "file:" : "") + (std::filesystem::path(instance_path) / path).string();
    return url.to_string(true);
}

}  // namespace retort
