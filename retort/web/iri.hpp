// URLs as people write them, in the characters that a message may hold.
#pragma once

#include <string>
#include <string_view>

namespace retort::detail {

/// Percent codes for what may not stand in a request line or a header; a plain ASCII URL stays as it is, be it one that
/// no browser would write.
std::string iri_to_uri(std::string_view iri);

}  // namespace retort::detail
