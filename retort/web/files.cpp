// What can be done with uploaded files.
#include "retort/web/files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "retort/base/text.hpp"
#include "retort/web/errors.hpp"
#include "retort/web/request.hpp"
#include "retort/web/spool.hpp"

namespace retort {
namespace {

constexpr std::size_t piece_size = 64 * 1024;

class OpenFile {
  public:
    explicit OpenFile(const std::string& path)
        : path_(path), file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
        if (file_ < 0) refuse();
    }
    ~OpenFile() { ::close(file_); }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    void write(std::string_view bytes) {
        while (!bytes.empty()) {
            auto count = ::write(file_, bytes.data(), bytes.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) refuse();
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
    }

  private:
    [[noreturn]] void refuse() const {
        throw FileError("file-not-saved"_code,
                        "the uploaded file cannot be saved as " + path_ + ": " + std::strerror(errno),
                        "make the folder, and let the program write there");
    }

    std::string path_;
    int file_;
};

}  // namespace

FileStorage::FileStorage(std::string name, std::string filename, std::string content_type,
                         std::vector<std::pair<std::string, std::string>> headers,
                         std::shared_ptr<detail::Spool> content)
    : name_(std::move(name)),
      filename_(std::move(filename)),
      content_type_(std::move(content_type)),
      headers_(std::move(headers)),
      content_(std::move(content)) {}

FileStorage::FileStorage(const FileStorage& other) = default;
FileStorage::FileStorage(FileStorage&& other) noexcept = default;
FileStorage& FileStorage::operator=(const FileStorage& other) = default;
FileStorage& FileStorage::operator=(FileStorage&& other) noexcept = default;
FileStorage::~FileStorage() = default;

std::string FileStorage::mimetype() const {
    std::string_view type = content_type_;
    return ascii_lower(trim(type.substr(0, type.find(';'))));
}

std::uint64_t FileStorage::size() const { return content_->size(); }

std::string FileStorage::text() const {
    std::string text(content_->size(), '\0');
    std::size_t done = 0;
    while (done < text.size()) {
        auto count = content_->read_at(done, std::span{text}.subspan(done));
        if (count == 0) break;
        done += count;
    }
    text.resize(done);
    return text;
}

std::size_t FileStorage::read(std::span<char> into) const { return content_->read(into); }
void FileStorage::seek(std::uint64_t position) const { content_->seek(position); }

void FileStorage::save(const std::string& path) const {
    OpenFile file{path};
    std::string piece(piece_size, '\0');
    for (std::uint64_t at = 0; at < size();) {
        auto count = content_->read_at(at, piece);
        if (count == 0) break;
        file.write(std::string_view{piece}.substr(0, count));
        at += count;
    }
}

FileDict::FileDict() = default;
FileDict::FileDict(const FileDict& other) = default;
FileDict::FileDict(FileDict&& other) noexcept = default;
FileDict& FileDict::operator=(const FileDict& other) = default;
FileDict::~FileDict() = default;

void FileDict::add(FileStorage file) { files_.push_back(std::move(file)); }

const FileStorage* FileDict::find(std::string_view field) const noexcept {
    for (auto& file : files_) {
        if (file.name() == field) return &file;
    }
    return nullptr;
}

const FileStorage& FileDict::operator[](std::string_view field) const {
    auto* file = find(field);
    if (file == nullptr) detail::throw_missing_key(field);
    return *file;
}

std::optional<FileStorage> FileDict::get(std::string_view field) const {
    auto* file = find(field);
    return file == nullptr ? std::nullopt : std::optional{*file};
}

std::vector<FileStorage> FileDict::getlist(std::string_view field) const {
    std::vector<FileStorage> found;
    for (auto& file : files_) {
        if (file.name() == field) found.push_back(file);
    }
    return found;
}

const FileDict& CurrentFiles::now() { return detail::current_request().files(); }
std::optional<FileStorage> CurrentFiles::get(std::string_view field) const { return now().get(field); }
std::vector<FileStorage> CurrentFiles::getlist(std::string_view field) const { return now().getlist(field); }

}  // namespace retort
