// Inspector: what a database holds: its tables, and how they are made.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/error.hpp"
#include "retort/base/owned.hpp"
#include "retort/schema/reflect.hpp"
#include "retort/schema/table.hpp"

namespace retort {

/// The database has no table of that name.
class NoSuchTableError : public InvalidRequestError {
  public:
    using InvalidRequestError::InvalidRequestError;
};

}  // namespace retort

namespace retort::engines {

class Connection;
class Engine;

/// A trigger: its name, its table, and the statement that made it.
struct Trigger {
    std::string name;
    std::string table;
    std::string sql;
    friend bool operator==(const Trigger&, const Trigger&) = default;
};

/// Looks at a database, anew with each question. `inspect(engine)` gives one; a dialect implements the upper half.
///
/// An empty schema is the connection's own. What asks for a table throws NoSuchTableError("no-such-table") with the
/// nearest name where there is none; views have columns and nothing else.
class Inspector : public schemas::TableSource {
  public:
    ~Inspector() override;

    /// Sorted by name, without the database's own and without Retort's (`_retort_…`).
    std::vector<std::string> get_table_names(std::string_view schema = {}) override = 0;
    std::vector<std::string> get_view_names(std::string_view schema = {}) override = 0;
    virtual std::vector<std::string> get_schema_names() = 0;
    /// Whether there is a table or view of that name.
    virtual bool has_table(std::string_view name, std::string_view schema = {}) = 0;
    /// The table or view as it is, with server defaults and conditions as the database keeps their text; empty when
    /// there is none.
    std::optional<schemas::Table> find_table(std::string_view name, std::string_view schema = {}) override = 0;
    /// The statement that made a view; empty when there is none.
    virtual std::optional<std::string> get_view_definition(std::string_view name, std::string_view schema = {}) = 0;
    /// Of one table or view, in the order in which they were made.
    virtual std::vector<Trigger> get_triggers(std::string_view table, std::string_view schema = {}) = 0;

    schemas::Table get_table(std::string_view name, std::string_view schema = {});
    std::vector<schemas::Column> get_columns(std::string_view table, std::string_view schema = {});
    schemas::PrimaryKey get_pk_constraint(std::string_view table, std::string_view schema = {});
    std::vector<schemas::ForeignKey> get_foreign_keys(std::string_view table, std::string_view schema = {});
    std::vector<schemas::Unique> get_unique_constraints(std::string_view table, std::string_view schema = {});
    /// Those of the columns too.
    std::vector<schemas::Check> get_check_constraints(std::string_view table, std::string_view schema = {});
    std::vector<schemas::Index> get_indexes(std::string_view table, std::string_view schema = {});
    /// What only one dialect knows: `{"sqlite_strict", "true"}`.
    schemas::Options get_table_options(std::string_view table, std::string_view schema = {});
    std::string get_table_comment(std::string_view table, std::string_view schema = {});
    bool has_index(std::string_view table, std::string_view index, std::string_view schema = {});
    bool has_schema(std::string_view schema);
    /// Every table after those it refers to; among those that refer to each other, by name.
    std::vector<std::string> get_sorted_table_names(std::string_view schema = {});

    /// Lets the connection that this looks through live as long as it does.
    void keep(std::unique_ptr<Connection> connection);

  private:
    retort::detail::Owned<Connection> connection_;
};

/// Looks at a database through a connection of its own: `inspect(engine)->get_table_names()`.
std::unique_ptr<Inspector> inspect(const Engine& engine);
/// Looks through this connection, which must outlive the Inspector; it sees what the connection's transaction did.
std::unique_ptr<Inspector> inspect(Connection& connection);

}  // namespace retort::engines
