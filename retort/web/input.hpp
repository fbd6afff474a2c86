// Typed input: views take plain structs, `std::string add(Json<NewUser> user)`, and what does not fit is answered 422
// with each field's problem.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/json_struct.hpp"
#include "retort/base/reflection.hpp"
#include "retort/web/errors.hpp"
#include "retort/web/view.hpp"

namespace retort {

/// What is wrong with an input, field by field: `{"age", "must be at least 0"}`.
class Problems {
  public:
    Problems();
    Problems(const Problems& other);
    Problems(Problems&& other) noexcept;
    Problems& operator=(const Problems& other);
    Problems& operator=(Problems&& other) noexcept;
    ~Problems();
    void add(std::string field, std::string problem);
    /// Adds the problem unless the condition holds: `problems.require(from <= to, "to", "lies before from")`.
    void require(bool condition, std::string_view field, std::string_view problem);
    bool empty() const;
    bool has(std::string_view field) const;
    const std::vector<std::pair<std::string, std::string>>& all() const { return all_; }
    /// `[{"field": "age", "problem": "must be at least 0"}]`
    json to_json() const;

  private:
    std::vector<std::pair<std::string, std::string>> all_;
};

/// The input cannot be what the view takes. 422; who sent JSON or asks for JSON is told each field's problem.
class ValidationError : public UnprocessableEntity {
  public:
    explicit ValidationError(Problems problems);
    ~ValidationError() override;
    const Problems& problems() const { return problems_; }

  protected:
    void add_problem(json& document) const override;

