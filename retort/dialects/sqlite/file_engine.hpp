// The engine of a SQLite file: guarded snapshots to read from, one writer for the process.
#pragma once

#include <memory>

#include "retort/dialects/sqlite/database.hpp"
#include "retort/engine/engine.hpp"

namespace retort::dialects::sqlite {

/// The file is opened when it is first used, and again after `dispose`.
std::shared_ptr<engines::Engine::Core> make_file_engine(Place place, engines::EngineOptions options, std::string url);

}  // namespace retort::dialects::sqlite
