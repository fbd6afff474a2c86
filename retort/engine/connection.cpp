// How a connection runs a statement: prepare, bind, step, reset, and say on an error what ran.
#include "retort/engine/connection.hpp"

#include <algorithm>
#include <utility>

#include "retort/engine/dialect.hpp"
#include "retort/engine/errors.hpp"
#include "retort/engine/result.hpp"

namespace retort::engines {

namespace {

/// What is done with the rows of a statement while it runs: nothing, unless overridden.
struct Discard {
    void row(Statement&) {}
    void end(Statement&) {}
};

/// Hands each row on.
struct Forward : Discard {
    explicit Forward(FunctionRef<void(std::span<const ValueView>)> target) : target_(target) {}
    void row(Statement& statement) { target_(statement.row()); }

  private:
    FunctionRef<void(std::span<const ValueView>)> target_;
};

/// Keeps all rows.
struct Collect : Discard {
    void row(Statement& statement) {
        if (rows->size() == 0) name_columns(statement);
        rows->append(statement.row());
    }
    void end(Statement& statement) {
        if (rows->size() == 0) name_columns(statement);
    }
    std::shared_ptr<detail::Rows> rows = std::make_shared<detail::Rows>();

  private:
    void name_columns(Statement& statement) {
        std::vector<std::string> names;
        for (int i = 0; i < statement.column_count(); ++i) names.emplace_back(statement.column_name(i));
        rows->set_columns(std::move(names));
    }
};

}  // namespace

template <class Sink>
std::int64_t Connection::drive(std::string_view sql, std::span<const ValueView> parameters, Sink& sink) {
    if (hook_ != nullptr && *hook_) [[unlikely]] {
        return report(sql, parameters, sink);
    }
    try {
        StatementScope statement(driver_->prepare(sql));
        statement->bind(parameters);
        std::int64_t rows = 0;
        while (statement->step()) {
            sink.row(*statement);
            ++rows;
        }
        sink.end(*statement);
        return rows;
    } catch (StatementError& error) {
        error.attach(sql, parameters);
        throw;
    }
}

template <class Sink>
std::int64_t Connection::report(std::string_view sql, std::span<const ValueView> parameters, Sink& sink) {
    const auto* hook = std::exchange(hook_, nullptr);
    StatementEvent event{sql, parameters, std::chrono::steady_clock::now(), {}, 0, nullptr};
    auto tell = [&](const std::exception* error) {
        hook_ = hook;
        event.error = error;
        event.end = std::chrono::steady_clock::now();
        (*hook)(event);
    };
    try {
        event.rows = std::max(drive(sql, parameters, sink), driver_->rows_affected());
    } catch (const std::exception& error) {
        tell(&error);
        throw;
    }
    tell(nullptr);
    return event.rows;
}

Result Connection::execute(std::string_view sql, std::span<const ValueView> parameters) {
    Collect collect;
    drive(sql, parameters, collect);
    return {std::move(collect.rows), driver_->rows_affected(), driver_->last_insert_id()};
}

std::int64_t Connection::each(std::string_view sql, std::span<const ValueView> parameters,
                              FunctionRef<void(std::span<const ValueView>)> row) {
    Forward forward(row);
    drive(sql, parameters, forward);
    return driver_->rows_affected();
}

std::int64_t Connection::run(std::string_view sql, std::span<const ValueView> parameters) {
    Discard discard;
    drive(sql, parameters, discard);
    return driver_->rows_affected();
}

namespace {

std::string quoted_name(std::string_view name) {
    std::string out = "\"";
    for (char c : name) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

}  // namespace

void Connection::begin() {
    if (in_transaction()) {
        throw InvalidRequestError("already-begun"_code, "a transaction is open on this connection already.",
                                  "commit() or rollback() first, or use savepoint() within it");
    }
    run(dialect_->begin_sql());
}

void Connection::commit() {
    if (in_transaction()) run("COMMIT");
}

void Connection::rollback() {
    if (in_transaction()) run("ROLLBACK");
}

void Connection::savepoint(std::string_view name) { run("SAVEPOINT " + quoted_name(name)); }
void Connection::release_savepoint(std::string_view name) { run("RELEASE SAVEPOINT " + quoted_name(name)); }
void Connection::rollback_to_savepoint(std::string_view name) { run("ROLLBACK TO SAVEPOINT " + quoted_name(name)); }

}  // namespace retort::engines
