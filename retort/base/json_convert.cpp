// Texts in JSON that stand for something else: the names of enums, and what is said when they are not what they should
// be.
#include "retort/base/json.hpp"

#include <vector>

#include "retort/base/suggest.hpp"

namespace retort::detail {

void refuse_json_text(const std::string& text, std::string_view wanted) {
    throw JsonTypeError("json-type"_code, "\"" + text + "\" is no " + std::string{wanted} + ".",
                        "correct the document");
}

std::string_view name_of_value(std::span<const std::string_view> names, std::int64_t value) {
    bool named =
        value >= 0 && static_cast<std::size_t>(value) < names.size() && !names[static_cast<std::size_t>(value)].empty();
    if (!named) {
        throw JsonTypeError("json-type"_code, std::to_string(value) + " is no value of the enum that has a name.",
                            "give it one of the enum's values");
    }
    return names[static_cast<std::size_t>(value)];
}

std::int64_t value_from_name(std::span<const std::string_view> names, const json& document) {
    const std::string& text = document.text();
    std::vector<std::string_view> known;
    for (std::size_t value = 0; value < names.size(); ++value) {
        if (names[value] == text && !text.empty()) return static_cast<std::int64_t>(value);
        if (!names[value].empty()) known.push_back(names[value]);
    }
    throw JsonTypeError("json-type"_code, "\"" + text + "\" is not the name of one of the enum's values.",
                        did_you_mean_hint(text, known, "correct the document"));
}

}  // namespace retort::detail
