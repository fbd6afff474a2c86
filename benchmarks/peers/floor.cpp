// The least that rows cost here: the limit's loop, and between its two system calls nothing but raw sqlite3 with
// statements prepared once and numbers put behind each other. floor PORT DATABASE
//
// It knows three paths, takes a request as a piece that arrives whole, escapes nothing, and has the database for itself
// (no locks): what costs less than this is not to be had from SQLite.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sqlite3.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "benchmarks/peers/row_numbers.hpp"

namespace {

[[noreturn]] void fail(const char* what) {
    std::fprintf(stderr, "floor: %s\n", what);
    std::exit(1);
}

/// The body of an answer, in a place that is never given back.
class Text {
  public:
    void clear() { end_ = bytes_; }
    Text& operator<<(std::string_view text) {
        std::memcpy(end_, text.data(), text.size());
        end_ += text.size();
        return *this;
    }
    Text& operator<<(int number) {
        end_ = std::to_chars(end_, bytes_ + sizeof bytes_, number).ptr;
        return *this;
    }
    std::string_view view() const { return {bytes_, static_cast<std::size_t>(end_ - bytes_)}; }

  private:
    char bytes_[16 * 1024];
    char* end_ = bytes_;
};

class Rows {
  public:
    explicit Rows(const char* path) {
        if (sqlite3_open_v2(path, &database_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK)
            fail(sqlite3_errmsg(database_));
        sqlite3_exec(database_, "PRAGMA locking_mode = EXCLUSIVE", nullptr, nullptr, nullptr);
        begin_ = prepare("BEGIN");
        commit_ = prepare("COMMIT");
        world_ = prepare("SELECT id, random_number FROM world WHERE id = ?");
        shelf_ = prepare(
            "SELECT author.id, author.name, book.id, book.title FROM author LEFT JOIN book ON book.author_id = "
            "author.id "
            "WHERE author.id BETWEEN ? AND ? ORDER BY author.id");
    }

    void row(int id, Text& out) {
        sqlite3_bind_int(world_, 1, id);
        if (sqlite3_step(world_) != SQLITE_ROW) fail("a row is missing");
        out << "{\"id\":" << sqlite3_column_int(world_, 0) << ",\"random_number\":" << sqlite3_column_int(world_, 1)
            << "}";
        sqlite3_reset(world_);
    }

    /// In one transaction, which costs less than twenty.
    void twenty(Text& out) {
        run(begin_);
        for (int i = 0; i < 20; ++i) {
            out << (i == 0 ? "[" : ",");
            row(numbers_.next(), out);
        }
        out << "]";
        run(commit_);
    }

    /// Two authors with their ten books each.
    void shelf(Text& out) {
        const int first = 1000 + numbers_.next() % 999;
        int author = 0;
        char name[80];
        std::size_t size = 0;
        const auto end_author = [&] {
            out << "],\"id\":" << author << ",\"name\":\"" << std::string_view{name, size} << "\"}";
        };
        sqlite3_bind_int(shelf_, 1, first);
        sqlite3_bind_int(shelf_, 2, first + 1);
        out << "[";
        while (sqlite3_step(shelf_) == SQLITE_ROW) {
            const int id = sqlite3_column_int(shelf_, 0);
            if (id != author) {
                if (author != 0) end_author();
                out << (author == 0 ? "{\"books\":[" : ",{\"books\":[");
                author = id;
                const auto text = column(1);
                size = text.size() < sizeof name ? text.size() : sizeof name;
                std::memcpy(name, text.data(), size);
            } else {
                out << ",";
            }
            out << "{\"id\":" << sqlite3_column_int(shelf_, 2) << ",\"title\":\"" << column(3) << "\"}";
        }
        sqlite3_reset(shelf_);
        end_author();
        out << "]";
    }

  private:
    sqlite3_stmt* prepare(const char* sql) {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v3(database_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK)
            fail(sqlite3_errmsg(database_));
        return statement;
    }
    static void run(sqlite3_stmt* statement) {
        sqlite3_step(statement);
        sqlite3_reset(statement);
    }
    std::string_view column(int place) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(shelf_, place));
        return {text, static_cast<std::size_t>(sqlite3_column_bytes(shelf_, place))};
    }

    sqlite3* database_ = nullptr;
    sqlite3_stmt* begin_ = nullptr;
    sqlite3_stmt* commit_ = nullptr;
    sqlite3_stmt* world_ = nullptr;
    sqlite3_stmt* shelf_ = nullptr;
    RowNumbers numbers_;
};

/// Answers the one request that has arrived; false when the client is gone.
bool answer(int client, Rows& rows, Text& body, Text& whole) {
    static char request[64 * 1024];
    const ssize_t received = recv(client, request, sizeof request, 0);
    if (received <= 0) return false;
    body.clear();
    const std::string_view path = std::string_view{request, static_cast<std::size_t>(received)}.substr(4);
    if (path.starts_with("/queries")) {
        rows.twenty(body);
    } else if (path.starts_with("/joined")) {
        rows.shelf(body);
    } else if (path.starts_with("/row/")) {
        rows.row(std::atoi(path.data() + 5), body);
    }
    whole.clear();
    whole << "HTTP/1.1 200 OK\r\nServer: floor\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Type: "
             "application/json\r\nContent-Length: "
          << static_cast<int>(body.view().size()) << "\r\n\r\n"
          << body.view();
    send(client, whole.view().data(), whole.view().size(), MSG_NOSIGNAL);
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return std::fputs("usage: floor PORT DATABASE\n", stderr), 2;
    Rows rows(argv[2]);
    static Text body, whole;
    const int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1, epoll = epoll_create1(0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(argv[1])));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(listener, 1024) != 0)
        fail("the port cannot be had");
    const auto watch = [&](int socket) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = socket;
        epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event);
    };
    watch(listener);
    for (;;) {
        epoll_event events[256];
        const int count = epoll_wait(epoll, events, 256, -1);
        for (int i = 0; i < count; ++i) {
            const int socket = events[i].data.fd;
            if (socket != listener) {
                if (!answer(socket, rows, body, whole)) close(socket);
            } else if (const int client = accept(listener, nullptr, nullptr); client >= 0) {
                setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                watch(client);
            }
        }
    }
}
