// How a mapper is made from what its model tells, and how a column's address becomes its expression.
#include "retort/orm/mapper.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>

#include "retort/base/suggest.hpp"
#include "retort/orm/column.hpp"
#include "retort/orm/errors.hpp"
#include "retort/orm/inheritance_mapping.hpp"
#include "retort/orm/join_rules.hpp"
#include "retort/orm/model.hpp"
#include "retort/orm/statement_texts.hpp"
#include "retort/orm/types_defaults.hpp"
#include "retort/schema/naming.hpp"
#include "retort/sql/expression_nodes.hpp"

namespace retort::orm {

Mapper::Mapper() = default;
Mapper::~Mapper() = default;

const Attribute* Mapper::find(std::string_view name) const {
    for (const auto& attribute : attributes) {
        if (attribute.name == name) return &attribute;
    }
    return nullptr;
}

const Relationship* Mapper::find_relationship(std::string_view name) const {
    for (const auto& relationship : relationships) {
        if (relationship.name == name) return &relationship;
    }
    return nullptr;
}

const Attribute& Mapper::attribute(std::string_view wanted) const {
    if (const auto* found = find(wanted)) return *found;
    std::vector<std::string_view> known;
    known.reserve(attributes.size());
    for (const auto& attribute : attributes) known.push_back(attribute.name);
    throw InvalidRequestError("unknown-attribute"_code,
                              std::string(name()) + " has no column called \"" + std::string(wanted) + "\".",
                              did_you_mean_hint(wanted, known, "see the fields of the model"));
}

std::vector<sql::Expression> Mapper::columns() const {
    std::vector<sql::Expression> columns;
    columns.reserve(attributes.size());
    for (const auto& attribute : attributes) columns.push_back(attribute.selected());
    return columns;
}

std::vector<sql::Expression> Mapper::columns(const sql::TableRef& alias) const {
    std::vector<sql::Expression> columns;
    for (const auto& attribute : attributes) {
        bool there = attribute.options.expression == nullptr || !is_plain();
        if (there) columns.push_back(attribute.in_table(alias));
    }
    return columns;
}

sql::Expression Attribute::selected() const {
    if (options.expression == nullptr) return column;
    return options.expression->expression().label(column_name);
}

namespace {

/// Each column of a key is what it points at.
sql::Expression tied(const std::vector<KeyPair>& pairs, const sql::TableRef& referenced,
                     const sql::TableRef& referring) {
    sql::Expression on;
    for (const auto& pair : pairs)
        on = std::move(on) && pair.referenced->in_table(referenced) == pair.foreign_key->in_table(referring);
    return on;
}

}  // namespace

std::string Relationship::full_name() const { return std::string(owner->name()) + "." + std::string(name); }

sql::Expression Relationship::condition_for(std::span<const sql::Expression> key) const {
    sql::Expression own;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        // The foreign key stands on the right, as SQLAlchemy has it.
        bool to_one = kind == RelationKind::many_to_one;
        own =
            std::move(own) && (to_one ? pairs[i].referenced->column == key[i] : key[i] == pairs[i].foreign_key->column);
    }
    if (secondary == nullptr) return own;
    for (const auto& pair : target_pairs) own = std::move(own) && pair.referenced->column == pair.foreign_key->column;
    return own;
}

static std::vector<JoinStep> custom_joins(const Relationship& relationship, const sql::TableRef& owners,
                                          const sql::TableRef& targets, const sql::TableRef& between) {
    const auto& options = relationship.options;
    BoundSide owner{relationship.owner, owners}, target{relationship.target, targets};
    if (relationship.secondary == nullptr) return {{targets, bound_join(*options.primaryjoin, owner, target)}};
    BoundSide middle{relationship.secondary, between};
    sql::Expression second = options.secondaryjoin != nullptr ? bound_join(*options.secondaryjoin, middle, target)
                                                              : tied(relationship.target_pairs, targets, between);
    return {{between, bound_join(*options.primaryjoin, owner, middle)}, {targets, std::move(second)}};
}

std::vector<JoinStep> Relationship::joins(const sql::TableRef& owners, const sql::TableRef& targets,
                                          const sql::TableRef& between) const {
    if (is_custom()) return custom_joins(*this, owners, targets, between);
    if (secondary != nullptr) {
        return {{between, tied(pairs, owners, between)}, {targets, tied(target_pairs, targets, between)}};
    }
    return {{targets, is_parent() ? tied(pairs, owners, targets) : tied(pairs, targets, owners)}};
}

