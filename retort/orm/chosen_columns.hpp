// Chosen columns of an object as JSON, for models that have no to_json() or where it tells too much.
#pragma once

#include <cstddef>
#include <utility>

#include "retort/base/json.hpp"
#include "retort/orm/model.hpp"
#include "retort/orm/operators.hpp"
#include "retort/orm/ptr.hpp"

namespace retort::orm {

/// `{{"id", …}, {"username", …}}` for `chosen_columns(*user, User::c.id, User::c.username)`; keys are the fields'
/// names.
template <AnyModel T, class... C>
json chosen_columns(const T& object, const volatile C&... columns) {
    static_assert((AnyColumn<C> && ...), "only columns can be chosen: name them as in User::c.id");
    auto object_json = json::object();
    const volatile auto& model = retort::columns<T>();
    auto put = [&]<class Chosen>(const volatile Chosen& column) {
        auto offset = reinterpret_cast<const volatile char*>(&column) - reinterpret_cast<const volatile char*>(&model);
        const auto* field = reinterpret_cast<const Chosen*>(reinterpret_cast<const char*>(&object) + offset);
        object_json[mapper_of<T>().attribute_at(&object, field).name] = to_json(*field);
    };
    (put(columns), ...);
    return object_json;
}
template <AnyModel T, class... C>
json chosen_columns(const Ptr<T>& object, const volatile C&... columns) {
    return object ? chosen_columns(*object, columns...) : json(nullptr);
}

}  // namespace retort::orm
