// stream_with_context: a body that is written while the request's contexts are still there. Not part of retort.hpp.
#pragma once

#include <functional>

#include "retort/http/message.hpp"

namespace retort {

/// Keeps `request`, `g`, `session` and the database's session until the body is written; teardown functions run after
/// it: `return Response::stream(stream_with_context([](http::BodyWriter& body) { body.write(request.args["name"]);
/// }));`
///
/// Headers are gone by then: a session that is changed while the body is written is not kept. References into the
/// request that were taken in the view end with the view. Outside of a request it changes nothing.
std::function<void(http::BodyWriter&)> stream_with_context(std::function<void(http::BodyWriter&)> write);

}  // namespace retort
