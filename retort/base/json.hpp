// json: a document value that reads and writes as Flask does.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/error.hpp"
#include "retort/base/json_format.hpp"
#include "retort/base/owned.hpp"
#include "retort/base/reflection.hpp"
#include "retort/base/time.hpp"

namespace retort {

class json;
struct JsonMember;
namespace detail {
struct JsonItem;
struct JsonIndex;
class TreeWriter;
}  // namespace detail

/// Text that is no JSON; says where.
class JsonParseError : public Error {
  public:
    JsonParseError(std::string message, std::string hint, std::size_t offset, std::size_t line, std::size_t column);
    std::size_t offset() const noexcept { return offset_; }
    /// Counted from 1.
    std::size_t line() const noexcept { return line_; }
    /// Counted from 1, in characters.
    std::size_t column() const noexcept { return column_; }

  private:
    std::size_t offset_, line_, column_;
};

/// A JSON value is of another kind than the one asked for.
class JsonTypeError : public Error {
  public:
    using Error::Error;
};

/// An object has no such key, or an array no such element.
class JsonKeyError : public Error {
  public:
    using Error::Error;
};

enum class JsonKind : std::uint8_t { null, boolean, integer, real, number, text, array, object };

/// The elements of an array.
class JsonArray {
  public:
    JsonArray() noexcept;
    JsonArray(const JsonArray& other);
    JsonArray(JsonArray&& other) noexcept;
    JsonArray& operator=(const JsonArray&) = delete;
    ~JsonArray();

    std::size_t size() const noexcept { return size_; }
    json* data() noexcept { return elements_; }
    const json* data() const noexcept { return elements_; }
    json& operator[](std::size_t at) noexcept;
    const json& operator[](std::size_t at) const noexcept;
    void reserve(std::size_t count);
    /// A new null at the end.
    json& emplace_back();

  private:
    void drop() noexcept;

    json* elements_ = nullptr;
    std::uint32_t size_ = 0;
    std::uint32_t capacity_ = 0;
};

/// The members of an object in the order of insertion; a look-up in a large one is hashed.
class JsonObject {
  public:
    JsonObject() noexcept;
    JsonObject(const JsonObject& other);
    JsonObject(JsonObject&& other) noexcept;
    JsonObject& operator=(JsonObject other) noexcept;
    ~JsonObject();

    json* find(std::string_view key);
    const json* find(std::string_view key) const;
    /// The value of that key; a new null at the end when there is none.
    json& operator[](std::string_view key);
    /// The same for a key that may be moved from.
    json& put(std::string&& key);
    bool erase(std::string_view key);
    std::span<const JsonMember> members() const noexcept;
    std::span<JsonMember> members() noexcept;
    std::size_t size() const noexcept;
    void reserve(std::size_t count);

  private:
    std::size_t position(std::string_view key) const;
    std::size_t position_in_index(std::string_view key) const;
    template <class Key>
    json& append(Key&& key);
    void enter_last();
    void drop() noexcept;
    friend class json;

    /// As long as an object has no more, they are looked through.
    static constexpr std::size_t most_without_index = 16;

    JsonMember* members_ = nullptr;
    std::uint32_t size_ = 0;
    std::uint32_t capacity_ = 0;
    detail::Owned<detail::JsonIndex> index_;  ///< only of a large one
};

/// A JSON value: null, bool, number, text, array or object.
///
/// `json{{"id", 1}, {"name", "x"}}` is an object, because each item is a pair whose first is text; `json{1, 2}` is an
/// array; `json{x}` is x itself; `{}` inside of one is an empty object. `json::array` and `json::object` say which is
/// meant. What is asked of a document without a name (`json::parse(text)["tags"]`) is a value of its own. Integers are
/// kept to 64 bits; larger ones keep their digits exactly (`as<double>()`, `as<std::uint64_t>()` and `dump` read them).
class json {
  public:
    using Kind = JsonKind;