std::vector<sql::Expression> Relationship::order_in(const sql::TableRef& targets) const {
    std::vector<sql::Expression> terms;
    for (const auto& [attribute, descending] : order_by) {
        auto column = attribute->in_table(targets);
        terms.push_back(descending ? column.desc() : std::move(column));
    }
    return terms;
}

void add_attribute(Mapper& mapper, std::string_view name, std::size_t offset, const CellType& type, sql::Type sql_type,
                   const ColumnOptions& options) {
    Attribute attribute;
    attribute.name = name;
    attribute.column_name = options.column_name.empty() ? name : options.column_name;
    attribute.offset = static_cast<std::uint32_t>(offset);
    attribute.state_offset = attribute.offset + type.state_offset;
    attribute.index = static_cast<std::uint16_t>(mapper.attributes.size());
    attribute.nullable = type.nullable && !options.primary_key;
    attribute.type = &type;
    attribute.sql_type = std::move(sql_type);
    attribute.options = options;
    mapper.by_offset[offset] = static_cast<std::uint8_t>(attribute.index);
    mapper.attributes.push_back(std::move(attribute));
}

void add_mixin(Mapper& mapper, const Mixin& mixin, std::size_t offset) { mapper.mixins.emplace_back(&mixin, offset); }

void add_relationship(Mapper& mapper, std::string_view name, std::size_t offset, RelationKind kind,
                      const RelationshipOptions& options, const Mapper& (*target)()) {
    Relationship relationship;
    relationship.name = name;
    relationship.offset = static_cast<std::uint32_t>(offset);
    relationship.index = static_cast<std::uint16_t>(mapper.relationships.size());
    relationship.kind = options.secondary != nullptr ? RelationKind::many_to_many : kind;
    relationship.options = options;
    relationship.target_of = target;
    relationship.owner = &mapper;
    mapper.by_offset[offset] = static_cast<std::uint8_t>(relationship.index);
    mapper.relationships.push_back(std::move(relationship));
}

namespace {

std::atomic<std::uint32_t> mapper_count = 0;

void find_keys(Mapper& mapper) {
    for (const auto& attribute : mapper.attributes) {
        if (attribute.options.primary_key) mapper.keys.push_back(&attribute);
    }
    if (mapper.keys.empty()) {
        throw ArgumentError("no-primary-key"_code, std::string(mapper.name()) + " has no primary key.",
                            "mark a column: Column<int, primary_key> id;");
    }
    bool integer = mapper.keys.size() == 1 && mapper.keys[0]->sql_type.is_integer();
    if (integer) mapper.integer_key = mapper.keys[0];
    for (auto& attribute : mapper.attributes) {
        bool numbered = &attribute == mapper.integer_key && attribute.options.foreign_key.target == nullptr;
        const auto& options = attribute.options;
        bool made = options.has_server_default || options.insert_default != nullptr || !options.computed.empty() ||
                    options.version;
        if (options.version) mapper.version = &attribute;
        attribute.required = !attribute.nullable && !made && !numbered;
        mapper.generated |= options.onupdate != nullptr || !options.computed.empty();
    }
}

/// A column of a model that inherits says by itself whose rows are meant, also within an expression.
sql::ColumnRef column_of_kind(const Mapper& mapper, const sql::ColumnRef& column) {
    const auto& shared = static_cast<const sql::ColumnNode&>(*column.node());
    auto* own = new sql::ColumnNode(shared.table, shared.name, shared.type);
    own->entity = &mapper;
    return sql::ColumnRef(sql::NodeRef(own));
}

}  // namespace

