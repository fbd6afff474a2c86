// A fair mutual exclusion: whoever unlocks hands the lock to the first that waits.
#include "retort/fiber/fiber.hpp"

namespace retort::fibers {

/// One that waits for the lock; stands on the waiter's stack. `unlock` signs while it holds the guard,
/// so that a waiter whose time ran out cannot vanish under it.
struct Mutex::Waiter {
    Parker parker;
    Waiter* next = nullptr;
    bool granted = false;
};

bool Mutex::lock_or_enqueue(Waiter& waiter) {
    std::lock_guard guard{guard_};
    if (!locked_) {
        locked_ = true;
        return true;
    }
    (last_ != nullptr ? last_->next : first_) = &waiter;
    last_ = &waiter;
    return false;
}

void Mutex::lock() {
    Waiter waiter;
    if (!lock_or_enqueue(waiter)) waiter.parker.park();
}

bool Mutex::try_lock() {
    std::lock_guard guard{guard_};
    return !std::exchange(locked_, true);
}

bool Mutex::try_lock_for(std::chrono::microseconds time) {
    Waiter waiter;
    return lock_or_enqueue(waiter) || waiter.parker.park_for(time) || !leave_queue(waiter);
}

/// False when the lock was granted after all.
bool Mutex::leave_queue(Waiter& waiter) {
    std::lock_guard guard{guard_};
    if (waiter.granted) return false;
    Waiter* previous = nullptr;
    for (Waiter* other = first_; other != &waiter; other = other->next) previous = other;
    (previous != nullptr ? previous->next : first_) = waiter.next;
    if (last_ == &waiter) last_ = previous;
    return true;
}

void Mutex::unlock() {
    std::lock_guard guard{guard_};
    Waiter* waiter = first_;
    if (waiter == nullptr) {
        locked_ = false;
        return;
    }
    first_ = waiter->next;
    if (first_ == nullptr) last_ = nullptr;
    waiter->granted = true;
    waiter->parker.unpark();
}

}  // namespace retort::fibers
