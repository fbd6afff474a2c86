// One and Many: the fields of a model that are other objects.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/orm/relationship_cells.hpp"

namespace retort {

namespace orm::detail {
template <class Option>
concept HasTableBetween = requires { typename Option::Between; };
}  // namespace orm::detail

/// An object that belongs to no session yet: `auto ada = make<User>({.username = "ada"}); db.session.add(ada);`
template <class T>
Ptr<T> make(T object) {
    return Ptr<T>::of(orm::new_transient(orm::mapper_of<T>(), &object));
}

/// The one object that a foreign key of this one points at: `One<User> user;`. On a model without such a key it is the
/// object whose foreign key points at this one: the other side of a one-to-one.
///
/// It is loaded when it is first touched, from the session's identity map if it is there.
template <class T, class... Options>
class One : public orm::OneCell {
  public:
    using Target = T;
    static constexpr orm::RelationKind relationship_kind = orm::RelationKind::many_to_one;
    static constexpr orm::RelationshipOptions options() {
        static_assert(!(orm::detail::HasTableBetween<Options> || ...),
                      "a One has no table between: write Many<T, secondary<…>>, of which the only one is front()");
        static_assert(!((std::is_same_v<Options, lazy::dynamic> || std::is_same_v<Options, lazy::write_only>) || ...),
                      "lazy::dynamic and lazy::write_only are queries for many objects: a One has neither");
        orm::RelationshipOptions options;
        (Options::apply(options), ...);
        return options;
    }
    template <class Owner>
    static constexpr orm::RelationshipOptions options_of() {
        return orm::relationship_options<Owner, T, Options...>(options());
    }

    One() = default;
    One(std::nullptr_t) { set(nullptr); }  // NOLINT: a null is meant to convert
    One(const Ptr<T>& target) {            // NOLINT: a handle is meant to convert
        refuse_viewonly();
        set(target.get());
    }
    template <class U>
        requires(!std::same_as<U, T> && std::convertible_to<Ptr<U>, Ptr<T>>)
    One(const Ptr<U>& target) : One(Ptr<T>(target)) {}  // NOLINT: a handle of a model below is meant to convert
    template <orm::NewObjectOf<T> U>
    One(U&& object) : One(Ptr<T>(make<U>(std::move(object)))) {}  // NOLINT: a new object is meant to convert
    One& operator=(const Ptr<T>& target) {
        refuse_viewonly();
        set(target.get());
        return *this;
    }
    template <class U>
        requires(!std::same_as<U, T> && std::convertible_to<Ptr<U>, Ptr<T>>)
    One& operator=(const Ptr<U>& target) {
        return *this = Ptr<T>(target);
    }
    template <orm::NewObjectOf<T> U>
    One& operator=(U&& object) {
        return *this = Ptr<T>(make<U>(std::move(object)));
    }
    One& operator=(std::nullptr_t) {
        set(nullptr);
        return *this;
    }
    template <class U>
        requires(orm::detail::AsKey<U> || orm::detail::HandleOfAnother<U, T>)
    One& operator=(const U&) {
        static_assert(orm::detail::never_true<U>,
                      "a relationship is given an object of its own model, post->author = user; its key is a column: "
                      "post->author_id = 3");
        return *this;
    }

