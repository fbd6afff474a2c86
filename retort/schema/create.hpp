// create_all and drop_all: the tables of a MetaData made and taken away, in an order that works.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "retort/schema/ddl.hpp"
#include "retort/schema/metadata.hpp"

namespace retort::schemas {

/// Where DDL runs. The engine implements it; tests and `--sql` collect text instead.
class DdlTarget {
  public:
    virtual ~DdlTarget() = default;
    virtual const DdlCompiler& compiler() const = 0;
    virtual bool has_table(std::string_view name, std::string_view schema) = 0;
    /// Whether an enum is there as a type of the database's own; only asked where enums are types.
    virtual bool has_enum(std::string_view, std::string_view) { return false; }
    virtual void run(const std::string& ddl) = 0;
};

/// Makes the tables, with their indexes. With `checkfirst` those that exist are left exactly as they are.
void create_all(const MetaData& metadata, DdlTarget& target, bool checkfirst = true);
/// Drops the tables, those first that refer to others.
void drop_all(const MetaData& metadata, DdlTarget& target, bool checkfirst = true);

}  // namespace retort::schemas
