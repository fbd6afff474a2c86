// TurnTransaction: what transactions of files and of databases in memory have in common.
#pragma once

#include <functional>
#include <string_view>

#include "retort/dialects/sqlite/control.hpp"
#include "retort/engine/engine.hpp"

namespace retort::dialects::sqlite {

/// A transaction that takes its database's turn at its first write and keeps it until it ends.
///
/// Whoever derives from it rolls back in its destructor.
class TurnTransaction : public engines::Transaction {
  public:
    using Work = std::function<void(engines::Connection&)>;

    void write(const Work& work) override;
    void write_and_commit(const Work& work) override;
    void commit() override;
    void rollback() noexcept override;
    bool is_writing() const override { return writing_; }
    void savepoint(std::string_view name) override;
    void release_savepoint(std::string_view name) override;
    void rollback_to_savepoint(std::string_view name) override;

  protected:
    /// Takes the turn and begins. Throws TimeoutError("write-lock-timeout").
    virtual void take_turn() = 0;
    /// Commits and gives the turn back; when that fails, it is rolled back and given back all the same.
    virtual void commit_turn() = 0;
    virtual void roll_back_turn() noexcept = 0;
    /// What the holder of the turn writes with.
    virtual engines::Connection& connection() = 0;
    virtual TransactionControl& control() = 0;
    /// Runs work as a transaction of its own, when nothing was written before.
    virtual void submit(const Work& work) = 0;

    /// Without this, statements after a lost transaction would each commit by themselves.
    void check_alive();

  private:
    void begin_writing();
    void run_in_savepoint(const Work& work);

    bool writing_ = false;
};

}  // namespace retort::dialects::sqlite