    /// In a loader option: those of its objects for which the conditions hold.
    template <class... C>
    auto and_(const C&... conditions) const volatile {
        return orm::relation_where(this, conditions...);
    }
    /// In a query: whether there is such an object, and the conditions hold for it: `Bookmark::c.user.has(…)`.
    /// `has<Kind>(…)`: of a model that inherits from T.
    template <class Kind = T, class... C>
    Condition has(const C&... conditions) const volatile {
        return orm::relation_exists(this, orm::all_of(conditions...), &orm::mapper_of<Kind>());
    }
    friend Condition operator==(const volatile One& one, const Ptr<T>& other) {
        return orm::relation_has(&one, other.get());
    }
    friend Condition operator!=(const volatile One& one, const Ptr<T>& other) {
        return orm::relation_has_not(&one, other.get());
    }
    friend Condition operator==(const volatile One& one, std::nullptr_t) { return orm::relation_has(&one, nullptr); }
    friend Condition operator!=(const volatile One& one, std::nullptr_t) {
        return orm::relation_has_not(&one, nullptr);
    }
    template <orm::detail::AsKey U>
    friend Condition operator==(const volatile One&, const U&) {
        static_assert(orm::detail::never_true<U>,
                      "a relationship is compared with an object, Bookmark::c.user == user; a key with its column: "
                      "Bookmark::c.user_id == 1");
        return {};
    }
    /// The handle; empty when there is none.
    Ptr<T> get() const {
        void* target = OneCell::get();
        return target == nullptr ? Ptr<T>() : Ptr<T>::of(target);
    }
    operator Ptr<T>() const { return get(); }  // NOLINT: a relationship is its object
    /// Throws InvalidRequestError("empty-relationship") when there is no object.
    T* operator->() const { return static_cast<T*>(there()); }
    T& operator*() const { return *static_cast<T*>(there()); }
    explicit operator bool() const { return OneCell::get() != nullptr; }
    template <class U = T>
    U* operator->() const volatile {
        static_assert(orm::detail::never_true<U>,
                      "a query does not go through a relationship by ->: write .has(User::c.name == …), or join it");
        return nullptr;
    }
    friend bool operator==(const One& one, const Ptr<T>& other) { return one.OneCell::get() == other.get(); }
    friend bool operator==(const One& one, std::nullptr_t) { return one.OneCell::get() == nullptr; }
    template <class... Other>
    friend bool operator==(const One& one, const One<T, Other...>& other) {
        return one.get() == other.get();
    }
    /// As its handle: "<User 1>", or "None".
    template <class Stream>
        requires(std::is_class_v<Stream> && requires(Stream& out, const std::string& text) { out << text; })
    friend Stream& operator<<(Stream& out, const One& one) {
        out << one.get();
        return out;
    }

  private:
    static void refuse_viewonly() {
        static_assert(!options().viewonly,
                      "this relationship is viewonly: change the one that writes, and read this one again");
    }
};

namespace orm {

/// One of the objects that a Many is given: a handle, or a new object.
template <class T>
struct Child {
    template <std::convertible_to<Ptr<T>> Handle>
    Child(const Handle& handle) : handle(handle) {}  // NOLINT: a handle is meant to convert
    template <NewObjectOf<T> U>
    Child(U&& object) : handle(make<U>(std::move(object))) {}  // NOLINT: a new object is meant to convert
    Ptr<T> handle;
};

/// Many that holds its objects: iterate, count, append, remove.
template <class T>
class CollectionFace : public ManyCell {
  public:
    class iterator {
      public:
        using value_type = Ptr<T>;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::input_iterator_tag;

        iterator() = default;
        iterator(Collection& collection, std::size_t at) : held_(collection), at_(at) {}
        const Ptr<T> operator*() const { return Ptr<T>::of(held_.items()[at_]); }
        T* operator->() const { return static_cast<T*>(held_.items()[at_]); }
        iterator& operator++() {
            ++at_;
            return *this;
        }
        iterator operator++(int) {
            auto before = *this;
            ++at_;
            return before;
        }
        // The end is wherever the collection ends by now.
        friend bool operator==(const iterator& a, const iterator& b) {
            return a.at_ == b.at_ || (a.at_ >= a.held_.items().size() && b.at_ >= b.held_.items().size());
        }

      private:
        HeldCollection held_;
        std::size_t at_ = 0;
    };

