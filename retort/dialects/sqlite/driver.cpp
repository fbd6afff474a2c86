// Opening connections, and the cache of prepared statements.
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
    add_value_feed(db_, ValueFeed::table, feed_);
    add_value_feed(db_, ValueFeed::keys_table, keys_);
    add_row_function(db_, rows_);
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
    // SQLite forgets an interrupt when nothing runs, and lookups that wait do run for it.
    if (interrupted_.load(std::memory_order_relaxed) && interrupted_.exchange(false)) [[unlikely]]
        end_lookups();
    auto slot = ((reinterpret_cast<std::uintptr_t>(sql.data()) >> 4) ^ sql.size()) % recent_slots;
    auto* statement = recent_[slot];
    if (statement == nullptr || statement->is_busy() || statement->sql() != sql) {
        statement = find(sql);
        recent_[slot] = statement;
    }
    if (!statement->is_query() && gate_ != nullptr) gate_->before_change();
    statement->take(++uses_, gate_ != nullptr ? gate_->lookups().period() : 0);
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
    end_lookups();
    for (auto& recent : recent_) {
        if (recent == oldest->second.get()) recent = nullptr;
    }
    // The key is a view of the statement's own text, so the node must go before the statement does.
    auto statement = std::move(oldest->second);
    statements_.erase(oldest);
}

void SqliteConnection::forget_statements() noexcept {
    end_lookups();
    recent_.fill(nullptr);
    statements_.clear();
}

bool SqliteConnection::keeps_reading() const { return gate_ != nullptr && gate_->keeps_reading(); }

void SqliteConnection::end_lookups() noexcept {
    if (gate_ != nullptr) gate_->lookups().end_all();
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
        gate_->lookups().end_all();
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
void SqliteConnection::interrupt() noexcept {
    interrupted_ = true;
    sqlite3_interrupt(db());
}

}  // namespace retort::dialects::sqlite
