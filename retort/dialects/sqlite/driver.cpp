// Preparing, binding, stepping and reading rows with libsqlite3, and the cache of prepared statements.
#include "retort/dialects/sqlite/driver.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <mutex>

#include "retort/dialects/sqlite/errors.hpp"
#include "retort/dialects/sqlite/regexp.hpp"
#include "retort/engine/errors.hpp"
#include "retort/fiber/fiber.hpp"

namespace retort::dialects::sqlite {

namespace {

/// Waits for a lock that another process holds, without stopping the loop; gives up after the time.
int wait_for_lock(void* waiting, int attempt) noexcept {
    auto& handle = *static_cast<Handle*>(waiting);
    // 50 µs, doubled up to 3.2 ms: the sum of the pauses up to this attempt tells the time without a clock.
    constexpr int doublings = 6;
    auto pause = std::chrono::microseconds(50L << std::min(attempt, doublings));
    auto slept = attempt <= doublings ? pause * 2 : pause * (attempt - doublings + 2);
    if (slept > handle.patience()) return 0;
    return handle.lend([pause] { fibers::sleep_for(pause); }) ? 1 : 0;
}

/// Called by SQLite within a statement; anything but 0 would interrupt it.
int let_others_run(void* running) noexcept {
    if (!fibers::in_fiber()) return 0;
    return static_cast<Handle*>(running)->lend([] { fibers::yield(); }) ? 0 : 1;
}

void configure_library() {
    static std::once_flag once;
    // Without memory statistics every allocation is spared a global lock. Refused when the program has used SQLite
    // before; then it stays as it is.
    std::call_once(once, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
}

}  // namespace

Handle::Handle(const OpenOptions& options) : busy_timeout_(options.busy_timeout) {
    configure_library();
    int flags = options.flags != 0 ? options.flags : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    int code = sqlite3_open_v2(options.filename.c_str(), &db_, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    if (code != SQLITE_OK) {
        std::string message = db_ != nullptr ? sqlite3_errmsg(db_) : sqlite3_errstr(code);
        if (db_ != nullptr) code = sqlite3_extended_errcode(db_);
        sqlite3_close_v2(db_);
        throw_error(code, message);
    }
    sqlite3_extended_result_codes(db_, 1);
    sqlite3_busy_handler(db_, &wait_for_lock, this);
    add_regexp(db_);
    add_value_feed(db_, feed_);
}

Handle::~Handle() { sqlite3_close_v2(db_); }

bool Handle::lend(const std::function<void()>& wait) noexcept {
    lent_ = true;
    bool waited = true;
    try {
        wait();
    } catch (...) {
        waited = false;
    }
    lent_ = false;
    return waited;
}

void Handle::share_the_loop() noexcept {
    constexpr int operations = 50'000;  // of SQLite's virtual machine: about a millisecond
    sqlite3_progress_handler(db_, operations, &let_others_run, this);
}

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

void SqliteStatement::bind(std::span<const ValueView> parameters) {
    if (parameters.size() != static_cast<std::size_t>(parameter_count_)) {
        throw ProgrammingError("wrong-parameter-count"_code,
                               "the statement has " + std::to_string(parameter_count_) + " parameters, and " +
                                   std::to_string(parameters.size()) + " values were given.",
                               "give one value for each ?", {.sqlstate = "07001"});
    }
    running_ = statement_;
    if (again_ && parameter_count_ == 1) {
        if (auto* lookup = lookup_for(parameters[0])) {
            running_ = lookup->statement();
            key_ = parameters[0];
            return;
        }
    }
    for (int i = 0; i < parameter_count_; ++i) bind_one(i + 1, parameters[static_cast<std::size_t>(i)]);
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
    connection_.gate_->resume(running_);
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
        case sql::ValueKind::null: code = sqlite3_bind_null(statement_, index); break;
        case sql::ValueKind::boolean:
        case sql::ValueKind::integer: code = sqlite3_bind_int64(statement_, index, value.integer); break;
        case sql::ValueKind::real: code = sqlite3_bind_double(statement_, index, value.real); break;
        case sql::ValueKind::text:
            if (value.size > 0) data = value.data;
            code = sqlite3_bind_text64(statement_, index, data, value.size, SQLITE_STATIC, SQLITE_UTF8);
            break;
        case sql::ValueKind::blob:
            if (value.size > 0) data = value.data;
            code = sqlite3_bind_blob64(statement_, index, data, value.size, SQLITE_STATIC);
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
        read_row();
        return true;
    }
    stepping_ = true;
    if (code != SQLITE_DONE) [[unlikely]]
        fail(code);
    done_ = true;
    connection_.count_changes(reads_only_);
    return false;
}

void SqliteStatement::read_row() {
    if (repeated_.count == 0) [[likely]]
        return read_cells(0, row_.size());
    const bool repeated = is_repeated();
    read_cells(0, repeated ? repeated_.first : row_.size());
    if (repeated) read_cells(repeated_.first + repeated_.count, row_.size());
    has_key_ = row_[repeated_.key].kind == sql::ValueKind::integer;
}

bool SqliteStatement::is_repeated() {
    auto* key = sqlite3_column_value(running_, static_cast<int>(repeated_.key));
    return has_key_ && sqlite3_value_type(key) == SQLITE_INTEGER &&
           sqlite3_value_int64(key) == row_[repeated_.key].integer;
}

void SqliteStatement::read_cells(std::size_t first, std::size_t end) {
    for (std::size_t column = first; column < end; ++column) {
        auto& cell = row_[column];
        auto* value = sqlite3_column_value(running_, static_cast<int>(column));
        switch (sqlite3_value_type(value)) {
            case SQLITE_INTEGER: cell = ValueView::of(static_cast<std::int64_t>(sqlite3_value_int64(value))); break;
            case SQLITE_FLOAT: cell = ValueView::of(sqlite3_value_double(value)); break;
            case SQLITE_TEXT: {
                const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
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
    if (running_ == statement_ || done_ || !connection_.park(running_)) sqlite3_reset(running_);
}

void Gate::park(sqlite3_stmt* query) noexcept {
    if (parked_ != query) unpark();
    parked_ = query;
}

void Gate::unpark() noexcept {
    if (parked_ == nullptr) return;
    sqlite3_reset(parked_);
    parked_ = nullptr;
}

/// Keeps the gate entered until the statement that is prepared has it.
class SqliteConnection::Entrance {
  public:
    explicit Entrance(SqliteConnection& connection) : connection_(connection) {
        if (connection_.gate_ != nullptr) connection_.gate_->enter();
    }
    ~Entrance() {
        if (!kept_) connection_.leave();
    }
    Entrance(const Entrance&) = delete;
    Entrance& operator=(const Entrance&) = delete;
    void keep() { kept_ = true; }

  private:
    SqliteConnection& connection_;
    bool kept_ = false;
};

SqliteConnection::SqliteConnection(std::shared_ptr<Handle> handle, Gate* gate)
    : handle_(std::move(handle)), gate_(gate), total_changes_(sqlite3_total_changes64(db())) {}

SqliteConnection::~SqliteConnection() { forget_statements(); }

engines::Statement& SqliteConnection::prepare(std::string_view sql) {
    // Another fiber of this thread waits inside SQLite on this connection.
    while (handle_->is_lent()) fibers::sleep_for(std::chrono::microseconds(100));
    Entrance entrance(*this);
    auto slot = ((reinterpret_cast<std::uintptr_t>(sql.data()) >> 4) ^ sql.size()) % recent_slots;
    auto* statement = recent_[slot];
    if (statement == nullptr || statement->is_busy() || statement->sql() != sql) {
        statement = find(sql);
        recent_[slot] = statement;
    }
    bool again = statement->last_use() == uses_;
    if (gate_ != nullptr) {
        if (!again) gate_->unpark();
        if (!statement->is_query()) gate_->before_change();
    }
    statement->take(++uses_, again);
    entrance.keep();
    return *statement;
}

SqliteStatement* SqliteConnection::find(std::string_view sql) {
    auto [first, last] = statements_.equal_range(sql);
    for (; first != last; ++first) {
        if (!first->second->is_busy()) return first->second.get();
    }
    return &add(sql);
}

SqliteStatement& SqliteConnection::add(std::string_view sql) {
    if (statements_.size() >= capacity) evict();
    auto statement = std::make_unique<SqliteStatement>(*this, sql);
    auto text = statement->sql();
    return *statements_.emplace(text, std::move(statement))->second;
}

void SqliteConnection::evict() {
    auto oldest = statements_.end();
    for (auto it = statements_.begin(); it != statements_.end(); ++it) {
        if (it->second->is_busy()) continue;
        if (oldest == statements_.end() || it->second->last_use() < oldest->second->last_use()) oldest = it;
    }
    if (oldest == statements_.end()) return;
    if (gate_ != nullptr) gate_->unpark();
    for (auto& recent : recent_) {
        if (recent == oldest->second.get()) recent = nullptr;
    }
    // The key is a view of the statement's own text, so the node must go before the statement does.
    auto statement = std::move(oldest->second);
    statements_.erase(oldest);
}

void SqliteConnection::forget_statements() noexcept {
    if (gate_ != nullptr) gate_->unpark();
    recent_.fill(nullptr);
    statements_.clear();
}

bool SqliteConnection::keeps_reading() const { return gate_ != nullptr && gate_->keeps_reading(); }

bool SqliteConnection::park(sqlite3_stmt* query) noexcept {
    if (!keeps_reading()) return false;
    gate_->park(query);
    return true;
}

void SqliteConnection::leave() noexcept {
    if (gate_ != nullptr) gate_->leave();
}

void SqliteConnection::count_changes(bool reads_only) {
    rows_affected_ = 0;
    if (reads_only) return;
    auto total = sqlite3_total_changes64(db());
    // DDL leaves the count of the statement before; the total tells them apart.
    if (total != total_changes_) rows_affected_ = sqlite3_changes64(db());
    total_changes_ = total;
}

bool SqliteConnection::run_at_once(std::string_view sql, std::span<const ValueView> values, std::size_t width) {
    // Outside of a transaction each row would be written for good by itself.
    if (values.size() < RowUpdates::fewest_rows * width || sqlite3_get_autocommit(db()) != 0) return false;
    engines::StatementScope statement(prepare(sql));
    return static_cast<SqliteStatement&>(*statement).run_at_once(values, width);
}

void SqliteConnection::run_script(std::string_view sql) {
    Entrance entrance(*this);
    if (gate_ != nullptr) {
        gate_->unpark();
        gate_->before_change();
    }
    std::string text(sql);
    int code = sqlite3_exec(db(), text.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) throw_error(db(), code, sql);
}

std::int64_t SqliteConnection::last_insert_id() const { return sqlite3_last_insert_rowid(db()); }
bool SqliteConnection::in_transaction() const {
    return sqlite3_get_autocommit(db()) == 0 && (gate_ == nullptr || gate_->is_users_transaction());
}
void SqliteConnection::interrupt() noexcept { sqlite3_interrupt(db()); }

}  // namespace retort::dialects::sqlite
