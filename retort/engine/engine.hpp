// Engine: a database to talk to. Connections for statements by hand, transactions for sessions.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "retort/base/duration.hpp"
#include "retort/engine/connection.hpp"

namespace retort::engines {

class Dialect;  // engine/dialect.hpp

/// A transaction as a session uses it: it reads where reading is cheap until it writes, then sees its own writes.
///
/// One fiber or thread uses it at a time. Destroyed while open, it rolls back.
class Transaction {
  public:
    virtual ~Transaction() = default;

    /// The transaction of the database with this bind key; this one itself where there is one database only.
    virtual Transaction& of(std::string_view) { return *this; }

    /// The connection to read from. Before the first write: the thread's own reading connection under a guarded
    /// snapshot (READ COMMITTED); afterwards the one that holds this transaction's writes.
    virtual Connection& reader() = 0;

    /// Runs `work` with write access and leaves the transaction open, so that later reads see it. Waits for its
    /// turn; throws TimeoutError("write-lock-timeout") when that takes longer than the busy timeout.
    /// When `work` throws, what it wrote is undone (a savepoint) and the transaction stays usable.
    virtual void write(const std::function<void(Connection&)>& work) = 0;

    /// Runs `work` and commits, as one step: where nothing was written before, in a group with other clients'
    /// transactions. Durable when it returns. `work` may run on another thread while the caller waits, must not
    /// wait itself, and may be run once only. When it throws, nothing is written and the exception comes out here.
    virtual void write_and_commit(const std::function<void(Connection&)>& work) = 0;

    /// Commits what `write` left open; does nothing when there is nothing.
    virtual void commit() = 0;
    /// Undoes what `write` left open.
    virtual void rollback() noexcept = 0;
    /// Whether `write` has left something open.
    virtual bool is_writing() const = 0;

    /// Marks a place to which what is written afterwards can be undone; waits for its turn as `write` does.
    virtual void savepoint(std::string_view name) = 0;
    /// Keeps what came after the savepoint; the transaction goes on.
    virtual void release_savepoint(std::string_view name) = 0;
    /// Undoes what came after the savepoint, and forgets it; the transaction goes on.
    virtual void rollback_to_savepoint(std::string_view name) = 0;
};

/// A handle to a database; copies share it. Made by `create_engine` (dialects/create_engine.hpp).
class Engine {
  public:
    class Core {  // what a dialect implements
      public:
        virtual ~Core() = default;
        virtual const Dialect& dialect() const = 0;
        /// Of the database with this bind key, where there are several.
        virtual const Dialect& dialect_of(std::string_view) const { return dialect(); }
        virtual std::string url() const = 0;
        virtual std::unique_ptr<Transaction> begin() = 0;
        /// A connection of its own, outside the pools that requests use: DDL, migrations, scripts.
        virtual std::unique_ptr<Connection> connect() = 0;
        /// Whether a connection of its own may keep a query open while others read and write.
        virtual bool reads_beside() const { return true; }
        /// Tells it every statement from now on, beside the hook of the options. Called while no other thread uses the
        /// engine.
        virtual void listen(StatementHook) {}
        /// Ends idle resources of the calling thread (called when a server's loop ends).
        virtual void release_thread() noexcept = 0;
        /// Checkpoints and closes everything. Transactions must have ended.
        virtual void dispose() noexcept = 0;
    };

    Engine() = default;
    explicit Engine(std::shared_ptr<Core> core);
    explicit operator bool() const { return core_ != nullptr; }

    const Dialect& dialect() const { return core_->dialect(); }
    const Dialect& dialect_of(std::string_view bind_key) const { return core_->dialect_of(bind_key); }
    /// The URL with its password hidden.
    std::string url() const { return core_->url(); }
    std::unique_ptr<Transaction> begin() const;
    std::unique_ptr<Connection> connect() const;
    bool reads_beside() const { return core_->reads_beside(); }
    void listen(StatementHook hook) const { core_->listen(std::move(hook)); }
    void release_thread() const noexcept { core_->release_thread(); }
    void dispose() const noexcept { core_->dispose(); }

  private:
    std::shared_ptr<Core> core_;
};

}  // namespace retort::engines
