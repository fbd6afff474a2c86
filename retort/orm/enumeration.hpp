// The names of a C++ enum's values, as they are stored in the database.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "retort/base/enumerators.hpp"
#include "retort/sql/types.hpp"

namespace retort::orm {

/// An enum's values from 0 to 63 that have names; the rest of the 64 are "".
struct Enumeration {
    std::string_view type_name;
    std::span<const std::string_view> names;  ///< by value
};

/// The name of a value; throws ArgumentError("not-an-enum-value") when it has none.
std::string_view name_of(const Enumeration& enumeration, std::int64_t value);
/// Enum('red', 'green', …) with the names in the order of their values.
sql::Type enumeration_type(const Enumeration& enumeration);

template <class E>
constexpr Enumeration enumeration() {
    return {reflection::short_type_name<E>(), reflection::enumerators<E>};
}

}  // namespace retort::orm
