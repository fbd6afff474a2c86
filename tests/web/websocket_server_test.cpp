// WebSockets over a real socket: bytes that come in pieces, pings, slow and silent clients, and a server that stops.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <mutex>
#include <thread>
#include <vector>

#include "retort/base/log.hpp"
#include "retort/fiber/fiber.hpp"
#include "retort/web/web.hpp"
#include "retort/web/websocket.hpp"
#include "retort/web/websocket_frames.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using detail::FrameReader;
using detail::Opcode;

namespace {

/// The bytes of a client; gives up after twenty seconds of silence.
class RawClient {
  public:
    explicit RawClient(std::uint16_t port, int receive_buffer = 0) {
        socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (receive_buffer != 0) ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        timeval patience{20, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        static_cast<void>(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address));
    }
    ~RawClient() { ::close(socket_); }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    void send(std::string_view bytes) { static_cast<void>(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL)); }
    /// The head of the answer to a handshake, with these bytes right behind it.
    std::string open(std::string_view path, std::string_view bytes = {}, std::string_view version = "1.1") {
        send("GET " + std::string{path} + " HTTP/" + std::string{version} +
             "\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
             std::string{bytes});
        while (bytes_.find("\r\n\r\n") == std::string::npos && fill()) {
        }
        auto head = bytes_.substr(0, bytes_.find("\r\n\r\n") + 4);
        bytes_.erase(0, head.size());
        return head;
    }
    void frame(Opcode opcode, std::string_view payload) {
        std::string bytes;
        detail::append_frame(bytes, opcode, payload, {.mask = 0xA1B2C3D4});
        send(bytes);
    }
    /// What comes next: "text:x", "ping:", "close:1000", or "ended".
    std::string next() {
        for (;;) {
            std::string_view rest{bytes_};
            auto event = reader_.read(rest);
            bytes_.erase(0, bytes_.size() - rest.size());
            switch (event) {
                case FrameReader::Event::text: return "text:" + reader_.take_payload();
                case FrameReader::Event::binary: return "binary:" + reader_.take_payload();
                case FrameReader::Event::ping: return "ping:" + reader_.take_payload();
                case FrameReader::Event::pong: return "pong:" + reader_.take_payload();
                case FrameReader::Event::close: return "close:" + std::to_string(reader_.close_code());
                case FrameReader::Event::failed: return "failed";
                case FrameReader::Event::nothing: break;
            }
            if (!fill()) return "ended";
        }
    }

  private:
    bool fill() {
        char buffer[16384];
        auto count = ::recv(socket_, buffer, sizeof buffer, 0);
        if (count <= 0) return false;
        bytes_.append(buffer, static_cast<std::size_t>(count));
        return true;
    }

    int socket_ = -1;
    std::string bytes_;
    FrameReader reader_{{.masked = false, .max_message = std::size_t{1} << 30}};
};

/// Serves an app while `client` runs on another thread; the server stops when that has ended, unless it stops it
/// itself.
void serve(App& app, const std::function<void(std::uint16_t port)>& client, bool stop = true) {
    logger().set_sink([](LogLevel, std::string_view) {});
    app.config["ACCESS_LOG"] = false;
    std::thread thread;
    app.run({.port = 0, .threads = 2, .on_listening = [&](std::uint16_t port) {
                 thread = std::thread{[&client, port, stop] {
                     client(port);
                     if (stop) ::kill(::getpid(), SIGTERM);
                 }};
             }});
    thread.join();
    logger().set_sink({});
}

void echo(WebSocket& ws) {
    for (;;) ws.send(ws.receive());
}

}  // namespace

