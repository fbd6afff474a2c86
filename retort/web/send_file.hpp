// send_file: a file as the answer, with its type, its tag, ranges and conditions.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>

#include "retort/base/duration.hpp"
#include "retort/web/response.hpp"

namespace retort {

/// The tag of a file: true for one of its path, size and time of change, a text of one's own, or false for none.
class FileTag {
  public:
    template <std::same_as<bool> Made>
    FileTag(Made made) : made_(made) {}  // NOLINT: the values are meant
    FileTag(const char* text);           // NOLINT
    FileTag(std::string text);           // NOLINT

    bool is_made() const { return made_; }
    /// Empty when it is no text of one's own.
    const std::string& text() const { return text_; }

  private:
    std::string text_;
    bool made_ = false;
};

struct SendFileOptions {
    std::string mimetype;        ///< empty: guessed by the name
    bool as_attachment = false;  ///< the browser saves it instead of showing it
    std::string download_name;   ///< the name to save it under; empty: its own
    bool conditional = true;     ///< answers If-None-Match, Range and the like
    FileTag etag = true;         ///< a tag of the path, the size and the time of change; or `"text"`, or false
    std::optional<DateTime> last_modified;  ///< empty: when the file was changed
    std::optional<Seconds> max_age;         ///< how long browsers keep it; empty: SEND_FILE_MAX_AGE_DEFAULT
};

/// A file of the disk; a path that is relative lies in the app's root path. Large files are sent piece by piece.
/// The path must not come from a client: that is what `send_from_directory` is for. Throws NotFound.
Response send_file(const std::string& path, const SendFileOptions& options = {});

/// A file below the directory, wherever `path`, which may come from a client, wants to lead. Throws NotFound.
Response send_from_directory(const std::string& directory, std::string_view path, const SendFileOptions& options = {});

/// The same for bytes that were just made. Without a download name it needs a mimetype:
/// ArgumentError("file-without-type").
Response send_bytes(std::string bytes, const SendFileOptions& options);

namespace detail {

/// A file of a folder of static files, which is relative to `root_path`: from the disk or, where it is not there, from
/// what was embedded into the program. Throws NotFound.
Response send_static(const std::string& root_path, const std::string& folder, std::string_view path);

}  // namespace detail

}  // namespace retort
