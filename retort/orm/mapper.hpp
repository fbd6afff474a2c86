// Mapper: all that the erased core knows of a model: its table, attributes, relationships and how its objects are made.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/owned.hpp"
#include "retort/orm/cell.hpp"
#include "retort/orm/inheritance.hpp"
#include "retort/orm/options.hpp"
#include "retort/orm/slab.hpp"
#include "retort/sql/table.hpp"

namespace retort {
class json;
}
namespace retort::schemas {
class MetaData;
struct Table;
}  // namespace retort::schemas

namespace retort::engines {
class Dialect;
}

namespace retort::orm {

struct Mapper;
struct MapperEvents;
class StatementTexts;

/// A column of a model.
struct Attribute {
    std::string_view name;    ///< the field's
    std::string column_name;  ///< the database's
    std::uint32_t offset = 0;
    std::uint32_t state_offset = 0;  ///< of its state byte, from the start of the object
    std::uint16_t index = 0;
    bool nullable = false;
    bool required = false;  ///< an INSERT cannot leave it out
    const CellType* type = nullptr;
    sql::Type sql_type;
    ColumnOptions options;
    sql::ColumnRef column;  ///< in queries
    sql::TableRef home;     ///< its mapper's table; the column itself stands elsewhere when a base has it

    /// The column in its mapper's table, or in another form of that: an alias, a subquery.
    sql::ColumnRef in_table(const sql::TableRef& table) const {
        return table.node() == home.node() ? column : table.column(column_name, sql_type);
    }

    /// What a query selects for it: the column, or the expression of a column_property.
    sql::Expression selected() const;

    void* in(void* object) const { return static_cast<char*>(object) + offset; }
    const void* in(const void* object) const { return static_cast<const char*>(object) + offset; }
    std::uint8_t& state(void* object) const {
        return *reinterpret_cast<std::uint8_t*>(static_cast<char*>(object) + state_offset);
    }
    bool is_set(void* object) const { return (state(object) & cell_set) != 0; }
    /// The value as it is in memory; NULL while unset.
    ValueView view(void* object) const { return is_set(object) ? type->view(in(object)) : ValueView::null(); }
    /// Gives it a value that comes from the database: no change is noted.
    void load(void* object, const ValueView& value) const {
        bool loaded = type->load(in(object), value);
        auto& bits = state(object);
        bits = static_cast<std::uint8_t>((bits & ~(cell_expired | cell_set)) | (loaded ? cell_set : 0));
    }
};

enum class RelationKind : std::uint8_t { many_to_one, one_to_many, one_to_one, many_to_many };

/// A table to join, and where.
struct JoinStep {
    sql::TableRef table;
    sql::Expression on;
};

/// One column of a relationship's order.
struct OrderTerm {
    const Attribute* attribute;  ///< of the target
    bool descending;
};

/// One column of a foreign key, and what it points at.
struct KeyPair {
    const Attribute* foreign_key;
    const Attribute* referenced;
};

/// A relationship of a model; the part below is found when mappers are configured.
struct Relationship {
    std::string_view name;
    std::uint32_t offset = 0;
    std::uint16_t index = 0;
    RelationKind kind = RelationKind::many_to_one;
    RelationshipOptions options;
    const Mapper& (*target_of)() = nullptr;

    const Mapper* owner = nullptr;
    const Mapper* target = nullptr;
    const Mapper* child = nullptr;           ///< the side that has the foreign key; of a many-to-many the target
    const Attribute* foreign_key = nullptr;  ///< an attribute of `child`; of a many-to-many that of the table between
                                             ///< which points at the owner
    const Attribute* referenced = nullptr;   ///< what it points at
    std::vector<KeyPair> pairs;              ///< all columns of the key, `foreign_key` and `referenced` first
    bool pairs_passive = false;              ///< the database has a rule for a composite key's rows
    const Attribute* ordering = nullptr;     ///< of an ordering_list
    const Mapper* secondary = nullptr;       ///< the table between the sides of a many-to-many
    const Attribute* target_key = nullptr;   ///< its attribute that points at the target
    const Attribute* target_referenced = nullptr;  ///< what that points at
    std::vector<KeyPair> target_pairs;             ///< all columns of that key, these two first
    const Relationship* reverse = nullptr;         ///< the other side's own, where it has one
    std::vector<OrderTerm> order_by;

