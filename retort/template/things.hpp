// What is counted: lists, tuples, dicts, ranges, functions and undefined values.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "retort/template/thing.hpp"

namespace retort::templates {

/// Gives values one after the other.
class Iterator;
class Lifeline;

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
    /// Whether its text needs no escaping.
    virtual bool holds_html() const { return false; }
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

template <class T>
T* Value::as() const noexcept {
    return kind_ == ValueKind::thing && thing_->kind == T::thing_kind ? static_cast<T*>(thing_) : nullptr;
}

/// A list, or a tuple, which is a list that does not change.
class List final : public Thing {
  public:
    static constexpr Kind thing_kind = Kind::list;
    List() : Thing(Kind::list) {}
    explicit List(std::vector<Value> items, Kind kind = Kind::list) : Thing(kind), items_(std::move(items)) {}
    List(const void* range, const SequenceType& type, Ref<const Counted> owner = {})
        : Thing(Kind::list), range_(range), source_(&type), owner_(std::move(owner)) {}

    std::size_t size() const { return source_ == nullptr ? items_.size() : source_size(); }
    /// Throws nothing for places below `size()`.
    void at(std::size_t place, Value& out) const {
        if (source_ == nullptr) {
            out = items_[place];
        } else {
            source_at(place, out);
        }
    }
    /// Keeps the C++ range alive, and with it what is taken out of the list.
    void keep(const Ref<const Counted>& owner);
    /// The values themselves; a C++ range is read first.
    std::vector<Value>& items() const {
        if (source_ != nullptr) read();
        return items_;
    }
    bool is_tuple() const { return kind == Kind::tuple; }
    /// The fields of a named tuple, such as those of groupby.
    std::shared_ptr<const std::vector<std::string>> field_names;

    std::string_view type_name() const override { return is_tuple() ? "tuple" : "list"; }
    void repr(std::string& out, int depth) const override;
    bool truth() const override { return size() != 0; }
    std::int64_t length() const override { return static_cast<std::int64_t>(size()); }
    bool attribute(std::string_view name, Value& out) override;
    bool item(const Value& key, Value& out) override;
    bool has_items() const override { return true; }
    Ref<Iterator> iterate() override;
    void clear() override { items_.clear(); }
    /// That of a tuple, which does not change: made by `compute` when it is first asked for.
    template <class Compute>
    std::size_t hash(const Compute& compute) const {
        auto known = __atomic_load_n(&hash_, __ATOMIC_RELAXED);
        if (known != 0) return known;
        known = compute();
        __atomic_store_n(&hash_, known, __ATOMIC_RELAXED);
        return known;
    }

  private:
    std::size_t source_size() const;
    void source_at(std::size_t place, Value& out) const;
    void read() const;

    mutable std::vector<Value> items_;
    mutable std::size_t hash_ = 0;
    const void* range_ = nullptr;
    mutable const SequenceType* source_ = nullptr;
    mutable Ref<const Counted> owner_;
};
/// The list or tuple that the value is, or null.
List* sequence_of(const Value& value) noexcept;

class Dict final : public Thing {
  public:
    static constexpr Kind thing_kind = Kind::dict;
    using Entry = std::pair<Value, Value>;
    Dict() : Thing(Kind::dict) {}
    Dict(const void* map, const MappingType& type, Ref<const Counted> owner = {})
        : Thing(Kind::dict), map_(map), source_(&type), owner_(std::move(owner)) {}

    std::size_t size() const { return source_ == nullptr ? entries_.size() : source_->size(map_); }
    /// Throws TypeError for a key that cannot be one.
    bool find(const Value& key, Value& out) const;
    Value* find(const Value& key) const;
    void set(const Value& key, Value value);
    bool erase(const Value& key);
    /// In their order; a C++ map is read first.
    std::vector<Entry>& entries() const {
        if (source_ != nullptr) read();
        return entries_;
    }

    std::string_view type_name() const override { return "dict"; }
    void repr(std::string& out, int depth) const override;
    bool truth() const override { return size() != 0; }
    std::int64_t length() const override { return static_cast<std::int64_t>(size()); }
    bool attribute(std::string_view name, Value& out) override;
    bool item(const Value& key, Value& out) override;
    bool has_items() const override { return true; }
    Ref<Iterator> iterate() override;
    void clear() override;
    void keep(const Ref<const Counted>& owner);

  private:
    void read() const;
    std::size_t place_of(const Value& key) const;
    void index() const;

