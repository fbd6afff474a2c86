// How mappers of models that inherit from models are made, and how the kind of an object is known.
#include "retort/orm/inheritance_mapping.hpp"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

#include "retort/orm/column.hpp"
#include "retort/orm/compile.hpp"
#include "retort/orm/errors.hpp"
#include "retort/orm/session_core.hpp"
#include "retort/schema/naming.hpp"
#include "retort/sql/sql.hpp"

namespace retort::orm {

void inherit_fields(Mapper& mapper, const Mapper& base, std::size_t offset) {
    if (offset != 0) {
        throw ArgumentError("base-not-first"_code,
                            std::string(mapper.name()) + "'s base model does not stand first in it.",
                            "name it right after the model: Model<" + std::string(mapper.name()) + ", joined_table<" +
                                std::string(base.name()) + ">, …>");
    }
    mapper.attributes = base.attributes;
    mapper.relationships = base.relationships;
    mapper.mixins = base.mixins;
    mapper.attributes.reserve(reflection::max_fields);
    mapper.relationships.reserve(reflection::max_fields);
    for (auto& relationship : mapper.relationships) relationship.owner = &mapper;
    std::copy(base.by_offset.begin(), base.by_offset.end(), mapper.by_offset.begin());
}

namespace {

void require_discriminator(const Mapper& mapper) {
    if (mapper.discriminator != nullptr) return;
    throw ArgumentError(
        "no-discriminator"_code,
        std::string(mapper.name()) + " inherits from " + std::string(mapper.base->name()) +
            ", whose rows do not say of which kind they are.",
        "give " + std::string(mapper.root->name()) + " a column for it: " + "Column<String<30>, polymorphic_on> type;");
}

void find_discriminator(Mapper& mapper) {
    for (const auto& attribute : mapper.attributes) {
        if (!attribute.options.polymorphic_on) continue;
        if (mapper.discriminator != nullptr) {
            throw ArgumentError("discriminator-twice"_code,
                                std::string(mapper.name()) + " says by two columns of which kind its rows are: " +
                                    std::string(mapper.discriminator->name) + " and " + std::string(attribute.name) +
                                    ".",
                                "leave polymorphic_on to one of them");
        }
        mapper.discriminator = &attribute;
    }
}

void set_identity(Mapper& mapper) {
    const auto& stated = mapper.model->identity;
    if (stated.is_number) {
        mapper.identity = sql::Value(ValueView::of(stated.number));
    } else {
        std::string name = stated.text.empty() ? schemas::table_name_of(mapper.name()) : std::string(stated.text);
        mapper.identity = sql::Value(ValueView::of(std::string_view(name)));
    }
}

void refuse_two_columns(const Mapper& mapper) {
    for (const auto& attribute : mapper.attributes) {
        for (const auto& other : mapper.attributes) {
            if (other.index >= attribute.index || other.column_name != attribute.column_name) continue;
            throw ArgumentError("column-twice"_code,
                                std::string(mapper.name()) + " has two columns called \"" + attribute.column_name +
                                    "\", one of them from a base or a mixin.",
                                "give one of them another name, by column_name<\"…\">");
        }
    }
}

sql::Expression joined_on(const Mapper& level) {
    sql::Expression on;
    for (const auto* key : level.keys) {
        auto one =
            sql::Expression::compare(sql::Operator::eq, level.above->table.column(key->column_name, key->sql_type),
                                     level.table.column(key->column_name, key->sql_type));
        on = on.is_empty() ? one : std::move(on) && one;
    }
    return on;
}

std::uint64_t bits_from(std::size_t first, std::size_t count) {
    std::uint64_t all = count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
    return first == 64 ? 0 : all & ~((std::uint64_t{1} << first) - 1);
}

}  // namespace

void inherit(Mapper& mapper) {
    refuse_two_columns(mapper);
    mapper.source = mapper.table;
    mapper.local = bits_from(0, mapper.attributes.size());
    find_discriminator(mapper);
    set_identity(mapper);
    bool shares = mapper.model->base != nullptr && mapper.model->inheritance != Inheritance::concrete_table;
    if (!shares) return;
    const Mapper& base = mapper.model->base();
    mapper.base = &base;
    mapper.root = base.root;
    auto own = bits_from(base.attributes.size(), mapper.attributes.size());
    if (mapper.model->inheritance == Inheritance::single_table) {
        mapper.table_name = base.table_name;
        mapper.table = base.table;
        mapper.above = base.above;
        mapper.local = base.local | own;
    } else {
        mapper.above = &base;
        mapper.local = own;
    }
    require_discriminator(mapper);
}

void join_tables(Mapper& mapper) {
    if (mapper.above != nullptr) mapper.levels = mapper.above->levels;
    mapper.levels.push_back(&mapper);
    bool joins = mapper.base != nullptr && mapper.model->inheritance == Inheritance::joined_table;
    if (joins) {
        mapper.source = mapper.base->source.join(mapper.table, joined_on(mapper));
    } else if (mapper.base != nullptr) {
        mapper.source = mapper.base->source;
    }
}

namespace {

bool is_restricted(const Mapper& mapper) {
    return mapper.base != nullptr && mapper.model->inheritance == Inheritance::single_table;
}

/// Those of a model and all below it. Asked before mappers are configured, they are looked for.
std::vector<sql::Value> identities_of(const Mapper& mapper) {
    std::vector<sql::Value> identities;
    identities.reserve(mapper.kinds.size());
    for (const auto* kind : mapper.kinds) identities.push_back(kind->identity);
    if (!identities.empty()) return identities;
    for (const auto* other : enrolled_models()) {
        if (other->is_a(mapper)) identities.push_back(other->identity);
    }
    return identities;
}

std::string as_sql(const sql::Value& value) {
    auto view = value.view();
    if (view.kind != sql::ValueKind::text) return std::to_string(view.integer);
    std::string quoted = "'";
    for (char c : view.text()) quoted.append(c == '\'' ? 2 : 1, c);
    return quoted + "'";
}

}  // namespace

sql::Expression Mapper::restriction() const {
    if (!is_restricted(*this)) return {};
    return discriminator->column.in_(identities_of(*this));
}

sql::Expression Mapper::fixed_restriction() const {
    if (!is_restricted(*this)) return {};
    std::vector<sql::Expression> identities;
    for (const auto& identity : identities_of(*this)) identities.push_back(sql::literal_column(as_sql(identity)));
    return discriminator->column.in_(identities);
}

sql::TableRef Mapper::alias(std::string_view name) const {
    if (is_plain()) return table.alias(name);
    auto rows = sql::select(columns()).select_from(source).where(restriction());
    return sql::TableRef{rows.subquery(name).ref()};
}

void find_kinds(const std::vector<Mapper*>& mappers) {
    for (auto* mapper : mappers) {
        mapper->kinds.clear();
        for (const auto* other : mappers) {
            if (!other->is_a(*mapper)) continue;
            mapper->kinds.push_back(other);
        }
        mapper->polymorphic = mapper->kinds.size() > 1;
    }
    for (const auto* mapper : mappers) {
        if (mapper->root != mapper || !mapper->polymorphic) continue;
        for (const auto* one : mapper->kinds) {
            for (const auto* other : mapper->kinds) {
                if (one->index >= other->index || !(one->identity == other->identity)) continue;
                throw ArgumentError("polymorphic-identity-twice"_code,
                                    std::string(one->name()) + " and " + std::string(other->name()) +
                                        " have the same polymorphic identity.",
                                    "give one of them its own: static constexpr std::string_view "
                                    "polymorphic_identity = \"…\";");
            }
        }
    }
}

const Mapper& of_one_table(const Mapper& mapper) {
    if (mapper.above == nullptr) return mapper;
    throw InvalidRequestError(
        "joined-statement"_code,
        "the rows of " + std::string(mapper.name()) + " stand in several tables, so one statement cannot write them.",
        "add, change or delete objects of it, or write to the base's columns by " + std::string(mapper.root->name()));
}

bool is_of(const void* object, const Mapper& mapper) { return slab_of(object)->mapper->is_a(mapper); }

void require_own_kind(const Mapper& mapper, void* object) {
    if (same_value(mapper.discriminator->view(object), mapper.identity.view())) return;
    throw ArgumentError("wrong-kind"_code,
                        std::string(mapper.name()) + "." + std::string(mapper.discriminator->name) +
                            " says that this object is of another model.",
                        "leave it as it is: it is given by the model; to make a row another kind, write it by "
                        "update<…>() and expunge the object");
}

void set_kind(const Mapper& mapper, void* object) {
    if (mapper.discriminator->is_set(object)) return require_own_kind(mapper, object);
    mapper.discriminator->load(object, mapper.identity.view());
}

const Mapper& kind_by_identity(const Mapper& mapper, const ValueView& identity) {
    if (identity.is_null()) return mapper;
    for (const auto* kind : mapper.kinds) {
        if (same_value(kind->identity.view(), identity)) return *kind;
    }
    std::string shown = identity.kind == sql::ValueKind::text ? "\"" + std::string(identity.text()) + "\""
                                                              : std::to_string(identity.integer);
    throw InvalidRequestError(
        "unknown-polymorphic-identity"_code,
        "a row of " + std::string(mapper.name()) + " is of the kind " + shown + ", which no model of the program has.",
        "define the model, or correct the row's " + mapper.discriminator->column_name);
}

// --- Objects ---------------------------------------------------------------------------------------------------------

Store& SessionCore::store_of_kind(Store& store, const ValueView* row, std::uint64_t mask) {
    const Mapper& mapper = *store.mapper;
    const auto& discriminator = *mapper.discriminator;
    if ((mask >> discriminator.index & 1) == 0) return store;
    std::size_t at = 0;
    for (std::uint16_t i = 0; i < discriminator.index; ++i) at += mask >> i & 1;
    return store_of(kind_by_identity(mapper, row[at]));
}

void require_kind(const Mapper& mapper, const void* object) {
    if (is_kind(mapper, object)) return;
    throw InvalidRequestError("kind-changed"_code,
                              "a row that the session knows as a " + std::string(slab_of(object)->mapper->name()) +
                                  " has become a " + std::string(mapper.name()) + ".",
                              "expunge the object, or close the session, before its kind is changed");
}

bool was_read_partly(const Mapper& mapper, void* object) {
    auto own = std::span(mapper.attributes).subspan(mapper.base->attributes.size());
    return std::any_of(own.begin(), own.end(),
                       [&](const Attribute& attribute) { return (attribute.state(object) & cell_expired) != 0; });
}

namespace {

constexpr std::size_t refreshed_at_once = 500;

bool was_read_as_base(const Mapper& mapper, void* object, std::uint64_t waiting) {
    if (header_of(object).state != ObjectState::persistent || header_of(object).expired) return false;
    for (const auto& attribute : mapper.attributes) {
        bool waits = (waiting >> attribute.index & 1) != 0;
        bool never_read = (attribute.state(object) & (cell_expired | cell_set)) == cell_expired;
        if (waits && !never_read) return false;
    }
    return true;
}

}  // namespace

// What a query for the base left out is read for all objects of the model at once. False when this is no such object.
bool SessionCore::load_kind(void* object, std::uint64_t waiting) {
    const Mapper& mapper = *slab_of(object)->mapper;
    auto own = bits_from(mapper.root->attributes.size(), mapper.attributes.size());
    bool of_kinds = waiting != 0 && (waiting & ~own) == 0;
    if (mapper.integer_key == nullptr || !of_kinds || !was_read_as_base(mapper, object, waiting)) return false;
    std::vector<sql::Value> keys{sql::Value(mapper.integer_key->view(object))};
    for (Slab* slab = slabs_; slab != nullptr && keys.size() < refreshed_at_once; slab = slab->next) {
        if (slab->mapper != &mapper) continue;
        for (std::uint32_t at = 0; at < slab->used && keys.size() < refreshed_at_once; ++at) {
            void* other = slab->object(at);
            if (other != object && was_read_as_base(mapper, other, waiting)) {
                keys.emplace_back(mapper.integer_key->view(other));
            }
        }
    }
    Store& store = store_of(mapper);
    auto mask = waiting | std::uint64_t{1} << mapper.integer_key->index;
    bool one_table = (waiting & ~mapper.local) == 0;
    auto key = one_table ? mapper.table.column(mapper.integer_key->column_name, mapper.integer_key->sql_type)
                         : mapper.integer_key->column;
    std::vector<sql::Expression> columns;
    for (const auto& attribute : mapper.attributes) {
        if ((mask >> attribute.index & 1) != 0)
            columns.push_back(&attribute == mapper.integer_key ? key : attribute.selected());
    }
    auto statement = sql::select(std::move(columns)).where(key.in_(std::move(keys)));
    if (!one_table) statement = std::move(statement).select_from(mapper.source);
    auto& reader = transaction(mapper).reader();
    auto compiled = compile_query(reader.dialect(), statement.ref());
    reader.each(compiled.text(), compiled.parameters(),
                [&](std::span<const ValueView> row) { (void)load_row(store, row.data(), mask); });
    return (mapper.attributes[static_cast<std::size_t>(std::countr_zero(waiting))].state(object) & cell_expired) == 0;
}

}  // namespace retort::orm
