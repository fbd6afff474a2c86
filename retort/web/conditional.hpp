// Conditional requests and ranges (RFC 9110), decided as Werkzeug decides them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/base/time.hpp"
#include "retort/http/message.hpp"

namespace retort {

class Request;
class Response;

namespace detail {

/// The tags of If-Match and If-None-Match.
struct EntityTags {
    explicit EntityTags(std::string_view header);

    bool contains(std::string_view tag) const;       ///< strongly
    bool contains_weak(std::string_view tag) const;  ///< weakly too
    bool empty() const { return !any && strong.empty() && weak.empty(); }

    std::vector<std::string> strong, weak;
    bool any = false;  ///< "*"
};

/// Whether the client's copy, if it has one, is out of date.
bool is_resource_modified(Request& request, const Response& response, bool with_if_range);

/// First byte and the one behind the last.
using ByteRange = std::pair<std::uint64_t, std::uint64_t>;
/// The one range of a Range header that can be satisfied; empty for several, for none and for what cannot be read.
std::optional<ByteRange> single_range(std::string_view header, std::uint64_t length);
/// What of a response of that length is to be sent: empty when all of it. Sets status and headers of a 206.
/// Throws RequestedRangeNotSatisfiable.
std::optional<ByteRange> take_range(Request& request, Response& response, std::uint64_t length);
/// Turns it into 304 or 412 where the request asks for that.
void answer_condition(Request& request, Response& response);
/// What describes a content, for an answer that has none.
void remove_entity_headers(http::Headers& headers);

}  // namespace detail
}  // namespace retort
