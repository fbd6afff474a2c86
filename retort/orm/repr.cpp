// How an object is named in texts, and what is said of one that is not there.
#include <string>

#include "retort/orm/errors.hpp"
#include "retort/orm/mapper.hpp"
#include "retort/orm/ptr.hpp"
#include "retort/sql/value.hpp"

namespace retort::orm {
namespace {

std::string key_text(const ValueView& key) {
    std::string text = key.kind == sql::ValueKind::text ? std::string(key.text()) : sql::to_string(key);
    bool quoted = key.kind != sql::ValueKind::text && text.starts_with('\'');  // dates, as Python's str
    return quoted ? text.substr(1, text.size() - 2) : text;
}

std::string identity_text(const Mapper& mapper, void* object) {
    std::string text;
    for (const auto* key : mapper.keys) text += (text.empty() ? "" : ", ") + key_text(key->view(object));
    return text;
}

}  // namespace

std::string repr_of(const void* object) {
    if (object == nullptr) return "None";
    const Mapper& mapper = *slab_of(object)->mapper;
    const ObjectState state = header_of(object).state;
    const auto number = std::to_string(reinterpret_cast<std::uintptr_t>(object));
    std::string text = "<" + std::string(mapper.name()) + " ";
    if (state == ObjectState::transient) return text + "(transient " + number + ")>";
    if (state == ObjectState::pending) return text + "(pending " + number + ")>";
    return text + identity_text(mapper, const_cast<void*>(object)) + ">";
}

void refuse_empty_handle(std::string_view model) {
    throw InvalidRequestError("empty-handle"_code,
                              "an empty Ptr<" + std::string(model) + "> was followed: there is no such object.",
                              "ask first: if (object) …; get_one() and get_or_404() never give an empty one");
}

}  // namespace retort::orm
