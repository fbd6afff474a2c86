// Slabs: aligned pieces of memory in which the objects of a session live, so that a field finds its session by masking.
#pragma once

#include <cstddef>
#include <cstdint>

#include "retort/base/spare_places.hpp"

namespace retort::orm {

/// Objects by their addresses, as those of a collection.
using Items = retort::detail::SpareVector<void*>;

class SessionCore;
struct Mapper;

/// Where an object stands towards its session, by SQLAlchemy's words.
enum class ObjectState : std::uint8_t { free, transient, pending, persistent, deleted, detached };

/// What the session knows about one object; it stands right before the object.
struct ObjectHeader {
    std::uint32_t change = 0;  ///< its newest entry in the session's change log, counted from 1; 0 when unchanged
    ObjectState state = ObjectState::free;
    bool expired = false;   ///< some attribute waits for being read again
    bool deleting = false;  ///< it goes at the next flush; of a detached object: its row has gone
};

/// Bytes of a slab, and its alignment: the address of any field, masked, is the address of its slab.
inline constexpr std::size_t slab_bytes = 32768;

/// A slab holds objects of one mapper, for one session. It lives while its session does or a handle points into it.
struct Slab {
    SessionCore* session = nullptr;
    const Mapper* mapper = nullptr;
    Slab* next = nullptr;       ///< of the same session, or free ones of the thread
    Slab* group = nullptr;      ///< without a session: the first of those that must live together; null when alone
    std::uint32_t handles = 0;  ///< Ptrs into it; counted without atomics, as handles stay on one thread
    std::uint32_t stride = 0;
    std::uint32_t used = 0;
    std::uint32_t capacity = 0;
    std::uint32_t ordinal = 0;  ///< counted up over a session's slabs of one mapper
    std::uint32_t held = 0;     ///< of a group's first: how many of them handles point into

    char* first() { return reinterpret_cast<char*>(this) + sizeof(Slab); }
    void* object(std::uint32_t at) { return first() + std::size_t{at} * stride + sizeof(ObjectHeader); }
    /// The object that a field belongs to.
    void* object_around(const void* field) {
        auto distance = static_cast<std::uint32_t>(static_cast<const char*>(field) - first());
        return object(distance / stride);
    }
    bool is_full() const { return used == capacity; }
};

inline Slab* slab_of(const void* inside) {
    return reinterpret_cast<Slab*>(reinterpret_cast<std::uintptr_t>(inside) & ~std::uintptr_t{slab_bytes - 1});
}
inline ObjectHeader& header_of(void* object) { return *(static_cast<ObjectHeader*>(object) - 1); }
inline const ObjectHeader& header_of(const void* object) { return *(static_cast<const ObjectHeader*>(object) - 1); }

/// The most bytes that an object may have.
inline constexpr std::size_t max_object_bytes = slab_bytes - sizeof(Slab) - sizeof(ObjectHeader) - 64;

/// A slab for objects of this mapper, from the thread's pool when it has one.
Slab* new_slab(const Mapper& mapper);
/// Destroys the objects in it and gives it back to the pool.
void free_slab(Slab* slab) noexcept;
/// Memory for one object, its header set to `transient`. The slab must not be full.
inline void* take_slot(Slab& slab) {
    void* object = slab.object(slab.used++);
    auto* header = static_cast<ObjectHeader*>(object) - 1;
    *header = ObjectHeader{};
    header->state = ObjectState::transient;
    return object;
}

/// Called when a slab without a session gets a handle again, from an object of its group.
void hold_again(Slab* slab) noexcept;
/// Called when a slab without a session has lost its last handle.
void release_unheld(Slab* slab) noexcept;
/// From now on, these slabs without a session and those that live with either live together.
void join_groups(Slab* a, Slab* b) noexcept;
/// Frees a closed session's slabs, or keeps them together while handles point into them.
void close_slabs(Slab* slabs) noexcept;

inline void retain(void* object) {
    Slab* slab = slab_of(object);
    if (slab->handles++ == 0 && slab->session == nullptr) [[unlikely]]
        hold_again(slab);
}
inline void release(void* object) noexcept {
    Slab* slab = slab_of(object);
    if (--slab->handles == 0 && slab->session == nullptr) [[unlikely]]
        release_unheld(slab);
}
/// A handle to an object becomes a plain reference, from one that lives together with it.
inline void become_reference(void* object) noexcept {
    Slab* slab = slab_of(object);
    if (--slab->handles == 0 && slab->session == nullptr && slab->group != nullptr) --slab->group->held;
}

}  // namespace retort::orm
