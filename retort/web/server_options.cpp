// The keys SERVER_… of the configuration.
#include "retort/web/server_options.hpp"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <string>

namespace retort::detail {

namespace {

// What they are is checked when they are set.
void read_seconds(const Config& config, std::string_view key, std::chrono::milliseconds& into) {
    const json* value = config.find(key);
    if (value != nullptr && !value->is_null()) into = std::chrono::milliseconds{std::llround(value->to_real() * 1000)};
}

template <class Count>
void read_count(const Config& config, std::string_view key, Count& into) {
    const json* value = config.find(key);
    if (value != nullptr && !value->is_null()) into = static_cast<Count>(value->as<std::int64_t>());
}

}  // namespace

http::ServerOptions server_options(const Config& config) {
    http::ServerOptions options;
    read_seconds(config, "SERVER_HEADER_TIMEOUT", options.header_timeout);
    read_seconds(config, "SERVER_BODY_TIMEOUT", options.body_timeout);
    read_seconds(config, "SERVER_WRITE_TIMEOUT", options.write_timeout);
    read_seconds(config, "SERVER_IDLE_TIMEOUT", options.idle_timeout);
    read_seconds(config, "SERVER_SHUTDOWN_TIMEOUT", options.shutdown_timeout);
    read_count(config, "SERVER_MIN_BODY_RATE", options.min_body_rate);
    read_count(config, "SERVER_MAX_BODY_BYTES", options.max_body_bytes);
    read_count(config, "SERVER_MAX_HEADER_BYTES", options.max_header_bytes);
    read_count(config, "SERVER_MAX_HEADERS", options.max_headers);
    read_count(config, "SERVER_MAX_CONNECTIONS", options.max_connections);
    read_count(config, "SERVER_MAX_STREAMS", options.max_streams);
    return options;
}

}  // namespace retort::detail
