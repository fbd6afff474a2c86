// Sockets in fibers: what one end sends the other receives, with waits, ends and backpressure.
#include "retort/fiber/socket.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <memory>
#include <string>

#include "tests/doctest.hpp"

using namespace retort;
using fibers::Socket;
using std::chrono::milliseconds;

namespace {

struct Pair {
    Pair() {
        int ends[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
        left = std::make_unique<Socket>(fibers::Descriptor{ends[0]});
        right = std::make_unique<Socket>(fibers::Descriptor{ends[1]});
    }
    std::unique_ptr<Socket> left, right;
};

std::string receive_all(Socket& socket) {
    std::string all;
    char buffer[5000];
    for (;;) {
        const auto transfer = socket.try_receive(buffer, sizeof buffer);
        if (transfer.status == Socket::Status::done) {
            all.append(buffer, transfer.size);
        } else if (transfer.status != Socket::Status::would_block || !socket.wait_readable(milliseconds{5000})) {
            return all;
        }
    }
}

void send_all(Socket& socket, std::string_view text) {
    while (!text.empty()) {
        const auto transfer = socket.try_send(text.substr(0, text.size() / 2), text.substr(text.size() / 2));
        text.remove_prefix(transfer.size);
        if (transfer.status == Socket::Status::would_block) REQUIRE(socket.wait_writable(milliseconds{5000}));
    }
}

}  // namespace

TEST_CASE("a big text crosses a socket whose buffer is small") {
    fibers::run([] {
        Pair pair;
        std::string text;
        for (int i = 0; i < 300'000; ++i) text += static_cast<char>('a' + i % 23);
        fibers::Loop::current()->spawn([&] {
            send_all(*pair.left, text);
            pair.left->end_sending();
        });
        CHECK(receive_all(*pair.right) == text);
    });
}

TEST_CASE("waiting for bytes that do not come ends in time") {
    fibers::run([] {
        Pair pair;
        char byte;
        CHECK(pair.right->try_receive(&byte, 1).status == Socket::Status::would_block);
        CHECK_FALSE(pair.right->wait_readable(milliseconds{2}));
    });
}

TEST_CASE("bytes and end that come together are both seen") {
    fibers::run([] {
        Pair pair;
        send_all(*pair.left, "last words");
        pair.left.reset();
        CHECK(pair.right->wait_readable(milliseconds{1000}));
        CHECK(receive_all(*pair.right) == "last words");
        CHECK(pair.right->try_send("x").status == Socket::Status::failed);
    });
}

TEST_CASE("a cut wakes who waits") {
    fibers::run([] {
        Pair pair;
        bool woken = false;
        fibers::Loop::current()->spawn([&] { woken = pair.right->wait_readable(milliseconds{10'000}); });
        fibers::yield();
        fibers::yield();
        pair.right->cut();
        fibers::sleep_for(milliseconds{5});
        CHECK(woken);
    });
}