    /// `User.bookmarks`
    std::string full_name() const;
    void* in(void* object) const { return static_cast<char*>(object) + offset; }
    /// Whether its field is a One.
    bool is_one() const { return kind == RelationKind::many_to_one || kind == RelationKind::one_to_one; }
    /// Whether the other side has the foreign key that points at this one's owner.
    bool is_parent() const { return kind == RelationKind::one_to_many || kind == RelationKind::one_to_one; }
    /// Whether its foreign key, or one of the two in a table between, has several columns.
    bool is_composite() const { return pairs.size() > 1 || target_pairs.size() > 1; }
    /// Whether a condition of its own says how it is joined.
    bool is_custom() const { return options.primaryjoin != nullptr; }
    /// Whether its key is written after the rows, by an UPDATE of its own.
    bool is_late() const { return options.post_update || (reverse != nullptr && reverse->options.post_update); }
    /// Whether it keeps its objects, so that it can be filled.
    bool holds_objects() const { return options.loading != Loading::dynamic && options.loading != Loading::write_only; }
    /// Whether its objects come along when its owners are loaded.
    bool is_eager() const {
        return options.loading == Loading::joined || options.loading == Loading::subquery ||
               options.loading == Loading::selectin || options.loading == Loading::immediate;
    }
    bool passive() const {
        return options.passive_deletes || pairs_passive ||
               foreign_key->options.foreign_key.on_delete != KeyAction::none;
    }
    /// What ties an owner with this key to its targets: `? = child.parent_id`; of a composite key all columns, in the
    /// order of `pairs`.
    sql::Expression condition_for(std::span<const sql::Expression> key) const;
    /// How its targets are joined to its owners, tables or aliases of them; a many-to-many has two steps, the first to
    /// `between`.
    std::vector<JoinStep> joins(const sql::TableRef& owners, const sql::TableRef& targets,
                                const sql::TableRef& between) const;
    /// The order of its objects, read from the target's table or an alias of it.
    std::vector<sql::Expression> order_in(const sql::TableRef& targets) const;
};

/// What one side of a join's condition stands for: a table or an alias of it, or one object's values.
struct BoundSide {
    const Mapper* mapper;
    sql::TableRef table;
    void* object = nullptr;
};
sql::Expression bound_join(const JoinRule& rule, const BoundSide& left, const BoundSide& right);

/// What the compiler knows of a model's type.
struct ModelType {
    std::string_view name;
    std::uint32_t size;
    std::uint32_t alignment;
    void (*destroy)(void* object);
    void (*move_to)(void* memory, void* from);
    void (*make_new)(void* memory);  ///< as `T{}` does, with its defaults
    void (*describe)(Mapper& mapper);
    std::string_view table_name;                    ///< as the model says, or ""
    void (*add_table_args)(schemas::Table& table);  ///< null when the model has none
    std::string_view bind_key;                      ///< of the database that it lives in; "" for the main one
    const Mapper& (*base)();                        ///< the model that it inherits from; null when there is none
    Inheritance inheritance;
    PolymorphicIdentity identity;
    void (*construct)(void* memory);                     ///< of a class that is no plain struct: makes one to be filled
    void (*repr)(const void* object, std::string& out);  ///< appends its own `repr()`; null for most
    void (*to_json)(const void* object, json& into);     ///< its own `to_json()`; null when it has none
    void (*template_members)(void* into);                ///< its own `template_members`; null for most
};

/// A struct that models take fields from, told by its address.
struct Mixin {
    std::string_view name;
};
template <class T>
inline constexpr Mixin mixin_of{reflection::type_name<T>()};

/// The mapper of one model. It lives for ever.
struct Mapper {
    const ModelType* model = nullptr;
    std::uint32_t index = 0;   ///< dense, over all mappers of the program
    std::uint32_t stride = 0;  ///< bytes from object to object in a slab
    std::string table_name;
    sql::TableRef table;
    std::vector<Attribute> attributes;
    std::vector<Relationship> relationships;
    std::vector<std::pair<const Mixin*, std::size_t>> mixins;  ///< and where they stand in an object
    std::vector<const Attribute*> keys;                        ///< the primary key
    const Attribute* integer_key = nullptr;                    ///< when it is one integer
    const Attribute* version = nullptr;                        ///< the version_id, where it has one
    std::vector<std::uint8_t> by_offset;                       ///< field offset → attribute
    retort::detail::Owned<StatementTexts> texts;
    mutable MapperEvents* events = nullptr;  ///< null while nobody listens
    std::vector<const Mapper*> parents;      ///< the roots of those that its foreign keys, and its kinds', point at
    bool eager = false;             ///< some relationship or column is not simply read with, or after, its owner
    bool batched = false;           ///< some relationship is read for all objects of a result
    std::uint64_t expressions = 0;  ///< the attributes that are no columns, but a column_property
    bool generated = false;         ///< the database, or an onupdate, makes values of some column
    std::uint32_t rank = 0;         ///< parents come before children; mappers that refer to each other share one

