// A template that is ready to be rendered: its tree with every name resolved.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "retort/template/nodes.hpp"

namespace retort::templates {

class Environment;

class CompiledTemplate : public std::enable_shared_from_this<CompiledTemplate> {
  public:
    CompiledTemplate(std::string name, std::string source) : name(std::move(name)), source(std::move(source)) {}
    const std::string name;  ///< empty for one that was given as text
    const std::string source;
    Arena arena;
    FunctionCode root;
    std::vector<Block*> blocks;
    bool autoescape = false;
    /// About the size of what it renders: that of the last time.
    mutable std::atomic<std::size_t> usual_size{0};

    Block* find_block(std::string_view block) const noexcept;
};

/// Reads and compiles. Throws TemplateSyntaxError with its place.
std::shared_ptr<const CompiledTemplate> compile(const Environment& environment, std::string name, std::string source);

}  // namespace retort::templates
