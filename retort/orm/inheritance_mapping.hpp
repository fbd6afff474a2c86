// What the erased core does for models that inherit from models: whose columns they have, and of which kind a row is.
#pragma once

#include <vector>

#include "retort/orm/mapper.hpp"
#include "retort/orm/slab.hpp"

namespace retort::orm {

/// Fills what a mapper that is being made has from its base model. Its table has a name already.
/// Throws ArgumentError("no-discriminator", "column-twice").
void inherit(Mapper& mapper);

/// Fills `source` and `levels`, when its keys are known.
void join_tables(Mapper& mapper);

/// Works out, for all mappers of the program, which are the kinds of which.
/// Throws ArgumentError("polymorphic-identity-twice").
void find_kinds(const std::vector<Mapper*>& mappers);

/// The same mapper. Throws InvalidRequestError("joined-statement") when its rows stand in several tables.
const Mapper& of_one_table(const Mapper& mapper);

/// Gives a new object the discriminator of its model. Throws ArgumentError("wrong-kind") when it has another one.
void set_kind(const Mapper& mapper, void* object);
/// Throws ArgumentError("wrong-kind") when its column for that says another one.
void require_own_kind(const Mapper& mapper, void* object);

/// The model whose identity this is. Throws InvalidRequestError("unknown-polymorphic-identity").
const Mapper& kind_by_identity(const Mapper& mapper, const ValueView& identity);

/// Throws InvalidRequestError("kind-changed") when an object that the session knows is of another model.
void require_kind(const Mapper& mapper, const void* object);
/// Whether an object was read as one of a base model, which has not all columns.
bool was_read_partly(const Mapper& mapper, void* object);

inline bool is_kind(const Mapper& mapper, const void* object) {
    return mapper.base == nullptr || slab_of(object)->mapper->is_a(mapper);
}

}  // namespace retort::orm
