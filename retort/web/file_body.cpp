// Bodies that are files: small ones are copied, larger ones are left to the kernel.
#include "retort/web/file_body.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <utility>

#include "retort/web/errors.hpp"
#include "retort/web/response.hpp"

namespace retort::detail {
namespace {

/// Up to here, copying costs less than asking the kernel twice.
constexpr std::uint64_t small_file = 16 * 1024;
constexpr std::uint64_t moderate_file = 128 * 1024;

/// As Python writes the seconds of a file's time, which Flask's tags hold.
std::string python_seconds(const timespec& time) {
    double seconds = static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
    std::array<char, 64> text;
    auto end = std::to_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed).ptr;
    std::string written{text.data(), end};
    return written.find('.') == std::string::npos ? written + ".0" : written;
}

}  // namespace

OpenedFile::OpenedFile(const std::string& name)
    : path(name), descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    if (descriptor >= 0 && ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) return;
    if (descriptor >= 0) ::close(descriptor);
    throw NotFound();
}

OpenedFile::~OpenedFile() { ::close(descriptor); }

std::string OpenedFile::tag() const {
    auto check = ::adler32(1, reinterpret_cast<const unsigned char*>(path.data()), static_cast<unsigned>(path.size()));
    return python_seconds(status.st_mtim) + "-" + std::to_string(size()) + "-" + std::to_string(check);
}

std::string OpenedFile::read(ByteRange range) const {
    std::string text(static_cast<std::size_t>(range.second - range.first), '\0');
    std::size_t done = 0;
    while (done < text.size()) {
        auto count =
            ::pread(descriptor, text.data() + done, text.size() - done, static_cast<off_t>(range.first + done));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        done += static_cast<std::size_t>(count);
    }
    text.resize(done);
    return text;
}

void FileBody::operator()(http::BodyWriter& body) const {
    body.write_file(file->descriptor, range.first, range.second - range.first);
}

void set_file(Response& response, std::shared_ptr<const OpenedFile> file, ByteRange range) {
    auto size = range.second - range.first;
    response.headers().set("Content-Length", std::to_string(size));
    if (size <= small_file) return response.set_text(file->read(range));
    response.set_stream(FileBody{std::move(file), range});
}

void take_into_memory(Response& response) {
    auto* body = response.writer().target<FileBody>();
    if (body == nullptr || body->range.second - body->range.first > moderate_file) return;
    response.set_text(body->text());
}

}  // namespace retort::detail
