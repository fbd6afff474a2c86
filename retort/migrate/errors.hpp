// What can go wrong with migrations.
#pragma once

#include "retort/base/command_line.hpp"

namespace retort::migrations {

/// The root of what migrations refuse; a command exits with its code.
class MigrationError : public commands::CommandError {
  public:
    using CommandError::CommandError;
};

/// Identifiers that lead nowhere, or to several revisions.
class RevisionError : public MigrationError {
  public:
    using MigrationError::MigrationError;
};
/// Several heads where one was meant.
class MultipleHeads : public RevisionError {
  public:
    using RevisionError::RevisionError;
};
/// The database does not stand where it must.
class DatabaseNotAtHead : public MigrationError {
  public:
    using MigrationError::MigrationError;
};
/// The models and the database differ.
class DiffsDetected : public MigrationError {
  public:
    using MigrationError::MigrationError;
};
/// The rows of the database do not fit what a revision asks for; the database is as it was.
class DataConflict : public MigrationError {
  public:
    using MigrationError::MigrationError;
};
/// The schema is not what the revisions describe; the database is as it was.
class DriftError : public MigrationError {
  public:
    using MigrationError::MigrationError;
};

}  // namespace retort::migrations
