// What all constraints have in common.
#include "retort/schema/constraint.hpp"

namespace retort::schemas {

IndexPart::IndexPart(std::string name) : column(std::move(name)) {}
IndexPart::IndexPart(const char* name) : column(name) {}
IndexPart::IndexPart(sql::Expression of) : expression(std::move(of)) {}

const std::string& constraint_name(const Constraint& constraint) {
    return std::visit([](const auto& one) -> const std::string& { return one.name; }, constraint);
}

}  // namespace retort::schemas
