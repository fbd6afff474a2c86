// How an identity map grows, and how objects leave it.
#include "retort/orm/identity_map.hpp"

#include <algorithm>
#include <utility>

namespace retort::orm {

namespace {

constexpr std::size_t kept_entries = 64;
constexpr unsigned small_bits = 14;  ///< up to a quarter of a megabyte it grows by more at once

}  // namespace

IdentityMap::~IdentityMap() { delete[] entries_; }

void IdentityMap::clear() {
    if (room_ > kept_entries) {
        delete[] std::exchange(entries_, nullptr);
        room_ = 0;
    } else if (count_ > 0) {
        std::fill_n(entries_, room_, Entry{});
    }
    count_ = 0;
}

void IdentityMap::erase(std::uint64_t key, const void* object) {
    if (room_ == 0) return;
    std::size_t at = home(key);
    while (entries_[at].object != object) {
        if (entries_[at].object == nullptr) return;
        at = next(at);
    }
    close_gap(at);
    --count_;
}

void IdentityMap::grow() {
    const unsigned bits = room_ == 0 ? 4 : bits_ + (bits_ < small_bits ? 2 : 1);
    Entry* old = std::exchange(entries_, new Entry[std::size_t{1} << bits]);
    const std::size_t old_room = std::exchange(room_, std::size_t{1} << bits);
    bits_ = bits;
    for (std::size_t at = 0; at < old_room; ++at) {
        if (old[at].object != nullptr) put(old[at]);
    }
    delete[] old;
}

void IdentityMap::close_gap(std::size_t gap) {
    std::size_t mask = room_ - 1;
    for (std::size_t at = next(gap); entries_[at].object != nullptr; at = next(at)) {
        std::size_t wanted = home(entries_[at].key);
        if (((at - wanted) & mask) < ((at - gap) & mask)) continue;
        entries_[gap] = entries_[at];
        gap = at;
    }
    entries_[gap] = {};
}

}  // namespace retort::orm
