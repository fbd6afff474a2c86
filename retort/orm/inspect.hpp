// inspect: what a session knows of one object: its state, its key, what was changed and what it was before.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/orm/model.hpp"
#include "retort/orm/ptr.hpp"
#include "retort/orm/relationship.hpp"
#include "retort/orm/session_core.hpp"

namespace retort {

class Session;

/// One column of one object since its row was last written or read: what it is, and what it was when it was changed.
template <class V>
struct History {
    std::optional<V> added;      ///< the new value, when it was changed
    std::optional<V> unchanged;  ///< the value, when it was not
    std::optional<V> deleted;    ///< the value before, when it was changed and that is known
    bool has_changes() const { return added.has_value() || deleted.has_value(); }
};

namespace orm {

/// The value before, of an attribute with a change that a flush would write; null when there is none.
const Change* change_of(void* object, const Attribute& attribute);
std::vector<std::string_view> changed_fields(void* object);
std::vector<std::string_view> unloaded_fields(void* object);
std::vector<sql::Value> identity_values(void* object);
Session* session_of(void* object);
void make_transient(void* object);
/// A value as a change log keeps it.
template <class V>
void read_history(V& place, const ValueView& view) {
    if constexpr (is_optional<V>) {
        if (!view.is_null()) read_value(place.emplace(), view);
    } else {
        read_value(place, view);
    }
}

}  // namespace orm

/// What `inspect(user)` gives. It looks and changes nothing; it holds a handle to the object.
template <class T>
class Inspection {
  public:
    explicit Inspection(Ptr<T> object) : object_(std::move(object)) {}

    bool transient() const { return state() == orm::ObjectState::transient; }
    bool pending() const { return state() == orm::ObjectState::pending; }
    bool persistent() const { return state() == orm::ObjectState::persistent; }
    bool deleted() const { return state() == orm::ObjectState::deleted; }
    bool detached() const { return state() == orm::ObjectState::detached; }
    bool has_identity() const { return !transient() && !pending(); }
    /// Whether something waits to be read again.
    bool expired() const { return orm::header_of(object_.get()).expired; }
    /// Its primary key in the database; empty before it has a row.
    std::vector<sql::Value> identity() const {
        return has_identity() ? orm::identity_values(object_.get()) : std::vector<sql::Value>();
    }
    /// The fields that a flush would write.
    std::vector<std::string_view> changed() const { return orm::changed_fields(object_.get()); }
    /// The fields, relationships too, that wait to be read.
    std::vector<std::string_view> unloaded() const { return orm::unloaded_fields(object_.get()); }
    bool modified() const { return !changed().empty(); }
    /// What was done to a column since the last flush: `inspect(user).history(User::c.name).deleted`.
    template <orm::AnyColumn C>
    History<typename C::value_type> history(const volatile C& column) const {
        using V = typename C::value_type;
        const auto& attribute = orm::mapper_of<T>().attribute(orm::field_name_of(column));
        void* object = object_.get();
        std::optional<V> now;
        if (attribute.is_set(object)) orm::read_history(now.emplace(), attribute.view(object));
        const auto* change = orm::change_of(object, attribute);
        if (change == nullptr && has_identity()) return {{}, std::move(now), {}};
        History<V> history{std::move(now), {}, {}};
        if (change != nullptr && change->known) orm::read_history(history.deleted.emplace(), change->old);
        return history;
    }

  private:
    orm::ObjectState state() const { return orm::header_of(object_.get()).state; }

    Ptr<T> object_;
};

/// What the session knows of an object: `inspect(user).persistent()`, `inspect(user).changed()`.
template <class T>
[[nodiscard]] Inspection<T> inspect(const Ptr<T>& object) {
    if (object == nullptr) orm::refuse_empty_handle();
    return Inspection<T>(object);
}
template <class T, class... Options>
[[nodiscard]] Inspection<T> inspect(const One<T, Options...>& object) {
    return inspect(object.get());
}

/// The session that an object is in; null when it is in none.
template <class T>
[[nodiscard]] Session* object_session(const Ptr<T>& object) {
    return orm::session_of(object.get());
}

/// Takes an object away from its session and its row, so that it can be added as a new one. Its key and what it holds
/// stay.
template <class T>
void make_transient(const Ptr<T>& object) {
    if (object == nullptr) orm::refuse_empty_handle();
    orm::make_transient(object.get());
}

}  // namespace retort
