// What the programs of benchmarks/run orm share: CPU time of two sides by turns, medians, a table and JSON.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace measure {

/// One side of a measurement; what `prepare` does is not timed.
struct Work {
    std::function<void()> prepare;
    std::function<void()> work;
};

/// The CPU seconds of all threads of this process up to now.
double cpu_seconds();
double median(std::vector<double> values);
/// Bytes that are allocated now.
std::size_t allocated_bytes();
/// Ends the program, when the two sides did not do the same.
void require_same(const char* what, long raw, long ours);

/// What one id has cost, round by round.
struct Measured {
    std::string id;
    std::vector<double> raw;
    std::vector<double> ours;
    std::vector<double> ratios;
};

/// The measurements of one run, in the order in which they came first.
class Table {
  public:
    /// Rounds that do not count warm heap and caches.
    void begin_round(int round) { round_ = round; }
    /// Runs both sides, each `times`; who begins changes from round to round.
    void add(const std::string& id, int times, const Work& raw, const Work& ours);
    /// Ours alone, against a time that stands already.
    void add_against(const std::string& id, double raw_seconds, const Work& ours);
    /// A figure that is no time.
    void add_ratio(const std::string& id, double raw, double ours);
    /// The newest seconds of the raw side.
    double newest_raw(const std::string& id);
    void print(const char* title, int rows) const;
    void write_json(const char* file) const;

  private:
    Measured& of(const std::string& id);
    void record(const std::string& id, double raw, double ours);

    int round_ = 0;
    std::vector<Measured> all_;
};

}  // namespace measure
