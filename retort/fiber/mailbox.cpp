// The mailbox of a loop.
#include "retort/fiber/mailbox.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <system_error>

namespace retort::fibers::detail {
namespace {

constinit std::mutex free_mutex;
constinit Mailbox* free_mailboxes = nullptr;

}  // namespace

Mailbox* Mailbox::acquire() {
    std::lock_guard lock{free_mutex};
    if (Mailbox* mailbox = free_mailboxes) {
        free_mailboxes = mailbox->next_free;
        return mailbox;
    }
    int descriptor = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    auto* mailbox = new Mailbox;
    mailbox->event_fd = descriptor;
    return mailbox;
}

void Mailbox::release(Mailbox* mailbox) noexcept {
    std::lock_guard lock{free_mutex};
    mailbox->next_free = free_mailboxes;
    free_mailboxes = mailbox;
}

void Mailbox::push(Message& message) noexcept {
    Message* first = head.load(std::memory_order_relaxed);
    do {
        message.next = first;
    } while (!head.compare_exchange_weak(first, &message, std::memory_order_seq_cst, std::memory_order_relaxed));
}

void Mailbox::ring() noexcept {
    if (!sleeping.load(std::memory_order_seq_cst) || !sleeping.exchange(false)) return;
    const int saved = errno;
    const std::uint64_t one = 1;
    // The eventfd is watched edge-triggered and never read, so its counter only grows.
    [[maybe_unused]] auto written = ::write(event_fd, &one, sizeof one);
    errno = saved;
}

Message* Mailbox::take_all() noexcept {
    Message* newest = head.exchange(nullptr, std::memory_order_acquire);
    Message* oldest = nullptr;
    while (newest != nullptr) {
        Message* next = newest->next;
        newest->next = oldest;
        oldest = newest;
        newest = next;
    }
    return oldest;
}

}  // namespace retort::fibers::detail
