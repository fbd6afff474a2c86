// Files that came with a form: in memory while they are small, on disk beyond that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/base/error.hpp"

namespace retort {

/// A file could not be written or read.
class FileError : public Error {
  public:
    using Error::Error;
};

namespace detail {
class Spool;
struct FormLimits;
}  // namespace detail

/// An uploaded file. A handle: copies are the same file, which lives as long as one of them.
class FileStorage {
  public:
    FileStorage(std::string name, std::string filename, std::string content_type,
                std::vector<std::pair<std::string, std::string>> headers, std::shared_ptr<const void> content);
    FileStorage(const FileStorage& other);
    FileStorage(FileStorage&& other) noexcept;
    FileStorage& operator=(const FileStorage& other);
    FileStorage& operator=(FileStorage&& other) noexcept;
    ~FileStorage();

    /// The form field.
    const std::string& name() const { return name_; }
    /// As the browser said it. Never use it as a path: `secure_filename(file.filename())`.
    const std::string& filename() const { return filename_; }
    /// As the browser said it; empty when it said nothing.
    const std::string& content_type() const { return content_type_; }
    /// The same in lower case without parameters.
    std::string mimetype() const;
    /// What stood before the content, such as Content-Type.
    const std::vector<std::pair<std::string, std::string>>& headers() const { return headers_; }
    std::uint64_t size() const;
    /// Whether a file was chosen: a browser sends an empty name otherwise.
    explicit operator bool() const { return !filename_.empty(); }

    /// The whole content, wherever reading stands.
    std::string text() const;
    /// Reads on; 0 at the end.
    std::size_t read(std::span<char> into) const;
    void seek(std::uint64_t position) const;
    /// Writes it to that path, over what is there. Throws FileError("file-not-saved").
    void save(const std::string& path) const;

  private:
    std::string name_, filename_, content_type_;
    std::vector<std::pair<std::string, std::string>> headers_;
    detail::Spool& content() const;

    std::shared_ptr<const void> content_;  ///< a Spool; a type less for every application to compile
};

/// The files of a form, by field: `request.files["picture"]`.
class FileDict {
  public:
    FileDict();
    FileDict(const FileDict& other);
    FileDict(FileDict&& other) noexcept;
    FileDict& operator=(FileDict other) noexcept;
    ~FileDict();

    /// The first file of that field; without one, 400 Bad Request.
    const FileStorage& operator[](std::string_view field) const;
    std::optional<FileStorage> get(std::string_view field) const;
    std::vector<FileStorage> getlist(std::string_view field) const;
    bool contains(std::string_view field) const;
    const FileStorage* find(std::string_view field) const noexcept;
    std::size_t size() const;
    bool empty() const;
    const FileStorage* begin() const;
    const FileStorage* end() const;
    void add(FileStorage file);

  private:
    struct List;
    List* list_;  ///< its own; a pointer, because every application includes this
};

/// The files of the running request.
class CurrentFiles {
  public:
    const FileStorage& operator[](std::string_view field) const;
    std::optional<FileStorage> get(std::string_view field) const;
    std::vector<FileStorage> getlist(std::string_view field) const;
    bool contains(std::string_view field) const;
    std::size_t size() const;
    bool empty() const;
    const FileStorage* begin() const;
    const FileStorage* end() const;
};

}  // namespace retort
