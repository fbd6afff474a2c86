// Keeping a request's contexts for its streamed body.
#include "retort/web/stream_with_context.hpp"

#include <utility>

#include "retort/web/request.hpp"

namespace retort {

std::function<void(http::BodyWriter&)> stream_with_context(std::function<void(http::BodyWriter&)> write) {
    if (has_request_context()) detail::current_request().keep_contexts();
    return write;
}

}  // namespace retort
