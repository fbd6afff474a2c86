// Bytes beyond printable ASCII become percent codes.
#include "retort/web/iri.hpp"

namespace retort::detail {

std::string iri_to_uri(std::string_view iri) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string uri;
    uri.reserve(iri.size());
    for (char c : iri) {
        auto byte = static_cast<unsigned char>(c);
        if (byte > 32 && byte < 127) {
            uri += c;
        } else {
            uri += {'%', digits[byte >> 4], digits[byte & 15]};
        }
    }
    return uri;
}

}  // namespace retort::detail
