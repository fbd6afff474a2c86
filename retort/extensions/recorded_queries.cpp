// Where recorded statements are kept: in the context's g, which a session's writing thread reaches by a pointer.
#include "retort/extensions/recorded_queries.hpp"

#include "retort/web/context.hpp"
#include "retort/web/request.hpp"

namespace retort {
namespace {

constexpr std::string_view slot_name = "_sqlalchemy_queries";

struct Recording {
    std::vector<RecordedQuery> queries;
    std::string location;  ///< of the request, for threads that do not see it
};

Recording& recording() {
    auto& slot = g[slot_name];
    if (auto* known = std::any_cast<std::shared_ptr<Recording>>(&slot)) return **known;
    auto& made = slot.emplace<std::shared_ptr<Recording>>(std::make_shared<Recording>());
    if (has_request_context()) made->location = request.endpoint();
    return *made;
}

}  // namespace

std::vector<RecordedQuery> get_recorded_queries() { return recording().queries; }

namespace detail {

void* recorded_queries() { return &recording(); }

void record_query(const engines::StatementEvent& event) {
    auto* own = static_cast<Recording*>(engines::statement_context());
    if (own == nullptr && !has_app_context()) return;
    Recording& list = own == nullptr ? recording() : *own;
    list.queries.push_back({std::string(event.sql),
                            {event.parameters.begin(), event.parameters.end()},
                            event.start,
                            event.end,
                            list.location});
}

}  // namespace detail
}  // namespace retort