    iterator begin() const { return {loaded(), 0}; }
    iterator end() const { return {loaded(), items().size()}; }
    std::size_t size() const { return items().size(); }
    bool empty() const { return items().empty(); }
    /// Throws ArgumentError("no-such-element").
    Ptr<T> operator[](std::size_t at) const { return Ptr<T>::of(item(at)); }
    Ptr<T> front() const { return (*this)[0]; }
    Ptr<T> back() const { return (*this)[size() - 1]; }
    /// Handles to all of them, which stay as they are when the collection changes.
    std::vector<Ptr<T>> all() const { return {begin(), end()}; }
    /// Takes all of them out.
    void clear() { assign({}); }
    /// Appends it, and moves it to this place among the others; one that is there is only moved. Only an ordering_list
    /// keeps the places in the database.
    Ptr<T> insert(std::size_t at, const Ptr<T>& child) {
        insert_at(at, child.get());
        return child;
    }
    template <std::same_as<T> U>
        requires(!std::is_lvalue_reference_v<U>)
    Ptr<T> insert(std::size_t at, U&& object) {
        return insert(at, Ptr<T>::of(this->append_new(mapper_of<T>(), &object)));
    }
    /// Of an ordering_list: numbers all by their places, after their numbers were changed by hand.
    void reorder() { number_items(); }
    bool contains(const Ptr<T>& object) const {
        for (void* item : items()) {
            if (item == object.get()) return true;
        }
        return false;
    }
};

/// Many that is a query: refine it before loading. Nothing is kept.
template <class T>
class DynamicFace : public ManyCell {
  public:
    /// The query for all of them.
    Query<T> query() const;
    /// Whether this object is one of them, asked of the database.
    bool contains(const Ptr<T>& object) const;
    template <class... Conditions>
    Query<T> where(const Conditions&... conditions) const {
        return query().where(conditions...);
    }
    template <class... Conditions>
    Query<T> filter(const Conditions&... conditions) const {
        return query().where(conditions...);
    }
    template <class... Terms>
    Query<T> order_by(const Terms&... terms) const {
        return query().order_by(terms...);
    }
    template <class... A>
    auto filter_by(const A&... equal) const {
        return query().filter_by(equal...);
    }
    auto filter_by(T example) const { return query().filter_by(std::move(example)); }
    template <class... A>
    auto join(A&&... target) const {
        return query().join(std::forward<A>(target)...);
    }
    template <class Target, class... A>
    auto join(A&&... on) const {
        return query().template join<Target>(std::forward<A>(on)...);
    }
    Query<T> limit(std::int64_t rows) const { return query().limit(rows); }
    Query<T> offset(std::int64_t rows) const { return query().offset(rows); }
    Query<T> slice(std::int64_t start, std::int64_t stop) const { return query().slice(start, stop); }
    std::vector<Ptr<T>> all() const { return query().all(); }
    Ptr<T> first() const { return query().first(); }
    Ptr<T> one() const { return query().one(); }
    Ptr<T> one_or_none() const { return query().one_or_none(); }
    std::int64_t count() const { return query().count(); }
    auto paginate() const { return query().paginate(); }
    auto paginate(const PaginateOptions& options) const { return query().paginate(options); }
    template <class... A>
    auto first_or_404(A&&... arguments) const {
        return query().first_or_404(std::forward<A>(arguments)...);
    }
    auto begin() const { return query().begin(); }
    std::default_sentinel_t end() const { return {}; }
};

/// Many that is never read by itself: `session.scalars(user->bookmarks.select().where(…))`.
template <class T>
class WriteOnlyFace : public ManyCell {
  public:
    Select<Ptr<T>> select() const;
    /// UPDATE and DELETE of its rows: `session.execute(user->bookmarks.update().values({.url = "…"}))`.
    auto update() const;
    auto delete_() const;
    /// Whether this object is one of them, asked of the database.
    bool contains(const Ptr<T>& object) const;
    Ptr<T> add(const Ptr<T>& child) {
        ManyCell::append(child.get());
        return child;
    }
    template <NewObjectOf<T> U>
    Ptr<U> add(U&& object) {
        return Ptr<U>::of(this->append_new(mapper_of<U>(), &object));
    }
    template <class Range>
    void add_all(const Range& children) {
        for (const auto& child : children) add(child);
    }
    void add_all(std::initializer_list<T> children) {
        for (const auto& child : children) add(T(child));
    }
};

template <class T, class... Options>
using FaceOf = std::conditional_t<
    (std::is_same_v<Options, lazy::dynamic> || ...), DynamicFace<T>,
    std::conditional_t<(std::is_same_v<Options, lazy::write_only> || ...), WriteOnlyFace<T>, CollectionFace<T>>>;

}  // namespace orm

/// The objects whose foreign key points at this one: `Many<Bookmark> bookmarks;`
///
/// With `secondary<table>` it is one side of a many-to-many. `append` and `remove` keep the other side in step. With
/// `lazy::dynamic` it is a query.
template <class T, class... Options>
class Many : public orm::FaceOf<T, Options...> {
  public:
    using Target = T;
    static constexpr orm::RelationKind relationship_kind = orm::RelationKind::one_to_many;
    static constexpr orm::RelationshipOptions options() {
        orm::RelationshipOptions options;
        (Options::apply(options), ...);
        return options;
    }
    template <class Owner>
    static constexpr orm::RelationshipOptions options_of() {
        return orm::relationship_options<Owner, T, Options...>(options());
    }

