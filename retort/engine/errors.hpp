// What can go wrong with a statement: the errors of the database, with the statement that met them.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/error.hpp"
#include "retort/sql/value.hpp"

namespace retort {

/// A statement that could not be run; it prints the statement and its parameters.
class StatementError : public Error {
  public:
    using Error::Error;

    /// The SQL text; empty where the error belongs to no statement.
    const std::string& statement() const noexcept { return statement_; }
    const std::vector<sql::Value>& parameters() const noexcept { return parameters_; }
    /// Adds what ran, unless it is known already. Called on the way out, before anybody reads `what()`.
    void attach(std::string_view statement, std::span<const sql::ValueView> parameters);

  protected:
    std::string details() const override;

  private:
    std::string statement_;
    std::vector<sql::Value> parameters_;
};

/// What a database says about a failure, apart from its words.
struct DatabaseFailure {
    std::string_view sqlstate;         ///< five characters, as in PostgreSQL's table; a literal
    int native_code = 0;               ///< the database's own number, such as SQLite's extended result code
    bool poisons_transaction = false;  ///< the whole transaction is lost
    bool poisons_connection = false;   ///< the connection is of no use any more
};

/// An error that the database reported.
class DatabaseError : public StatementError {
  public:
    DatabaseError(ErrorCode code, std::string message, std::string hint = {}, DatabaseFailure failure = {},
                  std::source_location where = std::source_location::current());

    /// The class of the failure by the SQL standard, such as "23505" for a unique value that exists already.
    std::string_view sqlstate() const noexcept { return failure_.sqlstate; }
    /// The database's own number for it.
    int native_code() const noexcept { return failure_.native_code; }
    /// Whether everything since BEGIN is lost, so that only a rollback helps.
    bool poisons_transaction() const noexcept { return failure_.poisons_transaction; }
    /// Whether the connection must be thrown away.
    bool poisons_connection() const noexcept { return failure_.poisons_connection; }

  private:
    DatabaseFailure failure_;
};

/// The database could not do it now: locked, full, unreadable, gone.
class OperationalError : public DatabaseError {
  public:
    using DatabaseError::DatabaseError;
};

/// The statement is wrong: its syntax, a table or column that does not exist, the number of parameters.
class ProgrammingError : public DatabaseError {
  public:
    using DatabaseError::DatabaseError;
};

/// A value does not fit: too large, of the wrong type.
class DataError : public DatabaseError {
  public:
    using DatabaseError::DatabaseError;
};

/// The database itself is in a bad state, such as a damaged file.
class InternalError : public DatabaseError {
  public:
    using DatabaseError::DatabaseError;
};

/// The database has no such feature.
class NotSupportedError : public DatabaseError {
  public:
    using DatabaseError::DatabaseError;
};

/// A constraint forbids it.
class IntegrityError : public DatabaseError {
  public:
    IntegrityError(ErrorCode code, std::string message, std::string hint, DatabaseFailure failure,
                   std::string constraint, std::source_location where = std::source_location::current());

    /// The constraint's name, or where the database does not tell it the columns ("user.username",
    /// "user.first, user.last"); empty for a foreign key on SQLite.
    const std::string& constraint() const noexcept { return constraint_; }
    /// The table, as far as the database tells it: "user".
    std::string table() const;
    /// The first column, as far as the database tells it: "username".
    std::string column() const;

  private:
    std::string constraint_;
};

/// A result had no row where one is needed.
class NoResultFound : public InvalidRequestError {
  public:
    using InvalidRequestError::InvalidRequestError;
};

/// A result had several rows where one at most is expected.
class MultipleResultsFound : public InvalidRequestError {
  public:
    using InvalidRequestError::InvalidRequestError;
};

}  // namespace retort
