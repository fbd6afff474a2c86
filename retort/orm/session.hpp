// Session: the objects that a program works on, and how their changes reach the database.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/orm/model.hpp"
#include "retort/orm/ptr.hpp"
#include "retort/orm/relationship.hpp"
#include "retort/orm/result.hpp"
#include "retort/orm/select.hpp"
#include "retort/orm/session_core.hpp"
#include "retort/orm/session_queries.hpp"
#include "retort/orm/session_scopes.hpp"
#include "retort/orm/statements.hpp"
#include "retort/orm/types.hpp"

namespace retort {

using orm::ReadOptions;
using orm::RowLock;
using orm::SessionOptions;

namespace orm {

/// One of several things that are put into a session: a new object, which lives as long as the call, or a handle.
class Added {
  public:
    template <AnyModel T>
    Added(T&& object) : mapper_(&mapper_of<T>()), object_(&object) {}  // NOLINT: new objects are meant to convert
    template <class T>
    Added(const Ptr<T>& object) : object_(object.get()) {}  // NOLINT: handles are meant to convert
    void add_to(SessionCore& session) const;

  private:
    const Mapper* mapper_ = nullptr;  ///< of a new object
    void* object_;
};

}  // namespace orm

/// All that a session does, by its core: `Session` and `db.session` have the same members, because both are this.
template <class Self>
class SessionFace : public orm::SessionQueries<Self> {
  public:
    /// Puts a new object into the session; it is written at the next flush. The handle is the object from now on.
    template <class T>
        requires orm::AnyModel<std::remove_cvref_t<T>>
    Ptr<std::remove_cvref_t<T>> add(T&& object) const {
        static_assert(
            !std::is_lvalue_reference_v<T>,
            "session.add takes an object that nobody else has: later changes of a local copy would be lost. Write "
            "auto user = session.add(User{…}), or session.add(std::move(user)) and go on with the handle");
        if constexpr (std::is_lvalue_reference_v<T>) {
            return {};
        } else {
            return Ptr<T>::of(core().add_moved(orm::mapper_of<T>(), &object));
        }
    }
    /// Puts the object behind a handle into the session, again or for the first time.
    template <class T>
    Ptr<T> add(const Ptr<T>& object) const {
        core().add(required(object));
        return object;
    }
    template <class T>
        requires(!orm::AnyModel<std::remove_cvref_t<T>> && !orm::is_entity<std::remove_cvref_t<T>> &&
                 !std::derived_from<std::remove_cvref_t<T>, orm::OneCell>)
    void add(T&&) const {
        static_assert(orm::detail::never_true<T>,
                      "session.add takes a new object, User{…}, or a handle, Ptr<User>; add_all takes several. A model "
                      "is struct User : "
                      "Model<User>, with its own name twice");
    }
    /// Here and below, a One stands for its object: `session.delete_(bookmark->user)`.
    template <class T, class... Options>
    Ptr<T> add(const One<T, Options...>& object) const {
        return add(object.get());
    }
    /// New objects and handles, of any models: `add_all({User{…}, Tag{…}, bookmark})`.
    void add_all(std::initializer_list<orm::Added> objects) const {
        for (const auto& object : objects) object.add_to(core());
    }
    /// The same of a container; one that nobody else has gives its objects away.
    template <class Range>
    void add_all(Range&& objects) const {
        for (auto& object : objects) {
            if constexpr (std::is_lvalue_reference_v<Range> || orm::is_entity<std::remove_cvref_t<decltype(object)>>) {
                add(object);
            } else {
                add(std::move(object));
            }
        }
    }
    /// Deletes its row at the next flush.
    template <class T>
    void delete_(const Ptr<T>& object) const {
        core().remove(required(object));
    }
    template <class T, class... Options>
    void delete_(const One<T, Options...>& object) const {
        delete_(object.get());
    }
    template <orm::AnyModel T>
    void delete_(const T&) const {
        refuse_object<T>();
    }
    template <class T>
    void delete_(const std::vector<Ptr<T>>&) const {
        static_assert(orm::detail::never_true<T>,
                      "delete_ takes one object: for (const auto& user : users) session.delete_(user), or all by "
                      "session.execute(delete_<User>().where(…))");
    }

    /// The object with this primary key; empty when there is none. What the session knows costs no query.
    template <class T, class... Key>
    [[nodiscard]] Ptr<T> get(const Key&... key) const {
        const auto& mapper = orm::mapper_of<T>();
        void* object = nullptr;
        if constexpr (sizeof...(Key) == 1 && (std::integral<Key> && ...)) {
            object = core().get(mapper, static_cast<std::int64_t>((key, ...)));
        } else {
            const orm::KeyViews views(key...);
            object = core().get(mapper, views.views);
        }
        return object == nullptr ? Ptr<T>() : Ptr<T>::of(object);
    }

