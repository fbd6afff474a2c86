// Stream sockets whose waits suspend the fiber.
#include "retort/fiber/socket.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "retort/fiber/sanitizer.hpp"

namespace retort::fibers {
namespace {

// libc's own are cancellation points, which cost two locked instructions each time; nobody cancels a loop's thread.
// The sanitizers watch libc's.
#if defined(RETORT_ADDRESS_SANITIZER) || defined(RETORT_THREAD_SANITIZER)
ssize_t receive(int socket, char* to, std::size_t size) { return ::recv(socket, to, size, 0); }
ssize_t send(int socket, std::string_view bytes) { return ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
#else
ssize_t receive(int socket, char* to, std::size_t size) {
    return ::syscall(SYS_recvfrom, socket, to, size, 0, nullptr, nullptr);
}
ssize_t send(int socket, std::string_view bytes) {
    return ::syscall(SYS_sendto, socket, bytes.data(), bytes.size(), MSG_NOSIGNAL, nullptr, 0);
}
#endif

/// sendfile raises SIGPIPE where nobody listens any more, and cannot be asked not to: held back while this lives.
class NoBrokenPipe {
  public:
    NoBrokenPipe() {
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    ~NoBrokenPipe() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    NoBrokenPipe(const NoBrokenPipe&) = delete;
    NoBrokenPipe& operator=(const NoBrokenPipe&) = delete;

    /// Takes the signal if it came, unless it is held back by somebody else too.
    void take() const {
        const timespec at_once{};
        if (sigismember(&before_, SIGPIPE) == 0) ::sigtimedwait(&pipe_, nullptr, &at_once);
    }

  private:
    sigset_t pipe_, before_;
};

/// What sendfile says, and its errno.
std::pair<ssize_t, int> send_file(int socket, int file, std::uint64_t position, std::uint64_t size) {
    constexpr std::uint64_t most = 1 << 30;
    const NoBrokenPipe quiet;
    off_t from = static_cast<off_t>(position);
    const ssize_t count = ::sendfile(socket, file, &from, static_cast<std::size_t>(std::min(size, most)));
    const int error = errno;
    // A part may be sent before the signal comes.
    if (count < static_cast<ssize_t>(std::min(size, most))) quiet.take();
    return {count, error};
}

}  // namespace

Socket::Socket(Descriptor descriptor) : descriptor_(std::move(descriptor)) {
    Loop::current()->watch(descriptor_.get(), *this);
}

Socket::~Socket() {
    if (Loop* loop = Loop::current()) loop->unwatch(descriptor_.get(), *this);
}

Socket::Transfer Socket::try_receive(char* to, std::size_t size) noexcept {
    if (!readable_) return {Status::would_block, 0};
    for (;;) {
        const ssize_t count = receive(descriptor_.get(), to, size);
        if (count > 0) {
            // A short read has emptied the socket, unless an end that was announced already still stands behind it.
            if (static_cast<std::size_t>(count) < size && !hung_up_) readable_ = false;
            return {Status::done, static_cast<std::size_t>(count)};
        }
        if (count == 0) return {Status::ended, 0};
        if (errno == EINTR) continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK) return {Status::failed, 0};
        readable_ = false;
        return {Status::would_block, 0};
    }
}

Socket::Transfer Socket::try_send(std::string_view first, std::string_view second) noexcept {
    iovec parts[2] = {{const_cast<char*>(first.data()), first.size()},
                      {const_cast<char*>(second.data()), second.size()}};
    msghdr message{};
    message.msg_iov = first.empty() ? parts + 1 : parts;
    message.msg_iovlen = first.empty() || second.empty() ? 1 : 2;
    for (;;) {
        const ssize_t count =
            second.empty() ? send(descriptor_.get(), first) : ::sendmsg(descriptor_.get(), &message, MSG_NOSIGNAL);
        if (count >= 0) return {Status::done, static_cast<std::size_t>(count)};
        if (errno == EINTR) continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK) return {Status::failed, 0};
        writable_ = false;
        return {Status::would_block, 0};
    }
}

Socket::Transfer Socket::try_send_file(std::string_view first, int file, std::uint64_t position,
                                       std::uint64_t size) noexcept {
    std::size_t sent = 0;
    auto transfer = [&](ssize_t count, int error) -> Transfer {
        if (count >= 0) return {Status::done, sent += static_cast<std::size_t>(count)};
        if (error == EINTR) return {Status::done, sent};
        if (error == EINVAL || error == ENOSYS) return {Status::ended, sent};
        if (error != EAGAIN && error != EWOULDBLOCK) return {Status::failed, sent};
        writable_ = false;
        return {Status::would_block, sent};
    };
    if (!first.empty()) {
        const ssize_t count = ::send(descriptor_.get(), first.data(), first.size(), MSG_NOSIGNAL | MSG_MORE);
        const Transfer head = transfer(count, errno);
        if (head.status != Status::done || sent < first.size()) return head;
    }
    const auto [count, error] = send_file(descriptor_.get(), file, position, size);
    if (count == 0) return {Status::ended, sent};
    return transfer(count, error);
}

bool Socket::wait_readable(std::chrono::milliseconds time) { return wait(readable_, time); }

bool Socket::wait_writable(std::chrono::milliseconds time) { return wait(writable_, time); }

bool Socket::wait(const bool& ready, std::chrono::milliseconds time) {
    const auto end = Clock::now() + time;
    Parker parker;
    while (!ready) {
        const auto left = std::chrono::ceil<std::chrono::microseconds>(end - Clock::now());
        waiting_ = &parker;
        const bool in_time = left.count() > 0 && parker.park_for(left);
        waiting_ = nullptr;
        if (!in_time) return ready;
    }
    return true;
}

void Socket::wait_readable_or(Parker& parker, std::chrono::milliseconds time) {
    if (readable_) return;
    waiting_ = &parker;
    parker.park_for(time);
    waiting_ = nullptr;
}

void Socket::wake() {
    if (waiting_ != nullptr) waiting_->unpark();
}

void Socket::end_sending() noexcept { ::shutdown(descriptor_.get(), SHUT_WR); }

void Socket::cut() noexcept { ::shutdown(descriptor_.get(), SHUT_RDWR); }

void Socket::on_ready(std::uint32_t events) {
    constexpr std::uint32_t over = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
    if ((events & (EPOLLIN | over)) != 0) readable_ = true;
    if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) writable_ = true;
    if ((events & over) != 0) hung_up_ = true;
    if (waiting_ != nullptr) {
        waiting_->unpark();
    } else {
        on_unattended();
    }
}

}  // namespace retort::fibers
