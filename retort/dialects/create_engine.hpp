// create_engine: the one place that knows all dialects, and where a database's address is made out.
#pragma once

#include <string>
#include <string_view>

#include "retort/engine/engine.hpp"
#include "retort/engine/options.hpp"

namespace retort {

using engines::Durability;
using engines::Engine;
using engines::EngineOptions;

/// An engine for a URL such as `sqlite:///notes.db`. Nothing is opened before the first use.
/// Throws ArgumentError: "invalid-database-url", "unknown-dialect", "invalid-sqlite-url".
Engine create_engine(std::string_view url, EngineOptions options = {});

/// The URL with the path of a SQLite file made absolute, by Flask-SQLAlchemy 3's rules: a relative path is one in the
/// instance folder, which is made when it is missing; everything else stays as it is.
///
/// The server, the command line and the studio all come through here, so that they never mean different files.
std::string resolve_database_uri(std::string_view uri, std::string_view instance_path);

}  // namespace retort
