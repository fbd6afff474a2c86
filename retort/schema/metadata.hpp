// MetaData: the tables of a program, in the order in which they can be made.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/error.hpp"
#include "retort/base/owned.hpp"
#include "retort/schema/naming.hpp"
#include "retort/schema/reflect.hpp"
#include "retort/schema/table.hpp"

namespace retort::schemas {

/// Things that depend on each other in a circle.
class CircularDependencyError : public Error {
  public:
    using Error::Error;
};

/// The tables that belong together. Tables keep their addresses.
class MetaData {
  public:
    MetaData();
    explicit MetaData(NamingConvention convention);

    /// Checks the table, names its constraints and keeps it. Throws InvalidRequestError("duplicate-table"),
    /// ArgumentError("duplicate-column", "unknown-column").
    const Table& add(Table table);
    /// Null when there is none.
    const Table* find(std::string_view name, std::string_view schema = {}) const&;
    const Table* find(std::string_view name, std::string_view schema = {}) const&& = delete;  // keep the MetaData
    /// Throws InvalidRequestError("unknown-table") with the nearest name.
    const Table& table(std::string_view name, std::string_view schema = {}) const&;
    /// A table of its own, of what nobody keeps: `for (auto& column : db.reflect().table("user").columns)`.
    Table table(std::string_view name, std::string_view schema = {}) const&&;
    /// In the order of `add`.
    std::vector<const Table*> tables() const;
    const NamingConvention& naming_convention() const { return convention_; }
    bool empty() const;

    /// Reads tables out of a database; they are as the database has them, so nothing is named by the convention.
    /// `metadata.reflect(*inspect(engine))`. Throws InvalidRequestError("cannot-reflect") naming those of `only`
    /// that the database lacks, before anything is changed.
    void reflect(TableSource& source, const ReflectOptions& options = {});
    void clear();

    /// Every table after those it refers to; otherwise by name. Foreign keys with `use_alter` and of a table to
    /// itself do not count. Throws CircularDependencyError("circular-tables") with the names of the circle.
    std::vector<const Table*> sorted_tables() const;

  private:
    void take(Table table, const ReflectOptions& options);

    std::vector<retort::detail::Owned<Table>> tables_;
    NamingConvention convention_;
};

/// The same order; where there is a circle, the foreign keys in it are left aside and given in `late`.
struct SortedTables {
    struct Late {
        const Table* table;
        const ForeignKey* key;
    };
    std::vector<const Table*> tables;
    std::vector<Late> late;
};
SortedTables sort_tables(const MetaData& metadata);

}  // namespace retort::schemas
