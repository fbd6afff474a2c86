// Foreign keys off around a transaction, and the checks that stand for them.
#include "retort/dialects/sqlite/schema_transaction.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <set>

#include "retort/base/text.hpp"
#include "retort/dialects/sqlite/catalogue.hpp"
#include "retort/dialects/sqlite/driver.hpp"
#include "retort/engine/errors.hpp"
#include "retort/engine/result.hpp"

namespace retort::dialects::sqlite {

namespace {

/// Meanwhile a double-quoted name that is none is an error, and not a string.
class WithoutQuotedStrings {
  public:
    explicit WithoutQuotedStrings(sqlite3* db) : db_(db) {
        sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DML, -1, &dml_);
        sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DDL, -1, &ddl_);
        set(0, 0);
    }
    ~WithoutQuotedStrings() { set(dml_, ddl_); }
    WithoutQuotedStrings(const WithoutQuotedStrings&) = delete;
    WithoutQuotedStrings& operator=(const WithoutQuotedStrings&) = delete;

  private:
    void set(int dml, int ddl) {
        sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DML, dml, nullptr);
        sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DDL, ddl, nullptr);
    }

    sqlite3* db_;
    int dml_ = 1;
    int ddl_ = 1;
};

/// Foreign keys can be switched between transactions only, and on this connection only.
class SqliteSchemaTransaction final : public engines::SchemaTransaction {
  public:
    using SchemaTransaction::SchemaTransaction;
    ~SqliteSchemaTransaction() override {
        if (open_) rollback();
    }

    void begin() override {
        keys_ = connection_.execute("PRAGMA foreign_keys").scalar<bool>().value_or(false);
        if (keys_) connection_.run("PRAGMA foreign_keys=OFF");
        // A table that was copied elsewhere need not be overwritten page by page before it goes.
        deletes_ = connection_.execute("PRAGMA secure_delete").scalar<std::int64_t>().value_or(0);
        if (deletes_ == 1) (void)connection_.execute("PRAGMA secure_delete=FAST");
        open_ = true;
        try {
            connection_.begin();
        } catch (...) {
            switch_back();
            throw;
        }
    }

    void commit() override {
        connection_.commit();
        switch_back();
    }

    void rollback() noexcept override {
        SchemaTransaction::rollback();
        try {
            connection_.run("PRAGMA legacy_alter_table=OFF");
            switch_back();
        } catch (const Error&) {
            open_ = false;
        }
    }

    std::vector<engines::BrokenReference> broken_references(const std::vector<std::string>& tables) override {
        std::vector<engines::BrokenReference> out;
        for (const auto& child : children(tables)) {
            for (const auto& row : connection_.execute("PRAGMA foreign_key_check(" + quoted_name(child) + ')')) {
                out.push_back(
                    {row.get<std::string>(0), row.get<std::string>(2), sql::to_string(row.get<sql::Value>(1).view())});
            }
        }
        return out;
    }

    std::vector<std::string> broken_views() override {
        WithoutQuotedStrings strict(static_cast<SqliteConnection&>(connection_.driver()).db());
        std::vector<std::string> out;
        auto views = connection_.execute("SELECT name FROM sqlite_schema WHERE type = 'view'").scalars<std::string>();
        for (const auto& view : views) {
            try {
                connection_.driver().prepare("SELECT * FROM " + quoted_name(view)).reset();
            } catch (const DatabaseError& error) {
                out.push_back("view \"" + view + "\": " + error.message());
            }
        }
        // SQLite stops at the first that is broken, so a view would hide a trigger.
        if (out.empty()) look_at_triggers(out);
        return out;
    }

  private:
    /// Renaming a table makes SQLite read every trigger, and say what is wrong with one.
    void look_at_triggers(std::vector<std::string>& out) {
        connection_.savepoint("retort_probe");
        try {
            connection_.run("CREATE TABLE _retort_probe (x)");
            connection_.run("ALTER TABLE _retort_probe RENAME TO _retort_probe2");
        } catch (const DatabaseError& error) {
            out.push_back(error.message());
        }
        connection_.rollback_to_savepoint("retort_probe");
        connection_.release_savepoint("retort_probe");
        if (out.empty()) look_at_writes(out);
    }

    /// Preparing a write compiles the triggers that it would fire, down to the columns which they set.
    void look_at_writes(std::vector<std::string>& out) {
        auto tables = connection_
                          .execute(
                              "SELECT DISTINCT m.name FROM sqlite_schema m JOIN sqlite_schema tr ON tr.tbl_name = "
                              "m.name WHERE m.type = 'table' AND tr.type = 'trigger'")
                          .scalars<std::string>();
        for (const auto& table : tables) {
            auto name = quoted_name(table);
            std::string sets;
            for (const auto& column : connection_.execute("PRAGMA table_info(" + name + ')')) {
                auto own = quoted_name(column.get<std::string>(1));
                sets += (sets.empty() ? "" : ", ") + own + " = " + own;
            }
            for (const auto& write : {"INSERT INTO " + name + " DEFAULT VALUES", "UPDATE " + name + " SET " + sets,
                                      "DELETE FROM " + name}) {
                try {
                    connection_.driver().prepare(write).reset();
                } catch (const DatabaseError& error) {
                    out.push_back("a trigger of \"" + table + "\": " + error.message());
                    break;
                }
            }
        }
    }

    void switch_back() {
        open_ = false;
        if (keys_) connection_.run("PRAGMA foreign_keys=ON");
        if (deletes_ == 1) (void)connection_.execute("PRAGMA secure_delete=ON");
    }

    /// The tables with foreign keys that a change of `tables` may have hurt.
    std::set<std::string> children(const std::vector<std::string>& tables) {
        std::set<std::string> out;
        auto rows = connection_.execute(
            "SELECT DISTINCT m.name, f.\"table\" FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f "
            "WHERE m.type = 'table' AND m.name NOT LIKE '\\_retort\\_%' ESCAPE '\\'");
        auto changed = [&](const std::string& name) {
            return tables.empty() || std::any_of(tables.begin(), tables.end(),
                                                 [&](const std::string& table) { return iequals(table, name); });
        };
        for (const auto& row : rows) {
            auto child = row.get<std::string>(0);
            if (changed(child) || changed(row.get<std::string>(1))) out.insert(std::move(child));
        }
        return out;
    }

    bool keys_ = false;
    std::int64_t deletes_ = 0;
    bool open_ = false;
};

}  // namespace

std::unique_ptr<engines::SchemaTransaction> make_schema_transaction(engines::Connection& connection) {
    return std::make_unique<SqliteSchemaTransaction>(connection);
}

}  // namespace retort::dialects::sqlite
