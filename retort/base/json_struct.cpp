// What is said when a text in a document is not what its field is.
#include "retort/base/json_struct.hpp"

namespace retort::detail {

void refuse_json_text(const std::string& text, const char* wanted) {
    throw JsonTypeError("json-type"_code, "\"" + text + "\" is not " + wanted + ".", "correct the document");
}

}  // namespace retort::detail
