// How values and members come to their places in a document: inline where documents are made.
#pragma once

#include <new>
#include <string>
#include <utility>

#include "retort/base/json.hpp"

namespace retort {

/// What was moved from owns nothing, so that it need not be destroyed.
inline void json::take(json& other) noexcept {
    switch (kind_ = std::exchange(other.kind_, Kind::null)) {
        case Kind::number:
        case Kind::text: new (&text_) std::string(std::move(other.text_)); break;
        case Kind::array: new (&array_) JsonArray(std::move(other.array_)); break;
        case Kind::object: new (&object_) JsonObject(std::move(other.object_)); break;
        default: integer_ = other.integer_;
    }
}

inline std::size_t JsonObject::position(std::string_view key) const {
    if (index_) return position_in_index(key);
    for (std::size_t i = 0; i < size_; ++i) {
        // Most differ in their size, so that no bytes are compared.
        if (members_[i].key.size() == key.size() && members_[i].key == key) return i;
    }
    return SIZE_MAX;
}

template <class Key>
inline json& JsonObject::append(Key&& key) {
    if (size_ == capacity_) reserve(size_ < 4 ? 4 : size_ * std::size_t{2});
    json& value = (new (members_ + size_) JsonMember{std::string(std::forward<Key>(key)), json()})->value;
    if (++size_ > most_without_index) enter_last();
    return value;
}

}  // namespace retort
