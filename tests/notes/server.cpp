// Starting, signalling and waiting for the notes program.
#include "server.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <thread>

namespace notes {

namespace {

using Clock = std::chrono::steady_clock;

/// Between fork and exec: only what is safe there.
[[noreturn]] void become(char* const* arguments, char* const* environment, const char* folder, int log) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    if (chdir(folder) == 0) execve(arguments[0], arguments, environment);
    _exit(127);
}

std::vector<std::string> environment_with(const std::string& database_uri) {
    std::vector<std::string> settings{"RETORT_SQLALCHEMY_DATABASE_URI=" + database_uri};
    for (char** setting = environ; *setting; ++setting)
        if (!std::string_view{*setting}.starts_with("RETORT_")) settings.emplace_back(*setting);
    return settings;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (auto& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

bool can_bind(std::uint16_t port) {
    int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bool bound = bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    ::close(socket);
    return bound;
}

std::vector<std::string> run_command(const std::string& binary, std::uint16_t port) {
    return {binary, "run", "--host", "127.0.0.1", "--port", std::to_string(port)};
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
    auto name = (std::filesystem::temp_directory_path() / "retort-notes-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("cannot make a temporary folder");
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

Process::Process(const std::vector<std::string>& command, const std::string& database_uri,
                 const std::filesystem::path& folder) {
    static int count = 0;
    log_ = folder / ("output-" + std::to_string(++count) + ".txt");
    auto arguments = command;
    arguments[0] = std::filesystem::absolute(arguments[0]).string();
    auto settings = environment_with(database_uri);
    auto argument_list = pointers(arguments);
    auto setting_list = pointers(settings);
    int log = open(log_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    pid_ = fork();
    if (pid_ == 0) become(argument_list.data(), setting_list.data(), folder.c_str(), log);
    ::close(log);
    if (pid_ < 0) throw std::runtime_error("cannot fork");
}

Process::~Process() {
    if (exit_code_) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
}

void Process::signal(int number) {
    if (!exit_code_) kill(pid_, number);
}

std::optional<int> Process::wait(std::chrono::milliseconds patience) {
    auto until = Clock::now() + patience;
    while (!exit_code_) {
        int status = 0;
        if (waitpid(pid_, &status, WNOHANG) == pid_)
            exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        else if (Clock::now() >= until)
            return std::nullopt;
        else
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    return exit_code_;
}

std::string Process::output() const {
    std::ifstream file{log_};
    return {std::istreambuf_iterator<char>{file}, {}};
}

std::uint16_t free_port() {
    static std::minstd_rand random{std::random_device{}()};
    for (;;)
        if (auto port = static_cast<std::uint16_t>(20000 + random() % 10000); can_bind(port)) return port;
}

std::string sqlite_uri(const std::filesystem::path& database) { return "sqlite:///" + database.string(); }

Server::Server(const std::string& binary, const std::filesystem::path& database)
    : port_(free_port()), process_(run_command(binary, port_), sqlite_uri(database), database.parent_path()) {
    for (auto until = Clock::now() + std::chrono::seconds{30}; process_.running() && Clock::now() < until;) {
        if (int socket = connect_to(port_); socket >= 0) {
            ::close(socket);
            return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    throw std::runtime_error("the program does not serve; it printed:\n" + process_.output());
}

Answer Server::ask(std::string_view request) const {
    Client client{port_};
    client.send(request);
    auto answer = client.read(request.starts_with("HEAD "));
    if (!answer) throw std::runtime_error("no whole answer to: " + std::string{request.substr(0, 200)});
    return *std::move(answer);
}

bool Server::serves() const {
    try {
        auto answer = ask(request_text("GET /hola HTTP/1.1", {}, "Connection: close\r\n"));
        return answer.status == 200 && answer.body == "\"Hola\"\n";
    } catch (const std::runtime_error&) {
        return false;
    }
}

int Server::stop() {
    process_.signal(SIGTERM);
    return process_.wait(std::chrono::seconds{60}).value_or(-1);
}

}  // namespace notes
