// A closed-loop HTTP/1.1 load generator: keep-alive connections, pipelining, checked answers, the server's CPU time.
//
// load [options] PORT PATH; prints one line of JSON. A "{}" in PATH becomes a random number from 1000 to 9999.
//   -c N  connections (64)            -d N  requests sent at once on each (1)
//   -t S  seconds measured (2)        -w S  seconds of warm-up before (0.3)
//   -P N  a process of the server; may stand several times
//   -m M  method (GET)                -b F  a file with the body
//   -T T  the body's Content-Type (application/json)
//   -W N  as many connections more, whose requests are POST to -U PATH; they are neither timed nor counted as answers
//   -s N  the status expected (200)   -l N  the length of the body expected (any)
//   -H    send the headers of a browser
//   -i    idle mode: each connection sends one request and stays open; "ready" is printed; ends with standard input
#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Options {
    int connections = 64;
    int depth = 1;
    double seconds = 2;
    double warm_up = 0.3;
    std::vector<int> processes;
    std::string method = "GET";
    std::string body;
    std::string type = "application/json";
    int writers = 0;
    std::string writers_path;
    int status = 200;
    long length = -1;
    bool browser = false;
    bool idle = false;
    int port = 0;
    std::string path;
};

[[noreturn]] void fail(const std::string& what) {
    std::fprintf(stderr, "load: %s\n", what.c_str());
    std::exit(1);
}

std::string read_file(const char* path) {
    std::FILE* file = std::fopen(path, "rb");
    if (file == nullptr) fail(std::string("cannot read ") + path);
    std::string text;
    char buffer[1 << 16];
    for (std::size_t size; (size = std::fread(buffer, 1, sizeof buffer, file)) > 0;) text.append(buffer, size);
    std::fclose(file);
    return text;
}

Options parse_options(int argc, char** argv) {
    Options options;
    for (int letter; (letter = getopt(argc, argv, "c:d:t:w:P:m:b:T:W:U:s:l:Hi")) != -1;) {
        switch (letter) {
            case 'c': options.connections = std::atoi(optarg); break;
            case 'd': options.depth = std::atoi(optarg); break;
            case 't': options.seconds = std::atof(optarg); break;
            case 'w': options.warm_up = std::atof(optarg); break;
            case 'P': options.processes.push_back(std::atoi(optarg)); break;
            case 'm': options.method = optarg; break;
            case 'b': options.body = read_file(optarg); break;
            case 'T': options.type = optarg; break;
            case 'W': options.writers = std::atoi(optarg); break;
            case 'U': options.writers_path = optarg; break;
            case 's': options.status = std::atoi(optarg); break;
            case 'l': options.length = std::atol(optarg); break;
            case 'H': options.browser = true; break;
            case 'i': options.idle = true; break;
            default: fail("unknown option; the head of benchmarks/load.cpp lists them");
        }
    }
    if (argc - optind != 2) fail("usage: load [options] PORT PATH");
    options.port = std::atoi(argv[optind]);
    options.path = argv[optind + 1];
    return options;
}

/// Nanoseconds that all threads of a process have run, exact where utime and stime count ticks.
std::uint64_t cpu_nanoseconds(int process) {
    std::uint64_t total = 0;
    const std::string tasks = "/proc/" + std::to_string(process) + "/task";
    DIR* folder = opendir(tasks.c_str());
    if (folder == nullptr) fail("process " + std::to_string(process) + " is gone");
    while (dirent* entry = readdir(folder)) {
        if (entry->d_name[0] == '.') continue;
        std::FILE* file = std::fopen((tasks + "/" + entry->d_name + "/schedstat").c_str(), "r");
        if (file == nullptr) continue;
        unsigned long long time = 0;
        if (std::fscanf(file, "%llu", &time) == 1) total += time;
        std::fclose(file);
    }
    closedir(folder);
    return total;
}