Mapper* make_mapper(const ModelType& model) {
    auto mapper = std::make_unique<Mapper>();
    mapper->model = &model;
    std::size_t alignment = std::max<std::size_t>(model.alignment, alignof(ObjectHeader));
    mapper->stride = static_cast<std::uint32_t>((model.size + sizeof(ObjectHeader) + alignment - 1) & ~(alignment - 1));
    mapper->by_offset.resize(model.size);
    mapper->attributes.reserve(reflection::max_fields);
    mapper->relationships.reserve(reflection::max_fields);
    model.describe(*mapper);
    mapper->attributes.shrink_to_fit();
    mapper->relationships.shrink_to_fit();
    mapper->table_name = model.table_name.empty() ? schemas::table_name_of(model.name) : std::string(model.table_name);
    mapper->table = sql::TableRef(mapper->table_name);
    inherit(*mapper);
    for (auto& attribute : mapper->attributes) {
        attribute.home = mapper->table;
        const auto bit = std::uint64_t{1} << attribute.index;
        if (attribute.options.expression != nullptr) {
            mapper->expressions |= bit;
            mapper->local &= ~bit;
        }
        bool own = (mapper->local & bit) != 0;
        if (own) attribute.column = mapper->table.column(attribute.column_name, attribute.sql_type);
        const bool of_kind = !mapper->is_plain() && attribute.options.expression == nullptr;
        if (of_kind) attribute.column = column_of_kind(*mapper, attribute.column);
    }
    find_keys(*mapper);
    join_tables(*mapper);
    if (mapper->expressions == 0) mapper->column_list = sql::column_list(mapper->columns());
    mapper->texts = std::make_unique<StatementTexts>(*mapper);
    mapper->index = mapper_count.fetch_add(1);
    return mapper.release();
}

namespace {

constinit std::atomic<Enrolment*> first_enrolment = nullptr;
constinit std::atomic<std::uint32_t> enrolment_count = 0;

/// The storage behind one `c`, with the columns that stand in it.
struct Prototype {
    const volatile char* begin;
    std::size_t size;
    const Mapper* mapper;
    sql::TableRef table;
    std::vector<sql::ColumnRef> columns;
};

struct Prototypes {
    std::uint32_t count = 0;  ///< of enrolments when it was made
    std::vector<Prototype> sorted;
};

Prototype prototype_of(const Enrolment& enrolment) {
    const Mapper& mapper = enrolment.mapper();
    Prototype prototype{enrolment.prototype, enrolment.size, &mapper, mapper.table, {}};
    if (!enrolment.alias.empty()) prototype.table = mapper.alias(enrolment.alias);
    for (const auto& attribute : mapper.attributes) prototype.columns.push_back(attribute.in_table(prototype.table));
    return prototype;
}

/// Made anew when a model has been enrolled since; older ones stay, as others may be reading them.
const Prototypes& prototypes() {
    static std::atomic<const Prototypes*> current = nullptr;
    static std::mutex making;
    const auto* known = current.load(std::memory_order_acquire);
    if (known != nullptr && known->count == enrolment_count.load(std::memory_order_acquire)) return *known;
    std::lock_guard lock(making);
    static std::vector<std::unique_ptr<Prototypes>> all;
    auto made = std::make_unique<Prototypes>();
    made->count = enrolment_count.load();
    for (auto* entry = first_enrolment.load(); entry != nullptr; entry = entry->next) {
        made->sorted.push_back(prototype_of(*entry));
    }
    std::sort(made->sorted.begin(), made->sorted.end(), [](auto& a, auto& b) { return a.begin < b.begin; });
    current.store(made.get(), std::memory_order_release);
    all.push_back(std::move(made));
    return *all.back();
}

const Prototype& prototype_around(const volatile void* field) {
    thread_local constinit const Prototype* last = nullptr;  // queries tend to speak of one model several times
    const auto* at = static_cast<const volatile char*>(field);
    if (last != nullptr && at >= last->begin && at < last->begin + last->size) return *last;
    const auto& sorted = prototypes().sorted;
    auto after = std::upper_bound(sorted.begin(), sorted.end(), at, [](auto* a, auto& p) { return a < p.begin; });
    if (after == sorted.begin() || at >= std::prev(after)->begin + std::prev(after)->size) {
        throw InvalidRequestError("model-not-enrolled"_code,
                                  "a column was used in a query, but it is that of no model which the program knows.",
                                  "write User::c.name, not user->name of an object, and make queries in functions, not "
                                  "in global variables");
    }
    last = &*std::prev(after);
    return *last;
}

}  // namespace

void enrol(Enrolment& enrolment) noexcept {
    enrolment.next = first_enrolment.load();
    while (!first_enrolment.compare_exchange_weak(enrolment.next, &enrolment)) {
    }
    enrolment_count.fetch_add(1, std::memory_order_release);
}

std::uint32_t enrolled_count();
std::uint32_t enrolled_count() { return enrolment_count.load(std::memory_order_acquire); }

std::vector<const Mapper*> enrolled_models() {
    std::vector<const Mapper*> mappers;
    for (auto* entry = first_enrolment.load(); entry != nullptr; entry = entry->next) {
        if (entry->alias.empty()) mappers.push_back(&entry->mapper());
    }
    std::sort(mappers.begin(), mappers.end(), [](auto* a, auto* b) {
        return a->table_name != b->table_name ? a->table_name < b->table_name : a->name() < b->name();
    });
    return mappers;
}

