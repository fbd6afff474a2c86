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
                std::vector<std::pair<std::string, std::string>> headers, std::shared_ptr<detail::Spool> content);
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
    std::shared_ptr<detail::Spool> content_;
};

/// The files of a form, by field: `request.files["picture"]`.
class FileDict {
  public:
    FileDict();
    FileDict(const FileDict& other);
    FileDict(FileDict&& other) noexcept;
    FileDict& operator=(const FileDict& other);
    ~FileDict();

    /// The first file of that field; without one, 400 Bad Request.
    const FileStorage& operator[](std::string_view field) const;
    std::optional<FileStorage> get(std::string_view field) const;
    std::vector<FileStorage> getlist(std::string_view field) const;
    bool contains(std::string_view field) const { return find(field) != nullptr; }
    const FileStorage* find(std::string_view field) const noexcept;
    std::size_t size() const { return files_.size(); }
    bool empty() const { return files_.empty(); }
    auto begin() const { return files_.begin(); }
    auto end() const { return files_.end(); }
    void add(FileStorage file);

  private:
    std::vector<FileStorage> files_;
};

/// The files of the running request.
class CurrentFiles {
  public:
    const FileStorage& operator[](std::string_view field) const { return now()[field]; }
    std::optional<FileStorage> get(std::string_view field) const;
    std::vector<FileStorage> getlist(std::string_view field) const;
    bool contains(std::string_view field) const { return now().contains(field); }
    std::size_t size() const { return now().size(); }
    bool empty() const { return now().empty(); }
    auto begin() const { return now().begin(); }
    auto end() const { return now().end(); }

  private:
    static const FileDict& now();
};

}  // namespace retort
