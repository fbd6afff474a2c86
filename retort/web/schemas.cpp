// How a struct that has itself inside is found, and named.
#include "retort/web/schemas.hpp"

#include <algorithm>
#include <utility>

#include "retort/base/text.hpp"
#include "retort/web/input.hpp"

namespace retort::detail {

namespace {

thread_local SharedSchemas* collecting = nullptr;

/// OpenAPI takes letters, digits, dots, hyphens and underscores.
std::string component_name(std::string_view type) {
    std::string name;
    for (char c : type) name += is_ascii_alphanumeric(c) || c == '_' ? c : '_';
    return name;
}

}  // namespace

SharedSchemas::SharedSchemas() : before_(std::exchange(collecting, this)) {}
SharedSchemas::~SharedSchemas() { collecting = before_; }
SharedSchemas* SharedSchemas::current() noexcept { return collecting; }

json SharedSchemas::refer_to(std::string_view name, Write write) {
    auto [known, is_new] = names_.try_emplace(write);
    if (is_new) {
        auto wanted = component_name(name);
        auto taken = [&](const std::string& text) {
            return text == "Problem" ||
                   std::any_of(names_.begin(), names_.end(), [&](auto& each) { return each.second == text; });
        };
        auto own = wanted;
        for (int number = 2; taken(own); ++number) own = wanted + "_" + std::to_string(number);
        known->second = std::move(own);
    }
    return json::object({{"$ref", "#/components/schemas/" + known->second}});
}

json SharedSchemas::schema_of(std::string_view name, Write write) {
    bool inside_itself = std::find(open_.begin(), open_.end(), write) != open_.end();
    if (inside_itself || names_.contains(write)) return refer_to(name, write);
    open_.push_back(write);
    json schema = write();
    open_.pop_back();
    auto known = names_.find(write);
    if (known == names_.end()) return schema;
    all_[known->second] = std::move(schema);
    return refer_to(name, write);
}

json schema_of_struct(std::string_view name, json (*write)()) {
    if (auto* shared = SharedSchemas::current()) return shared->schema_of(name, write);
    SharedSchemas own;
    return own.schema_of(name, write);
}

}  // namespace retort::detail
