// Starting the notes program wrongly: each mistake ends it with a message that says how to mend it, and harms no file.
#include <netinet/in.h>
#include <sqlite3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "binary.hpp"
#include "server.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace notes;
using Words = std::vector<std::string>;

struct Ended {
    int code = -1;  ///< -1: it runs on
    std::string output;
};

/// Runs the program with these arguments until it ends.
Ended run(Words arguments, const std::string& uri, const TemporaryFolder& folder) {
    arguments.insert(arguments.begin(), binary);
    Process process{arguments, uri, folder.path()};
    auto code = process.wait(std::chrono::seconds{20});
    return {code.value_or(-1), process.output()};
}

Ended serve(const std::string& uri, const TemporaryFolder& folder) {
    return run({"run", "--host", "127.0.0.1", "--port", std::to_string(free_port())}, uri, folder);
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

void write_file(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream{path, std::ios::binary} << bytes;
}

/// That the program ended as it must, with a message that has all these words.
void check_refusal(const Ended& ended, const Words& words) {
    CAPTURE(ended.output);
    CHECK_MESSAGE(ended.code > 0, "exit code ", ended.code);
    CHECK_MESSAGE(ended.code < 128, "ended by a signal");
    for (auto& word : words) CHECK_MESSAGE(ended.output.find(word) != std::string::npos, "missing: ", word);
}

/// A socket that listens, so that its port is taken.
class Listener {
  public:
    Listener() : port_(free_port()), socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port_);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(listen(socket_, 1) == 0);
    }
    ~Listener() { close(socket_); }
    std::string port() const { return std::to_string(port_); }

  private:
    std::uint16_t port_;
    int socket_;
};

