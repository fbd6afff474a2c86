// The ORM against raw sqlite3 by hand: CPU of both, interleaved, as ratios. benchmark_orm [options]
//
//   --part people|file|loading|memory   what is measured (people): `file` is `people` in a file
//   --rows N     users, or books of a tenth as many authors (100000)
//   --rounds N   that count; one more goes before and warms the heap (9)
//   --folder F   where the files of --part file stand (.)
//   --json FILE  where the seconds and the ratios of all rounds are written
#include <malloc.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "orm/people.hpp"
#include "orm/shelves.hpp"

namespace {

struct Options {
    std::string part = "people";
    std::string folder = ".";
    const char* json_file = nullptr;
    int rows = 100000;
    int rounds = 9;
};

Options parse_options(int argc, char** argv) {
    Options options;
    for (int i = 1; i + 1 < argc; i += 2) {
        auto is = [&](const char* name) { return std::strcmp(argv[i], name) == 0; };
        if (is("--part")) options.part = argv[i + 1];
        if (is("--folder")) options.folder = argv[i + 1];
        if (is("--json")) options.json_file = argv[i + 1];
        if (is("--rows")) options.rows = std::atoi(argv[i + 1]);
        if (is("--rounds")) options.rounds = std::atoi(argv[i + 1]);
    }
    return options;
}

void remove_database(const std::string& file) {
    for (const char* end : {"", "-wal", "-shm"}) unlink((file + end).c_str());
}

void run_people(measure::Table& table, const Options& options) {
    bool in_file = options.part == "file";
    std::string raw_file = in_file ? options.folder + "/raw.db" : ":memory:";
    std::string our_file = in_file ? options.folder + "/ours.db" : ":memory:";
    if (in_file) {
        remove_database(raw_file);
        remove_database(our_file);
    }
    RawPeople raw(raw_file, options.rows);
    OurPeople ours(our_file, options.rows);
    for (int round = -1; round < options.rounds; ++round) {
        table.begin_round(round);
        measure_people(table, in_file ? "orm.file." : "orm.", raw, ours);
    }
}

void run_loading(measure::Table& table, const Options& options) {
    int authors = std::max(1, options.rows / books_each);
    RawShelves raw(authors);
    OurShelves ours(authors);
    int times = std::max(1, 50000 / options.rows);
    for (int round = -1; round < options.rounds; ++round) {
        table.begin_round(round);
        measure_loading(table, times, raw, ours);
    }
}

}  // namespace

int main(int argc, char** argv) {
    Options options = parse_options(argc, argv);
    // A warmed heap stays warm: between the rounds nothing is given back to the system, for both sides.
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    // The engine sets this for the process; said here, it holds for the raw side whoever comes first.
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    measure::Table table;
    if (options.part == "memory") {
        measure_memory(table, options.rows);
    } else if (options.part == "loading") {
        run_loading(table, options);
    } else {
        run_people(table, options);
    }
    std::string title = options.part + ", " + std::to_string(options.rows) + " rows";
    if (options.part != "memory") table.print(title.c_str(), options.rows);
    if (options.json_file != nullptr) table.write_json(options.json_file);
}
