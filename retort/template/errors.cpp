// How errors of templates read: the sentence, then the template, the line and its text.
#include "retort/template/errors.hpp"

#include <utility>

#include "retort/base/text.hpp"

namespace retort {

TemplateError::TemplateError(ErrorCode code, std::string message, std::string hint, std::source_location where)
    : Error(code, std::move(message), std::move(hint), where) {}
TemplateError::TemplateError(const TemplateError& other) = default;
TemplateError::~TemplateError() = default;

void TemplateError::locate(std::string_view name, int line, std::string_view source) {
    if (located_) return;
    located_ = true;
    template_name_ = name;
    line_ = line;
    for (int at = 1; at < line && !source.empty(); ++at) {
        auto end = source.find('\n');
        source.remove_prefix(end == source.npos ? source.size() : end + 1);
    }
    line_text_ = trim(source.substr(0, source.find('\n')));
}

std::string TemplateError::details() const {
    if (!located_) return {};
    std::string text = "  in " + (template_name_.empty() ? std::string{"the template text"} : template_name_);
    if (line_ > 0) text += ", line " + std::to_string(line_) + ": " + line_text_;
    return text;
}

namespace templates {

void throw_type_error(std::string message) {
    throw TypeError("template-type"_code, std::move(message), "look at the value: {{ value|pprint }}");
}
void throw_value_error(std::string message) {
    throw ValueError("template-value"_code, std::move(message), "look at the value: {{ value|pprint }}");
}
void throw_overflow(std::string message) {
    throw OverflowError("template-overflow"_code, std::move(message), "keep it smaller, or compute it in the view");
}
void throw_runtime(std::string message) { throw TemplateRuntimeError("template-runtime"_code, std::move(message)); }
void throw_lookup_error(std::string message) {
    throw LookupError("template-lookup"_code, std::move(message), "ask first: {% if key in values %}");
}

}  // namespace templates
}  // namespace retort
