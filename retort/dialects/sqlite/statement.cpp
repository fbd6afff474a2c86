// Preparing, binding, stepping and reading rows with libsqlite3.
#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "retort/dialects/sqlite/driver.hpp"
#include "retort/dialects/sqlite/errors.hpp"
#include "retort/dialects/sqlite/feed_text.hpp"
#include "retort/engine/errors.hpp"

namespace retort::dialects::sqlite {

namespace {

/// The cells of the row that a statement stands on.
struct Columns {
    sqlite3_stmt* statement;
    sqlite3_value* operator()(std::size_t column) const {
        return sqlite3_column_value(statement, static_cast<int>(column));
    }
    static const char* text(sqlite3_value* value) { return reinterpret_cast<const char*>(sqlite3_value_text(value)); }
};

/// The cells of a row that a function was called with.
struct Arguments {
    sqlite3_value** cells;
    sqlite3_value* operator()(std::size_t column) const { return cells[column]; }
    static const char* text(sqlite3_value* value) {
        // As text it would be copied, for a zero behind it.
        const auto* bytes = static_cast<const char*>(sqlite3_value_blob(value));
        return bytes != nullptr ? bytes : "";
    }
};

}  // namespace

SqliteStatement::SqliteStatement(SqliteConnection& connection, std::string_view sql)
    : connection_(connection), sql_(sql) {
    const char* tail = nullptr;
    // The terminating zero is counted in, which spares SQLite a copy of the text.
    int code = sqlite3_prepare_v3(connection.db(), sql_.c_str(), static_cast<int>(sql_.size() + 1),
                                  SQLITE_PREPARE_PERSISTENT, &statement_, &tail);
    if (code != SQLITE_OK) fail(code);
    std::string_view rest(tail, static_cast<std::size_t>(sql_.c_str() + sql_.size() - tail));
    bool more = rest.find_first_not_of(" \t\r\n;") != std::string_view::npos && !rest.starts_with("--");
    if (statement_ == nullptr || more) {
        sqlite3_finalize(statement_);
        ProgrammingError error(
            "not-one-statement"_code, more ? "the text holds more than one statement." : "the text holds no statement.",
            "run several statements one by one, or as a script with run_script()", {.sqlstate = "42601"});
        error.attach(sql_, {});
        throw error;
    }
    running_ = statement_;
    parameter_count_ = sqlite3_bind_parameter_count(statement_);
    reads_only_ = sqlite3_stmt_readonly(statement_) != 0;
    is_query_ = reads_only_ && sqlite3_column_count(statement_) > 0;
}

SqliteStatement::~SqliteStatement() { sqlite3_finalize(statement_); }

int SqliteStatement::column_count() const { return sqlite3_column_count(statement_); }

std::string_view SqliteStatement::column_name(int index) const {
    const char* name = sqlite3_column_name(statement_, index);
    return name != nullptr ? name : "";
}

void SqliteStatement::fail(int code) { throw_error(connection_.db(), code, sql_); }

void SqliteStatement::bind_all(std::span<const ValueView> parameters) {
    if (parameters.size() != static_cast<std::size_t>(parameter_count_)) {
        throw ProgrammingError("wrong-parameter-count"_code,
                               "the statement has " + std::to_string(parameter_count_) + " parameters, and " +
                                   std::to_string(parameters.size()) + " values were given.",
                               "give one value for each ?", {.sqlstate = "07001"});
    }
    for (int i = 0; i < parameter_count_; ++i) bind_one(i + 1, parameters[static_cast<std::size_t>(i)]);
}

void SqliteStatement::bind(std::span<const ValueView> parameters) {
    running_ = statement_;
    if (again_ && parameters.size() == 1 && parameter_count_ == 1) {
        if (auto* lookup = lookup_for(parameters[0])) {
            running_ = lookup->statement();
            key_ = parameters[0];
            return;
        }
    }
    bind_all(parameters);
}

KeyLookup* SqliteStatement::lookup_for(const ValueView& parameter) {
    if (parameter.kind != sql::ValueKind::integer || !connection_.keeps_reading()) return nullptr;
    if (!knows_lookup_) {
        knows_lookup_ = true;
        lookup_ = KeyLookup::of(connection_.db(), connection_.handle().feed(), sql_);
    }
    return lookup_.get();
}

int SqliteStatement::find_key() {
    int code = lookup_->find(key_);
    if (code == SQLITE_ROW || code == SQLITE_DONE) [[likely]]
        return code;
    // An interrupt, say, that came between two keys was not meant for this one. If there is an error, the statement
    // itself has it.
    running_ = statement_;
    sqlite3_bind_int64(statement_, 1, key_.integer);
    return sqlite3_step(statement_);
}

void SqliteStatement::bind_one(int index, const ValueView& value) {
    int code = SQLITE_OK;
    // A null pointer would bind NULL where an empty text is meant.
    const char* data = "";
    switch (value.kind) {
        case sql::ValueKind::null: code = sqlite3_bind_null(running_, index); break;
        case sql::ValueKind::boolean:
        case sql::ValueKind::integer: code = sqlite3_bind_int64(running_, index, value.integer); break;
        case sql::ValueKind::real: code = sqlite3_bind_double(running_, index, value.real); break;
        case sql::ValueKind::text:
            if (value.size > 0) data = value.data;
            code = sqlite3_bind_text64(running_, index, data, value.size, SQLITE_STATIC, SQLITE_UTF8);
            break;
        case sql::ValueKind::blob:
            if (value.size > 0) data = value.data;
            code = sqlite3_bind_blob64(running_, index, data, value.size, SQLITE_STATIC);
            break;
        default: bind_converted(index, value);
    }
    if (code != SQLITE_OK) [[unlikely]]
        fail(code);
}

void SqliteStatement::bind_converted(int index, const ValueView& value) {
    if (moments_.empty()) moments_.resize(static_cast<std::size_t>(parameter_count_));
    bind_one(index, plain_value(value, moments_[static_cast<std::size_t>(index - 1)].data()));
}

bool SqliteStatement::run_at_once(std::span<const ValueView> values, std::size_t width) {
    if (!knows_updates_) {
        knows_updates_ = true;
        updates_ = RowUpdates::of(connection_.db(), connection_.handle().feed(), sql_);
    }
    if (!updates_) return false;
    for (std::size_t key = width - 1; key < values.size(); key += width) {
        if (values[key].kind != sql::ValueKind::integer) return false;
    }
    while (!values.empty()) {
        auto some = values.first(std::min(values.size(), RowUpdates::most_rows * width));
        int code = updates_->run(some, width);
        connection_.count_changes(false);
        // What ended the whole transaction must not be followed by anything.
        if (sqlite3_get_autocommit(connection_.db()) != 0) fail(code);
        if (code != SQLITE_DONE || connection_.rows_affected() != static_cast<std::int64_t>(some.size() / width))
            return false;
        values = values.subspan(some.size());
    }
    return true;
}

bool SqliteStatement::step() {
    if (done_) return false;
    int code = running_ == statement_ || stepping_ ? sqlite3_step(running_) : find_key();
    if (code == SQLITE_ROW) [[likely]] {
        // The first step may have prepared the statement anew, with other columns.
        if (!stepping_) row_.resize(static_cast<std::size_t>(sqlite3_data_count(running_)));
        stepping_ = true;
        read_row(Columns{running_});
        return true;
    }
    stepping_ = true;
    if (code != SQLITE_DONE) [[unlikely]]
        fail(code);
    done_ = true;
    connection_.count_changes(reads_only_);
    return false;
}

PushedQuery* SqliteStatement::pushed_query() {
    if (!is_query_) return nullptr;
    // What runs once is not worth another statement.
    if (!std::exchange(ran_, true)) return nullptr;
    if (!knows_pushed_) {
        knows_pushed_ = true;
        const auto fed = fed_list(connection_.db(), sql_);
        feeds_keys_ = !fed.empty();
        auto pushed = pushed_text(feeds_keys_ ? fed : sql_);
        pushed.keeps_plan |= feeds_keys_;
        pushed_ = PushedQuery::of(connection_.db(), connection_.handle().rows(), sql_, pushed);
    }
    return pushed_.get();
}

// SQLite goes through a list in the order of its values, and takes those that are in it twice once.
bool SqliteStatement::take_keys(std::span<const ValueView> parameters) {
    keys_.assign(parameters.begin(), parameters.end());
    if (keys_.size() != static_cast<std::size_t>(parameter_count_)) return false;
    for (const auto& key : keys_) {
        if (key.kind != sql::ValueKind::integer) return false;
    }
    const auto less = [](const ValueView& a, const ValueView& b) { return a.integer < b.integer; };
    const auto same = [](const ValueView& a, const ValueView& b) { return a.integer == b.integer; };
    if (!std::is_sorted(keys_.begin(), keys_.end(), less)) std::sort(keys_.begin(), keys_.end(), less);
    keys_.erase(std::unique(keys_.begin(), keys_.end(), same), keys_.end());
    return true;
}

namespace {

/// Feeds a statement while it runs; a row of it may ask for another that is fed.
class Feeding {
  public:
    Feeding(ValueFeed& feed, std::span<const ValueView> values)
        : feed_(feed), outer_(std::exchange(feed, {values, 1, 0})) {}
    ~Feeding() { feed_ = outer_; }
    Feeding(const Feeding&) = delete;
    Feeding& operator=(const Feeding&) = delete;

