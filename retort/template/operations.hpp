// What the language does with values, as Python does it: text, comparison, arithmetic, items, attributes, calls.
#pragma once

#include <compare>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/template/things.hpp"

namespace retort::templates {

/// How deep nested values may be for what walks through them: text, comparison, JSON.
inline constexpr int most_nesting = 200;
/// The largest text that an operation makes: what multiplies is stopped here.
inline constexpr std::size_t most_text = std::size_t{1} << 28;
inline constexpr std::size_t most_items = std::size_t{1} << 24;
/// The largest text of a list or a dict, and the most values of one JSON document.
inline constexpr std::size_t most_written = std::size_t{1} << 26;
inline constexpr std::size_t most_json = std::size_t{1} << 22;

/// The type as Python calls it in error messages: "int", "NoneType".
std::string type_name(const Value& value);
/// The same as Jinja says it: "list object", "None".
std::string type_description(const Value& value);

void append_str(std::string& out, const Value& value, int depth = 0);
void append_repr(std::string& out, const Value& value, int depth = 0);
void append_text_repr(std::string& out, std::string_view text);
std::string str(const Value& value);
std::string repr(const Value& value);
/// The same in ASCII: `'\xe9'`.
std::string ascii(const Value& value);
/// `str(value)` as a value; text stays what it is, markup too.
Value soft_text(const Value& value);
/// The text of a value without copying it where it is text already.
std::string_view text_of(const Value& value, std::string& scratch);
/// Escaped unless it is markup.
void append_escaped(std::string& out, const Value& value);
Value escape(const Value& value);

bool truth(const Value& value);
bool equal(const Value& left, const Value& right, int depth = 0);
/// Throws TypeError when there is no order. NaN is unordered.
std::partial_ordering order(const Value& left, const Value& right, std::string_view sign = "<", int depth = 0);
std::size_t hash(const Value& value, int depth = 0);
/// -1 when it has none.
std::int64_t length_of(const Value& value);
bool contains(const Value& container, const Value& value);

enum class Operator : std::uint8_t { add, sub, mul, div, floordiv, mod, pow };
/// What Python's operators make of the values of one C++ type; what is null cannot be done.
struct Calculation {
    /// `left op right`, one of which is of the type. False: Python has a TypeError there.
    bool (*operate)(Operator op, const Value& left, const Value& right, Value& out) = nullptr;
    /// How the two stand, one of which is of the type. False: nobody can tell.
    bool (*order)(const Value& left, const Value& right, std::partial_ordering& out) = nullptr;
    std::size_t (*hash)(const void* object) = nullptr;
    /// By a format specification that is not empty.
    std::string (*format)(const void* object, std::string_view specification) = nullptr;
    /// To so many digits behind the point. A number is what can be rounded.
    Value (*round)(const void* object, std::int64_t digits) = nullptr;
};
/// That of the value's type, or null.
const Calculation* calculation_of(const Value& value) noexcept;

Value arithmetic(Operator op, const Value& left, const Value& right);
Value negative(const Value& value);
Value positive(const Value& value);
/// `format % values`.
Value percent_format(const Value& format, const Value& values);
/// `format.format(…)`.
Value brace_format(const Value& format, const Call& call);
/// `format(value, spec)`.
std::string format_value(const Value& value, std::string_view spec);
/// A real number with that many digits after the point, rounded as Python rounds.
double round_to(double number, std::int64_t digits);

/// The attribute, else the item of that name, else undefined.
Value get_attribute(const Value& value, std::string_view name, Undefined behaviour);
/// The item, else the attribute of that name, else undefined.
Value get_item(const Value& value, const Value& key, Undefined behaviour);
/// Only the attribute, only the item: false when there is none. May throw UndefinedError.
bool find_attribute(const Value& value, std::string_view name, Value& out);
bool find_item(const Value& value, const Value& key, Value& out);
/// A member of a C++ object, which is `view` of `self`.
void read_member(const Value& self, const ObjectView& view, const Member& member, Value& out);
/// `value[start:stop:step]`; missing ends are missing values.
Value slice(const Value& value, const Value& start, const Value& stop, const Value& step);
/// Where a slice begins and how many it takes of `size`.
struct SliceRange {
    std::int64_t start, stop, count, step;
};
SliceRange slice_range(std::int64_t size, const Value& start, const Value& stop, const Value& step);

/// Throws TypeError when it cannot be iterated.
Ref<Iterator> iterate(const Value& value);
/// Empty when it cannot be iterated.
Ref<Iterator> try_iterate(const Value& value);
std::vector<Value> to_list(const Value& value);
bool is_callable(const Value& value);
Value call_value(const Value& function, const Call& call);
/// A method of text, list, tuple or dict, by name; null when there is none. Markup has some of its own.
Method::Body text_method(std::string_view name, bool markup) noexcept;
Method::Body list_method(std::string_view name) noexcept;
Method::Body tuple_method(std::string_view name) noexcept;
Method::Body dict_method(std::string_view name) noexcept;
/// Puts in what `dict(…)` takes: another dict, or pairs.
void fill_dict(Dict& dict, const Value& from);

/// Integer of a value that stands for one: an index, a count. Throws TypeError.
std::int64_t to_integer(const Value& value, std::string_view what);

/// As JSON that is safe in HTML, with Python's json.dumps: on one line, or each level begun with one more `indent`.
std::string html_json(const Value& value, const std::string* indent);
json to_json(const Value& value, int depth = 0);
Value from_json(const json& document);

/// The parameters of a built-in function, filled from positional and keyword arguments.
class Parameters {
  public:
    /// Throws TypeError when one of the first `required` is missing, or there are others.
    Parameters(const Call& call, std::string_view function, std::initializer_list<std::string_view> names,
               std::size_t required = 0);
    /// The argument; a missing value when it was not given.
    const Value& operator[](std::size_t at) const { return *values_[at]; }
    bool has(std::size_t at) const { return !values_[at]->is_missing(); }
    bool given(std::size_t at) const { return has(at) && !values_[at]->is_none(); }
    std::int64_t integer(std::size_t at, std::int64_t otherwise) const;
    bool truth(std::size_t at, bool otherwise) const;

  private:
    const Value* values_[8];
    std::string_view names_[8];
};

}  // namespace retort::templates