  private:
    Problems problems_;
};

/// What a field must be beyond its type; lengths are those of text in characters and of lists in elements. Bounds and
/// choices hold for each element of a list.
struct Constraint {
    std::optional<double> minimum, maximum;
    std::optional<std::size_t> min_length, max_length;
    std::vector<std::string> one_of;
    /// True: also where it could be missing. False: may be missing also where its default is zero, empty or false,
    /// which cannot be told from none.
    std::optional<bool> required{};
};

/// By field: `static Constraints constraints() { return {{"name", {.min_length = 3}}, {"age", {.minimum = 0}}}; }`.
using Constraints = std::vector<std::pair<std::string_view, Constraint>>;

/// The fields of a form, urlencoded or multipart, as a struct.
template <class T>
struct Form {
    T value{};
    T* operator->() { return &value; }
    const T* operator->() const { return &value; }
    T& operator*() { return value; }
    const T& operator*() const { return value; }
};

/// The query string as a struct; what is missing keeps its default. (`Query` is a query of the ORM.)
template <class T>
struct Args {
    T value{};
    T* operator->() { return &value; }
    const T* operator->() const { return &value; }
    T& operator*() { return value; }
    const T& operator*() const { return value; }
};

namespace detail {

/// `formed` is text that stands for something else: dates, UUIDs, the names of an enum.
enum class InputKind : unsigned char { text, formed, integer, real, boolean, document };

/// Which fields may be missing beside optional ones and those with a default of their own.
enum class MayMiss : unsigned char {
    none,
    boxes,  ///< a browser sends nothing for a box without a tick, nor for a list of which nothing is chosen
    all,
};

/// A field as the readers of forms and the generator of schemas see it.
struct InputField {
    std::string_view name;
    InputKind kind;
    bool optional, list;
};

/// A vector or a set.
template <class F>
constexpr bool is_list() {
    return JsonRange<F> && !JsonText<F> && !JsonMap<F> && !std::same_as<F, json>;
}

template <class F>
constexpr InputKind input_kind() {
    if constexpr (std::same_as<F, json>) {
        return InputKind::document;
    } else if constexpr (JsonOptional<F>) {
        return input_kind<typename F::value_type>();
    } else if constexpr (std::same_as<F, bool>) {
        return InputKind::boolean;
    } else if constexpr (std::integral<F>) {
        return InputKind::integer;
    } else if constexpr (std::floating_point<F>) {
        return InputKind::real;
    } else if constexpr (JsonText<F>) {
        return InputKind::text;
    } else if constexpr (JsonMoment<F> || std::same_as<F, Uuid> || std::is_enum_v<F>) {
        return InputKind::formed;
    } else if constexpr (is_list<F>()) {
        return input_kind<typename F::value_type>();
    } else {
        return InputKind::document;
    }
}

/// Whether it can be compared all the way down: a vector claims to be, whatever it holds.
template <class F>
constexpr bool is_comparable() {
    if constexpr (JsonOptional<F>) {
        return is_comparable<typename F::value_type>();
    } else if constexpr (JsonMap<F>) {
        return is_comparable<typename F::mapped_type>();
    } else if constexpr (is_list<F>()) {
        return is_comparable<typename F::value_type>();
    } else {
        return std::equality_comparable<F>;
    }
}

/// A struct, an optional one or a list of them, which is not one text.
template <class F>
constexpr bool has_struct_inside() {
    if constexpr (JsonOptional<F> || is_list<F>()) {
        return has_struct_inside<typename F::value_type>();
    } else {
        return JsonStruct<F> && !JsonMoment<F> && !std::same_as<F, Uuid>;
    }
}

/// Whether a new struct has something else in this field than its type begins with.
template <class F>
bool has_own_default(const F& field) {
    if constexpr (is_comparable<F>()) {
        return !(field == F{});
    } else if constexpr (is_list<F>()) {
        return !field.empty();
    } else {
        return false;
    }
}

/// "must be an integer", …
std::string kind_problem(InputKind kind);
std::string moment_problem(std::string_view format, bool zone);
/// A date and time; one with a zone, as JavaScript writes them, becomes that of UTC. False when it is none.
bool read_moment(const json& given, DateTime& into);
/// Whether it is a number too large for a float.
bool is_beyond_float(const json& given);
std::string names_problem(std::span<const std::string_view> names);
/// The member, or null where there is none.
const json* given_member(const json& document, std::string_view name);
std::string field_path(const std::string& outer, std::string_view name);
std::string element_path(const std::string& outer, std::size_t position);
/// Throws the right error when the request has no JSON.
const json& json_input(Request& request);
/// A form or query string as the document that the fields would be.
json form_input(Request& request, const InputField* fields, std::size_t count);
json args_input(Request& request, const InputField* fields, std::size_t count);
void check_constraints(const json& document, const Constraints& constraints, Problems& problems,
                       const std::string& path);
/// Takes what a struct found out of itself, where it stands at that path.
void add_problems(Problems& problems, const Problems& own, const std::string& path);
void throw_problems(Problems problems);

template <class T>
Constraints constraints_of() {
    if constexpr (requires { T::constraints(); }) {
        return T::constraints();
    } else {
        return {};
    }
}

template <class F>
constexpr std::string_view moment_format() {
    return std::same_as<F, Date> ? "date" : std::same_as<F, Time> ? "time" : "date-time";
}

template <class F>
std::string problem_of() {
    if constexpr (std::is_enum_v<F>) {
        return names_problem(reflection::enumerators<F>);
    } else if constexpr (JsonMoment<F>) {
        return moment_problem(moment_format<F>(), std::same_as<F, DateTimeTz>);
    } else {
        return kind_problem(input_kind<F>());
    }
}

template <class T>
void read_struct_input(T& value, const json& document, Problems& problems, const std::string& path, MayMiss may_miss);

template <class F>
void read_value_input(F& field, const json& given, Problems& problems, const std::string& path, MayMiss may_miss) {
    if constexpr (JsonOptional<F>) {
        if (given.is_null()) return field.reset();
        read_value_input(field.emplace(), given, problems, path, may_miss);
    } else if constexpr (JsonStruct<F> && !std::same_as<F, Uuid> && !JsonMoment<F>) {
        if (!given.is_object()) return problems.add(path, "must be an object");
        read_struct_input(field, given, problems, path, may_miss);
    } else if constexpr (is_list<F>()) {
        static_assert(requires { field.clear(); }, "a list of typed input is a vector or a set, and no array");
        if (!given.is_array()) return problems.add(path, "must be a list");
        field.clear();
        std::size_t position = 0;
        for (const json& item : given) {
            typename F::value_type element{};
            read_value_input(element, item, problems, element_path(path, position++), may_miss);
            field.insert(field.end(), std::move(element));
        }
    } else if constexpr (std::same_as<F, DateTime>) {
        if (!read_moment(given, field)) problems.add(path, problem_of<F>());
    } else {
        if constexpr (std::same_as<F, float>) {
            if (is_beyond_float(given)) return problems.add(path, "must be a number within its bounds");
        }
        try {
            field = from_document<F>(given);
        } catch (const Error&) {
            problems.add(path, problem_of<F>());
        }
    }
}

/// Whether its constraints say so.
bool may_be_missing(const Constraints& constraints, std::string_view name);

template <class F>
void read_field_input(F& field, std::string_view name, const json& document, Problems& problems,
                      const std::string& outer, MayMiss may_miss, const Constraints& constraints) {
    auto path = field_path(outer, name);
    if (const json* given = given_member(document, name)) {
        if (!given->is_null() || std::same_as<F, json>)
            return read_value_input(field, *given, problems, path, may_miss);
        if constexpr (JsonOptional<F>) return field.reset();
    }
    // A field with a default of its own, another than its type's, may be missing.
    bool has_default = may_miss == MayMiss::all || JsonOptional<F>;
    if constexpr (std::same_as<F, bool> || is_list<F>()) has_default = has_default || may_miss == MayMiss::boxes;
    if (!has_default && !has_own_default(field) && !may_be_missing(constraints, name)) problems.add(path, "is missing");
}

template <class T, std::size_t... at>
void read_fields_input(T& value, const json& document, Problems& problems, const std::string& path, MayMiss may_miss,
                       const Constraints& constraints, std::index_sequence<at...>) {
    reflection::with_fields(value, [&](auto&... field) {
        (read_field_input(field, reflection::field_name<T, at>, document, problems, path, may_miss, constraints), ...);
    });
}

template <class T>
void read_struct_input(T& value, const json& document, Problems& problems, const std::string& path, MayMiss may_miss) {
    auto before = problems.all().size();
    const auto constraints = constraints_of<T>();
    read_fields_input(value, document, problems, path, may_miss, constraints,
                      std::make_index_sequence<reflection::field_count<T>>{});
    check_constraints(document, constraints, problems, path);
    if constexpr (requires { value.check(problems); }) {
        if (problems.all().size() > before) return;
        Problems own;
        value.check(own);
        add_problems(problems, own, path);
    }
}

template <class T>
inline constexpr bool is_flat = reflection::with_fields(reflection::never<T>.value, [](auto&... fields) {
    return !(has_struct_inside<std::remove_cvref_t<decltype(fields)>>() || ...);
});

template <class T, std::size_t... at>
std::vector<InputField> input_fields(std::index_sequence<at...>) {
    std::vector<InputField> fields;
    T value{};
    reflection::with_fields(value, [&](auto&... field) {
        (fields.push_back({reflection::field_name<T, at>, input_kind<std::remove_cvref_t<decltype(field)>>(),
                           JsonOptional<std::remove_cvref_t<decltype(field)>>,
                           is_list<std::remove_cvref_t<decltype(field)>>()}),
         ...);
    });
    return fields;
}

template <class T>
const std::vector<InputField>& input_fields() {
    static_assert(std::is_aggregate_v<T>,
                  "a form and a query string are read into a plain struct: public fields, no constructors");
    static_assert(is_flat<T>,
                  "a form and a query string have no structs inside: put the fields into the struct itself, or take "
                  "Json<T>");
    static const auto fields = input_fields<T>(std::make_index_sequence<reflection::field_count<T>>{});
    return fields;
}

/// The JSON Schema of a field of that kind; a struct's is put together of its fields'.
json kind_schema(InputKind kind, std::string_view format);
json list_schema(json items);
json map_schema(json values);
/// The same of what is written instead of read: nothing is missing, and nothing has a default.
json answer_schema(json schema);
json names_schema(std::span<const std::string_view> names);
json nullable_schema(json schema);
void add_property(json& schema, std::string_view name, json property, bool required, const json& initial);
/// Throws SetupError("constraint-unknown-field" or "constraint-kind"), with the name of the struct.
void add_constraints(json& schema, const Constraints& constraints, std::string_view type);
void describe_body(json& operation, std::initializer_list<std::string_view> types, json schema);
void describe_args(json& operation, const json& schema, const Constraints& constraints);
/// The same of a form, where boxes and lists may be missing.
json form_schema(json schema, const Constraints& constraints);

/// What `write` makes, for the struct of that name; a reference to it where it stands inside of itself.
json schema_of_struct(std::string_view name, json (*write)());

template <class T>
json struct_schema();

/// A model, or a handle of one: its `to_json` says what it is like.
template <class T>
concept TellsItself = (JsonMethod<T> && std::is_aggregate_v<T>) ||
                      (JsonFunction<T> && !JsonMethod<T> && requires(const T& handle) { *handle; });

template <class F>
json field_schema() {
    if constexpr (std::same_as<F, json>) {
        return json::object();
    } else if constexpr (JsonOptional<F>) {
        return nullable_schema(field_schema<typename F::value_type>());
    } else if constexpr (std::same_as<F, Uuid>) {
        return kind_schema(InputKind::text, "uuid");
    } else if constexpr (JsonMoment<F>) {
        return kind_schema(InputKind::text, moment_format<F>());
    } else if constexpr (JsonStruct<F>) {
        return struct_schema<F>();
    } else if constexpr (JsonMap<F>) {
        return map_schema(field_schema<typename F::mapped_type>());
    } else if constexpr (std::is_enum_v<F>) {
        return names_schema(reflection::enumerators<F>);
    } else if constexpr (TellsItself<F>) {
        return json::object({{"type", "object"}});
    } else if constexpr (is_list<F>()) {
        return list_schema(field_schema<typename F::value_type>());
    } else {
        return kind_schema(input_kind<F>(), "");
    }
}

template <class T, std::size_t... at>
void add_properties(json& schema, std::index_sequence<at...>) {
    T value{};
    auto add = [&](std::string_view name, auto& field) {
        using F = std::remove_cvref_t<decltype(field)>;
        const bool has_default = has_own_default(field);
        add_property(schema, name, field_schema<F>(), !has_default && !JsonOptional<F>,
                     has_default ? to_document(field) : json{});
    };
    reflection::with_fields(value, [&](auto&... field) { (add(reflection::field_name<T, at>, field), ...); });
}

template <class T>
json write_struct_schema() {
    json schema = json::object({{"type", "object"}});
    add_properties<T>(schema, std::make_index_sequence<reflection::field_count<T>>{});
    add_constraints(schema, constraints_of<T>(), reflection::type_name<T>());
    return schema;
}

template <class T>
json struct_schema() {
    return schema_of_struct(reflection::type_name<T>(), &write_struct_schema<T>);
}

template <class T>
T typed_input(const json& document, MayMiss may_miss) {
    static_assert(std::is_aggregate_v<T> || is_list<T>(),
                  "typed input is read into a plain struct, public fields and no constructors, or into a list of them");
    T value{};
    Problems problems;
    read_value_input(value, document, problems, "", may_miss);
    throw_problems(std::move(problems));
    return value;
}

}  // namespace detail

template <class T>
struct ViewInput<Json<T>> {
    static Json<T> read(Request& request) {
        return Json<T>(detail::typed_input<T>(detail::json_input(request), detail::MayMiss::none));
    }
    static void describe(json& operation) {
        detail::describe_body(operation, {"application/json"}, detail::field_schema<T>());
    }
};

template <class T>
struct ViewInput<Form<T>> {
    static Form<T> read(Request& request) {
        auto& fields = detail::input_fields<T>();
        return {
            detail::typed_input<T>(detail::form_input(request, fields.data(), fields.size()), detail::MayMiss::boxes)};
    }
    static void describe(json& operation) {
        detail::describe_body(operation, {"application/x-www-form-urlencoded", "multipart/form-data"},
                              detail::form_schema(detail::struct_schema<T>(), detail::constraints_of<T>()));
    }
};

template <class T>
struct ViewInput<Args<T>> {
    static Args<T> read(Request& request) {
        auto& fields = detail::input_fields<T>();
        return {
            detail::typed_input<T>(detail::args_input(request, fields.data(), fields.size()), detail::MayMiss::all)};
    }
    static void describe(json& operation) {
        detail::describe_args(operation, detail::struct_schema<T>(), detail::constraints_of<T>());
    }
};

/// A view may answer with a struct as well, or with a list of them: `Json<Page> all()`, and
/// `std::pair<Json<Item>, int> add(Json<NewItem> item)` with its status.
template <class T>
struct ViewOutput<Json<T>> {
    static json write(const Json<T>& answer) { return answer.to_json(); }
    static json schema() { return detail::answer_schema(detail::field_schema<T>()); }
};

}  // namespace retort
