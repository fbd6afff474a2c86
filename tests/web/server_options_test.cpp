// The server's limits and times out of the configuration.
#include "retort/web/server_options.hpp"

#include "retort/web/config.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using std::chrono::milliseconds;

TEST_CASE("the keys SERVER_… set limits and times; what is not set stays") {
    Config config;
    const http::ServerOptions initial;
    CHECK(detail::server_options(config).body_timeout == initial.body_timeout);
    CHECK(detail::server_options(config).max_headers == initial.max_headers);
    config["SERVER_BODY_TIMEOUT"] = 0.25;
    config["SERVER_IDLE_TIMEOUT"] = 5;
    config["SERVER_MIN_BODY_RATE"] = 0;
    config["SERVER_MAX_HEADERS"] = 7;
    auto options = detail::server_options(config);
    CHECK(options.body_timeout == milliseconds{250});
    CHECK(options.idle_timeout == milliseconds{5000});
    CHECK(options.min_body_rate == 0);
    CHECK(options.max_headers == 7);
    CHECK(options.header_timeout == initial.header_timeout);
}

TEST_CASE("a limit that is no time or no count is refused by its name") {
    auto message = [](std::string_view key, json value) {
        Config config;
        try {
            config[key] = std::move(value);
        } catch (const ConfigError& error) {
            return std::string(error.code()) + ": " + error.message();
        }
        return std::string("taken");
    };
    CHECK(message("SERVER_BODY_TIMEOUT", 0) ==
          "config-kind: the configuration's SERVER_BODY_TIMEOUT is of a wrong kind: it has to be a number of seconds, "
          "from 0.001 to a year's");
    CHECK(message("SERVER_IDLE_TIMEOUT", "soon").starts_with("config-kind"));
    CHECK(message("SERVER_IDLE_TIMEOUT", 1e300).starts_with("config-kind"));
    CHECK(message("SERVER_MAX_HEADERS", 0).ends_with("a whole number above 0"));
    CHECK(message("SERVER_MIN_BODY_RATE", -1).ends_with("a whole number, 0 or more"));
    CHECK(message("SERVER_MAX_STREAMS", 1.5).starts_with("config-kind"));
}