std::uint64_t cpu_nanoseconds(const std::vector<int>& processes) {
    std::uint64_t total = 0;
    for (int process : processes) total += cpu_nanoseconds(process);
    return total;
}

constexpr std::string_view browser_headers =
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/118.0\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
    "Accept-Language: en-US,en;q=0.5\r\nAccept-Encoding: identity\r\nConnection: keep-alive\r\n"
    "Cookie: session=abcdef0123456789abcdef0123456789\r\n";

std::string request_text(const Options& options, const std::string& path) {
    std::string text =
        options.method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(options.port) + "\r\n";
    if (options.browser) text += browser_headers;
    if (!options.body.empty() || options.method != "GET") {
        text += "Content-Type: " + options.type + "\r\nContent-Length: " + std::to_string(options.body.size()) + "\r\n";
    }
    return text + "\r\n" + options.body;
}

/// What a connection sends at once. They are made before the clock starts, enough of them that random rows differ.
std::vector<std::string> make_batches(const Options& options) {
    std::mt19937 random(42);
    std::uniform_int_distribution<int> number(1000, 9999);
    const std::size_t hole = options.path.find("{}");
    std::vector<std::string> batches(hole == std::string::npos ? 1 : 4096);
    for (std::string& batch : batches) {
        for (int i = 0; i < options.depth; ++i) {
            std::string path = options.path;
            if (hole != std::string::npos) path.replace(hole, 2, std::to_string(number(random)));
            batch += request_text(options, path);
        }
    }
    return batches;
}

/// What a writer sends.
std::string writing_request(const Options& options) {
    Options writing = options;
    writing.method = "POST";
    writing.body.clear();
    return request_text(writing, options.writers_path);
}

int open_connection(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    if (socket < 0 || connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        fail(std::string("cannot connect: ") + std::strerror(errno));
    }
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket;
}

void send_all(int socket, std::string_view bytes) {
    if (send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size())) {
        fail(std::string("the server takes no requests: ") + std::strerror(errno));
    }
}

struct Head {
    int status = 0;
    long length = -1;
    bool close = false;
};

/// `text` is a response's head with the line break of its last header.
Head parse_head(std::string_view text) {
    Head head;
    if (text.size() > 12) head.status = std::atoi(text.data() + 9);
    for (std::size_t line = text.find('\n'); line < text.size() - 1; line = text.find('\n', line + 1)) {
        const char* header = text.data() + line + 1;
        if ((*header | 32) != 'c') continue;
        if (strncasecmp(header, "content-length:", 15) == 0) head.length = std::atol(header + 15);
        if (strncasecmp(header, "connection: close", 17) == 0) head.close = true;
    }
    return head;
}

class Load {
  public:
    explicit Load(const Options& options)
        : options_(options),
          batches_(make_batches(options)),
          write_(writing_request(options)),
          connections_(static_cast<std::size_t>(options.connections + options.writers)) {
        for (std::size_t i = 0; i < connections_.size(); ++i) open(i);
    }

    void run();
    void print() const;
    bool clean() const { return errors_ == 0; }

  private:
    struct Connection {
        int socket = -1;
        int awaited = 0;       // answers still to come of the batch under way
        std::size_t skip = 0;  // bytes of the current body still to come
        bool in_body = false;
        bool close = false;
        Clock::time_point sent;
        std::string rest;  // an incomplete head
    };

    void open(std::size_t index);
    bool writes(const Connection& connection) const {
        return &connection - connections_.data() >= options_.connections;
    }
    void fire(Connection& connection);
    void count(const Connection& connection);
    void receive(Connection& connection);
    std::string_view take_answers(Connection& connection, std::string_view bytes);
    bool take_head(Connection& connection, std::string_view& bytes);
    void answered(Connection& connection);
    void begin_measuring(Clock::time_point now);
    std::uint64_t percentile(double part) const;

