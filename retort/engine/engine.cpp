// The handle to a database.
#include "retort/engine/engine.hpp"

#include <utility>

namespace retort::engines {

Engine::Engine(std::shared_ptr<Core> core) : core_(std::move(core)) {}

std::unique_ptr<Transaction> Engine::begin() const { return core_->begin(); }
std::unique_ptr<Connection> Engine::connect() const { return core_->connect(); }

}  // namespace retort::engines
