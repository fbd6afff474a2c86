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
        const int error = errno;
        throw FileError(
            "file-not-saved"_code, "the uploaded file cannot be saved as " + path_ + ": " + std::strerror(error),
            error == EISDIR ? "that is a folder: name the file in it, folder + \"/\" + secure_filename(name)"
                            : "make the folder, and let the program write there");
    }

    std::string path_;
    int file_;
};

}  // namespace

FileStorage::FileStorage(std::string name, std::string filename, std::string content_type,
                         std::vector<std::pair<std::string, std::string>> headers, std::shared_ptr<const void> content)
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

detail::Spool& FileStorage::content() const { return *static_cast<detail::Spool*>(const_cast<void*>(content_.get())); }

std::string FileStorage::mimetype() const {
    std::string_view type = content_type_;
    return ascii_lower(trim(type.substr(0, type.find(';'))));
}

std::uint64_t FileStorage::size() const { return content().size(); }

std::string FileStorage::text() const {
    std::string text(content().size(), '\0');
    std::size_t done = 0;
    while (done < text.size()) {
        auto count = content().read_at(done, std::span{text}.subspan(done));
        if (count == 0) break;
        done += count;
    }
    text.resize(done);
    return text;
}

std::size_t FileStorage::read(std::span<char> into) const { return content().read(into); }
void FileStorage::seek(std::uint64_t position) const { content().seek(position); }

void FileStorage::save(const std::string& path) const {
    OpenFile file{path};
    std::string piece(piece_size, '\0');
    for (std::uint64_t at = 0; at < size();) {
        auto count = content().read_at(at, piece);
        if (count == 0) break;
        file.write(std::string_view{piece}.substr(0, count));
        at += count;
    }
}

struct FileDict::List {
    std::vector<FileStorage> files;
};

FileDict::FileDict() : list_(new List) {}
FileDict::FileDict(const FileDict& other) : list_(new List{*other.list_}) {}
FileDict::FileDict(FileDict&& other) noexcept : list_(std::exchange(other.list_, nullptr)) {}
FileDict& FileDict::operator=(FileDict other) noexcept {
    std::swap(list_, other.list_);
    return *this;
}
FileDict::~FileDict() { delete list_; }

void FileDict::add(FileStorage file) { list_->files.push_back(std::move(file)); }
bool FileDict::contains(std::string_view field) const { return find(field) != nullptr; }
std::size_t FileDict::size() const { return list_->files.size(); }
bool FileDict::empty() const { return list_->files.empty(); }
const FileStorage* FileDict::begin() const { return list_->files.data(); }
const FileStorage* FileDict::end() const { return list_->files.data() + list_->files.size(); }

const FileStorage* FileDict::find(std::string_view field) const noexcept {
    for (auto& file : *this) {
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
    for (auto& file : *this) {
        if (file.name() == field) found.push_back(file);
    }
    return found;
}

namespace {

const FileDict& now() { return detail::current_request().files(); }

}  // namespace

const FileStorage& CurrentFiles::operator[](std::string_view field) const { return now()[field]; }
std::optional<FileStorage> CurrentFiles::get(std::string_view field) const { return now().get(field); }
std::vector<FileStorage> CurrentFiles::getlist(std::string_view field) const { return now().getlist(field); }
bool CurrentFiles::contains(std::string_view field) const { return now().contains(field); }
std::size_t CurrentFiles::size() const { return now().size(); }
bool CurrentFiles::empty() const { return now().empty(); }
const FileStorage* CurrentFiles::begin() const { return now().begin(); }
const FileStorage* CurrentFiles::end() const { return now().end(); }

}  // namespace retort
