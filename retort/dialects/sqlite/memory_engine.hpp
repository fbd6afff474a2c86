// The engine of a database in memory: one shared connection, used by one at a time.
#pragma once

#include <memory>

#include "retort/dialects/sqlite/database.hpp"
#include "retort/engine/engine.hpp"

namespace retort::dialects::sqlite {

/// The database lives as long as the engine, or until `dispose`.
std::shared_ptr<engines::Engine::Core> make_memory_engine(Place place, engines::EngineOptions options, std::string url);

}  // namespace retort::dialects::sqlite
