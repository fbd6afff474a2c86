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

#include "retort/engine/result.hpp"
#include "retort/orm/expressions.hpp"
#include "retort/orm/model.hpp"
#include "retort/orm/ptr.hpp"
#include "retort/orm/relationship.hpp"
#include "retort/orm/result.hpp"
#include "retort/orm/select.hpp"
#include "retort/orm/session_core.hpp"
#include "retort/orm/statements.hpp"
#include "retort/orm/stream.hpp"
#include "retort/orm/types.hpp"

namespace retort {

using orm::SessionOptions;

/// A savepoint of a session. Rolled back when it goes without having been committed.
class Nested {
  public:
    explicit Nested(orm::SessionCore& session) : session_(&session), depth_(session.begin_nested()) {}
    Nested(Nested&& other) noexcept : session_(std::exchange(other.session_, nullptr)), depth_(other.depth_) {}
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;
    Nested& operator=(Nested&&) = delete;
    ~Nested() { rollback(); }

    /// Keeps what was done within it. Throws InvalidRequestError("savepoint-ended").
    void commit() {
        if (session_ != nullptr) session_->commit_nested(depth_);
        session_ = nullptr;
    }
    void rollback() noexcept {
        if (session_ != nullptr) session_->rollback_nested(depth_);
        session_ = nullptr;
    }

  private:
    orm::SessionCore* session_;
    std::size_t depth_;
};

/// Works with objects: adds, finds, changes, deletes them, and writes it all in one transaction.
///
/// One fiber or thread uses a session at a time. Its objects live until it closes; handles keep them alive beyond.
class Session {
  public:
    explicit Session(engines::Engine engine, SessionOptions options = {}) : core_(std::move(engine), options) {
        core_.set_owner(this);
    }

    /// Puts a new object into the session; it is written at the next flush. The handle is the object from now on.
    template <class T>
        requires orm::AnyModel<std::remove_cvref_t<T>>
    Ptr<std::remove_cvref_t<T>> add(T&& object) {
        static_assert(
            !std::is_lvalue_reference_v<T>,
            "session.add takes an object that nobody else has: later changes of a local copy would be lost. Write "
            "auto user = session.add(User{…}), or session.add(std::move(user)) and go on with the handle");
        if constexpr (std::is_lvalue_reference_v<T>) {
            return {};
        } else {
            return Ptr<T>::of(core_.add_moved(orm::mapper_of<T>(), &object));
        }
    }
    /// Puts the object behind a handle into the session, again or for the first time.
    template <class T>
    Ptr<T> add(const Ptr<T>& object) {
        core_.add(required(object));
        return object;
    }
    template <class Range>
    void add_all(Range&& objects) {
        for (auto& object : objects) {
            if constexpr (std::is_lvalue_reference_v<Range> || orm::is_entity<std::remove_cvref_t<decltype(object)>>) {
                add(object);
            } else {
                add(std::move(object));
            }
        }
    }
    template <class T>
    void add_all(std::initializer_list<Ptr<T>> objects) {
        for (const auto& object : objects) add(object);
    }
    /// Deletes its row at the next flush.
    template <class T>
    void delete_(const Ptr<T>& object) {
        core_.remove(required(object));
    }

    /// The object with this primary key; empty when there is none. What the session knows costs no query.
    template <class T, class... Key>
    [[nodiscard]] Ptr<T> get(const Key&... key) {
        const auto& mapper = orm::mapper_of<T>();
        void* object = nullptr;
        if constexpr (sizeof...(Key) == 1 && (std::integral<Key> && ...)) {
            object = core_.get(mapper, static_cast<std::int64_t>((key, ...)));
        } else {
            const orm::KeyViews views(key...);
            object = core_.get(mapper, views.views);
        }
        return object == nullptr ? Ptr<T>() : Ptr<T>::of(object);
    }

