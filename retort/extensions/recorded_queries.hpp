// get_recorded_queries: the statements of the running app context, with how long they took.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "retort/base/duration.hpp"
#include "retort/engine/statement_event.hpp"
#include "retort/sql/value.hpp"

namespace retort {

class Application;

/// One statement that ran.
struct RecordedQuery {
    std::string statement;
    std::vector<sql::Value> parameters;
    std::chrono::steady_clock::time_point start_time;
    std::chrono::steady_clock::time_point end_time;
    /// Where the application asked for it, "app/routes.cpp:12 (list_notes)"; of a program without line numbers the
    /// request's endpoint, or "<unknown>".
    std::string location;

    std::chrono::duration<double> duration() const { return end_time - start_time; }
};

/// What ran in the running app context, oldest first, when SQLALCHEMY_RECORD_QUERIES is set. Throws
/// OutsideContextError("outside-app-context").
std::vector<RecordedQuery> get_recorded_queries();

namespace detail {

/// The same without their locations, which cost a look into the program's line numbers.
const std::vector<RecordedQuery>& recorded_statements();
/// Adds a statement to the list of the session that runs it, or of the running context; nowhere outside of both.
void record_query(const engines::StatementEvent& event);
/// The list of the running context, for a session to record into from whatever thread it writes on.
void* recorded_queries();
/// Called on the thread of the session before it writes: remembers where the application is.
void note_place(void* recorded);

}  // namespace detail
}  // namespace retort
