// The thread's pool of slabs, and what happens to slabs whose session is gone.
#include "retort/orm/slab.hpp"

#include <cstdlib>
#include <new>
#include <utility>

#include "retort/orm/mapper.hpp"

namespace retort::orm {
namespace {

constexpr std::uint32_t most_pooled = 512;  // 16 MB a thread

// posix_memalign puts its own 16 bytes before each block: leaving them out keeps neighbours adjacent.
constexpr std::size_t allocated_bytes = slab_bytes - 16;

struct SlabPool {
    Slab* free = nullptr;
    std::uint32_t count = 0;
    bool closed = false;

    ~SlabPool() {
        closed = true;
        while (free != nullptr) {
            Slab* slab = free;
            free = slab->next;
            std::free(slab);
        }
    }
};
thread_local SlabPool pool;

void* take_memory() {
    if (pool.free != nullptr) {
        Slab* slab = pool.free;
        pool.free = slab->next;
        --pool.count;
        return slab;
    }
    void* memory = nullptr;
    if (posix_memalign(&memory, slab_bytes, allocated_bytes) != 0) throw std::bad_alloc();
    return memory;
}

}  // namespace

Slab* new_slab(const Mapper& mapper) {
    auto* slab = new (take_memory()) Slab;
    slab->mapper = &mapper;
    slab->stride = mapper.stride;
    slab->capacity = static_cast<std::uint32_t>((allocated_bytes - sizeof(Slab)) / mapper.stride);
    return slab;
}

void free_slab(Slab* slab) noexcept {
    for (std::uint32_t i = 0; i < slab->used; ++i) {
        void* object = slab->object(i);
        if (header_of(object).state != ObjectState::free) slab->mapper->model->destroy(object);
    }
    if (pool.closed || pool.count >= most_pooled) {
        std::free(slab);
        return;
    }
    slab->next = pool.free;
    pool.free = slab;
    ++pool.count;
}

namespace {

void free_all(Slab* slabs) noexcept {
    // Destroying an object may release handles into its neighbours; none of them may free a slab meanwhile.
    for (Slab* slab = slabs; slab != nullptr; slab = slab->next) ++slab->handles;
    while (slabs != nullptr) {
        Slab* next = slabs->next;
        free_slab(slabs);
        slabs = next;
    }
}

}  // namespace

void hold_again(Slab* slab) noexcept {
    if (slab->group != nullptr) ++slab->group->held;
}

void release_unheld(Slab* slab) noexcept {
    if (slab->group != nullptr) {
        if (--slab->group->held == 0) free_all(slab->group);
        return;
    }
    slab->next = nullptr;
    free_all(slab);
}

namespace {

/// The first of those that live with a slab, be it the only one.
Slab* group_of(Slab* slab) {
    if (slab->group == nullptr) {
        slab->group = slab;
        slab->next = nullptr;
        slab->held = slab->handles > 0 ? 1 : 0;
    }
    return slab->group;
}

}  // namespace

void join_groups(Slab* a, Slab* b) noexcept {
    Slab* group = group_of(a);
    Slab* joining = group_of(b);
    if (group == joining) return;
    // The shorter list joins, so that the cost stays small however many come one by one.
    Slab* last = joining;
    for (Slab* other = group; last->next != nullptr; last = last->next) {
        if (other->next == nullptr) {
            std::swap(group, joining);
            last = other;
            break;
        }
        other = other->next;
    }
    for (Slab* slab = joining; slab != nullptr; slab = slab->next) slab->group = group;
    last->next = std::exchange(group->next, joining);
    group->held += joining->held;
}

void close_slabs(Slab* slabs) noexcept {
    std::uint32_t held = 0;
    for (Slab* slab = slabs; slab != nullptr; slab = slab->next) held += slab->handles > 0 ? 1 : 0;
    if (held == 0) {
        free_all(slabs);
        return;
    }
    slabs->held = held;  // an object may refer to any other of them
    for (Slab* slab = slabs; slab != nullptr; slab = slab->next) {
        slab->session = nullptr;
        slab->group = slabs;
        for (std::uint32_t i = 0; i < slab->used; ++i) {
            auto& header = header_of(slab->object(i));
            if (header.state == ObjectState::free) continue;
            header.change = 0;
            if (header.state == ObjectState::detached) continue;
            bool known = header.state == ObjectState::persistent || header.state == ObjectState::deleted;
            header.state = known ? ObjectState::detached : ObjectState::transient;
            header.deleting = false;
        }
    }
}

}  // namespace retort::orm
