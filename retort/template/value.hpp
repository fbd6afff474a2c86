// A value of the template language: numbers, text and C++ objects without an allocation, everything else counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace retort::templates {

class Thing;
class Value;
struct ObjectType;

/// Memory that counts who holds it; safe across threads.
class Counted {
  public:
    Counted() = default;
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    virtual ~Counted();
    void retain() const noexcept { __atomic_fetch_add(&holders_, 1, __ATOMIC_RELAXED); }
    void release() const noexcept {
        if (__atomic_fetch_sub(&holders_, 1, __ATOMIC_ACQ_REL) == 1) destroy();
    }
    bool held_once() const noexcept { return __atomic_load_n(&holders_, __ATOMIC_ACQUIRE) == 1; }

  private:
    void destroy() const noexcept;
    mutable std::uint32_t holders_ = 1;  // atomic; <atomic> would cost every application compile time
};

/// A handle to counted memory.
template <class T>
class Ref {
  public:
    Ref() = default;
    /// Takes over what `new` made.
    static Ref adopt(T* made) { return Ref(made); }
    static Ref share(T* held) {
        if (held != nullptr) held->retain();
        return Ref(held);
    }
    Ref(const Ref& other) : held_(other.held_) {
        if (held_ != nullptr) held_->retain();
    }
    Ref(Ref&& other) noexcept : held_(std::exchange(other.held_, nullptr)) {}
    template <class D>
    Ref(Ref<D> other) noexcept : held_(other.detach()) {}
    Ref& operator=(Ref other) noexcept {
        std::swap(held_, other.held_);
        return *this;
    }
    ~Ref() {
        if (held_ != nullptr) held_->release();
    }
    T* get() const { return held_; }
    T* operator->() const { return held_; }
    T& operator*() const { return *held_; }
    explicit operator bool() const { return held_ != nullptr; }
    T* detach() { return std::exchange(held_, nullptr); }

  private:
    explicit Ref(T* held) : held_(held) {}
    T* held_ = nullptr;
};
template <class T, class... Arguments>
Ref<T> make(Arguments&&... arguments) {
    return Ref<T>::adopt(new T(std::forward<Arguments>(arguments)...));
}

enum class ValueKind : std::uint8_t {
    missing,  ///< nothing was given; never seen by templates
    undefined,
    none,
    boolean,
    integer,
    real,
    text,
    object,  ///< a C++ object that lives elsewhere, with the type that describes it
    thing,   ///< lists, dicts, functions and whatever else is counted
};

class Value {
  public:
    Value() noexcept : integer_(0), owner_(nullptr) {}
    Value(const Value& other) noexcept { take(other), hold(); }
    Value(Value&& other) noexcept { take(other), other.flags_ = 0, other.kind_ = ValueKind::none; }
    Value& operator=(const Value& other) noexcept {
        Value copy(other);
        swap(copy);
        return *this;
    }
    Value& operator=(Value&& other) noexcept {
        swap(other);
        return *this;
    }
    ~Value() {
        if (flags_ & owned_flag) drop();
    }
    /// A value that owns what it is made of: numbers, text, optionals, ranges, maps, structs, functions.
    template <class T>
        requires(!std::is_base_of_v<Value, std::remove_cvref_t<T>>)
    Value(T&& from);

    static Value missing() noexcept { return Value(ValueKind::missing, std::int64_t{0}); }
    static Value boolean(bool truth) noexcept { return Value(ValueKind::boolean, std::int64_t{truth}); }
    static Value integer(std::int64_t number) noexcept { return Value(ValueKind::integer, number); }
    static Value real(double number) noexcept;
    /// Text that is kept, and text that lives elsewhere for as long as the value. Throw for more than 4 GB.
    static Value text(std::string text, bool markup = false);
    static Value view(std::string_view text, bool markup = false);
    /// A part of another value's text, which is kept with it.
    static Value part(const Value& of, std::string_view part);
    static Value thing(Ref<Thing> thing) noexcept;
    static Value object(const void* object, const ObjectType& type) noexcept;

    ValueKind kind() const noexcept { return kind_; }
    bool is_missing() const noexcept { return kind_ == ValueKind::missing; }
    bool is_undefined() const noexcept { return kind_ == ValueKind::undefined; }
    bool is_none() const noexcept { return kind_ == ValueKind::none; }
    bool is_boolean() const noexcept { return kind_ == ValueKind::boolean; }
    bool is_integer() const noexcept { return kind_ == ValueKind::integer; }
    bool is_real() const noexcept { return kind_ == ValueKind::real; }
    bool is_text() const noexcept { return kind_ == ValueKind::text; }
    /// Text that needs no escaping.
    bool is_markup() const noexcept { return kind_ == ValueKind::text && (flags_ & markup_flag); }
    bool is_thing() const noexcept { return kind_ == ValueKind::thing; }
    /// An integer or a boolean, which counts as one.
    bool is_integral() const noexcept { return kind_ == ValueKind::integer || kind_ == ValueKind::boolean; }
    bool is_number() const noexcept { return is_integral() || kind_ == ValueKind::real; }

    bool boolean() const noexcept { return integer_ != 0; }
    std::int64_t integer() const noexcept { return integer_; }
    double real() const noexcept { return kind_ == ValueKind::real ? real_ : static_cast<double>(integer_); }
    std::string_view text() const noexcept { return {text_, size_}; }
    Thing& thing() const noexcept { return *thing_; }
    /// The thing as a T, or null.
    template <class T>
    T* as() const noexcept;
    const void* object() const noexcept { return object_; }
    const ObjectType& type() const noexcept { return *type_; }

    Value with_markup(bool markup) const&;
    /// The same without holding it: good for as long as this value is.
    Value alias() const noexcept {
        Value same;
        same.take(*this);
        same.flags_ &= static_cast<std::uint8_t>(~owned_flag);
        return same;
    }
    /// The same; text that stands elsewhere becomes its own.
    Value kept() && {
        return kind_ == ValueKind::text && (flags_ & owned_flag) == 0 ? text(std::string(text_, size_), is_markup())
                                                                      : std::move(*this);
    }
    /// Text that was borrowed holds on to what it was borrowed from.
    void keep(const Counted* owner) noexcept {
        if (kind_ != ValueKind::text || (flags_ & owned_flag)) return;
        owner_ = owner;
        flags_ |= owned_flag;
        owner->retain();
    }
    /// Python's `is`; equal texts count as one, as literals do there.
    bool same_as(const Value& other) const noexcept;
    void swap(Value& other) noexcept;

    /// Kept for undefined values.
    static Value undefined_thing(Ref<Thing> info) noexcept;

  private:
    static constexpr std::uint8_t markup_flag = 1, owned_flag = 2;
    Value(ValueKind kind, std::int64_t number) noexcept : kind_(kind), integer_(number), owner_(nullptr) {}
    void take(const Value& other) noexcept {
        kind_ = other.kind_, flags_ = other.flags_, size_ = other.size_;
        integer_ = other.integer_, owner_ = other.owner_;
    }
    void hold() const noexcept {
        if (flags_ & owned_flag) owner_->retain();
    }
    void drop() noexcept { owner_->release(); }

    ValueKind kind_ = ValueKind::none;
    std::uint8_t flags_ = 0;
    std::uint32_t size_ = 0;
    union {
        std::int64_t integer_;
        double real_;
        const char* text_;
        Thing* thing_;
        const void* object_;
    };
    union {
        const Counted* owner_;
        const ObjectType* type_;
    };
};

}  // namespace retort::templates
