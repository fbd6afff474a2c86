// Where templates come from: folders, texts, and what was embedded into the program.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace retort::templates {

/// The text of a template.
struct Source {
    std::string text;
    std::string stamp;  ///< changes when the text does; empty when it never does
};

class Loader {
  public:
    virtual ~Loader();
    /// Empty when there is no such template.
    virtual std::optional<Source> load(std::string_view name) const = 0;
    /// The stamp that loading it now would give.
    virtual std::string stamp(std::string_view name) const = 0;
    virtual std::vector<std::string> names() const = 0;
};

/// The files of a folder and of those below, by their path with `/`. `..` leads nowhere.
std::unique_ptr<Loader> folder_loader(std::string folder);
/// Texts by name.
std::unique_ptr<Loader> text_loader(std::map<std::string, std::string> texts);

/// A file that was embedded into the program.
struct EmbeddedFile {
    std::string_view name;
    std::string_view text;
};
/// Texts that live as long as the program.
std::unique_ptr<Loader> embedded_loader(std::span<const EmbeddedFile> files);

}  // namespace retort::templates
