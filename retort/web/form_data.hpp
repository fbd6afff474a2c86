// A multipart body read into fields and files, within the limits of the configuration.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "retort/base/multi_dict.hpp"
#include "retort/http/message.hpp"
#include "retort/web/files.hpp"

namespace retort::detail {

struct FormLimits {
    std::optional<std::uint64_t> max_content_length;
    std::uint64_t max_field_memory;  ///< of all fields together
    std::size_t max_parts;
};

struct FormData {
    MultiDict fields;
    FileDict files;
};

/// Throws BadRequest and RequestEntityTooLarge.
FormData read_multipart(http::BodyReader& body, std::string_view content_type, const FormLimits& limits);
/// The same of a body that was read whole before.
FormData parse_multipart(std::string_view body, std::string_view content_type, const FormLimits& limits);

}  // namespace retort::detail
