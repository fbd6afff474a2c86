// Operations as JSON: the form in which a database keeps what was done to it.
#pragma once

#include <string>
#include <vector>

#include "retort/base/json.hpp"
#include "retort/migrate/operation.hpp"

namespace retort::migrations {

/// C++ steps are kept as such: they come back as steps that refuse to run.
json to_json(const std::vector<Operation>& operations);
/// Throws JsonTypeError or JsonKeyError for what `to_json` did not write.
std::vector<Operation> operations_of(const json& document);

/// A number that changes with the operations: 16 hexadecimal digits.
std::string hash_of(const std::vector<Operation>& operations);
/// The same of their JSON.
std::string hash_of_text(std::string_view text);

}  // namespace retort::migrations
