// Many keep-alive clients in one epoll thread, each with one request under way.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "load_model.hpp"

namespace notes {

/// What went wrong, and how much was done.
struct Totals {
    long answers = 0;
    long writes = 0;         ///< acknowledged
    long server_errors = 0;  ///< 5xx
    long wrong = 0;          ///< answers that differ from what the model says
    long dropped = 0;        ///< requests left without an answer while the server should be serving
    long refused = 0;        ///< connections refused meanwhile
    long unanswered = 0;     ///< requests left without an answer by a signal
    long half_done = 0;      ///< of these, writes that were carried out although the signal was a TERM
    long lost = 0;           ///< acknowledged, but not in the database as acknowledged
    long phantom = 0;        ///< in the database, but nobody's
    long faults = 0;         ///< exit codes, files left over, integrity

    bool good() const {
        return server_errors + wrong + dropped + refused + half_done + lost + phantom + faults == 0 && answers > 0;
    }
    /// Counts one, and tells the first few on stderr.
    void note(long& counter, const std::string& what);

  private:
    long told_ = 0;
};

class Clients {
  public:
    Clients(int count, std::uint64_t seed, Totals& totals);
    ~Clients();
    Clients(const Clients&) = delete;
    Clients& operator=(const Clients&) = delete;

    /// Asks the server on that port, each client one request after the other.
    void run(std::uint16_t port, std::chrono::milliseconds time);
    /// Waits for the answers under way, and closes all connections.
    void finish();
    /// After a signal: goes on until the server has closed every connection. Writes left without an answer stay
    /// pending with their owners.
    void run_out();

    const std::vector<std::unique_ptr<Owner>>& owners() const { return owners_; }
    /// One owner that no connection belongs to.
    Owner& outsider() { return *owners_.back(); }
    Ids& ids() { return ids_; }
    Counts& counts() { return counts_; }

  private:
    enum class Mode { running, finishing, running_out };
    struct Connection {
        Owner* owner = nullptr;
        int socket = -1;
        std::string buffer;
    };

    void turn(std::chrono::milliseconds wait);
    void open(Connection& connection);
    void close(Connection& connection);
    void ask(Connection& connection);
    void receive(Connection& connection);
    void judge(Connection& connection, const Answer& answer);
    void ended(Connection& connection);
    template <class Condition>
    void turn_until(std::chrono::milliseconds limit, Condition done);

    Totals& totals_;
    Ids ids_;
    Counts counts_;
    std::vector<std::unique_ptr<Owner>> owners_;
    std::vector<Connection> connections_;
    int epoll_ = -1;
    std::uint16_t port_ = 0;
    Mode mode_ = Mode::running;
};

}  // namespace notes
