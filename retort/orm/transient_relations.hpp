// Relationships between objects that no session has: made, not added yet.
#pragma once

#include "retort/orm/relationship_cells.hpp"

namespace retort::orm {

struct Place;

/// Keeps both sides of their relationships in step, as a session does for its own objects.
///
/// What an object in a slab refers to lives as long as the object itself: both in the memory of one session, or in
/// slabs that stay together while a handle points into any of them. So their fields hold no handles, and objects that
/// name each other are freed like others.
class TransientRelations {
  public:
    static void set(OneCell& one, const Place& place, void* target);
    static void append(ManyCell& many, const Place& place, void* child);
    static void remove(ManyCell& many, const Place& place, void* child);
    /// Takes the others over that a new object was given before it came into its slab. When it throws
    /// InvalidRequestError("other-session"), the object is no more.
    static void settle(void* object, const Mapper& mapper);
    /// Where the next one of a collection can live: beside its last one, when there is room. Null: in a slab of its
    /// own.
    static Slab* room_beside(const ManyCell& many, const Mapper& mapper);
    /// The same for a local object, by what it was given.
    static Slab* room_for(void* given, const Mapper& mapper);
    /// An object that is moved away leaves what it was related to.
    static void leave(OneCell& one, const Place& place);
    static void leave(ManyCell& many, const Place& place);
    static void number(ManyCell& many, const Relationship& relationship, std::size_t from);

  private:
    static void arrive(const Relationship* side, void* owner, void* other);
    static void part(const Relationship* side, void* owner, void* other);
};

}  // namespace retort::orm
