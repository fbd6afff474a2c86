// Timing by the CPU clock of the process, and what is printed of it.
#include "measure.hpp"

#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace measure {

double cpu_seconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    auto half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

std::size_t allocated_bytes() {
    auto heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
}

void require_same(const char* what, long raw, long ours) {
    if (raw == ours) return;
    std::fprintf(stderr, "%s: raw sqlite3 gives %ld, the ORM %ld\n", what, raw, ours);
    std::exit(1);
}

namespace {

double timed(const Work& side, int times) {
    double seconds = 0;
    for (int i = 0; i < times; ++i) {
        side.prepare();
        double start = cpu_seconds();
        side.work();
        seconds += cpu_seconds() - start;
    }
    return seconds / times;
}

}  // namespace

Measured& Table::of(const std::string& id) {
    for (auto& measured : all_) {
        if (measured.id == id) return measured;
    }
    return all_.emplace_back(Measured{id, {}, {}, {}});
}

void Table::record(const std::string& id, double raw, double ours) {
    auto& measured = of(id);
    if (round_ < 0) {
        measured.raw = {raw};
        return;
    }
    if (measured.ratios.empty()) measured.raw.clear();
    measured.raw.push_back(raw);
    measured.ours.push_back(ours);
    measured.ratios.push_back(ours / raw);
}

void Table::add(const std::string& id, int times, const Work& raw, const Work& ours) {
    bool raw_first = round_ % 2 == 0;
    double first = timed(raw_first ? raw : ours, times);
    double second = timed(raw_first ? ours : raw, times);
    raw_first ? record(id, first, second) : record(id, second, first);
}

void Table::add_against(const std::string& id, double raw_seconds, const Work& ours) {
    record(id, raw_seconds, timed(ours, 1));
}

void Table::add_ratio(const std::string& id, double raw, double ours) { record(id, raw, ours); }

double Table::newest_raw(const std::string& id) { return of(id).raw.back(); }

void Table::print(const char* title, int rows) const {
    std::printf("%s, CPU, median of %zu rounds\n%-22s %12s %12s %8s\n", title, all_.empty() ? 0 : all_[0].ratios.size(),
                "", "raw ns/row", "ours ns/row", "ratio");
    for (const auto& measured : all_) {
        std::printf("%-22s %12.1f %12.1f %8.4g\n", measured.id.c_str(), median(measured.raw) / rows * 1e9,
                    median(measured.ours) / rows * 1e9, median(measured.ratios));
    }
}

void Table::write_json(const char* file) const {
    std::FILE* out = std::fopen(file, "w");
    if (out == nullptr) return;
    std::fputs("[", out);
    const char* comma = "";
    for (const auto& measured : all_) {
        std::fprintf(out, "%s{\"id\": \"%s\", \"raw\": %.9g, \"ours\": %.9g, \"ratios\": [", comma, measured.id.c_str(),
                     median(measured.raw), median(measured.ours));
        for (std::size_t i = 0; i < measured.ratios.size(); ++i) {
            std::fprintf(out, "%s%.6g", i == 0 ? "" : ", ", measured.ratios[i]);
        }
        std::fputs("]}", out);
        comma = ",\n ";
    }
    std::fputs("]\n", out);
    std::fclose(out);
}

}  // namespace measure
