// How a connection runs a statement: prepare, bind, step, reset, and say on an error what ran.
#include "retort/engine/connection.hpp"

#include <algorithm>
#include <utility>

#include "retort/engine/dialect.hpp"
#include "retort/engine/errors.hpp"
#include "retort/engine/result.hpp"

namespace retort::engines {

namespace {

/// What is done with the rows of a statement while it runs: nothing.
struct Discard {
    static constexpr bool one_row = false;
    void begin(Statement&) {}
    void row(Statement&) {}
    void end(Statement&, DriverConnection&) {}
    std::int64_t rows_given() const { return 0; }
};

/// Hands each row on, or the first.
template <bool only_first>
struct Forward {
    static constexpr bool one_row = only_first;
    explicit Forward(FunctionRef<void(std::span<const ValueView>)> to, const RepeatedCells& cells = {})
        : target(to), repeated(cells) {}
    void begin(Statement& statement) {
        if (repeated.count > 0) statement.skip_repeated(repeated);
    }
    void row(Statement& statement) {
        target(statement.row());
        ++count;
    }
    void end(Statement&, DriverConnection&) {}
    std::int64_t rows_given() const { return count; }

    FunctionRef<void(std::span<const ValueView>)> target;
    RepeatedCells repeated;
    std::int64_t count = 0;
};

/// Keeps all rows.
struct Collect {
    static constexpr bool one_row = false;
    void begin(Statement&) {}
    void row(Statement& statement) {
        if (rows->size() == 0) name_columns(statement);
        rows->append(statement.row());
    }
    void end(Statement& statement, DriverConnection& driver) {
        if (rows->size() == 0) name_columns(statement);
        last_insert_id = driver.last_insert_id();
    }
    std::int64_t rows_given() const { return static_cast<std::int64_t>(rows->size()); }
    void name_columns(Statement& statement) const {
        std::vector<std::string> names;
        names.reserve(static_cast<std::size_t>(statement.column_count()));
        for (int i = 0; i < statement.column_count(); ++i) names.emplace_back(statement.column_name(i));
        rows->set_columns(std::move(names));
    }

    std::shared_ptr<detail::Rows> rows = std::make_shared<detail::Rows>();
    std::int64_t last_insert_id = 0;
};

}  // namespace

template <class Sink>
std::int64_t Connection::drive(std::string_view sql, std::span<const ValueView> parameters, Sink& sink) {
    if (hook_ != nullptr && *hook_) [[unlikely]] {
        return report(sql, parameters, sink);
    }
    return step_through(sql, parameters, sink);
}

template <class Sink>
std::int64_t Connection::step_through(std::string_view sql, std::span<const ValueView> parameters, Sink& sink) {
    try {
        StatementScope statement(driver_->prepare(sql));
        sink.begin(*statement);
        if constexpr (Sink::one_row) {
            statement->bind(parameters);
            if (statement->step()) sink.row(*statement);
        } else {
            statement->run(parameters, [&] { sink.row(*statement); });
        }
        sink.end(*statement, *driver_);
        // Asked before the reset, after which another user of a shared connection may run something.
        return driver_->rows_affected();
    } catch (StatementError& error) {
        error.attach(sql, parameters);
        throw;
    }
}

template <class Sink>
std::int64_t Connection::report(std::string_view sql, std::span<const ValueView> parameters, Sink& sink) {
    StatementEvent event{sql, parameters, std::chrono::steady_clock::now(), {}, 0, nullptr};
    auto tell = [&](const std::exception* error) {
        event.error = error;
        event.end = std::chrono::steady_clock::now();
        (*hook_)(event);
    };
    try {
        auto affected = step_through(sql, parameters, sink);
        event.rows = std::max(sink.rows_given(), affected);
        tell(nullptr);
        return affected;
    } catch (const StatementError& error) {
        tell(&error);
        throw;
    }
}

Result Connection::execute(std::string_view sql, std::span<const ValueView> parameters) {
    Collect collect;
    auto affected = drive(sql, parameters, collect);
    return {std::move(collect.rows), affected, collect.last_insert_id};
}

std::int64_t Connection::each(std::string_view sql, std::span<const ValueView> parameters,
                              FunctionRef<void(std::span<const ValueView>)> row, const RepeatedCells& repeated) {
    Forward<false> forward(row, repeated);
    return drive(sql, parameters, forward);
}

void Connection::first(std::string_view sql, std::span<const ValueView> parameters,
                       FunctionRef<void(std::span<const ValueView>)> row) {
    Forward<true> forward(row);
    drive(sql, parameters, forward);
}

std::int64_t Connection::run(std::string_view sql, std::span<const ValueView> parameters) {
    Discard discard;
    return drive(sql, parameters, discard);
}

std::size_t Connection::run_updates(std::string_view sql, std::span<const ValueView> values, std::size_t width,
                                    std::int64_t& rows) {
    bool heard = hook_ != nullptr && *hook_;  // who listens hears of each row
    rows = 1;
    if (!heard && driver_->run_at_once(sql, values, width)) return values.size() / width;
    std::size_t done = 0;
    for (; values.size() >= width; ++done, values = values.subspan(width)) {
        rows = run(sql, values.first(width));
        if (rows != 1) break;
    }
    return done;
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