    /// The same, read now, or locked while it is read: `get<User>({.with_for_update = true}, 1)`.
    template <class T, class... Key>
    [[nodiscard]] Ptr<T> get(const ReadOptions& options, const Key&... key) const {
        const orm::KeyViews views(key...);
        void* object = core().get(orm::mapper_of<T>(), views.views, options);
        return object == nullptr ? Ptr<T>() : Ptr<T>::of(object);
    }

    /// The same; throws NoResultFound when there is none.
    template <class T, class... Key>
    [[nodiscard]] Ptr<T> get_one(const Key&... key) const {
        auto object = get<T>(key...);
        if (object == nullptr) orm::throw_no_row();
        return object;
    }
    /// The session's own object for this one's primary key, with the values that this one has; a new one when there is
    /// no such row. The given object is left as it is.
    template <class T>
        requires orm::AnyModel<std::remove_cvref_t<T>>
    Ptr<std::remove_cvref_t<T>> merge(T&& object) const {
        using Object = std::remove_cvref_t<T>;
        return Ptr<Object>::of(core().merge(orm::mapper_of<Object>(), const_cast<Object*>(&object)));
    }
    template <class T>
    Ptr<T> merge(const Ptr<T>& object) const {
        return Ptr<T>::of(core().merge(required(object)));
    }
    template <class T, class... Options>
    Ptr<T> merge(const One<T, Options...>& object) const {
        return merge(object.get());
    }

    void flush() const { core().flush(); }
    /// Writes everything and makes it last. When it throws, call rollback() before going on.
    void commit() const { core().commit(); }
    /// Undoes everything since the last commit; objects get back what they had.
    void rollback() const {
        core().require_no_flush("rollback()");
        core().rollback();
    }
    /// The transaction as a scope: `auto transaction = session.begin(); … transaction.commit();`. Rolled back when it
    /// is not committed. Without it a transaction begins with the first statement. Throws
    /// InvalidRequestError("transaction-begun") when one has begun already.
    [[nodiscard]] SessionTransaction begin() const { return SessionTransaction(core()); }
    /// A transaction within the transaction (a savepoint): `auto nested = session.begin_nested(); … nested.commit();`.
    /// Undone when it is not committed: objects get back what they had when it began.
    [[nodiscard]] Nested begin_nested() const { return Nested(core()); }
    /// Rolls back and forgets all objects; those with handles live on, detached. The session can be used again.
    void close() const {
        core().require_no_flush("close()");
        core().close();
    }

    template <class T>
    void expunge(const Ptr<T>& object) const {
        core().expunge_along(required(object));
    }
    template <class T, class... Options>
    void expunge(const One<T, Options...>& object) const {
        expunge(object.get());
    }
    template <orm::AnyModel T>
    void expunge(const T&) const {
        refuse_object<T>();
    }
    void expunge_all() const { core().expunge_all(); }
    /// Reads it again when it is next looked at.
    template <class T>
    void expire(const Ptr<T>& object) const {
        core().expire_along(required(object));
    }
    template <class T, class... Options, class... C>
    void expire(const One<T, Options...>& object, const volatile C&... columns) const {
        expire(object.get(), columns...);
    }
    template <orm::AnyModel T>
    void expire(const T&) const {
        refuse_object<T>();
    }
    void expire_all() const { core().expire_all(); }
    /// The same of some columns and relationships: `session.expire(user, User::c.email, User::c.bookmarks)`.
    template <class T, orm::AnyField... C>
        requires(sizeof...(C) > 0)
    void expire(const Ptr<T>& object, const volatile C&... fields) const {
        const volatile void* const all[] = {&fields...};
        core().expire_fields(required(object), all);
    }
    /// Reads it again now; `refresh(user, {.with_for_update = true})` locks its row.
    template <class T>
    void refresh(const Ptr<T>& object, const ReadOptions& options = {}) const {
        core().refresh(required(object), options);
    }
    template <class T, class... Options>
    void refresh(const One<T, Options...>& object, const ReadOptions& options = {}) const {
        refresh(object.get(), options);
    }
    template <orm::AnyModel T>
    void refresh(const T&) const {
        refuse_object<T>();
    }
    /// The same of some columns and relationships: `session.refresh(user, User::c.email, User::c.bookmarks)`.
    template <class T, orm::AnyField... C>
        requires(sizeof...(C) > 0)
    void refresh(const Ptr<T>& object, const volatile C&... fields) const {
        const volatile void* const all[] = {&fields...};
        core().refresh_fields(required(object), all);
    }
    template <class T, class... Options, orm::AnyField... C>
        requires(sizeof...(C) > 0)
    void refresh(const One<T, Options...>& object, const volatile C&... fields) const {
        refresh(object.get(), fields...);
    }
    /// Whether a flush would write something for it: a column with another value than its row, or another relationship.
    template <class T>
    [[nodiscard]] bool is_modified(const Ptr<T>& object) const {
        return core().is_modified(required(object));
    }
    template <class T, class... Options>
    [[nodiscard]] bool is_modified(const One<T, Options...>& object) const {
        return is_modified(object.get());
    }
    /// What you keep with the session, such as who works: `session.info()["user"] = 7`.
    json& info() const { return core().info(); }
    /// Whether it is in the session, pending or persistent.
    template <class T>
    [[nodiscard]] bool contains(const Ptr<T>& object) const {
        return core().contains(object.get());
    }
    template <class T, class... Options>
    [[nodiscard]] bool contains(const One<T, Options...>& object) const {
        return contains(object.get());
    }

