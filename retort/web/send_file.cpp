// How a file becomes a response: opened at once, so that what is missing is a 404, and read while it is sent.
#include "retort/web/send_file.hpp"

#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <unordered_map>
#include <utility>

#include "retort/base/text.hpp"
#include "retort/web/application.hpp"
#include "retort/web/cache_control.hpp"
#include "retort/web/conditional.hpp"
#include "retort/web/embedded.hpp"
#include "retort/web/errors.hpp"
#include "retort/web/file_body.hpp"
#include "retort/web/file_name.hpp"
#include "retort/web/header_values.hpp"
#include "retort/web/mimetype.hpp"

namespace retort {
namespace {

using detail::OpenedFile;

bool has_charset(std::string_view type) {
    static constexpr std::array<std::string_view, 6> texts{
        "application/ecmascript", "application/javascript", "application/sql",
        "application/xml",        "application/xml-dtd",    "application/xml-external-parsed-entity"};
    return type.starts_with("text/") || type.ends_with("+xml") ||
           std::find(texts.begin(), texts.end(), type) != texts.end();
}

void set_type(Response& response, const SendFileOptions& options, const std::string& name) {
    auto type = options.mimetype;
    if (type.empty()) type = guess_mimetype(name);
    if (type.empty()) type = "application/octet-stream";
    bool bare = type.find("charset") == std::string::npos && has_charset(type);
    response.headers().clear();  // of the type that a new response has
    response.headers().add("Content-Type", bare ? type + "; charset=utf-8" : type);
    // An attachment stays packed where it is saved.
    if (!options.mimetype.empty() || options.as_attachment) return;
    auto encoding = guess_encoding(name);
    if (!encoding.empty()) response.headers().add("Content-Encoding", encoding);
}

std::optional<std::chrono::seconds> chosen_age(const SendFileOptions& options) {
    auto* context = detail::current_context();
    if (options.max_age || context == nullptr) return options.max_age;
    auto* configured = context->app.config.find("SEND_FILE_MAX_AGE_DEFAULT");
    if (configured == nullptr || configured->is_null()) return std::nullopt;
    return std::chrono::seconds{configured->as<std::int64_t>()};
}

void set_caching(Response& response, std::optional<std::chrono::seconds> max_age) {
    bool kept = max_age && max_age->count() > 0;
    response.set_cache_control({.max_age = max_age, .no_cache = !kept, .is_public = kept});
    if (max_age) response.headers().set("Expires", (utc_now() + *max_age).to_http());
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

/// What the headers of a file are made of.
void describe(Response& response, const OpenedFile& file, const std::string& path, const SendFileOptions& options,
              std::optional<std::chrono::seconds> max_age) {
    auto name = options.download_name.empty() ? path.substr(path.rfind('/') + 1) : options.download_name;
    set_type(response, options, name);
    response.headers().set("Content-Disposition",
                           content_disposition(options.as_attachment ? "attachment" : "inline", name));
    auto changed = DateTime::from_microseconds(file.status.st_mtim.tv_sec * 1'000'000);
    response.set_last_modified(options.last_modified.value_or(changed));
    set_caching(response, max_age);
    if (!options.etag.text().empty()) {
        response.set_etag(options.etag.text());
    } else if (options.etag.is_made()) {
        response.set_etag(file.tag());
    }
}

/// Files sent before on this thread, with headers that depend on nothing but their path, time and size.
class KnownFiles {
  public:
    /// Null when it is not known, or has changed.
    const http::Headers* find(const std::string& path, const OpenedFile& file) const {
        auto found = files_.find(path);
        if (found == files_.end()) return nullptr;
        auto &known = found->second.status, &now = file.status;
        bool same = known.st_mtim.tv_sec == now.st_mtim.tv_sec && known.st_mtim.tv_nsec == now.st_mtim.tv_nsec &&
                    known.st_size == now.st_size;
        return same ? &found->second.headers : nullptr;
    }
    void keep(const std::string& path, const OpenedFile& file, const http::Headers& headers) {
        constexpr std::size_t most = 256;
        if (files_.size() >= most) files_.clear();
        files_[path] = {file.status, headers};
    }

  private:
    struct Known {
        struct stat status;
        http::Headers headers;
    };
    std::unordered_map<std::string, Known> files_;
};

thread_local KnownFiles known_files;

bool has_own_headers(const SendFileOptions& options) {
    return !options.mimetype.empty() || options.as_attachment || !options.download_name.empty() ||
           !options.etag.is_made() || options.last_modified;
}

void set_headers(Response& response, const OpenedFile& file, const std::string& path, const SendFileOptions& options) {
    auto max_age = chosen_age(options);
    if (max_age || has_own_headers(options)) return describe(response, file, path, options, max_age);
    if (auto* known = known_files.find(path, file)) {
        response.headers() = *known;
    } else {
        describe(response, file, path, options, max_age);
        known_files.keep(path, file, response.headers());
    }
}

}  // namespace

FileTag::FileTag(const char* text) : text_(text) {}
FileTag::FileTag(std::string text) : text_(std::move(text)) {}

Response send_file(const std::string& path, const SendFileOptions& options) {
    auto full = absolute_path(path);
    auto file = std::make_shared<const OpenedFile>(full);
    Response response;
    set_headers(response, *file, full, options);
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
        detail::set_file(response, std::move(file), range);
    }
    return response;
}

Response send_from_directory(const std::string& directory, std::string_view path, const SendFileOptions& options) {
    auto joined = safe_join(directory, path);
    if (!joined) throw NotFound();
    return send_file(*joined, options);
}

namespace {

Response bytes_as_file(std::string bytes, const SendFileOptions& options, const std::string& tag) {
    Response response{std::move(bytes)};
    set_type(response, options, options.download_name);
    if (!options.download_name.empty()) {
        response.headers().set(
            "Content-Disposition",
            content_disposition(options.as_attachment ? "attachment" : "inline", options.download_name));
    }
    if (options.last_modified) response.set_last_modified(*options.last_modified);
    set_caching(response, chosen_age(options));
    if (!tag.empty()) response.set_etag(tag);
    auto* request = options.conditional ? request_here() : nullptr;
    if (request != nullptr) response.make_conditional(*request, true);
    return response;
}

/// Its tag is of its content, so that it stays the same in each process, and when the program is copied.
Response send_embedded(const templates::EmbeddedFile& file) {
    auto check = ::crc32_z(0, reinterpret_cast<const unsigned char*>(file.text.data()), file.text.size());
    auto name = file.name.substr(file.name.rfind('/') + 1);
    return bytes_as_file(std::string{file.text}, {.download_name = std::string{name}},
                         std::to_string(file.text.size()) + "-" + std::to_string(check));
}

}  // namespace

Response detail::send_static(const std::string& root_path, const std::string& folder, std::string_view path) {
    auto joined = safe_join(folder, path);
    if (!joined) throw NotFound();
    auto on_disk = joined->starts_with('/') ? *joined : root_path + "/" + *joined;
    auto* embedded = EmbeddedFiles::find(*joined);
    return embedded != nullptr && ::access(on_disk.c_str(), F_OK) != 0 ? send_embedded(*embedded) : send_file(on_disk);
}

Response send_bytes(std::string bytes, const SendFileOptions& options) {
    if (options.mimetype.empty() && options.download_name.empty()) {
        throw ArgumentError("file-without-type"_code, "bytes are sent as a file that has neither a name nor a type",
                            "give send_bytes a mimetype or a download_name");
    }
    return bytes_as_file(std::move(bytes), options, options.etag.text());
}

}  // namespace retort
