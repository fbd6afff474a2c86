// SQLite: a database in a file or in memory, inside the program.
#pragma once

#include "retort/engine/engine.hpp"
#include "retort/engine/options.hpp"
#include "retort/engine/url.hpp"

namespace retort::dialects::sqlite {

/// The engine for a `sqlite:` URL. Throws ArgumentError("invalid-sqlite-url").
engines::Engine create(const engines::Url& url, engines::EngineOptions options);

}  // namespace retort::dialects::sqlite