    mutable std::vector<Entry> entries_;
    mutable std::unordered_multimap<std::size_t, std::size_t> places_;  ///< by hash, when there are many
    const void* map_ = nullptr;
    mutable const MappingType* source_ = nullptr;
    mutable Ref<const Counted> owner_;
};

/// Python's range: computed, never stored.
class Range final : public Thing {
  public:
    static constexpr Kind thing_kind = Kind::range;
    Range(std::int64_t start, std::int64_t stop, std::int64_t step);
    std::int64_t at(std::int64_t place) const { return start + place * step; }
    std::int64_t start, stop, step, count;

    std::string_view type_name() const override { return "range"; }
    void repr(std::string& out, int depth) const override;
    bool truth() const override { return count != 0; }
    std::int64_t length() const override { return count; }
    bool item(const Value& key, Value& out) override;
    bool has_items() const override { return true; }
    Ref<Iterator> iterate() override;
};

/// Values made one by one, each once: what Python calls a generator.
class Generator final : public Iterator {
  public:
    using Step = std::function<bool(Value&)>;
    Generator(Ref<Lifeline> life, std::string_view name, Step step);
    ~Generator() override;
    /// Throws RecursionError when generators are nested too deeply, and TemplateRuntimeError("template-over") when the
    /// rendering that it belongs to is.
    bool next(Value& out) override;
    std::string_view type_name() const override;
    void repr(std::string& out, int depth) const override;
    void clear() override { step_ = nullptr; }

  private:
    Ref<Lifeline> life_;  ///< of the rendering whose stack it runs on; null outside of a template
    std::string_view name_;
    Step step_;
};
Value generator(const Call& call, std::string_view name, Generator::Step step);

/// A function under its name.
class FunctionThing final : public Thing {
  public:
    FunctionThing(std::string name, Function function)
        : Thing(Kind::other), name_(std::move(name)), function_(std::move(function)) {}
    std::string_view type_name() const override { return "function"; }
    void repr(std::string& out, int depth) const override;
    bool callable() const override { return true; }
    Value call(const Call& call) override;

  private:
    std::string name_;
    Function function_;
};

/// A built-in method together with the value that it was taken from.
class Method final : public Thing {
  public:
    using Body = Value (*)(const Value& self, const Call& call);
    Method(Value self, std::string_view name, Body body)
        : Thing(Kind::other), self_(std::move(self)), name_(name), body_(body) {}
    std::string_view type_name() const override { return "builtin_function_or_method"; }
    void repr(std::string& out, int depth) const override;
    bool callable() const override { return true; }
    Value call(const Call& call) override { return body_(self_, call); }

  private:
    Value self_;
    std::string_view name_;
    Body body_;
};

/// namespace(): attributes that {% set ns.x = … %} changes.
class Space final : public Thing {
  public:
    static constexpr Kind thing_kind = Kind::space;
    Space() : Thing(Kind::space) {}
    Dict values;
    std::string_view type_name() const override { return "jinja2.utils.Namespace"; }
    void repr(std::string& out, int depth) const override;
    bool attribute(std::string_view name, Value& out) override;
    void clear() override { values.clear(); }
};

/// What templates may do with undefined values.
enum class Undefined : std::uint8_t {
    standard,   ///< prints as nothing, is false, everything else is an error
    chainable,  ///< its attributes are undefined too
    strict,     ///< everything but `is defined` is an error
    debug,      ///< prints what was looked for
};

class UndefinedInfo final : public Thing {
  public:
    static constexpr Kind thing_kind = Kind::undefined;
    explicit UndefinedInfo(Undefined behaviour) : Thing(Kind::undefined), behaviour(behaviour) {}
    Undefined behaviour;
    std::string hint;
    std::string of;  ///< the type of the object that was asked; empty for a variable
    Value name;

    std::string_view type_name() const override;
    void repr(std::string& out, int) const override { out += "Undefined"; }
    std::string message() const;
    std::string debug_text() const;
};
Value undefined_variable(Undefined behaviour, std::string_view name);
Value undefined_hint(Undefined behaviour, std::string hint, std::string_view name = {});
Value undefined_member(Undefined behaviour, const Value& of, const Value& name);
const UndefinedInfo& undefined_info(const Value& value) noexcept;
/// Throws UndefinedError("undefined-variable").
[[noreturn]] void throw_undefined(const Value& value);

/// Makes what was borrowed from an object keep that object alive.
void attach(Value& borrowed, const Ref<const Counted>& owner);

/// A tuple whose items are attributes too.
Value named_tuple(std::vector<Value> items, std::shared_ptr<const std::vector<std::string>> names);

}  // namespace retort::templates
