// Running DDL on a connection.
#include "retort/engine/ddl_target.hpp"

#include "retort/engine/dialect.hpp"

namespace retort::engines {

const schemas::DdlCompiler& ConnectionDdlTarget::compiler() const { return connection_.dialect().ddl(); }

bool ConnectionDdlTarget::has_table(std::string_view name, std::string_view schema) {
    return connection_.dialect().inspect(connection_)->has_table(name, schema);
}

void ConnectionDdlTarget::run(const std::string& ddl) { connection_.run(ddl); }

namespace {

/// Runs DDL in one transaction, so that all of it happens or nothing.
void change_schema(const Engine& engine, const schemas::MetaData& metadata,
                   void (*change)(const schemas::MetaData&, schemas::DdlTarget&, bool)) {
    auto connection = engine.connect();
    ConnectionDdlTarget target(*connection);
    connection->begin();
    try {
        change(metadata, target, true);
    } catch (...) {
        connection->rollback();
        throw;
    }
    connection->commit();
}

}  // namespace

void create_all(const Engine& engine, const schemas::MetaData& metadata) {
    change_schema(engine, metadata, schemas::create_all);
}

void drop_all(const Engine& engine, const schemas::MetaData& metadata) {
    change_schema(engine, metadata, schemas::drop_all);
}

}  // namespace retort::engines
