// Where recorded statements are kept: in the context's g, which a session's writing thread reaches by a pointer.
#include "retort/extensions/recorded_queries.hpp"

#include "retort/web/context.hpp"
#include "retort/web/request.hpp"
#include "retort/web/stack_trace.hpp"

namespace retort {
namespace {

constexpr std::string_view slot_name = "_sqlalchemy_queries";

struct Recording {
    using Places = std::vector<std::uintptr_t>;

    std::vector<RecordedQuery> queries;
    std::vector<Places> places;  ///< of each query
    Places writing;              ///< where the session writes, for the thread that does it
    std::string endpoint = "<unknown>";
};

Recording& recording() {
    auto& slot = g[slot_name];
    if (auto* known = std::any_cast<std::shared_ptr<Recording>>(&slot)) return **known;
    auto& made = slot.emplace<std::shared_ptr<Recording>>(std::make_shared<Recording>());
    if (has_request_context()) made->endpoint = request.endpoint();
    return *made;
}

}  // namespace

std::vector<RecordedQuery> get_recorded_queries() {
    const Recording& recorded = recording();
    auto queries = recorded.queries;
    for (std::size_t i = 0; i < queries.size(); ++i) {
        queries[i].location = detail::application_place(recorded.places[i]);
        if (queries[i].location.empty()) queries[i].location = recorded.endpoint;
    }
    return queries;
}

namespace detail {

const std::vector<RecordedQuery>& recorded_statements() { return recording().queries; }

void* recorded_queries() { return &recording(); }

void note_place(void* recorded) { static_cast<Recording*>(recorded)->writing = current_places(); }

void record_query(const engines::StatementEvent& event) {
    auto* own = static_cast<Recording*>(engines::statement_context());
    if (own == nullptr && !has_app_context()) return;
    Recording& list = own == nullptr ? recording() : *own;
    list.queries.push_back(
        {std::string(event.sql), {event.parameters.begin(), event.parameters.end()}, event.start, event.end, {}});
    list.places.push_back(own == nullptr ? current_places() : own->writing);
}

}  // namespace detail
}  // namespace retort
