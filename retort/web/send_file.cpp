// How a file becomes a response: opened at once, so that what is missing is a 404, and read while it is sent.
#include "retort/web/send_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <memory>
#include <utility>

#include "retort/base/text.hpp"
#include "retort/http/error.hpp"
#include "retort/web/application.hpp"
#include "retort/web/cache_control.hpp"
#include "retort/web/conditional.hpp"
#include "retort/web/errors.hpp"
#include "retort/web/file_name.hpp"
#include "retort/web/header_values.hpp"
#include "retort/web/mimetype.hpp"

namespace retort {
namespace {

/// What is sent from memory, in one piece.
constexpr std::size_t small_file = 128 * 1024;
constexpr std::size_t piece_size = 128 * 1024;

/// An open file with what is known of it.
struct OpenedFile {
    explicit OpenedFile(const std::string& path) : descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
        if (descriptor >= 0 && ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) return;
        close();
        throw NotFound();
    }
    ~OpenedFile() { close(); }
    OpenedFile(const OpenedFile&) = delete;
    OpenedFile& operator=(const OpenedFile&) = delete;

    void close() const {
        if (descriptor >= 0) ::close(descriptor);
    }
    std::uint64_t size() const { return static_cast<std::uint64_t>(status.st_size); }
    std::size_t read(std::uint64_t position, std::span<char> into) const {
        for (;;) {
            auto count = ::pread(descriptor, into.data(), into.size(), static_cast<off_t>(position));
            if (count >= 0) return static_cast<std::size_t>(count);
            if (errno != EINTR) return 0;
        }
    }

    int descriptor;
    struct stat status{};
};

bool has_charset(std::string_view type) {
    static constexpr std::array<std::string_view, 6> texts{
        "application/ecmascript", "application/javascript", "application/sql",
        "application/xml",        "application/xml-dtd",    "application/xml-external-parsed-entity"};
    return type.starts_with("text/") || type.ends_with("+xml") ||
           std::find(texts.begin(), texts.end(), type) != texts.end();
}

void set_type(Response& response, const SendFileOptions& options, const std::string& name) {
    auto type = options.mimetype;
    if (type.empty()) {
        type = guess_mimetype(name);
        if (type.empty()) type = "application/octet-stream";
        auto encoding = guess_encoding(name);
        // An attachment stays packed where it is saved.
        if (!encoding.empty() && !options.as_attachment) response.headers().set("Content-Encoding", encoding);
    }
    bool bare = type.find("charset") == std::string::npos && has_charset(type);
    response.set_content_type(bare ? type + "; charset=utf-8" : type);
}

void set_caching(Response& response, std::optional<std::chrono::seconds> max_age) {
    if (!max_age) {
        if (auto* context = detail::current_context()) {
            auto* configured = context->app.config.find("SEND_FILE_MAX_AGE_DEFAULT");
            if (configured != nullptr && !configured->is_null()) {
                max_age = std::chrono::seconds{configured->as<std::int64_t>()};
            }
        }
    }
    bool kept = max_age && max_age->count() > 0;
    response.set_cache_control({.max_age = max_age, .no_cache = !kept, .is_public = kept});
    if (max_age) response.headers().set("Expires", (utc_now() + *max_age).to_http());
}

/// As Python writes the seconds of a file's time, which Flask's tags hold.
std::string python_seconds(const timespec& time) {
    double seconds = static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
    std::array<char, 64> text;
    auto end = std::to_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed).ptr;
    std::string written{text.data(), end};
    return written.find('.') == std::string::npos ? written + ".0" : written;
}

std::string tag_of(const OpenedFile& file, const std::string& path) {
    auto check = ::adler32(1, reinterpret_cast<const unsigned char*>(path.data()), static_cast<unsigned>(path.size()));
    return python_seconds(file.status.st_mtim) + "-" + std::to_string(file.size()) + "-" + std::to_string(check);
}

