// A schema transaction where DDL is like any other statement, and what dialects offer when they offer nothing.
#include "retort/engine/schema_transaction.hpp"

#include "retort/engine/dialect.hpp"
#include "retort/engine/errors.hpp"

namespace retort::engines {

SchemaTransaction::~SchemaTransaction() = default;

void SchemaTransaction::begin() { connection_.begin(); }
void SchemaTransaction::commit() { connection_.commit(); }

void SchemaTransaction::rollback() noexcept {
    try {
        connection_.rollback();
    } catch (const Error&) {
        // The connection ends with the transaction then, which undoes it too.
    }
}

std::vector<BrokenReference> SchemaTransaction::broken_references(const std::vector<std::string>&) { return {}; }
std::vector<std::string> SchemaTransaction::broken_views() { return {}; }

std::unique_ptr<SchemaTransaction> Dialect::schema_transaction(Connection& connection) const {
    return std::make_unique<SchemaTransaction>(connection);
}

namespace {

[[noreturn]] void refuse_backup(std::string_view dialect) {
    throw NotSupportedError("no-backup"_code, "Retort writes no backups of " + std::string(dialect) + " databases",
                            "use the database's own tool, such as pg_dump or mariadb-dump");
}

}  // namespace

void Dialect::back_up(Connection&, const std::string&) const { refuse_backup(name()); }
void Dialect::check_backup(const std::string&) const { refuse_backup(name()); }
void Dialect::restore(Connection&, const std::string&) const { refuse_backup(name()); }

}  // namespace retort::engines
