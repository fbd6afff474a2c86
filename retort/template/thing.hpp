// What a counted value can do, and how C++ objects show themselves to templates.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "retort/template/value.hpp"

namespace retort {
class json;
}

namespace retort::templates {

class Environment;
class Context;
class Render;

/// A keyword argument.
struct Keyword {
    std::string_view name;
    Value value;
};

/// One call of a function, filter or test; of filters and tests the first argument is the value.
struct Call {
    std::span<const Value> arguments;
    std::span<const Keyword> keywords;
    /// Null when a function is called from C++ outside of a template.
    Render* render = nullptr;
    Context* context = nullptr;

    const Keyword* find(std::string_view keyword) const noexcept;
};

/// A function of one's own, as templates call it.
using Function = std::function<Value(const Call&)>;

/// Gives values one after the other.
class Iterator;

class Thing : public Counted {
  public:
    enum class Kind : std::uint8_t { list, tuple, dict, range, iterator, held, loop, space, undefined, other };
    explicit Thing(Kind kind) : kind(kind) {}
    const Kind kind;
    bool frozen = false;   ///< shared by threads: templates may not change it
    bool watched = false;  ///< its rendering clears it in the end

    /// As Python calls it: "list".
    virtual std::string_view type_name() const = 0;
    virtual void repr(std::string& out, int depth) const;
    virtual void str(std::string& out, int depth) const { repr(out, depth); }
    virtual bool truth() const { return true; }
    /// -1 without a length.
    virtual std::int64_t length() const { return -1; }
    /// False when there is none.
    virtual bool attribute(std::string_view name, Value& out);
    virtual bool item(const Value& key, Value& out);
    virtual bool has_items() const { return false; }
    /// Empty when it cannot be iterated.
    virtual Ref<Iterator> iterate();
    virtual bool callable() const { return false; }
    virtual Value call(const Call& call);
    /// Drops what it holds; ends circles of things that hold each other.
    virtual void clear() {}
};

class Iterator : public Thing {
  public:
    Iterator() : Thing(Kind::iterator) {}
    /// False at the end.
    virtual bool next(Value& out) = 0;
    std::string_view type_name() const override { return "generator"; }
    void repr(std::string& out, int depth) const override;
    Ref<Iterator> iterate() override { return Ref<Iterator>::share(this); }
};

/// One member of a C++ object.
struct Member {
    const ObjectType* owner = nullptr;
    std::string_view name;
    std::size_t offset = 0;
    void (*read)(const void* object, const Member& member, Value& out) = nullptr;
    /// A function of one's own instead.
    Function method = nullptr;
    /// What `read` may need to know.
    const void* detail = nullptr;
    /// Appends it without making a value of it; may be null.
    void (*print)(const void* object, const Member& member, std::string& out, bool html) = nullptr;
};

/// How the objects of one C++ type show themselves. What is null cannot be done.
struct ObjectType {
    std::string_view name;
    std::span<const Member> members;
    bool (*item)(const void* object, const Value& key, Value& out) = nullptr;
    std::int64_t (*length)(const void* object) = nullptr;
    Value (*iterate)(const void* object) = nullptr;
    void (*text)(const void* object, std::string& out) = nullptr;
    bool (*truth)(const void* object) = nullptr;
    void (*to_json)(const void* object, json& out) = nullptr;
    bool (*attribute)(const void* object, std::string_view name, Value& out) = nullptr;
    /// Whether text is what it is: dates, numbers of any size.
    bool is_text = false;

    const Member* find(std::string_view member) const noexcept;
};

/// A C++ object that belongs to the value.
class Held final : public Thing {
  public:
    Held(const void* object, const ObjectType& type, Ref<const Counted> owner)
        : Thing(Kind::held), object(object), type(type), owner(std::move(owner)) {}
    std::string_view type_name() const override { return type.name; }
    const void* const object;
    const ObjectType& type;
    const Ref<const Counted> owner;
};

/// A C++ object, borrowed or held.
struct ObjectView {
    const void* object = nullptr;
    const ObjectType* type = nullptr;
    const Held* held = nullptr;  ///< when it belongs to the value
    explicit operator bool() const { return object != nullptr; }
};
ObjectView object_of(const Value& value) noexcept;

template <class T>
T* Value::as() const noexcept {
    return kind_ == ValueKind::thing && thing_->kind == T::thing_kind ? static_cast<T*>(thing_) : nullptr;
}

}  // namespace retort::templates
