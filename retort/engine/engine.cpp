// The handle to a database.
#include "retort/engine/engine.hpp"

#include <utility>

namespace retort::engines {

Engine::Engine(std::shared_ptr<Core> core) : core_(std::move(core)) {}

}  // namespace retort::engines
