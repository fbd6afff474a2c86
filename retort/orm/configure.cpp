// What is worked out when all models are known: tables, foreign keys, relationships, and the order of writing.
#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <utility>
#include <variant>

#include "retort/base/log.hpp"
#include "retort/base/suggest.hpp"
#include "retort/orm/errors.hpp"
#include "retort/orm/inheritance_mapping.hpp"
#include "retort/orm/mapper.hpp"
#include "retort/orm/mapper_tables.hpp"
#include "retort/orm/relationship_checks.hpp"
#include "retort/orm/table_args.hpp"
#include "retort/schema/metadata.hpp"
#include "retort/sql/expression.hpp"

namespace retort::orm {

std::uint32_t enrolled_count();

namespace {

/// A foreign key of several columns, which stands in table_args().
struct CompositeKey {
    std::vector<KeyPair> pairs;
    bool has_rule;
};

const Attribute* by_column(const Mapper& mapper, std::string_view column) {
    for (const auto& attribute : mapper.attributes) {
        if (attribute.column_name == column) return &attribute;
    }
    return nullptr;
}

/// Those of one model to another, each in the order of the other's primary key.
std::vector<CompositeKey> composite_keys(const Mapper& from, const Mapper& to) {
    std::vector<CompositeKey> found;
    if (from.model->add_table_args == nullptr || to.keys.size() < 2) return found;
    schemas::Table table{.name = from.table_name, .columns = {}};
    from.model->add_table_args(table);
    for (const auto& constraint : table.constraints) {
        const auto* foreign = std::get_if<schemas::ForeignKey>(&constraint);
        if (foreign == nullptr || foreign->referred_table != to.table_name) continue;
        CompositeKey key{{}, foreign->on_delete != schemas::Action::unspecified};
        for (const auto* referenced : to.keys) {
            auto at =
                std::find(foreign->referred_columns.begin(), foreign->referred_columns.end(), referenced->column_name);
            if (at == foreign->referred_columns.end()) break;
            const auto place = static_cast<std::size_t>(at - foreign->referred_columns.begin());
            const auto* own = by_column(from, foreign->columns[place]);
            if (own == nullptr) break;
            key.pairs.push_back({own, referenced});
        }
        if (key.pairs.size() == to.keys.size() && foreign->columns.size() == to.keys.size())
            found.push_back(std::move(key));
    }
    return found;
}

[[noreturn]] void refuse_ambiguous(const Relationship& relationship, const Mapper& child, const Mapper& parent,
                                   std::string_view key) {
    throw AmbiguousForeignKeysError("ambiguous-foreign-keys"_code,
                                    relationship.full_name() +
                                        " cannot be joined: there are several foreign keys between " +
                                        std::string(child.name()) + " and " + std::string(parent.name()) + ".",
                                    "say which: foreign_keys<\"" + std::string(key) + "\">");
}

/// Whether a relationship goes by a composite key, and by which.
bool resolve_composite(Relationship& relationship, const Mapper& child, const Mapper& parent) {
    auto keys = composite_keys(child, parent);
    const auto stated = relationship.options.foreign_keys;
    std::erase_if(keys, [&](const CompositeKey& key) {
        return !stated.empty() && std::none_of(key.pairs.begin(), key.pairs.end(),
                                               [&](const KeyPair& pair) { return pair.foreign_key->name == stated; });
    });
    if (keys.empty()) return false;
    if (keys.size() > 1) refuse_ambiguous(relationship, child, parent, keys[0].pairs[0].foreign_key->name);
    relationship.child = &child;
    relationship.pairs = std::move(keys[0].pairs);
    relationship.pairs_passive = keys[0].has_rule;
    relationship.foreign_key = relationship.pairs[0].foreign_key;
    relationship.referenced = relationship.pairs[0].referenced;
    return true;
}

/// The foreign keys of one model that point at another.
std::vector<const Attribute*> keys_to(const Mapper& from, const Mapper& to) {
    std::vector<const Attribute*> found;
    for (const auto& attribute : from.attributes) {
        if (attribute.options.foreign_key.target != nullptr && to.is_a(attribute.options.foreign_key.target())) {
            found.push_back(&attribute);
        }
    }
    return found;
}

const Attribute* stated_key(const Relationship& relationship, const Mapper& child) {
    for (const auto& attribute : child.attributes) {
        bool key = attribute.options.foreign_key.target != nullptr;
        if (key && attribute.name == relationship.options.foreign_keys) return &attribute;
    }
    return nullptr;
}

[[noreturn]] void refuse_stated_key(const Relationship& relationship, const Mapper& child) {
    std::vector<std::string_view> known;
    for (const auto& attribute : child.attributes) {
        if (attribute.options.foreign_key.target != nullptr) known.push_back(attribute.name);
    }
    throw ArgumentError(
        "unknown-foreign-key"_code,
        relationship.full_name() + " goes by foreign_keys<\"" + std::string(relationship.options.foreign_keys) +
            "\">, but " + std::string(child.name()) + " has no such foreign key.",
        did_you_mean_hint(relationship.options.foreign_keys, known, "name a field with foreign_key<…>"));
}

const Attribute& only_key(const Relationship& relationship, const Mapper& child, const Mapper& parent) {
    auto found = keys_to(child, parent);
    if (found.size() == 1) return *found[0];
    std::string between = std::string(child.name()) + " and " + std::string(parent.name());
    if (found.empty()) {
        throw NoForeignKeysError(
            "no-foreign-keys"_code,
            relationship.full_name() + " cannot be joined: there is no foreign key between " + between + ".",
            "give " + std::string(child.name()) + " a Column<int, foreign_key<" + std::string(parent.name()) + ">>");
    }
    refuse_ambiguous(relationship, child, parent, found[0]->name);
}

// A One whose own side has no foreign key to the target is the parent's side of a one-to-one.
void choose_side(Relationship& relationship) {
    if (!relationship.is_one()) return;
    const Mapper &owner = *relationship.owner, &target = *relationship.target;
    bool stated = !relationship.options.foreign_keys.empty();
    auto has_key = [&](const Mapper& child, const Mapper& parent) {
        if (!composite_keys(child, parent).empty()) return true;
        return stated ? stated_key(relationship, child) != nullptr : !keys_to(child, parent).empty();
    };
    bool own = has_key(owner, target);
    bool theirs = has_key(target, owner);
    relationship.kind = !own && theirs ? RelationKind::one_to_one : RelationKind::many_to_one;
}

/// The keys by which a table between two sides points at one of them: one of several columns, or the only one of one.
std::vector<KeyPair> pairs_between(const Relationship& relationship, const Mapper& between, const Mapper& side) {
    auto keys = composite_keys(between, side);
    if (keys.size() > 1) refuse_ambiguous(relationship, between, side, keys[0].pairs[0].foreign_key->name);
    if (keys.size() == 1) return std::move(keys[0].pairs);
    const Attribute& only = only_key(relationship, between, side);
    return {{&only, &key_of(side, between, only)}};
}

/// The same of a model with itself, which has two: the one that was stated points at the owner.
std::pair<std::vector<KeyPair>, std::vector<KeyPair>> pairs_to_itself(const Relationship& relationship,
                                                                      const Mapper& between) {
    const Mapper& side = *relationship.owner;
    auto stated = relationship.options.foreign_keys;
    auto is_stated = [&](const KeyPair& pair) { return pair.foreign_key->name == stated; };
    auto composite = composite_keys(between, side);
    if (composite.size() == 2) {
        const auto& first = composite[0].pairs;
        bool own = std::any_of(first.begin(), first.end(), is_stated);
        if (stated.empty()) refuse_ambiguous(relationship, between, side, first[0].foreign_key->name);
        return {composite[own ? 0 : 1].pairs, composite[own ? 1 : 0].pairs};
    }
    auto keys = keys_to(between, side);
    const auto* own = stated_key(relationship, between);
    if (own == nullptr && !stated.empty()) refuse_stated_key(relationship, between);
    if (own == nullptr || keys.size() != 2) (void)only_key(relationship, between, side);
    const auto* other = keys[0] == own ? keys[1] : keys[0];
    return {{{own, &key_of(side, between, *own)}}, {{other, &key_of(side, between, *other)}}};
}

void resolve_secondary(Relationship& relationship) {
    const Mapper& between = relationship.options.secondary();
    relationship.secondary = &between;
    relationship.child = relationship.target;
    if (relationship.owner != relationship.target) {
        relationship.pairs = pairs_between(relationship, between, *relationship.owner);
        relationship.target_pairs = pairs_between(relationship, between, *relationship.target);
    } else {
        std::tie(relationship.pairs, relationship.target_pairs) = pairs_to_itself(relationship, between);
    }
    relationship.foreign_key = relationship.pairs[0].foreign_key;
    relationship.referenced = relationship.pairs[0].referenced;
    relationship.target_key = relationship.target_pairs[0].foreign_key;
    relationship.target_referenced = relationship.target_pairs[0].referenced;
}

/// `order_by<"date desc", "id">`; an ordering_list is in its own order.
void resolve_order(Relationship& relationship) {
    relationship.order_by.clear();
    if (!relationship.options.ordering.empty()) {
        relationship.ordering = &relationship.target->attribute(relationship.options.ordering);
        if (relationship.options.order_by.empty()) relationship.order_by.push_back({relationship.ordering, false});
    }
    for (auto term : relationship.options.order_by) {
        auto space = std::min(term.find(' '), term.size());
        auto direction = term.substr(space);
        bool descending = direction == " desc";
        if (!direction.empty() && !descending && direction != " asc") {
            throw ArgumentError("malformed-order"_code,
                                relationship.full_name() + " is ordered by \"" + std::string(term) + "\".",
                                "write a field's name, alone or followed by asc or desc: order_by<\"date desc\">");
        }
        const auto& attribute = relationship.target->attribute(term.substr(0, space));
        if (attribute.options.expression != nullptr) {
            throw ArgumentError("malformed-order"_code,
                                relationship.full_name() + " is ordered by " + std::string(attribute.name) +
                                    ", which is an expression and no column.",
                                "order it in the query: select<…>().order_by(…), or by the columns that it is made of");
        }
        relationship.order_by.push_back({&attribute, descending});
    }
}

/// A relationship that is only read goes by its own condition, and needs no foreign key.
bool joins_by_itself(Relationship& relationship) {
    if (!relationship.is_custom() || !relationship.options.viewonly) return false;
    relationship.foreign_key = relationship.referenced = nullptr;
    relationship.child = relationship.target;
    if (relationship.kind == RelationKind::many_to_one) relationship.kind = RelationKind::one_to_one;
    if (relationship.options.secondary == nullptr) return true;
    relationship.secondary = &relationship.options.secondary();
    if (relationship.options.secondaryjoin == nullptr) resolve_secondary(relationship);
    return true;
}

void resolve(Relationship& relationship) {
    relationship.target = &relationship.target_of();
    resolve_order(relationship);
    relationship.pairs.clear();
    relationship.target_pairs.clear();
    if (joins_by_itself(relationship)) return;
    if (relationship.kind == RelationKind::many_to_many) {
        check_options(relationship);
        return resolve_secondary(relationship);
    }
    choose_side(relationship);
    check_options(relationship);
    bool parent_side = relationship.is_parent();
    const Mapper& parent = parent_side ? *relationship.owner : *relationship.target;
    relationship.child = parent_side ? relationship.target : relationship.owner;
    if (resolve_composite(relationship, *relationship.child, parent)) return;
    if (relationship.options.foreign_keys.empty()) {
        relationship.foreign_key = &only_key(relationship, *relationship.child, parent);
    } else {
        relationship.foreign_key = stated_key(relationship, *relationship.child);
        if (relationship.foreign_key == nullptr) refuse_stated_key(relationship, *relationship.child);
    }
    relationship.referenced = &key_of(parent, *relationship.child, *relationship.foreign_key);
    relationship.pairs = {{relationship.foreign_key, relationship.referenced}};
}

bool is_opposite(const Relationship& relationship, const Relationship& other) {
    if (&other == &relationship || !relationship.owner->is_a(*other.target)) return false;
    if (other.foreign_key == nullptr || relationship.foreign_key == nullptr) return false;
    if (relationship.kind == RelationKind::many_to_many) {
        return other.secondary == relationship.secondary && other.foreign_key == relationship.target_key;
    }
    bool one_key =
        other.foreign_key->index == relationship.foreign_key->index && other.child->root == relationship.child->root;
    return other.secondary == nullptr && other.is_parent() != relationship.is_parent() && one_key;
}

void find_reverse(Relationship& relationship) {
    relationship.reverse = nullptr;
    auto stated = relationship.options.back_populates;
    if (!stated.empty()) {
        relationship.reverse = relationship.target->find_relationship(stated);
        if (relationship.reverse != nullptr && is_opposite(relationship, *relationship.reverse)) return;
        std::vector<std::string_view> known;
        for (const auto& other : relationship.target->relationships) {
            if (is_opposite(relationship, other)) known.push_back(other.name);
        }
        throw ArgumentError("no-back-populates"_code,
                            relationship.full_name() + " is populated back by \"" + std::string(stated) + "\", but " +
                                std::string(relationship.target->name()) + " has no such other side of it.",
                            did_you_mean_hint(stated, known, "leave back_populates away: the other side is found"));
    }
    for (const auto& other : relationship.target->relationships) {
        bool meant = other.options.back_populates.empty() || other.options.back_populates == relationship.name;
        if (meant && is_opposite(relationship, other)) relationship.reverse = &other;
    }
}

}  // namespace

namespace {

/// Whether both write one foreign key from the parents' side. Those to two kinds beside each other never meet.
bool write_one_key(const Relationship& a, const Relationship& b) {
    auto writes = [](const Relationship& each) {
        return each.is_parent() && !each.options.viewonly && each.foreign_key != nullptr;
    };
    if (!writes(a) || !writes(b) || !(a.child->is_a(*b.child) || b.child->is_a(*a.child))) return false;
    return a.foreign_key->column_name == b.foreign_key->column_name &&
           a.foreign_key->column.table().node() == b.foreign_key->column.table().node();
}

}  // namespace

std::vector<std::string> overlaps_of(const Mapper& mapper) {
    std::vector<std::string> overlaps;
    const auto& all = mapper.relationships;
    const std::size_t inherited = mapper.is_plain() ? 0 : mapper.base->relationships.size();
    for (std::size_t later = inherited; later < all.size(); ++later) {
        for (std::size_t i = 0; i < later; ++i) {
            if (!write_one_key(all[i], all[later])) continue;
            overlaps.push_back(all[later].full_name() + " and " + all[i].full_name() + " both write " +
                               std::string(all[i].child->name()) + "." + std::string(all[i].foreign_key->name) +
                               ", and neither sees what the other is given. Make one of them viewonly, or give them "
                               "foreign keys of their own: foreign_keys<\"…\">.");
        }
    }
    return overlaps;
}

namespace {

/// A model is written together with those that inherit from it.
std::vector<Mapper*> roots_of(const std::vector<Mapper*>& mappers) {
    std::vector<Mapper*> roots;
    for (auto* mapper : mappers) {
        if (mapper->root == mapper) roots.push_back(mapper);
    }
    return roots;
}

/// Kahn's order; what is left stands in circles and shares a rank.
void rank(const std::vector<Mapper*>& mappers) {
    std::vector<Mapper*> left = mappers;
    std::uint32_t next = 0;
    auto waits = [&](const Mapper* mapper) {
        return std::any_of(mapper->parents.begin(), mapper->parents.end(), [&](const Mapper* parent) {
            return parent != mapper && std::find(left.begin(), left.end(), parent) != left.end();
        });
    };
    while (!left.empty()) {
        std::vector<Mapper*> ready;
        for (auto* mapper : left) {
            if (!waits(mapper)) ready.push_back(mapper);
        }
        if (ready.empty()) {
            for (auto* mapper : left) mapper->rank = next;
            return;
        }
        for (auto* mapper : ready) {
            mapper->rank = next++;
            std::erase(left, mapper);
        }
    }
}

void add_composite_parents(Mapper& mapper) {
    for (const auto& relationship : mapper.relationships) {
        if (!relationship.is_composite() || relationship.secondary != nullptr) continue;
        auto& parents = const_cast<Mapper*>(relationship.child->root)->parents;
        const Mapper* parent = (relationship.is_parent() ? relationship.owner : relationship.target)->root;
        if (std::find(parents.begin(), parents.end(), parent) == parents.end()) parents.push_back(parent);
    }
}

/// A key that is written after the rows does not say which of them comes first.
void forget_late_parents(Mapper& mapper) {
    for (const auto& relationship : mapper.relationships) {
        if (!relationship.is_late() || relationship.secondary != nullptr) continue;
        const Mapper* parent = relationship.is_parent() ? relationship.owner : relationship.target;
        if (keys_to(*relationship.child, *parent).size() > 1 || relationship.child == parent) continue;
        std::erase(const_cast<Mapper*>(relationship.child->root)->parents, parent->root);
    }
}

struct Configuration {
    std::mutex lock;
    std::atomic<std::uint32_t> configured = 0;
    std::vector<const Mapper*> made;                                 ///< those whose tables are in `metadata`
    std::vector<const Mapper*> checked;                              ///< those whose overlaps were told
    std::map<std::string, schemas::MetaData, std::less<>> metadata;  ///< by bind key
    schemas::MetaData& metadata_of(std::string_view bind_key) {
        auto found = metadata.find(bind_key);
        if (found != metadata.end()) return found->second;
        return metadata.try_emplace(std::string(bind_key), schemas::NamingConvention::for_models()).first->second;
    }
};
Configuration& configuration() {
    static Configuration configuration;
    return configuration;
}

void configure(Configuration& all) {
    std::vector<Mapper*> mappers;
    for (const auto* mapper : enrolled_models()) mappers.push_back(const_cast<Mapper*>(mapper));
    find_kinds(mappers);
    for (auto* mapper : mappers) mapper->parents.clear();
    for (auto* mapper : mappers) {
        for (const auto& attribute : mapper->attributes) {
            if (attribute.options.foreign_key.target == nullptr) continue;
            const Mapper* parent = attribute.options.foreign_key.target().root;
            auto& parents = const_cast<Mapper*>(mapper->root)->parents;
            if (std::find(parents.begin(), parents.end(), parent) == parents.end()) parents.push_back(parent);
        }
    }
    for (auto* mapper : mappers) {
        mapper->eager = mapper->expressions != 0;
        for (const auto& attribute : mapper->attributes) mapper->eager |= attribute.options.deferred;
        for (auto& relationship : mapper->relationships) {
            resolve(relationship);
            mapper->eager |= relationship.is_eager();
            mapper->batched |= relationship.options.loading == Loading::batch;
        }
    }
    for (auto* mapper : mappers) {
        for (auto& relationship : mapper->relationships) find_reverse(relationship);
    }
    for (const auto* mapper : mappers) {
        if (std::find(all.checked.begin(), all.checked.end(), mapper) != all.checked.end()) continue;
        for (const auto& overlap : overlaps_of(*mapper)) logger().warning(overlap);
        all.checked.push_back(mapper);
    }
    for (auto* mapper : mappers) add_composite_parents(*mapper);
    for (auto* mapper : mappers) forget_late_parents(*mapper);
    rank(roots_of(mappers));
    for (auto* mapper : mappers) mapper->rank = mapper->root->rank;
    for (const auto* mapper : mappers) {
        if (std::find(all.made.begin(), all.made.end(), mapper) != all.made.end()) continue;
        bool shares = mapper->base != nullptr && mapper->model->inheritance == Inheritance::single_table;
        if (shares) continue;
        all.metadata_of(mapper->bind_key()).add(make_table(*mapper));
        all.made.push_back(mapper);
    }
}

}  // namespace

void configure_mappers() {
    auto& all = configuration();
    if (all.configured.load(std::memory_order_acquire) == enrolled_count()) return;
    std::lock_guard lock(all.lock);
    std::uint32_t count = enrolled_count();
    configure(all);
    all.configured.store(count, std::memory_order_release);
}

schemas::MetaData& metadata(std::string_view bind_key) {
    configure_mappers();
    auto& all = configuration();
    std::lock_guard lock(all.lock);
    return all.metadata_of(bind_key);
}

}  // namespace retort::orm
