// The members of a JSON object: a list in order, with a hash table beside it once it is long.
#include <chrono>
#include <cstring>

#include "retort/base/json.hpp"

namespace retort {
namespace {

constexpr std::size_t linear_limit = 16;

/// Keys come from outside: the seed keeps anybody from choosing keys that all collide.
std::uint64_t process_seed() {
    static const std::uint64_t seed = [] {
        auto now = static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
        static char anchor;
        return (now ^ reinterpret_cast<std::uintptr_t>(&anchor)) * 0x9E3779B97F4A7C15u | 1;
    }();
    return seed;
}

std::uint64_t fold(std::uint64_t left, std::uint64_t right) {
    __extension__ using Wide = unsigned __int128;
    Wide product = static_cast<Wide>(left) * right;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t hash_of(std::string_view key) {
    std::uint64_t seed = process_seed(), hash = seed ^ key.size();
    while (!key.empty()) {
        std::uint64_t word = 0;
        std::size_t size = key.size() < 8 ? key.size() : 8;
        std::memcpy(&word, key.data(), size);
        hash = fold(hash ^ word, 0xA0761D6478BD642Fu ^ seed);
        key.remove_prefix(size);
    }
    return fold(hash, 0xE7037ED1A0B428DBu);
}

void enter(std::vector<std::uint32_t>& slots, std::string_view key, std::size_t position) {
    std::size_t mask = slots.size() - 1, at = hash_of(key) & mask;
    while (slots[at] != 0) at = (at + 1) & mask;
    slots[at] = static_cast<std::uint32_t>(position + 1);
}

}  // namespace

JsonObject::JsonObject() noexcept = default;
JsonObject::JsonObject(JsonObject&& other) noexcept = default;
JsonObject::~JsonObject() = default;
std::span<const JsonMember> JsonObject::members() const noexcept { return members_; }
std::span<JsonMember> JsonObject::members() noexcept { return members_; }
std::size_t JsonObject::size() const noexcept { return members_.size(); }

JsonObject::JsonObject(const JsonObject& other)
    : members_(other.members_), index_(other.index_ ? new detail::JsonIndex(*other.index_) : nullptr) {}

JsonObject& JsonObject::operator=(JsonObject other) noexcept {
    members_.swap(other.members_);
    index_.swap(other.index_);
    return *this;
}

std::size_t JsonObject::position(std::string_view key) const {
    if (!index_) {
        for (std::size_t i = 0; i < members_.size(); ++i) {
            if (members_[i].key == key) return i;
        }
        return SIZE_MAX;
    }
    const auto& slots = index_->slots;
    std::size_t mask = slots.size() - 1;
    for (std::size_t at = hash_of(key) & mask; slots[at] != 0; at = (at + 1) & mask) {
        if (members_[slots[at] - 1].key == key) return slots[at] - 1;
    }
    return SIZE_MAX;
}

void JsonObject::note_last() {
    if (members_.size() <= linear_limit) return;
    if (!index_) index_ = std::make_unique<detail::JsonIndex>();
    auto& slots = index_->slots;
    if (members_.size() * 2 <= slots.size()) return enter(slots, members_.back().key, members_.size() - 1);
    std::size_t size = 64;
    while (size < members_.size() * 3) size *= 2;
    slots.assign(size, 0);
    for (std::size_t i = 0; i < members_.size(); ++i) enter(slots, members_[i].key, i);
}

json* JsonObject::find(std::string_view key) {
    auto at = position(key);
    return at == SIZE_MAX ? nullptr : &members_[at].value;
}

const json* JsonObject::find(std::string_view key) const { return const_cast<JsonObject*>(this)->find(key); }

json& JsonObject::operator[](std::string_view key) {
    if (json* found = find(key)) return *found;
    return put(std::string{key});
}

json& JsonObject::put(std::string&& key) {
    if (json* found = find(key)) return *found;
    members_.emplace_back(std::move(key), json());
    note_last();
    return members_.back().value;
}

bool JsonObject::erase(std::string_view key) {
    auto at = position(key);
    if (at == SIZE_MAX) return false;
    members_.erase(members_.begin() + static_cast<std::ptrdiff_t>(at));
    index_.reset();
    note_last();
    return true;
}

void JsonObject::reserve(std::size_t count) { members_.reserve(count); }

}  // namespace retort