void execute(const std::filesystem::path& database, const char* sql) {
    sqlite3* connection = nullptr;
    REQUIRE(sqlite3_open(database.c_str(), &connection) == SQLITE_OK);
    CHECK(sqlite3_exec(connection, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(connection);
}

/// A database as the program leaves it, with one user.
void make_database(const std::filesystem::path& database) {
    Server server{binary, database};
    auto body = R"({"nombre": "Ana", "email": "ana@ex.com"})";
    REQUIRE(server.ask(request_text("POST /users HTTP/1.1", body, "Content-Type: application/json\r\n")).status == 201);
    REQUIRE(server.stop() == 0);
}

}  // namespace

TEST_SUITE_BEGIN("bad_input");

TEST_CASE("a port in use") {
    TemporaryFolder folder;
    Listener listener;
    auto uri = sqlite_uri(folder / "x.db");
    check_refusal(run({"run", "--host", "127.0.0.1", "--port", listener.port()}, uri, folder),
                  {listener.port(), "mend:"});
}

TEST_CASE("the port of another notes program, which keeps serving") {
    TemporaryFolder folder;
    Server server{binary, folder / "first.db"};
    auto port = std::to_string(server.port());
    auto uri = sqlite_uri(folder / "second.db");
    check_refusal(run({"run", "--host", "127.0.0.1", "--port", port}, uri, folder), {port, "mend:"});
    CHECK(server.serves());
}

TEST_CASE("a host that is none") {
    TemporaryFolder folder;
    for (std::string host : {"256.1.1.1", "no-such-host.invalid", "203.0.113.7", "not a host"}) {
        CAPTURE(host);
        auto port = std::to_string(free_port());
        check_refusal(run({"run", "--host", host, "--port", port}, sqlite_uri(folder / "x.db"), folder),
                      {host, "mend:"});
    }
}

TEST_CASE("a port that is none") {
    TemporaryFolder folder;
    for (std::string port : {"abc", "70000", "-1", "80x", ""}) {
        CAPTURE(port);
        check_refusal(run({"run", "--port", port}, sqlite_uri(folder / "x.db"), folder), {port, "--port"});
    }
}

TEST_CASE("unknown commands and options") {
    TemporaryFolder folder;
    auto uri = sqlite_uri(folder / "x.db");
    check_refusal(run({"rnu"}, uri, folder), {"rnu", "id you mean", "run"});
    check_refusal(run({"route"}, uri, folder), {"route", "id you mean", "routes"});
    check_refusal(run({"run", "--prot", "5000"}, uri, folder), {"--prot", "id you mean", "--port"});
    check_refusal(run({"run", "--port"}, uri, folder), {"--port"});
    check_refusal(run({"run", "surplus"}, uri, folder), {"surplus"});
    check_refusal(run({"zzzzqqqq"}, uri, folder), {"zzzzqqqq"});
    CHECK_FALSE(std::filesystem::exists(folder / "x.db"));
}

TEST_CASE("help and routes need no database") {
    TemporaryFolder folder;
    for (auto& arguments : {Words{"--help"}, Words{"run", "--help"}, Words{"routes"}}) {
        auto ended = run(arguments, "sqlite:////proc/x.db", folder);
        CAPTURE(ended.output);
        CHECK(ended.code == 0);
        CHECK_FALSE(ended.output.empty());
    }
    auto routes = run({"routes"}, sqlite_uri(folder / "x.db"), folder).output;
    CHECK(routes.find("/users/<int:id>") != std::string::npos);
    CHECK(routes.find("api_route.hola") != std::string::npos);
}

TEST_CASE("a text file as database stays as it is") {
    TemporaryFolder folder;
    auto text = std::string(5000, 'x');
    write_file(folder / "x.db", text);
    check_refusal(serve(sqlite_uri(folder / "x.db"), folder), {"x.db", "mend:"});
    CHECK(read_file(folder / "x.db") == text);
}

TEST_CASE("a database whose first page is damaged") {
    TemporaryFolder folder;
    make_database(folder / "x.db");
    auto bytes = read_file(folder / "x.db");
    std::fill(bytes.begin() + 100, bytes.begin() + 4000, '\x5a');
    write_file(folder / "x.db", bytes);
    check_refusal(serve(sqlite_uri(folder / "x.db"), folder), {"x.db", "mend:"});
    CHECK(read_file(folder / "x.db") == bytes);
}

TEST_CASE("a database whose later pages are damaged is answered with 500, or refused") {
    TemporaryFolder folder;
    make_database(folder / "x.db");
    auto bytes = read_file(folder / "x.db");
    std::fill(bytes.begin() + 4096, bytes.end(), '\x5a');
    write_file(folder / "x.db", bytes);
    try {
        Server server{binary, folder / "x.db"};
        CHECK(server.ask(request_text("GET /users HTTP/1.1")).status == 500);
        CHECK(server.serves());
        CHECK(server.process().output().find("malformed") != std::string::npos);
    } catch (const std::runtime_error& error) {
        CHECK(std::string{error.what()}.find("mend:") != std::string::npos);
    }
}

TEST_CASE("a database that is cut off") {
    TemporaryFolder folder;
    make_database(folder / "x.db");
    write_file(folder / "x.db", read_file(folder / "x.db").substr(0, 3000));
    check_refusal(serve(sqlite_uri(folder / "x.db"), folder), {"x.db", "mend:"});
}

TEST_CASE("another program's database is served as far as it goes, and nothing of it is altered") {
    TemporaryFolder folder;
    execute(folder / "x.db", "CREATE TABLE usuarios (other TEXT); INSERT INTO usuarios VALUES ('kept')");
    Server server{binary, folder / "x.db"};
    CHECK(server.ask(request_text("GET /users HTTP/1.1")).status == 500);
    CHECK(server.serves());
    CAPTURE(server.process().output());
    CHECK(server.process().output().find("no such column") != std::string::npos);
    CHECK(server.stop() == 0);
    execute(folder / "x.db", "INSERT INTO usuarios (other) SELECT other FROM usuarios WHERE other = 'kept'");
}

TEST_CASE("a database that cannot be opened") {
    TemporaryFolder folder;
    std::filesystem::create_directory(folder / "folder.db");
    check_refusal(serve(sqlite_uri(folder / "folder.db"), folder), {"folder.db", "mend:"});
    check_refusal(serve(sqlite_uri(folder / "missing/deeper/x.db"), folder), {"missing/deeper", "mend:"});
    check_refusal(serve("sqlite:////proc/x.db", folder), {"/proc/x.db", "mend:"});
    CHECK_FALSE(std::filesystem::exists(folder / "missing"));
}

TEST_CASE("a folder without the right to write") {
    if (geteuid() == 0) return;  // root may write everywhere; /proc stands for it in the case before
    TemporaryFolder folder;
    std::filesystem::create_directory(folder / "closed");
    std::filesystem::permissions(folder / "closed", std::filesystem::perms::owner_read);
    check_refusal(serve(sqlite_uri(folder / "closed/x.db"), folder), {"closed", "mend:"});
}

TEST_CASE("a database URI that is none") {
    TemporaryFolder folder;
    for (std::string uri : {"nonsense", "sqlit:///x.db", "oracle://a:b@c/d", "://", "sqlite:x"}) {
        CAPTURE(uri);
        check_refusal(serve(uri, folder), {"mend:"});
    }
    check_refusal(serve("sqlit:///x.db", folder), {"sqlit", "id you mean", "sqlite"});
}

TEST_SUITE_END();
