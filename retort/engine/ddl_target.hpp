// A connection as the place where create_all and drop_all do their work.
#pragma once

#include "retort/engine/engine.hpp"
#include "retort/schema/create.hpp"

namespace retort::engines {

/// Runs DDL on a connection; the caller begins and commits.
class ConnectionDdlTarget final : public schemas::DdlTarget {
  public:
    explicit ConnectionDdlTarget(Connection& connection) : connection_(connection) {}

    const schemas::DdlCompiler& compiler() const override;
    bool has_table(std::string_view name, std::string_view schema) override;
    void run(const std::string& ddl) override;

  private:
    Connection& connection_;
};

/// Makes the tables that are missing, or drops those that are there: all or none.
void create_all(const Engine& engine, const schemas::MetaData& metadata);
void drop_all(const Engine& engine, const schemas::MetaData& metadata);

}  // namespace retort::engines
