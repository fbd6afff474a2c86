// What all constraints have in common.
#include "retort/schema/constraint.hpp"

namespace retort::schemas {

const std::string& constraint_name(const Constraint& constraint) {
    return std::visit([](const auto& one) -> const std::string& { return one.name; }, constraint);
}

}  // namespace retort::schemas
