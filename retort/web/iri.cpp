// Bytes beyond printable ASCII become percent codes.
#include "retort/web/iri.hpp"

#include <algorithm>

namespace retort::detail {

namespace {
bool is_printable_ascii(char c) {
    auto byte = static_cast<unsigned char>(c);
    return byte > 32 && byte < 127;
}
}  // namespace

std::string iri_to_uri(std::string_view iri) {
    static constexpr std::string_view digits = "0123456789ABCDEF", no_part_of_urls = "\"<>\\^`{|}";
    if (std::all_of(iri.begin(), iri.end(), is_printable_ascii)) return std::string{iri};
    std::string uri;
    uri.reserve(iri.size());
    for (char c : iri) {
        auto byte = static_cast<unsigned char>(c);
        if (is_printable_ascii(c) && no_part_of_urls.find(c) == no_part_of_urls.npos) {
            uri += c;
        } else {
            uri += {'%', digits[byte >> 4], digits[byte & 15]};
        }
    }
    return uri;
}

}  // namespace retort::detail