TEST_CASE("messages go over a socket, however the bytes come") {
    App app{"served"};
    app.route<echo>("/echo");
    app.get("/plain", [] { return "plain"; });
    serve(app, [](std::uint16_t port) {
        RawClient client{port};
        std::string first;
        detail::append_frame(first, Opcode::text, "early", {.mask = 1});
        auto head = client.open("/echo", first);
        CHECK(head.starts_with("HTTP/1.1 101 SWITCHING PROTOCOLS\r\n"));
        CHECK(head.find("Connection: Upgrade\r\n") != std::string::npos);
        CHECK(head.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n") != std::string::npos);
        CHECK(client.next() == "text:early");
        std::string bytes;
        for (int i = 0; i < 100; ++i) detail::append_frame(bytes, Opcode::text, std::to_string(i), {.mask = 7});
        for (char byte : bytes.substr(0, 60)) client.send({&byte, 1});
        client.send(std::string_view{bytes}.substr(60));
        for (int i = 0; i < 100; ++i) CHECK(client.next() == "text:" + std::to_string(i));
        std::string large(900'000, 'x');
        client.frame(Opcode::binary, large);
        CHECK(client.next() == "binary:" + large);
        client.frame(Opcode::ping, "there?");
        CHECK(client.next() == "pong:there?");
        client.frame(Opcode::close, detail::close_payload(1000, "done"));
        CHECK(client.next() == "close:1000");
        CHECK(client.next() == "ended");
        RawClient old{port};
        CHECK(old.open("/echo", {}, "1.0").starts_with("HTTP/1.1 400 "));
        RawClient wrong{port};
        wrong.open("/echo");
        wrong.send("\x81\x01x");
        CHECK(wrong.next() == "close:1002");
        CHECK(wrong.next() == "ended");
    });
}

TEST_CASE("a server that stops says goodbye with 1001 to who waits and to who only sends") {
    App app{"stopping"};
    std::atomic<int> ended = 0;
    app.get("/wait", [&](WebSocket& ws) {
        ws.send("ready");
        try {
            static_cast<void>(ws.receive());
        } catch (const ConnectionClosed& closed) {
            if (closed.close_code() == 1001) ++ended;
        }
    });
    app.get("/push", [&](WebSocket& ws) {
        try {
            for (;;) {
                ws.send("tick");
                fibers::sleep_for(std::chrono::milliseconds{5});
            }
        } catch (const ConnectionClosed& closed) {
            if (closed.close_code() == 1001) ++ended;
        }
    });
    serve(
        app,
        [](std::uint16_t port) {
            RawClient waiting{port}, pushed{port};
            waiting.open("/wait");
            CHECK(waiting.next() == "text:ready");
            pushed.open("/push");
            CHECK(pushed.next() == "text:tick");
            ::kill(::getpid(), SIGTERM);
            CHECK(waiting.next() == "close:1001");
            std::string last;
            while ((last = pushed.next()) == "text:tick") {
            }
            CHECK(last == "close:1001");
            waiting.frame(Opcode::close, detail::close_payload(1001, ""));
            pushed.frame(Opcode::close, detail::close_payload(1001, ""));
            CHECK(waiting.next() == "ended");
            CHECK(pushed.next() == "ended");
        },
        false);
    CHECK(ended == 2);
}

TEST_CASE("who does not answer a ping is given up") {
    App app{"silent"};
    app.config["SOCK_SERVER_OPTIONS"] = json{{"ping_interval", 0.02}};
    std::atomic<int> code = 0;
    app.get("/", [&](WebSocket& ws) {
        try {
            static_cast<void>(ws.receive());
        } catch (const ConnectionClosed& closed) {
            code = closed.close_code();
        }
    });
    serve(app, [](std::uint16_t port) {
        RawClient client{port};
        client.open("/");
        CHECK(client.next() == "ping:");
        CHECK(client.next() == "ended");
    });
    CHECK(code == 1006);
}

TEST_CASE("a room over several threads; who takes nothing is let go, and the others go on") {
    App app{"room"};
    std::mutex mutex;
    std::vector<WebSocket> members;
    std::atomic<int> let_go = 0, thrown = 0;
    app.get("/room", [&](WebSocket& ws) {
        {
            std::lock_guard lock(mutex);
            members.push_back(ws);
        }
        ws.send("welcome");
        try {
            for (;;) static_cast<void>(ws.receive());
        } catch (const ConnectionClosed&) {
        }
        std::lock_guard lock(mutex);
        std::erase(members, ws);
    });
    app.get("/broadcast", [&] {
        std::string text(64 * 1024, 'b');
        std::lock_guard lock(mutex);
        for (auto& member : members) {
            try {
                member.send(text);
                member.send("small");
            } catch (const ConnectionClosed&) {
                ++thrown;
            }
            if (!member.connected()) ++let_go;
        }
        return "";
    });
    serve(app, [&](std::uint16_t port) {
        auto broadcast = [port] {
            RawClient client{port};
            client.send("GET /broadcast HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            return client.next();
        };
        RawClient quick{port}, slow{port, 4096};
        quick.open("/room");
        slow.open("/room");
        CHECK(quick.next() == "text:welcome");
        CHECK(slow.next() == "text:welcome");
        for (int round = 0; round < 500 && let_go == 0; ++round) {
            broadcast();
            CHECK(quick.next().size() == 5 + 64 * 1024);
            CHECK(quick.next() == "text:small");
        }
        CHECK(let_go == 1);
        broadcast();
        CHECK(quick.next().size() == 5 + 64 * 1024);
        CHECK(thrown == 0);
    });
}
