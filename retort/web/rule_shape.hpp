// The shape of a rule: read when compiling, so that a view can be checked against its rule.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "retort/base/uuid.hpp"

namespace retort {

/// What may be wrong with the text of a rule.
enum class RuleMistake : std::uint8_t {
    none,
    no_leading_slash,
    unclosed_variable,
    bad_variable_name,
    bad_converter_name,
    duplicate_variable,
    too_many_variables,
};

/// A piece of a rule: "/", fixed text, or a variable.
struct RulePiece {
    enum class Kind : std::uint8_t { end, slash, text, variable, mistake };
    Kind kind = Kind::end;
    std::string_view text;       ///< fixed text, or the variable's name
    std::string_view converter;  ///< empty: the default one
    std::string_view arguments;  ///< between the parentheses
    RuleMistake mistake = RuleMistake::none;
};

/// Cuts a rule's text into its pieces.
class RuleScanner {
  public:
    constexpr explicit RuleScanner(std::string_view rule) : rest_(rule) {}
    constexpr RulePiece next();

  private:
    constexpr RulePiece variable();
    static constexpr RulePiece wrong(RuleMistake mistake) {
        RulePiece piece;
        piece.kind = RulePiece::Kind::mistake;
        piece.mistake = mistake;
        return piece;
    }
    static constexpr bool is_name(std::string_view text);

    std::string_view rest_;
};

inline constexpr std::size_t most_rule_variables = 16;

/// The variables of a rule, in order.
struct RuleShape {
    struct Variable {
        std::string_view name;
        std::string_view converter;  ///< "string" when the rule names none
    };
    std::string_view text;
    std::array<Variable, most_rule_variables> variables{};
    std::size_t size = 0;
    RuleMistake mistake = RuleMistake::none;
};

/// Reads a rule's shape; what is wrong with it stands in `mistake`.
constexpr RuleShape shape_of_rule(std::string_view rule);

/// Reads a rule when compiling; a mistake in it is an error that names it.
consteval RuleShape parse_rule(const char* rule);

// The compiler prints the name of the function that it may not call here, and the name is the message.
void a_rule_starts_with_a_slash();
void a_variable_of_the_rule_is_not_closed_with_an_angle_bracket();
void a_variable_of_the_rule_has_no_proper_name();
void a_converter_of_the_rule_has_no_proper_name();
void a_variable_stands_twice_in_the_rule();
void the_rule_has_more_than_sixteen_variables();
void rule_has_more_arguments_than_the_view();
void rule_has_fewer_arguments_than_the_view();
void rule_argument_is_an_int_but_the_views_parameter_is_not();
void rule_argument_is_a_float_but_the_views_parameter_is_not();
void rule_argument_is_text_but_the_views_parameter_is_not();
void rule_argument_is_a_uuid_but_the_views_parameter_is_not();

/// What a variable of a rule gives, and what a parameter of a view takes; `other` for converters of one's own.
enum class RuleValue : std::uint8_t { other, integer, real, text, uuid };

constexpr RuleValue value_of_converter(std::string_view converter) {
    if (converter == "int") return RuleValue::integer;
    if (converter == "float") return RuleValue::real;
    if (converter == "uuid") return RuleValue::uuid;
    if (converter == "string" || converter == "default" || converter == "path" || converter == "any")
        return RuleValue::text;
    return RuleValue::other;
}

template <class Parameter>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// Read out of text: an enum by its names, Date, Time, DateTime, and what has such a `parse` of its own.
template <class Parameter>
concept ReadFromText = std::is_enum_v<Parameter> || requires(std::string_view text) {
    { Parameter::parse(text) } -> std::same_as<std::optional<Parameter>>;
};

template <class Parameter>
constexpr RuleValue value_of_parameter() {
    if constexpr (is_optional<Parameter>) {
        return value_of_parameter<typename Parameter::value_type>();
    } else if constexpr (std::same_as<Parameter, std::string> || std::same_as<Parameter, std::string_view>) {
        return RuleValue::text;
    } else if constexpr (std::same_as<Parameter, Uuid>) {
        return RuleValue::uuid;
    } else if constexpr (ReadFromText<Parameter>) {
        return RuleValue::text;
    } else if constexpr (std::floating_point<Parameter>) {
        return RuleValue::real;
    } else {
        return std::integral<Parameter> && !std::same_as<Parameter, bool> ? RuleValue::integer : RuleValue::other;
    }
}

/// How many parameters a rule must give: those at the end that are optional may be left out.
template <class... Parameters>
constexpr std::size_t required_parameters() {
    std::size_t required = 0;
    [[maybe_unused]] std::size_t at = 0;
    ((++at, required = is_optional<Parameters> ? required : at), ...);
    return required;
}

/// A rule that was checked against the parameters of a view, when compiled.
///
/// `Parameters` are those that come from the rule, in order. `<int:x>` wants an integer, `<float:x>` a double,
/// `<uuid:x>` a Uuid, `<x>`, `<string:x>`, `<path:x>` and `<any(…):x>` text or what is read out of it; other converters
/// are checked when called. A `std::optional` of each takes the same, and at the end nothing too.
template <class... Parameters>
class CheckedRule {
  public:
    consteval CheckedRule(const char* rule);

