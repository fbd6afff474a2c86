// RowLevels: in which order rows that refer to each other are written and deleted.
#pragma once

#include <algorithm>
#include <cstddef>
#include <unordered_map>
#include <vector>

namespace retort::orm {

/// How many parents stand above each object, by the longest way.
class RowLevels {
  public:
    void add_parent(void* child, void* parent) { parents_[child].push_back(parent); }

    /// `on_circle` is told of an object that stands above itself; where it is null, or returns, that does not count.
    std::size_t of(void* object, void (*on_circle)(void* object) = nullptr) {
        std::vector<void*> path{object};  // and no recursion: a chain of rows may be longer than the stack
        while (!path.empty()) {
            void* at = path.back();
            auto [known, is_new] = levels_.try_emplace(at, in_progress);
            const auto& parents = parents_[at];
            if (is_new) {
                for (void* parent : parents) {
                    auto there = levels_.find(parent);
                    if (there == levels_.end()) path.push_back(parent);
                    if (there != levels_.end() && there->second == in_progress && on_circle != nullptr) on_circle(at);
                }
                if (path.back() != at) continue;
            }
            if (levels_[at] == in_progress) levels_[at] = above(parents);
            path.pop_back();
        }
        return levels_[object];
    }

  private:
    static constexpr std::size_t in_progress = static_cast<std::size_t>(-1);

    std::size_t above(const std::vector<void*>& parents) {
        std::size_t level = 0;
        for (void* parent : parents) {
            auto there = levels_.find(parent);
            if (there != levels_.end() && there->second != in_progress) level = std::max(level, there->second + 1);
        }
        return level;
    }

    std::unordered_map<void*, std::vector<void*>> parents_;
    std::unordered_map<void*, std::size_t> levels_;
};

}  // namespace retort::orm
