// What a JSON array or object holds: a list, beside that of an object a hash table once it is long.
#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include "retort/base/json_place.hpp"
#include "retort/base/spare_places.hpp"

namespace retort {

/// Open addressing; a slot holds a member's position plus one.
struct detail::JsonIndex {
    std::vector<std::uint32_t> slots;
};

namespace {

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

JsonArray::JsonArray() noexcept = default;
JsonArray::~JsonArray() {
    if (elements_ != nullptr) drop();
}

JsonArray::JsonArray(JsonArray&& other) noexcept
    : elements_(std::exchange(other.elements_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

JsonArray::JsonArray(const JsonArray& other) : JsonArray() {
    reserve(other.size_);
    for (; size_ < other.size_; ++size_) new (elements_ + size_) json(other.elements_[size_]);
}

void JsonArray::drop() noexcept {
    std::destroy_n(elements_, size_);
    detail::give_place(elements_, capacity_ * sizeof(json));
}

json& JsonArray::operator[](std::size_t at) noexcept { return elements_[at]; }
const json& JsonArray::operator[](std::size_t at) const noexcept { return elements_[at]; }

void JsonArray::reserve(std::size_t count) {
    if (count <= capacity_) return;
    if (count > UINT32_MAX) throw std::bad_alloc();
    auto* place = static_cast<json*>(detail::take_place(count * sizeof(json)));
    std::uninitialized_move_n(elements_, size_, place);
    if (elements_ != nullptr) drop();
    elements_ = place;
    capacity_ = static_cast<std::uint32_t>(count);
}

json& JsonArray::emplace_back() {
    if (size_ == capacity_) reserve(size_ < 8 ? 8 : size_ * std::size_t{2});
    return *new (elements_ + size_++) json();
}

JsonObject::JsonObject() noexcept = default;
JsonObject::~JsonObject() {
    if (members_ != nullptr) drop();
}
std::span<const JsonMember> JsonObject::members() const noexcept { return {members_, size_}; }
std::span<JsonMember> JsonObject::members() noexcept { return {members_, size_}; }
std::size_t JsonObject::size() const noexcept { return size_; }

JsonObject::JsonObject(JsonObject&& other) noexcept
    : members_(std::exchange(other.members_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)),
      index_(std::move(other.index_)) {}

JsonObject::JsonObject(const JsonObject& other) : JsonObject() {
    if (other.index_) index_ = std::make_unique<detail::JsonIndex>(*other.index_);
    reserve(other.size_);
    for (; size_ < other.size_; ++size_) new (members_ + size_) JsonMember(other.members_[size_]);
}

JsonObject& JsonObject::operator=(JsonObject other) noexcept {
    std::swap(members_, other.members_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    index_.swap(other.index_);
    return *this;
}

void JsonObject::drop() noexcept {
    std::destroy_n(members_, size_);
    detail::give_place(members_, capacity_ * sizeof(JsonMember));
}

void JsonObject::reserve(std::size_t count) {
    if (count <= capacity_) return;
    if (count > UINT32_MAX) throw std::bad_alloc();
    auto* place = static_cast<JsonMember*>(detail::take_place(count * sizeof(JsonMember)));
    std::uninitialized_move_n(members_, size_, place);
    if (members_ != nullptr) drop();
    members_ = place;
    capacity_ = static_cast<std::uint32_t>(count);
}

std::size_t JsonObject::position_in_index(std::string_view key) const {
    const auto& slots = index_->slots;
    std::size_t mask = slots.size() - 1;
    for (std::size_t at = hash_of(key) & mask; slots[at] != 0; at = (at + 1) & mask) {
        if (members_[slots[at] - 1].key == key) return slots[at] - 1;
    }
    return SIZE_MAX;
}

void JsonObject::enter_last() {
    if (!index_) index_ = std::make_unique<detail::JsonIndex>();
    auto& slots = index_->slots;
    if (size_ * std::size_t{2} <= slots.size()) return enter(slots, members_[size_ - 1].key, size_ - 1);
    std::size_t size = 64;
    while (size < size_ * std::size_t{3}) size *= 2;
    slots.assign(size, 0);
    for (std::size_t i = 0; i < size_; ++i) enter(slots, members_[i].key, i);
}

json* JsonObject::find(std::string_view key) {
    auto at = position(key);
    return at == SIZE_MAX ? nullptr : &members_[at].value;
}

const json* JsonObject::find(std::string_view key) const { return const_cast<JsonObject*>(this)->find(key); }

json& JsonObject::operator[](std::string_view key) {
    json* found = find(key);
    return found != nullptr ? *found : append(key);
}

json& JsonObject::put(std::string&& key) {
    json* found = find(key);
    return found != nullptr ? *found : append(std::move(key));
}

bool JsonObject::erase(std::string_view key) {
    auto at = position(key);
    if (at == SIZE_MAX) return false;
    std::move(members_ + at + 1, members_ + size_, members_ + at);
    std::destroy_at(members_ + --size_);
    index_.reset();
    if (size_ > most_without_index) enter_last();
    return true;
}

}  // namespace retort
