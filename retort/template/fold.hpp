// What of a template can be computed when it is compiled.
#pragma once

#include "retort/template/nodes.hpp"

namespace retort::templates {

/// The constant that an operation on constants makes, or the node itself.
Expression* fold(Arena& arena, Expression* node, Escaping escaping);
/// Joins neighbouring text and constants, escaped as they will be printed.
Expressions join_constants(Arena& arena, Expressions parts, Escaping escaping);

}  // namespace retort::templates
