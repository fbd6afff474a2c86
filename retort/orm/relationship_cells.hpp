// What relationships are made of: the erased cells of One and Many.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/orm/condition.hpp"
#include "retort/orm/join_rules.hpp"
#include "retort/orm/mapper.hpp"
#include "retort/orm/ptr.hpp"

namespace retort {

template <class T>
class Query;
template <class... Row>
class Select;
struct PaginateOptions;  // the extensions'

namespace orm {

/// EXISTS (an object of the relationship for which the condition holds), for a query's own row.
/// Throws ArgumentError("foreign-join-target") unless the relationship leads to such objects.
void require_target(const Relationship& relationship, const Mapper& target);
/// Of the objects of `kind` only, where one is named: a model that inherits from the relationship's target.
Condition relation_exists(const volatile void* field, const Condition& condition, const Mapper* kind = nullptr);
/// Whether the row's One is this object (null: none), or its Many has it.
Condition relation_has(const volatile void* field, const void* object);
Condition relation_has_not(const volatile void* field, const void* object);

template <class C>
Condition to_condition(C&& condition);  // orm/typed.hpp

template <class... C>
Condition all_of(const C&... conditions) {
    Condition all;
    ((all = all && to_condition(conditions)), ...);
    return all;
}

struct RelationWhere;  // orm/load_options.hpp
template <class... C>
RelationWhere relation_where(const volatile void* field, const C&... conditions);

enum RelationState : std::uint8_t {
    relation_loaded = 1,    ///< what it holds is what there is
    relation_attached = 2,  ///< its object lives in a slab
    relation_given = 4,  ///< it was given what it has while its object had no session; outside a slab it holds handles
    // What the query that gave its object has said about loading it when it is touched.
    relation_selects = 8,
    relation_raises = 16,
    relation_raises_on_sql = 32,
    relation_batched = 64,
    relation_filling = 128,  ///< a query is putting its objects in
};

inline bool holds_handles(std::uint8_t state) {
    return (state & (relation_given | relation_attached)) == relation_given;
}

/// A new object of a model, or of one that inherits from it.
template <class U, class T>
concept NewObjectOf = std::is_same_v<U, T> || (std::is_same_v<U, std::remove_cvref_t<U>> &&
                                               requires { typename U::ModelItself; } && std::is_base_of_v<T, U>);

namespace detail {
/// What looks like a key where an object is wanted.
template <class U>
concept AsKey = !std::is_null_pointer_v<U> && (std::integral<U> || std::convertible_to<const U&, std::string_view>);
template <class U, class T>
concept HandleOfAnother = is_handle<U> && !std::convertible_to<const U&, Ptr<T>>;
}  // namespace detail

/// What One is made of: the object on the other side. In a slab it holds no handle, for an object and what it refers to
/// live together there; elsewhere it does.
class OneCell {
  public:
    OneCell() = default;
    OneCell(const OneCell& other);
    OneCell(OneCell&& other) noexcept;
    OneCell& operator=(const OneCell& other);
    OneCell& operator=(OneCell&& other);
    ~OneCell() {
        if (holds_handles(state_) && target_ != nullptr) release(target_);
    }

    bool is_loaded() const { return (state_ & relation_loaded) != 0; }

  protected:
    friend class SessionCore;
    friend class Loader;
    friend class Merging;
    friend class TransientRelations;

    void* get() const {
        if ((state_ & relation_loaded) == 0) load();
        return target_;
    }
    /// The same, where there must be one. Throws InvalidRequestError("empty-relationship").
    void* there() const {
        void* target = get();
        if (target == nullptr) [[unlikely]]
            refuse_empty();
        return target;
    }
    void set(void* target);

  private:
    void load() const;
    [[noreturn]] void refuse_empty() const;
    const OneCell& read() const;

    mutable void* target_ = nullptr;
    mutable std::uint8_t state_ = 0;
};

/// The objects of a Many that are in memory.
struct Collection : retort::detail::SparePlaced {
    Items items;                ///< all of them once it is loaded, until then what was appended
    std::uint32_t holders = 1;  ///< its Many, and the iterators over it
};

/// An object that is appended to a longer collection is not looked for in it: each would cost a search.
inline constexpr std::size_t searched_before_append = 64;

/// Keeps what a Many has in memory for who goes over it: a commit within the loop has the Many forget it.
class HeldCollection {
  public:
    HeldCollection() = default;
    explicit HeldCollection(Collection& collection) : collection_(&collection) { ++collection.holders; }
    HeldCollection(const HeldCollection& other) : collection_(other.collection_) {
        if (collection_ != nullptr) ++collection_->holders;
    }
    HeldCollection(HeldCollection&& other) noexcept : collection_(std::exchange(other.collection_, nullptr)) {}
    HeldCollection& operator=(HeldCollection other) noexcept {
        std::swap(collection_, other.collection_);
        return *this;
    }
    ~HeldCollection() { let_go(collection_); }
    const Items& items() const { return collection_->items; }
    /// Takes one holder away. Null is nothing to let go.
    static void let_go(Collection* collection) noexcept {
        if (collection != nullptr && --collection->holders == 0) delete collection;
    }

  private:
    Collection* collection_ = nullptr;
};

/// What Many is made of.
class ManyCell {
  public:
    ManyCell() = default;
    ManyCell(const ManyCell&) {}  // a copy has no children: they have one parent
    ManyCell(ManyCell&& other) noexcept;
    ManyCell& operator=(const ManyCell&) { return *this; }  // NOLINT: nothing is taken over
    ManyCell& operator=(ManyCell&& other);
    ~ManyCell() { drop(); }

    bool is_loaded() const { return (state_ & relation_loaded) != 0; }

  protected:
    friend class SessionCore;
    friend class Loader;
    friend class Merging;
    friend class TransientRelations;

    /// All of them, loaded when they are not yet.
    const Items& items() const { return loaded().items; }
    Collection& loaded() const;
    void* item(std::size_t at) const;
    /// Throws ArgumentError("not-in-collection") unless it is one of them.
    void require_item(const void* child) const;
    void append(void* child);
    void insert_at(std::size_t at, void* child);
    void number_items();
    /// Moves a new object to where it can live, and appends it.
    void* append_new(const Mapper& mapper, void* from);
    void remove(void* child);
    /// Makes the collection these and no others.
    void assign(Items children);

  private:
    void drop() noexcept;
    Collection& here() const;

    mutable Collection* collection_ = nullptr;
    mutable std::uint8_t state_ = 0;
};

/// An object outside any session, in a slab of its own or in `room`, so that a handle can point at it. Throws
/// InvalidRequestError("other-session") when it refers to objects of two sessions.
void* new_transient(const Mapper& mapper, void* from, Slab* room = nullptr);

}  // namespace orm
}  // namespace retort
