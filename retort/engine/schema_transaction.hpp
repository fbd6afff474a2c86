// SchemaTransaction: a transaction in which tables change, as a migration needs it.
#pragma once

#include <string>
#include <vector>

#include "retort/engine/connection.hpp"

namespace retort::engines {

/// A row whose foreign key leads to no row.
struct BrokenReference {
    std::string table;
    std::string referred_table;
    /// The row as a person finds it: its rowid where there is one.
    std::string row;
    friend bool operator==(const BrokenReference&, const BrokenReference&) = default;
};

/// Opens a transaction that changes the schema, and ends it. Destroyed while open, it rolls back.
///
/// While it is open no foreign key acts on its own: dropping a table deletes no row of another. Who changed tables asks
/// `broken_references` before committing.
class SchemaTransaction {
  public:
    explicit SchemaTransaction(Connection& connection) : connection_(connection) {}
    virtual ~SchemaTransaction();
    SchemaTransaction(const SchemaTransaction&) = delete;
    SchemaTransaction& operator=(const SchemaTransaction&) = delete;

    /// Waits for everybody else who changes the schema.
    virtual void begin();
    virtual void commit();
    virtual void rollback() noexcept;
    /// Among the rows of these tables and of those that refer to them; with no tables, among all.
    virtual std::vector<BrokenReference> broken_references(const std::vector<std::string>& tables);
    /// What a view, or anything else that names the tables, says when it does not work any more; empty: all is well.
    virtual std::vector<std::string> broken_views();
    /// Whether what happened to the schema goes with a rollback.
    virtual bool is_transactional() const { return true; }

  protected:
    Connection& connection_;
};

}  // namespace retort::engines