  private:
    ValueFeed& feed_;
    ValueFeed outer_;
};

}  // namespace

void SqliteStatement::run(std::span<const ValueView> parameters, FunctionRef<void()> on_row) {
    auto* pushed = pushed_query();
    if (pushed == nullptr || (feeds_keys_ && !take_keys(parameters))) return Statement::run(parameters, on_row);
    running_ = pushed->statement();
    if (!feeds_keys_) bind_all(parameters);
    Feeding feeding(connection_.handle().keys(), keys_);
    row_.resize(static_cast<std::size_t>(column_count()));
    stepping_ = true;
    int code = pushed->run([&](sqlite3_value** cells) {
        read_row(Arguments{cells});
        on_row();
    });
    if (code == PushedQuery::changed) [[unlikely]] {
        pushed_.reset();
        stepping_ = false;
        return Statement::run(parameters, on_row);
    }
    if (code != SQLITE_DONE) [[unlikely]]
        fail(code);
    done_ = true;
    connection_.count_changes(true);
}

template <class Cells>
void SqliteStatement::read_row(Cells cells) {
    if (repeated_.count == 0) [[likely]]
        return read_cells(cells, 0, row_.size());
    const bool repeated = has_same_key(cells(repeated_.key));
    read_cells(cells, 0, repeated ? repeated_.first : row_.size());
    if (repeated) read_cells(cells, repeated_.first + repeated_.count, row_.size());
    has_key_ = row_[repeated_.key].kind == sql::ValueKind::integer;
}

bool SqliteStatement::has_same_key(sqlite3_value* key) const {
    return has_key_ && sqlite3_value_type(key) == SQLITE_INTEGER &&
           sqlite3_value_int64(key) == row_[repeated_.key].integer;
}

template <class Cells>
void SqliteStatement::read_cells(Cells cells, std::size_t first, std::size_t end) {
    for (std::size_t column = first; column < end; ++column) {
        auto& cell = row_[column];
        auto* value = cells(column);
        switch (sqlite3_value_type(value)) {
            case SQLITE_INTEGER: cell = ValueView::of(static_cast<std::int64_t>(sqlite3_value_int64(value))); break;
            case SQLITE_FLOAT: cell = ValueView::of(sqlite3_value_double(value)); break;
            case SQLITE_TEXT: {
                const char* text = Cells::text(value);
                cell =
                    ValueView::bytes(sql::ValueKind::text, text, static_cast<std::size_t>(sqlite3_value_bytes(value)));
                break;
            }
            case SQLITE_BLOB: {
                const auto* bytes = sqlite3_value_blob(value);
                cell = ValueView::blob(bytes, static_cast<std::size_t>(sqlite3_value_bytes(value)));
                break;
            }
            default: cell = ValueView::null();
        }
    }
}

void SqliteStatement::reset() noexcept {
    if (stepping_) end_run();
    stepping_ = false;
    done_ = false;
    repeated_.count = 0;
    has_key_ = false;
    if (!busy_) return;
    busy_ = false;
    connection_.leave();
}

void SqliteStatement::end_run() noexcept {
    if (!lookup_ || running_ != lookup_->statement()) {
        sqlite3_reset(running_);
    } else if (done_ || !connection_.keeps_reading() || !connection_.gate_->lookups().keep(*lookup_)) {
        lookup_->end();
    }
}

}  // namespace retort::dialects::sqlite