    /// The same; throws NoResultFound when there is none.
    template <class T, class... Key>
    [[nodiscard]] Ptr<T> get_one(const Key&... key) {
        auto object = get<T>(key...);
        if (object == nullptr) orm::throw_no_row();
        return object;
    }
    /// The session's own object for this one's primary key, with the values that this one has; a new one when there is
    /// no such row. The given object is left as it is.
    template <class T>
        requires orm::AnyModel<std::remove_cvref_t<T>>
    Ptr<std::remove_cvref_t<T>> merge(T&& object) {
        using Object = std::remove_cvref_t<T>;
        return Ptr<Object>::of(core_.merge(orm::mapper_of<Object>(), const_cast<Object*>(&object)));
    }
    template <class T>
    Ptr<T> merge(const Ptr<T>& object) {
        return Ptr<T>::of(core_.merge(orm::mapper_of<T>(), required(object)));
    }

    /// Runs a query; the rows are tuples.
    template <class... Row>
    Result<Row...> execute(const Selectable<Row...>& query) {
        core_.autoflush_for(query.core());
        std::vector<std::tuple<Row...>> rows;
        core_.query(query.core(), [&](std::span<void* const> objects, std::span<const orm::ValueView> values) {
            orm::RowCursor(objects, values).read_row(rows.emplace_back());
        });
        return Result<Row...>(std::move(rows), query.core());
    }
    /// The first of each row: `scalars(select<User>())` gives the users.
    template <class First, class... More>
    Rows<First> scalars(const Selectable<First, More...>& query) {
        core_.autoflush_for(query.core());
        std::vector<First> rows;
        if constexpr (orm::is_entity<First> && sizeof...(More) == 0) {
            core_.query_entities(query.core(),
                                 [&](void* object) { rows.push_back(orm::RowCursor::handle<First>(object)); });
        } else {
            core_.query(query.core(), [&](std::span<void* const> objects, std::span<const orm::ValueView> values) {
                rows.push_back(orm::RowCursor(objects, values).template next<First>());
            });
        }
        return Rows<First>(std::move(rows));
    }
    /// The first of the first row; empty when there is no row.
    template <class First, class... More>
    orm::Perhaps<First> scalar(const Selectable<First, More...>& query) {
        return scalars(query).first();
    }
    /// The rows of a query, so many in memory at once as it says by `yield_per`, else a thousand:
    /// `for (const auto& user : session.stream_scalars(select<User>()))`. What was read leaves the session again.
    template <class... Row>
    [[nodiscard]] Stream<std::tuple<Row...>> stream(const Selectable<Row...>& query) {
        return Stream<std::tuple<Row...>>(std::make_unique<orm::RowStream>(core_, query.core()));
    }
    /// The first of each row, the same way.
    template <class First, class... More>
    [[nodiscard]] Stream<First> stream_scalars(const Selectable<First, More...>& query) {
        return Stream<First>(std::make_unique<orm::RowStream>(core_, query.core()));
    }
    /// Runs an INSERT, UPDATE or DELETE; returns the number of rows changed. Objects in memory are read again when
    /// they are looked at.
    template <class Statement>
        requires(requires(const Statement& statement) { statement.ref(); } &&
                 !std::derived_from<Statement, sql::Expression>)
    std::int64_t execute(const Statement& statement) {
        return core_.execute_write(statement.ref());
    }

    /// Runs SQL text, whatever it does: its rows can be asked by name, `row.get<int>("id")`. For types known when it is
    /// compiled: `text("…").columns<int, std::string>()`. A text that writes expires what is in memory, as above.
    engines::Result execute(const TextClause& text);

    /// The same with RETURNING: its rows.
    template <class... Row>
    Result<Row...> execute(const Returning<Row...>& statement) {
        std::vector<std::tuple<Row...>> rows;
        core_.execute_returning(statement.ref(), statement.core().parts,
                                [&](std::span<void* const> objects, std::span<const orm::ValueView> values) {
                                    orm::RowCursor(objects, values).read_row(rows.emplace_back());
                                });
        return Result<Row...>(std::move(rows), statement.core());
    }

