// The load on the notes program: many clients that check every answer, and signals that end the server meanwhile.
#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "load_check.hpp"
#include "server.hpp"

namespace {

using namespace notes;
using std::chrono::milliseconds;

constexpr const char* usage =
    "usage: notes_load BINARY [--seconds 30] [--clients 256] [--kill TERM|KILL] [--times 5] [--seed N]\n"
    "Without --kill: one long run. With it: that many runs, each ended by the signal at a random moment.\n";

struct Options {
    std::string binary;
    double seconds = 30;
    int clients = 256;
    int signal = 0;
    int times = 5;
    std::uint64_t seed = std::random_device{}();
};

bool set(Options& options, std::string_view name, const std::string& value) {
    if (name == "--seconds") return (options.seconds = std::atof(value.c_str())) > 0;
    if (name == "--clients") return (options.clients = std::atoi(value.c_str())) > 0;
    if (name == "--times") return (options.times = std::atoi(value.c_str())) > 0;
    if (name == "--seed") return options.seed = std::strtoull(value.c_str(), nullptr, 10), true;
    if (name == "--kill") options.signal = value == "TERM" ? SIGTERM : value == "KILL" ? SIGKILL : 0;
    return name == "--kill" && options.signal != 0;
}

bool read_options(int argc, char** argv, Options& options) {
    if (argc < 2 || argv[1][0] == '-' || argc % 2 != 0) return false;
    options.binary = argv[1];
    for (int i = 2; i < argc; i += 2)
        if (!set(options, argv[i], argv[i + 1])) return false;
    return true;
}

/// A request whose body is still on its way when the server is told to end: it must be answered all the same.
class Straggler {
  public:
    Straggler(Owner& owner, std::uint16_t port) : owner_(owner), client_(port), text_(owner.create()) {
        client_.send(text_.substr(0, text_.size() - half));
    }

    void finish(Totals& totals) {
        client_.send(text_.substr(text_.size() - half));
        auto answer = client_.read();
        if (!answer) return totals.note(totals.faults, "a request under way at SIGTERM was not answered: " + text_);
        if (auto wrong = owner_.take(*answer); !wrong.empty()) totals.note(totals.wrong, wrong);
        if (!client_.ends()) totals.note(totals.faults, "a connection stays open after SIGTERM");
    }

  private:
    static constexpr std::size_t half = 20;
    Owner& owner_;
    Client client_;
    std::string text_;
};

class Load {
  public:
    explicit Load(const Options& options)
        : options_(options),
          database_(folder_ / "notes.db"),
          clients_(options.clients, options.seed, totals_),
          random_(options.seed) {}

    const Totals& run() {
        start();
        if (options_.signal == 0) {
            clients_.run(server_->port(), milliseconds{static_cast<long>(options_.seconds * 1000)});
            clients_.finish();
        }
        for (int i = 0; options_.signal != 0 && i < options_.times; ++i) end_by_signal();
        check_everything(clients_, server_->port(), false, totals_);
        stop();
        start();
        check_everything(clients_, server_->port(), false, totals_);
        stop();
        return totals_;
    }

    void print() const {
        long people = 0, marks = 0;
        for (auto& owner : clients_.owners())
            for (auto& [id, person] : owner->people()) ++people, marks += std::ssize(person.marks);
        std::printf(
            "notes_load: %s seed=%llu clients=%d answers=%ld writes=%ld 5xx=%ld wrong=%ld lost=%ld phantom=%ld "
            "dropped=%ld refused=%ld faults=%ld kills=%d unanswered=%ld half_done=%ld users=%ld bookmarks=%ld\n",
            totals_.good() ? "ok" : "FAILED", static_cast<unsigned long long>(options_.seed), options_.clients,
            totals_.answers, totals_.writes, totals_.server_errors, totals_.wrong, totals_.lost, totals_.phantom,
            totals_.dropped, totals_.refused, totals_.faults, options_.signal ? options_.times : 0, totals_.unanswered,
            totals_.half_done, people, marks);
        if (!totals_.good()) tell_output();
    }

  private:
    void start() { server_ = std::make_unique<Server>(options_.binary, database_); }

    void stop() {
        if (int code = server_->stop(); code != 0)
            totals_.note(totals_.faults, "exit code " + std::to_string(code) + " after SIGTERM");
        check_file(database_, totals_);
    }

    /// The runs share the time given, each between half and one and a half of its part.
    milliseconds some_time() {
        double part = options_.seconds * 1000 / options_.times;
        return milliseconds{static_cast<long>(part * (0.5 + static_cast<double>(random_() % 1000) / 1000))};
    }

    void end_by_signal() {
        clients_.run(server_->port(), some_time());
        if (options_.signal == SIGTERM)
            end_by_term();
        else
            end_by_kill();
        start();
        check_everything(clients_, server_->port(), options_.signal == SIGTERM, totals_);
    }

    void end_by_term() {
        Straggler straggler{clients_.outsider(), server_->port()};
        clients_.run(server_->port(), milliseconds{100});
        server_->process().signal(SIGTERM);
        clients_.run_out();
        straggler.finish(totals_);
        stop();
    }

    void end_by_kill() {
        server_->process().signal(SIGKILL);
        clients_.run_out();
        server_->process().wait();
    }

    void tell_output() const {
        auto text = server_->process().output();
        auto from = text.size() > 3000 ? text.size() - 3000 : 0;
        std::fprintf(stderr, "the last server printed:\n%s\n", text.c_str() + from);
    }

    const Options& options_;
    TemporaryFolder folder_;
    std::filesystem::path database_;
    Totals totals_;
    Clients clients_;
    std::mt19937_64 random_;
    std::unique_ptr<Server> server_;
};

}  // namespace

int main(int argc, char** argv) {
    Options options;
    if (!read_options(argc, argv, options)) {
        std::fputs(usage, stderr);
        return 2;
    }
    std::printf("notes_load: seed %llu\n", static_cast<unsigned long long>(options.seed));
    std::fflush(stdout);
    try {
        Load load{options};
        bool good = load.run().good();
        load.print();
        return good ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "notes_load: %s\n", error.what());
        return 1;
    }
}
