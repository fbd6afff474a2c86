// TLS on a real connection: the same requests as without, and what only TLS can do wrong.
#include "retort/http/tls.hpp"

#include <openssl/x509v3.h>

#include <atomic>

#include "retort/fiber/fiber.hpp"
#include "tests/doctest.hpp"
#include "tls_client.hpp"

using namespace retort;
using namespace retort::http;
using namespace retort::http::testing;
using std::chrono::milliseconds;

namespace {

void echo(Request& request, Response& response) {
    response.body = std::string(request.method) + " " + std::string(request.target) + " " + read_body(request) +
                    (request.secure ? " secure" : "");
}

std::string code_of(const ServerOptions& options) {
    try {
        Server server{options, echo};
    } catch (const TlsError& error) {
        CHECK_FALSE(error.hint().empty());
        return std::string(error.code());
    }
    return {};
}

}  // namespace

TEST_CASE("requests over TLS are answered as those without, and known to be secure") {
    const CertificateFolder folder;
    LiveServer server{echo, folder.options()};
    const auto port = server.start().port();
    for (int newest : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TlsClient client{port, {.newest = newest, .trusted = folder.path("certificate.pem")}};
        REQUIRE(client.secured);
        CHECK(::SSL_version(client.ssl()) == newest);
        CHECK(client.ask(get("/a?b=1")).body == "GET /a?b=1  secure");
        CHECK(client.ask(post("/b", "body")).body == "POST /b body secure");
        client.send(get("/1") + post("/2", "x") + get("/3"));
        CHECK(client.receive().body == "GET /1  secure");
        CHECK(client.receive().body == "POST /2 x secure");
        CHECK(client.receive().body == "GET /3  secure");
    }
}

TEST_CASE("nothing older than TLS 1.2 is spoken") {
    ServerOptions options = quick_options();
    options.tls.certificate = "adhoc";
    LiveServer server{echo, options};
    CHECK_FALSE(TlsClient{server.start().port(), {.newest = TLS1_1_VERSION}}.secured);
}

TEST_CASE("a certificate made in memory is for this machine's names") {
    ServerOptions options = quick_options();
    options.tls.certificate = "adhoc";
    LiveServer server{echo, options};
    TlsClient client{server.start().port()};
    REQUIRE(client.secured);
    X509* shown = SSL_get0_peer_certificate(client.ssl());
    CHECK(::X509_check_host(shown, "localhost", 0, 0, nullptr) == 1);
    for (const char* address : {"127.0.0.1", "::1"}) CHECK(::X509_check_ip_asc(shown, address, 0) == 1);
    CHECK(::X509_check_host(shown, "example.com", 0, 0, nullptr) == 0);
    CHECK(client.ask(get("/")).status == 200);
}

TEST_CASE("bodies of any size pass both ways, in any pieces") {
    const CertificateFolder folder;
    LiveServer server{[](Request& request, Response& response) {
                          response.body = read_body(request);
                          if (request.path != "/stream") return;
                          response.stream = [body = response.body](BodyWriter& writer) {
                              for (std::size_t at = 0; at < body.size(); at += 7001)
                                  writer.write(body.substr(at, 7001));
                          };
                      },
                      folder.options()};
    const auto port = server.start().port();
    TlsClient client{port};
    for (std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{16'383}, std::size_t{16'384},
                             std::size_t{16'385}, std::size_t{100'000}, std::size_t{3'000'000}}) {
        std::string body(size, '\0');
        for (std::size_t i = 0; i < size; ++i) body[i] = static_cast<char>(i * 7 + i / 251);
        CHECK(client.ask(post("/", body)).body == body);
        CHECK(client.ask(post("/stream", body)).body == body);
    }
    const std::string request = post("/", "in single bytes");
    for (char c : request) client.send({&c, 1});
    CHECK(client.receive().body == "in single bytes");
}

TEST_CASE("a slow reader gets all of a large answer, while others are served") {
    const CertificateFolder folder;
    const std::string large(8'000'000, 'x');
    LiveServer server{
        [&](Request& request, Response& response) { response.body = request.path == "/large" ? large : "small"; },
        folder.options()};
    const auto port = server.start().port();
    TlsClient slow{port, {.receive_buffer = 4096}};
    slow.send(get("/large"));
    TlsClient other{port};
    for (int i = 0; i < 20; ++i) CHECK(other.ask(get("/")).body == "small");
    CHECK(slow.receive().body == large);
    CHECK(slow.ask(get("/")).body == "small");
}

