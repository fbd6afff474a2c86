// GoingRows: the objects whose rows a flush deletes, found by their keys.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "retort/orm/unit_of_work.hpp"

namespace retort::orm {

/// Objects whose rows go, by their keys.
class GoingRows {
  public:
    GoingRows(const ChangeLog& changes, std::span<void* const> objects) : changes_(changes) {
        for (void* object : objects) rows_.emplace(hash_key(key_of(object)), object);
    }
    void* find(const Mapper& model, std::span<const ValueView> key) const {
        auto [at, end] = rows_.equal_range(hash_key(key));
        for (; at != end; ++at) {
            auto own = key_of(at->second);
            bool same = slab_of(at->second)->mapper->root == model.root &&
                        std::equal(own.begin(), own.end(), key.begin(), key.end(), same_value);
            if (same) return at->second;
        }
        return nullptr;
    }

  private:
    std::vector<ValueView> key_of(void* object) const {
        std::vector<ValueView> key;
        identity_of(changes_, *slab_of(object)->mapper, object, key);
        return key;
    }

    const ChangeLog& changes_;
    std::unordered_multimap<std::uint64_t, void*> rows_;
};

}  // namespace retort::orm
