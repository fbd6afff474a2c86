// Open addressing over the text of paths.
#include "retort/web/fixed_paths.hpp"

#include <cstdint>
#include <utility>

#include "retort/base/words.hpp"

namespace retort::detail {
namespace {

constexpr std::size_t first_size = 16;

std::uint64_t mix(std::uint64_t hash, std::uint64_t word) noexcept {
    hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 32;
}

std::uint64_t hash_of(std::string_view text) noexcept {
    std::uint64_t hash = text.size();
    any_word(text.data(), text.size(), [&](std::uint64_t word) {
        hash = mix(hash, word);
        return false;
    });
    return hash;
}

}  // namespace

FixedPaths::Slot& FixedPaths::place(std::string_view path) noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash_of(path) & mask;
    while (slots_[at].state != nullptr && slots_[at].path != path) at = (at + 1) & mask;
    return slots_[at];
}

const RouteState* FixedPaths::find(std::string_view path) const noexcept {
    return slots_.empty() ? nullptr : const_cast<FixedPaths*>(this)->place(path).state;
}

void FixedPaths::put(std::string path, const RouteState* state) {
    if (2 * (used_ + 1) > slots_.size()) grow();
    Slot& slot = place(path);
    if (slot.state == nullptr) ++used_;
    slot.path = std::move(path);
    slot.state = state;
}

void FixedPaths::grow() {
    std::vector<Slot> before(slots_.empty() ? first_size : 2 * slots_.size());
    before.swap(slots_);
    for (Slot& slot : before) {
        if (slot.state != nullptr) place(slot.path) = std::move(slot);
    }
}

}  // namespace retort::detail
