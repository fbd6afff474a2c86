// Fuzzes a server of HTTP/2 with frames, well-formed and not: each connection must end, and requests be well-formed.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>

#include "retort/http/http.hpp"

using namespace retort::http;

namespace {

void demand(bool condition) {
    if (!condition) std::abort();
}

bool holds_control(std::string_view text) {
    for (char c : text) {
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) return true;
    }
    return false;
}

void check_request(const Request& request) {
    demand(request.version_major == 2 && !request.method.empty());
    demand(request.path.find_first_of("?# \r\n") == std::string_view::npos);
    demand(!(request.chunked && request.content_length));
    demand(request.path.starts_with("/") || request.path == "*");
    for (const HeaderView& header : request.headers) {
        demand(!header.name.empty() && !holds_control(header.name) && !holds_control(header.value));
    }
}

void handle(Request& request, Response& response) {
    check_request(request);
    char piece[100];
    while (request.body != nullptr && request.path != "/d") {
        const std::size_t size = request.body->read(piece);
        if (size == 0) break;
        response.body.append(piece, size);
    }
    if (request.path == "/t") throw 1;
    if (request.path != "/s") return;
    response.stream = [](BodyWriter& writer) {
        for (int i = 0; i < 20; ++i) writer.write(std::string(5000, 'x'));
        writer.trailer("x-sum", "1");
    };
}

/// One for the whole run; it ends with the process.
std::uint16_t server_port() {
    static const std::uint16_t port = [] {
        ServerOptions options;
        options.port = 0;
        options.threads = 1;
        options.http2 = true;
        options.max_header_bytes = 1024;
        options.max_headers = 20;
        options.max_body_bytes = 2000;
        options.max_streams = 6;
        auto* server = new Server{options, handle};
        server->on_handler_error([](std::exception_ptr, const retort::http::Request*) {});
        std::thread{[server] { server->run(); }}.detach();
        return server->port();
    }();
    return port;
}

/// Turns the fuzzer's bytes into frames.
class Frames {
  public:
    explicit Frames(std::string_view data) : data_(data) {}

    std::string make() {
        while (!data_.empty() && text_.size() < 60'000) add_one();
        return std::move(text_);
    }

  private:
    std::uint8_t byte() {
        if (data_.empty()) return 0;
        const auto first = static_cast<std::uint8_t>(data_.front());
        data_.remove_prefix(1);
        return first;
    }
    std::string_view bytes(std::size_t most) {
        const std::string_view some = data_.substr(0, most);
        data_.remove_prefix(some.size());
        return some;
    }
    void add(std::uint8_t type, std::uint8_t flags, std::uint32_t stream, std::string_view payload) {
        for (int shift : {16, 8, 0}) text_ += static_cast<char>(payload.size() >> shift);
        text_ += static_cast<char>(type);
        text_ += static_cast<char>(flags);
        for (int shift : {24, 16, 8, 0}) text_ += static_cast<char>(stream >> shift);
        text_.append(payload);
    }
    /// A field without compression; both are shorter than 127 bytes.
    static void field(std::string& to, std::string_view name, std::string_view value) {
        to += '\0';
        for (std::string_view text : {name, value}) (to += static_cast<char>(text.size())).append(text);
    }
    std::string head(std::string_view method) {
        static constexpr std::string_view paths[] = {"/", "/s", "/d", "/t"};
        std::string fields{method == "GET" ? "\x82\x86" : "\x83\x86"};
        fields += '\x44';  // :path
        const std::string_view path = paths[byte() % 4];
        fields += static_cast<char>(path.size());
        fields.append(path);
        fields += '\x41';  // :authority
        fields += '\x01';
        fields += 'h';
        return fields;
    }
    void add_one() {
        switch (byte() % 12) {
            case 0: return add_any();
            case 1: return add(1, 5, stream_ += 2, head("GET"));
            case 2: return add(1, 4, stream_ += 2, head("POST"));
            case 3: return add(0, byte() & 0x9, stream_ - 2 * (byte() % 3), bytes(byte()));
            case 4: return add(3, 0, stream_ - 2 * (byte() % 3), std::string_view{"\0\0\0\x08", 4});
            case 5: return add(8, 0, byte() % 2 == 0 ? 0 : stream_, bytes(4));
            case 6: return add(4, 0, 0, bytes(6));
            case 7: return add_pieces();
            case 8: return add(6, byte() & 1, 0, "12345678");
            case 9: return add_fields();
            case 10: text_ += bytes(byte() % 32); return;
            default: return add(byte() % 2 == 0 ? 2 : 7, 0, byte() % 2 == 0 ? 0 : stream_, bytes(byte() % 12));
        }
    }
    void add_any() {
        const std::uint8_t type = byte() % 12, flags = byte(), stream = byte() % 32;
        add(type, flags, stream, bytes(byte()));
    }
    void add_pieces() {
        const std::string fields = head("GET");
        const std::size_t cut = byte() % (fields.size() + 1);
        add(1, byte() & 1, stream_ += 2, fields.substr(0, cut));
        for (int i = byte() % 12; i > 0; --i) add(9, 0, stream_, bytes(byte() % 8));
        add(9, 4, stream_, fields.substr(cut));
    }
    void add_fields() {
        std::string fields = byte() % 2 == 0 ? head("POST") : std::string{};
        for (int i = byte() % 30; i > 0; --i) {
            const std::string_view name = bytes(byte() % 16), value = bytes(byte() % 64);
            field(fields, name, value);
        }
        add(1, 4 | (byte() & 1), stream_ += 2, fields);
    }

    std::string_view data_;
    std::string text_;
    std::uint32_t stream_ = static_cast<std::uint32_t>(-1);
};

sockaddr_in address_of(std::uint32_t host, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(host);
    return address;
}

/// From another address of this machine each time: of one alone the ports would run out. -1: the fuzzer's alarm rang.
int connect_to(std::uint16_t port) {
    static std::uint32_t calls = 0;
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    const timeval patience{4, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    const sockaddr_in from = address_of(INADDR_LOOPBACK + calls++ % 65'536, 0);
    const sockaddr_in to = address_of(INADDR_LOOPBACK, port);
    demand(::bind(socket, reinterpret_cast<const sockaddr*>(&from), sizeof from) == 0);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0) return socket;
    demand(errno == EINTR);
    ::close(socket);
    return -1;
}

}  // namespace

// A search for leaks while the server's thread stands on the stack of a fiber takes what its own stack holds for lost.
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string frames = Frames{{reinterpret_cast<const char*>(data), size}}.make();
    const std::string text = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + std::string{"\0\0\0\x04\0\0\0\0\0", 9} + frames;
    const int socket = connect_to(server_port());
    if (socket < 0) return 0;
    static_cast<void>(::send(socket, text.data(), text.size(), MSG_NOSIGNAL));
    ::shutdown(socket, SHUT_WR);
    char bytes[16'384];
    ssize_t count = 0;
    while ((count = ::recv(socket, bytes, sizeof bytes, 0)) > 0 || (count < 0 && errno == EINTR)) {
    }
    demand(count == 0 || errno != EAGAIN);
    ::close(socket);
    return 0;
}
