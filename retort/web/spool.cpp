// How content moves to disk: a file without a name, which vanishes with the program whatever happens.
#include "retort/web/spool.hpp"

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "retort/web/files.hpp"

namespace retort::detail {
namespace {

std::string temporary_folder() {
    auto* chosen = std::getenv("TMPDIR");
    return chosen == nullptr || *chosen == '\0' ? "/tmp" : chosen;
}

[[noreturn]] void refuse(const char* what) {
    throw FileError("upload-not-kept"_code,
                    std::string{"an uploaded file cannot be kept in "} + temporary_folder() + ": " + what + ": " +
                        std::strerror(errno),
                    "make room there, or name another folder in the environment variable TMPDIR");
}

int nameless_file() {
    auto folder = temporary_folder();
    int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0) return file;
    auto path = folder + "/retort-XXXXXX";  // where the file system has no nameless files
    file = ::mkostemp(path.data(), O_CLOEXEC);
    if (file < 0) refuse("it cannot be opened");
    ::unlink(path.c_str());
    return file;
}

void write_all(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        auto count = ::write(file, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) refuse("it cannot be written");
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

}  // namespace

SpoolFile::~SpoolFile() {
    if (file_ >= 0) ::close(file_);
}

void SpoolFile::append(std::string_view bytes) {
    if (file_ < 0) file_ = nameless_file();
    write_all(file_, bytes);
    end_ += bytes.size();
}

std::size_t SpoolFile::read_at(std::uint64_t position, std::span<char> into) const {
    auto got = ::pread(file_, into.data(), into.size(), static_cast<off_t>(position));
    if (got < 0) refuse("it cannot be read");
    return static_cast<std::size_t>(got);
}

Spool::Spool(std::shared_ptr<SpoolFile> file) : file_(std::move(file)) {}
Spool::~Spool() = default;

void Spool::move_to_disk(std::size_t& memory_left) {
    begin_ = file_->end();
    on_disk_ = true;
    file_->append(memory_);
    memory_left += memory_.size();
    memory_ = {};
}

void Spool::write(std::string_view bytes, std::size_t& memory_left) {
    if (!on_disk_ && bytes.size() > memory_left) move_to_disk(memory_left);
    if (on_disk_) {
        file_->append(bytes);
    } else {
        memory_.append(bytes);
        memory_left -= bytes.size();
    }
    size_ += bytes.size();
}

std::size_t Spool::read_at(std::uint64_t position, std::span<char> into) const {
    if (position >= size_) return 0;
    auto count = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size_ - position));
    if (on_disk_) return file_->read_at(begin_ + position, into.first(count));
    std::memcpy(into.data(), memory_.data() + position, count);
    return count;
}

std::size_t Spool::read(std::span<char> into) {
    auto count = read_at(position_, into);
    position_ += count;
    return count;
}

}  // namespace retort::detail