    /// How many objects wait to be inserted, have changes, wait to be deleted.
    [[nodiscard]] std::size_t new_count() const { return core().pending().size(); }
    [[nodiscard]] std::size_t dirty_count() const { return core().dirty().size(); }
    [[nodiscard]] std::size_t deleted_count() const { return core().deleted().size(); }
    /// Those of one model: `session.new_<User>()`.
    template <class T>
    [[nodiscard]] std::vector<Ptr<T>> new_() const {
        return of_model<T>(core().pending());
    }
    template <class T>
    [[nodiscard]] std::vector<Ptr<T>> dirty() const {
        return of_model<T>(core().dirty());
    }
    template <class T>
    [[nodiscard]] std::vector<Ptr<T>> deleted() const {
        return of_model<T>(core().deleted());
    }

    /// The older form: `session.query<User>().filter(…)`.
    template <class T>
    [[nodiscard]] Query<T> query() const {
        return Query<T>(core(), select<T>());
    }

    /// Switches autoflush off for a scope: `auto guard = session.no_autoflush();`
    [[nodiscard]] NoAutoflush no_autoflush() const { return NoAutoflush(core()); }
    [[nodiscard]] bool in_transaction() const { return core().in_transaction(); }
    const engines::Engine& engine() const { return core().engine(); }

  private:
    orm::SessionCore& core() const { return static_cast<const Self*>(this)->core(); }
    template <class T>
    static void* required(const Ptr<T>& object) {
        if (object == nullptr) orm::refuse_empty_handle();
        return object.get();
    }
    template <class T>
    static void refuse_object() {
        static_assert(orm::detail::never_true<T>,
                      "this takes the handle, as in session.delete_(user), not the object behind it, *user");
    }
    template <class T>
    static std::vector<Ptr<T>> of_model(const std::vector<void*>& objects) {
        std::vector<Ptr<T>> found;
        for (void* object : objects) {
            if (orm::is_of(object, orm::mapper_of<T>())) found.push_back(Ptr<T>::of(object));
        }
        return found;
    }
};

/// Works with objects: adds, finds, changes, deletes them, and writes it all in one transaction.
///
/// One fiber or thread uses a session at a time. Its objects live until it closes; handles keep them alive beyond.
class Session : public SessionFace<Session> {
  public:
    explicit Session(engines::Engine engine, SessionOptions options = {}) : core_(std::move(engine), options) {
        core_.set_owner(this);
    }

    orm::SessionCore& core() const { return core_; }

  private:
    mutable orm::SessionCore core_;
};

namespace orm {

/// Makes the tables of all models that the database does not have yet, all or none; models with a bind key by that one.
/// For programs without an app: `orm::create_all(engine)`. `db.create_all()` does it for those with one.
void create_all(const engines::Engine& engine, std::string_view bind_key = {});
/// Drops the tables of all models.
void drop_all(const engines::Engine& engine, std::string_view bind_key = {});

}  // namespace orm

/// Sets a column by its field's name, as Python's `setattr`: for input whose fields are known at run time only.
/// Throws InvalidRequestError("unknown-attribute") with the nearest name, ArgumentError("null-attribute").
template <class T>
void set_attribute(const Ptr<T>& object, std::string_view name, const sql::Value& value) {
    orm::set_attribute(object.get(), name, value.view());
}
template <class T, class V>
void set_attribute(const Ptr<T>& object, std::string_view name, const V& value) {
    set_attribute(object, name, orm::value_of(orm::ValueOf<V>(value)));
}
template <class T>
void set_attribute(const Ptr<T>& object, std::string_view name, std::nullptr_t) {
    set_attribute(object, name, sql::Value());
}

}  // namespace retort
