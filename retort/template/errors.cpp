// How errors of templates read: the sentence, then the template, the line and its text.
#include "retort/template/errors.hpp"

#include <typeinfo>
#include <utility>

#include "retort/base/text.hpp"

namespace retort {

TemplateError::TemplateError(ErrorCode code, std::string message, std::string hint, std::source_location where)
    : Error(code, std::move(message), std::move(hint), where) {}
TemplateError::TemplateError(const TemplateError& other) = default;
TemplateError::~TemplateError() = default;

namespace {

/// The text of a line, without the spaces around it.
std::string text_of_line(std::string_view source, int line) {
    for (int at = 1; at < line && !source.empty(); ++at) {
        auto end = source.find('\n');
        source.remove_prefix(end == source.npos ? source.size() : end + 1);
    }
    return std::string(trim(source.substr(0, source.find('\n'))));
}

std::string place_text(std::string_view name, int line, const std::string& text) {
    std::string place = "in " + std::string(name.empty() ? "the template text" : name);
    if (line > 0) place += ", line " + std::to_string(line) + ": " + text;
    return place;
}

}  // namespace

void TemplateError::locate(std::string_view name, int line, std::string_view source) {
    if (located_) return;
    located_ = true;
    template_name_ = name;
    line_ = line;
    line_text_ = text_of_line(source, line);
}

std::string TemplateError::details() const {
    return located_ ? "  " + place_text(template_name_, line_, line_text_) : std::string{};
}

namespace {

/// The last exception that came through a template, and what is known of it: it may be gone, and its memory another's.
constinit thread_local const std::exception* placed = nullptr;
struct Place {
    const std::type_info* type = nullptr;
    std::string what;
    std::string text;
};
thread_local Place last_place;

bool is_placed(const std::exception& error) {
    return placed == &error && *last_place.type == typeid(error) && last_place.what == error.what();
}

}  // namespace

void tell_place(std::string_view name, int line, std::string_view source) {
    try {
        throw;
    } catch (TemplateError& error) {
        error.locate(name, line, source);
    } catch (Error& error) {
        error.add_place(place_text(name, line, text_of_line(source, line)));
    } catch (const std::exception& error) {
        if (is_placed(error)) return;  // the innermost one is told
        last_place = {&typeid(error), error.what(), place_text(name, line, text_of_line(source, line))};
        placed = &error;
    } catch (...) {  // NOLINT: nothing is known of it
    }
}

std::string template_place(const std::exception& error) { return is_placed(error) ? last_place.text : std::string(); }

void forget_template_place() noexcept { placed = nullptr; }

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
