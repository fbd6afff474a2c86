// A part of an open file as the body of a response.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <memory>
#include <string>

#include "retort/http/message.hpp"
#include "retort/web/conditional.hpp"

namespace retort {
class Response;
}

namespace retort::detail {

/// An open file with what is known of it. Throws NotFound when there is none, or when it is no file.
struct OpenedFile {
    explicit OpenedFile(const std::string& name);
    ~OpenedFile();
    OpenedFile(const OpenedFile&) = delete;
    OpenedFile& operator=(const OpenedFile&) = delete;

    std::uint64_t size() const { return static_cast<std::uint64_t>(status.st_size); }
    /// That part; less where the file has become shorter.
    std::string read(ByteRange range) const;

    /// Its time of change, its size and a sum of its path, as Flask makes it.
    std::string tag() const;

    std::string path;
    int descriptor;
    struct stat status{};
};

/// Sends its part of the file while the client takes it.
struct FileBody {
    std::shared_ptr<const OpenedFile> file;
    ByteRange range;

    void operator()(http::BodyWriter& body) const;
    std::string text() const { return file->read(range); }
};

/// Makes that part the body, and its size the Content-Length.
void set_file(Response& response, std::shared_ptr<const OpenedFile> file, ByteRange range);

/// A body that is a file of moderate size becomes text, for who wants to look at it.
void take_into_memory(Response& response);

}  // namespace retort::detail
