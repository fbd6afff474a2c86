// How forms become documents, how constraints are checked, and how problems are told.
#include "retort/web/input.hpp"

#include <algorithm>
#include <cmath>

#include "retort/base/datetime_tz.hpp"
#include "retort/base/multi_dict.hpp"
#include "retort/base/suggest.hpp"
#include "retort/base/text.hpp"
#include "retort/web/request.hpp"

namespace retort {
namespace {

using detail::InputField;
using detail::InputKind;

/// The value that a text of a form stands for; one that is none stays text, and the reader of the field refuses it.
json form_value(InputKind kind, const std::string& text) {
    if (kind == InputKind::integer) {
        if (auto number = detail::text_to_integer(text)) return *number;
    } else if (kind == InputKind::real) {
        if (auto number = detail::text_to_real(text); number && std::isfinite(*number)) return *number;
    } else if (kind == InputKind::boolean) {
        if (auto flag = detail::text_to_bool(text)) return *flag;
    } else if (kind == InputKind::document) {
        if (auto document = json::try_parse(text)) return *document;
    }
    return text;
}

json document_of(const MultiDict& dict, const InputField* fields, std::size_t count) {
    json document = json::object();
    for (std::size_t i = 0; i < count; ++i) {
        auto& field = fields[i];
        if (field.list) {
            if (!dict.contains(field.name)) continue;
            json values = json::array();
            for (auto& text : dict.getlist(field.name)) values.push_back(form_value(field.kind, text));
            document[field.name] = std::move(values);
        } else if (auto* text = dict.find(field.name)) {
            // A browser sends fields that nobody filled in as empty text.
            bool nothing = text->empty() && (field.kind != InputKind::text || field.optional);
            document[field.name] = nothing ? json{} : form_value(field.kind, *text);
        }
    }
    return document;
}

std::string number_text(double number) { return json(number).dump(); }

std::string trimmed_number(double number) {
    auto text = number_text(number);
    if (text.ends_with(".0")) text.resize(text.size() - 2);
    return text;
}

std::string counted(std::size_t count, bool text) {
    return std::to_string(count) + (text ? " character" : " element") + (count == 1 ? "" : "s");
}

void check_number(double value, const Constraint& wanted, const std::string& field, Problems& problems) {
    if (wanted.minimum && value < *wanted.minimum) {
        problems.add(field, "must be at least " + trimmed_number(*wanted.minimum));
    } else if (wanted.maximum && value > *wanted.maximum) {
        problems.add(field, "must be at most " + trimmed_number(*wanted.maximum));
    }
}

void check_length(std::size_t length, bool text, const Constraint& wanted, const std::string& field,
                  Problems& problems) {
    if (wanted.min_length && length < *wanted.min_length) {
        problems.add(field, "must have at least " + counted(*wanted.min_length, text));
    } else if (wanted.max_length && length > *wanted.max_length) {
        problems.add(field, "must have at most " + counted(*wanted.max_length, text));
    }
}

void check_choice(const json& value, const Constraint& wanted, const std::string& field, Problems& problems) {
    if (wanted.one_of.empty()) return;
    auto text = value.is_text() ? value.text() : value.dump();
    bool known = std::find(wanted.one_of.begin(), wanted.one_of.end(), text) != wanted.one_of.end();
    if (!known) problems.add(field, "must be one of " + join(wanted.one_of, ", "));
}

void check_one(const json& value, const Constraint& wanted, const std::string& field, Problems& problems) {
    if (value.is_number()) check_number(value.to_real(), wanted, field, problems);
    check_choice(value, wanted, field, problems);
}

void check_value(const json& value, const Constraint& wanted, const std::string& field, Problems& problems) {
    if (value.is_text()) check_length(utf8_length(value.text()), true, wanted, field, problems);
    if (!value.is_array()) return check_one(value, wanted, field, problems);
    check_length(value.size(), false, wanted, field, problems);
    std::size_t position = 0;
    for (const json& element : value) check_one(element, wanted, detail::element_path(field, position++), problems);
}

std::string told(const Problems& problems) {
    std::string text = "The input does not fit:";
    for (auto& [field, problem] : problems.all()) text += "\n" + (field.empty() ? "it" : field) + " " + problem;
    return text;
}

}  // namespace

Problems::Problems() = default;
Problems::Problems(const Problems& other) = default;
Problems::Problems(Problems&& other) noexcept = default;
Problems& Problems::operator=(const Problems& other) = default;
Problems& Problems::operator=(Problems&& other) noexcept = default;
Problems::~Problems() = default;

void Problems::add(std::string field, std::string problem) {
    constexpr std::size_t most = 100;  // nobody mends more at once, and a body may have millions
    if (all_.size() < most) all_.emplace_back(std::move(field), std::move(problem));
}
void Problems::require(bool condition, std::string_view field, std::string_view problem) {
    if (!condition) add(std::string{field}, std::string{problem});
}
bool Problems::empty() const { return all_.empty(); }
bool Problems::has(std::string_view field) const {
    return std::any_of(all_.begin(), all_.end(), [&](auto& one) { return one.first == field; });
}
json Problems::to_json() const {
    json list = json::array();
    for (auto& [field, problem] : all_) list.push_back(json::object({{"field", field}, {"problem", problem}}));
    return list;
}

ValidationError::ValidationError(Problems problems)
    : UnprocessableEntity(told(problems)), problems_(std::move(problems)) {}
ValidationError::~ValidationError() = default;
void ValidationError::add_problem(json& document) const { document["errors"] = problems_.to_json(); }

namespace detail {

std::string kind_problem(InputKind kind) {
    switch (kind) {
        case InputKind::text: return "must be text";
        case InputKind::formed: return "must be a UUID";
        case InputKind::integer: return "must be an integer within its bounds";
        case InputKind::real: return "must be a number";
        case InputKind::boolean: return "must be true or false";
        case InputKind::document: break;
    }
    return "is of another kind";
}

std::string moment_problem(std::string_view format, bool zone) {
    if (zone) return "must be a date and a time with its zone such as 2024-01-31T13:05:00Z";
    if (format == "date") return "must be a date such as 2024-01-31";
    if (format == "time") return "must be a time such as 13:05:00";
    return "must be a date and a time such as 2024-01-31T13:05:00";
}

bool read_moment(const json& given, DateTime& into) {
    if (!given.is_text()) return false;
    auto moment = DateTime::parse(given.text());
    if (!moment) {
        if (auto zoned = DateTimeTz::parse(given.text())) moment = zoned->utc();
    }
    if (moment) into = *moment;
    return moment.has_value();
}

bool is_beyond_float(const json& given) { return given.is_number() && std::isinf(static_cast<float>(given.to_real())); }

std::string names_problem(std::span<const std::string_view> names) {
    std::vector<std::string> known;
    for (auto name : names) {
        if (!name.empty()) known.emplace_back(name);
    }
    return "must be one of " + join(known, ", ");
}

const json* given_member(const json& document, std::string_view name) { return document.find(name); }

std::string field_path(const std::string& outer, std::string_view name) {
    return outer.empty() ? std::string{name} : outer + "." + std::string{name};
}

std::string element_path(const std::string& outer, std::size_t position) {
    return outer + "[" + std::to_string(position) + "]";
}

const json& json_input(Request& request) {
    if (!request.is_json()) throw UnsupportedMediaType("Send JSON, with the Content-Type application/json.");
    return request.get_json();
}

json form_input(Request& request, const InputField* fields, std::size_t count) {
    return document_of(request.form(), fields, count);
}

json args_input(Request& request, const InputField* fields, std::size_t count) {
    return document_of(request.args(), fields, count);
}

bool may_be_missing(const Constraints& constraints, std::string_view name) {
    return std::any_of(constraints.begin(), constraints.end(),
                       [&](auto& one) { return one.first == name && !one.second.required.value_or(true); });
}

void check_constraints(const json& document, const Constraints& constraints, Problems& problems,
                       const std::string& path) {
    for (auto& [name, wanted] : constraints) {
        auto field = field_path(path, name);
        if (problems.has(field)) continue;
        auto* value = document.find(name);
        if (value != nullptr && !value->is_null()) {
            check_value(*value, wanted, field, problems);
        } else if (wanted.required.value_or(false)) {
            problems.add(field, "is missing");
        }
    }
}

void add_problems(Problems& problems, const Problems& own, const std::string& path) {
    for (auto& [field, problem] : own.all()) {
        problems.add(field.empty() ? path : field_path(path, field), problem);
    }
}

void throw_problems(Problems problems) {
    if (!problems.empty()) throw ValidationError(std::move(problems));
}

json kind_schema(InputKind kind, std::string_view format) {
    json schema = json::object();
    switch (kind) {
        case InputKind::text:
        case InputKind::formed: schema["type"] = "string"; break;
        case InputKind::integer: schema["type"] = "integer"; break;
        case InputKind::real: schema["type"] = "number"; break;
        case InputKind::boolean: schema["type"] = "boolean"; break;
        case InputKind::document: break;  // anything
    }
    if (!format.empty()) schema["format"] = format;
    return schema;
}

json list_schema(json items) { return json::object({{"type", "array"}, {"items", std::move(items)}}); }

json map_schema(json values) { return json::object({{"type", "object"}, {"additionalProperties", std::move(values)}}); }

json names_schema(std::span<const std::string_view> names) {
    json schema = json::object({{"type", "string"}});
    for (auto name : names) {
        if (!name.empty()) schema["enum"].push_back(name);
    }
    return schema;
}

json answer_schema(json schema) {
    schema.erase("default");
    if (auto* items = schema.find("items")) *items = answer_schema(std::move(*items));
    auto* properties = schema.find("properties");
    if (properties == nullptr) return schema;
    json names = json::array();
    for (auto& [name, property] : properties->items()) names.push_back(name);
    for (auto& name : names) {
        auto& property = (*properties)[name.text()];
        property = answer_schema(std::move(property));
    }
    schema["required"] = std::move(names);
    return schema;
}

json nullable_schema(json schema) {
    if (schema.contains("$ref")) {
        auto null = json::object({{"type", "null"}});
        return json::object({{"anyOf", json::array({std::move(schema), std::move(null)})}});
    }
    if (auto* type = schema.find("type"); type != nullptr && type->is_text()) {
        auto name = type->text();
        *type = json::array({name, "null"});
    }
    if (auto* names = schema.find("enum")) names->push_back(nullptr);
    return schema;
}

void add_property(json& schema, std::string_view name, json property, bool required, const json& initial) {
    if (!initial.is_null()) property["default"] = initial;
    schema["properties"][name] = std::move(property);
    if (required) schema["required"].push_back(name);
}

namespace {

/// The choices as values of the schema's type; null stays one of them where it is.
json choices(const json& schema, const std::vector<std::string>& names) {
    auto* type = schema.find("type");
    bool nullable = type != nullptr && type->is_array();
    auto name = type == nullptr ? std::string{} : nullable ? (*type)[0].text() : type->text();
    json values = json::array();
    for (auto& text : names) {
        auto value = name == "string" ? std::nullopt : json::try_parse(text);
        values.push_back(value ? *value : json(text));
    }
    if (nullable) values.push_back(nullptr);
    return values;
}

void require(json& schema, std::string_view name) {
    auto& names = schema["required"];
    if (names.is_null()) names = json::array();
    for (const json& known : names) {
        if (known.text() == name) return;
    }
    names.push_back(name);
}

void no_longer_require(json& schema, std::string_view name) {
    const json* names = schema.find("required");
    if (names == nullptr) return;
    json left = json::array();
    for (const json& known : *names) {
        if (known.text() != name) left.push_back(known);
    }
    schema.erase("required");
    if (!left.empty()) schema["required"] = std::move(left);
}

/// What must be given is not null.
void take_null_away(json& property) {
    if (auto* either = property.find("anyOf")) {
        property = json((*either)[0]);
        return;
    }
    auto* type = property.find("type");
    if (type != nullptr && type->is_array()) *type = json((*type)[0].text());
}

/// "integer", "string", "array" …; empty where it may be anything.
std::string kind_of(const json& schema) {
    if (schema.contains("$ref") || schema.contains("anyOf")) return "object";
    auto* type = schema.find("type");
    if (type == nullptr) return {};
    return type->is_array() ? (*type)[0].text() : type->text();
}

[[noreturn]] void refuse_unknown_field(std::string_view name, const json& schema, std::string_view type) {
    std::vector<std::string> fields;
    if (auto* properties = schema.find("properties")) {
        for (auto& [field, property] : properties->items()) fields.push_back(field);
    }
    std::vector<std::string_view> names{fields.begin(), fields.end()};
    throw SetupError("constraint-unknown-field"_code,
                     "the constraints of " + std::string{type} + " are for the field \"" + std::string{name} +
                         "\", which it does not have: its fields are " + join(fields, ", "),
                     did_you_mean_hint(name, names, "name one of its fields"));
}

[[noreturn]] void refuse_constraint(std::string_view name, std::string_view type, std::string_view why) {
    throw SetupError("constraint-kind"_code,
                     "the constraints of " + std::string{type} + " do not fit its field \"" + std::string{name} +
                         "\": " + std::string{why},
                     "minimum and maximum are for numbers, min_length and max_length for text and lists, one_of for "
                     "what is no struct");
}

/// Whether a value of that kind may be written so.
bool can_be(const std::string& kind, const std::string& text) {
    if (kind.empty() || kind == "string") return true;
    auto value = json::try_parse(text);
    if (kind == "integer") return value && value->is_integer();
    if (kind == "number") return value && value->is_number();
    return kind == "boolean" && value && value->is_boolean();
}

void check_fit(std::string_view name, std::string_view type, const json& property, const json& each,
               const Constraint& wanted) {
    auto kind = kind_of(each), whole = kind_of(property);
    bool number = kind.empty() || kind == "integer" || kind == "number";
    if ((wanted.minimum || wanted.maximum) && !number) refuse_constraint(name, type, "it is no number");
    bool long_or_short = whole.empty() || whole == "string" || whole == "array";
    if ((wanted.min_length || wanted.max_length) && !long_or_short)
        refuse_constraint(name, type, "it is neither text nor a list");
    for (auto& text : wanted.one_of) {
        if (!can_be(kind, text)) refuse_constraint(name, type, "it is never " + text);
    }
}

}  // namespace

void add_constraints(json& schema, const Constraints& constraints, std::string_view type) {
    for (auto& [name, wanted] : constraints) {
        auto* properties = schema.find("properties");
        auto* property = properties == nullptr ? nullptr : properties->find(name);
        if (property == nullptr) refuse_unknown_field(name, schema, type);
        if (wanted.required.value_or(false)) {
            take_null_away(*property);
            require(schema, name);
        } else if (wanted.required) {
            no_longer_require(schema, name);
        }
        property = schema["properties"].find(name);
        auto* items = property->find("items");
        auto& each = items == nullptr ? *property : *items;
        check_fit(name, type, *property, each, wanted);
        if (wanted.minimum) each["minimum"] = *wanted.minimum;
        if (wanted.maximum) each["maximum"] = *wanted.maximum;
        if (!wanted.one_of.empty()) each["enum"] = choices(each, wanted.one_of);
        bool list = items != nullptr;
        if (wanted.min_length) (*property)[list ? "minItems" : "minLength"] = *wanted.min_length;
        if (wanted.max_length) (*property)[list ? "maxItems" : "maxLength"] = *wanted.max_length;
    }
}

void describe_body(json& operation, std::initializer_list<std::string_view> types, json schema) {
    json content = json::object();
    for (auto type : types) content[type] = json::object({{"schema", schema}});
    operation["requestBody"] = json::object({{"required", true}, {"content", std::move(content)}});
}

namespace {

bool is_required(const Constraints& constraints, std::string_view name) {
    return std::any_of(constraints.begin(), constraints.end(),
                       [&](auto& one) { return one.first == name && one.second.required.value_or(false); });
}

}  // namespace

void describe_args(json& operation, const json& schema, const Constraints& constraints) {
    auto* properties = schema.find("properties");
    if (properties == nullptr) return;
    for (auto& [name, property] : properties->items()) {
        auto parameter = json::object({{"name", name}, {"in", "query"}, {"schema", property}});
        if (is_required(constraints, name)) parameter["required"] = true;
        operation["parameters"].push_back(std::move(parameter));
    }
}

json form_schema(json schema, const Constraints& constraints) {
    auto* names = schema.find("required");
    if (names == nullptr) return schema;
    json required = json::array();
    for (auto& name : *names) {
        auto* type = schema["properties"][name.text()].find("type");
        bool box = type != nullptr && (*type == json("boolean") || *type == json("array"));
        if (!box || is_required(constraints, name.text())) required.push_back(name);
    }
    schema.erase("required");
    if (!required.empty()) schema["required"] = std::move(required);
    return schema;
}

}  // namespace detail
}  // namespace retort