    json() noexcept : integer_(0) {}
    json(std::nullptr_t) noexcept : integer_(0) {}
    json(const json& other);
    json(json&& other) noexcept;
    /// By value, so that the right side is whole before the left side grows: `j["new"] = j["old"]`.
    json& operator=(json other) & noexcept;  // not to what is gone then: `session["a"].value()["b"] = 1`
    ~json() {
        if (kind_ >= Kind::number) destroy();
    }
    json(std::initializer_list<detail::JsonItem> items);
    /// bool, numbers, text, optional, ranges, maps, pairs, tuples, Date, DateTime (as HTTP dates), and every type with
    /// a member `to_json() const` or a free `to_json(const T&)`.
    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, json> &&
                 !std::same_as<std::remove_cvref_t<T>, detail::JsonItem> &&
                 !std::derived_from<std::remove_cvref_t<T>, reflection::AnyTag>)
    json(T&& value);

    /// An array of these; `json::array({x})` is the array of one.
    static json array(std::initializer_list<detail::JsonItem> items = {});
    /// An object; throws ArgumentError("json-not-pairs") when an item is no pair whose first is text.
    static json object(std::initializer_list<detail::JsonItem> items = {});
    /// An integer of any size from its digits, as the parser keeps it. `digits` must be a JSON integer.
    static json integer_from_digits(std::string digits);

    /// Reads strict JSON (RFC 8259): UTF-8, at most 512 levels deep, of equal keys the last wins; a byte order mark at
    /// the start is skipped. NaN and Infinity are refused. Throws JsonParseError("invalid-json").
    static json parse(std::string_view text);
    /// The same, empty instead of throwing.
    static std::optional<json> try_parse(std::string_view text);
    /// As Flask's jsonify writes it, without the line end. Throws JsonTypeError("json-not-finite") for NaN and
    /// Infinity.
    std::string dump(const JsonFormat& format = {}) const;
    void dump_to(std::string& out, const JsonFormat& format = {}) const;

    Kind kind() const noexcept { return kind_; }
    bool is_null() const noexcept { return kind_ == Kind::null; }
    bool is_boolean() const noexcept { return kind_ == Kind::boolean; }
    bool is_integer() const noexcept { return kind_ == Kind::integer || kind_ == Kind::number; }
    bool is_number() const noexcept { return is_integer() || kind_ == Kind::real; }
    bool is_text() const noexcept { return kind_ == Kind::text; }
    bool is_array() const noexcept { return kind_ == Kind::array; }
    bool is_object() const noexcept { return kind_ == Kind::object; }

    /// bool, integers (checked against their range), double, std::string, std::string_view (into this value), optional,
    /// vectors, maps with text keys, and types with a static `from_json(const json&)`. Throws
    /// JsonTypeError("json-type").
    template <class T>
    T as() const&;
    template <class T>
    T as() const&& {
        static_assert(!std::same_as<T, std::string_view>, "the document is gone then: ask it for a std::string");
        return static_cast<const json&>(*this).as<T>();
    }

    /// The text itself. Throws JsonTypeError.
    const std::string& text() const&;
    std::string text() &&;
    /// Elements of an array, members of an object, 0 of anything else.
    std::size_t size() const noexcept;
    bool empty() const noexcept { return size() == 0; }

    /// The member; on a null or an object without it, a new null member. Throws JsonTypeError on another kind.
    json& operator[](std::string_view key) &;
    json operator[](std::string_view key) &&;
    /// Throws JsonKeyError("json-missing-key"), or JsonTypeError when this is no object.
    const json& operator[](std::string_view key) const& { return at(key); }
    const json& at(std::string_view key) const&;
    json& at(std::string_view key) &;
    json at(std::string_view key) &&;
    /// Null when there is no such member, or no object.
    const json* find(std::string_view key) const noexcept;
    json* find(std::string_view key) noexcept;
    bool contains(std::string_view key) const noexcept { return find(key) != nullptr; }
    /// The member, or a null value, as Python's `dict.get`.
    const json& get(std::string_view key) const& noexcept;
    json get(std::string_view key) &&;
    /// The member as T, or `otherwise` when it is missing or null.
    template <class T>
    T get(std::string_view key, T otherwise) const;
    std::string get(std::string_view key, const char* otherwise) const;
    bool erase(std::string_view key);