TEST_CASE("a connection is ended with a goodbye, idle or not") {
    const CertificateFolder folder;
    ServerOptions options = folder.options();
    options.idle_timeout = milliseconds{400};
    LiveServer server{echo, options};
    const auto port = server.start().port();
    TlsClient idle{port};
    CHECK(idle.ask(get("/")).status == 200);
    CHECK(idle.ended());
    CHECK(idle.heard_goodbye());
    TlsClient closing{port};
    CHECK(closing.ask("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").status == 200);
    CHECK(closing.ended());
    CHECK(closing.heard_goodbye());
    TlsClient wrong{port};
    CHECK(wrong.ask("nonsense\r\n\r\n").status == 400);
    CHECK(wrong.ended());
    CHECK(wrong.heard_goodbye());
}

TEST_CASE("a client that ends its side still gets its answer") {
    const CertificateFolder folder;
    LiveServer server{[](Request&, Response& response) {
                          fibers::sleep_for(milliseconds{20});
                          response.body = "late";
                      },
                      folder.options()};
    TlsClient client{server.start().port()};
    client.send(get("/"));
    ::SSL_shutdown(client.ssl());
    client.end_sending();
    CHECK(client.receive().body == "late");
    CHECK(client.ended());
}

TEST_CASE("who speaks HTTP without TLS is told so") {
    const CertificateFolder folder;
    LiveServer server{echo, folder.options()};
    const auto port = server.start().port();
    for (const char* method : {"GET", "DELETE", "PRI"}) {
        Client client{port};
        const Answer answer = client.ask(std::string(method) + " / HTTP/1.1\r\nHost: h\r\n\r\n");
        CHECK(answer.status == 400);
        CHECK(answer.body.find("https://") != std::string::npos);
        CHECK(answer.header("Connection") == "close");
        CHECK(client.ended());
    }
    CHECK(TlsClient{port}.ask(get("/")).status == 200);
}