    void flush() { core_.flush(); }
    /// Writes everything and makes it last. When it throws, call rollback() before going on.
    void commit() { core_.commit(); }
    /// Undoes everything since the last commit; objects get back what they had.
    void rollback() noexcept { core_.rollback(); }
    /// A transaction within the transaction (a savepoint): `auto nested = session.begin_nested(); … nested.commit();`.
    /// Undone when it is not committed: objects get back what they had when it began.
    [[nodiscard]] Nested begin_nested();
    /// Rolls back and forgets all objects; those with handles live on, detached. The session can be used again.
    void close() noexcept { core_.close(); }

    template <class T>
    void expunge(const Ptr<T>& object) {
        core_.expunge(required(object));
    }
    void expunge_all() { core_.expunge_all(); }
    /// Reads it again when it is next looked at.
    template <class T>
    void expire(const Ptr<T>& object) {
        core_.expire(required(object));
    }
    void expire_all() { core_.expire_all(); }
    /// The same of some columns: `session.expire(user, User::c.email)`.
    template <class T, orm::AnyColumn... C>
    void expire(const Ptr<T>& object, const volatile C&... columns) {
        void* at = required(object);
        (core_.expire(at, orm::mapper_of<T>().attribute(orm::field_name_of(columns))), ...);
    }
    /// Reads it again now.
    template <class T>
    void refresh(const Ptr<T>& object) {
        core_.refresh(required(object));
    }
    /// Whether it is in the session, pending or persistent.
    template <class T>
    [[nodiscard]] bool contains(const Ptr<T>& object) const {
        return core_.contains(object.get());
    }

    /// How many objects wait to be inserted, have changes, wait to be deleted.
    [[nodiscard]] std::size_t new_count() const { return core_.pending().size(); }
    [[nodiscard]] std::size_t dirty_count() { return core_.dirty().size(); }
    [[nodiscard]] std::size_t deleted_count() const { return core_.deleted().size(); }
    /// Those of one model: `session.new_<User>()`.
    template <class T>
    [[nodiscard]] std::vector<Ptr<T>> new_() const {
        return of_model<T>(core_.pending());
    }
    template <class T>
    [[nodiscard]] std::vector<Ptr<T>> dirty() {
        return of_model<T>(core_.dirty());
    }
    template <class T>
    [[nodiscard]] std::vector<Ptr<T>> deleted() const {
        return of_model<T>(core_.deleted());
    }

    /// The older form: `session.query<User>().filter(…)`.
    template <class T>
    [[nodiscard]] Query<T> query();

    [[nodiscard]] bool in_transaction() const { return core_.in_transaction(); }
    const engines::Engine& engine() const { return core_.engine(); }
    orm::SessionCore& core() { return core_; }

  private:
    template <class T>
    static void* required(const Ptr<T>& object) {
        if (object == nullptr) orm::refuse_empty_handle();
        return object.get();
    }
    template <class T>
    static std::vector<Ptr<T>> of_model(const std::vector<void*>& objects) {
        std::vector<Ptr<T>> found;
        for (void* object : objects) {
            if (orm::slab_of(object)->mapper == &orm::mapper_of<T>()) found.push_back(Ptr<T>::of(object));
        }
        return found;
    }

    orm::SessionCore core_;
};

inline Nested Session::begin_nested() { return Nested(core_); }

/// Sets a column by its field's name, as Python's `setattr`: for input whose fields are known at run time only.
/// Throws InvalidRequestError("unknown-attribute") with the nearest name, ArgumentError("null-attribute").
template <class T>
void set_attribute(const Ptr<T>& object, std::string_view name, const sql::Value& value) {
    orm::set_attribute(object.get(), name, value.view());
}

/// Switches autoflush off for a scope: `NoAutoflush guard(session);`
class NoAutoflush {
  public:
    explicit NoAutoflush(Session& session) : session_(session), before_(session.core().options().autoflush) {
        session_.core().set_autoflush(false);
    }
    ~NoAutoflush() { session_.core().set_autoflush(before_); }
    NoAutoflush(const NoAutoflush&) = delete;
    NoAutoflush& operator=(const NoAutoflush&) = delete;

  private:
    Session& session_;
    bool before_;
};

}  // namespace retort