    // Inheritance. A model whose rows are rows of its base model too has that one's attributes first, at the same
    // places.
    const Mapper* base = nullptr;             ///< that model; null for most, and for one with a concrete table
    const Mapper* root = this;                ///< the topmost of them: objects of all are known by its keys
    const Mapper* above = nullptr;            ///< the nearest of them with another table, which this one's is joined to
    std::uint64_t local = ~std::uint64_t{0};  ///< the attributes whose columns stand in its own table
    const Attribute* discriminator = nullptr;  ///< says of which kind a row is
    sql::Value identity;                       ///< what it says for this model
    std::vector<const Mapper*> kinds;          ///< itself and all models below it
    bool polymorphic = false;                  ///< whether a row may be an object of a model below
    sql::From source;                          ///< its table, or the join of its tables
    sql::Expression column_list;               ///< all its columns as one; empty when some are expressions
    std::vector<const Mapper*> levels;         ///< the mappers whose tables its rows stand in, the root's first

    Mapper();
    ~Mapper();
    std::string_view name() const { return model->name; }
    std::string_view bind_key() const { return model->bind_key; }
    const Attribute& attribute_at(const void* object, const void* field) const {
        auto offset = static_cast<std::size_t>(static_cast<const char*>(field) - static_cast<const char*>(object));
        return attributes[by_offset[offset]];
    }
    /// The bits of all attributes.
    std::uint64_t all() const {
        return attributes.size() == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << attributes.size()) - 1;
    }
    /// Whether its objects are objects of this model: its own, or a base's.
    bool is_a(const Mapper& other) const {
        for (const Mapper* at = this; at != nullptr; at = at->base) {
            if (at == &other) return true;
        }
        return false;
    }
    /// Whether it is read from all rows of one table.
    bool is_plain() const { return base == nullptr; }
    /// Whether its own table has the column by which stale rows are found.
    bool has_version() const { return version != nullptr && (local >> version->index & 1) != 0; }
    /// Which rows of `source` are its; empty when all are.
    sql::Expression restriction() const;
    /// The same without parameters, for texts that are kept.
    sql::Expression fixed_restriction() const;
    /// Its table under another name; of a model that is not plain, a subquery of its rows and columns.
    sql::TableRef alias(std::string_view name = {}) const;

    /// By the field's name; null when there is none.
    const Attribute* find(std::string_view name) const;
    const Relationship* find_relationship(std::string_view name) const;
    /// By the field's name. Throws InvalidRequestError("unknown-attribute") with the nearest name.
    const Attribute& attribute(std::string_view name) const;
    /// Every column of the table (or of an alias of it), in order.
    std::vector<sql::Expression> columns() const;
    std::vector<sql::Expression> columns(const sql::TableRef& alias) const;
};

/// What a model tells about its fields, one after the other.
void add_attribute(Mapper& mapper, std::string_view name, std::size_t offset, const CellType& type, sql::Type sql_type,
                   const ColumnOptions& options);
void add_relationship(Mapper& mapper, std::string_view name, std::size_t offset, RelationKind kind,
                      const RelationshipOptions& options, const Mapper& (*target)());
void add_mixin(Mapper& mapper, const Mixin& mixin, std::size_t offset);

/// Takes the fields of the model that stands at this place in the object, and keeps what they say.
void inherit_fields(Mapper& mapper, const Mapper& base, std::size_t offset);

/// A model (or an alias of one) that the program uses; enrolled from user code before main.
struct Enrolment {
    const Mapper& (*mapper)();
    const volatile char* prototype;  ///< the storage that its `c` refers to
    std::size_t size;
    std::string_view alias;
    Enrolment* next = nullptr;
};
void enrol(Enrolment& enrolment) noexcept;

/// Every mapper of the program, in the order of their names.
std::vector<const Mapper*> enrolled_models();
/// The tables of all models, or of those with this bind key.
schemas::MetaData& metadata(std::string_view bind_key = {});
/// The bind keys that models have, sorted; without the empty one.
std::vector<std::string> bind_keys();
/// The bind key of the models whose tables a statement names; "" for those without one. Throws
/// InvalidRequestError("several-binds") when its tables live in several databases.
std::string_view bind_key_of(const sql::NodeRef& statement);
/// Resolves foreign keys and relationships of every model; done by itself on first use.
void configure_mappers();

/// Makes a mapper and gives it a number; thread-safe by its caller.
Mapper* make_mapper(const ModelType& model);

/// One entity of a query: a mapper, and the table or alias that it is read from.
struct Entity {
    const Mapper* mapper = nullptr;
    sql::TableRef table;
};
/// The entity that the storage behind a `c` stands for.
Entity entity_at(const volatile void* field);
/// The mapper of the model in whose `c` a field stands.
const Mapper& mapper_at(const volatile void* field);
/// The relationship that a field of a model's `c` stands for.
const Relationship& relationship_at(const volatile void* field);
/// The same of any field; null for a column.
const Relationship* find_relationship_at(const volatile void* field);

}  // namespace retort::orm
