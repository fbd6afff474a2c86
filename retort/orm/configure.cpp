// What is worked out when all models are known: tables, foreign keys, relationships, and the order of writing.
#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>

#include "retort/base/suggest.hpp"
#include "retort/orm/errors.hpp"
#include "retort/orm/mapper.hpp"
#include "retort/orm/table_args.hpp"
#include "retort/schema/metadata.hpp"
#include "retort/sql/expression.hpp"

namespace retort::orm {

std::uint32_t enrolled_count();

namespace detail {

void add_table_args(schemas::Table& table, const TableArgs& args) {
    table.constraints.insert(table.constraints.end(), args.constraints.begin(), args.constraints.end());
    table.indexes.insert(table.indexes.end(), args.indexes.begin(), args.indexes.end());
    table.comment = args.comment;
    table.options = args.options;
}

}  // namespace detail

namespace {

schemas::Action action_of(KeyAction action) {
    switch (action) {
        case KeyAction::cascade: return schemas::Action::cascade;
        case KeyAction::set_null: return schemas::Action::set_null;
        case KeyAction::set_default: return schemas::Action::set_default;
        case KeyAction::restrict: return schemas::Action::restrict_;
        case KeyAction::none: break;
    }
    return schemas::Action::unspecified;
}

const Attribute& key_of(const Mapper& target, const Mapper& from, const Attribute& attribute) {
    if (target.keys.size() == 1) return *target.keys[0];
    throw ArgumentError("composite-target"_code,
                        std::string(from.name()) + "." + std::string(attribute.name) +
                            " is one column, but the primary key of " + std::string(target.name()) + " has " +
                            std::to_string(target.keys.size()) + ".",
                        "declare the composite key in table_args()");
}

schemas::Table make_table(const Mapper& mapper) {
    schemas::Table table{.name = mapper.table_name, .columns = {}};
    for (const auto& attribute : mapper.attributes) {
        const auto& options = attribute.options;
        schemas::Column column{.name = attribute.column_name, .type = attribute.sql_type};
        column.nullable = attribute.nullable;
        column.primary_key = options.primary_key;
        if (options.has_server_default) column.server_default = sql::text(options.server_default);
        column.comment = options.comment;
        table.columns.push_back(std::move(column));
        if (options.foreign_key.target != nullptr) {
            const Mapper& target = options.foreign_key.target();
            const Attribute& key = key_of(target, mapper, attribute);
            schemas::ForeignKey foreign{.name = {},
                                        .columns = {attribute.column_name},
                                        .referred_table = target.table_name,
                                        .referred_columns = {key.column_name}};
            foreign.on_delete = action_of(options.foreign_key.on_delete);
            foreign.on_update = action_of(options.foreign_key.on_update);
            table.constraints.push_back(std::move(foreign));
        }
        if (options.unique) table.constraints.push_back(schemas::Unique{{}, {attribute.column_name}});
        if (options.indexed) table.indexes.push_back(schemas::Index{.name = {}, .parts = {attribute.column_name}});
    }
    if (mapper.model->add_table_args != nullptr) mapper.model->add_table_args(table);
    return table;
}

std::string named(const Relationship& relationship) {
    return std::string(relationship.owner->name()) + "." + std::string(relationship.name);
}

const Attribute& stated_key(const Relationship& relationship, const Mapper& child) {
    std::vector<std::string_view> known;
    for (const auto& attribute : child.attributes) {
        if (attribute.name == relationship.options.foreign_keys && attribute.options.foreign_key.target != nullptr) {
            return attribute;
        }
        if (attribute.options.foreign_key.target != nullptr) known.push_back(attribute.name);
    }
    throw ArgumentError(
        "unknown-foreign-key"_code,
        named(relationship) + " goes by foreign_keys<\"" + std::string(relationship.options.foreign_keys) +
            "\">, but " + std::string(child.name()) + " has no such foreign key.",
        did_you_mean_hint(relationship.options.foreign_keys, known, "name a field with foreign_key<…>"));
}

const Attribute& found_key(const Relationship& relationship, const Mapper& child, const Mapper& parent) {
    std::vector<const Attribute*> found;
    for (const auto& attribute : child.attributes) {
        if (attribute.options.foreign_key.target != nullptr && &attribute.options.foreign_key.target() == &parent) {
            found.push_back(&attribute);
        }
    }
    if (found.size() == 1) return *found[0];
    std::string between = std::string(child.name()) + " and " + std::string(parent.name());
    if (found.empty()) {
        throw NoForeignKeysError(
            "no-foreign-keys"_code,
            named(relationship) + " cannot be joined: there is no foreign key between " + between + ".",
            "give " + std::string(child.name()) + " a Column<int, foreign_key<" + std::string(parent.name()) + ">>");
    }
    throw AmbiguousForeignKeysError(
        "ambiguous-foreign-keys"_code,
        named(relationship) + " cannot be joined: there are several foreign keys between " + between + ".",
        "say which: foreign_keys<\"" + std::string(found[0]->name) + "\">");
}

void resolve(Relationship& relationship) {
    relationship.target = &relationship.target_of();
    bool to_one = relationship.kind == RelationKind::many_to_one;
    relationship.child = to_one ? relationship.owner : relationship.target;
    const Mapper* parent = to_one ? relationship.target : relationship.owner;
    relationship.foreign_key = relationship.options.foreign_keys.empty()
                                   ? &found_key(relationship, *relationship.child, *parent)
                                   : &stated_key(relationship, *relationship.child);
    relationship.referenced = &key_of(*parent, *relationship.child, *relationship.foreign_key);
}

void find_reverse(Relationship& relationship) {
    for (const auto& other : relationship.target->relationships) {
        bool opposite = other.kind != relationship.kind && other.foreign_key == relationship.foreign_key;
        if (opposite && other.target == relationship.owner) relationship.reverse = &other;
    }
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

struct Configuration {
    std::mutex lock;
    std::atomic<std::uint32_t> configured = 0;
    std::vector<const Mapper*> made;  ///< those whose tables are in `metadata`
    schemas::MetaData metadata{schemas::NamingConvention::for_models()};
};
Configuration& configuration() {
    static Configuration configuration;
    return configuration;
}

void configure(Configuration& all) {
    std::vector<Mapper*> mappers;
    for (const auto* mapper : enrolled_models()) mappers.push_back(const_cast<Mapper*>(mapper));
    for (auto* mapper : mappers) {
        mapper->parents.clear();
        for (const auto& attribute : mapper->attributes) {
            if (attribute.options.foreign_key.target == nullptr) continue;
            const Mapper* parent = &attribute.options.foreign_key.target();
            if (std::find(mapper->parents.begin(), mapper->parents.end(), parent) == mapper->parents.end()) {
                mapper->parents.push_back(parent);
            }
        }
    }
    for (auto* mapper : mappers) {
        for (auto& relationship : mapper->relationships) resolve(relationship);
    }
    for (auto* mapper : mappers) {
        for (auto& relationship : mapper->relationships) find_reverse(relationship);
    }
    rank(mappers);
    for (const auto* mapper : mappers) {
        if (std::find(all.made.begin(), all.made.end(), mapper) != all.made.end()) continue;
        all.metadata.add(make_table(*mapper));
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

schemas::MetaData& metadata() {
    configure_mappers();
    return configuration().metadata;
}

}  // namespace retort::orm