    /// Throws JsonKeyError("json-missing-element"), or JsonTypeError when this is no array.
    template <std::integral I>
    json& operator[](I position) & {
        return element(static_cast<std::int64_t>(position));
    }
    template <std::integral I>
    json operator[](I position) && {
        return std::move(element(static_cast<std::int64_t>(position)));
    }
    template <std::integral I>
    const json& operator[](I position) const& {
        return const_cast<json*>(this)->element(static_cast<std::int64_t>(position));
    }
    template <std::integral I>
    const json& at(I position) const& {
        return (*this)[position];
    }
    /// Appends to an array; a null becomes one.
    json& push_back(json value) &;

    /// The elements of an array. Throws JsonTypeError; of an object use `items()`.
    const json* begin() const;
    const json* end() const;
    json* begin();
    json* end();
    /// The members of an object: `for (auto& [key, value] : document.items())`. Throws JsonTypeError.
    std::span<const JsonMember> items() const&;
    std::span<JsonMember> items() &;
    std::vector<JsonMember> items() &&;

    /// Numbers by their value (1 equals 1.0), objects without regard to order.
    friend bool operator==(const json& left, const json& right) { return equal(left, right); }

    /// Kept for the writer and the parser: the array or object itself, made if this is null.
    JsonArray& make_array();
    JsonObject& make_object();
    void set_text(std::string&& text) noexcept;
    /// The integer, real or big number. Throw JsonTypeError where they do not fit.
    bool to_bool() const;
    std::int64_t to_integer(std::int64_t least, std::int64_t most) const;
    std::uint64_t to_unsigned(std::uint64_t most) const;
    double to_real() const;
    /// The digits of an integer beyond 64 bits. Throws JsonTypeError on every other kind.
    const std::string& digits() const;
    const char* kind_name() const noexcept;

  private:
    static bool equal(const json& left, const json& right);
    void copy_from(const json& other);
    void fill_list(const detail::JsonItem* items, std::size_t count);
    void fill_object(const detail::JsonItem* items, std::size_t count);
    void fill_array(const detail::JsonItem* items, std::size_t count);
    /// Moves another value in; it is null afterwards.
    void adopt(json& other) noexcept;
    /// The same for one that holds nothing which must be destroyed.
    void take(json& other) noexcept;
    void destroy() noexcept;
    json& element(std::int64_t position);
    [[noreturn]] void wrong_kind(const char* wanted) const;

    void assign(bool value) noexcept;
    void assign(std::int64_t value) noexcept;
    void assign(std::uint64_t value);
    void assign(double value) noexcept;
    void assign(std::string_view value);
    void assign(Date value);
    void assign(DateTime value);
    friend struct detail::JsonItem;
    friend class detail::TreeWriter;
    friend class JsonFill;

    union {
        bool boolean_;
        std::int64_t integer_;
        double real_;
        std::string text_;
        JsonArray array_;
        JsonObject object_;
    };
    Kind kind_ = Kind::null;
};

/// One member of an object.
struct JsonMember {
    std::string key;
    json value;
};

namespace detail {

/// An item of a braced list: a value, a literal, or a braced list of its own.
///
/// Nothing is made into a document yet. A list stays where the compiler keeps it, which is up to the end of the
/// expression, and its items move from there straight into their places.
struct JsonItem {
    enum class Form : std::uint8_t { value, literal, list };

    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, JsonItem>)
    JsonItem(T&& item) : value(std::forward<T>(item)) {}
    template <std::size_t size>
    JsonItem(const char (&text)[size]) : content(text), count(std::string_view(text).size()), form(Form::literal) {}
    JsonItem(std::initializer_list<JsonItem> items);
    JsonItem(const JsonItem* items, std::size_t size);

    /// Moves the value, or makes the literal's text or the list's document, into `out`, which is null.
    void move_into(json& out) const;
    bool is_text() const noexcept { return form == Form::literal || (form == Form::value && value.is_text()); }
    std::string_view literal() const noexcept { return {static_cast<const char*>(content), count}; }
    const JsonItem* items() const noexcept { return static_cast<const JsonItem*>(content); }

    mutable json value;             ///< null for the other forms
    const void* content = nullptr;  ///< the literal, or the items of a list that is not empty
    std::size_t count = 0;          ///< of items, or bytes of the literal
    Form form = Form::value;
    bool pair = false;  ///< two items of which the first is text
};

}  // namespace detail

}  // namespace retort

#include "retort/base/json_convert.hpp"