    Many() = default;
    Many(const Many&) = default;
    Many(Many&&) = default;
    /// What `auto pages = book->pages` would mean: an empty collection of nobody's.
    template <std::same_as<Many> M>
    Many(M&) {
        static_assert(orm::detail::never_true<M>,
                      "a Many is not copied, for its objects have one parent: write auto& pages = book->pages to work "
                      "on it, or book->pages.all() for handles to its objects");
    }
    Many& operator=(const Many&) = default;
    Many& operator=(Many&&) = default;
    ~Many() = default;
    /// Handles and new objects: `{.bookmarks = {Bookmark{…}, bookmark}}`.
    Many(std::initializer_list<orm::Child<T>> children) {
        for (const auto& child : children) append(child.handle);
    }
    Many(const std::vector<Ptr<T>>& children) {  // NOLINT: handles are meant to convert
        for (const auto& child : children) append(child);
    }
    /// Makes the collection these and no others.
    Many& operator=(const std::vector<Ptr<T>>& children) {
        refuse_viewonly();
        orm::Items objects;
        objects.reserve(children.size());
        for (const auto& child : children) objects.push_back(child.get());
        this->assign(std::move(objects));
        return *this;
    }

    Many& operator=(std::initializer_list<orm::Child<T>> children) {
        std::vector<Ptr<T>> handles;
        for (const auto& child : children) handles.push_back(child.handle);
        return *this = handles;
    }
    /// `if (user->bookmarks == nullptr)`: a collection is there always.
    template <std::same_as<std::nullptr_t> Null>
    friend bool operator==(const Many&, const Null&) {
        static_assert(orm::detail::never_true<Null>, "a Many is never null: ask .empty()");
        return false;
    }

    /// In a query: whether it has none.
    friend Condition operator==(const volatile Many& many, std::nullptr_t) { return !many.any(); }
    friend Condition operator!=(const volatile Many& many, std::nullptr_t) { return many.any(); }

    /// In a query a collection is not compared, but asked.
    template <class U>
        requires(orm::detail::AsKey<U> || orm::detail::is_handle<U>)
    friend Condition operator==(const volatile Many&, const U&) {
        static_assert(orm::detail::never_true<U>,
                      "a collection is asked for its objects: User::c.bookmarks.contains(bookmark), or "
                      ".any(Bookmark::c.id == 1)");
        return {};
    }

    Ptr<T> append(const Ptr<T>& child) {
        refuse_viewonly();
        orm::ManyCell::append(child.get());
        return child;
    }
    template <class U>
        requires(!orm::NewObjectOf<U, T> && !std::convertible_to<const U&, Ptr<T>>)
    void append(U&&) {
        static_assert(orm::detail::never_true<U>,
                      "a collection is given objects of its own model: a handle, a new object, or std::move(object)");
    }
    /// A new object, which becomes one of them.
    template <orm::NewObjectOf<T> U>
    Ptr<U> append(U&& object) {
        refuse_viewonly();
        return Ptr<U>::of(this->append_new(orm::mapper_of<U>(), &object));
    }
    /// In a loader option: those of its objects for which the conditions hold.
    template <class... C>
    auto and_(const C&... conditions) const volatile {
        return orm::relation_where(this, conditions...);
    }
    /// In a query: whether one of them meets the conditions: `User::c.bookmarks.any(Bookmark::c.url.like("http%"))`.
    /// `any<Kind>(…)`: of a model that inherits from T.
    template <class Kind = T, class... C>
    Condition any(const C&... conditions) const volatile {
        return orm::relation_exists(this, orm::all_of(conditions...), &orm::mapper_of<Kind>());
    }
    /// In a query: whether this object is one of them.
    Condition contains(const Ptr<T>& object) const volatile { return orm::relation_has(this, object.get()); }
    using orm::FaceOf<T, Options...>::contains;
    /// Takes it out: its foreign key becomes NULL at the next flush.
    void remove(const Ptr<T>& child) {
        refuse_viewonly();
        orm::ManyCell::remove(child.get());
    }

  private:
    static void refuse_viewonly() {
        static_assert(!options().viewonly,
                      "this relationship is viewonly: change the one that writes, and read this one again");
    }
};

}  // namespace retort
