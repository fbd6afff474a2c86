// Parts of files as streamed bodies: sent by the kernel, copied into chunks, cut short, given up by the client.
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>

#include "retort/fiber/fiber.hpp"
#include "tests/doctest.hpp"
#include "tls_client.hpp"

using namespace retort;
using namespace retort::http;
using namespace retort::http::testing;

namespace {

constexpr std::size_t file_size = 3'000'000;

/// A file without a name.
struct OpenFile {
    OpenFile() {
        char name[] = "/tmp/retort-file-XXXXXX";
        descriptor = ::mkstemp(name);
        ::unlink(name);
        for (std::size_t i = 0; i < file_size; ++i) text += static_cast<char>('a' + i * 7 % 26);
        REQUIRE(::pwrite(descriptor, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
    }
    ~OpenFile() { ::close(descriptor); }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    int descriptor;
    std::string text;
};

Handler sending(const OpenFile& file, std::uint64_t position, std::uint64_t size) {
    return [&file, position, size](Request& request, Response& response) {
        if (request.path == "/counted") response.headers.add("Content-Length", std::to_string(size));
        response.stream = [&file, position, size](BodyWriter& body) {
            body.write_file(file.descriptor, position, size);
        };
    };
}

}  // namespace

TEST_CASE("a part of a file is sent whole, counted or in chunks, and the connection stays") {
    const OpenFile file;
    LiveServer server{sending(file, 1000, 2'500'000)};
    Client client{server.start().port()};
    for (const char* path : {"/counted", "/chunked", "/counted"}) {
        const Answer answer = client.ask(get(path));
        CHECK(answer.status == 200);
        CHECK((answer.body == file.text.substr(1000, 2'500'000)));
    }
    CHECK(client.ask("HEAD /counted HTTP/1.1\r\nHost: h\r\n\r\n").header("Content-Length") == "2500000");
    client.send("GET / HTTP/1.0\r\n\r\n");
    CHECK((client.receive().body == file.text.substr(1000, 2'500'000)));
}

TEST_CASE("files are pipelined, and reach a slow reader whole") {
    const OpenFile file;
    LiveServer server{sending(file, 0, file_size)};
    Client client{server.start().port(), 4096};
    client.send(get("/counted") + get("/counted"));
    CHECK((client.receive().body == file.text));
    CHECK((client.receive().body == file.text));
}

TEST_CASE("a file never sends more than was announced") {
    const OpenFile file;
    LiveServer server{[&](Request&, Response& response) {
        response.headers.add("Content-Length", "10");
        response.stream = [&](BodyWriter& body) {
            body.write("abc");
            body.write_file(file.descriptor, 0, file_size);
            body.write("x");
        };
    }};
    Client client{server.start().port()};
    CHECK(client.ask(get("/")).body == "abc" + file.text.substr(0, 7));
    CHECK(client.ask(get("/")).status == 200);
}

TEST_CASE("a file that is shorter than was announced ends the connection") {
    const OpenFile file;
    LiveServer server{sending(file, file_size - 100, 200)};
    Client client{server.start().port()};
    client.send(get("/counted"));
    const std::string all = client.receive_all();
    CHECK(all.ends_with("\r\n\r\n" + file.text.substr(file_size - 100)));
}

TEST_CASE("what the kernel cannot send is copied") {
    const int file = ::open("/proc/version", O_RDONLY | O_CLOEXEC);
    REQUIRE(file >= 0);
    LiveServer server{[file](Request&, Response& response) {
        response.headers.add("Content-Length", "5");
        response.stream = [file](BodyWriter& body) { body.write_file(file, 0, 5); };
    }};
    Client client{server.start().port()};
    CHECK(client.ask(get("/")).body == "Linux");
    CHECK(client.ask(get("/")).body == "Linux");
    ::close(file);
}

TEST_CASE("a client that goes away in the middle of a file ends its stream, not the server") {
    const OpenFile file;
    std::atomic<int> gone{0};
    LiveServer server{[&](Request& request, Response& response) {
        if (request.path == "/small") return;
        response.headers.add("Content-Length", std::to_string(100 * file_size));
        response.stream = [&](BodyWriter& body) {
            try {
                for (int i = 0; i < 100; ++i) body.write_file(file.descriptor, 0, file_size);
            } catch (const ProtocolError&) {
                ++gone;
                throw;
            }
        };
    }};
    const auto port = server.start().port();
    for (int i = 0; i < 3; ++i) {
        Client client{port, 4096};
        client.send(get("/"));
    }
    while (gone < 3) std::this_thread::yield();
    CHECK(Client{port}.ask(get("/small")).status == 200);
}

TEST_CASE(
    "over TLS a file is copied, and no byte of it leaves in the clear, whatever a proxy is believed to have said") {
    const OpenFile file;
    const CertificateFolder folder;
    auto handler = [send = sending(file, 0, file_size)](Request& request, Response& response) {
        request.secure = false;
        send(request, response);
    };
    LiveServer server{handler, folder.options()};
    TlsClient client{server.start().port(), {.trusted = folder.path("certificate.pem")}};
    REQUIRE(client.secured);
    for (int i = 0; i < 2; ++i) CHECK((client.ask(get("/counted")).body == file.text));
}
