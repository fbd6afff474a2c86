// Which variable a name means: the scopes of Jinja, resolved when a template is compiled.
#pragma once

#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <vector>

#include "retort/template/nodes.hpp"

namespace retort::templates {

/// A variable: its function and its place there.
struct Variable {
    FunctionCode* code = nullptr;
    std::uint16_t place = 0;
    bool operator==(const Variable&) const = default;
};

/// The places that a function's variables have: one for each name on each level, shared by scopes that follow each
/// other.
class Places {
  public:
    Variable of(FunctionCode& code, int level, std::string_view name);

  private:
    std::map<std::tuple<FunctionCode*, int, std::string_view>, std::uint16_t> known_;
};

/// The names of one scope.
class Symbols {
  public:
    Symbols(Places& places, FunctionCode& code, const Symbols* parent, int level)
        : places_(&places), code_(&code), parent_(parent), level_(level) {}

    void store(std::string_view name);
    void load(std::string_view name);
    Variable declare_parameter(std::string_view name);
    const Variable* find(std::string_view name) const;
    /// Takes over what the branches of an {% if %} did.
    void update(const std::vector<const Symbols*>& branches);

    /// What happens when the scope is entered.
    Entries entries(Arena& arena) const;
    /// Those of variables that the scope changes, or those that stay what they are.
    Entries entries(Arena& arena, bool steady) const;
    /// Everything that was set in this scope and those around it.
    Locals locals(Arena& arena) const;
    Slot slot_of(const Variable& variable) const;
    bool stores(std::string_view name) const { return stores_.contains(name); }

    int level() const { return level_; }
    FunctionCode& code() const { return *code_; }

  private:
    struct Load {
        enum class Kind : std::uint8_t { parameter, resolve, alias, undefined };
        Kind kind;
        std::string_view name;
        Variable of;
    };
    Variable define(std::string_view name, Load load);
    void set_load(const Variable& variable, Load load);

    Places* places_;
    FunctionCode* code_;
    const Symbols* parent_;
    int level_;
    std::map<std::string_view, Variable> refs_;
    std::vector<std::pair<Variable, Load>> loads_;
    std::set<std::string_view> stores_;
};

/// Which part of a {% for %} is looked at.
enum class LoopPart : std::uint8_t { body, test, otherwise };

/// Finds the names that a node's own scope has.
void analyze(const Node& node, Symbols& symbols, LoopPart part = LoopPart::body);
void analyze(Body body, Symbols& symbols);

}  // namespace retort::templates
