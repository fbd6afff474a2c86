// What can be chosen when an engine is made.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "retort/base/duration.hpp"
#include "retort/engine/statement_event.hpp"

namespace retort::engines {

/// What a commit survives once it has returned.
enum class Durability : std::uint8_t {
    full,    ///< a loss of power
    normal,  ///< a crash of the program; a loss of power may take the last commits, never the database
    off,     ///< a crash of the program; a loss of power may take the database
};

/// The choices of an engine; the defaults are the safe ones.
struct EngineOptions {
    /// How long a writer waits for another one.
    std::chrono::milliseconds busy_timeout{5000};
    Durability durability = Durability::full;
    bool foreign_keys = true;
    /// A write transaction that other writers had to wait for longer than this is told to `on_warning`.
    std::chrono::milliseconds long_write{1000};
    /// Called with each statement that ran.
    StatementHook on_statement;
    /// Called with a sentence for the log, on any thread.
    std::function<void(std::string_view)> on_warning;
};

}  // namespace retort::engines