TEST_CASE("what is no handshake ends the connection, and harms nobody") {
    const CertificateFolder folder;
    ServerOptions options = folder.options();
    options.header_timeout = milliseconds{300};
    LiveServer server{echo, options};
    const auto port = server.start().port();
    const std::string record{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11};
    for (const std::string& bytes : {std::string{"\x80\x2e\x01\x00\x02"}, std::string(1000, '\0'),
                                     std::string(20'000, '\xff'), record + std::string(507, 'x')}) {
        Client client{port};
        client.send(bytes);
        client.receive_all();
    }
    for (std::size_t size = 0; size < record.size(); ++size) {
        Client leaving{port};
        leaving.send(record.substr(0, size));
    }
    Client silent{port};
    Client slow{port};
    slow.send(record);
    CHECK(silent.ended());
    CHECK(slow.ended());
    CHECK(TlsClient{port}.ask(get("/")).status == 200);
}

TEST_CASE("ALPN: HTTP/1.1 is spoken, and nothing that was not offered") {
    const CertificateFolder folder;
    LiveServer server{echo, folder.options()};
    const auto port = server.start().port();
    TlsClient both{port, {.protocols = "\x02h2\x08http/1.1"}};
    CHECK(both.protocol() == "http/1.1");
    CHECK(both.ask(get("/")).status == 200);
    CHECK_FALSE(TlsClient{port,
                          {.protocols = "\x03"
                                        "ftp"}}
                    .secured);
    CHECK_FALSE(TlsClient{port, {.protocols = "\x02h2"}}.secured);
}

TEST_CASE("time limits hold over TLS") {
    const CertificateFolder folder;
    ServerOptions options = folder.options();
    options.header_timeout = options.body_timeout = options.write_timeout = milliseconds{100};
    std::atomic<bool> cut{false};
    LiveServer server{[&](Request& request, Response& response) {
                          response.body = read_body(request);
                          if (request.path != "/endless") return;
                          response.stream = [&](BodyWriter& writer) {
                              try {
                                  for (;;) writer.write(std::string(1'000'000, 'x'));
                              } catch (...) {
                                  cut = true;
                                  throw;
                              }
                          };
                      },
                      options};
    const auto port = server.start().port();
    TlsClient head{port};
    head.send("GET / HTTP/1.1\r\nHo");
    CHECK(head.receive().status == 408);
    TlsClient body{port};
    body.send(post("/", "12345").substr(0, post("/", "12345").size() - 2));
    CHECK(body.receive().status == 408);
    TlsClient deaf{port, {.receive_buffer = 4096}};
    deaf.send(get("/endless"));
    while (!cut) std::this_thread::yield();
    CHECK(cut);
}

TEST_CASE("a record that drips in is a head that drips in") {
    const CertificateFolder folder;
    ServerOptions options = folder.options();
    options.header_timeout = milliseconds{60};
    LiveServer server{echo, options};
    TlsClient client{server.start().port()};
    CHECK(client.ask(get("/")).status == 200);
    ::SSL_set0_wbio(client.ssl(), ::BIO_new(::BIO_s_mem()));
    client.TlsClient::send_some(get("/" + std::string(2000, 'x')));
    std::string record(1000, '\0');
    REQUIRE(::BIO_read(::SSL_get_wbio(client.ssl()), record.data(), 1000) == 1000);
    int sent = 0;
    for (; sent < 1000 && client.Client::send_some({record.data() + sent, 1}) == 1; ++sent) {
        std::this_thread::sleep_for(milliseconds{1});
    }
    CHECK(sent < 1000);
}

TEST_CASE("an upgraded connection hears all records that came together") {
    const CertificateFolder folder;
    LiveServer server{[](Request& request, Response&) {
                          Upgraded* upgraded = request.channel->upgrade({});
                          fibers::Parker parker;
                          std::string all;
                          while (all.size() < 30) {
                              char piece[4];
                              const auto received = upgraded->receive(piece);
                              if (received.ended) return;
                              all.append(piece, received.size);
                              if (received.size == 0) upgraded->wait(parker, std::chrono::seconds{20});
                              if (all.size() < 30) upgraded->wait(parker, std::chrono::seconds{20});
                          }
                          upgraded->send(all);
                      },
                      folder.options()};
    TlsClient client{server.start().port()};
    CHECK(client.ask(get("/")).status == 101);
    BIO* before = ::SSL_get_wbio(client.ssl());
    ::BIO_up_ref(before);
    ::SSL_set0_wbio(client.ssl(), ::BIO_new(::BIO_s_mem()));
    for (const char* text : {"0123456789", "abcdefghij", "ABCDEFGHIJ"}) client.send_some(text);
    std::string records(1000, '\0');
    const int size = ::BIO_read(::SSL_get_wbio(client.ssl()), records.data(), 1000);
    ::SSL_set0_wbio(client.ssl(), before);
    client.Client::send_some({records.data(), static_cast<std::size_t>(size)});
    CHECK(client.receive_all() == "0123456789abcdefghijABCDEFGHIJ");
}

TEST_CASE("stopping finishes what is under way over TLS") {
    const CertificateFolder folder;
    std::atomic<bool> entered{false};
    LiveServer server{[&](Request& request, Response& response) {
                          entered = request.path == "/slow";
                          if (entered) fibers::sleep_for(milliseconds{50});
                          response.body = "done";
                      },
                      folder.options()};
    const auto port = server.start().port();
    TlsClient idle{port}, busy{port};
    Client silent{port};
    CHECK(idle.ask(get("/")).status == 200);
    busy.send(get("/slow"));
    while (!entered) std::this_thread::yield();
    server.server().stop();
    CHECK(idle.ended());
    CHECK(silent.ended());
    CHECK(busy.receive().body == "done");
    CHECK(busy.ended());
    CHECK(busy.heard_goodbye());
}

TEST_CASE("connections of several threads come back with tickets") {
    const CertificateFolder folder;
    ServerOptions options = folder.options();
    options.threads = 3;
    LiveServer server{echo, options};
    const auto port = server.start().port();
    std::vector<std::thread> threads;
    std::atomic<int> served{0};
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int round = 0; round < 10; ++round) {
                TlsClient client{port};
                served += client.ask(get("/")).status == 200 ? 1 : 0;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(served == 40);
}

TEST_CASE("certificates and keys that cannot be used are told by name") {
    const CertificateFolder folder, other;
    const CertificateFolder locked{"secret"};
    ServerOptions options = folder.options();
    options.tls.certificate = folder.path("missing.pem");
    CHECK(code_of(options) == "tls-file-unreadable");
    options.tls.certificate = folder.path("");
    CHECK(code_of(options) == "tls-file-unreadable");
    options = folder.options();
    options.tls.key = folder.path("missing.pem");
    CHECK(code_of(options) == "tls-file-unreadable");
    options.tls.key = {};
    CHECK(code_of(options) == "tls-key-malformed");
    options.tls.key = folder.path("empty.pem");
    CHECK(code_of(options) == "tls-key-malformed");
    options.tls = {locked.path("certificate.pem"), locked.path("key.pem")};
    CHECK(code_of(options) == "tls-key-malformed");
    options.tls.key = other.path("key.pem");
    CHECK(code_of(options) == "tls-key-mismatch");
    options.tls = {folder.path("key.pem"), folder.path("key.pem")};
    CHECK(code_of(options) == "tls-certificate-malformed");
    options.tls = {folder.path("empty.pem"), folder.path("key.pem")};
    CHECK(code_of(options) == "tls-certificate-malformed");
    options.tls = {folder.path("both.pem"), {}};
    CHECK(code_of(options) == "");
}
