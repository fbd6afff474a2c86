// Reading templates from folders and from memory.
#include "retort/template/loader.hpp"

#include <sys/stat.h>

#include <cstdio>
#include <filesystem>

#include "retort/base/text.hpp"

namespace retort::templates {

Loader::~Loader() = default;

namespace {

/// Whether the name stays in its folder: no `..`, no empty piece, no backslash, no zero byte.
bool is_inside(std::string_view name) {
    if (name.empty() || name.find('\\') != name.npos || name.find('\0') != name.npos) return false;
    for (auto piece : split(name, '/')) {
        if (piece.empty() || piece == "." || piece == "..") return false;
    }
    return true;
}

std::string stamp_of(const std::string& path) {
    struct stat found;
    if (::stat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return {};
    return std::to_string(found.st_mtim.tv_sec) + "." + std::to_string(found.st_mtim.tv_nsec) + "." +
           std::to_string(found.st_size) + "." + std::to_string(found.st_ino);
}

std::optional<std::string> read_file(const std::string& path) {
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
    if (!file) return std::nullopt;
    std::string text;
    char buffer[16 * 1024];
    while (auto size = std::fread(buffer, 1, sizeof buffer, file.get())) text.append(buffer, size);
    return text;
}

class FolderLoader final : public Loader {
  public:
    explicit FolderLoader(std::string folder) : folder_(std::move(folder)) {}
    std::optional<Source> load(std::string_view name) const override {
        std::string now = stamp(name);
        if (now.empty()) return std::nullopt;
        auto text = read_file(path_of(name));
        if (!text) return std::nullopt;
        return Source{std::move(*text), std::move(now)};
    }
    std::string stamp(std::string_view name) const override {
        return is_inside(name) ? stamp_of(path_of(name)) : std::string{};
    }
    std::vector<std::string> names() const override {
        std::vector<std::string> found;
        std::error_code ignored;
        std::filesystem::recursive_directory_iterator file(
            folder_, std::filesystem::directory_options::skip_permission_denied, ignored);
        for (; file != std::filesystem::recursive_directory_iterator(); file.increment(ignored)) {
            if (file->is_regular_file(ignored)) {
                found.push_back(file->path().lexically_relative(folder_).generic_string());
            }
        }
        return found;
    }

  private:
    std::string path_of(std::string_view name) const { return folder_ + "/" + std::string{name}; }
    std::string folder_;
};

class TextLoader final : public Loader {
  public:
    explicit TextLoader(std::map<std::string, std::string> texts) : texts_(std::move(texts)) {}
    std::optional<Source> load(std::string_view name) const override {
        auto found = texts_.find(std::string{name});
        if (found == texts_.end()) return std::nullopt;
        return Source{found->second, {}};
    }
    std::string stamp(std::string_view) const override { return {}; }
    std::vector<std::string> names() const override {
        std::vector<std::string> names;
        names.reserve(texts_.size());
        for (auto& [name, text] : texts_) names.push_back(name);
        return names;
    }

  private:
    std::map<std::string, std::string> texts_;
};

class EmbeddedLoader final : public Loader {
  public:
    explicit EmbeddedLoader(std::span<const EmbeddedFile> files) : files_(files) {}
    std::optional<Source> load(std::string_view name) const override {
        for (auto& file : files_) {
            if (file.name == name) return Source{std::string{file.text}, {}};
        }
        return std::nullopt;
    }
    std::string stamp(std::string_view) const override { return {}; }
    std::vector<std::string> names() const override {
        std::vector<std::string> names;
        for (auto& file : files_) names.emplace_back(file.name);
        return names;
    }

  private:
    std::span<const EmbeddedFile> files_;
};

}  // namespace

std::unique_ptr<Loader> folder_loader(std::string folder) { return std::make_unique<FolderLoader>(std::move(folder)); }
std::unique_ptr<Loader> text_loader(std::map<std::string, std::string> texts) {
    return std::make_unique<TextLoader>(std::move(texts));
}
std::unique_ptr<Loader> embedded_loader(std::span<const EmbeddedFile> files) {
    return std::make_unique<EmbeddedLoader>(files);
}

}  // namespace retort::templates