    constexpr std::string_view text() const { return shape_.text; }
    constexpr const RuleShape& shape() const { return shape_; }

  private:
    template <class Parameter>
    static consteval void check(std::string_view converter);

    RuleShape shape_;
};

constexpr bool RuleScanner::is_name(std::string_view text) {
    bool first = true;
    for (char c : text) {
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && (first || c < '0' || c > '9')) return false;
        first = false;
    }
    return !first;
}

constexpr RulePiece RuleScanner::next() {
    RulePiece piece;
    if (rest_.empty()) return piece;
    if (rest_[0] == '<') return variable();
    std::size_t size = 1;
    piece.kind = RulePiece::Kind::slash;
    if (rest_[0] != '/') {
        piece.kind = RulePiece::Kind::text;
        while (size < rest_.size() && rest_[size] != '<' && rest_[size] != '/') ++size;
    }
    piece.text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return piece;
}

constexpr RulePiece RuleScanner::variable() {
    RulePiece piece;
    piece.kind = RulePiece::Kind::variable;
    std::string_view inside = rest_.substr(1);
    std::size_t word = 0;
    while (word < inside.size() && inside[word] != '(' && inside[word] != ':' && inside[word] != '>') ++word;
    bool has_converter = word < inside.size() && inside[word] != '>';
    if (has_converter) {
        piece.converter = inside.substr(0, word);
        if (inside[word] == '(') {
            std::size_t close = inside.find("):", word);
            if (close == std::string_view::npos) return wrong(RuleMistake::unclosed_variable);
            piece.arguments = inside.substr(word + 1, close - word - 1);
            word = close + 1;
        }
        inside.remove_prefix(word + 1);
    }
    std::size_t close = inside.find('>');
    if (close == std::string_view::npos) return wrong(RuleMistake::unclosed_variable);
    piece.text = inside.substr(0, close);
    rest_ = inside.substr(close + 1);
    if (has_converter && !is_name(piece.converter)) return wrong(RuleMistake::bad_converter_name);
    return is_name(piece.text) ? piece : wrong(RuleMistake::bad_variable_name);
}

constexpr RuleShape shape_of_rule(std::string_view rule) {
    RuleShape shape;
    shape.text = rule;
    if (!rule.starts_with('/')) shape.mistake = RuleMistake::no_leading_slash;
    RuleScanner scanner{rule};
    while (shape.mistake == RuleMistake::none) {
        RulePiece piece = scanner.next();
        if (piece.kind == RulePiece::Kind::end) break;
        if (piece.kind == RulePiece::Kind::mistake) shape.mistake = piece.mistake;
        if (piece.kind != RulePiece::Kind::variable) continue;
        for (std::size_t i = 0; i < shape.size; ++i) {
            if (shape.variables[i].name == piece.text) shape.mistake = RuleMistake::duplicate_variable;
        }
        if (shape.size == most_rule_variables) {
            shape.mistake = RuleMistake::too_many_variables;
        } else {
            shape.variables[shape.size++] = {piece.text, piece.converter.empty() ? "string" : piece.converter};
        }
    }
    return shape;
}

consteval RuleShape parse_rule(const char* rule) {
    RuleShape shape = shape_of_rule(rule);
    switch (shape.mistake) {
        case RuleMistake::none: break;
        case RuleMistake::no_leading_slash:
            // The empty rule of a blueprint is its prefix; an app refuses one when it is added.
            if (!shape.text.empty()) a_rule_starts_with_a_slash();
            break;
        case RuleMistake::unclosed_variable: a_variable_of_the_rule_is_not_closed_with_an_angle_bracket(); break;
        case RuleMistake::bad_variable_name: a_variable_of_the_rule_has_no_proper_name(); break;
        case RuleMistake::bad_converter_name: a_converter_of_the_rule_has_no_proper_name(); break;
        case RuleMistake::duplicate_variable: a_variable_stands_twice_in_the_rule(); break;
        case RuleMistake::too_many_variables: the_rule_has_more_than_sixteen_variables(); break;
    }
    return shape;
}

template <class... Parameters>
consteval CheckedRule<Parameters...>::CheckedRule(const char* rule) : shape_(parse_rule(rule)) {
    if (shape_.size > sizeof...(Parameters)) rule_has_more_arguments_than_the_view();
    if (shape_.size < required_parameters<std::remove_cvref_t<Parameters>...>())
        rule_has_fewer_arguments_than_the_view();
    [[maybe_unused]] std::size_t next = 0;
    (check<std::remove_cvref_t<Parameters>>(shape_.variables[next++].converter), ...);
}

template <class... Parameters>
template <class Parameter>
consteval void CheckedRule<Parameters...>::check(std::string_view converter) {
    const bool fits = value_of_converter(converter) == value_of_parameter<Parameter>();
    if (fits) return;
    switch (value_of_converter(converter)) {
        case RuleValue::integer: rule_argument_is_an_int_but_the_views_parameter_is_not(); break;
        case RuleValue::real: rule_argument_is_a_float_but_the_views_parameter_is_not(); break;
        case RuleValue::uuid: rule_argument_is_a_uuid_but_the_views_parameter_is_not(); break;
        case RuleValue::text: rule_argument_is_text_but_the_views_parameter_is_not(); break;
        case RuleValue::other: break;
    }
}

}  // namespace retort
