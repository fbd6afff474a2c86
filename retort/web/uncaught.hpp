// What becomes of an error that nobody catches, such as a bad configuration in create_app().
#pragma once

namespace retort::detail {

/// From now on an uncaught retort::Error is printed as what it is, and the program ends with status 1 instead of an
/// abort. Exceptions of other types go the way they went before. Only the first call does anything.
void report_uncaught_errors();

}  // namespace retort::detail
