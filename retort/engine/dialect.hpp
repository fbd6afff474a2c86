// Dialect: what differs between databases, as far as the engine, the schema and the ORM need to know.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "retort/engine/inspector.hpp"
#include "retort/schema/ddl.hpp"
#include "retort/sql/compiler.hpp"

namespace retort::engines {

class Connection;
class SchemaTransaction;  // engine/schema_transaction.hpp

/// One kind of database. Immutable; one object serves all engines.
class Dialect {
  public:
    virtual ~Dialect() = default;
    /// "sqlite", "postgresql", "mysql".
    virtual std::string_view name() const = 0;
    /// What opens a transaction that is going to write.
    virtual std::string_view begin_sql() const { return "BEGIN"; }

    virtual std::unique_ptr<sql::Compiler> compiler(sql::CompileOptions options = {}) const = 0;
    /// Whether a NUMERIC column may hold a double, so that only 15 digits of a decimal are sure to come back.
    virtual bool keeps_decimals_as_doubles() const { return false; }
    /// A statement as the driver takes it. Throws CompileError("no-distinct-on") when it has columns in DISTINCT ON,
    /// which this database does not have: it would give other rows.
    sql::Compiled compile(const sql::NodeRef& statement) const;
    virtual const schemas::DdlCompiler& ddl() const = 0;
    virtual std::unique_ptr<Inspector> inspect(Connection& connection) const = 0;
    /// A transaction that changes tables.
    virtual std::unique_ptr<SchemaTransaction> schema_transaction(Connection& connection) const;
    /// Writes a copy of the whole database, as it is at one moment, to a new file; the database may be in use.
    /// Throws NotSupportedError("no-backup") where a database has tools of its own for that.
    virtual void back_up(Connection& connection, const std::string& path) const;
    /// Throws OperationalError("bad-backup") when the file is no whole database of `back_up`.
    virtual void check_backup(const std::string& path) const;
    /// Puts what `back_up` wrote in the place of all that the database holds, in one transaction, after
    /// `check_backup`.
    virtual void restore(Connection& connection, const std::string& path) const;
};

}  // namespace retort::engines
