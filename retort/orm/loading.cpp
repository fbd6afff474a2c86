// How rows become objects, and how relationships and expired attributes are read.
#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "retort/orm/column.hpp"
#include "retort/orm/compile.hpp"
#include "retort/orm/errors.hpp"
#include "retort/orm/events.hpp"
#include "retort/orm/inheritance_mapping.hpp"
#include "retort/orm/populating.hpp"
#include "retort/orm/relationship.hpp"
#include "retort/orm/session_core.hpp"
#include "retort/orm/statement_texts.hpp"
#include "retort/orm/types_check.hpp"
#include "retort/orm/unit_of_work.hpp"
#include "retort/sql/sql.hpp"

namespace retort::orm {

bool same_value(const ValueView& a, const ValueView& b) {
    if (a.kind != b.kind) return false;
    if (a.kind == sql::ValueKind::null) return true;
    bool bytes = a.kind == sql::ValueKind::text || a.kind == sql::ValueKind::blob;
    if (bytes) return a.size == b.size && (a.size == 0 || std::memcmp(a.data, b.data, a.size) == 0);
    return a.integer == b.integer;  // a real by its bits: 0.0 and -0.0 are two values
}

namespace {

constexpr std::uint64_t mixed(std::uint64_t hash, std::uint64_t more) {
    hash = (hash ^ more) * 0x9E3779B97F4A7C15u;
    return hash ^ (hash >> 32);
}

}  // namespace

std::uint64_t hash_key(std::span<const ValueView> key) {
    std::uint64_t hash = 0x243F6A8885A308D3u;
    for (const auto& view : key) {
        bool bytes = view.kind == sql::ValueKind::text || view.kind == sql::ValueKind::blob;
        if (!bytes) {
            hash = mixed(hash, view.is_null() ? 1 : static_cast<std::uint64_t>(view.integer) + 2);
            continue;
        }
        for (char c : view.text()) hash = mixed(hash, static_cast<unsigned char>(c));
        hash = mixed(hash, view.size);
    }
    return hash;
}

static std::vector<ValueView> object_key(const Mapper& mapper, void* object) {
    std::vector<ValueView> key;
    key.reserve(mapper.keys.size());
    for (const auto* attribute : mapper.keys) key.push_back(attribute->view(object));
    return key;
}

static void* find_by_key(const Store& store, std::span<const ValueView> key) {
    return store.identities->find(hash_key(key), [&](void* object) {
        auto own = object_key(*store.mapper, object);
        return std::equal(own.begin(), own.end(), key.begin(), key.end(), same_value);
    });
}

void SessionCore::remember_identity(void* object) {
    const Mapper& mapper = *slab_of(object)->mapper;
    const Store& store = store_of(mapper);
    auto key = object_key(mapper, object);
    const void* known =
        mapper.integer_key != nullptr ? store.identities->find(key[0].integer) : find_by_key(store, key);
    if (known != nullptr && known != object) {
        throw InvalidRequestError(
            "identity-in-use"_code,
            "another " + std::string(mapper.name()) + " with this primary key is in the session already.",
            "use the one that get() gives");
    }
    take_identity(object);
}

/// The same, whatever the session knows under the key by now: its row is another one's.
void SessionCore::take_identity(void* object) {
    const Mapper& mapper = *slab_of(object)->mapper;
    Store& store = store_of(mapper);
    if (mapper.integer_key != nullptr) {
        store.identities->place(mapper.integer_key->view(object).integer) = object;
        return;
    }
    auto key = object_key(mapper, object);
    const void* known = find_by_key(store, key);
    if (known == object) return;
    if (known != nullptr) store.identities->erase(hash_key(key), known);
    store.identities->insert(hash_key(key), object);
}

void SessionCore::forget_identity(void* object) {
    const Mapper& mapper = *slab_of(object)->mapper;
    std::vector<ValueView> key;
    identity_of(changes_, mapper, object, key);
    auto hash = mapper.integer_key != nullptr ? static_cast<std::uint64_t>(key[0].integer) : hash_key(key);
    store_of(mapper).identities->erase(hash, object);
}

void SessionCore::rekey(void* object) {
    forget_identity(object);
    take_identity(object);
}

// The database gives the new key to rows that follow by ON UPDATE CASCADE: those in memory are read again.
void SessionCore::follow_key(void* object) {
    const Mapper& mapper = *slab_of(object)->mapper;
    std::vector<ValueView> before;
    identity_of(changes_, mapper, object, before);
    rekey(object);
    if (before.size() != 1) return;
    for (Slab* slab = slabs_; slab != nullptr; slab = slab->next) {
        for (const auto& attribute : slab->mapper->attributes) {
            const auto& key = attribute.options.foreign_key;
            if (key.target == nullptr || key.on_update != KeyAction::cascade || key.target().root != mapper.root)
                continue;
            for (std::uint32_t at = 0; at < slab->used; ++at) {
                void* other = slab->object(at);
                if (header_of(other).state != ObjectState::persistent || !attribute.is_set(other)) continue;
                if (!same_value(attribute.view(other), before[0])) continue;
                expire(other, attribute);
            }
        }
    }
}

// A slot whose construction failed half-way is made whole, then destroyed.
static void abandon(const Mapper& mapper, void* object, std::size_t constructed) noexcept {
    for (std::size_t i = constructed; i < mapper.attributes.size(); ++i) {
        mapper.attributes[i].type->construct_unset(mapper.attributes[i].in(object));
    }
    for (const auto& relationship : mapper.relationships) {
        relationship.is_one() ? static_cast<void>(new (relationship.in(object)) OneCell)
                              : static_cast<void>(new (relationship.in(object)) ManyCell);
    }
    mapper.model->destroy(object);
    header_of(object).state = ObjectState::free;
}

// Fields are made one by one, so that defaults for new objects do not run.
void* SessionCore::load_new(Store& store, const ValueView* row, std::uint64_t mask) {
    const Mapper& mapper = *store.mapper;
    if (mapper.model->construct != nullptr) [[unlikely]]
        return load_described(store, row, mask);
    void* object = new_object(store);
    std::size_t at = 0;
    try {
        for (const auto& attribute : mapper.attributes) {
            if ((mask & 1) != 0) [[likely]] {
                attribute.type->construct(attribute.in(object), *row++);
            } else {
                attribute.type->construct_unset(attribute.in(object));
                attribute.state(object) |= cell_expired;
            }
            mask >>= 1;
            ++at;
        }
    } catch (const DataMismatchError& error) {
        abandon(mapper, object, at);
        throw_named_mismatch(error, mapper.name(), mapper.attributes[at].name);
    } catch (...) {
        abandon(mapper, object, at);
        throw;
    }
    for (const auto& relationship : mapper.relationships) {
        if (relationship.is_one()) {
            (new (relationship.in(object)) OneCell)->state_ = relation_attached;
        } else {
            (new (relationship.in(object)) ManyCell)->state_ = relation_attached;
        }
    }
    met_row(object, mapper);
    return object;
}

void SessionCore::met_row(void* object, const Mapper& mapper) {
    header_of(object).state = ObjectState::persistent;
    if (mapper.events != nullptr) [[unlikely]]
        met_new(object, mapper);
    if (populating_ != nullptr) [[unlikely]]
        populating_->insert(object);
}

static void load_named(const Mapper& mapper, const Attribute& attribute, void* object, const ValueView& value) {
    try {
        attribute.load(object, value);
    } catch (const DataMismatchError& error) {
        throw_named_mismatch(error, mapper.name(), attribute.name);
    }
}

// A class with constructors is made by one, and what that gave to its columns is forgotten.
void SessionCore::construct_described(const Mapper& mapper, void* object) {
    try {
        mapper.model->construct(object);
    } catch (...) {
        header_of(object).state = ObjectState::free;
        throw;
    }
    for (const auto& attribute : mapper.attributes) attribute.state(object) = cell_attached;
    for (const auto& relationship : mapper.relationships) {
        (relationship.is_one() ? one_of(relationship, object).state_ : many_of(relationship, object).state_) =
            relation_attached;
    }
}

void* SessionCore::load_described(Store& store, const ValueView* row, std::uint64_t mask) {
    const Mapper& mapper = *store.mapper;
    void* object = new_object(store);
    construct_described(mapper, object);
    try {
        for (const auto& attribute : mapper.attributes) {
            bool there = (mask >> attribute.index & 1) != 0;
            there ? load_named(mapper, attribute, object, *row++)
                  : static_cast<void>(attribute.state(object) |= cell_expired);
        }
    } catch (...) {
        mapper.model->destroy(object);
        header_of(object).state = ObjectState::free;
        throw;
    }
    met_row(object, mapper);
    return object;
}

void SessionCore::read_into(Store& store, void* object, const ValueView* row, std::uint64_t mask) {
    for (const auto& attribute : store.mapper->attributes) {
        if ((mask >> attribute.index & 1) == 0) continue;
        std::uint8_t state = attribute.state(object);
        if ((state & cell_expired) != 0 && (state & cell_touched) == 0)
            load_named(*store.mapper, attribute, object, *row);
        ++row;
    }
    header_of(object).expired = false;
}

void* SessionCore::load_row(Store& store, const ValueView* row) { return load_row(store, row, store.mapper->all()); }

namespace {

/// Where an attribute stands in a row that has only the columns of `mask`.
std::size_t place_in(const Attribute& attribute, std::uint64_t mask) {
    auto before = (std::uint64_t{1} << attribute.index) - 1;
    if ((mask & before) == before) return attribute.index;  // counting bits is a call on plain x86-64
    return static_cast<std::size_t>(std::popcount(mask & before));
}

// Keys of rows are compared as the object would hold them: '2024-01-01' of a DATE column is a date.
std::vector<ValueView> row_key(const Mapper& mapper, const ValueView* row, std::uint64_t mask) {
    std::vector<ValueView> key;
    key.reserve(mapper.keys.size());
    for (const auto* attribute : mapper.keys) key.push_back(row[place_in(*attribute, mask)]);
    return key;
}

}  // namespace

void* SessionCore::load_row(Store& store, const ValueView* row, std::uint64_t mask) {
    const Mapper& mapper = *store.mapper;
    const ValueView* key_view = mapper.integer_key == nullptr ? nullptr : row + place_in(*mapper.integer_key, mask);
    if (key_view != nullptr && key_view->kind == sql::ValueKind::integer) [[likely]] {
        void*& place = store.identities->place(key_view->integer);
        if (place == nullptr) {
            try {
                place = load_new(mapper.polymorphic ? store_of_kind(store, row, mask) : store, row, mask);
            } catch (...) {
                store.identities->forget_place();
                throw;
            }
        } else if (header_of(place).expired || mapper.base != nullptr || populating_ != nullptr) {
            reread(store, place, row, mask);
        }
        return place;
    }
    auto key = row_key(mapper, row, mask);
    if (std::any_of(key.begin(), key.end(), [](const ValueView& view) { return view.is_null(); })) return nullptr;
    Store& own_store = mapper.polymorphic ? store_of_kind(store, row, mask) : store;
    void* object = load_new(own_store, row, mask);  // so that the key has its own types
    auto own = object_key(mapper, object);
    void* known = find_by_key(store, own);
    if (known == nullptr) {
        store.identities->insert(hash_key(own), object);
        return object;
    }
    own_store.mapper->model->destroy(object);
    header_of(object).state = ObjectState::free;
    if (slab_of(object)->object(slab_of(object)->used - 1) == object) --slab_of(object)->used;
    if (header_of(known).expired || mapper.base != nullptr || populating_ != nullptr) reread(store, known, row, mask);
    return known;
}

void* SessionCore::get(const Mapper& mapper, std::int64_t key) {
    if (mapper.integer_key != nullptr) {
        require_usable();
        void* known = store_of(mapper).identities->find(key);
        if (known != nullptr && !header_of(known).expired && is_kind(mapper, known)) return known;
    }
    ValueView view = ValueView::of(key);
    return get(mapper, {&view, 1});
}

void SessionCore::require_key(const Mapper& mapper, std::span<const ValueView> key) const {
    require_usable();
    if (key.size() == mapper.keys.size()) return;
    throw ArgumentError("wrong-key"_code,
                        std::string(mapper.name()) + "'s primary key has " + std::to_string(mapper.keys.size()) +
                            " columns, but " + std::to_string(key.size()) + " values were given.",
                        "give one value for each key column, in their order");
}

void* SessionCore::get(const Mapper& mapper, std::span<const ValueView> key, const Relationship* along) {
    require_key(mapper, key);
    Store& store = store_of(mapper);
    void* found = find_known(store, key);
    if (found != nullptr) return found;
    if (options_.autoflush && !flushing_ && has_work()) {
        flush();  // a pending object may have this key
        found = find_known(store, key);
        if (found != nullptr) return found;
    }
    if (mapper.batched) begin_result(mapper);
    if (mapper.eager) return get_eagerly(mapper, key, along);
    auto& reader = transaction(mapper).reader();
    reader.first(mapper.texts->select(reader.dialect()), key,
                 [&](std::span<const ValueView> row) { found = load_row(store, row.data()); });
    tell_loaded();
    return found;
}

static void* find_identity(const Store& store, std::span<const ValueView> key) {
    void* found =
        store.mapper->integer_key != nullptr ? store.identities->find(key[0].integer) : find_by_key(store, key);
    return found != nullptr && is_kind(*store.mapper, found) ? found : nullptr;
}

void* SessionCore::find_known(const Store& store, std::span<const ValueView> key) const {
    void* found = find_identity(store, key);
    return found != nullptr && !header_of(found).expired ? found : nullptr;
}

bool SessionCore::knows(const Store& store, std::span<const ValueView> key) const {
    return find_identity(store, key) != nullptr;
}

/// The attributes of an object that are to be read.
static std::uint64_t waiting_of(const Mapper& mapper, void* object, const Attribute* touched) {
    std::uint64_t waiting = 0, deferred = 0;
    for (const auto& attribute : mapper.attributes) {
        if ((attribute.state(object) & cell_expired) == 0) continue;
        (attribute.options.deferred ? deferred : waiting) |= std::uint64_t{1} << attribute.index;
    }
    bool wanted = waiting == 0 || (touched != nullptr && (deferred >> touched->index & 1) != 0);
    return wanted ? waiting | deferred : waiting;
}

void SessionCore::load_expired(void* object, const Attribute* touched) {
    require_usable();
    const Mapper& mapper = *slab_of(object)->mapper;
    Store& store = store_of(mapper);
    std::vector<ValueView> key;
    identity_of(changes_, mapper, object, key);
    std::uint64_t waiting = waiting_of(mapper, object, touched);
    if (mapper.base != nullptr && load_kind(object, waiting)) return;
    if (mapper.expressions != 0) return load_by_query(object, waiting);
    bool whole = std::popcount(waiting) + mapper.keys.size() >= mapper.attributes.size();
    if (whole) waiting = mapper.all();
    bool found = false;
    auto& reader = transaction(mapper).reader();
    const auto& text = whole ? mapper.texts->select(reader.dialect()) : mapper.texts->select(reader.dialect(), waiting);
    reader.each(text, key, [&](std::span<const ValueView> row) {
        read_into(store, object, row.data(), waiting);
        found = true;
    });
    if (!found) refuse_gone(object);
}

// Expressions may have values to bind, so that their statement is none of those that are kept.
void SessionCore::load_by_query(void* object, std::uint64_t waiting) {
    const Mapper& mapper = *slab_of(object)->mapper;
    std::vector<sql::Expression> columns;
    for (const auto& attribute : mapper.attributes) {
        if ((waiting >> attribute.index & 1) != 0) columns.push_back(attribute.selected());
    }
    auto statement = sql::select(std::move(columns)).select_from(mapper.source);
    std::vector<ValueView> key;
    identity_of(changes_, mapper, object, key);
    for (std::size_t i = 0; i < key.size(); ++i) {
        auto value = sql::literal(sql::Value(key[i]));
        statement =
            std::move(statement).where(sql::Expression::compare(sql::Operator::eq, mapper.keys[i]->column, value));
    }
    auto& reader = transaction(mapper).reader();
    auto compiled = compile_query(reader.dialect(), statement.ref());
    bool found = false;
    reader.each(compiled.text(), compiled.parameters(), [&](std::span<const ValueView> row) {
        read_into(store_of(mapper), object, row.data(), waiting);
        found = true;
    });
    if (!found) refuse_gone(object);
}

void refuse_gone(const void* object) {
    throw ObjectDeletedError("object-deleted"_code, "the row of " + repr_of(object) + " is gone, so it cannot be read.",
                             "ask get() first whether it is still there");
}

// What was changed and not flushed is forgotten: the object has what it had before.
void SessionCore::discard_changes(void* object) {
    ObjectHeader& header = header_of(object);
    for (auto at = header.change; at != 0; at = changes_[at].previous) {
        const Attribute& attribute = slab_of(object)->mapper->attributes[changes_[at].attribute];
        if (changes_[at].known) attribute.load(object, changes_[at].old);
        attribute.state(object) &= static_cast<std::uint8_t>(~cell_touched);
    }
    header.change = 0;
}

void SessionCore::expire(void* object) {
    const Mapper& mapper = *slab_of(object)->mapper;
    if (header_of(object).state != ObjectState::persistent) return;
    discard_changes(object);
    for (const auto& attribute : mapper.attributes) {
        std::uint8_t& state = attribute.state(object);
        if (attribute.options.primary_key) continue;
        state = static_cast<std::uint8_t>(state | cell_expired);
    }
    for (const auto& relationship : mapper.relationships) forget_relation(relationship, object);
    header_of(object).expired = true;
}

void SessionCore::forget_relation(const Relationship& relationship, void* object) {
    if (relationship.is_one()) {
        one_of(relationship, object).target_ = nullptr;
    } else {
        HeldCollection::let_go(std::exchange(many_of(relationship, object).collection_, nullptr));
    }
    relation_state(relationship, object) = relation_attached;
}

void SessionCore::expire(void* object, const Attribute& attribute) {
    if (header_of(object).state != ObjectState::persistent || attribute.options.primary_key) return;
    auto& state = attribute.state(object);
    if ((state & cell_touched) != 0) {
        // What was changed is forgotten: the newest flushed value is to be read.
        for (auto at = header_of(object).change; at != 0; at = changes_[at].previous) {
            const Change& change = changes_[at];
            if (change.attribute == attribute.index && change.known) attribute.load(object, change.old);
        }
        header_of(object).change = changes_.take_out(attribute.index, header_of(object).change);
    }
    state = static_cast<std::uint8_t>((state & ~cell_touched) | cell_expired);
}

}  // namespace retort::orm
