// Foreign keys off around a transaction, and the checks that stand for them.
#include "retort/dialects/sqlite/schema_transaction.hpp"

#include <algorithm>
#include <set>

#include "retort/base/text.hpp"
#include "retort/dialects/sqlite/catalogue.hpp"
#include "retort/engine/errors.hpp"
#include "retort/engine/result.hpp"

namespace retort::dialects::sqlite {

namespace {

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
        std::vector<std::string> out;
        auto views = connection_.execute("SELECT name FROM sqlite_schema WHERE type = 'view'").scalars<std::string>();
        for (const auto& view : views) {
            try {
                connection_.driver().prepare("SELECT * FROM " + quoted_name(view)).reset();
            } catch (const DatabaseError& error) {
                out.push_back("view \"" + view + "\": " + error.message());
            }
        }
        return out;
    }

  private:
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
