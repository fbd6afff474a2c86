// Several databases behind one engine, told apart by bind keys: what a session with binds works on.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "retort/engine/engine.hpp"

namespace retort::engines {

/// Databases by the bind keys of their models.
using Binds = std::map<std::string, Engine, std::less<>>;

/// An engine that is `main` to everybody who does not ask, and the others by `Transaction::of(key)`.
///
/// A transaction of it has one transaction for each database that it touches. They are written one after the other
/// and committed in the order in which they began: when a commit fails, what was not committed yet is rolled back, and
/// OperationalError("partly-committed") names the databases that have committed already. `main` may be empty.
Engine bind_engines(Engine main, Binds others);

/// Throws InvalidRequestError("unknown-bind") with the nearest key.
[[noreturn]] void refuse_unknown_bind(std::string_view key, const Binds& known);

}  // namespace retort::engines