std::string read_piece(const OpenedFile& file, std::uint64_t from, std::size_t size) {
    std::string text(size, '\0');
    std::size_t done = 0;
    while (done < size) {
        auto count = file.read(from + done, std::span{text}.subspan(done));
        if (count == 0) break;
        done += count;
    }
    text.resize(done);
    return text;
}

/// Sends a part of the file while the client takes it. A file that has become shorter ends the connection, for the
/// length was announced.
void stream_file(const OpenedFile& file, detail::ByteRange range, http::BodyWriter& body) {
    std::string piece(piece_size, '\0');
    while (range.first < range.second) {
        auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), range.second - range.first));
        auto count = file.read(range.first, std::span{piece}.first(wanted));
        if (count == 0) return;
        body.write(std::string_view{piece}.substr(0, count));
        range.first += count;
    }
}

void set_content(Response& response, std::shared_ptr<OpenedFile> file, detail::ByteRange range) {
    auto size = range.second - range.first;
    response.headers().set("Content-Length", std::to_string(size));
    if (size <= small_file) return response.set_text(read_piece(*file, range.first, static_cast<std::size_t>(size)));
    response.set_stream([file = std::move(file), range](http::BodyWriter& body) { stream_file(*file, range, body); });
}

std::string absolute_path(const std::string& path) {
    if (path.starts_with('/')) return path;
    auto* context = detail::current_context();
    return context == nullptr ? path : context->app.root_path + "/" + path;
}

Request* request_here() {
    auto* context = detail::current_context();
    return context == nullptr ? nullptr : context->request;
}

bool wants_x_sendfile() {
    auto* context = detail::current_context();
    auto* wanted = context == nullptr ? nullptr : context->app.config.find("USE_X_SENDFILE");
    return wanted != nullptr && wanted->is_boolean() && wanted->to_bool();
}

}  // namespace

Response send_file(const std::string& path, const SendFileOptions& options) {
    auto full = absolute_path(path);
    auto file = std::make_shared<OpenedFile>(full);
    auto name = options.download_name.empty() ? full.substr(full.rfind('/') + 1) : options.download_name;
    Response response;
    set_type(response, options, name);
    response.headers().set("Content-Disposition",
                           content_disposition(options.as_attachment ? "attachment" : "inline", name));
    auto changed = DateTime::from_microseconds(file->status.st_mtim.tv_sec * 1'000'000);
    response.set_last_modified(options.last_modified.value_or(changed));
    set_caching(response, options.max_age);
    if (options.etag) response.set_etag(tag_of(*file, full));
    detail::ByteRange range{0, file->size()};
    auto* request = options.conditional ? request_here() : nullptr;
    if (request != nullptr) {
        range = detail::take_range(*request, response, file->size()).value_or(range);
        detail::answer_condition(*request, response);
        if (response.status_code() == 304 || response.status_code() == 412) return response;
    }
    if (wants_x_sendfile()) {
        response.headers().set("X-Sendfile", full);
    } else {
        set_content(response, std::move(file), range);
    }
    return response;
}

Response send_from_directory(const std::string& directory, std::string_view path, const SendFileOptions& options) {
    auto joined = safe_join(directory, path);
    if (!joined) throw NotFound();
    return send_file(*joined, options);
}

Response send_bytes(std::string bytes, const SendFileOptions& options) {
    if (options.mimetype.empty() && options.download_name.empty()) {
        throw ArgumentError("file-without-type"_code, "bytes are sent as a file that has neither a name nor a type",
                            "give send_bytes a mimetype or a download_name");
    }
    Response response{std::move(bytes)};
    set_type(response, options, options.download_name);
    if (!options.download_name.empty()) {
        response.headers().set(
            "Content-Disposition",
            content_disposition(options.as_attachment ? "attachment" : "inline", options.download_name));
    }
    if (options.last_modified) response.set_last_modified(*options.last_modified);
    set_caching(response, options.max_age);
    auto* request = options.conditional ? request_here() : nullptr;
    if (request != nullptr) response.make_conditional(*request, true);
    return response;
}

}  // namespace retort
