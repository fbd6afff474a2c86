// The keys SERVER_… of the configuration.
#include "retort/web/server_options.hpp"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <string>

namespace retort::detail {

namespace {

[[noreturn]] void refuse(std::string_view key, const char* kind) {
    throw ConfigError("config-kind"_code,
                      "the configuration's " + std::string(key) + " is of a wrong kind: it has to be " + kind,
                      "give it a value of the kind that its page in docs/web tells");
}

void read_seconds(const Config& config, std::string_view key, std::chrono::milliseconds& into) {
    constexpr double longest = 366.0 * 24 * 3600;
    const json* value = config.find(key);
    if (value == nullptr || value->is_null()) return;
    const double seconds = value->is_number() ? value->as<double>() : 0.0;
    if (!(seconds >= 0.001 && seconds <= longest)) refuse(key, "a number of seconds, from 0.001 to a year's");
    into = std::chrono::milliseconds{std::llround(seconds * 1000)};
}

template <class Count>
void read_count(const Config& config, std::string_view key, Count& into, std::int64_t least = 1) {
    const json* value = config.find(key);
    if (value == nullptr || value->is_null()) return;
    const std::int64_t count = value->is_integer() ? value->as<std::int64_t>() : -1;
    if (count < least) refuse(key, least == 0 ? "a whole number, 0 or more" : "a whole number above 0");
    into = static_cast<Count>(count);
}

}  // namespace

http::ServerOptions server_options(const Config& config) {
    http::ServerOptions options;
    read_seconds(config, "SERVER_HEADER_TIMEOUT", options.header_timeout);
    read_seconds(config, "SERVER_BODY_TIMEOUT", options.body_timeout);
    read_seconds(config, "SERVER_WRITE_TIMEOUT", options.write_timeout);
    read_seconds(config, "SERVER_IDLE_TIMEOUT", options.idle_timeout);
    read_seconds(config, "SERVER_SHUTDOWN_TIMEOUT", options.shutdown_timeout);
    read_count(config, "SERVER_MIN_BODY_RATE", options.min_body_rate, 0);
    read_count(config, "SERVER_MAX_BODY_BYTES", options.max_body_bytes);
    read_count(config, "SERVER_MAX_HEADER_BYTES", options.max_header_bytes);
    read_count(config, "SERVER_MAX_HEADERS", options.max_headers);
    read_count(config, "SERVER_MAX_CONNECTIONS", options.max_connections);
    read_count(config, "SERVER_MAX_STREAMS", options.max_streams);
    return options;
}

}  // namespace retort::detail