    const Options& options_;
    std::vector<std::string> batches_;
    std::string write_;
    std::vector<Connection> connections_;
    int epoll_ = epoll_create1(EPOLL_CLOEXEC);
    std::size_t next_batch_ = 0;
    std::uint64_t answers_ = 0, all_answers_ = 0, written_ = 0, errors_ = 0, reconnects_ = 0, bytes_ = 0;
    std::uint64_t cpu_ = 0;
    double elapsed_ = 0;
    Clock::time_point now_ = Clock::now(), begun_;
    std::vector<std::uint32_t> latencies_ = std::vector<std::uint32_t>(1 << 22);  // by microsecond
};

void Load::open(std::size_t index) {
    Connection& connection = connections_[index];
    connection = Connection{};
    connection.socket = open_connection(options_.port);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = index;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.socket, &event);
}

void Load::fire(Connection& connection) {
    connection.awaited = writes(connection) ? 1 : options_.depth;
    connection.sent = now_;
    if (writes(connection)) return send_all(connection.socket, write_);
    send_all(connection.socket, batches_[next_batch_]);
    if (++next_batch_ == batches_.size()) next_batch_ = 0;
}

void Load::count(const Connection& connection) {
    const auto time = std::chrono::duration_cast<std::chrono::microseconds>(now_ - connection.sent).count();
    ++latencies_[std::min(static_cast<std::size_t>(time), latencies_.size() - 1)];
}

void Load::answered(Connection& connection) {
    const bool written = writes(connection);
    ++(written ? written_ : answers_);
    ++all_answers_;
    if (--connection.awaited > 0 && !connection.close) return;
    now_ = Clock::now();
    if (!written) count(connection);
    if (connection.close) {
        ++reconnects_;
        ::close(connection.socket);
        open(static_cast<std::size_t>(&connection - connections_.data()));
    }
    fire(connection);
}

/// Takes one head from the front of `bytes`; false when it is not all there.
bool Load::take_head(Connection& connection, std::string_view& bytes) {
    const void* found = memmem(bytes.data(), bytes.size(), "\r\n\r\n", 4);
    if (found == nullptr) return false;
    const std::size_t size = static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
    const Head head = parse_head(bytes.substr(0, size + 2));
    if (head.length < 0) fail("an answer without Content-Length:\n" + std::string(bytes.substr(0, size)));
    const bool expected =
        writes(connection) ? head.status / 100 == 2
                           : head.status == options_.status && (options_.length < 0 || head.length == options_.length);
    if (!expected) {
        if (errors_++ == 0)
            std::fprintf(stderr, "load: not the answer expected:\n%.*s\n", static_cast<int>(size), bytes.data());
    }
    connection.in_body = true;
    connection.close = head.close;
    connection.skip = static_cast<std::size_t>(head.length);
    bytes.remove_prefix(size + 4);
    return true;
}

/// Takes the answers from the front of `bytes` and returns the incomplete head that is left.
std::string_view Load::take_answers(Connection& connection, std::string_view bytes) {
    for (;;) {
        if (!connection.in_body && !take_head(connection, bytes)) return bytes;
        const std::size_t part = std::min(connection.skip, bytes.size());
        connection.skip -= part;
        bytes.remove_prefix(part);
        if (connection.skip > 0) return bytes;
        connection.in_body = false;
        answered(connection);
    }
}

void Load::receive(Connection& connection) {
    static char buffer[1 << 18];
    const ssize_t size = recv(connection.socket, buffer, sizeof buffer, MSG_DONTWAIT);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) fail("the server closed a connection after " + std::to_string(all_answers_) + " answers");
    bytes_ += static_cast<std::uint64_t>(size);
    std::string joined;
    std::string_view bytes(buffer, static_cast<std::size_t>(size));
    if (!connection.rest.empty()) {
        joined = std::move(connection.rest);
        joined.append(bytes);
        bytes = joined;
    }
    const std::string_view rest = take_answers(connection, bytes);
    connection.rest.assign(rest.data(), rest.size());
}

