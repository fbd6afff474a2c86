// The errors of the ORM.
#pragma once

#include "retort/base/error.hpp"
#include "retort/engine/errors.hpp"

namespace retort {

/// A relationship finds no foreign key between its two tables.
class NoForeignKeysError : public ArgumentError {
  public:
    using ArgumentError::ArgumentError;
};

/// A relationship finds several foreign keys and is not told which.
class AmbiguousForeignKeysError : public ArgumentError {
  public:
    using ArgumentError::ArgumentError;
};

/// Something must be loaded for an object that belongs to no session.
class DetachedInstanceError : public InvalidRequestError {
  public:
    using InvalidRequestError::InvalidRequestError;
};

/// The row of an object that is to be read again is gone.
class ObjectDeletedError : public InvalidRequestError {
  public:
    using InvalidRequestError::InvalidRequestError;
};

/// A flush has failed, and the session was not rolled back since.
class PendingRollbackError : public InvalidRequestError {
  public:
    using InvalidRequestError::InvalidRequestError;
};

/// The session holds something that cannot be written as it is.
class FlushError : public Error {
  public:
    using Error::Error;
};

/// An UPDATE or DELETE met another number of rows than objects.
class StaleDataError : public Error {
  public:
    using Error::Error;
};

/// A value in the database is not of the type that the model says.
class DataMismatchError : public Error {
  public:
    using Error::Error;
};

/// A value of the program that its column cannot keep as it is: out of range, no text, too many digits.
class InvalidValueError : public ArgumentError {
  public:
    using ArgumentError::ArgumentError;
};

/// A text or bytes with more than their column's length.
class ValueTooLongError : public InvalidValueError {
  public:
    using InvalidValueError::InvalidValueError;
};

}  // namespace retort
