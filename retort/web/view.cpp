// How the values of a rule become the arguments of a view.
#include "retort/web/view.hpp"

#include "retort/web/errors.hpp"

namespace retort::detail {

std::shared_ptr<const void> kept_callable(const void* callable, void (*destroy)(const void*)) {
    return {callable, destroy};
}

void refuse_argument(std::string_view name, const RouteValue& value, std::string_view wanted) {
    throw RouteError("view-argument"_code,
                     "the view wants " + std::string{wanted} + " for <" + std::string{name} +
                         ">, but its converter made " + json_of(value).dump(),
                     "give the parameter the type that the converter makes, or take it as json");
}

void no_such_argument() { throw NotFound(); }

bool is_given(const std::vector<RouteArgument>& values, std::size_t at) {
    if (at >= values.size()) return false;
    auto* document = std::get_if<json>(&values[at].value);
    return document == nullptr || !document->is_null();
}

std::int64_t integer_argument(const RouteArgument& argument, std::int64_t least, std::uint64_t most) {
    if (auto* number = std::get_if<std::int64_t>(&argument.value)) {
        if (*number < least || (*number > 0 && static_cast<std::uint64_t>(*number) > most)) throw NotFound();
        return *number;
    }
    auto* document = std::get_if<json>(&argument.value);
    if (document != nullptr && document->is_integer()) throw NotFound();
    refuse_argument(argument.name, argument.value, "an integer");
}

double real_argument(const RouteArgument& argument) {
    if (auto* number = std::get_if<double>(&argument.value)) return *number;
    if (auto* number = std::get_if<std::int64_t>(&argument.value)) return static_cast<double>(*number);
    refuse_argument(argument.name, argument.value, "a number");
}

const std::string& text_argument(const RouteArgument& argument) {
    if (auto* text = std::get_if<std::string>(&argument.value)) return *text;
    refuse_argument(argument.name, argument.value, "text");
}

// A default is text, for JSON has no UUIDs.
Uuid uuid_argument(const RouteArgument& argument) {
    if (auto* uuid = std::get_if<Uuid>(&argument.value)) return *uuid;
    auto* text = std::get_if<std::string>(&argument.value);
    if (auto parsed = text == nullptr ? std::nullopt : Uuid::parse(*text)) return *parsed;
    refuse_argument(argument.name, argument.value, "a UUID");
}

}  // namespace retort::detail
