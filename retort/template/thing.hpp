// How C++ objects show themselves to templates, and how functions are called.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retort/template/value.hpp"

namespace retort {
class json;
}

namespace retort::templates {

class Environment;
class Context;
class Dict;
class Held;
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
    /// What the template calls the function, filter or test; for messages.
    std::string_view name = {};

    const Keyword* find(std::string_view keyword) const noexcept;
};

/// A function of one's own, as templates call it.
using Function = std::function<Value(const Call&)>;

/// One member of a C++ object.
struct Member {
    const ObjectType* owner = nullptr;
    std::string_view name;
    std::size_t offset = 0;
    void (*read)(const void* object, const Member& member, Value& out) = nullptr;
    /// A function of one's own instead.
    Function method;
    /// What `read` may need to know.
    const void* detail = nullptr;
    /// Appends it without making a value of it; may be null.
    void (*print)(const void* object, const Member& member, std::string& out, bool html) = nullptr;
};

struct Calculation;

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
    /// What it equals, such as the user behind `current_user`.
    Value (*stands_for)(const void* object) = nullptr;
    /// What its objects are to those who made the type, such as the mapper of a model; nothing to this module.
    const void* kind = nullptr;
    /// Whether text is what it is: dates, numbers of any size.
    bool is_text = false;
    /// What operators make of it: decimals, dates, spans of time.
    const Calculation* calculation = nullptr;

    const Member* find(std::string_view member) const noexcept;
};

/// A C++ object, borrowed or held.
struct ObjectView {
    const void* object = nullptr;
    const ObjectType* type = nullptr;
    const Held* held = nullptr;  ///< when it belongs to the value
    explicit operator bool() const { return object != nullptr; }
};
ObjectView object_of(const Value& value) noexcept;

/// A range of C++ values that a list shows without copying it.
struct SequenceType {
    std::size_t (*size)(const void* range);
    void (*at)(const void* range, std::size_t place, Value& out);  ///< null: read it once, by `fill`
    void (*fill)(const void* range, std::vector<Value>& out);
};
/// A map of C++ values that a dict shows without copying it.
struct MappingType {
    std::size_t (*size)(const void* map);
    bool (*find)(const void* map, std::string_view key, Value& out);
    void (*fill)(const void* map, Dict& out);
};

Value borrow_list(const void* range, const SequenceType& type);
Value borrow_dict(const void* map, const MappingType& type);
void put(Dict& dict, const Value& key, Value value);
Value list(std::vector<Value> items);
Value tuple(std::vector<Value> items);
Value function(std::string name, Function function);

}  // namespace retort::templates
