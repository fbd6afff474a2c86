// What a session notes of its work until the next flush, and until its transaction ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "retort/orm/mapper.hpp"

namespace retort::orm {

/// A foreign key that takes its value from another object at the next flush.
struct Link {
    const Attribute* foreign_key;
    const Attribute* referenced;
    const Mapper* child_mapper;
    void* child;
    void* parent;                                ///< null: the key becomes NULL
    void* only_after;                            ///< when not null, only if the child still belonged to this one
    bool late = false;                           ///< written after all rows (post_update)
    const Relationship* relationship = nullptr;  ///< from which side it was made

    /// Whether it is about the same key of the same child.
    bool is_about(const Link& other) const {
        return child == other.child && foreign_key->index == other.foreign_key->index;
    }
    /// Whether it is one of that relationship, be it as a model above or below has it.
    bool goes_by(const Relationship& other) const {
        return other.foreign_key != nullptr && foreign_key->index == other.foreign_key->index &&
               (child_mapper->is_a(*other.child) || other.child->is_a(*child_mapper));
    }
};

/// A row of the table between the two sides of a many-to-many, to be written or removed at the next flush.
struct Association {
    const Relationship* relationship;
    void* owner;
    void* target;
    bool added;
};

/// A child that was taken out of a relationship with delete-orphan; it goes at the next flush if it has no other owner.
struct Orphan {
    const Relationship* relationship;
    void* child;
};

/// An object that was deleted in this transaction, and then left the session by expunge_all.
struct LeftObject {
    void* object;
    std::uint64_t within;  ///< the savepoint within which it was deleted; 0 without
};

/// What a session had done when a savepoint was set.
struct Savepoint {
    std::uint64_t number;
    std::string name;
    std::size_t changes;
    std::size_t inserted;
    std::size_t gone;
    std::size_t tracked;
};

}  // namespace retort::orm
