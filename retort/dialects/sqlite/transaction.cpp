// Writing while holding the turn: each piece of work in a savepoint, so that its failure undoes it alone.
#include "retort/dialects/sqlite/transaction.hpp"

#include "retort/engine/errors.hpp"

namespace retort::dialects::sqlite {

void TurnTransaction::check_alive() {
    if (control().is_open()) return;
    rollback();
    throw InvalidRequestError("transaction-lost"_code,
                              "an error made SQLite roll this transaction back as a whole; nothing of it was written.",
                              "roll back, and begin again");
}

void TurnTransaction::begin_writing() {
    take_turn();
    writing_ = true;
}

void TurnTransaction::write(const Work& work) {
    if (writing_) {
        check_alive();
        run_in_savepoint(work);
        return;
    }
    begin_writing();
    try {
        run_in_savepoint(work);
    } catch (...) {
        rollback();  // nothing was written before, so nobody has to wait for it
        throw;
    }
}

void TurnTransaction::run_in_savepoint(const Work& work) {
    control().savepoint();
    try {
        work(connection());
        check_alive();
        control().release();
    } catch (...) {
        if (writing_) control().undo();
        if (writing_ && !control().is_open()) rollback();
        throw;
    }
}

void TurnTransaction::write_and_commit(const Work& work) {
    if (!writing_) {
        submit(work);
        return;
    }
    try {
        check_alive();
        work(connection());
        commit();
    } catch (...) {
        rollback();
        throw;
    }
}

void TurnTransaction::commit() {
    if (!writing_) return;
    check_alive();
    writing_ = false;
    commit_turn();
}

void TurnTransaction::rollback() noexcept {
    if (!writing_) return;
    writing_ = false;
    roll_back_turn();
}

void TurnTransaction::savepoint(std::string_view name) {
    if (!writing_) begin_writing();
    check_alive();
    connection().savepoint(name);
}

void TurnTransaction::release_savepoint(std::string_view name) {
    check_alive();
    connection().release_savepoint(name);
}

void TurnTransaction::rollback_to_savepoint(std::string_view name) {
    check_alive();
    connection().rollback_to_savepoint(name);
    connection().release_savepoint(name);
}

}  // namespace retort::dialects::sqlite
