// How other threads reach a loop: a lock-free list of messages and an eventfd that is written only when it sleeps.
#pragma once

#include <atomic>

#include "retort/fiber/fiber.hpp"

namespace retort::fibers::detail {

/// Mailboxes are never freed, only reused: a sender may still ring one whose loop has just ended.
struct Mailbox {
    /// A free mailbox, or a new one.
    static Mailbox* acquire();
    static void release(Mailbox* mailbox) noexcept;

    /// From any thread. The message must not be touched afterwards; `ring` is to follow.
    void push(Message& message) noexcept;
    /// Makes the loop go round once. From any thread, and from a signal handler.
    void ring() noexcept;
    /// All messages that came, oldest first; for the loop.
    Message* take_all() noexcept;
    bool empty() const noexcept { return head.load(std::memory_order_acquire) == nullptr; }

    std::atomic<Message*> head{nullptr};
    std::atomic<bool> sleeping{false};
    int event_fd = -1;
    Mailbox* next_free = nullptr;
};

}  // namespace retort::fibers::detail
