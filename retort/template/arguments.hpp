// The variables that a template is given: names with values that are borrowed for the call.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>

#include "retort/template/convert.hpp"

namespace retort::templates {

/// One variable.
struct Argument {
    /// Borrows the value: what is given must live until the template is rendered, as it does in a call.
    template <class T>
    Argument(std::string_view name, const T& value) : name(name), value(borrow(value)) {}
    Argument(std::string_view name, Value value);
    /// A list that is written in the call: `{"sizes", {1, 2, 3}}`.
    Argument(std::string_view name, std::initializer_list<Value> items);
    Argument(const Argument& other);
    ~Argument();

    std::string_view name;
    Value value;
};

/// `{{"users", users}, {"title", "All users"}}`: a view of what stands in the call. For a variable of it, give a list
/// that lives.
class TemplateArguments {
  public:
    TemplateArguments() = default;
    TemplateArguments(std::initializer_list<Argument> arguments);
    explicit TemplateArguments(std::span<const Argument> arguments);
    std::span<const Argument> all() const { return arguments_; }

  private:
    std::span<const Argument> arguments_;
};

}  // namespace retort::templates
