// Options of relationships that do not go together.
#include "retort/orm/relationship_checks.hpp"

#include <string>

#include "retort/orm/errors.hpp"

namespace retort::orm {

namespace {

/// Who has the key may share its object with others, so nothing is an orphan there.
void require_parent_side(const Relationship& relationship) {
    const bool is_shared =
        relationship.kind == RelationKind::many_to_one || relationship.kind == RelationKind::many_to_many;
    if (!is_shared || !relationship.options.cascades.delete_orphan) return;
    if (relationship.kind == RelationKind::many_to_many) {
        throw ArgumentError("orphans-of-many"_code,
                            relationship.full_name() + " deletes orphans, but others may have the same " +
                                std::string(relationship.target->name()) + " through the table between.",
                            "leave delete-orphan away, and delete those that nobody has yourself");
    }
    throw ArgumentError("orphans-of-many"_code,
                        relationship.full_name() + " deletes orphans, but many " +
                            std::string(relationship.owner->name()) + " may point at one " +
                            std::string(relationship.target->name()) + ".",
                        "put delete-orphan on the other side, in " + std::string(relationship.target->name()) +
                            ", or delete the old object yourself");
}

void require_one_way_to_delete(const Relationship& relationship) {
    const auto& options = relationship.options;
    const bool deletes = options.cascades.delete_ || options.cascades.delete_orphan;
    if (!options.passive_deletes_all || !deletes) return;
    throw ArgumentError("cascade-beside-passive"_code,
                        relationship.full_name() +
                            " is passive_deletes_all, which leaves all children to the database, and " +
                            "has a cascade that deletes them.",
                        "write passive_deletes, which deletes those in memory, or leave delete out of the cascade");
}

// Its objects are not in memory, so nobody could number them anew.
void require_collection(const Relationship& relationship) {
    if (relationship.ordering == nullptr || relationship.holds_objects()) return;
    throw ArgumentError("ordered-query"_code,
                        relationship.full_name() +
                            " is an ordering_list, but a lazy::dynamic or lazy::write_only "
                            "relationship holds no list.",
                        "write order_by<\"" + std::string(relationship.options.ordering) +
                            "\"> and set the numbers yourself, or choose another way of loading");
}

}  // namespace

void check_options(const Relationship& relationship) {
    require_parent_side(relationship);
    require_one_way_to_delete(relationship);
    require_collection(relationship);
}

}  // namespace retort::orm