void Load::begin_measuring(Clock::time_point now) {
    begun_ = now;
    answers_ = bytes_ = written_ = 0;
    std::fill(latencies_.begin(), latencies_.end(), 0);
    cpu_ = cpu_nanoseconds(options_.processes);
}

void Load::run() {
    using Seconds = std::chrono::duration<double>;
    for (Connection& connection : connections_) fire(connection);
    const Clock::time_point start = now_;
    bool measuring = false;
    Clock::time_point heard = start;
    for (;;) {
        epoll_event events[512];
        const int count = epoll_wait(epoll_, events, 512, 100);
        now_ = Clock::now();
        if (count > 0) heard = now_;
        if (now_ - heard > std::chrono::seconds(20)) fail("the server has stopped answering");
        if (!measuring && Seconds(now_ - start).count() >= options_.warm_up) {
            measuring = true;
            begin_measuring(now_);
        }
        if (measuring && Seconds(now_ - begun_).count() >= options_.seconds) break;
        for (int i = 0; i < count; ++i) receive(connections_[events[i].data.u64]);
    }
    elapsed_ = Seconds(now_ - begun_).count();
    cpu_ = cpu_nanoseconds(options_.processes) - cpu_;
}

std::uint64_t Load::percentile(double part) const {
    std::uint64_t total = 0, seen = 0;
    for (std::uint32_t count : latencies_) total += count;
    for (std::size_t time = 0; time < latencies_.size(); ++time) {
        seen += latencies_[time];
        if (seen > 0 && static_cast<double>(seen) >= part * static_cast<double>(total)) return time;
    }
    return 0;
}

void Load::print() const {
    const double answers = std::max<double>(1, static_cast<double>(answers_));
    std::printf(
        "{\"answers\": %llu, \"all_answers\": %llu, \"per_second\": %.0f, \"cpu_us\": %.4f, \"busy\": %.3f, "
        "\"p50_us\": %llu, \"p99_us\": %llu, \"errors\": %llu, \"reconnects\": %llu, \"bytes\": %.1f, "
        "\"written\": %llu}\n",
        static_cast<unsigned long long>(answers_), static_cast<unsigned long long>(all_answers_), answers / elapsed_,
        static_cast<double>(cpu_) / 1e3 / answers, static_cast<double>(cpu_) / 1e9 / elapsed_,
        static_cast<unsigned long long>(percentile(0.5)), static_cast<unsigned long long>(percentile(0.99)),
        static_cast<unsigned long long>(errors_), static_cast<unsigned long long>(reconnects_),
        static_cast<double>(bytes_) / answers, static_cast<unsigned long long>(written_));
}

/// One request on each connection, then silence until standard input ends.
void stay_idle(const Options& options) {
    const std::string request = make_batches(options).front();
    std::vector<int> sockets;
    char buffer[1 << 16];
    for (int i = 0; i < options.connections; ++i) {
        sockets.push_back(open_connection(options.port));
        send_all(sockets.back(), request);
        const ssize_t size = recv(sockets.back(), buffer, sizeof buffer, 0);
        if (size <= 0) fail("no answer on connection " + std::to_string(i));
        const std::string_view answer(buffer, static_cast<std::size_t>(size));
        if (parse_head(answer.substr(0, answer.find("\r\n\r\n"))).status != options.status)
            fail("not the status expected");
    }
    std::puts("ready");
    std::fflush(stdout);
    while (read(STDIN_FILENO, buffer, sizeof buffer) > 0) continue;
    for (int socket : sockets) {
        if (recv(socket, buffer, 1, MSG_DONTWAIT | MSG_PEEK) == 0) fail("the server closed an idle connection");
    }
}

}  // namespace

int main(int argc, char** argv) {
    const Options options = parse_options(argc, argv);
    if (options.idle) return stay_idle(options), 0;
    Load load(options);
    load.run();
    load.print();
    return load.clean() ? 0 : 1;
}