Entity entity_at(const volatile void* field) {
    const auto& prototype = prototype_around(field);
    return {prototype.mapper, prototype.table};
}

const Attribute& attribute_at(const volatile void* field) {
    const auto& prototype = prototype_around(field);
    auto offset = static_cast<std::size_t>(static_cast<const volatile char*>(field) - prototype.begin);
    return prototype.mapper->attributes[prototype.mapper->by_offset[offset]];
}

std::string_view field_name_of(const volatile void* field) { return attribute_at(field).name; }

const Mapper& mapper_at(const volatile void* field) { return *prototype_around(field).mapper; }

const Relationship& relationship_at(const volatile void* field) {
    const auto& prototype = prototype_around(field);
    auto offset = static_cast<std::size_t>(static_cast<const volatile char*>(field) - prototype.begin);
    return prototype.mapper->relationships[prototype.mapper->by_offset[offset]];
}

const Relationship* find_relationship_at(const volatile void* field) {
    const auto& prototype = prototype_around(field);
    auto offset = static_cast<std::size_t>(static_cast<const volatile char*>(field) - prototype.begin);
    const auto& all = prototype.mapper->relationships;
    auto found = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.offset == offset; });
    return found == all.end() ? nullptr : &*found;
}

namespace {

/// The two sides of the join that is being made on this thread.
struct Binding {
    struct Side {
        const volatile char* begin;
        const BoundSide* is;
    };
    Side sides[2];
};
thread_local const Binding* binding = nullptr;

/// For as long as it lives, the columns of the sides are theirs.
class BindingScope {
  public:
    explicit BindingScope(const Binding& own) : outer_(std::exchange(binding, &own)) {}
    ~BindingScope() { binding = outer_; }
    BindingScope(const BindingScope&) = delete;
    BindingScope& operator=(const BindingScope&) = delete;

  private:
    const Binding* outer_;
};

std::optional<sql::Expression> bound_column(const volatile void* field) {
    const auto* at = static_cast<const volatile char*>(field);
    for (const auto& [begin, side] : binding->sides) {
        if (at < begin || at >= begin + side->mapper->model->size) continue;
        const auto& attribute = side->mapper->attributes[side->mapper->by_offset[static_cast<std::size_t>(at - begin)]];
        const bool is_row = side->object == nullptr;
        if (is_row && attribute.options.expression != nullptr && side->mapper->is_plain()) {
            return attribute.options.expression->expression();
        }
        if (is_row) return attribute.in_table(side->table);
        return sql::literal(sql::Value(attribute.view(side->object)));
    }
    return std::nullopt;
}

}  // namespace

sql::Expression bound_join(const JoinRule& rule, const BoundSide& left, const BoundSide& right) {
    const Binding own{{{static_cast<const volatile char*>(rule.left()), &left},
                       {static_cast<const volatile char*>(rule.right()), &right}}};
    BindingScope scope(own);
    return rule.make();
}

namespace {

/// A column_property with the alias in place of the model. A subquery of a kind's rows has it as a column.
sql::Expression property_of_alias(const Prototype& alias, const Attribute& attribute) {
    const auto& sorted = prototypes().sorted;
    auto model = std::find_if(sorted.begin(), sorted.end(), [&](const Prototype& each) {
        return each.mapper == alias.mapper && each.table.node() == alias.mapper->table.node();
    });
    if (!alias.mapper->is_plain() || model == sorted.end()) return alias.columns[attribute.index];
    const BoundSide side{alias.mapper, alias.table};
    const Binding own{{{model->begin, &side}, {model->begin, &side}}};
    BindingScope scope(own);
    return attribute.options.expression->expression();
}

}  // namespace

namespace detail {

sql::Expression column_of(const volatile void* field) {
    if (binding != nullptr) [[unlikely]] {
        if (auto column = bound_column(field)) return *column;
    }
    const auto& prototype = prototype_around(field);
    auto offset = static_cast<std::size_t>(static_cast<const volatile char*>(field) - prototype.begin);
    const auto& attribute = prototype.mapper->attributes[prototype.mapper->by_offset[offset]];
    if (attribute.options.expression == nullptr) return prototype.columns[attribute.index];
    if (prototype.table.node() == attribute.home.node()) return attribute.options.expression->expression();
    return property_of_alias(prototype, attribute);
}

}  // namespace detail
}  // namespace retort::orm
