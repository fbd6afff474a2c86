// Ptr: the handle to an object, which keeps it alive also when its session has closed.
#pragma once

#include <compare>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "retort/base/json.hpp"
#include "retort/base/reflection.hpp"
#include "retort/orm/slab.hpp"

namespace retort {
namespace orm {

template <class T>
const Mapper& mapper_of();
/// Whether an object in a slab is one of this model, or of one that inherits from it.
bool is_of(const void* object, const Mapper& mapper);

/// Throws InvalidRequestError("empty-handle"): a handle of this model was followed, but there is no object.
[[noreturn]] void refuse_empty_handle(std::string_view model);
/// "<User 1>", "<User (transient 140…)>", "<User (pending 140…)>", as Flask-SQLAlchemy writes them; "None" for null.
std::string repr_of(const void* object);

}  // namespace orm

/// A handle to an object of a session; empty when there is none. The same row is the same object: compare handles.
///
/// Copying counts without atomics: a handle stays on its thread. What a handle points at survives its session
/// (detached).
template <class T>
class Ptr {
  public:
    using element_type = T;

    Ptr() = default;
    Ptr(std::nullptr_t) {}  // NOLINT: a null is meant to convert
    Ptr(const Ptr& other) : object_(other.object_) { hold(); }
    Ptr(Ptr&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    // Not to a temporary: `user->bookmarks[0] = other` would change nothing.
    Ptr& operator=(Ptr other) & noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~Ptr() {
        if (object_) orm::release(object_);
    }

    /// An object of a model that inherits from T is a T. A mixin is no object: `Titled& titled = *article;`.
    template <class U>
        requires(!std::is_same_v<U, T> && std::is_base_of_v<T, U> && requires { typename T::ModelItself; })
    Ptr(const Ptr<U>& other) : object_(static_cast<T*>(other.get())) {  // NOLINT: a handle is meant to convert
        hold();
    }
    /// The same object as one of a model below; empty when it is none: `employee.as<Manager>()`.
    template <class U>
    [[nodiscard]] Ptr<U> as() const {
        static_assert(std::is_base_of_v<T, U>, "as<…>() asks for a model that inherits from the handle's");
        return object_ != nullptr && orm::is_of(object_, orm::mapper_of<U>()) ? Ptr<U>::of(object_) : Ptr<U>();
    }

    /// A handle to an object that lives in a slab; library use.
    static Ptr of(void* object) {
        Ptr ptr;
        ptr.object_ = object;
        ptr.hold();
        return ptr;
    }

    T* get() const { return static_cast<T*>(object_); }
    /// Throws InvalidRequestError("empty-handle") when there is no object.
    T* operator->() const { return there(); }
    T& operator*() const { return *there(); }
    explicit operator bool() const { return object_ != nullptr; }

    friend bool operator==(const Ptr& a, const Ptr& b) { return a.object_ == b.object_; }
    friend bool operator==(const Ptr& a, std::nullptr_t) { return a.object_ == nullptr; }
    /// Some order, for sets and sorted lists; it says nothing about the objects.
    friend auto operator<=>(const Ptr& a, const Ptr& b) { return std::compare_three_way()(a.object_, b.object_); }
    /// "<User 1>" to anything that texts can be written to; a test that fails prints it.
    template <class Stream>
        requires(std::is_class_v<Stream> && requires(Stream& out, const std::string& text) { out << text; })
    friend Stream& operator<<(Stream& out, const Ptr& object) {
        out << repr(object);
        return out;
    }

  private:
    T* there() const {
        if (object_ == nullptr) [[unlikely]]
            orm::refuse_empty_handle(reflection::type_name<T>());
        return get();
    }
    void hold() {
        if (object_) orm::retain(object_);
    }

    void* object_ = nullptr;
};

/// What Python's `repr` gives for an object: its model's own `repr()` where it has one, else "<User 1>".
template <class T>
std::string repr(const Ptr<T>& object) {
    if constexpr (requires(const T& model) { std::string(model.repr()); }) {
        if (object) return std::string(object->repr());
    }
    return orm::repr_of(object.get());
}
template <class T>
std::string to_string(const Ptr<T>& object) {
    return repr(object);
}

/// The object by its own `to_json()`; an empty handle is null.
template <class T>
json to_json(const Ptr<T>& object) {
    static_assert(
        requires(const T& model) { model.to_json(); },
        "a model becomes JSON only by its own to_json() or a list of columns, so that no password leaks: add "
        "json to_json() const { return {{\"id\", id}, …}; } to it");
    return object ? json(object->to_json()) : json(nullptr);
}

}  // namespace retort

template <class T>
struct std::hash<retort::Ptr<T>> {
    std::size_t operator()(const retort::Ptr<T>& object) const noexcept {
        return std::hash<const void*>()(object.get());
    }
};
