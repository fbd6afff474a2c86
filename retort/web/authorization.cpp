// Names and passwords out of the header Authorization.
#include "retort/web/authorization.hpp"

#include <algorithm>
#include <utility>

#include "retort/base/text.hpp"
#include "retort/web/signing.hpp"

namespace retort {

Authorization::Authorization() = default;
Authorization::Authorization(const Authorization& other) = default;
Authorization::Authorization(Authorization&& other) noexcept = default;
Authorization& Authorization::operator=(const Authorization& other) = default;
Authorization& Authorization::operator=(Authorization&& other) noexcept = default;
Authorization::~Authorization() = default;

std::optional<Authorization> Authorization::parse(std::string_view header) {
    header = trim(header);
    const auto space = std::min(header.find_first_of(" \t"), header.size());
    const auto behind = trim(header.substr(space));
    if (behind.empty()) return std::nullopt;
    Authorization said;
    said.type = ascii_lower(header.substr(0, space));
    if (said.type != "basic") {
        said.token = behind;
        return said;
    }
    if (behind.size() % 4 != 0) return std::nullopt;
    const auto pair = detail::from_base64(behind);
    const auto colon = pair ? pair->find(':') : std::string::npos;
    if (colon == std::string::npos || !is_utf8(*pair)) return std::nullopt;
    said.username = pair->substr(0, colon);
    said.password = pair->substr(colon + 1);
    return said;
}

}  // namespace retort
