// Levels, sinks, and lines that stay in their bounds.
#include "retort/base/log.hpp"

#include <string>
#include <vector>

#include "tests/doctest.hpp"

using namespace retort;

TEST_CASE("only what the level shows reaches the sink") {
    Logger log;
    std::vector<std::string> lines;
    log.set_sink([&](LogLevel, std::string_view line) { lines.emplace_back(line); });
    log.debug("d");
    log.info("i");
    log.warning("w");
    log.write_raw("raw");
    log.set_level(LogLevel::error);
    log.warning("w2");
    log.write_raw("raw2");
    log.error("e");
    log.set_level(LogLevel::off);
    log.error("e2");
    log.set_level(LogLevel::debug);
    log.debug("d2");
    CHECK(lines == std::vector<std::string>{"i", "WARNING: w", "raw", "ERROR: e", "DEBUG: d2"});
}

TEST_CASE("a line is put together on the stack") {
    LogLine line;
    line << "GET " << 200 << ' ' << std::int64_t{-5} << ' ' << std::size_t{7};
    CHECK(line.text() == "GET 200 -5 7");
}

TEST_CASE("nobody forges a line") {
    LogLine line;
    line.untrusted("a\nb\x1b[0m\x7f é");
    CHECK(line.text() == "a\\x0ab\\x1b[0m\\x7f é");
}

TEST_CASE("what does not fit is cut") {
    LogLine line;
    std::string longer(5000, 'x');
    line << "start " << longer << "more" << "and more";
    CHECK(line.text().size() == 2003);
    CHECK(line.text().ends_with("x..."));
    Logger log;
    std::string seen;
    log.set_sink([&](LogLevel, std::string_view text) { seen = text; });
    log.info(longer);
    CHECK(seen == longer);
}
