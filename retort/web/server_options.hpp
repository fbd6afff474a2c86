// The server's limits and times, as the configuration sets them.
#pragma once

#include "retort/http/server.hpp"
#include "retort/web/config.hpp"

namespace retort::detail {

/// What the keys SERVER_… say; what is not set stays as ServerOptions has it.
/// Throws ConfigError("config-kind") for what is no time or count above nothing.
http::ServerOptions server_options(const Config& config);

}  // namespace retort::detail
